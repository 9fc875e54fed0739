"""Mean and standard deviation from median, quartiles and range, by the name of the method.

``wan``      Wan, Wang, Liu & Tong 2014, BMC Med Res Methodol 14:135 (means of Hozo and Bland)
``luo``      means of Luo, Wan, Liu & Tong 2018, Stat Methods Med Res 27:1785; SDs of Wan
``shi``      means of Luo; SDs of Shi, Luo, Weng et al. 2020, Res Synth Methods 11:641 where range
             and quartiles are given, of Wan otherwise
``mcgrath``  quantile estimation: the normal, log-normal, gamma, Weibull or beta distribution whose
             quantiles come nearest (McGrath et al. 2020, Stat Methods Med Res 29:2520)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from analysis.meta.checks import choice
from analysis.meta.conversion import Converted, number, size
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.projection import Array

__all__ = ["QUANTILE_METHODS", "mean_from_quantiles"]

QUANTILE_METHODS = ("wan", "luo", "shi", "mcgrath")
_SOURCES = {
    "wan": "Wan 2014",
    "luo": "Luo 2018 (mean) and Wan 2014 (SD)",
    "shi": "Luo 2018 (mean) and Shi 2020 (SD)",
    "mcgrath": "quantile estimation, McGrath 2020",
}
_NORMAL = "the outcome is normally distributed in the group"


def mean_from_quantiles(
    n: float,
    median: float,
    *,
    q1: float | None = None,
    q3: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    method: str = "shi",
) -> Converted:
    """Return the mean and standard deviation of a group from its median and quantiles.

    Parameters
    ----------
    n : float
        Participants of the group.
    median, q1, q3, minimum, maximum : float
        Quartiles, range, or both.
    method : {"wan", "luo", "shi", "mcgrath"}

    Returns
    -------
    Converted
        ``mean`` and ``sd``.

    Raises
    ------
    MetaInputError
        If neither quartiles nor range are given, the numbers are not in order, or the method is
        unknown.
    """
    choice("conversion", method, QUANTILE_METHODS)
    count = size("n", n)
    given = {"minimum": minimum, "q1": q1, "median": median, "q3": q3, "maximum": maximum}
    known = {name: number(name, value) for name, value in given.items() if value is not None}
    has_range, has_quartiles = {"minimum", "maximum"} <= set(known), {"q1", "q3"} <= set(known)
    if not (has_range or has_quartiles):
        msg = "A mean needs the quartiles (q1 and q3) or the range (minimum and maximum) as well."
        raise MetaInputError(msg)
    ordered = list(known.values())
    if ordered != sorted(ordered) or ordered[0] == ordered[-1]:
        shown = ", ".join(f"{name} {value:g}" for name, value in known.items())
        msg = f"Quantiles must rise, and not be all the same: {shown}."
        raise MetaInputError(msg)
    used = {
        name: known[name]
        for name in known
        if name == "median"
        or (has_range and name in {"minimum", "maximum"})
        or (has_quartiles and name in {"q1", "q3"})
    }
    if method == "mcgrath":
        return _nearest_distribution(count, used)
    mean, sd = _by_formula(count, used, method)
    return Converted({"mean": mean, "sd": sd}, _SOURCES[method], (_NORMAL,))


def _by_formula(n: float, q: dict[str, float], method: str) -> tuple[float, float]:
    median = q["median"]
    range_z = 2 * float(special.ndtri((n - 0.375) / (n + 0.25)))
    quartile_z = 2 * float(special.ndtri((0.75 * n - 0.125) / (n + 0.25)))
    hozo = method == "wan"
    if "q1" not in q:
        middle = (q["minimum"] + q["maximum"]) / 2
        w = 0.5 if hozo else 4 / (4 + n**0.75)
        return w * middle + (1 - w) * median, (q["maximum"] - q["minimum"]) / range_z
    quartiles, spread = (q["q1"] + q["q3"]) / 2, q["q3"] - q["q1"]
    if "minimum" not in q:
        w = 2 / 3 if hozo else 0.7 + 0.39 / n
        return w * quartiles + (1 - w) * median, spread / quartile_z
    middle, width = (q["minimum"] + q["maximum"]) / 2, q["maximum"] - q["minimum"]
    w1, w2 = (0.25, 0.5) if hozo else (2.2 / (2.2 + n**0.75), 0.7 - 0.72 / n**0.55)
    mean = w1 * middle + w2 * quartiles + (1 - w1 - w2) * median
    if method == "shi":
        grown = 0.07 * n**0.6
        return mean, width / ((1 + grown) * range_z) + spread / ((1 + 1 / grown) * quartile_z)
    return mean, (width / range_z + spread / quartile_z) / 2


def _normal(p: Array, a: float, b: float) -> tuple[Array, float, float]:
    sd = np.exp(b)
    return a + sd * special.ndtri(p), a, sd


def _log_normal(p: Array, a: float, b: float) -> tuple[Array, float, float]:
    s2 = np.exp(2 * b)
    mean = np.exp(a + s2 / 2)
    return np.exp(a + np.exp(b) * special.ndtri(p)), mean, mean * np.sqrt(np.expm1(s2))


def _gamma(p: Array, a: float, b: float) -> tuple[Array, float, float]:
    shape, scale = np.exp(a), np.exp(b)
    return special.gammaincinv(shape, p) * scale, shape * scale, np.sqrt(shape) * scale


def _weibull(p: Array, a: float, b: float) -> tuple[Array, float, float]:
    shape, scale = np.exp(a), np.exp(b)
    first, second = special.gamma(1 + 1 / shape), special.gamma(1 + 2 / shape)
    quantiles = scale * (-np.log1p(-p)) ** (1 / shape)
    return quantiles, scale * first, scale * np.sqrt(max(second - first**2, 0.0))


def _beta(p: Array, a: float, b: float) -> tuple[Array, float, float]:
    first, second = np.exp(a), np.exp(b)
    total = first + second
    variance = first * second / (total**2 * (total + 1))
    return special.betaincinv(first, second, p), first / total, np.sqrt(variance)


#: Distribution, and where its values lie; `_start` gives the parameters to begin with.
_FAMILIES = {
    "normal": (_normal, -np.inf, np.inf),
    "log-normal": (_log_normal, 0.0, np.inf),
    "gamma": (_gamma, 0.0, np.inf),
    "Weibull": (_weibull, 0.0, np.inf),
    "beta": (_beta, 0.0, 1.0),
}


def _start(name: str, mean: float, sd: float) -> tuple[float, float]:
    """Return parameters of a distribution of about this mean and standard deviation."""
    if name == "normal":
        return mean, float(np.log(sd))
    ratio = (sd / mean) ** 2
    if name == "log-normal":
        s2 = np.log1p(ratio)
        return float(np.log(mean) - s2 / 2), float(np.log(s2) / 2)
    if name == "gamma":
        return float(-np.log(ratio)), float(np.log(mean * ratio))
    if name == "Weibull":
        return float(np.log(ratio**-0.5) * 1.086), float(np.log(mean))
    total = max(mean * (1 - mean) / sd**2 - 1, 0.1)
    return float(np.log(mean * total)), float(np.log((1 - mean) * total))


def _nearest_distribution(n: float, q: dict[str, float]) -> Converted:
    shares = {"minimum": 1 / n, "q1": 0.25, "median": 0.5, "q3": 0.75, "maximum": 1 - 1 / n}
    values = np.array(list(q.values()))
    p = np.array([shares[name] for name in q])
    mean, sd = _by_formula(n, q, "luo")
    best = (float("inf"), "normal", mean, sd)
    for name, (family, low, high) in _FAMILIES.items():
        inside = values[0] > low and values[-1] < high and (name == "normal" or low < mean < high)
        if not inside:
            continue

        def distance(x: Array, family: Callable[..., tuple[Array, float, float]] = family) -> float:
            with np.errstate(all="ignore"):
                gap = family(p, float(x[0]), float(x[1]))[0] - values
            total = float((gap**2).sum())
            return total if np.isfinite(total) else 1e300

        found = optimize.minimize(
            distance,
            _start(name, mean, sd),
            method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000, "maxfev": 4000},
        )
        if found.fun < best[0]:
            _, m, s = family(p, *map(float, found.x))
            best = (float(found.fun), name, float(m), float(s))
    _, name, mean, sd = best
    assumed = f"the outcome has a {name} distribution, of those tried the nearest to the quantiles"
    return Converted({"mean": mean, "sd": sd}, _SOURCES["mcgrath"], (assumed,))
