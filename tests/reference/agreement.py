"""Writes ``docs/agreement.md``: what agrees with other programs, what does not, and why.

    python -m tests.reference.agreement --write

Everything is computed anew from the reference cases. Differences are printed as bounds, not as
digits, so that the page is the same on every machine; a disagreement without a reason stops it.
"""

from __future__ import annotations

import argparse
import ast
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.meta.cases import run_cases
from tests.meta.reference_comparison import REFERENCE, Case, all_cases, named, question
from tests.reference import agreement_by_measure, further_agreement

PAGE = Path(__file__).parents[2] / "docs" / "agreement.md"

#: A difference is printed as the first of these bounds that it stays three times below.
_BOUNDS = (1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
#: Largest difference that is agreement: of fits that iterate, and where the optimum is flat.
_AGREEMENT = 1e-8
_FLAT = {"glmm": 1e-3}
_ABOVE_ZERO = 1e-9
_MOST_TESTS = 3
_COLLINEAR = "konstantopoulos2011"

_KINDS = {
    "escalc": "Effect sizes of single and two-arm studies, zero-cell rules",
    "study_ci": "Intervals of single proportions",
    "rma": "Pooled effects, τ² by nine methods, Knapp–Hartung, I², Q-profile, prediction",
    "subgroup_separate": "Subgroups with a τ² each",
    "subgroup_common": "Subgroups with one τ²",
    "metareg": "Meta-regression",
    "leave1out": "Leave-one-out",
    "cumul": "Cumulative analysis",
    "influence": "Cook's distance, DFFITS, hat values, deleted residuals",
    "baujat": "Baujat coordinates",
    "ranktest": "Begg's rank test",
    "regtest": "Egger's test, regression and mixed-effects",
    "peters": "Peters' test",
    "trimfill": "Trim and fill, L0, R0, Q0",
    "trimfill_fe_re": "Trim and fill, trimmed by a common effect",
    "glmm": "Random-intercept logistic model",
}

#: Cases that do not come out as metafor gives them, with the reason.
EXPLAINED = {
    "nielweise2007.OR.cumul.REML.z": (
        "At step 8 metafor prints NA: its Fisher scoring oscillates. With halved steps it gives "
        "what the engine gives, which brackets the score and cannot oscillate."
    ),
    "syn_k2.PAS.trimfill.FE.L0.auto": (
        "Of two studies one is trimmed, and the centre is the other. metafor's weighted mean of "
        "one study misses that study by a rounding error, counts it as a second positive rank and "
        "refuses; for two other measures of the same studies it does not. Computed without the "
        "error one study is imputed in every measure."
    ),
    "syn_k2.PLO.trimfill_fe_re.REML.L0": "The same rounding error, in another measure.",
}

_OTHER_REASONS = """\
* **R's default convergence is loose.** ML, REML and EB stop when τ² changes by less than 1e-5, PM
  and the Q-profile limits within 1.2e-4, both absolute. On scales where τ² is small this shows in
  printed digits: `nielweise2007.RD.rma.ML.z` has I² 31.16 % when converged and 25.18 % by default.
  The engine converges to rounding error; the reference was made with tightened control.
* **τ² just above 0.** metafor halves steps that would lead below 0 and stops at 1e-11 or so of the
  scale of the data (`hackshaw1998` and `syn_median`, subgroups by REML); the engine returns the
  boundary, 0, and flags it. τ², τ and I² are then not compared, everything else is.
* **Random analyses.** Of 5,000 over all measures (`make compare`, seed 1, against metafor 3.8-1)
  4,998 agree within 1e-6. In one metafor ends on the lower of two maxima of the likelihood, and
  one it does not converge. A hundred others are held against a second formulation with every
  change.
* **Several maxima.** With very unequal variances the likelihood of τ² can have more than one
  maximum. metafor climbs from one start; the engine takes the highest and says so in a warning.
* **logLik of the logistic model.** metafor's is conditional on the random effects (it subtracts
  lme4's conditional deviance); it must not be used for AIC. The engine maximises and reports the
  marginal one, and gives metafor's beside it under another name.
* **The optimum of the logistic model is flat.** lme4's search without derivatives stops within
  2e-5 of it (estimate, SE) and 1e-4 (τ²); with 25 points and a tight optimiser the programs agree
  to 1e-6. In `syn_k3_extreme` (a study of 0 %, one of 100 %) the quadrature is not converged.
* **`konstantopoulos2011`, meta-regression.** The moderator is nearly collinear with the groups:
  both programs lose digits, and agreement is to 1e-6.
* **Equal effects.** The Knapp–Hartung factor of studies with the same effect is exactly 0, as in
  metafor (residual sum of squares at most 2.2e-16), and the interval without width is flagged.
* **Begg's test of two studies** has no p value by the normal approximations: S is ±1, which no
  normal distribution approximates. Programs that print one divide all the same.
* **Stata's metatrim, R0,** subtracts 1.5 and rounds half up; metafor rounds half to even. Both are
  options of the engine, named in the profile.
* **Stata's values were derived, not printed.** Except for the Stata log of metaprop and the metan
  commands matched in metafor's own tests, they come from the formulas of the .ado files, evaluated
  with NumPy to ten digits. They show that the formulas are understood, not that Stata was run.
* **Mantel–Haenszel risk difference.** Stata's z differs from metafor's in the second decimal
  (Greenland–Robins against Sato variance); both variances are options.
* **One study outweighs the others by 10,000 or more.** In regressions on moderators metafor loses
  digits: with variances of 2.5e-6 and 0.15 to 0.5 (`test_one_study_may_outweigh_the_others`) it
  keeps six of τ² and of its SE. The engine's traces have no differences of large sums and keep
  twelve, held against the definitions evaluated with 60 digits.
* **As many coefficients as studies, common effect.** Both programs give no t test. metafor prints a
  Knapp–Hartung standard error of 0, or an unscaled one with `adhoc`; the engine prints none.
* **Trim and fill of two studies.** When one of two studies is trimmed, the centre is the other, and
  lies on it exactly: one study is missing, and one is imputed. metafor divides Σwy by Σw, which for
  some values misses y by a unit in the last place; that study then counts as a second positive
  rank, both would be trimmed, and metafor refuses. Whether it does is decided by the rounding of
  one division (it differs between measures of the same two studies), so such an analysis has no
  answer to agree with. The engine takes means relative to the first study, which are exact for one
  study, and always imputes one. R's meta asks for three studies; so does the profile `meta`.
* **Which model trims.** metafor trims with the model of the analysis, Stata's metatrim and R's meta
  with a common effect, unless told otherwise. The result names the model and holds the other.
* **Schwarzer's test.** R's meta adds ½ to the cells of trials with an empty one also in the
  Mantel–Haenszel odds ratio that centres the counts; the engine does the same.
* **Harbord's test of risk ratios.** The variance of the score is n₁n₂d/(nh) (Harbord 2009). meta's
  source puts n/4 for n₁n₂/n, the same for arms of equal size only; the engine keeps the paper's.
* **Standard errors of selection models.** metafor differentiates integrals that are good to 1.2e-4;
  of the power function in its own test (Preston 2004) its standard error, 1.394, is 3 % off:
  differences of integrals to 1e-13 give 1.354, as the engine does.
* **Power under heterogeneity.** metafor integrates the power over ± 5 τ; the engine uses the closed
  form, which is the integral over all effects (5.7e-7 more at most).

## Random data sets, side by side

On 2026-11-22, 5,079 analyses of 234 random data sets were run through metafor 3.8-1 and the engine:
1, 2, 3, 5, 10 and 40 studies; rare, no and only events, arms without events, single patients,
millions of patients, identical studies, equal effects, tied values, outliers, variances from 1e-14
to 1e11 and from 1e-5 to 1e3 within a set, medians with and without an upper limit; measures (all
but ratios with limits), estimators of τ² and tests drawn at random, Mantel–Haenszel and Peto
included. Of 179,436 numbers all but those of 71 analyses are within 1e-7 of each other, p values
within 1e-9. The 71 are: equal effects, where the programs work on rounding errors (21); Fisher
scoring of metafor that did not converge for a step (11); the flat optimum of the logistic model, or
the stop of R's `glm` at 1e-8 (13); trim and fill, which metafor refits with its default stop (7);
effects of 10,000 ± 0.5, or one study that outweighs the others, where metafor loses digits (9); and
regressions with nothing left to test (10).

Refused by both were 727, by metafor alone 83 (not converged, weights it finds not of full rank),
by the engine alone 102: Mantel–Haenszel without events in an arm or without any variance (56), for
which metafor prints NA or a standard error of 0, single studies, and a logistic model without a
finite variance. Three faults of the engine were found so and mended: a t test with 0 degrees of
freedom was a normal one, the standard error of τ² in regressions lost all digits at weights of 1 to
1,000,000, and Begg's test ranked the rounding errors of equal effects.
"""


_INTRODUCTION = (
    "Generated by `make agreement`; a test fails when it is out of date. The reference results "
    "and where they come from: [tests/reference](../tests/reference/README.md). Its speed: "
    "[performance.md](performance.md)."
)
_COLUMNS = (
    "*Refused by both* are analyses that R could not compute; the engine refuses them with a "
    "message. *Within* bounds the largest difference, |a − b| / (1 + |b|): relative for large "
    "numbers, absolute for small ones."
)
_DERIVED = (
    "Derived from the formulas of the .ado files to ten digits; they agree to 2e-9 unless the test "
    "says why not."
)


@dataclass(slots=True)
class Tally:
    """What the comparison of one kind found."""

    agreeing: int = 0
    refused: int = 0
    numbers: int = 0
    worst: float = 0.0
    disagreeing: list[str] = field(default_factory=list)


class Mismatch(Exception):  # noqa: N818 - a finding, not a failure of this program
    """The shapes differ, or a value exists on one side only."""


def compare(got: Any, expected: Any) -> tuple[int, float]:
    """Return how many numbers were compared and the largest difference.

    The difference is relative for numbers above 1 and absolute below, |a - b| / (1 + |b|).
    """
    if isinstance(expected, dict):
        if not isinstance(got, dict) or set(got) != set(expected):
            raise Mismatch
        left = _of_boundary(got, expected)
        pairs = [(got[key], value) for key, value in expected.items() if key not in left]
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(got) != len(expected):
            raise Mismatch
        pairs = list(zip(got, expected, strict=True))
    elif isinstance(expected, bool | str) or expected is None:
        if got != expected:
            raise Mismatch
        return 0, 0.0
    else:
        if got is None or isinstance(got, str):
            raise Mismatch
        return 1, abs(got - expected) / (1 + abs(expected))
    results = [compare(*pair) for pair in pairs]
    return sum(n for n, _ in results), max((d for _, d in results), default=0.0)


def _of_boundary(got: Case, expected: Case) -> tuple[str, ...]:
    """Return what is not compared where metafor stopped just above a τ² of 0."""
    tau2 = expected.get("tau2")
    above = isinstance(tau2, float) and 0 < tau2 < _ABOVE_ZERO and got.get("tau2") == 0
    return ("tau2", "tau", "I2") if above else ()


def tallies() -> dict[str, Tally]:
    """Run every case of metafor and compare.

    Raises
    ------
    AssertionError
        If a case disagrees and no reason is known, or a reason has lost its case.
    """
    cases = all_cases()
    answers = run_cases({**question(case), "id": case["id"]} for case in cases)
    found: dict[str, Tally] = {kind: Tally() for kind in _KINDS}
    for case, answer in zip(cases, answers, strict=True):
        tally = found[case["kind"]]
        if case["status"] == "error" and "error" in answer:
            tally.refused += 1
            continue
        try:
            numbers, worst = compare(answer.get("result"), case["expected"])
        except Mismatch:
            tally.disagreeing.append(case["id"])
            continue
        if worst > _allowed(case):
            tally.disagreeing.append(case["id"])
            continue
        tally.agreeing += 1
        tally.numbers += numbers
        tally.worst = max(tally.worst, worst)
    without_reason = {i for t in found.values() for i in t.disagreeing} ^ set(EXPLAINED)
    assert not without_reason, f"no reason, or a reason without a case: {sorted(without_reason)}"
    return found


def _allowed(case: Case) -> float:
    return 1e-6 if case["dataset"] == _COLLINEAR else _FLAT.get(case["kind"], _AGREEMENT)


def held_by(file: str) -> dict[str, list[tuple[str, str]]]:
    """Return, for every case of a file, the tests that hold it: file and question."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in named(file)}
    for path in sorted((REFERENCE.parent / "meta").glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        for test, node in functions.items():
            if not test.startswith("test_"):
                continue
            called = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            parts = [node, *(functions[name] for name in sorted(called & functions.keys()))]
            patterns = {_pattern(part) for whole in parts for part in ast.walk(whole)} - {None}
            asked = (ast.get_docstring(node) or test).split("\n", 1)[0]
            for name, tests in found.items():
                if any(re.fullmatch(str(pattern), name) for pattern in patterns):
                    tests.append((path.name, asked))
    return found


def _pattern(node: ast.AST) -> str | None:
    """Return what a text in a test's source can be the name of."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [v.value if isinstance(v, ast.Constant) else None for v in node.values]
        if any(isinstance(part, str) and len(part) > 8 for part in parts):
            return "".join(".+" if part is None else re.escape(str(part)) for part in parts)
    return None


def page() -> str:
    """Return the page as Markdown."""
    found = tallies()
    agreeing = sum(t.agreeing + t.refused for t in found.values())
    numbers = sum(t.numbers for t in found.values())
    lines = [
        "# What agrees, what does not, and why",
        "",
        _INTRODUCTION,
        "",
        "## metafor 3.8-1",
        "",
        f"{agreeing:,} of {len(all_cases()):,} analyses agree, in {numbers:,} numbers. {_COLUMNS}",
        "",
        "| analysis | agree | refused by both | numbers | within | differ |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {text} (`{kind}`) | {t.agreeing} | {t.refused or '–'} | {t.numbers:,} |"
        f" {_bound(t.worst)} | {len(t.disagreeing) or '–'} |"
        for (kind, text), t in ((item, found[item[0]]) for item in _KINDS.items())
    ]
    lines += ["", "### The analyses that differ", "", "| case | why |", "|---|---|"]
    lines += [f"| `{identity}` | {why} |" for identity, why in EXPLAINED.items()]
    lines += [
        "",
        *further_agreement.lines(),
        *agreement_by_measure.programs(),
        "",
        "## Papers, manuals and a Stata log",
        "",
        "Printed numbers agree to half a unit of their last digit unless the test says why not.",
        "",
        *_held_table("published_cases.json", "source"),
        "",
        "## Stata 14's user commands",
        "",
        _DERIVED,
        "",
        *_held_table("stata14_cases.json", "formula"),
        "",
        "## Other differences, and their reasons",
        "",
        _OTHER_REASONS.rstrip(),
        "",
    ]
    return "\n".join(lines)


def _held_table(file: str, origin: str) -> list[str]:
    held = held_by(file)
    rows = ["| case | from | the test asks |", "|---|---|---|"]
    for name, case in named(file).items():
        # The first tests are the ones about the numbers; later ones use the same data.
        shown = held[name][:_MOST_TESTS]
        asked = "; ".join(f"{text} (`{test}`)" for test, text in shown) or "**not held**"
        source = str(case[origin]).replace("|", "\\|")
        rows.append(f"| `{name}` | {source} | {asked} |".replace("\n", " "))
    return rows


def _bound(worst: float) -> str:
    return next((f"{bound:.0e}" for bound in _BOUNDS if 3 * worst <= bound), "more")


def main() -> None:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    if parser.parse_args().write:
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
    else:
        print(page())


if __name__ == "__main__":
    main()
