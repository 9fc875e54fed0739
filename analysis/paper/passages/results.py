"""The result of each outcome: its pool, what it rests on, and under which model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import upper_first
from analysis.formatting.words import agreeing
from analysis.manuscript.value import join_words
from analysis.paper.passages.narrative import finding
from analysis.paper.passages.passage import Passage, in_brackets, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome


def passages(material: Material) -> Iterator[Passage]:
    """Write the result of each outcome, and all of them in one sentence each."""
    for outcome in material.synthesis.outcomes:
        yield Passage(f"{outcome.id}-results", _result(material, outcome))
    pooled = [outcome for outcome in material.synthesis.outcomes if outcome.overall.k]
    others = [finding(material, entry) for entry in material.synthesis.narratives if entry.findings]
    # Where the text has the passage of the prediction intervals, they stand there alone.
    number = "brief" if "passage-prediction" in material.shown else "summary"
    told = [_finding(material, outcome, number) for outcome in pooled]
    yield Passage("findings", sentences(*told, *others))
    told = [_finding(material, outcome, "summary") for outcome in pooled]
    yield Passage("abstract-results", sentences(covered(material), *told, *others))


def subject(material: Material, outcome: Outcome) -> str:
    """Name what was pooled: "the pooled response rate", "the pooled risk ratio for relapse"."""
    measured, label = material.measure(outcome), material.label(outcome)
    if measured.null is None:
        return f"the pooled {label}"
    return f"the pooled {measured.label} for {label}"


def _result(material: Material, outcome: Outcome) -> str:
    pool, name = outcome.overall, outcome.id
    forest = material.reference("forest", name) or material.reference("subgroup_forest", name)
    figure = in_brackets(forest)
    if pool.estimate is None:
        left = " that could be pooled" if pool.left_out else ""
        return f"No study reported a result for the {material.label(outcome)}{left}{figure}."
    estimate = f"{material.value(f'{name}.estimate')} ({material.value(f'{name}.ci')})"
    if pool.k == 1:
        measured = material.measure(outcome)
        what = "" if measured.null is None else f"{measured.label} for "
        return sentences(
            f"A single estimate was available: the {what}{material.label(outcome)} was "
            f"{estimate}{figure}.",
            material.says(f"{name}.reconstructed_sentence"),
        )
    lead = subject(material, outcome)
    return sentences(
        f"{upper_first(lead)} was {estimate}, with "
        f"{material.value(f'{name}.heterogeneity')}{figure}.",
        _no_effect(material, outcome),
        f"It rests on {material.value(f'{name}.k')} {material.measure(outcome).estimates} from "
        f"{material.value(f'{name}.studies')} {agreeing(pool.n_studies, 'study')}"
        f"{_counts(material, outcome)}.",
        f"The range of single estimates was {material.value(f'{name}.range')}.",
        material.value(f"{name}.model_sentence"),
        material.says(f"{name}.reconstructed_sentence"),
    )


def _no_effect(material: Material, outcome: Outcome) -> str:
    """Say whether the interval holds the value of no effect; nothing where nothing is compared."""
    pool, null = outcome.overall, material.measure(outcome).null
    if null is None or pool.ci_low is None or pool.ci_high is None:
        return ""
    verb = "includes" if pool.ci_low <= null <= pool.ci_high else "excludes"
    return f"The interval {verb} the value of no difference."


def _counts(material: Material, outcome: Outcome) -> str:
    """Give the patients with the outcome, for each side where there are two."""
    name, told = outcome.id, []
    for group in ("experimental.", "control.", ""):
        if f"{name}.{group}events" in material.values:
            events, n = (material.value(f"{name}.{group}{part}") for part in ("events", "n"))
            side = f"{group.rstrip('.')} " if group else ""
            told.append(f"{events} of {n} {side}{material.people}")
    # Both sides are told apart, or the group as a whole.
    shown = told[:2] if len(told) > 1 else told
    return in_brackets(join_words(shown)) if shown else ""


def covered(material: Material) -> str:
    """Count studies and people, for the abstract, where nothing can be referred to."""
    if not material.synthesis.studies:
        return ""
    noun = agreeing(len(material.synthesis.studies), "study")
    patients = material.values["studies.patients"].raw
    people = material.people.removesuffix("s") if patients == 1 else material.people
    people = f" with {material.value('studies.patients')} {people}" if patients else ""
    return f"The review covers {material.value('studies.included')} {noun}{people}."


def _finding(material: Material, outcome: Outcome, number: str) -> str:
    lead = subject(material, outcome)
    rated = outcome.grade is not None and outcome.grade.level is not None
    certainty = material.value(f"{outcome.id}.certainty.level") if rated else ""
    return (
        f"{upper_first(lead)} was {material.value(f'{outcome.id}.{number}')}"
        f"{f'; the certainty of the evidence is {certainty}' if rated else ''}."
    )
