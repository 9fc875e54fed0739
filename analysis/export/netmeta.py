"""Tables for network meta-analysis: one row for each study, arm and outcome.

R's netmeta takes them by way of ``pairwise``; comparisons that reports print it takes as they are.
It was not available here: names of arguments are those of its manual (netmeta 3, meta 8).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.export.pooled_rows import Cell, csv_bytes
from analysis.measures.observation import Observation
from analysis.measures.registry import measure
from analysis.synthesis.arms import read_arms, read_contrasts
from analysis.synthesis.conventions import conventions_of
from analysis.synthesis.outcome_rows import rows_of_outcome
from analysis.synthesis.rows import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.measures.measure import Measure
    from analysis.synthesis.arm import Arm
    from analysis.synthesis.results import Outcome, Synthesis
    from analysis.synthesis.rows import Row
    from schemas.review_data import ReviewData

ARMS, CONTRASTS, LEFT_OUT, README = "arms.csv", "contrasts.csv", "left_out.csv", "README.txt"
_TABLE = "data/outcomes.csv"
#: From the engine's names for the numbers of a group to arguments of pairwise().
_ARGUMENTS = {
    "ai": "event",
    "x1i": "event",
    "n1i": "n",
    "t1i": "time",
    "m1i": "mean",
    "sd1i": "sd",
}
#: Where meta's name for a measure is not metafor's; Peto's is a way to pool odds ratios.
_SUMMARY = {"AS": "ASD", "PETO": "OR"}
_NUMBERS = ("event", "n", "mean", "sd", "time")
_ARM_COLUMNS = (
    *("outcome", "measure", "studlab", "study_id", "arm", "treat", "dose", *_NUMBERS),
    *("design_effect", "evidence"),
)
_CONTRAST_COLUMNS = (
    *("outcome", "measure", "studlab", "study_id", "treat1", "treat2", "TE", "seTE"),
    *("adjusted", "arms_too", "evidence"),
)
_LEFT_COLUMNS = ("outcome", "study_id", "arm", "file", "line", "why")
_NOTHING = "This review compares no groups: there is nothing for a network meta-analysis.\n"
_EXPLANATION = """\
For network meta-analysis with the R package netmeta, for instance:

  library(netmeta)
  arms <- read.csv("{arms}", encoding = "UTF-8")
{calls}
{arms}: one row for each study, arm and outcome; criteria, instrument and time point are those
that the protocol takes, and every arm is there, also one that no comparison of the protocol names.
Numbers of cluster trials are divided by their design effect (Cochrane Handbook 6.5, 23.1.4).
{contrasts}: comparisons that reports print, on the scale of the model, for
netmeta(TE, seTE, treat1, treat2, studlab); where arms_too is yes, take one of the two.
{left}: rows that no arm was made of, and why.
`treat` is the treatment of arms.csv, with the dose where a study compares doses of it.
None of this was run with netmeta.
"""
_CALL = """\
  one <- subset(arms, outcome == "{id}")
  netmeta(pairwise(treat = treat, {arguments}, studlab = studlab, data = one, sm = "{sm}"))
