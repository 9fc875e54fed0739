"""How many patients a study has, where the table of studies does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Pool, Study, Synthesis


def patients_by_study(synthesis: Synthesis) -> dict[str, int]:
    """Count the patients of every study, by its id; a study of which no number is known is absent.

    The number of the group that is described stands first, then that of the study, then the
    patients randomised to its arms, then the most that any of its results has.

    Parameters
    ----------
    synthesis
        The computed review.
    """
    seen = most_in_results(synthesis)
    counted = {study.study_id: _counted(study, seen) for study in synthesis.studies}
    return {name: number for name, number in counted.items() if number is not None}


def counted_from_results(synthesis: Synthesis) -> tuple[Study, ...]:
    """Give the studies whose patients are known from their results alone."""
    seen = most_in_results(synthesis)
    return tuple(
        study
        for study in synthesis.studies
        if _told(study) is None and seen.get(study.study_id) is not None
    )


def most_in_results(synthesis: Synthesis) -> dict[str, int]:
    """Give the largest number of patients that any result of a study has, cohorts together."""
    most: dict[str, int] = {}
    for pool in _pools(synthesis):
        sums: dict[str, int] = {}
        for study in pool.studies:
            sums[study.study_id] = sums.get(study.study_id, 0) + (study.n or 0)
        for name, number in sums.items():
            most[name] = max(most.get(name, 0), number)
    return {name: number for name, number in most.items() if number}


def _counted(study: Study, seen: dict[str, int]) -> int | None:
    told = _told(study)
    return seen.get(study.study_id) if told is None else told


def _told(study: Study) -> int | None:
    if study.n_arm is not None:
        return study.n_arm
    if study.n_total is not None:
        return study.n_total
    randomised = [arm.n_randomised for arm in study.arms]
    known = [number for number in randomised if number is not None]
    return sum(known) if known and len(known) == len(randomised) else None


def _pools(synthesis: Synthesis) -> Iterator[Pool]:
    for outcome in synthesis.outcomes:
        yield outcome.overall
    for told in synthesis.narratives:
        yield told.outcome.overall
    for event in synthesis.adverse_events:
        yield event.pool
