"""From the answers and judgements of a study to what the tool's rules make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from schemas.quality_tool import Case, Item, QualityTool, Several


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a tool's rules make of a study.

    Attributes
    ----------
    values
        Answer or judgement of every item that has one, those that rules give included.
    proposed
        The judgements of domains that follow from signalling questions.
    overall
        The judgement of the whole; None where the tool has no rule or something is missing.
    several
        The rule of several lesser judgements that applies: people may judge worse.
    points, most
        Points reached and possible; None for a tool without points.
    missing
        Items without answer or judgement that the rule needs.
    """

    values: Mapping[str, str]
    proposed: Mapping[str, str]
    overall: str | None
    several: Several | None
    points: int | None
    most: int | None
    missing: tuple[str, ...]

    def allows(self, overall: str) -> bool:
        """Say whether this overall judgement follows from the rules, so needs no reason."""
        allowed = {self.overall, None if self.several is None else self.several.may_be}
        return overall in allowed


def apply_rules(tool: QualityTool, given: Mapping[str, str]) -> Outcome:
    """Apply a tool's rules.

    Parameters
    ----------
    tool
        The tool.
    given
        Answer or judgement by item; a judgement that is given stands before a proposed one.

    Returns
    -------
    Outcome
        Nothing is guessed: where an item is missing the overall judgement is None, unless a
        domain has the worst judgement there is already.
    """
    proposed = {
        item.id: found
        for item in tool.shown
        if (found := _from_questions(tool, item, given)) is not None
    }
    values = {**proposed, **given}
    counted = [item for item in tool.shown if item.counted]
    missing = tuple(item.id for item in counted if item.id not in values)
    points, most = _points(tool, counted, values)
    several = None
    overall = None
    rule = tool.overall
    if rule.rule == "worst":
        found = [values[item.id] for item in counted if item.id in values]
        worst = _worst(tool, rule.scale, found)
        final = rule.scale is not None and worst == tool.levels(rule.scale)[-1].value
        overall = worst if final or not missing else None
        several = next((s for s in rule.several if found.count(s.level) >= s.at_least), None)
        if several is not None and _worst(tool, rule.scale, [several.may_be, *found]) == worst:
            several = None  # it is judged as badly already
    elif rule.rule == "all":
        found = [values[item.id] for item in counted if item.id in values]
        if any(value != rule.level for value in found):
            overall = rule.otherwise
        elif not missing:
            overall = rule.level
    elif rule.rule == "points" and not missing:
        overall = next((b.level for b in rule.bands if (points or 0) >= (b.points or 0)), None)
    elif rule.rule == "flaws" and not missing:
        flaws = [item for item in counted if values[item.id] in rule.flaw]
        critical = sum(item.critical for item in flaws)
        overall = next(
            band.level
            for band in rule.bands
            if critical >= (band.critical or 0) and len(flaws) - critical >= (band.others or 0)
        )
    return Outcome(values, proposed, overall, several, points, most, missing)


def _worst(tool: QualityTool, scale: str | None, values: Iterable[str]) -> str | None:
    if scale is None:
        return None
    order = [level.value for level in tool.levels(scale)]
    known = [value for value in values if value in order]
    return max(known, key=order.index) if known else None


def _points(
    tool: QualityTool, counted: Sequence[Item], values: Mapping[str, str]
) -> tuple[int | None, int | None]:
    """Add the points up; an item that does not apply adds nothing to what could be reached."""
    if tool.overall.rule != "points":
        return None, None
    total = most = 0
    for item in counted:
        level = tool.level(item.scale, values.get(item.id))
        if level is not None and level.left_aside:
            continue
        total += 0 if level is None else level.points or 0
        most += max(each.points or 0 for each in tool.levels(item.scale))
    return total, most


def _from_questions(tool: QualityTool, item: Item, given: Mapping[str, str]) -> str | None:
    parts = item.parts or ((item.cases,) if item.cases else ())
    found = [_first_case(part, given) for part in parts]
    if not found or None in found:
        return None
    return _worst(tool, item.scale, [value for value in found if value is not None])


def _first_case(cases: Sequence[Case], given: Mapping[str, str]) -> str | None:
    """Give the judgement of the first case that holds.

    A case that cannot be told yet, because an answer is missing, ends the search: what stands
    below it might be wrong.
    """
    for case in cases:
        holds = _all_hold(case, given)
        if holds is None:
            return None
        if holds:
            return case.then
    return None


def _all_hold(case: Case, given: Mapping[str, str]) -> bool | None:
    told = [_holds(given.get(name), values) for name, values in case.when.items()]
    if case.any_of:
        some = [_holds(given.get(name), values) for name, values in case.any_of.items()]
        told.append(True if True in some else None if None in some else False)
    if False in told:
        return False
    return None if None in told else True


def _holds(answer: str | None, values: Sequence[str]) -> bool | None:
    return None if answer is None else answer in values
