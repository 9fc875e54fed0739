"""Which of several instruments, time points and periods of a study is taken, by the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.synthesis.results import LeftOut
    from analysis.synthesis.rows import Row

#: Days of the units of time; a month is a twelfth of a year of 365.25 days.
DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
_FIRST_PERIOD, _SECOND_PERIOD = "first", "second"
_EXCHANGED = "after the arms of the crossover trial were exchanged"
_BOTH_PERIODS = "the first period of the crossover trial alone is taken by the protocol"
_NO_PRIMARY = "not measured at the study's own primary instrument and time point"

Setting = tuple[str | None, float | None, str | None, str | None, str | None]


def chosen_settings(rows: Sequence[Row], choice: Any) -> tuple[list[Row], list[LeftOut]]:
    """Keep, of every study and cohort, the rows of one instrument, time point and period.

    All arms of a study keep the same one. Where the first period of a crossover trial alone counts,
    results of both periods together are taken only where the first is not reported apart. Without
    a rule for time the study's own primary result is taken where one is marked, otherwise the first
    in the table. The rule ``primary`` takes nothing else: a study that marks none of these rows is
    left out.

    Parameters
    ----------
    rows
        Rows of one outcome, in the order of the file; those of several arms together.
    choice
        The outcome in the protocol.

    Returns
    -------
    kept, left_out
        What was passed over is noteworthy only where nothing of the study is kept.
    """
    rule = choice.time
    before = rule is None or rule.before_crossover
    only_primary = rule is not None and rule.rule == "primary"
    left: list[LeftOut] = []
    taken: dict[tuple[str, str | None], str] = {}
    groups: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        members = groups.setdefault((row.study.study_id, row.cohort), [])
        if not before or row.period != _SECOND_PERIOD:
            members.append(row)
    apart: set[tuple[str, str | None]] = set()
    for key, members in groups.items():
        if before and any(row.period == _FIRST_PERIOD for row in members):
            apart.add(key)
            groups[key] = [row for row in members if row.period in (None, _FIRST_PERIOD)]
    chosen: set[int] = set()
    for members in groups.values():
        if not members or (only_primary and not any(row.primary for row in members)):
            continue
        best = min(members, key=lambda row: _rank(row, choice, rule))
        chosen |= {id(row) for row in members if _setting(row) == _setting(best)}
        taken |= {
            (best.study.study_id, best.cohort): f"{_told(best, choice)} is taken by the protocol"
        }
    kept = [row for row in rows if id(row) in chosen]
    named: set[tuple[str, str | None]] = set(taken)
    for row in rows:
        if id(row) in chosen:
            continue
        key = row.study.study_id, row.cohort
        exchanged = before and row.period == _SECOND_PERIOD
        reason = _EXCHANGED if exchanged else taken.get(key, _NO_PRIMARY)
        if key in apart and row.period not in (None, _FIRST_PERIOD, _SECOND_PERIOD):
            reason = _BOTH_PERIODS
        left.append(row.left_out(choice.id, reason, noteworthy=key not in named))
        named.add(key)
    return kept, left


def _setting(row: Row) -> Setting:
    return row.instrument, row.time, row.time_unit, row.time_label, row.period


def _days(row: Row) -> float | None:
    return None if row.time is None else row.time * DAYS.get(row.time_unit or "weeks", 7.0)


def _rank(row: Row, choice: Any, rule: Any) -> tuple[float, ...]:
    """Order rows by instrument, then by time; ties keep the order of the file.

    A study's own primary result stands before the protocol's order of instruments where the rule
    asks for it.
    """
    names = [entry.id for entry in choice.instruments]
    place = names.index(row.instrument) if row.instrument in names else len(names)
    days = _days(row)
    known = days is None
    value = days or 0.0
    if rule is not None and rule.rule == "primary":
        return float(not row.primary), float(place)
    orders = {
        "last": (float(known), -value),
        "first": (float(known), value),
        "nearest": (float(known), abs(value - _wanted(rule))),
    }
    by_time = () if rule is None else orders[rule.rule]
    return (float(place), *by_time, float(not row.primary))


def _wanted(rule: Any) -> float:
    return 0.0 if rule is None or rule.at is None else rule.at * DAYS[rule.unit]


def _told(row: Row, choice: Any) -> str:
    labels = {entry.id: entry.label for entry in choice.instruments}
    when = row.time_label or (
        f"{row.time:g} {row.time_unit or ''}".strip() if row.time is not None else ""
    )
    instrument = None if row.instrument is None else labels.get(row.instrument, row.instrument)
    parts = [part for part in (instrument, when) if part]
    return ", ".join(parts) if parts else "another result of the study"
