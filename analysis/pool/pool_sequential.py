"""Sequential analysis of a CSV of comparisons: the pool look by look, against its boundaries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.formatting.numbers import number, percent
from analysis.pool.value_text import FORMS
from schemas.problems import DataProblems, Problem, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.pool.csv_results import CsvPool

__all__ = ["Looks", "looks_text", "sequential_looks"]


@dataclass(frozen=True, slots=True)
class Looks:
    """The cumulative test in the order of the rows.

    Attributes
    ----------
    effect
        The smallest effect that matters, as it was asked for.
    alpha, power
        Of the two-sided test.
    diversity
        D², a fraction, which raised the required information by 1 / (1 − D²).
    required
        Information that is required: an inverse variance.
    studies, fraction, z, boundary
        For each row: its name, the information so far as a share of the required one, the statistic
        and the boundary; None where nothing may be spent yet, or after the required information
        was reached.
    crossed
        Name of the first study with which the boundary was crossed.
    """

    effect: float
    alpha: float
    power: float
    diversity: float
    required: float
    studies: tuple[str, ...]
    fraction: tuple[float, ...]
    z: tuple[float, ...]
    boundary: tuple[float | None, ...]
    crossed: str | None


def sequential_looks(pool: CsvPool, effect: float, power: float = 0.8) -> Looks:
    """Test a pool of comparisons look by look; the rows of the file are the order in time.

    Parameters
    ----------
    pool
        Ratios or differences, pooled by inverse variance.
    effect
        The smallest effect that matters: a ratio such as 0.8, or a difference.
    power
        From 0 to 1.

    Raises
    ------
    DataProblems
        If the pool is of single groups, was not pooled by inverse variance, or the effect or power
        is not possible.
    """
    from analysis.meta.errors import MetaInputError
    from analysis.meta.sequential import sequential_analysis

    if not FORMS[pool.kind].compares:
        raise _refused(
            pool,
            "Single groups test nothing: there is no boundary to cross.",
            "Give a table of two arms, or of effects with their variances.",
        )
    if pool.overall.method in {"MH", "Peto", "GLMM"}:
        raise _refused(
            pool,
            "Sequential analysis needs a pool by inverse variance.",
            "Choose another method, such as --method DL.",
        )
    if FORMS[pool.kind].log and effect <= 0:
        raise _refused(pool, "A ratio is larger than 0.", "Write it as --sequential 0.8.")
    studies = pool.overall.studies
    try:
        found = sequential_analysis(
            [study.yi for study in studies],
            [study.se**2 for study in studies],
            math.log(effect) if FORMS[pool.kind].log else effect,
            alpha=1 - pool.level,
            power=power,
            method=pool.overall.method,
        )
    except MetaInputError as error:
        hint = "The effect must differ from no effect; the power lies between 0 and 1."
        raise _refused(pool, str(error), hint) from error
    crossed = found.crossed
    return Looks(
        effect=effect,
        alpha=1 - pool.level,
        power=power,
        diversity=found.heterogeneity,
        required=found.required,
        studies=tuple(study.label for study in studies),
        fraction=tuple(map(float, found.fraction)),
        z=tuple(map(float, found.z)),
        boundary=tuple(float(b) if math.isfinite(b) else None for b in found.boundary),
        crossed=None if crossed is None else studies[crossed].label,
    )


def looks_text(looks: Looks, pool: CsvPool) -> str:
    """Write the looks as plain text."""
    return "\n".join(_lines(looks, pool))


def _lines(looks: Looks, pool: CsvPool) -> Iterator[str]:
    effect = FORMS[pool.kind].value(looks.effect)
    yield (
        f"Sequential analysis of the {pool.effect} {effect} ({percent(looks.alpha, 0)} two-sided, "
        f"power {percent(looks.power, 0)}; rows as the order in time)"
    )
    yield (
        f"Required information {number(looks.required)}, raised for diversity "
        f"D² = {percent(looks.diversity)}."
    )
    width = max(5, *(len(printable(name)) for name in looks.studies))
    yield f"  {'Study'.ljust(width)}  Information, %       z  Boundary"
    for name, fraction, z, boundary in zip(
        looks.studies, looks.fraction, looks.z, looks.boundary, strict=True
    ):
        limit = "–" if boundary is None else f"±{number(boundary, 2)}"
        yield (
            f"  {printable(name).ljust(width)}  {number(100 * fraction, 0).rjust(14)}  "
            f"{number(z, 2).rjust(6)}  {limit.rjust(8)}"
        )
    if looks.crossed is not None:
        last = looks.boundary[-1]
        again = last is not None and abs(looks.z[-1]) < last
        yield (
            f"The boundary was crossed with {printable(looks.crossed)}"
            f"{'; after the last study the pool is inside it again' if again else ''}."
        )
    elif looks.fraction[-1] >= 1:
        yield "The required information was reached, and the boundary was not crossed."
    else:
        yield (
            f"The boundary was not crossed, and {percent(looks.fraction[-1], 0)} of the required "
            "information is there."
        )


def _refused(pool: CsvPool, what: str, hint: str) -> DataProblems:
    return DataProblems(
        [Problem(pool.file, None, None, None, what, hint, "error", "pool-sequential")]
    )
