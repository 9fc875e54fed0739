"""Forty true paragraphs, forty misprints: nothing true condemned, how many are found is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.audit.findings import ALARMS
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.run import audit_claims
from tests.audit.planted_misprints import PLANTED
from tests.audit.true_paragraphs import paragraphs

PARAGRAPHS = paragraphs()
PAGE = Path(__file__).resolve().parents[2] / "docs/audit.md"


def statements(text: str) -> tuple[list[str], int]:
    """What is condemned in a text, and how many statements were read."""
    rows = audit_claims(read_prose([Page("", text)]).claims, in_prose=True)
    return [f"{row.claim}" for row in rows if row.verdict in ALARMS], len(rows)


@pytest.mark.parametrize("name", PARAGRAPHS)
def test_nothing_true_is_condemned(name: str) -> None:
    """Is no statement called wrong in a paragraph whose numbers were worked out?"""
    condemned, read = statements(PARAGRAPHS[name])
    assert condemned == []
    assert read, "nothing was read, so nothing was tried"


def test_each_misprint_stands_in_its_paragraph_once() -> None:
    """Is each planted number there, once, so that one misprint is one misprint?"""
    assert [row for row in PLANTED if PARAGRAPHS[row[0]].count(row[1]) != 1] == []


def test_the_page_says_how_many_misprints_are_found() -> None:
    """Do the docs print the tally that comes out today?"""
    found = sum(bool(statements(PARAGRAPHS[n].replace(a, b))[0]) for n, a, b in PLANTED)
    read = sum(statements(text)[1] for text in PARAGRAPHS.values())
    words = (
        f"In {len(PARAGRAPHS)} true paragraphs with {read} statements, 0 were condemned; of "
        f"{len(PLANTED)} misprints planted in them, {found} were found."
    )
    assert words in " ".join(PAGE.read_text(encoding="utf-8").split())
