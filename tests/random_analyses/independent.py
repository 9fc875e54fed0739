"""The same analyses written down a second time: definitions of effects, dense matrices, roots.

Nothing is shared with `analysis.meta`, and nothing is fast: the estimators are those of Viechtbauer
2005, J Educ Behav Stat 30:261, with the k x k matrix P, solved by bracketing on a grid.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import optimize, special, stats

__all__ = ["answer"]

Array = np.ndarray
Case = dict[str, Any]


def _half(zero: Array, *columns: Array) -> list[Array]:
    return [column + 0.5 * zero for column in columns]


def _effects(measure: str, d: dict[str, Array]) -> tuple[Array, Array]:
    """Effects and variances by their definitions; ½ for studies with a zero, as metafor."""
    if "vi" in d:
        return d["yi"], d["vi"]
    if "ai" in d:
        a, b, c, e = d["ai"], d["n1i"] - d["ai"], d["ci"], d["n2i"] - d["ci"]
        if measure == "AS":
            n1, n2 = d["n1i"], d["n2i"]
            return np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 0.25 * (1 / n1 + 1 / n2)
        a, b, c, e = _half(a * b * c * e == 0, a, b, c, e)
        p, q = a / (a + b), c / (c + e)
        return {
            "RR": (np.log(p / q), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + e)),
            "OR": (np.log(a * e / b / c), 1 / a + 1 / b + 1 / c + 1 / e),
            "RD": (p - q, p * (1 - p) / (a + b) + q * (1 - q) / (c + e)),
        }[measure]
    if "events" in d:
        x, n = d["events"], d["n"]
        if measure == "PAS":
            return np.arcsin(np.sqrt(x / n)), 1 / (4 * n)
        if measure == "PFT":
            turned = np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))
            return turned / 2, 1 / (4 * n + 2)
        x, rest = _half(x * (n - x) == 0, x, n - x)
        p, n = x / (x + rest), x + rest
        return {
            "PR": (p, p * (1 - p) / n),
            "PLO": (special.logit(p), 1 / x + 1 / rest),
            "PLN": (np.log(p), 1 / x - 1 / n),
        }[measure]
    if "m2i" in d:
        n1, m1, s1, n2, m2, s2 = (d[c] for c in ("n1i", "m1i", "sd1i", "n2i", "m2i", "sd2i"))
        if measure == "SMD":
            df = n1 + n2 - 2
            pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
            exact = special.gammaln(df / 2) - special.gammaln((df - 1) / 2) - np.log(df / 2) / 2
            g = np.exp(exact) * (m1 - m2) / pooled
            return g, 1 / n1 + 1 / n2 + g**2 / (2 * (n1 + n2))
        return {
            "MD": (m1 - m2, s1**2 / n1 + s2**2 / n2),
            "ROM": (np.log(m1 / m2), s1**2 / (n1 * m1**2) + s2**2 / (n2 * m2**2)),
        }[measure]
    if "mi" in d:
        m, s, n = d["mi"], d["sdi"], d["ni"]
        return (m, s**2 / n) if measure == "MN" else (np.log(m), s**2 / (n * m**2))
    if "ri" in d:
        r, n = d["ri"], d["ni"]
        return (r, (1 - r**2) ** 2 / (n - 1)) if measure == "COR" else (np.arctanh(r), 1 / (n - 3))
    if "x1i" in d:
        x, t, y, u = d["x1i"], d["t1i"], d["x2i"], d["t2i"]
        if measure == "IRSD":
            return np.sqrt(x / t) - np.sqrt(y / u), 1 / (4 * t) + 1 / (4 * u)
        x, y = _half(x * y == 0, x, y)
        return {
            "IRR": (np.log(x / t) - np.log(y / u), 1 / x + 1 / y),
            "IRD": (x / t - y / u, x / t**2 + y / u**2),
        }[measure]
    x, t = d["xi"], d["ti"]
    if measure in {"IRS", "IRFT"}:
        root = np.sqrt(x / t)
        both = (root + np.sqrt(x / t + 1 / t)) / 2
        return (root if measure == "IRS" else both), 1 / (4 * t)
    (x,) = _half(x == 0, x)
    return (x / t, x / t**2) if measure == "IR" else (np.log(x / t), 1 / x)


def _projection(x: Array, w: Array) -> Array:
    wx = w[:, None] * x
    return np.diag(w) - wx @ np.linalg.solve(x.T @ wx, wx.T)


def _log_likelihood(y: Array, v: Array, x: Array, tau2: float, restricted: bool) -> float:
    w = 1 / (v + tau2)
    value = -np.log(w).sum() + y @ _projection(x, w) @ y
    if restricted:
        value += np.linalg.slogdet((x.T * w) @ x)[1]
    return -0.5 * float(value)


def _tau2(y: Array, v: Array, x: Array, method: str) -> float:
    k, p = x.shape
    if method == "FE":
        return 0.0
    plain = _projection(x, np.ones(k))
    inverse = _projection(x, 1 / v)
    if method == "DL":
        return max(0.0, float((y @ inverse @ y - (k - p)) / np.trace(inverse)))
    if method == "HS":
        return max(0.0, float((y @ inverse @ y - k) / (1 / v).sum()))
    if method == "HE":
        return max(0.0, float((y @ plain @ y - np.trace(plain * v)) / (k - p)))
    if method == "SJ":
        start = float(np.mean((y - y.mean()) ** 2))
        return start * float(y @ _projection(x, 1 / (v + start)) @ y) / (k - p)

    def equation(tau2: float) -> float:
        w = 1 / (v + tau2)
        proj = _projection(x, w)
        py = proj @ y
        if method in {"PM", "EB"}:
            return float(y @ py - (k - p))
        return float(py @ py - (np.trace(proj) if method == "REML" else w.sum()))

    grid = np.concatenate(
        [[0.0], np.geomspace(v.min() * 1e-3, 10 * (np.ptp(y) ** 2 + v.max()), 60)]
    )
    signs = np.array([equation(t) for t in grid])
    roots = [0.0] if signs[0] <= 0 else []
    find: Any = optimize.brentq
    roots += [
        float(find(equation, grid[i], grid[i + 1], xtol=1e-16, rtol=1e-14))
        for i in np.flatnonzero((signs[:-1] > 0) & (signs[1:] <= 0))
    ]
    if method in {"PM", "EB"}:
        return roots[0]
    return max(roots, key=lambda t: _log_likelihood(y, v, x, t, method == "REML"))


def answer(case: Case) -> dict[str, Array]:
    """Return the fields of `engine.FIELDS` for an ``rma`` or ``metareg`` case."""
    data = {name: np.array(column, float) for name, column in case["data"].items()}
    y, v = _effects(case["measure"], data)
    k = y.size
    x = np.ones((k, 1)) if "x" not in data else np.column_stack([np.ones(k), data["x"]])
    tau2 = _tau2(y, v, x, case["args"]["method"])
    w = 1 / (v + tau2)
    covariance = np.linalg.inv((x.T * w) @ x)
    coefficients = covariance @ (x.T @ (w * y))
    df = k - x.shape[1]
    if case["args"]["test"] == "knha":
        covariance = covariance * float(w @ (y - x @ coefficients) ** 2) / df
    errors = np.sqrt(np.diag(covariance))
    reach = stats.norm.ppf(0.975) if case["args"]["test"] == "z" else stats.t.ppf(0.975, df)
    return {
        "coefficients": coefficients,
        "errors": errors,
        "low": coefficients - reach * errors,
        "high": coefficients + reach * errors,
        "tau2": np.array([tau2]),
        "q": np.array([float(y @ _projection(x, 1 / v) @ y)]),
    }
