"""Values of pooled results: outcomes, their subgroups, and adverse events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.grades import counted, grade_words
from analysis.formatting.numbers import count, lower_first, number, p_value, percent
from analysis.manuscript.value import Value, escape, join_words, phrase, slug
from analysis.measures.registry import measure, subject
from analysis.paper.harms_text import side_counts
from analysis.paper.values.formulas import pool_formula
from analysis.paper.values.pool_remarks import harms_remarks, outcome_remarks
from analysis.synthesis.conventions import conventions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from analysis.measures.conventions import Conventions
    from analysis.synthesis.results import AdverseEvent, Pool, Synthesis
    from schemas.protocol import Protocol

# Higgins et al. 2003, BMJ 327:557: 25, 50 and 75 % as low, moderate and high.
_I2_CLASSES = ((0.75, "considerable"), (0.50, "substantial"), (0.25, "moderate"), (0.0, "little"))

# Keeps a number and its sign or unit on one line.
NBSP = "\u00a0"
NOT_AVAILABLE = "not available"

MODEL_NAMES = {
    "common": "common-effect model",
    "random": "random-effects model",
    "single": "single study",
    "none": "no study",
}


def pool_values(synthesis: Synthesis, protocol: Protocol) -> Iterator[Value]:
    """Give the values of every pool.

    Parameters
    ----------
    synthesis
        The computed review.
    protocol
        For the confidence level.
    """
    level = percent(protocol.confidence_level, 0)
    # I² is never below 0: such a rule asks for random effects whatever the studies say.
    always = protocol.model_rule.i2_below == 0
    for outcome in synthesis.outcomes:
        conventions = conventions_of(synthesis, outcome)
        yield phrase(f"{outcome.id}.label", escape(subject(outcome)), "protocol: outcomes")
        yield from outcome_remarks(outcome)
        yield from _values_of(outcome.id, outcome.overall, level, conventions, always)
        for variable, pools in outcome.subgroups.items():
            for pool in pools:
                prefix = f"{outcome.id}.{slug(variable)}.{slug(pool.level or '')}"
                yield from _values_of(prefix, pool, level, conventions, always)
    for event in synthesis.adverse_events:
        conventions = conventions_of(synthesis, event)
        prefix = f"ae.{slug(event.term)}.{grade_slug(event.grade)}"
        yield from _values_of(prefix, event.pool, level, conventions, always)
    if protocol.adverse_events is not None:
        yield from harms_remarks(synthesis)
    yield from _adverse_event_lists(synthesis, protocol, level)


def grade_slug(grade: str) -> str:
    """Name a grade: ``any`` stays, ``>=3`` becomes ``grade3``."""
    digits = "".join(sign for sign in grade if sign.isdecimal())
    return f"grade{digits}" if digits else slug(grade)


def amount(pool: Pool, value: float) -> str:
    """Write a value on the pool's scale with its unit: ``33.9%``, ``6.9 months``."""
    return measure(pool.measure).amount(value, pool.unit, NBSP)


def limits(pool: Pool, low: float, high: float | None) -> str:
    """Write two limits on the pool's scale with their unit: ``26.5–41.3%``."""
    return measure(pool.measure).span(low, high, pool.unit, NBSP)


def p_markdown(value: float) -> str:
    """Write a P value as markdown: ``*P* = .844``."""
    return p_value(value).replace("P", "*P*", 1).replace("<", "\\<").replace(" ", NBSP)


