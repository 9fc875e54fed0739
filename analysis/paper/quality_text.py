"""What figures, tables and the text say of the studies' quality in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from analysis.synthesis.results import Study, Synthesis
    from analysis.synthesis.study_rating import Rating
    from schemas.quality_tool import Level, QualityTool


def by_tool(synthesis: Synthesis) -> list[tuple[QualityTool, str | None, list[Rating]]]:
    """Group the ratings by tool, and those of single outcomes by outcome: tool, outcome, ratings.

    The outcome is its label, None for ratings that hold for all.
    """
    unpooled = (entry.outcome for entry in synthesis.narratives)
    labels = {outcome.id: outcome.label for outcome in (*synthesis.outcomes, *unpooled)}
    groups: dict[tuple[str, str | None], list[Rating]] = {}
    for rating in synthesis.ratings:
        groups.setdefault((rating.tool, rating.outcome), []).append(rating)
    tools = synthesis.quality_tools
    order = list(tools)
    return [
        (tools[tool], None if outcome is None else labels[outcome], found)
        for (tool, outcome), found in sorted(
            groups.items(),
            key=lambda group: (order.index(group[0][0]), [*labels, None].index(group[0][1])),
        )
    ]


def name_of(tool: QualityTool, outcome: str | None) -> str:
    """Name a tool, with the outcome whose result it judges."""
    return tool.label if outcome is None else f"{tool.label}, {outcome.lower()}"


def whole(rating: Rating, tool: QualityTool) -> str | None:
    """Say what the whole of a study is: its judgement, or its points of those possible."""
    if rating.overall is not None:
        return rating.overall
    if rating.score is not None:
        return f"{count(rating.score)} of {count(rating.most or 0)}"
    return None


def level_of(tool: QualityTool, item: str, value: str | None) -> Level | None:
    """Find how an answer is shown."""
    found = tool.item(item)
    return None if found is None else tool.level(found.scale, value)


def levels_used(tool: QualityTool, ratings: Iterable[Rating]) -> list[Level]:
    """Give the answers and judgements that were given, in the order of the tool's lists."""
    given: dict[str, set[str | None]] = {}
    for rating in ratings:
        for item in tool.shown:
            given.setdefault(item.scale, set()).add(rating.answers.get(item.id))
        if tool.overall.scale is not None:
            given.setdefault(tool.overall.scale, set()).add(rating.overall)
    used = [
        level
        for scale in (*tool.answers, *tool.judgements)
        for level in tool.levels(scale)
        if level.value in given.get(scale, ())
    ]
    # Several lists may have the same answers.
    return list({(level.sign, level.value): level for level in used}.values())


def not_assessed(synthesis: Synthesis, outcomes: Collection[str] = ()) -> str:
    """Say in one sentence which studies nobody has judged; empty where there is none.

    With ids of outcomes only the studies of their pools are looked at.
    """
    judged = {rating.study_id for rating in synthesis.ratings}
    pooled = {s.study_id for name in outcomes for s in synthesis.outcome(name).overall.studies}
    absent = [
        study
        for study in synthesis.studies
        if study.study_id not in judged and (not outcomes or study.study_id in pooled)
    ]
    if not absent:
        return ""
    invented = [study for study in absent if study.reconstructed]
    real = [study for study in absent if not study.reconstructed]
    parts = []
    if real:
        parts.append(f"{_counted(real)} ({', '.join(study.label for study in real)})")
    if invented:
        noun = "row has" if len(invented) == 1 else "rows have"
        parts.append(f"{count(len(invented))} reconstructed {noun} no report that could be judged")
    return f"Not assessed: {'; '.join(parts)}."


def _counted(studies: Sequence[Study]) -> str:
    return f"{count(len(studies))} {'study' if len(studies) == 1 else 'studies'}"
