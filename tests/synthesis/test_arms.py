"""Do the right arms, instruments and time points meet, and is nobody counted twice?

Doses and numbers of Goodwin 2022 are those of Metapsy and Sypres, doi 10.5281/zenodo.15714852
(ODC-By 1.0); the other rows are samples.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis.measures.conventions import Conventions
from analysis.measures.observation import Group, Reported
from analysis.measures.registry import measure
from analysis.meta.profiles import profile
from analysis.synthesis.arm import Arm
from analysis.synthesis.arms import compared, read_contrasts, with_contrasts
from analysis.synthesis.conventions import own_conventions
from analysis.synthesis.effects import Target, contributions
from analysis.synthesis.outcome_rows import rows_of_outcome
from analysis.synthesis.results import Study
from analysis.synthesis.row import RowRef
from analysis.synthesis.rows import Row, preferred_criteria
from analysis.synthesis.time_points import chosen_settings
from schemas.problems import DataProblems
from schemas.protocol_outcomes import Comparison, Instrument, Outcome, Side, TimeRule

CONVENTIONS = Conventions(profile("metafor"))
STUDY = Study(
    "Goodwin2022", "Goodwin 2022", None, 2022, 233, None, "verified", {}, {}, RowRef("", 2)
)
DOSES = {"high": (25.0, 79, 19.9), "middle": (10.0, 75, 25.1), "low": (1.0, 79, 27.3)}
ARMS = tuple(
    Arm(
        "Goodwin2022",
        name,
        "control" if name == "low" else "experimental",
        f"{dose:g} mg",
        "psilocybin",
        dose,
        n,
        RowRef("data/arms.csv", line),
    )
    for line, (name, (dose, n, _)) in enumerate(DOSES.items(), start=2)
)


def row(arm: str | None, line: int, **changes: object) -> Row:
    _, n, mean = DOSES.get(arm or "", (0.0, 20, 10.0))
    made = Row(
        study=STUDY,
        cohort=None,
        criteria=None,
        groups=(Group(arm=arm, n=n, mean=mean, sd=10.0, events=n // 2),),
        evidence="verified",
        source="report",
        location="table 2",
        ref=RowRef("data/outcomes.csv", line),
        arm=arm,
    )
    return replace(made, **changes)


ROWS = [row(arm, line) for line, arm in enumerate(DOSES, start=2)]


def comparison(several: Any) -> Comparison:
    sides = Side(label="psilocybin"), Side(label="control")
    return Comparison(
        id="main", label="Main", experimental=sides[0], control=sides[1], several=several
    )


def outcome(**changes: Any) -> Outcome:
    given: dict[str, Any] = {"id": "score", "code": "SCORE", "label": "Score", "measure": "SMD"}
    return Outcome(**(given | changes))


@pytest.mark.parametrize(
    ("several", "expected"), [("highest_dose", 79), ("lowest_dose", 75), ("first", 79)]
)
def test_one_of_several_arms_is_chosen_by_the_named_rule(several: str, expected: int) -> None:
    (pair,), left = compared(ROWS, ARMS, comparison(several), "score")
    assert [group.role for group in pair.groups] == ["experimental", "control"]
    assert (pair.group.n, pair.groups[1].label) == (expected, "1 mg")
    assert [
        (entry.noteworthy, several.split("_", maxsplit=1)[0] in entry.reason) for entry in left
    ] == [(False, True)]


def test_combined_arms_are_all_their_patients() -> None:
    (pair,), left = compared(ROWS, ARMS, comparison("combine"), "score")
    assert (pair.group.n, left) == (154, [])
    assert pair.group.mean == pytest.approx((79 * 19.9 + 75 * 25.1) / 154)
    assert "25 mg and 10 mg combined" in pair.notes


def test_a_shared_control_group_counts_once() -> None:
    pairs, _ = compared(ROWS, ARMS, comparison("split"), "score")
    assert [pair.label for pair in pairs] == ["Goodwin 2022, 25 mg", "Goodwin 2022, 10 mg"]
    assert sum(pair.groups[1].n or 0 for pair in pairs) == 79
    assert all("was split" in pair.notes[-1] for pair in pairs)


def test_several_arms_without_a_rule_are_refused_with_the_place() -> None:
    with pytest.raises(DataProblems, match=r"Goodwin 2022 has several arms.*high, middle"):
        compared(ROWS, ARMS, comparison("refuse"), "score")


def test_an_arm_without_its_other_group_is_left_out_and_named() -> None:
    pairs, left = compared(ROWS[:1], ARMS, comparison("first"), "score")
    assert pairs == []
    assert left[0].reason == "no results of the other group"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (None, 3.0),
        (TimeRule(rule="last"), 12.0),
        (TimeRule(rule="first"), 3.0),
        (TimeRule(rule="nearest", at=2.0, unit="months"), 12.0),
        (TimeRule(rule="nearest", at=1.0, unit="months"), 3.0),
    ],
)
def test_one_time_point_is_taken_by_rule(rule: TimeRule | None, expected: float) -> None:
    rows = [
        row("high", 2, time=3.0, time_unit="weeks", primary=True),
        row("high", 3, time=12.0, time_unit="weeks"),
        row("low", 4, time=3.0, time_unit="weeks", primary=True),
        row("low", 5, time=12.0, time_unit="weeks"),
    ]
    kept, left = chosen_settings(rows, outcome(time=rule))
    assert [entry.time for entry in kept] == [expected, expected]
    assert not any(entry.noteworthy for entry in left)


def test_the_preferred_instrument_goes_before_time_and_the_second_period_never_counts() -> None:
    rows = [
        row("high", 2, instrument="BDI", time=12.0, time_unit="weeks"),
        row("high", 3, instrument="MADRS", time=3.0, time_unit="weeks"),
        row("high", 4, instrument="MADRS", time=20.0, time_unit="weeks", period="second"),
    ]
    names = Instrument(id="MADRS", label="MADRS"), Instrument(id="BDI", label="BDI")
    chosen = outcome(instruments=names, time=TimeRule(rule="last"))
    kept, left = chosen_settings(rows, chosen)
    assert [(entry.instrument, entry.time) for entry in kept] == [("MADRS", 3.0)]
    assert not any(entry.noteworthy for entry in left)


def test_an_instrument_that_runs_the_other_way_is_turned() -> None:
    wellbeing = Instrument(id="WHO-5", label="WHO-5", higher_is="better")
    chosen = outcome(better="lower", instruments=(wellbeing,))
    rows = [replace(entry, instrument="WHO-5") for entry in (ROWS[0], ROWS[2])]

    class Data:
        arms = pd.DataFrame(
            [
                {"study_id": arm.study_id, "arm": arm.arm, "role": arm.role, "label": arm.label}
                | {"line": arm.row.line}
                for arm in ARMS
            ]
        )

    _, (pair,), _ = rows_of_outcome(rows, chosen, comparison("first"), Data, [])  # type: ignore[arg-type]
    assert (pair.group.mean, pair.groups[1].mean) == (-19.9, -27.3)
    assert pair.notes[0].endswith("with their sign changed, because high ones are better")
    # Responders by that instrument are counted, and a count has no sign.
    counted = [
        replace(
            entry,
            groups=(replace(entry.group, mean=None, sd=None, events=3),),
        )
        for entry in rows
    ]
    _, (pair,), _ = rows_of_outcome(counted, chosen, comparison("first"), Data, [])  # type: ignore[arg-type]
    assert not pair.notes


def test_a_printed_comparison_joins_its_study_or_stands_alone() -> None:
    frame = pd.DataFrame(
        [
            {
                "study_id": "Goodwin2022",
                "comparison": "main",
                "outcome": "SCORE",
                "measure": "HR",
                "estimate": 0.7,
                "ci_low": 0.5,
                "ci_high": 0.98,
                "evidence": "verified",
                "line": 2,
            }
        ]
    )
    contrasts = read_contrasts(frame, {"Goodwin2022": STUDY}, 0.95)["SCORE"]
    pairs, _ = compared(ROWS, ARMS, comparison("first"), "score")
    (joined,) = with_contrasts(pairs, contrasts)
    assert joined.reported == Reported("HR", 0.7, 0.5, 0.98)
    (alone,) = with_contrasts([], contrasts)
    target = Target("death", "Death", "HR", "")
    (found,), left = contributions([alone], target, Conventions(profile("metafor")))
    assert (found.shown.estimate, found.shown.ci_low, left) == (0.7, 0.5, [])


def test_a_pair_shows_both_groups_and_all_patients() -> None:
    pairs, _ = compared(ROWS, ARMS, comparison("highest_dose"), "score")
    target = Target("score", "Score", "SMD", "")
    (found,), _ = contributions(pairs, target, Conventions(profile("metafor")))
    assert (found.shown.n, found.shown.events) == (158, None)
    control = found.shown.group("control")
    assert control is not None
    assert measure("SMD").data.cell(control) == "27.3 (10.0), 79"


def test_a_convention_that_no_profile_has_is_named_with_its_place() -> None:
    with pytest.raises(DataProblems, match="tau2_method"):
        own_conventions(CONVENTIONS, {"tau2_metod": "DL"}, "outcomes[score]")


def test_a_convention_with_a_value_that_it_cannot_have_is_named_with_its_place() -> None:
    with pytest.raises(DataProblems, match=r"(?s)outcomes\[score\].*t_k_minus_1"):
        own_conventions(CONVENTIONS, {"prediction": "t-k-1"}, "outcomes[score]")


def test_the_primary_rule_takes_nothing_that_is_not_primary() -> None:
    """Does the study's own primary result go before the protocol's order of instruments?"""
    rule = TimeRule(rule="primary")
    rows = [
        row("high", 2, instrument="MADRS"),
        row("high", 3, instrument="BDI", primary=True),
    ]
    names = Instrument(id="MADRS", label="MADRS"), Instrument(id="BDI", label="BDI")
    kept, left = chosen_settings(rows, outcome(instruments=names, time=rule))
    assert [entry.instrument for entry in kept] == ["BDI"]
    assert not any(entry.noteworthy for entry in left)
    kept, left = chosen_settings(rows[:1], outcome(instruments=names, time=rule))
    assert (kept, [entry.noteworthy for entry in left]) == ([], [True])


def test_several_time_points_of_an_arm_all_reach_the_rule() -> None:
    """Does the choice of criteria leave the other time points of a study alone?"""
    rows = [row("high", 2, time=-1.0), row("high", 3, time=3.0, primary=True)]
    kept, left = preferred_criteria(rows, outcome())
    assert (kept, left) == (rows, [])
