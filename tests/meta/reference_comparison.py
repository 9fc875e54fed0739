"""The reference results, and how an answer is held against one of them.

Where they come from: ``tests/reference/SCHEMA.md``. Tolerances, relative (with an absolute floor
for numbers that are 0 but for rounding):

* closed form (no iteration, or DL, HE, HS, SJ, FE): 1e-10;
* iterative (ML, REML, EB, PM): 1e-8. The reference stops at 1e-12 of the scale of the data, and
  quotients such as I² near 0 or Cook's distance magnify that;
* p values below 1e-12: 1e-6, because their relative error is that of the statistic times its size.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

REFERENCE = Path(__file__).parents[1] / "reference"
CLOSED_FORM = frozenset({"FE", "EE", "CE", "DL", "HE", "HS", "SJ", None})
TINY_P = 1e-12

Case = dict[str, Any]


@cache
def all_cases() -> tuple[Case, ...]:
    with gzip.open(REFERENCE / "metafor_cases.json.gz", "rt", encoding="utf-8") as stream:
        return tuple(json.load(stream))


@cache
def meta_cases() -> tuple[Case, ...]:
    """Cases of R's meta, and of metafor for the kinds it alone has (SCHEMA-meta.md)."""
    with gzip.open(REFERENCE / "meta_cases.json.gz", "rt", encoding="utf-8") as stream:
        return tuple(json.load(stream))


@cache
def new_metafor_cases() -> tuple[Case, ...]:
    """Further cases of metafor on given effects, in the kinds of the first file."""
    with gzip.open(REFERENCE / "metafor_new_cases.json.gz", "rt", encoding="utf-8") as stream:
        return tuple(json.load(stream))


def cases_of(kind: str, status: str = "ok") -> list[Case]:
    return [case for case in all_cases() if case["kind"] == kind and case["status"] == status]


@cache
def named(file: str) -> dict[str, Case]:
    """Cases of published_cases.json or stata14_cases.json by name."""
    entries = json.loads((REFERENCE / file).read_text(encoding="utf-8"))
    return {entry["name"]: entry for entry in entries}


def question(case: Case) -> Case:
    """The case as a stranger would hand it in."""
    return {key: value for key, value in case.items() if key not in {"expected", "id", "call"}}


def relative_tolerance(case: Case) -> float:
    return 1e-10 if case["args"].get("method") in CLOSED_FORM else 1e-8


def assert_agrees(case: Case, answer: Any, *, rtol: float | None = None) -> None:
    """Fail unless `answer` has the shape and the numbers of ``case["expected"]``."""
    tolerance = relative_tolerance(case) if rtol is None else rtol
    json.dumps(answer, allow_nan=False)
    _compare(case["id"], answer, case["expected"], tolerance)


def _compare(where: str, got: Any, expected: Any, rtol: float) -> None:
    if isinstance(expected, dict):
        assert isinstance(got, dict), where
        assert set(got) == set(expected), where
        for key, value in expected.items():
            _compare(f"{where} {key}", got[key], value, rtol)
    elif isinstance(expected, list):
        assert isinstance(got, list), where
        assert len(got) == len(expected), where
        for index, value in enumerate(expected):
            _compare(f"{where}[{index}]", got[index], value, rtol)
    elif expected is None or isinstance(expected, bool | str):
        assert got == expected, f"{where}: {got!r} is not {expected!r}"
        assert type(got) is type(expected), where
    else:
        assert isinstance(got, int | float), f"{where}: {got!r} is not {expected!r}"
        p_value = where.rpartition(" ")[2].partition("[")[0].lower() in {"pval", "qp", "qep"}
        allowed = 1e-6 if p_value and abs(expected) < TINY_P else rtol
        np.testing.assert_allclose(got, expected, rtol=allowed, atol=rtol, err_msg=where)


def bcg_log_rr() -> tuple[np.ndarray, np.ndarray]:
    """Log risk ratios of the 13 BCG trials (Colditz 1994), no empty cells."""
    data = named("published_cases.json")["trim_and_fill_bcg"]["data"]
    a, b, c, d = (np.array(data[key], float) for key in ("tpos", "tneg", "cpos", "cneg"))
    return np.log(a / (a + b) * (c + d) / c), 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)


def magnesium_log_or(studies: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log odds ratios, variances and sizes of the first magnesium trials (Egger 2001).

    15 leaves out ISIS-4. ½ is added to all cells of trials with an empty one.
    """
    data = named("published_cases.json")["egger_and_begg_egger2001_bcg"]["data"]["egger2001"]
    a, n1, c, n2 = (np.array(data[key], float)[:studies] for key in ("ai", "n1i", "ci", "n2i"))
    b, d = n1 - a, n2 - c
    half = np.where((a * b * c * d) == 0, 0.5, 0.0)
    a, b, c, d = a + half, b + half, c + half, d + half
    return np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, n1 + n2


def hackshaw_log_or() -> tuple[np.ndarray, np.ndarray]:
    """Log odds ratios of 37 studies of passive smoking from their intervals (Hackshaw 1998)."""
    data = named("published_cases.json")["hackshaw1998_dl_from_reported_or_and_ci"]["data"]
    low, high = np.log(data["ci_lb"]), np.log(data["ci_ub"])
    return np.log(data["or"]), ((high - low) / (2 * 1.959963984540054)) ** 2
