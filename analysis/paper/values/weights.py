"""Sentences about the one study that decides a pool, and about small groups against large ones.

When each is told follows from ``balance`` of the protocol.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, percent
from analysis.manuscript.value import Value, escape
from analysis.measures.registry import measure, subject
from analysis.paper.values.pools import NBSP, amount, limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Outcome, StudyEstimate, Synthesis
    from analysis.synthesis.sensitivity_results import Refit
    from schemas.protocol import Balance, Protocol

# Of two studies one always has half.
_FEWEST: Final = 3
_TIMES: Final = 2.0


@dataclass(frozen=True, slots=True)
class Dominance:
    """The study that decides a pool.

    Attributes
    ----------
    study
        The study, with its weight.
    n, total
        Its participants and those of all; None where they are not known of every study.
    without
        The pool without it, None where there is none.
    """

    study: StudyEstimate
    n: int | None
    total: int | None
    without: Refit | None

    @property
    def share(self) -> float | None:
        """Share of the participants, None where it is not known."""
        return self.n / self.total if self.n is not None and self.total else None

    @property
    def differs(self) -> bool:
        """Whether the result of the others lies outside the study's own interval."""
        if self.without is None:
            return False
        high = self.study.ci_high
        value = self.without.estimate
        return value < self.study.ci_low or (high is not None and value > high)


def weight_values(synthesis: Synthesis, protocol: Protocol) -> Iterator[Value]:
    """Give the sentences of each outcome; empty where there is nothing to tell."""
    people = "participants" if protocol.review.intervention is None else "patients"
    for outcome in synthesis.outcomes:
        rows = tuple(row for study in outcome.overall.studies for row in study.rows)
        found = dominance(outcome, protocol.balance)
        for name, text in (
            ("dominant_sentence", found and _dominant(outcome, found, synthesis.level, people)),
            ("dominant_contrast", found and _contrast(outcome, found, people)),
            ("group_size_sentence", _sizes(outcome, protocol.balance, synthesis.level)),
        ):
            yield Value(f"{outcome.id}.{name}", text or "", None, None, "protocol: balance", rows)


def dominance(outcome: Outcome, rule: Balance) -> Dominance | None:
    """Find the study that has so much of the participants, or of the weight, that it decides.

    Parameters
    ----------
    outcome
        With its pool and, for the result without the study, its sensitivity analyses.
    rule
        How large a share counts.
    """
    pool = outcome.overall
    sizes = {study.row: _size(study) for study in pool.studies}
    known = [size for size in sizes.values() if size is not None]
    total = sum(known) if len(known) == len(sizes) else None
    refits = outcome.sensitivity.leave_one_out if outcome.sensitivity else ()
    without = {refit.row: refit for refit in refits}
    found = [
        Dominance(study, sizes[study.row], total, without.get(study.row)) for study in pool.studies
    ]
    if len(found) < _FEWEST or pool.estimate is None:
        return None

    def largest(entry: Dominance) -> float:
        return max(entry.share or 0.0, entry.study.weight or 0.0)

    most = max(found, key=largest)
    if largest(most) >= rule.dominant_share:
        return most
    heaviest = max(found, key=lambda entry: entry.study.weight or 0.0)
    return heaviest if _beyond_its_size(heaviest, rule) else None


def _beyond_its_size(found: Dominance, rule: Balance) -> bool:
    """Tell whether a study owes its weight to the formula of its variance.

    0 of 22 under untransformed proportions, for example.
    """
    weight, share = found.study.weight or 0.0, found.share
    return share is not None and weight > _TIMES * share and weight >= rule.dominant_share / 2


def _size(study: StudyEstimate) -> int | None:
    if study.n is not None or not study.groups:
        return study.n
    return sum(group.n or 0 for group in study.groups) or None


def _dominant(outcome: Outcome, found: Dominance, level: float, people: str) -> str:
    pool, study = outcome.overall, found.study
    name = escape(study.label)
    held = []
    if found.share is not None and found.n is not None:
        share = percent(found.share, 0)
        held.append(f"{count(found.n)} of the {count(found.total or 0)} {people} ({share})")
    if study.weight is not None:
        held.append(f"{percent(study.weight, 0)} of the weight")
    own = f"{percent(level, 0)}{NBSP}CI{NBSP}{limits(pool, study.ci_low, study.ci_high)}"
    text = (
        f"In the pool of the {_named(outcome)}, one study, {name}, has {' and '.join(held)}; "
        f"it found {amount(pool, study.estimate)} ({own})"
    )
    if found.without is None:
        return f"{text}."
    rest = f"{amount(pool, found.without.estimate)} without it"
    return f"{text}, and the pooled result is {rest}."


def _contrast(outcome: Outcome, found: Dominance, people: str) -> str:
    """Set the study beside the others, where the two differ."""
    if found.without is None or not found.differs:
        return ""
    pool, study = outcome.overall, found.study
    share = (
        f"{percent(study.weight or 0.0, 0)} of the weight"
        if found.share is None
        else f"{percent(found.share, 0)} of the {people}"
    )
    return (
        f"{escape(study.label)}, with {share}, found {amount(pool, study.estimate)}, and the other "
        f"studies together {amount(pool, found.without.estimate)}"
    )


def _sizes(outcome: Outcome, rule: Balance, level: float) -> str:
    """Set the common-effect result, where large groups count most, beside the random-effects one.

    Where small studies and large ones agree both models agree; Cochrane Handbook 6.5, 10.4.4.1
    and 13.3.5.6, on comparing the two.
    """
    pool = outcome.overall
    other = outcome.sensitivity.common if outcome.sensitivity else None
    if other is None or pool.estimate is None or pool.ci_low is None or pool.ci_high is None:
        return ""
    side = pool.ci_low if other.estimate < pool.estimate else pool.ci_high
    if side == pool.estimate:
        return ""
    way = side - pool.estimate
    if (other.estimate - pool.estimate) / way < rule.model_shift:
        return ""
    sizes = [_size(study) for study in pool.studies]
    weighed = [(n, study.estimate) for n, study in zip(sizes, pool.studies, strict=True) if n]
    sized = len(weighed) == len(sizes)
    if sized:
        # The precision of a proportion depends on its value, too: only where the numbers of
        # people say the same is it the small studies that pull.
        mean = sum(n * value for n, value in weighed) / sum(n for n, _ in weighed)
        if (mean - pool.estimate) * way <= 0:
            return ""
    direction = "higher" if other.estimate < pool.estimate else "lower"
    which, others = ("Small", "large") if sized else ("Imprecise", "precise")
    interval = f"{percent(level, 0)}{NBSP}CI{NBSP}{limits(pool, other.ci_low, other.ci_high)}"
    return (
        f"{which} studies pull the {_named(outcome)} to a {direction} value: under random effects, "
        f"which lets them count for more, it is {amount(pool, pool.estimate)}, and under a common "
        f"effect, where {others} studies count most, {amount(pool, other.estimate)} "
        f"({interval})."
    )


def _named(outcome: Outcome) -> str:
    label = escape(subject(outcome))
    measured = measure(outcome.measure)
    return label if measured.null is None else f"{measured.label} for {label}"
