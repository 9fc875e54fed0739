"""Is an effect told in absolute terms as GRADE's tables do, whatever its measure?"""

from __future__ import annotations

import math

import pytest

from analysis.measures.absolute import absolute_effect
from analysis.measures.registry import MEASURES, measure
from analysis.measures.size_rule import HAZARDS, RISKS, SCORES
from schemas.measures import MEASURE_FORMS

# Arithmetic of a level, on paper: twice the odds of 20 % are 1:2; half the hazard of 36 % leaves
# the root of 64 %, which is 80 %.
LEVELS = [
    ("RR", (0.75, 0.50, 1.10), 0.20, (-0.05, -0.10, 0.02)),
    ("OR", (2.0, 1.0, 4.0), 0.20, (1 / 3 - 0.2, 0.0, 0.3)),
    ("PETO", (2.0, 1.0, 4.0), 0.20, (1 / 3 - 0.2, 0.0, 0.3)),
    ("RD", (-0.05, -0.10, 0.02), 0.20, (-0.05, -0.10, 0.02)),
    ("HR", (0.5, 0.5, 1.0), 0.36, (-0.16, -0.16, 0.0)),
    ("IRR", (0.5, 0.25, 1.0), 0.02, (-0.01, -0.015, 0.0)),
    ("ROM", (0.9, 0.8, 1.1), 50.0, (-5.0, -10.0, 5.0)),
    ("MD", (-3.0, -5.0, -1.0), 20.0, (-3.0, -5.0, -1.0)),
]


@pytest.mark.parametrize(("name", "effect", "level", "expected"), LEVELS)
def test_an_effect_changes_a_level(
    name: str,
    effect: tuple[float, float, float],
    level: float,
    expected: tuple[float, float, float],
) -> None:
    found = absolute_effect(measure(name), effect, level)
    assert found is not None
    assert (found.difference, found.low, found.high) == pytest.approx(expected, abs=1e-12)
    assert found.treated == pytest.approx(level + expected[0], abs=1e-12)


def test_an_arcsine_difference_moves_a_risk_on_its_own_scale() -> None:
    """sin²(asin √0.25 + 0.1): the definition of metafor's AS, solved for the other risk."""
    found = absolute_effect(measure("ASD"), (0.1, 0.0, 0.2), 0.25)
    assert found is not None
    assert found.treated == pytest.approx(math.sin(math.pi / 6 + 0.1) ** 2, abs=1e-12)


def test_a_ratio_without_a_level_has_no_absolute_effect() -> None:
    assert absolute_effect(measure("RR"), (0.75, 0.5, 1.1), None) is None
    assert absolute_effect(measure("ratio"), (0.75, 0.5, 1.1), 0.2) is None


def test_one_group_has_no_effect_and_a_standardised_one_no_level() -> None:
    assert absolute_effect(measure("proportion"), (0.3, 0.2, 0.4), 0.2) is None
    found = absolute_effect(measure("SMD"), (-0.8, -1.0, -0.5), 20.0)
    assert found is not None
    assert (found.baseline, found.treated, found.difference) == (None, None, -0.8)


def test_a_risk_stays_a_risk() -> None:
    found = absolute_effect(measure("RR"), (3.0, 2.0, 4.0), 0.5)
    assert found is not None
    assert (found.treated, found.high) == (1.0, 0.5)


def test_the_size_of_a_trial_of_two_risks() -> None:
    """Guyatt 2011 (GRADE guidelines 6) has the size of a trial with α 0.05 and power 0.8.

    From 20 % to 15 %, by hand: 4 (1.959964 + 0.841621)² 0.175 · 0.825 / 0.05² = 1813.1.
    """
    needed = RISKS.needed(0.20, -0.05, alpha=0.05, power=0.8)
    assert needed == pytest.approx(1813.1, abs=0.1)
    # A rise back needs as many.
    assert RISKS.needed(0.15, 0.05, alpha=0.05, power=0.8) == pytest.approx(needed)


def test_the_size_of_a_trial_of_two_means() -> None:
    """Half a standard deviation: 63 in each group by the normal approximation."""
    needed = SCORES.needed(0.5, 1.0, alpha=0.05, power=0.8)
    assert needed is not None
    assert math.ceil(needed / 2) == 63


def test_the_events_of_a_trial_of_two_hazards() -> None:
    """Hazard ratio 0.5: 4 · 7.848879 / 0.480453 = 65.3 events (Schoenfeld 1983)."""
    found = HAZARDS.needed(0.36, 0.20 - 0.36, alpha=0.05, power=0.8)
    assert found == pytest.approx(4 * 7.848879 / math.log(2) ** 2, rel=1e-6)


def test_what_cannot_be_computed_is_none() -> None:
    assert RISKS.needed(0.05, -0.05, alpha=0.05, power=0.8) is None
    assert HAZARDS.needed(0.05, -0.06, alpha=0.05, power=0.8) is None
    assert SCORES.needed(0.0, 1.0, alpha=0.05, power=0.8) is None


def test_every_comparison_of_groups_says_how_it_becomes_absolute() -> None:
    """A new measure of two groups must say so, or name itself here."""
    without = {"ratio"}
    for name, form in MEASURE_FORMS.items():
        if form.design == "two groups":
            entry = MEASURES[name]
            level = 0.3 if entry.null is not None else None
            null = entry.null or 0.0
            effect = (null, null, null)
            assert (absolute_effect(entry, effect, level) is None) == (name in without), name
