"""Which arms of a study meet, by the protocol's comparison; nobody is counted twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.measures.observation import Group, Reported
from analysis.measures.spread import combined, shared
from analysis.synthesis.arm import Arm
from analysis.synthesis.row import RowRef
from analysis.synthesis.rows import Row
from schemas.frame_records import records
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.synthesis.results import LeftOut, Study

_ARMS, _CONTRASTS = "data/arms.csv", "data/contrasts.csv"


def read_arms(frame: pd.DataFrame) -> tuple[Arm, ...]:
    """Read data/arms.csv, in the order of the file."""
    return tuple(
        Arm(
            study_id=str(record["study_id"]),
            arm=str(record["arm"]),
            role=str(record["role"]),
            label=str(record["label"]),
            treatment=_text(record.get("treatment")),
            dose=_real(record.get("dose")),
            n_randomised=_whole(record.get("n_randomised")),
            row=RowRef(_ARMS, int(record["line"])),
        )
        for record in records(frame)
    )


def read_contrasts(
    frame: pd.DataFrame, studies: Mapping[str, Study], level: float
) -> dict[str, list[Row]]:
    """Read data/contrasts.csv by outcome; a row has the printed comparison and group sizes.

    Parameters
    ----------
    frame
        The table, possibly empty.
    studies
        The included studies by id.
    level
        Confidence level to assume where a row states none (a fraction).
    """
    found: dict[str, list[Row]] = {}
    for record in records(frame):
        estimate = _real(record.get("estimate"))
        reported = None
        if estimate is not None:
            reported = Reported(
                measure=str(record["measure"]),
                estimate=estimate,
                ci_low=_real(record.get("ci_low")),
                ci_high=_real(record.get("ci_high")),
                ci_level=_real(record.get("ci_level")) or level,
                se=_real(record.get("se")),
                p=_real(record.get("p")),
                adjusted=record.get("adjusted") == "yes",
                adjusted_for=_text(record.get("adjusted_for")),
                clusters_allowed=record.get("clusters_allowed") == "yes",
            )
        row = Row(
            study=studies[str(record["study_id"])],
            cohort=_text(record.get("cohort")),
            criteria=None,
            groups=(
                Group("experimental", n=_whole(record.get("n_experimental"))),
                Group("control", n=_whole(record.get("n_control"))),
            ),
            evidence=str(record["evidence"]),  # type: ignore[arg-type]  # the schema's closed list
            source=_text(record.get("source")),
            location=_text(record.get("location")),
            ref=RowRef(_CONTRASTS, int(record["line"])),
            instrument=_text(record.get("instrument")),
            time=_real(record.get("time")),
            time_unit=_text(record.get("time_unit")),
            time_label=_text(record.get("time_label")),
            primary=record.get("primary") == "yes",
            period=_text(record.get("period")),
            reported=reported,
            comparison=_text(record.get("comparison")),
            direction=_text(record.get("direction")),
            p=_real(record.get("p")),
        )
        found.setdefault(str(record["outcome"]), []).append(row)
    return found


def compared(
    rows: Sequence[Row], arms: Sequence[Arm], comparison: Any, outcome: str
) -> tuple[list[Row], list[LeftOut]]:
    """Turn rows of single arms into rows with both groups of a comparison.

    Parameters
    ----------
    rows
        Rows of one outcome, one for each study, cohort and arm.
    arms
        All arms.
    comparison
        The protocol's entry: both sides, and what is done with several arms on one.
    outcome
        Its id, for what is left out.

    Returns
    -------
    rows, left_out
        In the order of the first row of each study; arms on neither side are not noteworthy.

    Raises
    ------
    DataProblems
        If a study has several arms on a side and the comparison does not say what is done.
    """
    by_arm = {(arm.study_id, arm.arm): arm for arm in arms}
    studies: dict[tuple[str, str | None], list[tuple[Arm, Row]]] = {}
    left: list[LeftOut] = []
    for row in rows:
        arm = by_arm.get((row.study.study_id, row.arm or ""))
        if arm is None:
            left.append(row.left_out(outcome, "no arm of this name in data/arms.csv"))
        else:
            studies.setdefault((row.study.study_id, row.cohort), []).append((arm, row))
    found: list[Row] = []
    for members in studies.values():
        sides = [
            [(arm, row) for arm, row in members if _stands(arm, side, role)]
            for side, role in (
                (comparison.experimental, "experimental"),
                (comparison.control, "control"),
            )
        ]
        placed = [row for side in sides for _, row in side]
        left += [
            row.left_out(outcome, "an arm of another comparison", noteworthy=False)
            for _, row in members
            if row not in placed
        ]
        if not all(sides):
            left += [row.left_out(outcome, "no results of the other group") for row in placed]
            continue
        made, passed_over = _met(sides[0], sides[1], comparison, outcome)
        found += made
        left += passed_over
    return found, left


def with_contrasts(rows: Sequence[Row], contrasts: Sequence[Row]) -> list[Row]:
    """Give rows of both groups the comparison that their study prints, and add the others.

    A study whose groups were split keeps its own numbers: a printed comparison is of all.
    """
    waiting = {(row.study.study_id, row.cohort): row for row in contrasts}
    made = []
    for row in rows:
        printed = None if row.part else waiting.pop((row.study.study_id, row.cohort), None)
        made.append(
            row
            if printed is None
            else replace(
                row,
                reported=printed.reported,
                direction=printed.direction,
                p=printed.p,
                others=(*row.others, printed.ref),
            )
        )
    taken = {(row.study.study_id, row.cohort) for row in rows}
    return [*made, *(row for key, row in waiting.items() if key not in taken)]


def _stands(arm: Arm, side: Any, role: str) -> bool:
    return arm.treatment in side.treatments if side.treatments else arm.role == role


_Side = list[tuple[Arm, Row]]


def _met(
    experimental: _Side, control: _Side, comparison: Any, outcome: str
) -> tuple[list[Row], list[LeftOut]]:
    several = comparison.several
    if len(experimental) == len(control) == 1:
        return [_pair(experimental[0], control[0])], []
    if several == "refuse":
        raise DataProblems([_refusal(experimental, control, comparison)])
    if several in _PICKS:
        chosen = _PICKS[several](experimental), _PICKS[_CONTROL_PICK[several]](control)
        left = [
            row.left_out(
                outcome,
                f"{several.replace('_', ' ')}: {chosen[0][0].label} against {chosen[1][0].label} "
                "is compared",
                noteworthy=False,
            )
            for entry in (*experimental, *control)
            if entry not in chosen
            for row in (entry[1],)
        ]
        return [_pair(*chosen)], left
    whole = _together(control, comparison.control.label)
    if whole is None:
        return [], [row.left_out(outcome, _NOT_COMBINED) for _, row in (*experimental, *control)]
    if several == "split" and len(experimental) > 1:
        parts = shared(whole[1].group, len(experimental))
        note = f"the control group is shared between {len(experimental)} comparisons and was split"
        made = [
            _pair((arm, row), (whole[0], replace(whole[1], groups=(part,))), arm.label, (note,))
            for (arm, row), part in zip(experimental, parts, strict=True)
        ]
        return made, []
    all_treated = _together(experimental, comparison.experimental.label)
    if all_treated is None:
        return [], [row.left_out(outcome, _NOT_COMBINED) for _, row in (*experimental, *control)]
    return [_pair(all_treated, whole)], []


_NOT_COMBINED = "several arms, whose numbers cannot be combined"
_PICKS = {
    "highest_dose": lambda side: max(side, key=lambda entry: entry[0].dose or 0.0),
    "lowest_dose": lambda side: min(side, key=lambda entry: entry[0].dose or 0.0),
    "first": lambda side: side[0],
}
#: Of several control arms the one with the lowest dose stands for no treatment best.
_CONTROL_PICK = {"highest_dose": "lowest_dose", "lowest_dose": "lowest_dose", "first": "first"}


def _together(side: _Side, label: str) -> tuple[Arm, Row] | None:
    arm, row = side[0]
    if len(side) == 1:
        return arm, row
    whole = combined([entry.group for _, entry in side], label)
    if whole is None:
        return None
    names = " and ".join(entry.label for entry, _ in side)
    notes = tuple(dict.fromkeys(note for _, entry in side for note in entry.notes))
    return (
        replace(arm, label=label),
        replace(
            row,
            groups=(whole,),
            notes=(*notes, f"{names} combined"),
            others=tuple(entry.ref for _, entry in side[1:]),
        ),
    )


def _pair(
    first: tuple[Arm, Row],
    second: tuple[Arm, Row],
    part: str | None = None,
    notes: tuple[str, ...] = (),
) -> Row:
    (arm, row), (other, control) = first, second
    return replace(
        row,
        groups=(
            replace(row.group, role="experimental", label=arm.label),
            replace(control.group, role="control", label=other.label),
        ),
        part=part,
        others=(*row.others, control.ref, *control.others),
        notes=tuple(dict.fromkeys((*row.notes, *control.notes, *notes))),
        design_effect=max(row.design_effect, control.design_effect),
    )


def _refusal(experimental: _Side, control: _Side, comparison: Any) -> Problem:
    side = experimental if len(experimental) > 1 else control
    arm, row = side[1]
    names = ", ".join(entry.arm for entry, _ in side)
    return Problem(
        arm.row.file,
        arm.row.line,
        "arm",
        arm.arm,
        f"{row.study.label} has several arms on one side of {comparison.id}: {names}.",
        "Say under several of this comparison in data/protocol.yml what is done with them: "
        "combine, split, highest_dose, lowest_dose or first.",
        "error",
        "several-arms",
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _real(value: Any) -> float | None:
    return None if value is None else float(value)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
