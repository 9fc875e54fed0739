"""Are days of tables and intervals of months counted as people count them?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.versions.status.point import counted, last_day, months_later


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-15", date(2026, 6, 15)),
        ("2026-06", date(2026, 6, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("2026", date(2026, 12, 31)),
    ],
)
def test_a_month_ends_with_its_last_day(text: str, day: date) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2025, 5, 20), 6, date(2025, 11, 20)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(1, 120))
def test_months_later_is_in_that_month(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day


def test_nouns() -> None:
    assert (counted(1, "study", "studies"), counted(2, "study", "studies")) == (
        "1 study",
        "2 studies",
    )
    assert counted(3, "trial") == "3 trials"
