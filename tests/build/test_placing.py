"""Is a place that cannot be given refused with its line, and what has nothing to show left out?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.build.building import build
from analysis.paper.choices import check
from schemas.problems import DataProblems, Problem
from tests.short_review import keep_items

PROTOCOL = "data/protocol.yml"


def changed(root: Path, name: str, words: str, more: str = "") -> int:
    """Write words into an item's entry; give its line."""
    path = root / PROTOCOL
    text = path.read_text(encoding="utf-8")
    assert f"{{id: {name}, " in text
    text = text.replace(f"{{id: {name}, ", f"{{id: {name}, {words}, ")
    path.write_text(text + more, encoding="utf-8")
    return 1 + text[: text.index(f"{{id: {name}, ")].count("\n")


def refused(root: Path) -> Problem:
    with pytest.raises(DataProblems) as found:
        build(root)
    (problem,) = (x for x in found.value.problems if x.severity == "error")
    return problem


def test_a_word_that_is_no_place_is_an_error_with_the_words_that_are(short: Path) -> None:
    line = changed(short, "fig-flow", "placement: suplement")
    (problem,) = check(short).problems
    assert (problem.file, problem.line) == (PROTOCOL, line)
    assert problem.value == "suplement"
    assert problem.hint.startswith('Did you mean "supplement"?')
    assert "main, supplement, none" in problem.hint


def test_a_journal_that_nobody_knows_is_an_error(short: Path) -> None:
    line = changed(short, "fig-flow", "journals: {bmy: supplement}")
    problem = next(x for x in check(short).problems if x.rule == "protocol-choice")
    assert (problem.line, problem.column) == (line, "display[fig-flow].journals.bmy")
    assert problem.hint.startswith('Did you mean "bmj"?')


def test_an_item_that_the_text_does_not_have_is_an_error(short: Path) -> None:
    more = "\nown_items:\n  - {id: fig-flov, placement: supplement}\n"
    changed(short, "tbl-baseline", "placement: main", more)
    problem = refused(short)
    lines = (short / PROTOCOL).read_text(encoding="utf-8").splitlines()
    assert (problem.file, problem.line) == (PROTOCOL, len(lines))
    assert problem.column == "own_items[fig-flov].id"
    assert problem.hint.startswith('Did you mean "fig-flow"?')


def test_two_items_cannot_get_one_id(review: Path) -> None:
    text = (review / PROTOCOL).read_text(encoding="utf-8")
    text = text.replace("{id: sfig-timing,", "{id: sfig-flow,")
    (review / PROTOCOL).write_text(text, encoding="utf-8")
    line = changed(review, "fig-flow", "placement: supplement")
    problem = next(x for x in check(review).problems if "would be called sfig-flow" in x.what)
    assert (problem.file, problem.line) == (PROTOCOL, line)


def test_a_journals_mistake_is_found_in_the_build_and_names_it(review: Path) -> None:
    keep_items(review, {"sfig-leave-one-out", "sfig-baujat"})
    results = review / "manuscript/_results.qmd"
    told = "@sfig-leave-one-out and @sfig-baujat which was written by hand."
    results.write_text(f"{results.read_text(encoding='utf-8')}\n{told}\n", encoding="utf-8")
    changed(review, "sfig-baujat", "journals: {bmj: none}")
    problem = refused(review)
    assert problem.line is not None
    line = (review / problem.file).read_text(encoding="utf-8").splitlines()[problem.line - 1]
    assert "@sfig-baujat which" in line
    assert problem.what.startswith("For the journal bmj: The protocol leaves sfig-baujat out")
    assert "the sentence speaks of sfig-leave-one-out too" in problem.what


def test_what_has_nothing_to_show_vanishes_with_heading_and_sentence(review: Path) -> None:
    keep_items(review, {"fig-flow", "stbl-searches", "tbl-adverse-events"})
    for name in ("searches", "adverse_events"):
        path = review / f"data/{name}.csv"
        path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    notes = build(review).notes
    note = next(n for n in notes if n.startswith("Not in the paper"))
    assert "tbl-adverse-events" in note
    assert "stbl-searches" in note
    generated = review / "manuscript/_generated"
    placed = (generated / "placed.md").read_text(encoding="utf-8")
    assert "## Search strategies" not in placed
    assert "stbl-searches" not in placed
    assert "tbl-adverse-events" not in placed
    items = json.loads((generated / "items.json").read_text(encoding="utf-8"))
    assert list(items) == ["fig-flow"]
    # A version that is released knows where its items stood.
    results = json.loads((generated / "results.json").read_text(encoding="utf-8"))
    assert results["placement"]["places"]["stbl-searches"] == "empty"
