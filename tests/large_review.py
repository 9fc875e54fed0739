"""A made-up review of any size: nobody's studies, generated to measure what size costs.

Every number comes from a generator with a fixed start, so a size always gives the same files.
The tables are filled as a team would fill them, through `tests.small_review`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tests.small_review import small_review

if TYPE_CHECKING:
    from pathlib import Path

_MADE_UP = {"evidence": "data set", "source": "made up for a measurement", "location": "generator"}
_JUDGEMENTS = ("low", "some concerns", "high")
_COUNTRIES = ("Aland", "Bland", "Cland", "Dland")
_PARTS = tuple(first + second for first in "bdkmpt" for second in ("ala", "eno", "iri", "oxu"))[:20]
_PROTOCOL = """\
# Made up: nobody's studies, patients or results.
review:
  title: A made-up review
  edition: "0.1"
  kind: {kind}
  living: false
  intervention: nothing real
  {comparator}
  condition: nothing real
profile: metafor
confidence_level: 0.95
significance_level: 0.05
order: weight
{comparisons}
subgroups:
  - id: region
    label: Region
    column: region
    levels: [{{id: north, label: North}}, {{id: south, label: South}}]
moderators:
  - {{column: age_mean, label: Mean age}}
outcomes:
{outcomes}
{events}
"""
_COMPARISONS = """\
comparisons:
  - id: main
    label: First against second
    experimental: {label: First}
    control: {label: Second}
"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much stands in the tables.

    Attributes
    ----------
    studies, outcomes, terms
        How many of each; terms are those of adverse events.
    arms
        One or two for each study.
    reported
        Share of outcomes and terms that a study reports; each study has the first outcome.
    """

    studies: int
    outcomes: int = 3
    terms: int = 5
    arms: int = 2
    reported: float = 1.0


def large_review(root: Path, size: Size) -> Path:
    """Make a folder with a review of this size.

    Parameters
    ----------
    root
        The folder; it does not exist yet.
    size
        How much stands in it.
    """
    chance = np.random.default_rng(20261129)
    tables: dict[str, list[dict[str, object]]] = {"studies": [], "outcomes": [], "quality": []}
    if size.arms > 1:
        tables["arms"] = []
    if size.terms:
        tables["adverse_events"] = []
        names = map(_term, range(size.terms))
        tables["adverse_event_terms"] = [{"term_reported": x, "term": x} for x in names]
    for number in range(size.studies):
        _fill(tables, number, size, chance)
    return small_review(root, _protocol(size), tables)


def _protocol(size: Size) -> str:
    measure = "RR" if size.arms > 1 else "proportion"
    lines = [
        f"  - {{id: outcome_{number}, code: OUTCOME_{number}, label: Outcome {number}, "
        f"measure: {measure}, better: higher}}"
        for number in range(size.outcomes)
    ]
    return _PROTOCOL.format(
        kind="two_arms" if size.arms > 1 else "single_arm",
        comparator="comparator: nothing real" if size.arms > 1 else "",
        comparisons=_COMPARISONS if size.arms > 1 else "",
        outcomes="\n".join(lines),
        events="adverse_events:\n  grades: [any]\n  minimum_studies: 3\n" if size.terms else "",
    )


def _fill(
    tables: dict[str, list[dict[str, object]]],
    number: int,
    size: Size,
    chance: np.random.Generator,
) -> None:
    name = f"Made{number:04}"
    arms = ("first", "second")[: size.arms]
    patients = int(chance.integers(20, 400))
    tables["studies"].append(
        {
            "study_id": name,
            "label": f"Made up {number}",
            "year": 1990 + number % 35,
            "country": _COUNTRIES[number % len(_COUNTRIES)],
            "n_total": patients * len(arms),
            "age_mean": f"{chance.uniform(30, 80):.1f}",
            "region": ("north", "south")[number % 2],
            **_MADE_UP,
        }
    )
    if size.arms > 1:
        for arm, role in zip(arms, ("experimental", "control"), strict=True):
            said = {"arm": arm, "role": role, "label": arm.capitalize()}
            tables["arms"].append({"study_id": name, **said, **_MADE_UP})
    if size.arms > 1:
        worst = _JUDGEMENTS[int(chance.integers(len(_JUDGEMENTS)))]
        judged = {"d1": worst, "d2": "low", "d3": "low", "d4": "low", "d5": "low", "overall": worst}
        for item, judgement in judged.items():
            said = {"item": item, "judgement": judgement}
            tables["quality"].append({"study_id": name, "tool": "rob2", **said, **_MADE_UP})
    shift = chance.normal(0, 0.1)
    for kind, column, many in (
        ("outcomes", "outcome", size.outcomes),
        ("adverse_events", "term_reported", size.terms),
    ):
        for each in range(many):
            if each and chance.random() >= size.reported:
                continue
            what = f"OUTCOME_{each}" if kind == "outcomes" else _term(each)
            for place, arm in enumerate(arms):
                rate = float(np.clip(0.3 + shift - 0.05 * place + 0.002 * each, 0.02, 0.95))
                row: dict[str, object] = {
                    "study_id": name,
                    column: what,
                    "n": patients,
                    "events": int(chance.binomial(patients, rate)),
                    **_MADE_UP,
                }
                if kind == "adverse_events":
                    row["grade"] = "any"
                if size.arms > 1:
                    row["arm"] = arm
                tables[kind].append(row)


def _term(number: int) -> str:
    """Name an adverse event so that no two names look like a slip of the same one."""
    first, second = number % 20, number // 20 % 20
    places = (first, second, (first + 3 * second) % 20, (3 * first + second) % 20)
    return "".join(_PARTS[place] for place in places).capitalize()
