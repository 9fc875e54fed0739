"""Does published/README.md say of model rule and group size only what the numbers bear out?

Each number of its section is computed here: from the printed rows, from the rows of version 1.0,
and from the counts that the section lists.
"""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from analysis.formatting.numbers import interval, number
from analysis.meta.models import pool
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Pool
from schemas import load_review
from schemas.review_data import ReviewData
from tests.conftest import EDITION, ROOT

SECTION = (ROOT / "published/README.md").read_text("utf-8").split("## What the model rule")[1]
TEXT = " ".join(SECTION.split())
# Combination and timing of the groups, in the order that the section names.
THERAPY = ["ICI", "TACE", *["ICI"] * 6, *["TACE"] * 4, *["RT"] * 3]
PROSPECTIVE = (0, 2, 3, 4, 5, 8, 12)


@cache
def first() -> ReviewData:
    return load_review(EDITION)


@cache
def pools(scope: str, apollo: int = 433, model: bool = True) -> dict[tuple[str, str], Pool]:
    """The pools of the rows of version 1.0 under a rule, with a size of APOLLO's group."""
    data = first()
    rule = data.protocol.model_rule.model_copy(update={"applies_to": scope})
    if not model:  # always the common effect
        rule = rule.model_copy(update={"i2_below": 1.0, "p_at_least": 0.0})
    rows = data.outcomes.copy()
    of_apollo = (rows["study_id"] == "Zhou2025") & rows["outcome"].isin(["ORR", "DCR"])
    rows.loc[of_apollo, "events"] = [round(apollo * s) for s in (0.21, 0.73)]
    rows.loc[of_apollo, "n"] = apollo
    protocol = data.protocol.model_copy(update={"model_rule": rule})
    found = synthesise(replace(data, protocol=protocol, outcomes=rows), pools_only=True)
    return {
        (outcome.id, one.level or ""): one
        for outcome in found.outcomes
        for one in (outcome.overall, *(p for group in outcome.subgroups.values() for p in group))
    }


def shown(one: Pool) -> str:
    assert one.estimate is not None
    assert one.ci_low is not None
    limits = interval(one.ci_low, one.ci_high, factor=100)
    return f"{number(one.estimate, factor=100)} ({limits})"


def with_i2(one: Pool) -> str:
    assert one.i2 is not None
    return f"{shown(one)} with {number(one.i2, factor=100)}%"


def test_the_printed_interval_of_radiotherapy_is_that_of_random_effects() -> None:
    """Which model has the width 54.4 to 79.6, though the printed I² asks for the other one?"""
    random = pools("outcome")["dcr", "RT"]
    common = pools("pool", model=False)["dcr", "RT"]
    assert (random.model, common.model) == ("random", "common")
    assert f"{shown(random)} for this group with random effects" in TEXT
    assert f"{shown(common)} with a common effect" in TEXT
    widths = [100 * ((one.ci_high or 0.0) - (one.ci_low or 0.0)) for one in (random, common)]
    printed = 79.6 - 54.4
    assert abs(widths[0] - printed) < 1 < 7 < abs(widths[1] - printed)


def test_the_rule_changes_one_printed_pool() -> None:
    each, once = pools("pool"), pools("outcome")
    changed = [key for key in each if each[key].model != once[key].model]
    assert changed == [("orr", "TACE")]
    assert f"from {shown(each[changed[0]])} to {shown(once[changed[0]])}" in TEXT


def test_a_smaller_group_alone_brings_nothing_nearer() -> None:
    large = pools("outcome")["orr", ""]
    assert with_i2(large).replace("with ", "with I² = ") in TEXT
    assert with_i2(pools("outcome", 290)["orr", ""]) in TEXT


def _printed() -> dict[str, tuple[float, float, float]]:
    with (ROOT / "published/reported_statistics.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["subgroup"]: (float(row["estimate"]), float(row["ci_low"]), float(row["ci_high"]))
            for row in csv.DictReader(file)
            if row["outcome"] == "ORR" and row["statistic"] == "pooled proportion"
        }


def _members(name: str) -> list[int]:
    if name in {"prospective", "retrospective"}:
        early = name == "prospective"
        return [i for i in range(len(THERAPY)) if (i in PROSPECTIVE) == early]
    return [i for i, therapy in enumerate(THERAPY) if name in {"", therapy}]


ROWS = re.findall(r"^\| APOLLO (\d+) \| (\d+) \| ([^|]+) \| ([\d.]+) \|$", SECTION, re.MULTILINE)


@pytest.mark.parametrize(("apollo", "total", "counts", "farthest"), ROWS)
def test_the_listed_counts_are_as_far_from_the_print_as_it_says(
    apollo: str, total: str, counts: str, farthest: str
) -> None:
    """Random effects everywhere, as the rule for the outcome has it."""
    events, n = np.array([one.split("/") for one in counts.split(", ")], dtype=float).T
    assert (n[0], n.sum(), len(n)) == (float(apollo), float(total), len(THERAPY))
    p = events / n
    printed = _printed()
    assert len(printed) == 6
    far = 0.0
    for name, numbers in printed.items():
        member = _members(name)
        fit = pool(p[member], (p * (1 - p) / n)[member], method="DL")
        here = (fit.estimate, fit.ci_low, fit.ci_high)
        far = max(far, *(abs(100 * a - b) for a, b in zip(here, numbers, strict=True)))
    assert number(far) == farthest


def test_three_sets_are_listed() -> None:
    assert len(ROWS) == 3
