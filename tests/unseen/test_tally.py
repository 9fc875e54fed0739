"""Do the docs say how many of these inputs were read rightly at first, and how many are now?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.unseen.cases import HABITS, cases_of

PAGE = Path(__file__).resolve().parents[2] / "docs/reliability.md"
TABLES = {
    "searches": "files of searches and registers",
    "pools": "tables for `pool`",
    "workbooks": "workbooks",
    "words": "Word files",
    "audits": "tables and texts for `audit`",
}
CASES = [(table, case) for table in TABLES for case in cases_of(table)]


def tally() -> str:
    """The table of the docs: by habit and by kind of file."""
    lines = ["| | inputs | right at first | right now |", "|---|--:|--:|--:|"]
    rows = {words: [c for _, c in CASES if c["habit"] == name] for name, words in HABITS.items()}
    rows |= {words: [c for t, c in CASES if t == name] for name, words in TABLES.items()}
    rows["all"] = [case for _, case in CASES]
    for words, cases in rows.items():
        now = len(cases) - sum("still" in case for case in cases)
        first = now - sum(case.get("mended", False) for case in cases)
        lines.append(f"| {words} | {len(cases)} | {first} | {now} |")
    return "\n".join(lines)


def test_each_habit_has_thirty_inputs() -> None:
    """Is each of the five habits tried on at least thirty inputs, none of them named twice?"""
    habits = Counter(case["habit"] for _, case in CASES)
    assert set(habits) == set(HABITS)
    assert min(habits.values()) >= 30
    assert len({(table, case["name"]) for table, case in CASES}) == len(CASES)


def test_the_page_has_the_tally() -> None:
    """Is the table of the docs the one of the cases?"""
    assert tally() in PAGE.read_text(encoding="utf-8"), tally()
