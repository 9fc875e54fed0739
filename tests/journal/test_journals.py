"""Is what a journal file says sourced, usable, and every slip in one named with its line?"""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from analysis.journal.journal_files import JOURNALS, journal_names, read_journal
from analysis.journal.journal_style import FigureResolution, FileNames
from analysis.journal.requirements import Journal
from analysis.manuscript.citation_style import style_file
from schemas.problems import DataProblems, Problem

ROOT = Path(__file__).parents[2]
SHIPPED = journal_names(ROOT)

EXAMPLE = """\
id: example
name: Example Journal
sources:
  - title: Guidelines of the example
    url: https://example.org/authors
    read: 2026-11-22
    covers: [limits]
limits:
  abstract_words: 250
  tables: 4
"""


def problems(folder: Path, text: str, name: str = "example") -> tuple[Problem, ...]:
    (folder / JOURNALS).mkdir(parents=True, exist_ok=True)
    (folder / JOURNALS / "example.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DataProblems) as raised:
        read_journal(folder, name)
    return raised.value.problems


def test_the_journals_of_the_issue_are_shipped() -> None:
    assert set(SHIPPED) >= {
        "cancer-control",
        "bmj",
        "plos-one",
        "frontiers-in-oncology",
        "jama-network-open",
        "systematic-reviews",
        "generic",
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_every_value_of_a_shipped_journal_has_a_source(name: str) -> None:
    journal = read_journal(ROOT, name)
    assert [entry for entry in journal.given_entries() if not journal.covered(entry)] == []
    for source in journal.sources:
        assert source.url is not None
        assert source.covers, f"{source.title} says nothing"


@pytest.mark.parametrize("name", SHIPPED)
def test_citation_style_of_a_shipped_journal_exists(name: str) -> None:
    assert "<style" in style_file(read_journal(ROOT, name).style).read_text(encoding="utf-8")


def test_generic_journal_states_nothing() -> None:
    generic = read_journal(ROOT, "generic")
    assert generic == Journal(id="generic", name=generic.name)


def test_example_is_read(tmp_path: Path) -> None:
    (tmp_path / JOURNALS).mkdir(parents=True)
    (tmp_path / JOURNALS / "example.yml").write_text(EXAMPLE, encoding="utf-8")
    journal = read_journal(tmp_path, "example")
    assert journal.limits.abstract_words == 250
    assert journal.limits.references is None
    assert journal.given_entries() == ("limits.abstract_words", "limits.tables")


CASES = [
    # what stands there, what is written, entry, words of the message
    ("abstract_words: 250", "abstract_word: 250", "limits.abstract_word", '"abstract_words"'),
    ("abstract_words: 250", "abstract_words: many", "limits.abstract_words", "number"),
    ("abstract_words: 250", "abstract_words: -1", "limits.abstract_words", "at least 0"),
    ("covers: [limits]", "covers: []", "limits.abstract_words", "No source says this limit"),
    ("covers: [limits]", "covers: [limit]", "sources[1].covers[1]", '"limits"'),
    ("covers: [limits]", "covers: [limits, style]", "sources[1].covers[2]", "no entry style"),
    ("id: example", "id: other", "id", "the file is called example.yml"),
    ("name: Example Journal", "name: no", "name", "quotation marks"),
    ("limits:", "style: no-such-style\nlimits:", "style", "no citation style"),
    ("limits:", "blinding: duoble\nlimits:", "blinding", '"double"'),
    ("limits:", "tables: inplace\nlimits:", "tables", '"in_place"'),
    ("limits:", "statements: [funding, funding]\nlimits:", "statements", "occurs twice"),
    ("limits:", "file_names: {figure: Fig}\nlimits:", "file_names.figure", "number is missing"),
    ("limits:", "file_names: {figure: '../F{n}'}\nlimits:", "file_names", "name of a file"),
    ("limits:", "figure_files: {formats: []}\nlimits:", "figure_files.formats", "No format"),
    ("limits:", "layout: {page_numbers: 1}\nlimits:", "layout.page_numbers", "true or false"),
    (
        "limits:",
        "abstract: {structured: false, headings: [{heading: Aim}]}\nlimits:",
        "abstract.headings",
        "one text has no headings",
    ),
    ("read: 2026-11-22", "read: yesterday", "sources[1].read", "2026-11-22"),
]


@pytest.mark.parametrize(("old", "new", "entry", "words"), CASES, ids=lambda x: str(x)[:30])
def test_slip_is_reported_with_its_line(
    tmp_path: Path, old: str, new: str, entry: str, words: str
) -> None:
    assert EXAMPLE.count(old) == 1
    found = problems(tmp_path, EXAMPLE.replace(old, new))
    problem = next(p for p in found if (p.column or "").startswith(entry))
    assert words in f"{problem.what} {problem.hint}"
    assert problem.file == f"{JOURNALS}/example.yml"
    assert problem.line is not None


def test_unknown_journal_is_suggested(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, EXAMPLE, name="exmaple")
    assert 'Did you mean "example"?' in problem.hint


def test_path_is_not_a_name(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, EXAMPLE, name="../journals/example")
    assert "no journal file" in problem.what


def test_every_entry_is_explained() -> None:
    guide = (ROOT / "docs/journals.md").read_text(encoding="utf-8")

    def named(model: type[BaseModel]) -> set[str]:
        inner = {
            name
            for field in model.model_fields.values()
            if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
            for name in named(field.annotation)
        }
        return inner | set(model.model_fields)

    # Names of files and kinds of resolution are explained together.
    together = set(FileNames.model_fields) | set(FigureResolution.model_fields) | {"widths", "dpi"}
    missing = {name for name in named(Journal) - together if name not in guide}
    assert missing == set()
