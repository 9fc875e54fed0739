"""Is every threshold between two versions named, and does it ask for the right kind of version?

Each case changes one number of the results of version 1.0; the rules are those of docs/versions.md.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from analysis.build.history.crossings import I2_BANDS, crossings
from analysis.build.history.rules import asked
from analysis.build.history.shelf import released as version
from analysis.synthesis.versions import CellChange, Changes, RowChange, StudyChange, TableChange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.synthesis.versions import Crossing


@pytest.fixture(scope="module")
def known(first: Path) -> dict[str, Any]:
    """The results of version 1.0 as if each of its rows had been read, so that they conclude."""
    content = version(first).results()["synthesis"]
    for row in _rows(content):
        row["reconstructed"] = False
    return content


def _rows(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pools = [entry["overall"] for entry in content["outcomes"]]
    pools += [event["pool"] for event in content["adverse_events"]]
    for entry in (*content["outcomes"], *content["adverse_events"]):
        pools += [pool for group in entry["subgroups"].values() for pool in group]
    for pool in pools:
        yield from pool["studies"]


@pytest.fixture
def changed(known: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(known)


def outcome(content: dict[str, Any], name: str = "orr") -> dict[str, Any]:
    return next(entry for entry in content["outcomes"] if entry["id"] == name)


def only(known: dict[str, Any], changed: dict[str, Any]) -> Crossing:
    (found,) = crossings(known, changed)
    return found


def kind_of(*found: Crossing) -> str | None:
    return asked(Changes("1.0", "2026-01-05", (), (), (), (), (), (), found))[0]


def test_equal_results_cross_nothing(known: dict[str, Any], changed: dict[str, Any]) -> None:
    assert crossings(known, changed) == ()
    assert kind_of() is None


def test_a_switched_model_is_named_and_no_conclusion(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    outcome(changed)["overall"]["model"] = "common"
    found = only(known, changed)
    assert (found.kind, found.before, found.after) == ("model", "random", "common")
    assert found.subject == "Objective response rate"
    assert not found.conclusion


@pytest.mark.parametrize(("estimate", "crosses"), [(0.42, True), (0.26, True), (0.41, False)])
def test_an_estimate_outside_the_earlier_interval_is_a_conclusion(
    known: dict[str, Any], changed: dict[str, Any], estimate: float, crosses: bool
) -> None:
    # The interval of version 1.0 is 26.5 to 41.2 %.
    outcome(changed)["overall"]["estimate"] = estimate
    found = crossings(known, changed)
    assert bool(found) == crosses
    if crosses:
        assert found[0].before == "33.9% (26.5–41.2)"
        assert kind_of(*found) == "major"


def test_a_pool_with_reconstructed_rows_moves_without_a_conclusion(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    """Is a move named, though nobody has concluded anything from rows of no real study?"""
    old = copy.deepcopy(known)
    outcome(old)["overall"]["studies"][0]["reconstructed"] = True
    outcome(changed)["overall"]["estimate"] = 0.42
    outcome(changed)["sensitivity"]["comparisons"]["therapy"]["q_between_p"] = 0.049
    found = crossings(old, changed)
    assert [each.kind for each in found] == ["estimate", "significance"]
    assert [(each.conclusion, each.undrawn) for each in found] == [(False, True)] * 2
    assert kind_of(*found) is None
    assert kind_of(*crossings(known, changed)) == "major"


def test_an_outcome_that_is_pooled_no_more_is_a_conclusion_and_a_subgroup_is_not(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    level = outcome(changed)["subgroups"]["therapy"][0]
    level |= {"estimate": None, "k": 0, "model": "none", "i2": None}
    found = only(known, changed)
    assert (found.kind, found.after, found.conclusion) == ("pool", "no pool", False)
    outcome(changed)["overall"] |= {"estimate": None, "k": 0, "model": "none", "i2": None}
    assert any(each.kind == "pool" and each.conclusion for each in crossings(known, changed))
    back = crossings(changed, known)
    assert {each.before for each in back} == {"no pool"}


@pytest.mark.parametrize(
    ("before", "after", "crosses"),
    [
        (0.10, 0.29, False),
        (0.25, 0.35, False),  # both might not be important
        (0.29, 0.41, True),
        (0.35, 0.55, False),  # both may be moderate
        (0.40, 0.61, True),
        (0.76, 0.95, False),  # both considerable
        (0.74, 0.95, True),
        (0.95, 0.10, True),
    ],
)
def test_a_class_of_i2_has_changed_when_no_band_holds_both(
    known: dict[str, Any], changed: dict[str, Any], before: float, after: float, crosses: bool
) -> None:
    # Bands: Cochrane Handbook 6.5, section 10.10.2.
    assert [band[:2] for band in I2_BANDS] == [(0, 0.4), (0.3, 0.6), (0.5, 0.9), (0.75, 1)]
    old = copy.deepcopy(known)
    outcome(old)["overall"]["i2"] = before
    outcome(changed)["overall"]["i2"] = after
    found = crossings(old, changed)
    assert [each.kind for each in found] == (["I²"] if crosses else [])
    assert not any(each.conclusion for each in found)


def test_significance_between_groups_gained_or_lost_is_a_conclusion(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    outcome(changed)["sensitivity"]["comparisons"]["therapy"]["q_between_p"] = 0.049
    gained, lost = only(known, changed), only(changed, known)
    assert gained.subject == "Objective response rate: groups by type of combination"
    assert gained.after == "significant (P = .049)"
    assert lost.before == gained.after
    assert (gained.conclusion, lost.conclusion) == (True, True)
    # Each version is read at its own level.
    changed["significance_level"] = 0.01
    subjects = {each.subject for each in crossings(known, changed)}
    assert gained.subject not in subjects


def test_tests_of_asymmetry_and_moderators_are_named_and_no_conclusion(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    found = outcome(changed)["sensitivity"]
    # Version 1.0: Begg .092, Egger .015, number of patients .341.
    found["small_study"]["begg_p"] = 0.03
    found["small_study"]["egger_p"] = 0.30
    found["regressions"]["n_arm"]["slope_p"] = 0.01
    crossed = crossings(known, changed)
    assert [each.subject.split(": ")[1] for each in crossed] == [
        "meta-regression on number of patients",
        "Begg’s test",
        "Egger’s test",
    ]
    assert [each.after.split(" (")[0] for each in crossed] == [
        "significant",
        "significant",
        "not significant",
    ]
    assert not any(each.conclusion for each in crossed)


def test_another_group_on_top_is_a_conclusion_only_where_the_groups_differ(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    old = copy.deepcopy(known)
    for content in (old, changed):
        outcome(content)["sensitivity"]["comparisons"]["timing"]["q_between_p"] = 0.001
    pools = outcome(changed)["subgroups"]["timing"]
    pools[0]["estimate"], pools[1]["estimate"] = pools[1]["estimate"], pools[0]["estimate"]
    found = only(old, changed)
    assert (found.kind, found.before, found.after) == ("direction", "Retrospective", "Prospective")
    assert found.conclusion
    outcome(old)["sensitivity"]["comparisons"]["timing"]["q_between_p"] = 0.2
    outcome(changed)["sensitivity"]["comparisons"]["timing"]["q_between_p"] = 0.3
    assert crossings(old, changed) == ()


def test_the_order_of_adverse_events_is_named_and_the_first_is_a_conclusion(
    known: dict[str, Any], changed: dict[str, Any]
) -> None:
    pooled = [e for e in changed["adverse_events"] if e["grade"] == "any" and e["pooled"]]
    pooled.sort(key=lambda event: -event["pool"]["estimate"])
    last, middle = pooled[-1]["pool"], pooled[-2]["pool"]
    last["estimate"], middle["estimate"] = middle["estimate"], last["estimate"]
    found = only(known, changed)
    assert (found.kind, found.conclusion) == ("order", False)
    assert found.subject == "Most frequent adverse events, any grade"
    pooled[-1]["pool"]["estimate"] = 0.9
    assert only(known, changed).conclusion


def test_what_each_change_asks_for() -> None:
    def needs(**given: Any) -> str | None:
        empty: dict[str, Any] = dict.fromkeys(
            ("studies", "upgrades", "searches", "tables", "protocol", "pools", "crossings"), ()
        )
        return asked(Changes("1.0", "2026-01-05", **(empty | given)))[0]

    study = StudyChange("A", "Example A", "verified", "added")
    assert needs(studies=(study,)) == "minor"
    assert needs(studies=(StudyChange("A", "Example A", "verified", "removed"),)) == "minor"
    assert needs(studies=(StudyChange("A", "Example A", "verified", "corrected"),)) == "patch"
    assert needs(searches=(RowChange("searches", ("X", "2026"), None, "added"),)) == "minor"
    assert needs(tables=(TableChange("ongoing_trials", 1, 0, 0),)) == "patch"
    assert needs(protocol=(CellChange("model_rule.i2_below", "0.5", "0.4"),)) == "minor"
    assert needs(protocol=(CellChange("outcomes.orr.label", "A", "B"),)) == "patch"
    assert needs(protocol=(CellChange("abbreviations.CI", "A", "B"),)) == "patch"