def _values_of(
    prefix: str, pool: Pool, level: str, conventions: Conventions, always: bool
) -> Iterator[Value]:
    rows = tuple(row for study in pool.studies for row in study.rows)
    method = f"{MODEL_NAMES[pool.model]}; {pool.method}"
    measured = measure(pool.measure)
    unit = measured.stored_unit(pool.unit)

    def make(name: str, text: str, raw: float | None, unit: str | None, how: str) -> Value:
        formula = pool_formula(name, pool, conventions)
        origin = (formula.text, formula.reference) if formula else (None, None)
        return Value(f"{prefix}.{name}", text, raw, unit, how, rows, *origin)

    def maybe(name: str, text: str | None, raw: float | None, unit: str | None, how: str) -> Value:
        # The name exists even where the number does not, so that a sentence survives an update.
        return make(name, NOT_AVAILABLE if text is None else text, raw, unit, how)

    yield make("k", count(pool.k), pool.k, "count", "estimates in the pool")
    yield make("studies", count(pool.n_studies), pool.n_studies, "count", "studies in the pool")
    if measured.null is not None:
        yield make("n", count(pool.n_participants or 0), pool.n_participants, "count", "patients")
        yield from _sides(pool, make)
    elif measured.counted:
        yield make("n", count(pool.n_participants or 0), pool.n_participants, "count", "patients")
        yield make("events", count(pool.events or 0), pool.events, "count", "patients with event")
    model = _nothing(pool) if pool.model == "none" else MODEL_NAMES[pool.model]
    yield make("model", model, None, None, "model rule of the protocol")
    yield make(
        "model_reason", _model_reason(pool, always), None, None, "model rule of the protocol"
    )
    yield make(
        "model_sentence", _model_sentence(pool, always), None, None, "model rule of the protocol"
    )
    yield make("heterogeneity", _heterogeneity(pool), None, None, "classes of Higgins 2003")
    yield make("summary", _summary(pool, level), None, None, method)
    yield make("brief", _summary(pool, level, predicted=False), None, None, method)
    yield make(
        "reconstructed", count(pool.reconstructed), pool.reconstructed, "count", "rows by evidence"
    )
    weight = sum(study.weight or 0.0 for study in pool.studies if study.reconstructed)
    yield make(
        "weight_reconstructed", percent(weight, 0), weight, "fraction", "weight of such rows"
    )
    told = _reconstructed_sentence(pool, weight)
    yield make("reconstructed_sentence", told, None, None, "rows by evidence")
    low, high = pool.ci_low, pool.ci_high
    estimate = None if pool.estimate is None else amount(pool, pool.estimate)
    both = None if low is None else f"{level}{NBSP}CI{NBSP}{limits(pool, low, high)}"
    yield maybe("estimate", estimate, pool.estimate, unit, method)
    yield make("ci", _nothing(pool) if both is None else both, None, unit, method)
    yield maybe("ci_low", None if low is None else amount(pool, low), low, unit, method)
    yield maybe("ci_high", None if high is None else amount(pool, high), high, unit, method)
    yield maybe("range", _range(pool), None, unit, "smallest and largest estimate in the pool")
    i2, p, q, tau2 = pool.i2, pool.q_p, pool.q, pool.tau2
    yield maybe(
        "i2", None if i2 is None else percent(i2), i2, "fraction", "I² as the profile defines it"
    )
    yield maybe("p", None if p is None else p_markdown(p), p, "P", "Q against chi² with k − 1")
    yield maybe("q", None if q is None else number(q), q, None, "Cochran's Q")
    yield maybe("tau2", None if tau2 is None else number(tau2, 4), tau2, None, pool.method)


def _sides(
    pool: Pool, make: Callable[[str, str, float | None, str | None, str], Value]
) -> Iterator[Value]:
    """Give the patients, and those with an event, of both groups of a comparison."""
    for role in ("experimental", "control"):
        events, patients = pool.side(role)
        yield make(f"{role}.n", count(patients), patients, "count", "patients of this group")
        if measure(pool.measure).counted:
            yield make(f"{role}.events", count(events), events, "count", "of them with event")


def _reconstructed_sentence(pool: Pool, weight: float) -> str:
    """Say how much of a pool is reconstructed; empty where nothing is."""
    if not pool.reconstructed:
        return ""
    estimates = measure(pool.measure).estimates
    if pool.k == 1:
        return "That estimate is a row of a reconstructed study."
    every = pool.reconstructed == pool.k
    number = "all" if every else f"{count(pool.reconstructed)} of the"
    share = "" if every else f" and {percent(weight, 0)} of the weight"
    return f"Rows of reconstructed studies made up {number} {count(pool.k)} {estimates}{share}."


def _range(pool: Pool) -> str | None:
    if not pool.studies:
        return None
    estimates = [study.estimate for study in pool.studies]
    return f"{amount(pool, min(estimates))} to {amount(pool, max(estimates))}"


def _model_reason(pool: Pool, always: bool) -> str:
    if pool.model == "none":
        return f"because there was {_nothing(pool)}"
    if pool.i2 is None or pool.q_p is None:
        return "because a single study reported it"
    if always:
        return "because the protocol asks for it in every pool"
    return f"because I² was {percent(pool.i2)} and {p_markdown(pool.q_p)}"


def _model_sentence(pool: Pool, always: bool) -> str:
    if pool.model == "none":
        return "Nothing was pooled."
    if pool.model == "single":
        return "A single estimate was available, so nothing was pooled."
    return f"The {MODEL_NAMES[pool.model]} was used {_model_reason(pool, always)}."


def _nothing(pool: Pool) -> str:
    """Say why there is no result."""
    if pool.left_out:
        return "no estimate that could be pooled"
    # A term in fewer studies than the protocol asks for has its studies listed.
    return "too small a number of studies" if pool.studies else "no study"


def _heterogeneity(pool: Pool) -> str:
    if pool.i2 is None or pool.q_p is None:
        return "no second estimate to compare"
    name = next(name for limit, name in _I2_CLASSES if pool.i2 >= limit)
    return f"{name} heterogeneity (I²{NBSP}={NBSP}{percent(pool.i2)}, {p_markdown(pool.q_p)})"


