"""How figures word a pool: its estimate, its heterogeneity, how many studies it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import interval, number, p_value

if TYPE_CHECKING:
    from analysis.paper.figures.measure import Run
    from analysis.synthesis.results import Pool

MODELS: Final = {"common": "common effect", "random": "random effects"}


def factor(kind: str) -> float:
    """Return what a value is multiplied by to be printed: proportions are printed as percent."""
    return 100.0 if kind == "proportion" else 1.0


def unit_after(kind: str, unit: str) -> str:
    """Return the unit as it follows a number: ``%`` or `` months``."""
    return "%" if kind == "proportion" else f" {unit}"


def estimate_text(estimate: float, low: float | None, high: float | None, kind: str) -> str:
    """Write an estimate with its interval, without unit: ``33.9 (26.5–41.3)``."""
    value = number(estimate * factor(kind), 1)
    return value if low is None else f"{value} ({interval(low, high, kind)})"


def spoken(
    estimate: float, low: float | None, high: float | None, kind: str, unit: str, level: float
) -> str:
    """Write an estimate for a sentence: ``33.9% (95% CI 26.5–41.3)``, ``6.9 months (95% CI …)``.

    Parameters
    ----------
    estimate, low, high : float or None
        Fractions or months; without ``low`` there is no interval.
    kind, unit : str
        Of the outcome.
    level : float
        Confidence level.
    """
    value = f"{number(estimate * factor(kind), 1)}{unit_after(kind, unit)}"
    if low is None:
        return value
    return f"{value} ({number(level * 100, 0)}% CI {interval(low, high, kind)})"


def counted(pool: Pool) -> str:
    """Say how many estimates and studies a pool has: "15 estimates, 14 studies" or "5 studies"."""
    studies = f"{pool.n_studies} {'study' if pool.n_studies == 1 else 'studies'}"
    if pool.k == pool.n_studies:
        return studies
    return f"{pool.k} {'estimate' if pool.k == 1 else 'estimates'}, {studies}"


def heterogeneity(pool: Pool, *, named: bool = True) -> tuple[Run, ...]:
    """Say how unlike the studies are and how they were pooled, with statistical letters in italic.

    For example *I*² = 76.4%, *P* < .001; random effects, DerSimonian–Laird. Without ``named`` only
    the model is said, and the method has to be said elsewhere.
    """
    if pool.estimate is None:
        return ((f"Not pooled: {pool.method}", "regular"),)
    if pool.model == "single":
        return (("One study: its own interval is shown.", "regular"),)
    runs: list[Run] = []
    if pool.i2 is not None:
        runs.extend(statistic("I", f"² = {number(pool.i2 * 100, 1)}%, "))
    if pool.q_p is not None:
        runs.extend(statistic("P", f"{p_value(pool.q_p).removeprefix('P')}; "))
    runs.append((pool.method if named else MODELS.get(pool.model, pool.method), "regular"))
    return tuple(runs)


def statistic(letter: str, text: str) -> tuple[Run, Run]:
    """Set the letter of a statistic in italic before the rest of it."""
    return (letter, "italic"), (text, "regular")


def capital(text: str) -> str:
    """Write the first letter large."""
    return text[:1].upper() + text[1:]
