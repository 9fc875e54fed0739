"""What the numbers say for the domains of GRADE, with their arithmetic: people decide.

A proposal is a reading of the numbers by a plain rule, which its last sentence names. It never
becomes a rating by itself.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, number, p_value, percent
from analysis.measures.absolute import absolute_effect
from analysis.measures.registry import measure
from analysis.measures.spread import spread
from analysis.synthesis.certainty import both_sides, zone
from analysis.synthesis.grade import Proposal
from analysis.synthesis.rating import ratings_for
from schemas.certainty import DOMAINS, LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.synthesis.grade import Grade
    from analysis.synthesis.results import Outcome, Pool
    from analysis.synthesis.study_rating import Rating
    from schemas.protocol_certainty import InformationSize
    from schemas.quality_tool import QualityTool

# Shares of the weight from which risk of bias is proposed as a concern. GRADE gives no numbers
# (Guyatt 2011, J Clin Epidemiol 64:407): these only say where to look.
_MUCH, _MOST = 0.25, 0.5
# I² from which it may be substantial, and considerable (Cochrane Handbook 6.5, section 10.10.2).
_I2_SUBSTANTIAL, _I2_CONSIDERABLE = 0.5, 0.75
_P_HETEROGENEITY = 0.10
# Sterne 2011, BMJ 343:d4002: no test with fewer than ten studies; P below .10 is looked at.
_FEWEST, _P_ASYMMETRY = 10, 0.10
# Guyatt 2011, J Clin Epidemiol 64:1311: twofold and fivefold risks.
_LARGE, _VERY_LARGE = 2.0, 5.0
_CONCERN = ("not serious", "serious", "very serious", "extremely serious")


def proposals(
    outcome: Outcome,
    grade: Grade,
    plan: InformationSize,
    judged: Sequence[Rating],
    tools: Mapping[str, QualityTool],
) -> tuple[Proposal, ...]:
    """Read the numbers of an outcome domain by domain.

    Parameters
    ----------
    outcome, grade
        Its results, and what is settled for it.
    plan
        What the optimal information size is computed from.
    judged, tools
        The studies' quality.

    Returns
    -------
    tuple of Proposal
        In the order of the domains; none where no study has an effect.
    """
    pool = outcome.overall
    bias = _risk_of_bias(outcome, ratings_for(judged, outcome.id), tools) if pool.studies else None
    if pool.estimate is None or pool.ci_low is None or pool.ci_high is None:
        silent = ("Nothing was pooled, so no number speaks of it.",)
        needed = [name for name, domain in DOMAINS.items() if domain.needed]
        return () if bias is None else (bias, *(Proposal(x, None, silent) for x in needed[1:]))
    return (
        *((bias,) if bias else ()),
        _inconsistency(pool, grade),
        Proposal("indirectness", None, ("No number speaks of it.",)),
        _imprecision(pool, grade, plan, outcome),
        _missing(outcome),
        *_large(pool, grade),
    )


def _risk_of_bias(
    outcome: Outcome, judged: Mapping[str, Rating], tools: Mapping[str, QualityTool]
) -> Proposal:
    pool = outcome.overall
    shares = {"low": 0.0, "between": 0.0, "high": 0.0, "unjudged": 0.0}
    for study in pool.studies:
        rating = judged.get(study.study_id)
        # One study alone has no weight: it is all there is.
        weight = study.weight if study.weight is not None else 1 / len(pool.studies)
        shares[_grade_of(rating, tools)] += weight
    noun = "studies" if all(study.weight is None for study in pool.studies) else "weight"
    spread_of_weight = (
        f"Share of the {noun}: {percent(shares['low'], 0)} with the best judgement, "
        f"{percent(shares['between'], 0)} between, {percent(shares['high'], 0)} at high risk, "
        f"{percent(shares['unjudged'], 0)} not judged."
    )
    told = [spread_of_weight]
    without = outcome.without_high_risk
    if without is not None and without.estimate is not None:
        measured = measure(pool.measure)
        told.append(
            "Without those at high risk the estimate is "
            f"{measured.estimate(without.estimate, without.ci_low, without.ci_high)}."
        )
    if shares["unjudged"] >= _MOST:
        return Proposal("risk_of_bias", None, (*told, "Too many are not judged."))
    worse = shares["high"] + shares["between"]
    level = _CONCERN[
        2 if shares["high"] >= _MOST else int(shares["high"] >= _MUCH or worse >= _MOST)
    ]
    told.append(
        f"Rule: serious from {percent(_MUCH, 0)} at high risk or {percent(_MOST, 0)} not at low "
        f"risk, very serious from {percent(_MOST, 0)} at high risk."
    )
    return Proposal("risk_of_bias", level, tuple(told))


def _grade_of(rating: Rating | None, tools: Mapping[str, QualityTool]) -> str:
    if rating is None or rating.overall is None:
        return "unjudged"
    rule = tools[rating.tool].overall
    if rating.overall in rule.high:
        return "high"
    best = tools[rating.tool].levels(rule.scale)[0].value if rule.scale else None
    return "low" if rating.overall == best else "between"


def _inconsistency(pool: Pool, grade: Grade) -> Proposal:
    if pool.k < 2 or pool.i2 is None or pool.q_p is None:
        return Proposal("inconsistency", _CONCERN[0], ("One estimate cannot be inconsistent.",))
    told = [f"I² is {percent(pool.i2, 0)} (Cochran’s Q: {p_value(pool.q_p)})."]
    steps = int(pool.i2 >= _I2_SUBSTANTIAL and pool.q_p < _P_HETEROGENEITY)
    rule = (
        f"Rule: serious from an I² of {percent(_I2_SUBSTANTIAL, 0)} with P below "
        f"{number(_P_HETEROGENEITY, 2)}"
    )
    bounds, names = _bounds(pool, grade)
    if pool.prediction is not None and pool.ci_low is not None and pool.ci_high is not None:
        wide = _crossed(pool, grade, pool.prediction, bounds)
        narrow = _crossed(pool, grade, (pool.ci_low, pool.ci_high), bounds)
        measured = measure(pool.measure)
        told.append(
            f"The prediction interval {measured.limits(*pool.prediction)} holds {len(wide)} of the "
            f"values that matter ({names}), the confidence interval {len(narrow)}."
        )
        steps = max(steps, int(len(wide) > len(narrow)))
        if len(wide) > len(narrow) and pool.i2 >= _I2_CONSIDERABLE:
            steps = 2
        rule += (
            " or where the prediction interval holds more of these values, very serious where "
            f"it does at an I² of {percent(_I2_CONSIDERABLE, 0)} or more"
        )
    return Proposal("inconsistency", _CONCERN[steps], (*told, f"{rule}."))


def _imprecision(pool: Pool, grade: Grade, plan: InformationSize, outcome: Outcome) -> Proposal:
    bounds, names = _bounds(pool, grade)
    measured = measure(pool.measure)
    low, high = pool.ci_low or 0.0, pool.ci_high or 0.0
    held = _crossed(pool, grade, (low, high), bounds)
    interval = measured.limits(low, high)
    told = [f"The interval {interval} holds {len(held)} of the values that matter ({names})."]
    steps = min(len(held), 2)
    rule = "Rule: serious where it holds one, very serious where it holds more"
    enough = _enough(pool, grade, plan, outcome)
    if enough is not None:
        sentence, share = enough
        told.append(sentence)
        if share < 1 and not steps:
            steps = 1
        rule += "; serious too where the information is less than the optimal size"
    return Proposal("imprecision", _CONCERN[steps], (*told, f"{rule}."))


def _enough(
    pool: Pool, grade: Grade, plan: InformationSize, outcome: Outcome
) -> tuple[str, float] | None:
    """Say how much of the optimal information size there is, and its share."""
    measured, here = measure(pool.measure), pool.n_participants
    if measured.null is None:
        known = outcome.information
        if known is None or known.fraction is None:
            return None
        sentence = (
            f"The interval has {percent(known.fraction, 0)} of the information that the width "
            "wanted in the protocol needs."
        )
        return sentence, known.fraction
    what, needed, how = "participants", float(plan.size or 0), "given in the protocol"
    if not plan.size:
        computed = _needed(pool, grade, plan)
        if computed is None or measured.size is None:
            return None
        needed, how = computed
        what = measured.size.what
    if what == "events":
        here = pool.events
    if here is None:
        return f"Optimal information size: {count(math.ceil(needed))} {what} ({how}).", 1.0
    share = here / needed
    return (
        f"Optimal information size: {count(math.ceil(needed))} {what} ({how}); there are "
        f"{count(here)}, {percent(share, 0)} of it."
    ), share


def _needed(pool: Pool, grade: Grade, plan: InformationSize) -> tuple[float, str] | None:
    measured = measure(pool.measure)
    rule = measured.size
    if rule is None or not grade.absolute:
        return None
    first = grade.absolute[0].effect
    settings = f"α {plan.alpha:g}, power {plan.power:g}; {rule.formula}"
    if rule.by_risk:
        if first.baseline is None:
            return None
        if plan.relative_reduction is not None:
            change, words = plan.relative_reduction * first.baseline, "relative change"
        elif grade.thresholds:
            change, words = grade.thresholds[0], "smallest effect that matters"
        else:
            return None
        change = math.copysign(change, first.difference or -1.0)
        needed = rule.needed(first.baseline, change, alpha=plan.alpha, power=plan.power)
        told = (
            f"{words}: from {number(measured.per * first.baseline, 0)} by "
            f"{number(measured.per * change, 0)} per {count(measured.per)}"
        )
    else:
        if not grade.thresholds:
            return None
        spreads = [
            found.sd
            for study in pool.studies
            if (group := study.group("control")) is not None
            and (found := spread(group)) is not None
        ]
        sd = 1.0 if measured.standardised else plan.sd or (median(spreads) if spreads else 0.0)
        needed = rule.needed(grade.thresholds[0], sd, alpha=plan.alpha, power=plan.power)
        told = f"δ {measured.number(grade.thresholds[0])}, SD {number(sd, 2)}"
    return None if needed is None else (needed, f"{told}; {settings}")


def _bounds(pool: Pool, grade: Grade) -> tuple[tuple[float, ...], str]:
    """Give the values that matter, and say what they are."""
    measured = measure(pool.measure)
    if measured.null is None:
        told = ", ".join(measured.amount(value, pool.unit) for value in grade.limits)
        return grade.limits, told or "the protocol names none"
    bounds = both_sides(grade.thresholds if grade.absolute else ())
    if not grade.thresholds or not grade.absolute:
        return bounds, "no effect; the protocol gives no thresholds"
    if measured.per != 1:
        told = ", ".join(number(measured.per * value, 0) for value in grade.thresholds)
        return bounds, f"± {told} per {count(measured.per)}"
    told = ", ".join(measured.number(value) for value in grade.thresholds)
    return bounds, f"± {told}"


def _crossed(
    pool: Pool, grade: Grade, interval: tuple[float, float], bounds: Sequence[float]
) -> list[float]:
    """Give the values that matter that lie inside an interval."""
    measured = measure(pool.measure)
    low, high = interval
    if measured.null is not None:
        if grade.absolute:
            baseline = grade.absolute[0].effect.baseline
            found = absolute_effect(measured, (low, low, high), baseline)
            if found is not None:
                low, high = found.low, found.high
        else:
            low, high = low - measured.null, high - measured.null
    inside = range(zone(low, bounds), zone(high, bounds))
    return [sorted(bounds)[place] for place in inside]


def _missing(outcome: Outcome) -> Proposal:
    name, pool = "publication_bias", outcome.overall
    known = None if outcome.sensitivity is None else outcome.sensitivity.small_study
    if known is None:
        return Proposal(name, None, ("No test of small-study effects could be made.",))
    tested = [(words, p) for words, p in known.tests if p is not None]
    told = [f"{words} test: {p_value(p)}." for words, p in tested]
    if known.imputed:
        noun = "study" if known.imputed == 1 else "studies"
        told.append(f"Trim and fill imputed {count(known.imputed)} {noun}.")
    if pool.k < _FEWEST:
        few = f"{count(pool.k)} estimates are too few for a test (Sterne 2011: at least ten)."
        return Proposal(name, None, (*told, few))
    level = "suspected" if any(p < _P_ASYMMETRY for _, p in tested) else "not detected"
    rule = f"Rule: suspected where P is below {number(_P_ASYMMETRY, 2)}; unpublished studies, "
    rule += "funders and registers say more than a test."
    return Proposal(name, level, (*told, rule))


def _large(pool: Pool, grade: Grade) -> Iterator[Proposal]:
    """Read how large a ratio is, for evidence that does not begin at high."""
    measured = measure(pool.measure)
    if not measured.log or pool.estimate is None or grade.start in {None, LEVELS[-1]}:
        return
    # Twice the risk is twice the risk, whatever the last bit of its exponential is.
    fold = round(max(pool.estimate, 1 / pool.estimate), 6) if pool.estimate > 0 else 1.0
    level = "very large" if fold >= _VERY_LARGE else "large" if fold >= _LARGE else "no"
    told = f"The {measured.label} is {measured.number(pool.estimate)}."
    rule = f"Rule: large from a factor of {_LARGE:g} or {1 / _LARGE:g}, very large from "
    rule += f"{_VERY_LARGE:g} or {1 / _VERY_LARGE:g} (Guyatt 2011)."
    yield Proposal("large_effect", level, (told, rule))
