"""Does the manuscript take a journal's order and the form of its abstract without losing a word?"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pypandoc
import pytest

from analysis.journal.arrangement import arrange, arrange_abstract, left_out, unplaced
from analysis.journal.context import Submission
from analysis.journal.float_places import bring_forward
from analysis.journal.journal_files import journal_names, read_journal
from analysis.journal.rendering import _changed_labels
from analysis.journal.requirements import SECTIONS, Abstract, Journal
from analysis.manuscript.checklist import places
from analysis.manuscript.source_line import Manuscript, SourceLine
from analysis.manuscript.sources import read_manuscript
from schemas.authors import Authors

ROOT = Path(__file__).parents[2]
ARRANGE = ROOT / "analysis/journal/filters/arrange.lua"
ABSTRACT = "## Background\n\nWhy.\n\n## Methods\n\nHow\nit was.\n\n## Results\n\nWhat.\n"


@pytest.fixture(scope="module")
def manuscript() -> Manuscript:
    return read_manuscript(ROOT)


def journal(**entries: object) -> Journal:
    return Journal.model_validate({"id": "example", "name": "Example Journal", **entries})


def headings(manuscript: Manuscript) -> list[str]:
    found = (re.match(r"# (.*?)\s*(\{|$)", line.text) for line in manuscript.body)
    return [match[1] for match in found if match]


def words(manuscript: Manuscript) -> list[str]:
    return sorted(" ".join(line.text for line in manuscript.body).replace("#", "").split())


def test_the_shipped_order_stays(manuscript: Manuscript) -> None:
    assert headings(arrange(manuscript, journal(), Authors())) == headings(manuscript)


def test_methods_can_stand_at_the_end(manuscript: Manuscript) -> None:
    order = ("introduction", "results", "discussion", "methods", "declarations", "references")
    arranged = arrange(manuscript, journal(sections=list(order)), Authors())
    shown = [name.lower() for name in headings(arranged)]
    assert shown[:4] == ["introduction", "results", "discussion", "methods"]
    # The conclusions are now the end of the discussion, and nothing else has changed.
    texts = [line.text for line in arranged.body]
    assert "## Conclusions {#sec-conclusions}" in texts
    assert texts.index("## Conclusions {#sec-conclusions}") < texts.index(
        "# Methods {#sec-methods}"
    )
    assert words(arranged) == words(manuscript)


def test_a_section_can_have_another_title(manuscript: Manuscript) -> None:
    given = journal(section_titles={"methods": "Patients and methods"})
    arranged = arrange(manuscript, given, Authors())
    assert "# Patients and methods {#sec-methods}" in [line.text for line in arranged.body]


def test_what_a_journal_does_not_list_goes_to_the_title_page() -> None:
    assert left_out(journal()) == ()
    shorter = [name for name in SECTIONS if name not in ("declarations", "acknowledgements")]
    assert left_out(journal(sections=shorter)) == ("sec-acknowledgements", "sec-declarations")


def test_acknowledgements_come_from_the_authors_and_are_no_markup(manuscript: Manuscript) -> None:
    authors = Authors(acknowledgements="We thank *Dora* [@x].")
    arranged = arrange(manuscript, journal(), authors)
    texts = [line.text for line in arranged.body]
    place = texts.index("# Acknowledgements {#sec-acknowledgements .unnumbered}")
    assert texts[place + 2] == r"We thank \*Dora\* \[\@x\]."


@pytest.mark.parametrize(
    ("numbered", "cell"),
    [(False, "Background<br>Search<br>Table 2"), (True, "1 Background<br>2.1 Search<br>Table 2")],
)
def test_a_generated_table_names_sections_as_the_journal_does(
    tmp_path: Path, numbered: bool, cell: str
) -> None:
    """The checklist in the supplement is made once, with the paper's own titles and numbers."""
    changed = [
        {"was": "1 Introduction", "now": "1 Background"},
        {"was": "Table 1", "now": "Table 2"},
    ]
    options = {"part": "main", "numbered": numbered, "labels": changed}
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"submission": options}), encoding="utf-8")
    content = (
        "<h1 id='sec-introduction'>Background</h1><h2 id='sec-search'>Search</h2>"
        "<table><tr><td>1 Introduction<br>2.1 Search<br>Table 1</td></tr></table>"
    )
    arranged = pypandoc.convert_text(
        content,
        "html",
        format="html",
        extra_args=["--wrap=none", f"--lua-filter={ARRANGE}", f"--metadata-file={facts}"],
    )
    (found,) = re.findall("<td>(.*?)</td>", arranged, re.DOTALL)
    assert re.sub(r"<br ?/>\s*", "<br>", found) == cell


