"""Is anything true ever condemned, however a clinical paper writes it?

A corpus of sentences with results that were worked out, then the same templates with any counts,
styles and rounding. Beside that no alarm may be raised, most of it must be read at all.
"""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.audit.findings import ALARMS
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.run import audit_claims
from tests.audit.filled_templates import ALL
from tests.audit.true_statements import STYLES


def drawn(seed: int | str) -> random.Random:
    """The same numbers for the same seed."""
    return random.Random(seed)  # noqa: S311 - nothing is kept secret by them


CORPUS = tuple(
    (style, STYLES[style](fill(drawn(f"{style}{template}"), template)))
    for i, (fill, template) in enumerate(ALL)
    for style in (tuple(STYLES)[i % len(STYLES)], tuple(STYLES)[(i * 5 + 1) % len(STYLES)])
)


def verdicts(text: str) -> list[str]:
    """What the audit says of each statement; alarms with their arithmetic."""
    rows = audit_claims(read_prose([Page("", text)]).claims, in_prose=True)
    return [
        "; ".join(
            [row.verdict, *(check.arithmetic for check in row.checks if check.verdict in ALARMS)]
        )
        for row in rows
    ]


def alarms(text: str) -> list[str]:
    return [said for said in verdicts(text) if said.startswith(ALARMS)]


@pytest.mark.parametrize(("style", "text"), CORPUS)
def test_no_true_statement_of_the_corpus_is_condemned(style, text):
    """Is each sentence of the corpus left alone?"""
    assert not alarms(text), style


def test_the_corpus_is_large_and_read():
    """Does it hold at least 150 sentences, of which nine in ten are found consistent?"""
    assert len(set(CORPUS)) >= 150
    read = [text for _, text in CORPUS if "consistent" in verdicts(text)]
    assert len(read) >= 0.9 * len(CORPUS)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(ALL), st.sampled_from(sorted(STYLES)))
def test_any_true_statement(seed, entry, style):
    """Is any result in any template and style left alone?"""
    fill, template = entry
    text = STYLES[style](fill(drawn(seed), template))
    assert not alarms(text), text


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.sampled_from(ALL), min_size=2, max_size=12))
def test_any_paragraph(seed, entries):
    """Are true sentences left alone when they stand together, one behind the other?"""
    rng = drawn(seed)
    text = " ".join(fill(rng, template).rstrip(".") + "." for fill, template in entries)
    assert not alarms(text), text
