"""The parts of the methods that follow from the protocol: what was pooled, how, and what not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count
from analysis.manuscript.value import escape, join_words
from analysis.measures.observation import CLUSTERS_ALLOWED
from analysis.measures.registry import measure
from analysis.measures.scale import CLUSTERED
from analysis.meta.small_study import MIN_STUDIES
from analysis.paper.passages.narrative import brief_method
from analysis.paper.passages.passage import Passage, named, paragraphs, sentences
from analysis.paper.passages.row_rules import row_rules
from analysis.synthesis.groupings import scores_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome


def passages(material: Material) -> Iterator[Passage]:
    """Write what the protocol decides: measures, model, subgroups, harms, further analyses."""
    pooled = bool(material.protocol.pooled)
    yield Passage("methods-measures", _measures(material) if pooled else "")
    yield Passage("methods-models", _models(material) if pooled else "")
    yield Passage("methods-subgroups", _subgroups(material) if pooled else "")
    yield Passage("methods-harms", _harms(material))
    yield Passage("methods-sensitivity", _sensitivity(material) if pooled else "")
    yield Passage("methods-conventions", _conventions(material) if pooled else "")
    yield Passage("abstract-methods", sentences(_brief(material), brief_method(material)))
    plan = material.says("update.statement") if material.protocol.review.living else ""
    yield Passage("methods-living", plan)


def _measures(material: Material) -> str:
    """Say for each measure how its results were pooled; outcomes that depart have their own."""
    ways: dict[str, list[str]] = {}
    for outcome in material.protocol.pooled:
        ways.setdefault(material.values[f"{outcome.id}.pooling"].text, []).append(outcome.id)
    told = []
    for names in ways.values():
        sentence = material.value(f"{names[0]}.pooling")
        if any(len(other) for other in ways.values() if other is not names) and _shares(
            material, names
        ):
            listed = join_words(material.value(f"{name}.label") for name in names)
            sentence = f"For the {listed}: {sentence}"
        told.append(sentence)
    outcomes = material.synthesis.outcomes
    told.append(sentences(*_rows(material)))
    told += [material.says(f"{entry.id}.refused_sentence") for entry in outcomes]
    counted = any(_proportion(material, entry) for entry in outcomes)
    shown = (
        f"Single proportions are shown with {material.value('methods.study_interval')}"
        if counted
        else "Results are shown with"
    )
    level = material.value("protocol.level")
    return paragraphs(*told, f"{shown} {level} confidence intervals (CI).")


def _rows(material: Material) -> Iterator[str]:
    """Say which rows of a study were taken, and what was done to them, as far as there are such."""
    yield from row_rules(material, material.protocol.pooled)
    outcomes = material.synthesis.outcomes
    yield from (material.says(f"{entry.id}.changes_sentence") for entry in outcomes)
    if any(CLUSTERED in note for entry in outcomes for note in entry.overall.notes):
        yield material.value("methods.clusters")
    noted = {note for entry in outcomes for study in entry.overall.studies for note in study.notes}
    if CLUSTERS_ALLOWED in noted:
        yield material.value("methods.clusters_allowed")
    yield from (material.says(f"{entry.id}.notes_sentence") for entry in outcomes)


def _proportion(material: Material, outcome: Outcome) -> bool:
    measured = material.measure(outcome)
    return measured.counted and measured.null is None


def _brief(material: Material) -> str:
    """Say in one sentence what was pooled; nothing where nothing was."""
    if not material.protocol.pooled:
        return ""
    kinds = dict.fromkeys(material.measure(entry).several for entry in material.synthesis.outcomes)
    what = join_words(kinds)
    level = material.value("protocol.level")
    return f"{what[:1].upper()}{what[1:]}, with {level} confidence intervals (CI), were pooled."


def _shares(material: Material, names: list[str]) -> bool:
    """Tell whether outcomes that are pooled otherwise have the same measure as these."""
    by_id = {outcome.id: outcome.measure for outcome in material.protocol.pooled}
    mine = by_id[names[0]]
    return any(other == mine and name not in names for name, other in by_id.items())


def _models(material: Material) -> str:
    rule = material.protocol.model_rule
    random = f"the model was one of {material.value('methods.random')}."
    if rule.i2_below == 0:
        chosen = f"In every pool, {random}"
    else:
        scope = {
            "pool": "The rule was applied to each pool.",
            "outcome": "The rule was applied once to all studies of an outcome, and the model was "
            "kept in its subgroups.",
        }[rule.applies_to]
        chosen = sentences(
            "The common-effect (fixed-effect) model was used if I² was below "
            f"{material.value('protocol.i2_below')} and *P* was "
            f"{material.value('protocol.p_at_least')} or more.",
            f"Otherwise, {random}",
            scope,
        )
    compared = any(
        material.measure(entry).null is not None for entry in material.synthesis.outcomes
    )
    weights = "All pools used inverse-variance weights unless said otherwise above."
    return sentences(
        "" if compared else weights,
        material.value("methods.intervals"),
        *_departures(material),
        "Heterogeneity was described by Cochran's Q, with its *P* value, and by "
        f"I²{material.cited('Higgins2003')}.",
        chosen,
    )


def _departures(material: Material) -> Iterator[str]:
    """Say what departs from the profile; those that depart alike share a sentence."""
    alike: dict[str, list[str]] = {}
    for entry in material.protocol.pooled:
        words = material.values[f"{entry.id}.departure_words"].text
        alike.setdefault(words, []).append(entry.id)
    harms = material.values.get("ae.departure_words")
    if harms is not None:
        alike.setdefault(harms.text, []).append("ae")
    for words, names in alike.items():
        if words:
            labels = [material.value(f"{name}.label") for name in names if name != "ae"]
            labels += ["adverse events"] if "ae" in names else []
            article = "the " if labels[0] != "adverse events" else ""
            told = material.value(f"{names[0]}.departure_words")
            yield f"For {article}{join_words(labels)}, {told}."


def _subgroups(material: Material) -> str:
    groups = (*material.protocol.subgroups, *material.protocol.judgement_groups)
    formed = ""
    if groups:
        names = join_words(f"by {named(entry.label)}" for entry in groups)
        formed = sentences(
            f"Subgroups were formed {names}.",
            "A subgroup with one study is shown with that study's own interval.",
            material.value("methods.subgroups"),
        )
    explained = material.value("methods.regression") if _explains(material) else ""
    return sentences(formed, explained, *_scores(material))


def _scores(material: Material) -> Iterator[str]:
    """Say from where to where judgements were counted that entered as a number."""
    for entry in material.protocol.judgement_groups:
        names = [*scores_of(material.data.quality_tools[entry.tool])] if entry.score else []
        if names:
            first, last = escape(names[0]), escape(names[-1])
            yield (
                f"The {named(entry.label)} also entered as a score, from 0 ({first}) to "
                f"{count(len(names) - 1)} ({last})."
            )


def _explains(material: Material) -> bool:
    protocol = material.protocol
    return bool(protocol.moderators or protocol.subgroups or protocol.judgement_groups)


def _harms(material: Material) -> str:
    choice = material.protocol.adverse_events
    if choice is None:
        return ""
    table = material.reference("terms")
    shows = (
        f"; {table} shows which reported terms were counted as which standard term" if table else ""
    )
    compared = (
        f"For each term, {measure(choice.measure).several} of {material.value('ae.comparison')} "
        "were pooled."
        if choice.two_groups
        else ""
    )
    ways = {material.values[f"{entry.id}.pooling"].text for entry in material.protocol.pooled}
    other = not choice.two_groups and material.values["ae.pooling"].text not in ways
    return sentences(
        f"Adverse events were analysed by standard term{shows}.",
        compared,
        material.value("ae.pooling") if other else "",
        material.says("ae.refused_sentence"),
        f"They were pooled if at least {material.value('protocol.minimum_studies')} studies "
        "reported the term at that grade.",
        material.says("ae.notes_sentence"),
    )


def _sensitivity(material: Material) -> str:
    noted = ", and it was noted where the rule would have chosen the other model"
    always = material.protocol.model_rule.i2_below == 0
    enough = any(entry.overall.k >= MIN_STUDIES for entry in material.synthesis.outcomes)
    return sentences(
        "Every estimate was left out in turn, under the model of the whole pool"
        f"{'' if always else noted}.",
        *_tests(material),
        _reservations(material),
        f"No verdict is given with fewer than {material.value('small_study.minimum')} estimates.",
        "" if enough else "No outcome had so many, so none of these tests was made.",
    )


def _tests(material: Material) -> Iterator[str]:
    """Name the tests of small-study effects: the usual ones, and those made for a measure."""
    own = {
        entry.id: material.values[f"{entry.id}.asymmetry_test"].text
        for entry in material.protocol.pooled
    }
    usual = _usual(material)
    yield material.value("methods.small_study" if usual else "methods.trim_and_fill")
    for test in dict.fromkeys(filter(None, own.values())):
        names = [name for name, other in own.items() if other == test]
        labels = join_words(material.value(f"{name}.label") for name in names)
        yield (
            f"Small-study effects in the {labels} were tested by "
            f"{material.value(f'{names[0]}.asymmetry_test')}, which was made for such estimates."
        )


def _usual(material: Material) -> bool:
    """Tell whether an outcome has the tests of Begg and Egger, none made for its measure."""
    values = material.values
    return not all(values[f"{entry.id}.asymmetry_test"].text for entry in material.protocol.pooled)


def _reservations(material: Material) -> str:
    """Say where such tests mislead, as far as it concerns these outcomes."""
    outcomes = material.synthesis.outcomes
    counted = any(_proportion(material, entry) for entry in outcomes)
    cases = [
        f"where estimates are few{material.cited('Sterne2011')}",
        f"where they are heterogeneous{material.cited('Ioannidis2007')}",
    ]
    cases += [f"where they are proportions{material.cited('Hunter2014')}"] if counted else []
    described = material.cited("Begg1994", "Egger1997", "DuvalTweedie2000")
    # Tests made for a measure refine those of the sources, which are not the ones that were made.
    these = "These methods" if _usual(material) else "Tests of this kind and trim and fill"
    return sentences(
        f"{these} are described elsewhere{described}." if described else "",
        f"Such methods can mislead {join_words(cases)}, so the results are given with their "
        "reservations.",
    )


def _conventions(material: Material) -> str:
    return sentences(
        f"The numerical conventions are those of the profile {material.value('protocol.profile')}, "
        f"which stands for {material.value('methods.program')}.",
        f"The two-sided significance level is {material.value('protocol.significance')}.",
    )
