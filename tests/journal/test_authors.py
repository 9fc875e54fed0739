"""Is what authors declare read, checked and never made up?"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.journal.blinding import HIDDEN, hide, traces
from analysis.manuscript.authors import author_problems
from analysis.manuscript.sources import read_manuscript
from analysis.paper.declarations import declarations
from schemas.author_readings import author_readings
from schemas.authors import ROLE_NAMES, Author, Authors, is_orcid, read_authors, undeclared
from schemas.problems import DataProblems, Problem
from schemas.protocol_file import read_protocol
from tests.journal.conftest import AUTHORS, with_authors

ROOT = Path(__file__).parents[2]
# support.orcid.org, "Structure of the ORCID Identifier": the examples of the documentation.
VALID = ("0000-0002-1825-0097", "0000-0001-5109-3700", "0000-0002-1694-233X")


def authors_of(tmp_path: Path, text: str = AUTHORS) -> Authors:
    folder = tmp_path / "manuscript"
    folder.mkdir(exist_ok=True)
    (folder / "authors.yml").write_text(text, encoding="utf-8")
    return read_authors(tmp_path)


def problems_of(tmp_path: Path, old: str, new: str) -> tuple[Problem, ...]:
    assert old in AUTHORS
    with pytest.raises(DataProblems) as caught:
        authors_of(tmp_path, AUTHORS.replace(old, new, 1))
    return caught.value.problems


@pytest.mark.parametrize("orcid", VALID)
def test_the_examples_of_orcid_are_valid(orcid: str) -> None:
    assert is_orcid(orcid)


@given(st.sampled_from(VALID), st.integers(0, 14), st.integers(1, 9))
def test_a_wrong_digit_is_always_noticed(orcid: str, place: int, step: int) -> None:
    """MOD 11-2 detects every single substitution (ISO/IEC 7064)."""
    signs = [sign for sign in orcid if sign != "-"]
    signs[place] = str((int(signs[place]) + step) % 10)
    groups = ["".join(signs[start : start + 4]) for start in range(0, 16, 4)]
    assert not is_orcid("-".join(groups))


def test_the_shipped_file_declares_nothing_for_anybody() -> None:
    authors = read_authors(ROOT)
    assert authors.names == ("Living Review Group",)
    assert {problem.column for problem in undeclared(authors)} == {
        *("authors", "funding", "confirmed"),
    }


def test_complete_authors_lack_nothing(tmp_path: Path) -> None:
    authors = authors_of(tmp_path)
    assert not undeclared(authors)
    assert authors.names == ("Ann Bea Exampleton", "Carl Musterfrau", "Living Review Group")
    assert [place.id for place in authors.numbered_affiliations()] == ["north", "south"]


def test_without_a_file_everything_is_undeclared(tmp_path: Path) -> None:
    assert read_authors(tmp_path) == Authors()


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0096", "last character"),
        ("0000-0002-1825-0097", "https://orcid.org/1", "not an ORCID"),
        ("[south]", "[suth]", "no affiliation called suth"),
        ("    email: ann@exampleton.org\n", "", "no e-mail address"),
        ("ann@exampleton.org", "ann at home", "not an e-mail address"),
        ("software, formal-analysis", "software, coffee", "allowed values"),
        ("software, formal-analysis", "software, software", "twice"),
        ("family: Musterfrau", "famly: Musterfrau", "famly is not known"),
        ("id: south", "id: north", "twice"),
        ("0000-0001-5109-3700", "0000-0002-1825-0097", "twice"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, old: str, new: str, what: str) -> None:
    problems = problems_of(tmp_path, old, new)
    assert any(what in problem.what for problem in problems)
    assert all(problem.file == "manuscript/authors.yml" and problem.line for problem in problems)


def test_there_are_the_fourteen_roles_of_credit() -> None:
    assert len(ROLE_NAMES) == 14  # ANSI/NISO Z39.104-2022


def test_each_missing_declaration_is_named(tmp_path: Path) -> None:
    text = AUTHORS.replace("    competing_interests: none\n", "").replace(
        "funding: Grant 12345 of the Sample Foundation.\n", ""
    )
    found = {problem.column for problem in undeclared(authors_of(tmp_path, text))}
    assert found == {"authors[Ann Bea Exampleton].competing_interests", "funding"}


def test_declarations_are_sentences(tmp_path: Path) -> None:
    protocol, _ = read_protocol(ROOT / "data/protocol.yml")
    assert protocol is not None
    said = {d.name: d.text for d in declarations(authors_of(tmp_path), protocol)}
    assert said["contributions"] == (
        "ABE: Conceptualization, Writing – original draft. CM: Formal analysis, Software."
    )
    assert said["competing_interests"] == (
        "CM: Fees from Sample Company. The other authors declare no competing interests."
    )
    assert said["ethics"] == "Ethical approval was not needed."
    assert said["guarantor"] is None


def test_nobody_is_declared_free_of_interests_by_others(tmp_path: Path) -> None:
    text = AUTHORS.replace("    competing_interests: none\n", "") + "competing_interests: none\n"
    protocol, _ = read_protocol(ROOT / "data/protocol.yml")
    assert protocol is not None
    said = {d.name: d.text for d in declarations(authors_of(tmp_path, text), protocol)}
    assert said["competing_interests"] is None


def test_the_paper_names_the_same_authors(review: Path) -> None:
    authors = read_authors(with_authors(review))
    assert not author_problems(read_manuscript(review), authors)
    paper = review / "manuscript/paper.qmd"
    text = paper.read_text(encoding="utf-8").replace("name: Carl Musterfrau", "name: Karl M")
    paper.write_text(text, encoding="utf-8")
    (problem,) = author_problems(read_manuscript(review), authors)
    assert problem.rule == "authors-differ"
    assert problem.value == "Ann Bea Exampleton, Karl M, Living Review Group"


def test_traces_are_hidden_whatever_their_case_and_spaces(tmp_path: Path) -> None:
    words = traces(authors_of(tmp_path))
    text = "By ANN  BEA Exampleton (A. Exampleton), see samplehub.org/review; Exampleton B et al."
    assert hide(text, words) == f"By {HIDDEN} ({HIDDEN}), see {HIDDEN}; Exampleton B et al."


@pytest.mark.parametrize(
    "written",
    [
        "https://orcid.org/0000-0002-1694-233X",
        "http://www.orcid.org/0000-0002-1694-233x/",
        "ORCID: 0000-0002-1694-233X",
        "0000-0002-1694-233X",
    ],
)
def test_orcid_is_taken_out_of_its_address(written: str) -> None:
    author = Author(given="Example", family="Author", orcid=written)
    assert author.orcid == "0000-0002-1694-233X"


@pytest.mark.parametrize("given", ["MD, PhD", "MD; PhD", ["MD", "PhD"]])
def test_degrees_on_one_line_are_a_list(given: object) -> None:
    person = {"given": "Example", "family": "Author", "degrees": given}
    assert Author.model_validate(person).degrees == ("MD", "PhD")


def test_roles_as_the_standard_writes_them() -> None:
    # ANSI/NISO Z39.104-2022 prints the names; hyphens and British spelling are no others.
    person = {"given": "A", "family": "B"}
    official = list(ROLE_NAMES.values())
    assert Author.model_validate({**person, "roles": official}).roles == tuple(ROLE_NAMES)
    loose = ["Writing - Review and Editing", "conceptualisation", "Visualisation"]
    assert Author.model_validate({**person, "roles": loose}).roles == (
        "writing-review-editing",
        "conceptualization",
        "visualization",
    )


def test_what_was_read_in_another_spelling_is_said(tmp_path: Path) -> None:
    """Is every reading a warning with file, line and both spellings, and nothing else one?"""
    folder = tmp_path / "manuscript"
    folder.mkdir()
    path = folder / "authors.yml"
    path.write_text(AUTHORS, encoding="utf-8")
    assert author_readings(tmp_path) == ()
    text = (
        "authors:\n"
        "  - given: Ann\n"
        "    family: Example\n"
        "    orcid: https://orcid.org/0000-0002-1825-0097\n"
        "    degrees: MD, PhD\n"
        "    roles: [Methodology, software, Writing – review & editing]\n"
    )
    path.write_text(text, encoding="utf-8")
    found = author_readings(tmp_path)
    assert [(problem.line, problem.what) for problem in found] == [
        (4, "https://orcid.org/0000-0002-1825-0097 was read as 0000-0002-1825-0097."),
        (5, "MD, PhD was read as MD, PhD."),
        (6, "Methodology was read as methodology."),
        (6, "Writing – review & editing was read as writing-review-editing."),
    ]
    assert {problem.severity for problem in found} == {"warning"}
