"""Values and sentences about how firm a pool stands, chosen from the result.

A sentence that says "did not differ" must turn into "differed" when the data do; so the whole
sentence is the value, and the author only decides where it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, explained, lower_first, number, percent
from analysis.manuscript.value import Value, count_value, escape, join_words, phrase, slug
from analysis.measures.registry import measure, subject
from analysis.meta.small_study import MAX_HETEROGENEITY, MIN_STUDIES
from analysis.paper.values.formulas import sensitivity_formula
from analysis.paper.values.pools import NOT_AVAILABLE, amount, limits, p_markdown
from analysis.synthesis.conventions import conventions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from analysis.meta.profiles import Profile
    from analysis.synthesis.results import Outcome, Pool, Synthesis
    from analysis.synthesis.row import RowRef
    from analysis.synthesis.sensitivity_results import (
        Comparison,
        Refit,
        RegressionLine,
        Sensitivity,
        SmallStudyEffects,
    )

# More names than these would hide the sentence they stand in.
_MOST_NAMES = 6
_UNTESTED = "There was nothing to test for small-study effects."
_NO_CAUTION = "No particular reason was found to distrust these tests here."
# The methods section cites the sources; the sentence needs no second list of them.
_SOURCE = re.compile(r" \((?:[A-Z][\w-]+ \d{4}(?:, )?)+\)$")


def sensitivity_values(synthesis: Synthesis, *, rule: bool = True) -> Iterator[Value]:
    """Give the values of leave-one-out, small-study effects, subgroup tests and regressions.

    Every outcome has all of them, so that a sentence in the manuscript survives an update.

    Parameters
    ----------
    synthesis
        The computed review.
    rule
        Whether the protocol has a rule that chooses between two models.
    """
    alpha = synthesis.significance_level
    level = percent(synthesis.level, 0)
    for outcome in synthesis.outcomes:
        pool, found = outcome.overall, outcome.sensitivity
        conventions = conventions_of(synthesis, outcome).profile
        named = _named(outcome)
        rows = tuple(row for study in pool.studies for row in study.rows)

        def say(
            name: str,
            text: str,
            raw: float | None = None,
            unit: str | None = None,
            *,
            outcome: Outcome = outcome,
            rows: tuple[RowRef, ...] = rows,
            conventions: Profile = conventions,
        ) -> Value:
            method = f"profile {synthesis.profile}"
            formula = sensitivity_formula(name, conventions)
            origin = (formula.text, formula.reference) if formula else (None, None)
            return Value(f"{outcome.id}.{name}", text, raw, unit, method, rows, *origin)

        yield say("prediction", _prediction(pool, level))
        interval = pool.prediction
        yield say("prediction_limits", NOT_AVAILABLE if not interval else limits(pool, *interval))
        yield say("leave_one_out.range", _range(pool, found))
        yield say("leave_one_out.sentence", _leave_one_out(named, pool, found, rule=rule))
        small = None if found is None else found.small_study
        begg, egger = (None, None) if small is None else (small.begg_p, small.egger_p)
        yield say("begg.p", _p_or_not(begg), begg, "P")
        yield say("egger.p", _p_or_not(egger), egger, "P")
        yield say("small_study.sentence", _small_study(named, small, alpha))
        yield say("small_study.caution", _caution(small))
        imputed = None if small is None else small.imputed
        text = NOT_AVAILABLE if imputed is None else count(imputed)
        yield say("trim_and_fill.imputed", text, imputed, "count")
        yield say("trim_and_fill.sentence", _trim_and_fill(named, pool, small, level))
        for variable, label in synthesis.subgroup_labels.items():
            comparison = None if found is None else found.comparisons.get(variable)
            yield from _comparison(say, named, variable, label, comparison, alpha)
        for column, label in synthesis.moderator_labels.items():
            line = None if found is None else found.regressions.get(column)
            yield say(f"regression.{slug(column)}", _regression(named, label, line, alpha))
            p = None if line is None else line.slope_p
            yield say(f"regression_p.{slug(column)}", _p_or_not(p), p, "P")
    yield count_value("small_study.minimum", MIN_STUDIES, "Sterne 2011, BMJ 343:d4002")
    every = [
        row
        for outcome in synthesis.outcomes
        for study in outcome.overall.studies
        for row in study.rows
    ]
    yield phrase("small_study.caution", _cautions(synthesis), "flags of the tests", every)
    yield phrase(
        "small_study.outcomes_indicated",
        join_words(_indicated(synthesis), none="no outcome"),
        f"P of a test below {alpha}",
        every,
    )


def _p_or_not(p: float | None) -> str:
    return NOT_AVAILABLE if p is None else p_markdown(p)


def _prediction(pool: Pool, level: str) -> str:
    if pool.prediction is None:
        return "no prediction interval, because the model is not a random-effects model"
    return f"{level} prediction interval {limits(pool, *pool.prediction)}"


def _range(pool: Pool, found: Sensitivity | None) -> str:
    if found is None or not found.leave_one_out:
        return NOT_AVAILABLE
    low, high = _ends(found.leave_one_out)
    return f"{amount(pool, low.estimate)} to {amount(pool, high.estimate)}"


def _ends(refits: tuple[Refit, ...]) -> tuple[Refit, Refit]:
    ordered = sorted(refits, key=lambda refit: refit.estimate)
    return ordered[0], ordered[-1]


def _leave_one_out(named: str, pool: Pool, found: Sensitivity | None, *, rule: bool) -> str:
    if found is None or not found.leave_one_out:
        return f"Too few estimates of the {named} were available to leave one out."
    low, high = _ends(found.leave_one_out)
    least, most = amount(pool, low.estimate), amount(pool, high.estimate)
    measured = measure(pool.measure)
    named = named if measured.null is None else f"{measured.label} for {named}"
    text = (
        f"The pooled {named} was {least} whichever estimate was left out"
        if least == most
        else f"The pooled {named} ranged from {least} without {escape(low.label)} to {most} "
        f"without {escape(high.label)}"
    )
    text += _crossing(pool, found.leave_one_out)
    switching = [escape(refit.label) for refit in found.leave_one_out if refit.switches]
    if not rule:
        return f"{text}."
    if not switching:
        return f"{text}; the rule would have chosen the same model each time."
    more = len(switching) - _MOST_NAMES
    names = switching[:_MOST_NAMES] + ([f"{count(more)} more"] if more > 0 else [])
    return f"{text}; the rule would have chosen the other model without {join_words(names)}."


def _crossing(pool: Pool, refits: tuple[Refit, ...]) -> str:
    """Say without which estimates the interval holds no difference, or does no longer."""
    null = measure(pool.measure).null
    if null is None or pool.ci_low is None or pool.ci_high is None:
        return ""
    inside = pool.ci_low <= null <= pool.ci_high
    names = [
        escape(refit.label)
        for refit in refits
        if refit.ci_high is not None and (refit.ci_low <= null <= refit.ci_high) != inside
    ]
    more = len(names) - _MOST_NAMES
    shown = names[:_MOST_NAMES] + ([f"{count(more)} more"] if more > 0 else [])
    verb = "excludes" if inside else "includes"
    return f"; the interval {verb} no difference without {join_words(shown)}" if names else ""


def _small_study(named: str, small: SmallStudyEffects | None, alpha: float) -> str:
    if small is None or (small.begg_p is None and small.egger_p is None):
        return f"Too few estimates of the {named} were available to test for small-study effects."
    known = [(name, p) for name, p in small.tests if p is not None]
    if not known:
        return (
            f"The {named} could not be tested for small-study effects: the tests that suit it need "
            "numbers that some studies lack."
        )
    positive = [(name, p) for name, p in known if p < alpha]
    negative = [(name, p) for name, p in known if p >= alpha]

    def listed(which: list[tuple[str, float]]) -> str:
        return join_words(f"{name} test ({p_markdown(p)})" for name, p in which)

    if small.k < MIN_STUDIES:
        return (
            f"The {named} had {count(small.k)} estimates, and with fewer than {MIN_STUDIES} no "
            "verdict on small-study effects is given."
        )
    text = f"For the {named}, "
    if not positive and len(negative) > 1:
        neither = f"neither {listed(negative[:1])} nor {listed(negative[1:])}"
        return f"{text}{neither} indicated small-study effects."
    if not positive:
        return f"{text}{listed(negative)} did not indicate small-study effects."
    text += f"{listed(positive)} indicated small-study effects"
    return f"{text}; {listed(negative)} did not." if negative else f"{text}."


def _caution(small: SmallStudyEffects | None) -> str:
    if small is None or all(p is None for _, p in small.tests):
        return _UNTESTED
    if not small.flags:
        return _NO_CAUTION
    reasons = "; ".join(escape(_SOURCE.sub("", flag)) for flag in small.flags)
    return f"These tests must be read with care: {reasons}."


def _cautions(synthesis: Synthesis) -> str:
    """Say once why the tests may mislead, and for which outcomes; below ten there is no verdict."""
    reasons = {
        "heterogeneity": f"with an I² of {percent(MAX_HETEROGENEITY, 0)} or more asymmetry is more "
        "likely heterogeneity than missing studies",
        "dependent_variance": "the variance of such an estimate depends on its value, which makes "
        "a funnel plot asymmetric without bias",
    }
    found: dict[str, list[str]] = {code: [] for code in reasons}
    tested = 0
    for outcome in synthesis.outcomes:
        small = None if outcome.sensitivity is None else outcome.sensitivity.small_study
        made = small is not None and any(p is not None for _, p in small.tests)
        if small is None or small.k < MIN_STUDIES or not made:
            continue
        tested += 1
        for code in small.reasons:
            if code in found:
                found[code].append(_named(outcome))
    if not tested:
        return _UNTESTED
    every = len(synthesis.outcomes)
    parts = [
        reasons[code] + (f" ({_which(names, every)})" if every > 1 else "")
        for code, names in found.items()
        if names
    ]
    return f"These tests must be read with care: {'; '.join(parts)}." if parts else _NO_CAUTION


def _which(names: Sequence[str], every: int) -> str:
    """Name the outcomes, unless they are all there are."""
    return "all outcomes" if len(names) == every else join_words(f"the {name}" for name in names)


def _trim_and_fill(named: str, pool: Pool, small: SmallStudyEffects | None, level: str) -> str:
    if small is None:
        return f"Too few estimates of the {named} were available for trim and fill."
    if small.imputed == 0:
        return "Trim and fill imputed no study."
    noun, they = ("study", "it") if small.imputed == 1 else ("studies", "them")
    return (
        f"Trim and fill imputed {count(small.imputed)} {noun} on the {small.side}; with {they} the "
        f"pooled value was {amount(pool, small.filled_estimate)} "
        f"({level}\u00a0CI\u00a0{limits(pool, small.filled_ci_low, small.filled_ci_high)}), "
        f"against {amount(pool, pool.estimate or 0.0)} without."
    )


def _comparison(
    say: Callable[..., Value],
    named: str,
    variable: str,
    label: str,
    comparison: Comparison | None,
    alpha: float,
) -> Iterator[Value]:
    name = escape(lower_first(label))
    p = None if comparison is None else comparison.q_between_p
    yield say(f"{slug(variable)}.test", _p_or_not(p), p, "P")
    if comparison is None or p is None:
        reason = "" if comparison is None or not comparison.reason else f": {comparison.reason}"
        text = (
            f"The {named} could not be compared between groups by {name}"
            f"{escape(reason.rstrip('.'))}."
        )
    else:
        told = (
            f"The {named} differed between groups by {name} at the "
            f"{number(alpha, 2).removeprefix('0')} level"
            # A large P is no proof that groups are alike.
            if p < alpha
            else f"There was no clear evidence that the {named} differed between groups by {name}"
        )
        text = f"{told} ({p_markdown(p)})."
    yield say(f"{slug(variable)}.test_sentence", text)
    yield say(f"{slug(variable)}.regression_sentence", _explained(name, comparison, alpha))


def _explained(name: str, comparison: Comparison | None, alpha: float) -> str:
    p = None if comparison is None else comparison.regression_p
    if comparison is None or p is None:
        return f"A meta-regression on {name} could not be fitted."
    share = "" if comparison.r2 is None else f", R²\u00a0=\u00a0{explained(comparison.r2)}"
    unclear = "" if p < alpha else "there was no clear evidence that "
    return (
        f"In meta-regression, {unclear}{name} explained its heterogeneity ({p_markdown(p)}{share})."
    )


def quantity(label: str) -> str:
    """Name a moderator within a sentence, without the unit that its label ends with."""
    return lower_first(label.rpartition(", ")[0] or label)


def _regression(named: str, label: str, line: RegressionLine | None, alpha: float) -> str:
    name = escape(quantity(label))
    if line is None:
        return f"Too few estimates of the {named} were available for a meta-regression on {name}."
    unclear = "" if line.slope_p < alpha else "there was no clear evidence that "
    related = f"was related to the {name} ({p_markdown(line.slope_p)})"
    return f"In meta-regression, {unclear}the {named} {related}."


def _named(outcome: Outcome) -> str:
    return escape(subject(outcome))


def _indicated(synthesis: Synthesis) -> Iterator[str]:
    for outcome in synthesis.outcomes:
        small = None if outcome.sensitivity is None else outcome.sensitivity.small_study
        if small is None or small.k < MIN_STUDIES:
            continue
        if any(p is not None and p < synthesis.significance_level for _, p in small.tests):
            yield _named(outcome)
