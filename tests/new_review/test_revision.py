"""Do `review add` and `review drop` change protocol, text, checklist and tables together?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import pytest
import yaml
from click.testing import CliRunner

from analysis.cli import main
from analysis.lint import lint_review
from analysis.new_review.entries import outcome_entry
from analysis.new_review.folder import new_review
from analysis.new_review.protocol_changes import protocol_of
from analysis.new_review.protocol_text import Choices
from analysis.new_review.revision import addition, new_section, removal, section_removal
from schemas import check_review
from schemas.problems import DataProblems
from schemas.yaml_changes import with_item, with_key, without

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.new_review.revision import Revision

KEPT = ("data", "manuscript")
SUBGROUP = {
    "id": "region",
    "column": "region",
    "label": "Region",
    "levels": [{"id": "north", "label": "North"}, {"id": "south", "label": "South"}],
}


def begun(root: Path, *measures: str) -> Path:
    new_review(root, choices=Choices(kind="two_arms", measures=measures), with_program=False)
    return root


def snapshot(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
        for folder in KEPT
        for path in (root / folder).rglob("*")
        if path.is_file()
    }


def stay(root: Path) -> Revision:
    entry = outcome_entry(root, label="Stay", name=None, unpooled=None, measure="MD")
    return addition(root, "outcome", entry)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return begun(tmp_path / "small", "RR:Death")


def test_an_outcome_added_later_is_told_as_one_from_the_beginning(
    small: Path, tmp_path: Path
) -> None:
    """The text and the tables must not show in which order a team thought of its outcomes."""
    before = snapshot(small)
    revision = stay(small)
    assert snapshot(small) == before, "it is shown before it is made"
    revision.apply(small)
    whole = snapshot(begun(tmp_path / "whole", "RR:Death", "MD:Stay"))
    later = snapshot(small)
    for name in sorted(whole):
        if name not in {"data/protocol.yml", "data/README.md"}:
            assert later[name] == whole[name], name
    shown = {name: protocol_of(files["data/protocol.yml"]).display for name, files in
             (("whole", whole), ("later", later))}  # fmt: skip
    assert sorted(shown["later"], key=repr) == sorted(shown["whole"], key=repr)
    assert not check_review(small).problems
    assert not [p for p in lint_review(small) if p.severity == "error"]


def test_what_was_added_and_dropped_leaves_nothing_behind(small: Path) -> None:
    before = snapshot(small)
    stay(small).apply(small)
    addition(small, "subgroup", SUBGROUP).apply(small)
    assert "region" in (small / "data/studies.csv").read_text(encoding="utf-8")
    new_section(small, "Costs", "sec-outcome-stay", items=["20b"]).apply(small)
    assert "sec-costs" in (small / "data/prisma_checklist.csv").read_text(encoding="utf-8")
    section_removal(small, "sec-costs").apply(small)
    removal(small, "subgroup", "region").apply(small)
    removal(small, "outcome", "stay").apply(small)
    assert snapshot(small) == before


def test_the_last_subgroup_takes_its_figures_along_and_the_first_brings_them(small: Path) -> None:
    before = snapshot(small)
    removal(small, "subgroup", "timing").apply(small)
    text = snapshot(small)
    assert "subgroup_forest" not in text["data/protocol.yml"]
    assert "subgroups: []" in text["data/protocol.yml"]
    assert "fig-death-subgroups" not in text["manuscript/_results.qmd"]
    assert "stbl-moderators" not in text["manuscript/_supplement.qmd"]
    assert not [p for p in lint_review(small) if p.severity == "error"]
    levels = [{"id": name, "label": name.capitalize()} for name in ("prospective", "retrospective")]
    timing = {"id": "timing", "column": "timing", "label": "Timing of the study", "levels": levels}
    addition(small, "subgroup", timing).apply(small)
    for name, content in snapshot(small).items():
        if name.endswith(".qmd"):
            assert content == before[name], name


def test_data_that_still_use_an_outcome_are_named_and_go_only_if_asked(review: Path) -> None:
    """Version 1.0 of the shipped review, whose text does not follow the starting text."""
    with (review / "data/outcomes.csv").open(encoding="utf-8", newline="") as stream:
        rows = [*csv.DictReader(stream)]
    lines = [number for number, row in enumerate(rows, start=2) if row["outcome"] == "DCR"]
    assert lines
    before = snapshot(review)
    with pytest.raises(DataProblems) as caught:
        removal(review, "outcome", "dcr")
    told = {(problem.file, problem.line) for problem in caught.value.problems}
    assert told >= {("data/outcomes.csv", line) for line in lines}
    assert snapshot(review) == before
    revision = removal(review, "outcome", "dcr", with_data=True)
    revision.apply(review)
    after = snapshot(review)
    old, new = (files["data/protocol.yml"].splitlines() for files in (before, after))
    assert [x for x in old if x.startswith("#")] == [x for x in new if x.startswith("#")]
    assert "dcr" not in yaml.safe_dump(yaml.safe_load(after["data/protocol.yml"]))
    assert "passage-dcr" not in after["manuscript/_results.qmd"]
    assert not check_review(review).errors
    # The caption speaks of it in the author's own words: that is said, with its place.
    assert any("_results.qmd, line" in note and "dcr.k" in note for note in revision.notes)


def test_an_outcome_of_the_shipped_review_gets_its_place_in_text_and_checklist(
    review: Path,
) -> None:
    said = {"measure": "proportion"}
    entry = outcome_entry(review, label="Clinical benefit", name="cbr", unpooled=None, **said)
    revision = addition(review, "outcome", entry)
    assert not revision.notes
    revision.apply(review)
    text = snapshot(review)["manuscript/_results.qmd"]
    survival, added, groups = (
        text.index(words) for words in ("## Survival", "## Clinical benefit", "## Subgroups")
    )
    assert survival < added < groups
    with (review / "data/prisma_checklist.csv").open(encoding="utf-8", newline="") as stream:
        places = {row["item"]: row["location"] for row in csv.DictReader(stream)}
    assert "sec-outcome-cbr" in places["20b"].split()
    assert "sec-outcome-cbr" not in places["20c"].split()
    assert not check_review(review).errors


def test_a_second_comparison_leaves_the_outcomes_with_the_first(small: Path) -> None:
    sides = {"experimental": {"label": "Drug"}, "control": {"label": "Placebo"}}
    second = {"id": "placebo", "label": "Drug against placebo", **sides}
    addition(small, "comparison", second).apply(small)
    protocol = protocol_of((small / "data/protocol.yml").read_text(encoding="utf-8"))
    assert [entry.id for entry in protocol.comparisons] == ["main", "placebo"]
    assert protocol.outcomes[0].comparison == "main"
    assert protocol.adverse_events is not None
    assert protocol.adverse_events.comparison == "main"
    with pytest.raises(DataProblems, match="compares these arms"):
        removal(small, "comparison", "main")
    removal(small, "comparison", "placebo").apply(small)
    assert not check_review(small).problems


def test_the_first_outcome_that_is_not_pooled_brings_its_methods_and_tables(small: Path) -> None:
    said = {"measure": "SMD", "better": "lower"}
    why = "the instruments measure different things"
    entry = outcome_entry(small, label="Pain", name=None, unpooled=why, **said)
    revision = addition(small, "outcome", entry)
    assert not revision.notes
    revision.apply(small)
    files = snapshot(small)
    assert "#passage-methods-synthesis" in files["manuscript/_methods.qmd"]
    assert "#tbl-syntheses" in files["manuscript/_results.qmd"]
    assert "@article{Campbell2020," in files["manuscript/references.bib"]
    assert not [p for p in lint_review(small) if p.severity == "error"]
    # What its section shows for all such outcomes would be lost with the first of them.
    entry = outcome_entry(small, label="Sleep", name=None, unpooled=why, **said)
    addition(small, "outcome", entry).apply(small)
    gone = removal(small, "outcome", "pain")
    assert gone.notes == ("The section sec-outcome-pain stays: something stands in it.",)


def test_what_other_entries_use_is_refused(small: Path) -> None:
    with pytest.raises(DataProblems, match="nobody knows which arms meet"):
        removal(small, "comparison", "main")
    with pytest.raises(DataProblems, match="no outcome with this id"):
        removal(small, "outcome", "deaths")
    with pytest.raises(DataProblems, match="There is no outcome"):
        removal(small, "outcome", "death")
    with pytest.raises(DataProblems, match="no such item"):
        new_section(small, "Costs", "sec-results", items=["99"])
    with pytest.raises(DataProblems, match="outcome id"):
        addition(small, "outcome", {"id": "death", "code": "X", "label": "X", "measure": "RR"})


def test_the_command_shows_a_difference_and_changes_nothing_without_yes(small: Path) -> None:
    before = snapshot(small)
    words = ["--root", str(small), "add", "subgroup", "Region", "--level", "n=North"]
    shown = CliRunner().invoke(main, words, catch_exceptions=False).output
    assert "+++ b/data/protocol.yml" in shown
    assert "+  - id: region" in shown
    assert "Nothing was changed; --yes makes this change." in shown
    assert snapshot(small) == before
    done = CliRunner().invoke(main, [*words, "--yes"], catch_exceptions=False).output
    assert done.replace(shown.rsplit("\n", 2)[1], "").startswith(shown.rsplit("\n", 2)[0])
    assert "Changed: data/README.md, data/protocol.yml, data/studies.csv" in done
    words = ["--root", str(small), "drop", "subgroup", "region", "--yes"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    assert snapshot(small) == before


def test_a_file_that_somebody_writes_while_the_change_is_shown_is_not_lost(small: Path) -> None:
    from analysis.storage.changeset import writing

    with writing(small):
        revision = addition(small, "subgroup", SUBGROUP)
        protocol = small / "data/protocol.yml"
        mine = protocol.read_text(encoding="utf-8") + "# my note\n"
        protocol.write_text(mine, encoding="utf-8")
        with pytest.raises(DataProblems):
            revision.apply(small)
    assert protocol.read_text(encoding="utf-8") == mine
    assert "region" not in (small / "data/studies.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "place", "left"),
    [
        ("a: [x, y]  # two\nb: 1\n", ("a", 1), "a: [x]  # two\nb: 1\n"),
        ("a:\n  # first\n  - x\n  # of y\n  - y\nb: 1\n", ("a", 1), "a:\n  # first\n  - x\nb: 1\n"),
        ("a:  # only\n  - x: 1\n    y: 2\n\n# b\nb: 1\n", ("a", 0), "a: []  # only\n\n# b\nb: 1\n"),
        ("a: {x: 1, y: 2}\n", ("a", "x"), "a: {y: 2}\n"),
    ],
)
def test_an_entry_goes_and_the_rest_stays_letter_by_letter(
    text: str, place: tuple[str | int, ...], left: str
) -> None:
    assert without(text, place) == left


def test_a_list_that_is_missing_or_empty_gets_its_first_item() -> None:
    assert with_item("a: 1\n\nc: 3\n", ("b",), {"id": "x"}, "abc") == (
        "a: 1\n\nb:\n  - {id: x}\n\nc: 3\n"
    )
    assert with_item("a: []  # none\nb: 1\n", ("a",), {"id": "x"}) == (
        "a:\n  - {id: x}  # none\nb: 1\n"
    )
    assert with_item("a: [x]\n", ("a",), "y: z") == "a: [x, 'y: z']\n"
    assert with_key("a:\n  - b: 1\n    # c\n\nd: 2\n", ("a", 0), "x", "y") == (
        "a:\n  - b: 1\n    x: y\n    # c\n\nd: 2\n"
    )
