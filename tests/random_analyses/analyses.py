"""Random analyses over every measure, as the cases that ``review meta`` takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["METHODS", "TYPES", "random_analyses"]

Case = dict[str, Any]
Random = np.random.Generator

METHODS = ("FE", "DL", "HE", "HS", "SJ", "PM", "ML", "REML", "EB")
_TESTS = ("z", "t", "knha")


def _two(rng: Random, k: int) -> dict[str, np.ndarray]:
    n1, n2 = rng.integers(8, 250, k), rng.integers(8, 250, k)
    base = rng.uniform(0.02, 0.7)
    p2 = np.clip(rng.normal(base, 0.08, k), 0.005, 0.95)
    odds = p2 / (1 - p2) * np.exp(rng.normal(rng.normal(0, 0.5), rng.uniform(0, 0.6), k))
    return {
        "ai": rng.binomial(n1, odds / (1 + odds)),
        "n1i": n1,
        "ci": rng.binomial(n2, p2),
        "n2i": n2,
    }


def _prop(rng: Random, k: int) -> dict[str, np.ndarray]:
    n = rng.integers(5, 400, k)
    p = rng.beta(float(rng.uniform(0.6, 9)), float(rng.uniform(0.6, 9)), k)
    return {"events": rng.binomial(n, p), "n": n}


def _cont(rng: Random, k: int) -> dict[str, np.ndarray]:
    centre = rng.uniform(5, 60)
    return {
        "n1i": rng.integers(6, 120, k),
        "m1i": np.round(rng.normal(centre * 1.1, centre * 0.1, k), 2),
        "sd1i": np.round(rng.uniform(0.1, 0.5, k) * centre, 2),
        "n2i": rng.integers(6, 120, k),
        "m2i": np.round(rng.normal(centre, centre * 0.1, k), 2),
        "sd2i": np.round(rng.uniform(0.1, 0.5, k) * centre, 2),
    }


def _mean(rng: Random, k: int) -> dict[str, np.ndarray]:
    both = _cont(rng, k)
    return {"mi": both["m1i"], "sdi": both["sd1i"], "ni": both["n1i"]}


def _cor(rng: Random, k: int) -> dict[str, np.ndarray]:
    r = np.tanh(rng.normal(rng.normal(0, 0.5), rng.uniform(0.05, 0.4), k))
    return {"ri": np.round(r, 3), "ni": rng.integers(8, 400, k)}


def _inc(rng: Random, k: int) -> dict[str, np.ndarray]:
    t1, t2 = (np.round(rng.uniform(20, 3000, k), 1) for _ in range(2))
    rate = rng.uniform(0.001, 0.05) * np.exp(rng.normal(0, 0.5, k))
    ratio = np.exp(rng.normal(rng.normal(0, 0.4), 0.4, k))
    return {
        "x1i": rng.poisson(t1 * rate * ratio),
        "t1i": t1,
        "x2i": rng.poisson(t2 * rate),
        "t2i": t2,
    }


def _rate(rng: Random, k: int) -> dict[str, np.ndarray]:
    both = _inc(rng, k)
    return {"xi": both["x2i"], "ti": both["t2i"]}


def _generic(rng: Random, k: int) -> dict[str, np.ndarray]:
    v = rng.uniform(0.002, 0.6, k) ** rng.choice([1, 2])
    return {"yi": rng.normal(rng.normal(0, 0.5), np.sqrt(v + rng.uniform(0, 0.3))), "vi": v}


#: Measures by the kind of data they are computed from.
TYPES = {
    _two: ("RR", "OR", "RD", "AS"),
    _prop: ("PR", "PLO", "PAS", "PFT", "PLN"),
    _cont: ("MD", "SMD", "ROM"),
    _mean: ("MN", "MNLN"),
    _cor: ("COR", "ZCOR"),
    _inc: ("IRR", "IRD", "IRSD"),
    _rate: ("IR", "IRLN", "IRS", "IRFT"),
    _generic: ("GEN",),
}
_SUMS = {_two: ("RR", "OR", "RD"), _inc: ("IRR", "IRD")}


def random_analyses(count: int, seed: int) -> Iterator[Case]:
    """Yield cases: four in six pool, one is a meta-regression, one Mantel-Haenszel or Peto.

    Parameters
    ----------
    count, seed : int
        The same seed gives the same analyses, whatever the count.
    """
    rng = np.random.default_rng(seed)
    types = list(TYPES)
    for number in range(count):
        k = int(rng.integers(2, 25))
        kind = ("rma", "rma", "rma", "rma", "metareg", "sums")[number % 6]
        args: Case = {}
        if kind == "sums":
            make = _two if rng.random() < 0.7 else _inc
            measure = str(rng.choice(_SUMS[make]))
            kind = "rma.peto" if measure == "OR" and rng.random() < 0.4 else "rma.mh"
            data = make(rng, k)
        else:
            make = types[int(rng.integers(len(types)))]
            measure = str(rng.choice(TYPES[make]))
            args = {"method": str(rng.choice(METHODS)), "test": str(rng.choice(_TESTS))}
            if kind == "metareg":
                k += 3
                args["mods"] = "~ x"
            data = make(rng, k)
            if kind == "metareg":
                data["x"] = np.round(rng.normal(0, 2, k), 1)
        yield {
            "id": number,
            "kind": kind,
            "measure": measure,
            "args": args,
            "data": {name: column.tolist() for name, column in data.items()},
        }
