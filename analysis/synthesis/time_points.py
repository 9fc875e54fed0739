"""Which of several instruments, time points and periods of a study is taken, by the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.synthesis.results import LeftOut
    from analysis.synthesis.rows import Row

#: Days of the units of time; a month is a twelfth of a year of 365.25 days.
DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "years": 365.25}
_SECOND_PERIOD = "second"

Setting = tuple[str | None, float | None, str | None, str | None, str | None]


def chosen_settings(rows: Sequence[Row], choice: Any) -> tuple[list[Row], list[LeftOut]]:
    """Keep, of every study and cohort, the rows of one instrument, time point and period.

    All arms of a study keep the same one. Without a rule for time the study's own primary result
    is taken where one is marked, otherwise the first in the table.

    Parameters
    ----------
    rows
        Rows of one outcome, in the order of the file; those of several arms together.
    choice
        The outcome in the protocol.

    Returns
    -------
    kept, left_out
        What was passed over is not noteworthy, but for the second period of a crossover trial.
    """
    rule = choice.time
    before = rule is None or rule.before_crossover
    kept: list[Row] = []
    left: list[LeftOut] = []
    groups: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        if before and row.period == _SECOND_PERIOD:
            left.append(row.left_out(choice.id, "after the arms were exchanged (crossover trial)"))
        else:
            groups.setdefault((row.study.study_id, row.cohort), []).append(row)
    chosen: set[int] = set()
    for members in groups.values():
        best = min(members, key=lambda row: _rank(row, choice, rule))
        chosen |= {id(row) for row in members if _setting(row) == _setting(best)}
        left += [
            row.left_out(choice.id, f"{_told(best)} is taken by the protocol", noteworthy=False)
            for row in members
            if _setting(row) != _setting(best)
        ]
    kept = [row for row in rows if id(row) in chosen]
    return kept, left


def _setting(row: Row) -> Setting:
    return row.instrument, row.time, row.time_unit, row.time_label, row.period


def _days(row: Row) -> float | None:
    return None if row.time is None else row.time * DAYS.get(row.time_unit or "weeks", 7.0)


def _rank(row: Row, choice: Any, rule: Any) -> tuple[float, ...]:
    """Order rows by instrument, then by time; ties keep the order of the file."""
    names = [entry.id for entry in choice.instruments]
    place = names.index(row.instrument) if row.instrument in names else len(names)
    days = _days(row)
    known = days is None
    value = days or 0.0
    orders = {
        "last": (float(known), -value),
        "first": (float(known), value),
        "nearest": (float(known), abs(value - _wanted(rule))),
        "primary": (float(not row.primary), 0.0),
    }
    by_time = orders["primary" if rule is None else rule.rule]
    return (float(place), *by_time, float(not row.primary))


def _wanted(rule: Any) -> float:
    return 0.0 if rule is None or rule.at is None else rule.at * DAYS[rule.unit]


def _told(row: Row) -> str:
    when = row.time_label or (
        f"{row.time:g} {row.time_unit or ''}".strip() if row.time is not None else ""
    )
    parts = [part for part in (row.instrument, when) if part]
    return ", ".join(parts) if parts else "another result of the study"