def _summary(pool: Pool, level: str, *, predicted: bool = True) -> str:
    if pool.estimate is None or pool.ci_low is None:
        return f"{NOT_AVAILABLE} ({_nothing(pool)})"
    parts = [f"{level}{NBSP}CI{NBSP}{limits(pool, pool.ci_low, pool.ci_high)}"]
    if pool.model == "single":
        parts.append("single study")
    elif pool.i2 is not None and pool.q_p is not None:
        parts[0] += f"; I²{NBSP}={NBSP}{percent(pool.i2)}, {p_markdown(pool.q_p)}"
        if predicted and pool.prediction is not None and pool.variable is None:
            parts.append(f"{level} prediction interval {limits(pool, *pool.prediction)}")
        parts += [f"{count(pool.k)} estimates", MODEL_NAMES[pool.model]]
    return f"{amount(pool, pool.estimate)} ({'; '.join(parts)})"


def _adverse_event_lists(synthesis: Synthesis, protocol: Protocol, level: str) -> Iterator[Value]:
    choice = protocol.adverse_events
    compared = None if choice is None else protocol.comparison_of(choice)
    names = None if compared is None else (compared.experimental.label, compared.control.label)
    if names is not None:
        told = " against ".join(escape(lower_first(name)) for name in names)
        yield phrase("ae.comparison", told, "protocol: comparisons")
    for grade in protocol.grades:
        pooled = sorted(
            (event for event in synthesis.adverse_events if event.grade == grade and event.pooled),
            key=lambda event: -event.frequency,
        )
        rows = [row for event in pooled for study in event.pool.studies for row in study.rows]
        named = escape(grade_words(grade))
        yield phrase(f"ae.named_{grade_slug(grade)}", named, "protocol: adverse_events, grades")
        yield phrase(
            f"ae.commonest_{grade_slug(grade)}",
            join_words(
                (f"{_event_name(event)} {_brief(event.pool, level)}" for event in pooled),
                none="none that could be pooled",
            ),
            "pooled adverse events in order of incidence",
            rows,
        )
        if names is not None:
            yield phrase(
                f"ae.compared_{grade_slug(grade)}",
                compared_words(pooled, names),
                "pooled intervals against the value of no difference",
                rows,
            )
    listed = [event for event in synthesis.adverse_events if not event.pooled]
    yield phrase(
        "ae.not_pooled",
        join_words(f"{_event_name(event)} ({escape(grade_name(event.grade))})" for event in listed),
        f"terms in fewer than {protocol.minimum_studies} studies",
        [row for event in listed for study in event.pool.studies for row in study.rows],
    )


def grade_name(grade: str) -> str:
    """Name a grade in prose: ``any grade``, ``grade ≥ 3``."""
    if grade == "any" or not counted(grade):
        return "any grade" if grade == "any" else grade
    return f"grade {grade.replace('>=', '≥ ')}"


def _event_name(event: AdverseEvent) -> str:
    return escape(lower_first(event.term))


def _brief(pool: Pool, level: str) -> str:
    if pool.estimate is None or pool.ci_low is None:
        return "(no study)"
    both = limits(pool, pool.ci_low, pool.ci_high)
    measured = measure(pool.measure)
    named = "" if measured.null is None else f"{measured.short}{NBSP}"
    told = f"{named}{amount(pool, pool.estimate)}, {level}{NBSP}CI{NBSP}{both}"
    counts = side_counts(pool)
    sides = f"; {' against '.join(counts)}" if len(counts) > 1 else ""
    return f"({told}{sides})"


def compared_words(events: Sequence[AdverseEvent], names: tuple[str, str]) -> str:
    """Say in words for which terms the interval excludes no difference, and for which it does not.

    Parameters
    ----------
    events
        The pooled terms of a grade.
    names
        Those of the groups, the experimental one first.
    """
    more, less, open_ = [], [], []
    for event in events:
        null, low, high = measure(event.pool.measure).null, event.pool.ci_low, event.pool.ci_high
        if null is None or low is None or high is None:
            continue
        (more if low > null else less if high < null else open_).append(_event_name(event))
    first, second = (escape(lower_first(name)) for name in names)
    parts = [
        f"{join_words(terms)} {'was' if len(terms) == 1 else 'were'} {word} frequent with {first} "
        f"than with {second}"
        for word, terms in (("more", more), ("less", less))
        if terms
    ]
    if not parts:
        return "none has an interval that excludes the value of no difference" if open_ else ""
    told = f"{' and '.join(parts)} (the intervals exclude the value of no difference)"
    return f"{told}; for {join_words(open_)} the interval includes it" if open_ else told