"""


def netmeta_files(synthesis: Synthesis, data: ReviewData) -> dict[str, bytes]:
    """Give the tables and an explanation by file name.

    Parameters
    ----------
    synthesis, data
        The computed review and its tables.
    """
    outcomes = [entry for entry in synthesis.outcomes if measure(entry.measure).null is not None]
    if not outcomes:
        return {README: _NOTHING.encode("utf-8")}
    arms = {(arm.study_id, arm.arm): arm for arm in read_arms(data.arms)}
    names = _treatments(list(arms.values()))
    studies = {study.study_id: study for study in synthesis.studies}
    rows = read_rows(data.outcomes, _TABLE, studies, synthesis.level)
    by_code: dict[str, list[Row]] = {}
    for code, row in zip(data.outcomes["outcome"], rows, strict=True):
        by_code.setdefault(str(code), []).append(row)
    printed = read_contrasts(data.contrasts, studies, synthesis.level)
    long: list[list[Cell]] = []
    contrasts: list[list[Cell]] = []
    left: list[list[Cell]] = []
    calls: list[str] = []
    for outcome in outcomes:
        choice = next(entry for entry in data.protocol.outcomes if entry.id == outcome.id)
        _, kept, passed_over = rows_of_outcome(
            by_code.get(outcome.code, []), choice, None, data, []
        )
        left += [
            [outcome.id, entry.study_id, None, entry.row.file, entry.row.line, entry.reason]
            for entry in passed_over
        ]
        found = list(_arms_of(outcome, kept, arms, names, left))
        long += found
        with_arms = {row[3] for row in found}
        for row in printed.get(outcome.code, []):
            contrasts += _contrast(outcome, row, synthesis, data, arms, names, with_arms, left)
        if found:
            calls.append(_call(outcome, measure(outcome.measure)))
    explanation = _EXPLANATION.format(
        arms=ARMS, contrasts=CONTRASTS, left=LEFT_OUT, calls="".join(calls)
    )
    return {
        ARMS: csv_bytes(_ARM_COLUMNS, long),
        CONTRASTS: csv_bytes(_CONTRAST_COLUMNS, contrasts),
        LEFT_OUT: csv_bytes(_LEFT_COLUMNS, left),
        README: explanation.encode("utf-8"),
    }


def _treatments(arms: Sequence[Arm]) -> dict[tuple[str, str], str]:
    """Name the treatment of every arm so that no two arms of a study have the same."""
    seen: dict[tuple[str, str], int] = {}
    for arm in arms:
        key = arm.study_id, arm.treatment or arm.label
        seen[key] = seen.get(key, 0) + 1
    by_dose = {treatment for (_, treatment), number in seen.items() if number > 1}
    names: dict[tuple[str, str], str] = {}
    for arm in arms:
        name = arm.treatment or arm.label
        if name in by_dose:
            name = arm.label if arm.dose is None else f"{name} {arm.dose:g}"
        taken = {other for (study, _), other in names.items() if study == arm.study_id}
        names[arm.study_id, arm.arm] = f"{name} ({arm.arm})" if name in taken else name
    return names


def _arms_of(
    outcome: Outcome,
    rows: Sequence[Row],
    arms: Mapping[tuple[str, str], Arm],
    names: Mapping[tuple[str, str], str],
    left: list[list[Cell]],
) -> Iterator[list[Cell]]:
    """Give the rows of one outcome; what has no numbers or no arm goes to ``left``."""
    measured = measure(outcome.measure)
    for row in rows:
        study, code = row.study.study_id, row.arm or ""
        numbers = measured.data.numbers(row.group)
        engine = measured.data.two[0]
        reason = ""
        if (study, code) not in arms:
            reason = "no arm of data/arms.csv"
        elif isinstance(numbers, str):
            reason = numbers
        elif not set(engine) <= set(_ARGUMENTS):
            reason = f"pairwise() makes no {measured.label} of such numbers"
        if reason or isinstance(numbers, str):
            left.append([outcome.id, study, code, row.ref.file, row.ref.line, reason])
            continue
        cells = dict(zip((_ARGUMENTS[name] for name in engine), numbers, strict=True))
        shrinks = {name: name in ("event", "n", "time") for name in _NUMBERS}
        yield [
            *(outcome.id, outcome.measure, row.label, study, code, names[study, code]),
            arms[study, code].dose,
            *(
                None
                if name not in cells
                else cells[name] / (row.design_effect if shrinks[name] else 1)
                for name in _NUMBERS
            ),
            *(row.design_effect, row.evidence),
        ]


def _contrast(
    outcome: Outcome,
    row: Row,
    synthesis: Synthesis,
    data: ReviewData,
    arms: Mapping[tuple[str, str], Arm],
    names: Mapping[tuple[str, str], str],
    with_arms: set[Cell],
    left: list[list[Cell]],
) -> Iterator[list[Cell]]:
    measured, study = measure(outcome.measure), row.study.study_id
    alone = Observation(row.label, (), row.reported)
    reason = measured.missing(alone)
    if reason is not None or row.reported is None:
        left.append([outcome.id, study, None, row.ref.file, row.ref.line, reason or "no estimate"])
        return
    scale = measured.scale([alone], conventions_of(synthesis, outcome))
    choice = next(entry for entry in data.protocol.outcomes if entry.id == outcome.id)
    comparison = next(
        (entry for entry in data.protocol.comparisons if entry.id == row.comparison),
        data.protocol.comparison_of(choice),
    )
    sides = []
    for role in ("experimental", "control"):
        side = None if comparison is None else getattr(comparison, role)
        fitting = [
            names[key]
            for key, arm in arms.items()
            if key[0] == study
            and (arm.treatment in side.treatments if side and side.treatments else arm.role == role)
        ]
        # Several arms on one side: the report's comparison is of the side as a whole.
        sides.append(fitting[0] if len(fitting) == 1 else side.label if side else role)
    yield [
        *(outcome.id, outcome.measure, row.label, study, *sides),
        *(scale.yi[0], scale.vi[0] ** 0.5),
        "yes" if row.reported.adjusted else "no",
        "yes" if study in with_arms else "no",
        row.evidence,
    ]


def _call(outcome: Outcome, measured: Measure) -> str:
    arguments = ", ".join(f"{name} = {name}" for name in map(_ARGUMENTS.get, measured.data.two[0]))
    return _CALL.format(id=outcome.id, arguments=arguments, sm=_SUMMARY.get(measured.r, measured.r))
