"""Whether a figure or table has anything to show, and where it therefore stands.

What a review does not have leaves nothing in its paper: no heading, no sentence, no table that says
so. This is decided from the results alone, before the text is read and anything is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.meta.small_study import MIN_STUDIES
from analysis.paper.figures import cumulative, labbe, published
from analysis.paper.figures.chosen import outcomes_of, variables_of
from analysis.paper.figures.model_scale import placed, unpooled_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.manuscript.placement import Place
    from analysis.synthesis.results import Narrative, Outcome, Pool, Synthesis
    from analysis.synthesis.sensitivity_results import Sensitivity
    from schemas.protocol import DisplayItem, Protocol

_EXCLUDED: Final = "full texts excluded"


def has_content(synthesis: Synthesis, item: DisplayItem) -> bool:
    """Tell whether an item of the protocol shows more than that there is nothing.

    Parameters
    ----------
    synthesis
        The results.
    item
        The entry of the protocol. A kind that always shows something has it.
    """
    known = _OF_FIGURES if "fig-" in item.id else _OF_TABLES
    test = known.get(item.kind)
    return test is None or bool(test(synthesis, item))


def places_of(
    protocol: Protocol, synthesis: Synthesis, journal: str | None = None
) -> dict[str, Place]:
    """Say which items stand elsewhere than their ids say, or nowhere.

    Parameters
    ----------
    protocol
        What the team wants.
    synthesis
        The results: an item with nothing to show stands nowhere.
    journal
        The journal for which the paper is made, None for the paper itself.
    """
    items = (*protocol.display, *protocol.own_items)
    places: dict[str, Place] = {
        item.id: item.place(journal) for item in items if item.place(journal) != item.home
    }
    for item in protocol.display:
        if not has_content(synthesis, item) and places.get(item.id) != "none":
            places[item.id] = "empty"
    return places


def _some(
    test: Callable[[Outcome], object],
) -> Callable[[Synthesis, DisplayItem], bool]:
    """Ask the outcomes that an item shows."""
    return lambda synthesis, item: any(map(test, outcomes_of(synthesis, item)))


def _firm(
    test: Callable[[Sensitivity], object],
) -> Callable[[Synthesis, DisplayItem], bool]:
    """Ask the sensitivity analyses of the outcomes that an item shows."""
    return _some(lambda o: o.sensitivity is not None and test(o.sensitivity))


def _by_precision(outcome: Outcome) -> bool:
    return not unpooled_reason(outcome, placed(outcome))


def _by_group(synthesis: Synthesis, item: DisplayItem) -> bool:
    variables = variables_of(synthesis, item)
    return any(
        pool.studies
        for outcome in outcomes_of(synthesis, item)
        for variable in variables
        for pool in outcome.subgroups.get(variable, ())
    )


def _without_one(synthesis: Synthesis, item: DisplayItem) -> bool:
    of_outcomes = _firm(lambda found: found.leave_one_out)
    return of_outcomes(synthesis, item) or any(
        event.leave_one_out and event.pool.estimate is not None
        for event in synthesis.adverse_events
    )


def _narratives(synthesis: Synthesis, item: DisplayItem) -> Iterator[Narrative]:
    for entry in synthesis.narratives:
        if not item.outcomes or entry.outcome.id in item.outcomes:
            yield entry


def _directed(synthesis: Synthesis, item: DisplayItem) -> bool:
    found = _narratives(synthesis, item)
    return any(finding.direction for entry in found for finding in entry.findings)


def _with_p(synthesis: Synthesis, item: DisplayItem) -> bool:
    return any(
        finding.direction in {"experimental", "control"} and finding.p and finding.n
        for entry in _narratives(synthesis, item)
        for finding in entry.findings
    )


def _judged(synthesis: Synthesis, item: DisplayItem) -> bool:
    if not item.outcomes:
        return bool(synthesis.ratings)
    pooled = {
        study.study_id
        for outcome in outcomes_of(synthesis, item)
        for study in outcome.overall.studies
    }
    return any(rating.study_id in pooled for rating in synthesis.ratings)


def _pools(synthesis: Synthesis) -> Iterator[Pool]:
    yield from (outcome.overall for outcome in synthesis.outcomes)
    yield from (event.pool for event in synthesis.adverse_events)


def _excluded(synthesis: Synthesis, _: DisplayItem) -> bool:
    if synthesis.flow_from_log:
        return bool(synthesis.excluded)
    return any(stage.stage == _EXCLUDED for stage in synthesis.flow)


def _rated(synthesis: Synthesis, _: DisplayItem) -> bool:
    return any(outcome.grade is not None for outcome in synthesis.rated)


def _proposed(synthesis: Synthesis, _: DisplayItem) -> bool:
    return any(o.grade is not None and o.grade.proposals for o in synthesis.rated)


def _changed(synthesis: Synthesis, _: DisplayItem) -> bool:
    # Without a history nobody has compared yet.
    return synthesis.history is None or synthesis.history.changes is not None


def _tested(found: Sensitivity) -> bool:
    small = found.small_study
    return small is not None and small.k >= MIN_STUDIES and bool(small.every_test)


def _moderated(synthesis: Synthesis, _: DisplayItem) -> bool:
    return any(
        outcome.sensitivity is not None
        and (outcome.sensitivity.comparisons or synthesis.moderator_labels)
        for outcome in synthesis.outcomes
    )


# A kind that is not here always shows something.
_OF_FIGURES: Final[dict[str, Callable[[Synthesis, DisplayItem], object]]] = {
    "flow": lambda synthesis, _: synthesis.flow,
    "forest": _some(lambda outcome: outcome.overall.studies),
    "subgroup_forest": _by_group,
    "adverse_event_forest": lambda synthesis, _: synthesis.adverse_events,
    "leave_one_out": _without_one,
    "cumulative": _firm(lambda found: cumulative.has_course(found.cumulative)),
    "funnel": _firm(lambda found: found.small_study is not None and found.small_study.points),
    "baujat": _firm(lambda found: found.influence),
    "bubble": _firm(lambda found: any(line.x for line in found.regressions.values())),
    "specification": _firm(
        lambda found: [
            entry
            for entry in found.specifications
            if entry.estimate is not None and entry.ci_low is not None
        ]
    ),
    "labbe": _some(lambda outcome: labbe.points_of(outcome) and outcome.control is not None),
    "radial": _some(_by_precision),
    "drapery": _some(lambda outcome: _by_precision(outcome) and outcome.overall.se),
    "sequential": _some(
        lambda outcome: outcome.information is not None and outcome.information.fraction is not None
    ),
    "effect_direction": _directed,
    "albatross": _with_p,
    "quality": _judged,
    "published": lambda synthesis, _: published.grouped(synthesis),
    "changes": lambda synthesis, _: any(pool.estimate is not None for pool in _pools(synthesis)),
}
_OF_TABLES: Final[dict[str, Callable[[Synthesis, DisplayItem], object]]] = {
    "baseline": lambda synthesis, _: synthesis.studies,
    "quality": lambda synthesis, _: synthesis.ratings,
    "quality_support": lambda synthesis, _: synthesis.ratings,
    "summary_of_findings": _rated,
    "evidence_profile": _rated,
    "certainty_proposals": _proposed,
    "adverse_events": lambda synthesis, _: synthesis.adverse_events,
    "ongoing": lambda synthesis, _: synthesis.ongoing,
    "comparison": lambda synthesis, _: (
        any(pool.k for pool in _pools(synthesis)) or synthesis.comparators
    ),
    "searches": lambda synthesis, _: synthesis.searches,
    "pools": lambda synthesis, _: any(o.overall.k for o in synthesis.outcomes),
    "left_out": lambda synthesis, _: any(pool.left_out for pool in _pools(synthesis)),
    "study_data": lambda synthesis, _: any(pool.studies for pool in _pools(synthesis)),
    "excluded": _excluded,
    "awaiting": lambda synthesis, _: synthesis.awaiting,
    "statistics": lambda synthesis, _: any(o.sensitivity for o in synthesis.outcomes),
    "asymmetry": lambda synthesis, _: any(
        o.sensitivity is not None and _tested(o.sensitivity) for o in synthesis.outcomes
    ),
    "moderators": _moderated,
    # Terms that are all reported in the same words need no list.
    "terms": lambda synthesis, _: any(
        words.casefold() != term.casefold() for words, term in synthesis.terms
    ),
    "findings": lambda synthesis, _: any(entry.findings for entry in synthesis.narratives),
    "syntheses": lambda synthesis, _: any(
        entry.votes or entry.combined or entry.effects for entry in synthesis.narratives
    ),
    "published": lambda synthesis, _: synthesis.published,
    "changes": _changed,
    "changed_sentences": _changed,
}
