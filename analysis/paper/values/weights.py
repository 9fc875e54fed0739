"""Sentences about which studies carry a pool, and whether small groups tell another story."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, lower_first, percent
from analysis.manuscript.value import Value, escape
from analysis.paper.values.pools import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Outcome, Pool, StudyEstimate, Synthesis

# A study with so much of the weight decides the pool alone.
_DOMINANT: Final = 0.4
# A study with this much of the weight, and more than twice its share of the participants, owes it
# to the formula of its variance: 0 of 22 under untransformed proportions, for example.
_OUT_OF_PROPORTION: Final = 0.2
_TIMES: Final = 2.0
_FEWEST: Final = 3
# With fewer estimates, a half of them is too few to have a median worth telling.
_FEWEST_FOR_HALVES: Final = 8


def weight_values(synthesis: Synthesis) -> Iterator[Value]:
    """Give the two sentences of each outcome; empty where there is nothing to tell."""
    for outcome in synthesis.outcomes:
        rows = tuple(study.row for study in outcome.overall.studies)
        method = "weights of the pool"
        for name, text in (
            ("dominant_sentence", _dominant(outcome)),
            ("group_size_sentence", _sizes(outcome)),
        ):
            yield Value(f"{outcome.id}.{name}", text, None, None, method, rows)


def _dominant(outcome: Outcome) -> str:
    """Name the study that has most of the weight, or far more than its size explains."""
    pool = outcome.overall
    weighed = [(study.weight, study) for study in pool.studies if study.weight is not None]
    if len(weighed) < _FEWEST:
        return ""
    weight, study = max(weighed, key=lambda entry: entry[0])
    share = _share(study, pool)
    beyond = share is not None and weight > _TIMES * share
    if weight < _DOMINANT and not (beyond and weight >= _OUT_OF_PROPORTION):
        return ""
    size = f", with {percent(share, 0)} of the participants" if share is not None else ""
    return (
        f"{escape(study.label)} carried {percent(weight, 0)} of the weight for the "
        f"{_named(outcome)}{size}."
    )


def _share(study: StudyEstimate, pool: Pool) -> float | None:
    sizes = [entry.n for entry in pool.studies]
    if study.n is None or None in sizes:
        return None
    total = sum(size or 0 for size in sizes)
    return study.n / total if total else None


def _sizes(outcome: Outcome) -> str:
    """Compare the median estimate of the smaller half of the groups with that of the larger."""
    pool = outcome.overall
    sized = [(study.n, study.estimate) for study in pool.studies if study.n is not None]
    if len(sized) < max(_FEWEST_FOR_HALVES, pool.k):
        return ""
    middle = median(size for size, _ in sized)
    small = [estimate for size, estimate in sized if size < middle]
    large = [estimate for size, estimate in sized if size >= middle]
    if not small:
        return ""
    limit = count(int(middle)) if middle == int(middle) else count(int(middle) + 1)
    below, above = amount(pool, median(small)), amount(pool, median(large))
    return (
        f"The median estimate of the {_named(outcome)} was {below} in the {count(len(small))} "
        f"groups of fewer than {limit} participants and {above} in the {count(len(large))} larger "
        "ones."
    )


def _named(outcome: Outcome) -> str:
    return escape(lower_first(outcome.label))
