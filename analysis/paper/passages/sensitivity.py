"""How firm the pools stand: one estimate left out, and small-study effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import join_words
from analysis.meta.small_study import MIN_STUDIES
from analysis.paper.passages.passage import Passage, paragraphs, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome


def passages(material: Material) -> Iterator[Passage]:
    """Write leave-one-out and small-study effects, for each outcome and for all together."""
    outcomes = material.synthesis.outcomes
    for outcome in outcomes:
        refitted = bool(outcome.sensitivity and outcome.sensitivity.leave_one_out)
        told = material.says(f"{outcome.id}.leave_one_out.sentence") if refitted else ""
        yield Passage(f"{outcome.id}-leave-one-out", told)
        yield Passage(f"{outcome.id}-small-study", _small_study(material, outcome))
    yield Passage("leave-one-out", _leave_one_out(material))
    yield Passage("small-study", _all_small_study(material))


def _leave_one_out(material: Material) -> str:
    """Put the outcomes of which nothing changes into one sentence; the others have their own."""
    refitted = [
        outcome
        for outcome in material.synthesis.outcomes
        if outcome.sensitivity and outcome.sensitivity.leave_one_out
    ]
    if not refitted:
        return ""
    steady = [outcome for outcome in refitted if _unchanged(material, outcome)]
    told = ""
    if steady:
        ranges = join_words(
            f"{material.value(f'{outcome.id}.leave_one_out.range')} for the "
            f"{material.label(outcome)}"
            for outcome in steady
        )
        always = material.protocol.model_rule.i2_below == 0
        same = "" if always else "the rule chose the same model, and "
        lead = "Whichever single estimate was left out"
        told = f"{lead}, {same}the pooled results ranged from {ranges}."
    rest = [
        material.value(f"{outcome.id}.leave_one_out.sentence")
        for outcome in refitted
        if outcome not in steady
    ]
    return sentences(told, *rest)


def _unchanged(material: Material, outcome: Outcome) -> bool:
    """Tell whether no omission changes the model, nor on which side of no effect limits lie."""
    refits = outcome.sensitivity.leave_one_out if outcome.sensitivity else ()
    null = material.measure(outcome).null
    pool = outcome.overall
    excluded = _excludes(pool.ci_low, pool.ci_high, null)
    return not any(
        refit.switches or _excludes(refit.ci_low, refit.ci_high, null) != excluded
        for refit in refits
    )


def _excludes(low: float | None, high: float | None, null: float | None) -> bool:
    return null is not None and low is not None and high is not None and not low <= null <= high


def _small_study(material: Material, outcome: Outcome) -> str:
    """Write the tests of an outcome that has enough estimates for them."""
    small = outcome.sensitivity and outcome.sensitivity.small_study
    if not small or small.k < MIN_STUDIES:
        return ""
    return sentences(
        material.says(f"{outcome.id}.small_study.sentence"),
        material.says(f"{outcome.id}.trim_and_fill.sentence"),
    )


def _has_test(outcome: Outcome) -> bool:
    small = outcome.sensitivity and outcome.sensitivity.small_study
    return bool(small and small.k >= MIN_STUDIES and any(p is not None for _, p in small.tests))


def _all_small_study(material: Material) -> str:
    tested, few = [], []
    for outcome in material.synthesis.outcomes:
        told = _small_study(material, outcome)
        tested.append(told)
        if not told and outcome.overall.estimate is not None:
            few.append(f"the {material.label(outcome)}")
    untested = (
        f"Fewer than {material.value('small_study.minimum')} estimates were available for "
        f"{join_words(few)}, so no verdict on small-study effects is given there."
        if few
        else ""
    )
    # Of tests that could not be made there is nothing to distrust.
    made = any(map(_has_test, material.synthesis.outcomes))
    caution = material.says("small_study.caution") if made else ""
    table = material.reference("asymmetry")
    every = f"All tests that could be made stand in {table}." if table else ""
    return paragraphs(sentences(*tested, untested, every), caution)
