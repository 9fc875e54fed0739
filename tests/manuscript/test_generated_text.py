"""Do empty divs of passages get what the program wrote, and do written ones keep their words?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.lint.sentences import sentences
from analysis.manuscript.generated_text import passage_problems, stored_passages
from analysis.manuscript.protocol_in_text import untold
from analysis.manuscript.source_line import Manuscript
from analysis.manuscript.sources import read_manuscript
from analysis.manuscript.unfinished import unfinished
from schemas.protocol_file import read_protocol

PASSAGES = {"orr-results": "First {{< var orr.estimate >}}.\n\nSecond.", "harms": ""}


def paper(folder: Path, body: str, abstract: str = "Nothing.") -> Path:
    (folder / "manuscript").mkdir(exist_ok=True)
    text = f"---\ntitle: T\nabstract: |\n  {abstract}\n---\n\n{body}\n"
    (folder / "manuscript/paper.qmd").write_text(text, encoding="utf-8")
    return folder


def body(manuscript: Manuscript) -> list[str]:
    return [line.text for line in manuscript.body if line.text.strip()]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", ["First {{< var orr.estimate >}}.", "Second."]),
        ("\n\n", ["First {{< var orr.estimate >}}.", "Second."]),
        ("My own words.\n", ["My own words."]),
    ],
)
def test_an_empty_div_is_filled_and_a_written_one_is_kept(
    tmp_path: Path, written: str, read: list[str]
) -> None:
    root = paper(tmp_path, f"::: {{#passage-orr-results}}\n{written}:::")
    found = body(read_manuscript(root, PASSAGES))
    assert found == ["::: {#passage-orr-results}", *read, ":::"]


def test_filled_lines_stand_where_their_div_does(tmp_path: Path) -> None:
    root = paper(tmp_path, "# Results\n\n::: {#passage-orr-results}\n:::")
    manuscript = read_manuscript(root, PASSAGES)
    filled = [line for line in manuscript.body if line.generated]
    assert {(line.file, line.line) for line in filled} == {("manuscript/paper.qmd", 9)}
    texts = [sentence.raw.strip() for sentence in sentences(manuscript, {}, ("fig",))]
    # What lint, changes and word counts read.
    assert texts[-2:] == ["First {{< var orr.estimate >}}.", "Second."]


def test_a_passage_in_the_abstract_is_filled_at_its_indent(tmp_path: Path) -> None:
    root = paper(tmp_path, "Text.", "::: {#passage-orr-results}\n  :::")
    manuscript = read_manuscript(root, PASSAGES)
    assert "Second." in manuscript.front_matter["abstract"].splitlines()
    parts = {entry.raw: entry.part for entry in sentences(manuscript, {}, ("fig",))}
    assert parts["Second."] == "abstract"


def test_a_passage_there_is_not_is_an_error_with_its_line(tmp_path: Path) -> None:
    root = paper(tmp_path, "::: {#passage-orr-result}\n:::")
    (problem,) = passage_problems(read_manuscript(root, PASSAGES), PASSAGES)
    assert (problem.line, problem.severity) == (7, "error")
    assert "orr-results" in problem.hint
    empty = paper(tmp_path, "::: {#passage-harms}\n:::")
    assert not list(passage_problems(read_manuscript(empty, PASSAGES), PASSAGES))


def test_a_frozen_version_reads_the_passages_it_had(tmp_path: Path) -> None:
    assert stored_passages(tmp_path) == {}
    content = {"values": {}, "passages": {"harms": {"text": "As it was."}}}
    (tmp_path / "results.json").write_text(json.dumps(content), encoding="utf-8")
    assert stored_passages(tmp_path) == {"harms": "As it was."}
    generated = tmp_path / "manuscript/_generated"
    generated.mkdir(parents=True)
    (generated / "passages.json").write_text('{"harms": {"text": "Now."}}', encoding="utf-8")
    assert stored_passages(tmp_path) == {"harms": "Now."}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("{{< var orr.estimate >}}", {"dcr", "pfs", "os"}),
        ("::: {#passage-pfs-results}\n:::", {"orr", "dcr", "os"}),
        # What a passage fills in is not the author's place for the outcome.
        ("::: {#passage-orr-results}\n:::", {"dcr", "pfs", "os"}),
    ],
)
def test_an_outcome_without_a_place_in_the_text_is_said(
    tmp_path: Path, text: str, missing: set[str]
) -> None:
    protocol, _ = read_protocol(Path(__file__).parents[2] / "data/protocol.yml")
    assert protocol is not None
    root = paper(tmp_path, text)
    filling = {"orr-results": "{{< var dcr.label >}}", "pfs-results": ""}
    found = list(untold(read_manuscript(root, filling), protocol))
    assert {entry.value for entry in found if entry.rule == "outcome-untold"} == missing
    (title,) = [entry for entry in found if entry.rule == "title-differs"]
    assert title.severity == "warning"
    assert "Anlotinib combination therapy" in title.what


def test_places_that_are_still_to_be_written_are_found(tmp_path: Path) -> None:
    root = paper(tmp_path, "Write here what follows.\n\nWritten here.")
    (problem,) = unfinished(root, read_manuscript(root, {}))
    assert (problem.file, problem.line) == ("manuscript/paper.qmd", 7)
