"""Table of the full statistics: each outcome under every estimator of τ² and every interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import lower_first, number, p_value, significant
from analysis.measures.registry import measure
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import (
    NOT_APPLICABLE,
    NOT_REACHED_NOTE,
    abbreviations_note,
    contributors,
    text,
)
from analysis.paper.tables.marks import Marks
from analysis.synthesis.conventions import conventions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.meta.profiles import Profile
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Outcome, Pool, Synthesis
    from analysis.synthesis.sensitivity_results import Sensitivity, Specified

_METHODS: Final = {
    "CE": "Common effect",
    "DL": "DerSimonian–Laird",
    "PM": "Paule–Mandel",
    "REML": "Restricted maximum likelihood",
    "ML": "Maximum likelihood",
    "SJ": "Sidik–Jonkman",
    "HE": "Hedges",
    "HS": "Hunter–Schmidt",
    "EB": "Empirical Bayes",
}
_TESTS: Final = ("z", "knha", "adhoc")
_NOTE: Final = (
    "KH, interval of Knapp and Hartung; KH*, the same, not narrowed where the estimates vary less "
    "than by chance. Bold: the model and interval of this review. τ² is on the scale on which "
    "estimates are pooled."
)
_WITHOUT: Final = (
    "Without studies at high risk: pooled again under this review's model, with the number of "
    "studies (estimates)."
)
_TOO_FEW: Final = "Fewer than two estimates: no heterogeneity, and no choice of model."


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by outcome, on the scale that the profile pools on.

    Parameters
    ----------
    synthesis : Synthesis
        Outcomes whose ``sensitivity`` holds the specifications.

    Raises
    ------
    MetaInputError
        If the synthesis names a profile that does not exist.
    """
    level = number(synthesis.level * 100, 0)
    columns = (
        Column("method", "Estimator of τ²"),
        Column("tau2", "τ²", "right"),
        Column("i2", "<em>I</em>², %", "right"),
        Column("estimate", "Estimate", "right"),
        Column("z", f"{level}% CI, normal", "center"),
        Column("knha", f"{level}% CI, KH", "center"),
        Column("adhoc", f"{level}% CI, KH*", "center"),
    )
    marks = Marks()
    body = [
        line
        for outcome in synthesis.outcomes
        for line in _lines(outcome, conventions_of(synthesis, outcome), marks)
    ]
    shown = visible(columns, body)
    notes = [
        _NOTE,
        _WITHOUT if any(outcome.without_high_risk for outcome in synthesis.outcomes) else "",
        *_i2_notes(synthesis),
        *marks.notes(),
        NOT_REACHED_NOTE if "–NR" in shown else "",
        abbreviations_note(
            shown, {NOT_APPLICABLE: "not applicable"} | dict(synthesis.abbreviations)
        ),
    ]
    return assemble(columns, body, notes if body else [], "No outcome has been pooled.")


_I2: Final = {
    "q": "<em>I</em>² is computed from <em>Q</em>, and so is the same under every estimator of τ²",
    "tau2": "<em>I</em>² is computed from τ², and so differs between estimators",
}


def _i2_notes(synthesis: Synthesis) -> list[str]:
    """Say what I² is computed from; outcomes whose profile differs are named."""
    used: dict[str, list[str]] = {}
    for outcome in synthesis.outcomes:
        definition = conventions_of(synthesis, outcome).profile.i2
        used.setdefault(definition, []).append(text(lower_first(outcome.label)))
    if len(used) < 2:
        return [f"{_I2[definition]}." for definition in used]
    return [f"{_I2[definition]}: {', '.join(names)}." for definition, names in used.items()]


def _lines(outcome: Outcome, conventions: Conventions, marks: Marks) -> list[Line]:
    group = measure(outcome.measure).titled(outcome.label, outcome.unit)
    if outcome.sensitivity is None:
        return [Line((_TOO_FEW, *[""] * 6), group)]
    made = [
        Line((_summary(outcome.overall, outcome.sensitivity, conventions.level), *[""] * 6), group)
    ]
    measured = measure(outcome.measure)
    every = outcome.sensitivity.specifications
    ruled = f"{measured.specification(conventions)}, {measured.zero_rule(conventions)}"
    # Two groups have a rule for zeros only where there is one.
    zeros = any(entry.measure == ruled for entry in every)
    own = [
        entry
        for entry in every
        if entry.measure == (ruled if zeros else measured.specification(conventions))
    ]
    for method in dict.fromkeys(entry.method for entry in own):
        entries = {entry.test: entry for entry in own if entry.method == method}
        made.append(
            Line(_choice(method, entries, outcome.overall, conventions.profile, marks), group)
        )
    without = outcome.without_high_risk
    if without is not None:
        made.append(Line(_without_high_risk(without, conventions.profile), group))
    return made


