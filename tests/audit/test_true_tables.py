"""Is any true table condemned, whatever its headings, decimals and brackets are?"""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.audit.findings import ALARMS
from tests.audit import true_results as true
from tests.audit.audited import audit_table

RATIO_HEADINGS = (
    "OR (95% CI)",
    "Pooled RR [95% CI]",
    "Risk Ratio (M-H, Random, 95% CI)",
    "HR, 95% CI",
)
DIFFERENCE_HEADINGS = ("MD (95% CI)", "Mean difference, kg [95% CI]", "SMD (IV, Fixed, 95% CI)")
PERCENT_HEADINGS = ("Prevalence, % (95% CI)", "Response rate (95% CI)", "ORR % [95% CI]")
BRACKETS = (
    "{e} ({l}-{h})",
    "{e} [{l}, {h}]",
    "{e} ({l}; {h})",
    "{e} ({l} to {h})",
    "{e} ({l}–{h})*",
)


def rows_of(seed: int, kind: str, count: int) -> tuple[str, list[str]]:
    """A table of so many true results, with a P where there is one."""
    rng = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    decimals, bracket = rng.choice((1, 2, 2, 3)), rng.choice(BRACKETS)
    comma = rng.random() < 0.3
    lines: list[str] = []
    for i in range(count):
        n = rng.randint(20, 900)
        x = rng.randint(3, n - 3)
        if kind == "ratio":
            *ends, p = true.log_interval(rng.gauss(0, 0.4), rng.uniform(0.05, 0.5))
        elif kind == "difference":
            *ends, p = true.difference(rng.gauss(0, 3), rng.uniform(0.1, 2), rng.choice((None, 30)))
        else:
            found = true.proportion(x, n, rng.choice(("Wilson", "Clopper-Pearson", "Wald")))
            ends, p = [100 * end for end in found], None
        texts = [true.rounded(end, decimals) for end in ends]
        cell = bracket.format(e=texts[0], l=texts[1], h=texts[2])
        if comma and "," not in cell and decimals != 3:
            cell = cell.replace(".", ",")
        last = f"{x}/{n}" if p is None else true.p_text(p, "").removeprefix("=")
        lines.append(f'Outcome {i},{rng.randint(1, 99)},"{cell}",{last}')
    heads = {
        "ratio": RATIO_HEADINGS,
        "difference": DIFFERENCE_HEADINGS,
        "percent": PERCENT_HEADINGS,
    }
    last = "n/N" if kind == "percent" else rng.choice(("P", "P value", "p-value"))
    return f'Outcome,Weight,"{rng.choice(heads[kind])}",{last}', lines


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 2**32), st.sampled_from(["ratio", "difference", "percent"]), st.integers(1, 6)
)
def test_any_true_table(seed, kind, count):
    """Is each row of a true table read, and none condemned?"""
    header, lines = rows_of(seed, kind, count)
    rows = audit_table(*lines, header=header)
    assert len(rows) == count
    for line, row in zip(lines, rows.values(), strict=True):
        assert row.verdict not in ALARMS, (header, line, row.checks)
        assert row.checks, (header, line)


def test_the_same_outcomes_under_two_headings_are_no_repetitions():
    """Are rows below "Men" and "Women" results of their own?"""
    lines = (
        "Men,,",
        "Pain,0.80 (0.60-1.07),0.13",
        "Women,,",
        "Pain,0.90 (0.70-1.16),0.42",
    )
    rows = audit_table(*lines, header="Outcome,OR (95% CI),P")
    assert [row.verdict for row in rows.values()] == ["consistent", "consistent"]
