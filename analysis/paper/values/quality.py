"""What the studies of a pool were judged, and what the judgements do to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, percent
from analysis.manuscript.value import Value, escape, join_words, phrase
from analysis.measures.registry import measure, subject
from analysis.paper.quality_text import by_tool, level_of
from analysis.paper.values.pools import NBSP, amount, limits
from analysis.synthesis.rating import ratings_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.results import Finding, Outcome, Pool, StudyEstimate, Synthesis
    from analysis.synthesis.study_rating import Rating
    from schemas.quality_tool import QualityTool

# More names than these would hide the sentence they stand in.
_MOST_NAMES = 6


def quality_values(synthesis: Synthesis) -> Iterator[Value]:
    """Give the tools in words, and a sentence for each outcome; empty where nothing is judged."""
    studies: dict[str, set[str]] = {}
    for tool, _, found in by_tool(synthesis):
        studies.setdefault(tool.label, set()).update(rating.study_id for rating in found)
    words = [f"{escape(label)} ({_studies(len(names))})" for label, names in studies.items()]
    rows = [row for rating in synthesis.ratings for row in rating.rows]
    tools = join_words(words, none="no tool")
    yield phrase("quality.tools", tools, "tools that studies were judged by", rows)
    told_of: list[tuple[Outcome, Sequence[StudyEstimate | Finding]]] = [
        *((outcome, outcome.overall.studies) for outcome in synthesis.outcomes),
        *((entry.outcome, entry.findings) for entry in synthesis.narratives),
    ]
    for outcome, members in told_of:
        chosen = ratings_for(synthesis.ratings, outcome.id)
        judged = [
            chosen[name]
            for name in dict.fromkeys(each.study_id for each in members)
            if name in chosen
        ]
        said = [
            _judgements(synthesis.quality_tools[tool], [r for r in judged if r.tool == tool])
            for tool in dict.fromkeys(rating.tool for rating in judged)
        ]
        told = [sentence for sentence in said if sentence]
        if told:
            told += [_absent(synthesis, members, chosen), _without(synthesis, outcome)]
        yield phrase(
            f"{outcome.id}.quality.sentence",
            " ".join(filter(None, told)),
            "judgements of the studies of this outcome",
            [row for rating in judged for row in rating.rows],
        )


def _judgements(tool: QualityTool, ratings: Sequence[Rating]) -> str:
    """Count the judgements of the whole, from best to worst; without such, points or answers."""
    # A tool that gives a confidence, not a risk, is named by what it judges.
    concept = escape(tool.concept)
    if tool.overall.scale is None:
        return _scored(tool, ratings, concept)
    given = [rating.overall for rating in ratings]
    parts = [
        f"{count(given.count(level.value))} as {escape(level.value)}"
        for level in tool.levels(tool.overall.scale)
        if level.value in given
    ]
    if not parts:
        return ""
    known = sum(value is not None for value in given)
    return (
        f"The {concept} of {_studies(known)} was judged with {escape(tool.label)}: "
        f"{join_words(parts)}."
    )


def _scored(tool: QualityTool, ratings: Sequence[Rating], concept: str) -> str:
    """Say how many points, or answers in the study's favour, there are."""
    lead = f"The {concept} of {_studies(len(ratings))} was judged with {escape(tool.label)}"
    if tool.overall.rule == "points":
        scores = [(r.score, r.most) for r in ratings if r.score is not None]
        by_most = [
            f"{_span([score for score, most in scores if most == full])} of {count(full)} points"
            for full in sorted({most for _, most in scores if most is not None})
        ]
        return f"{lead}: {join_words(by_most)}." if by_most else ""
    levels = [[level_of(tool, i, value) for i, value in r.answers.items()] for r in ratings]
    favourable = [sum(x is not None and x.favourable for x in answers) for answers in levels]
    return (
        f"{lead}, which has no judgement of the whole: {_span(favourable)} of "
        f"{count(len(tool.shown))} questions were answered in a study's favour."
    )


def _span(values: Sequence[int]) -> str:
    low, high = min(values), max(values)
    return count(low) if low == high else f"{count(low)} to {count(high)}"


def _studies(number: int) -> str:
    return f"{count(number)} {'study' if number == 1 else 'studies'}"


def _absent(
    synthesis: Synthesis, members: Sequence[StudyEstimate | Finding], chosen: dict[str, Rating]
) -> str:
    """Name the real studies that nobody judged."""
    invented = {study.study_id for study in synthesis.studies if study.reconstructed}
    names = dict.fromkeys(
        study.label
        for study in members
        if study.study_id not in chosen and study.study_id not in invented
    )
    if not names:
        return ""
    listed = [escape(name) for name in names]
    more = len(listed) - _MOST_NAMES
    shown = listed[:_MOST_NAMES] + ([f"{count(more)} more"] if more > 0 else [])
    return f"Not judged: {join_words(shown)}."


def _without(synthesis: Synthesis, outcome: Outcome) -> str:
    """Set the pool without high risk beside the whole."""
    pool, all_studies = outcome.without_high_risk, outcome.overall
    if pool is None or all_studies.estimate is None:
        return ""
    left_out = all_studies.n_studies - pool.n_studies
    those = f"the {count(left_out)} studies" if left_out > 1 else "the study"
    if pool.estimate is None:
        return f"All studies with {_named(outcome)} are at high risk."
    level = percent(synthesis.level, 0)
    return (
        f"Without {those} at high risk, {_subject(outcome)} was {_result(pool, level)}; "
        f"with all studies it was {_result(all_studies, level)}."
    )


def _subject(outcome: Outcome) -> str:
    """Name what was pooled: the pooled response rate, the pooled risk ratio for relapse."""
    measured = measure(outcome.measure)
    if measured.null is None:
        return f"the pooled {_named(outcome)}"
    return f"the pooled {escape(measured.label)} for {_named(outcome)}"


def _named(outcome: Outcome) -> str:
    return escape(subject(outcome))


def _result(pool: Pool, level: str) -> str:
    """Write an estimate with its interval and number of estimates."""
    low = pool.ci_low if pool.ci_low is not None else 0.0
    interval = f"{level}{NBSP}CI{NBSP}{limits(pool, low, pool.ci_high)}"
    noun = "estimate" if pool.k == 1 else "estimates"
    return f"{amount(pool, pool.estimate or 0.0)} ({interval}; {count(pool.k)} {noun})"
