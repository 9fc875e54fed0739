"""How figures word a pool: its estimate, its heterogeneity, how many studies it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import number, p_value, significant

if TYPE_CHECKING:
    from analysis.paper.figures.measure import Run
    from analysis.synthesis.results import Pool

MODELS: Final = {"common": "common effect", "random": "random effects"}


def counted(pool: Pool) -> str:
    """Say how many estimates and studies a pool has: "15 estimates, 14 studies" or "5 studies"."""
    studies = f"{pool.n_studies} {'study' if pool.n_studies == 1 else 'studies'}"
    if pool.k == pool.n_studies:
        return studies
    return f"{pool.k} {'estimate' if pool.k == 1 else 'estimates'}, {studies}"


def heterogeneity(pool: Pool, *, named: bool = True, model: bool = True) -> tuple[Run, ...]:
    """Say how unlike the studies are and how they were pooled, with statistical letters in italic.

    For example τ² = 0.15, *Q* = 29.90, df = 13, *P* = .005, *I*² = 59.7%; random effects,
    DerSimonian–Laird. Without ``named`` only the model is said of the method, and without ``model``
    nothing; it has to be said elsewhere.
    """
    if pool.estimate is None:
        return ((f"Not pooled: {pool.method}", "regular"),)
    if pool.model == "single":
        return (("One study: its own interval is shown.", "regular"),)
    runs: list[Run] = []
    p = statistic("P", p_value(pool.q_p).removeprefix("P")) if pool.q_p is not None else ()
    i2 = statistic("I", f"² = {number(pool.i2 * 100, 1)}%") if pool.i2 is not None else ()
    parts = [p, i2]
    if pool.q is not None:
        tau2 = () if pool.tau2 is None else ((f"τ² = {significant(pool.tau2)}", "regular"),)
        parts = [tau2, statistic("Q", f" = {number(pool.q, 2)}, df = {pool.q_df}"), p, i2]
    for part in filter(None, parts):
        runs += [*((", ", "regular"),) * bool(runs), *part]
    if runs and not (named or model):
        return tuple(runs)
    if runs:
        runs.append(("; ", "regular"))
    runs.append((pool.method if named else MODELS.get(pool.model, pool.method), "regular"))
    return tuple(runs)


def statistic(letter: str, text: str) -> tuple[Run, Run]:
    """Set the letter of a statistic in italic before the rest of it."""
    return (letter, "italic"), (text, "regular")


def capital(text: str) -> str:
    """Write the first letter large."""
    return text[:1].upper() + text[1:]