def _without_high_risk(pool: Pool, profile: Profile) -> tuple[str, ...]:
    """Give the pool without the studies at high risk of bias, under the model of this review."""
    chosen = "z" if pool.model == "common" else profile.test
    interval = NOT_APPLICABLE
    if pool.ci_low is not None:
        interval = measure(pool.measure).limits(pool.ci_low, pool.ci_high)
    return (
        f"Without studies at high risk, {contributors(pool)}",
        NOT_APPLICABLE if pool.tau2 is None else significant(pool.tau2),
        NOT_APPLICABLE if pool.i2 is None else number(pool.i2 * 100),
        NOT_APPLICABLE if pool.estimate is None else measure(pool.measure).number(pool.estimate),
        *(interval if test == chosen else NOT_APPLICABLE for test in _TESTS),
    )


def _summary(pool: Pool, sensitivity: Sensitivity, level: float) -> str:
    width = f"{number(level * 100, 0)}% CI"
    parts = [f"This review: {text(pool.method)}", f"studies (estimates): {contributors(pool)}"]
    if pool.q is not None and pool.q_p is not None:
        tested = text(p_value(pool.q_p).removeprefix("P"))
        parts.append(f"<em>Q</em> = {number(pool.q)}, df = {pool.q_df}, <em>P</em> {tested}")
    if pool.i2 is not None:
        limits = _limits(sensitivity.i2_low, sensitivity.i2_high, percent=True)
        parts.append(f"<em>I</em>² = {number(pool.i2 * 100)}% ({width} {limits})")
    limits = _limits(sensitivity.tau2_low, sensitivity.tau2_high, percent=False)
    # The common-effect model has no τ²; the interval says how much there might be.
    found = "τ²" if pool.tau2 is None else f"τ² = {significant(pool.tau2)}"
    parts.append(f"{found} ({width} {limits})")
    if pool.prediction is not None:
        limits = measure(pool.measure).limits(*pool.prediction)
        parts.append(f"{number(level * 100, 0)}% prediction interval {limits}")
    # A line ends between statements, not before an equals sign.
    return f"{'; '.join(parts)}.".replace(" = ", "\u00a0=\u00a0").replace("% CI", "%\u00a0CI")


def _limits(low: float | None, high: float | None, *, percent: bool) -> str:
    """Write limits of I² or τ²; an interval may be without end, or may not exist."""
    if low is None:
        return "not computable"
    if percent:
        return f"{number(low * 100)} to {'∞' if high is None else number(high * 100)}"
    return f"{significant(low)} to {'∞' if high is None else significant(high)}"


def _choice(
    method: str,
    entries: dict[str, Specified],
    pool: Pool,
    profile: Profile,
    marks: Marks,
) -> tuple[str, ...]:
    first = next(iter(entries.values()))
    remarks = dict.fromkeys(entry.refused for entry in entries.values() if entry.refused)
    name = text(_METHODS.get(method, method))
    chosen = ("CE", "z") if pool.model == "common" else (profile.tau2_method, profile.test)
    if method == chosen[0]:
        name = f"<strong>{name}</strong>"
    cells: Sequence[str] = [
        _of_method(entries.get(test), pool, bold=(method, test) == chosen) for test in _TESTS
    ]
    return (
        name + marks.of(remarks),
        NOT_APPLICABLE if first.tau2 is None or method == "CE" else significant(first.tau2),
        NOT_APPLICABLE if first.i2 is None else number(first.i2 * 100),
        NOT_APPLICABLE if first.estimate is None else measure(pool.measure).number(first.estimate),
        *cells,
    )


def _of_method(entry: Specified | None, pool: Pool, *, bold: bool) -> str:
    if entry is None or entry.ci_low is None:
        return NOT_APPLICABLE
    limits = measure(pool.measure).limits(entry.ci_low, entry.ci_high)
    return f"<strong>{limits}</strong>" if bold else limits