@pytest.mark.xdist_group("submission")
def test_a_journal_that_changes_nothing_changes_no_label(
    submission_for: Callable[..., Submission],
) -> None:
    assert _changed_labels(submission_for()) == []
    renamed = submission_for(section_titles={"methods": "Patients"})
    assert {"was": "2 Methods", "now": "2 Patients"} in _changed_labels(renamed)


def test_no_table_stands_among_the_declarations(manuscript: Manuscript) -> None:
    """A wide table is written there, so that its pages interrupt nothing in the paper itself."""
    was = [line.text for line in manuscript.body]
    assert was.index("::: {#tbl-comparison}") > was.index(
        "# Declarations {#sec-declarations .unnumbered}"
    )
    arranged = arrange(manuscript, journal(), Authors())
    texts = [line.text for line in arranged.body]
    place = texts.index("::: {#tbl-comparison}")
    mention = next(n for n, text in enumerate(texts) if text.startswith("@tbl-comparison"))
    # Behind that paragraph and before the next.
    assert "".join(texts[mention : texts.index("", mention)]) == "".join(texts[mention:place])
    assert words(arranged) == words(manuscript)
    assert places(arranged) == places(manuscript)


BEHIND = ["# Declarations", "", "::: {#tbl-b}", "", "Caption.", "", ":::", "", "End."]
MOVED = ["", *BEHIND[2:7], ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (["See @tbl-b.", "More.", "", "Next."], 2),
        # Not within a list, and not within the div of another table.
        (["- See @tbl-b.", "", "- Two.", "", "Next."], 3),
        (["::: {#fig-a}", "", "As @tbl-b.", "", ":::", "", "Next."], 5),
        # Its number stays: it is the second table.
        (["See @tbl-b.", "", "::: {#tbl-a}", "", "First.", "", ":::", "", "Next."], 7),
        # Another name is no mention; without one it stands at the end.
        (["See @tbl-bb.", "", "Next.", ""], 4),
    ],
)
def test_a_table_goes_behind_the_paragraph_that_speaks_of_it(
    text: list[str], expected: int
) -> None:
    def lines(texts: list[str]) -> list[SourceLine]:
        return [SourceLine("a.qmd", number, line) for number, line in enumerate(texts, start=1)]

    moved = [line.text for line in bring_forward(lines(text), lines(BEHIND))]
    assert moved == [*text[:expected], *MOVED, *text[expected:], *BEHIND[:2], "", "End."]


@pytest.mark.parametrize("name", journal_names(ROOT))
def test_every_shipped_journal_takes_the_whole_text(manuscript: Manuscript, name: str) -> None:
    arranged = arrange(manuscript, read_journal(ROOT, name), Authors())
    assert set(words(manuscript)) <= {*words(arranged), "Background", "Introduction"}


def test_an_abstract_in_one_text() -> None:
    assert arrange_abstract(ABSTRACT, Abstract(structured=False)) == "Why. How it was. What.\n"


def test_an_abstract_with_other_headings() -> None:
    wanted = Abstract.model_validate(
        {
            "structured": True,
            "headings": [
                {"heading": "Importance", "takes": ["Background"]},
                {"heading": "Evidence", "takes": ["Methods", "Results"]},
            ],
        }
    )
    assert arrange_abstract(ABSTRACT, wanted) == (
        "## Importance\n\nWhy.\n\n## Evidence\n\nHow\nit was.\nWhat.\n"
    )


def test_no_part_of_an_abstract_is_lost() -> None:
    wanted = Abstract.model_validate({"headings": [{"heading": "Methods"}, {"heading": "Results"}]})
    assert arrange_abstract(ABSTRACT, wanted) == ABSTRACT
    assert unplaced(ABSTRACT, wanted) == ("Background",)
