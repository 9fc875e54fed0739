"""What holds for all tables: widths, bytes, emptiness, and that data stay text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html as lxml_html

from analysis.paper.items import TABLE_KINDS, Further, tabulate
from analysis.paper.tables import (
    comparison,
    prisma,
)
from analysis.paper.tables.fragment import table_fragment
from schemas.protocol import DisplayItem
from tests.paper.figures.review_sample import empty
from tests.paper.figures.synthesis_samples import HOSTILE
from tests.paper.tables.further_samples import (
    CHECKLIST,
    full_review,
)
from tests.paper.tables.reading import row, rows

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis

KINDS = (
    "quality",
    "quality_support",
    "adverse_events",
    "ongoing",
    "comparison",
    "study_data",
    "excluded",
    "awaiting",
    "statistics",
    "asymmetry",
    "moderators",
    "terms",
    "findings",
    "syntheses",
    "prisma",
)


def made(kind: str, synthesis: Synthesis) -> Table:
    item = DisplayItem(id="tbl-x", kind=kind, by=("therapy",) if kind == "comparison" else ())
    return tabulate(synthesis, item, Further(CHECKLIST))


def test_every_kind_of_table_is_tested_here_or_beside() -> None:
    beside = {"baseline", "searches", "pools", "left_out", "published"}
    beside |= {"changes", "changed_sentences", "versions"}
    beside |= {"summary_of_findings", "evidence_profile", "certainty_proposals"}
    assert set(TABLE_KINDS) <= {*KINDS, *beside}


@pytest.mark.parametrize("kind", KINDS)
def test_widths_add_up_and_the_bytes_are_the_same(kind: str) -> None:
    text = table_fragment(made(kind, full_review()))
    assert text == table_fragment(made(kind, full_review()))
    table = lxml_html.fromstring(text)
    widths = [float((col.get("style") or "")[6:-1]) for col in table.iter("col")]
    assert sum(widths) == 100
    assert min(widths) > 0
    for line in table.iter("tr"):
        assert sum(int(cell.get("colspan", "1")) for cell in line) == len(widths)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("quality", "No study has been included."),
        ("adverse_events", "No adverse event has been extracted."),
        ("ongoing", "No ongoing trial has been recorded."),
        ("study_data", "No result has been extracted."),
        ("excluded", "No exclusion of a full text has been recorded."),
        ("awaiting", "No study awaits extraction."),
        ("statistics", "Fewer than two estimates"),
        ("asymmetry", "Fewer than 10 estimates"),
        ("findings", "No outcome is brought together without pooling."),
        ("syntheses", "No outcome is brought together without pooling."),
        ("moderators", "No moderator has been examined."),
        ("terms", "No adverse event has been extracted."),
    ],
)
def test_a_table_of_nothing_says_so(kind: str, said: str) -> None:
    assert any(said in cell for line in rows(made(kind, empty())) for cell in line)


def test_a_comparison_of_nothing_has_its_outcome_without_study() -> None:
    assert row(comparison.build(empty()), "Objective")[1:] == ["No study"]
    assert (
        "No outcome has been pooled."
        in rows(comparison.build(replace(empty(), outcomes=()), ["therapy"]))[1]
    )


def test_an_empty_checklist_says_so() -> None:
    assert "The checklist has not been filled in." in rows(prisma.build(()))[1]


def with_text(record: Any, text: str) -> Any:
    """Put a text into every field of a record that holds words, through all records in it."""
    kept = {"tool", "kind", "model", "evidence", "grade", "measure", "method", "test", "level"}
    kept |= {"interval", "citation_key", "profile", "variable", "column", "stage", "checklist"}
    changes: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in kept:
            continue
        if isinstance(value, str):
            changes[field.name] = text
        elif is_dataclass(value):
            changes[field.name] = with_text(value, text)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changes[field.name] = tuple(with_text(entry, text) for entry in value)
        elif isinstance(value, tuple) and value and isinstance(value[0], str):
            changes[field.name] = (text,) * len(value)
    return replace(record, **changes)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_no_sign_in_the_data_becomes_markup(kind: str, name: str) -> None:
    hostile = replace(
        with_text(full_review(), name),
        terms=((name, name),),
        moderator_labels={"n_arm": name},
        subgroup_labels={"therapy": name},
    )
    table = tabulate(
        hostile,
        DisplayItem(id="tbl-x", kind=kind),
        Further([with_text(item, name) for item in CHECKLIST]),
    )
    text = table_fragment(table)
    assert "{{" not in text
    assert not list(lxml_html.fromstring(text).iter("b", "img", "script"))
    assert any(name in cell for line in rows(table) for cell in line)
