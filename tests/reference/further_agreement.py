"""The part of ``docs/agreement.md`` about R's meta and further kinds of metafor.

A row of `ROWS` is one line of the table: a kind of the two further files of cases, the difference
that is agreement, and why it is not smaller.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.meta.cases import run_cases
from tests.meta.reference_comparison import meta_cases, new_metafor_cases, question

if TYPE_CHECKING:
    from collections.abc import Callable

Case = dict[str, Any]

#: Differences, |a − b| / (1 + |b|), are printed as the first of these bounds they stay under.
_BOUNDS = (1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


@dataclass(frozen=True, slots=True)
class Row:
    """One line: what is compared, how near is agreement, and why not nearer."""

    program: str
    text: str
    kind: str
    within: float
    why: str = ""
    chosen: Callable[[Case], bool] = field(default=lambda _: True)
    without: frozenset[str] = frozenset()


def _thompson(case: Case) -> bool:
    return case["args"].get("method_bias") == "Thompson"


def _random_intercepts(case: Case) -> bool:
    return case["args"].get("model") == "UM.RS"


#: What follows from a τ² that R did not converge tightly (SCHEMA-meta.md).
_FROM_TAU2 = frozenset({"random", "predict", "tau2", "se_tau2", "tau2_lb", "tau2_ub", "Rb"})

ROWS = (
    Row("meta", "Tests of funnel-plot asymmetry: Egger, Begg, Harbord, Peters, Macaskill, Deeks, "
        "Pustejovsky–Rodgers, Schwarzer", "meta.metabias", 1e-10,
        chosen=lambda case: not _thompson(case)),
    Row("meta", "Thompson and Sharp's test", "meta.metabias", 3e-3,
        "meta's τ² stops at a change of 1e-5", _thompson),
    Row("meta", "Trim and fill, L and R, either model and side, pooled again", "meta.trimfill",
        2e-4,
        "where random effects trim, meta's τ² stops at a change of 1e-5; what follows from the τ² "
        "of the filled set is not compared here", without=_FROM_TAU2),
    Row("metafor", "Mantel–Haenszel: RR, OR, RD, rates, with the tests of Cochran–Mantel–Haenszel "
        "and Tarone", "rma.mh", 1e-10),
    Row("metafor", "Peto's method", "rma.peto", 1e-10),
    Row("metafor", "Mixed models with one random effect: UM.FS, CM.AL, CM.EL, rates", "rma.glmm",
        2e-3, "lme4 searches without derivatives and stops within 1e-4 of the optimum (it says so "
        "of `vanhowe1999`)", lambda case: not _random_intercepts(case)),
    Row("metafor", "Mixed models with random study intercepts: UM.RS", "rma.glmm", 2e-2,
        "estimates and variances to 3e-4; lme4's standard errors come from finite differences "
        "smaller than the tolerance of its modes, and are up to 1.3 % too small; its Wald test, "
        "not compared here, inverts the same matrix",
        _random_intercepts, frozenset({"QE_Wld", "QEp_Wld"})),
    Row("metafor", "Three levels", "rma.mv", 1e-6, "nlminb's tolerance"),
    Row("metafor", "Cluster-robust variance", "robust", 1e-5, "the default threshold of `rma`"),
    Row("metafor", "Egger's test, regression and mixed-effects", "regtest", 1e-8),
    Row("metafor", "Begg's rank test", "ranktest", 1e-10),
    Row("metafor", "Trim and fill, L0 and R0", "trimfill", 1e-8),
    Row("metafor", "Fail-safe N: Rosenthal, Orwin, Rosenberg", "fsn", 1e-10),
    Row("metafor", "Test of excess significance", "tes", 1e-4,
        "only its limit, where `uniroot` stops at 1.2e-4"),
    Row("metafor", "Henmi and Copas", "hc", 1e-4, "`uniroot` stops at 1.2e-4 of the quantile"),
    Row("metafor", "Selection models: step function and beta", "selmodel", 5e-3,
        "integrals to 1.2e-4 and a search that stops early; the likelihood found here is never "
        "lower"),
)  # fmt: skip

#: Analyses that do not come out as the programs give them, with the reason.
EXPLAINED = {
    "mf.curtin2002.GEN.sel.3PSM": (
        "No study has P up to .025, so that the weight of the others goes to its bound, 100, which "
        "the engine says; metafor stops at 99.26 with a standard error of 291."
    ),
    "mf.curtin2002.GEN.sel.beta": (
        "A ridge: metafor stops where the likelihood is 0.008 lower and gives no standard errors."
    ),
    "mf.anker2025.GEN.sel.3PSM": (
        "metafor's search does not converge; the engine's ends on the bound of 100, with a warning "
        "that no study has P up to .025."
    ),
}


_ORIGIN = (
    "meta was built from its source and run; schema and conventions are in "
    "[SCHEMA-meta.md](../tests/reference/SCHEMA-meta.md)."
)
_HEADER = (
    "| analysis | program | agree | refused by both | numbers | within | differ | why no nearer |",
    "|---|---|--:|--:|--:|--:|--:|---|",
)


@dataclass(slots=True)
class Found:
    """What the comparison of one row found."""

    agreeing: int = 0
    refused: int = 0
    numbers: int = 0
    worst: float = 0.0
    differing: list[str] = field(default_factory=list)


def _differences(got: Any, expected: Any, without: frozenset[str]) -> list[float]:
    """Return the differences of all numbers asked for; infinite where the shapes differ."""
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            return [float("inf")]
        names = [name for name in expected if name not in without]
        return [d for n in names for d in _differences(got.get(n), expected[n], without)]
    if isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            return [float("inf")]
        return [d for pair in zip(got, expected, strict=True) for d in _differences(*pair, without)]
    if isinstance(expected, bool | str) or expected is None or isinstance(got, bool | str):
        return [] if got == expected else [float("inf")]
    if got is None:
        return [float("inf")]
    return [abs(got - expected) / (1 + abs(expected))]


def compare_row(row: Row) -> Found:
    """Run the cases of a row and compare every number that R gives."""
    cases = [
        case
        for case in (*meta_cases(), *new_metafor_cases())
        if case["kind"] == row.kind and row.chosen(case)
    ]
    answers = run_cases({**question(case), "id": case["id"]} for case in cases)
    found = Found()
    for case, answer in zip(cases, answers, strict=True):
        if case["status"] == "error" and "error" in answer:
            found.refused += 1
            continue
        differences = _differences(answer.get("result"), case["expected"], row.without)
        worst = max(differences, default=0.0)
        if worst > row.within:
            found.differing.append(case["id"])
            continue
        found.agreeing += 1
        found.numbers += len(differences)
        found.worst = max(found.worst, worst)
    return found


def lines() -> list[str]:
    """Return the section as lines of Markdown.

    Raises
    ------
    AssertionError
        If a case differs and no reason is known, or a reason has lost its case.
    """
    found = [compare_row(row) for row in ROWS]
    without = {identity for entry in found for identity in entry.differing} ^ set(EXPLAINED)
    assert not without, f"no reason, or a reason without a case: {sorted(without)}"
    table = [
        f"| {row.text} (`{row.kind}`) | {row.program} | {entry.agreeing} |"
        f" {entry.refused or '–'} | {entry.numbers:,} | {_bound(entry.worst)} |"
        f" {len(entry.differing) or '–'} | {row.why} |"
        for row, entry in zip(ROWS, found, strict=True)
    ]
    reasons = [f"| `{identity}` | {why} |" for identity, why in EXPLAINED.items()]
    heading = "## meta 8.3-0, and further data sets of metafor 3.8-1"
    differing = ["", "| case that differs | why |", "|---|---|", *reasons, ""]
    return [heading, "", _ORIGIN, "", *_HEADER, *table, *differing]


def _bound(worst: float) -> str:
    return next((f"{bound:.0e}" for bound in _BOUNDS if 2 * worst <= bound), "more")
