"""The flow diagram, and the sums in it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from analysis.paper.figures.flow import alt_text, flow_figure
from analysis.synthesis import screening_flow as flow_stages
from tests.paper.figures.extents import marks, page, texts
from tests.paper.figures.review_sample import empty, review
from tests.paper.figures.synthesis_samples import FLOW, HOSTILE, LONG, flow

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis

COMPLETE = (
    ("identified", None, 366),
    ("duplicates removed", None, 66),
    ("screened", None, 300),
    ("records excluded", None, 250),
    ("full texts sought", None, 50),
    ("full texts not retrieved", None, 7),
    ("full texts assessed", None, 43),
    ("full texts excluded", "review article", 11),
    ("full texts excluded", "insufficient data", 18),
    ("included", None, 14),
)


def with_flow(stages: tuple[tuple[str, str | None, int | None], ...]) -> Synthesis:
    return replace(review(), flow=flow(stages))


def check_layout(synthesis: Synthesis, width: float = 7.0) -> list[str]:
    """No text over another, none out of its box or in two, no box over another."""
    figure = flow_figure(synthesis, width)
    boxes, written = marks(figure), texts(figure)
    assert not [a.name for a, b in combinations(boxes, 2) if a.overlaps(b)]
    assert not [a.name for a, b in combinations(written, 2) if a.overlaps(b)]
    for text in written:
        assert sum(text.within(box) for box in boxes) == 1, text.name
    assert all(item.within(page(figure)) for item in boxes)
    return [text.name for text in written]


def test_the_shipped_flow() -> None:
    printed = " ".join(check_layout(review())).replace("\N{NO-BREAK SPACE}", " ")
    assert "(n = 366)" in printed
    assert "Records screened (n = not reported)" in printed
    assert "Reports excluded (n = 29)" in printed
    assert "Insufficient data (n = 18)" in printed
    assert "Studies included in the review (n = 14)" in printed
    assert "Reports not retrieved (n = not reported)" in printed
    assert printed.startswith("Identification of studies via databases and registers")
    assert {"Identification", "Screening", "Included"} <= set(check_layout(review()))


def test_a_complete_flow_has_every_box_of_prisma() -> None:
    printed = " ".join(check_layout(with_flow(COMPLETE))).replace("\N{NO-BREAK SPACE}", " ")
    for heading in ("sought for retrieval (n = 50)", "not retrieved (n = 7)", "(n = 250)"):
        assert heading in printed


@pytest.mark.parametrize("reason", [*HOSTILE, LONG * 3, "x" * 150])
def test_reasons_of_any_length_and_signs(reason: str) -> None:
    stages = (*FLOW[:4], *(("full texts excluded", f"{reason} {i}", i) for i in range(9)), FLOW[-1])
    check_layout(with_flow(stages))


def test_nothing_known_yet() -> None:
    printed = " ".join(check_layout(empty()))
    assert "not\N{NO-BREAK SPACE}reported" in printed


def test_alt_text() -> None:
    text = alt_text(review())
    assert text.startswith("PRISMA 2020 flow diagram. Records identified")
    assert "registers: 366;" in text
    assert "Records screened: not reported" in text
    assert "29 (review article 3, case report 8, insufficient data 18)" in text
    assert text.endswith("Studies included in the review: 14.")


UPDATE = (
    (flow_stages.PREVIOUS_STUDIES, None, 14),
    (flow_stages.PREVIOUS_REPORTS, None, None),
    ("identified", "PubMed", 25),
    ("identified", "Embase", 15),
    (flow_stages.IDENTIFIED_ELSEWHERE, "Reference lists", 2),
    *COMPLETE[1:3],
    (flow_stages.NOT_SCREENED, None, 4),
    *COMPLETE[3:9],
    (flow_stages.NOT_ASSESSED, None, 1),
    ("included", None, 2),
    ("reports included", None, 3),
    (flow_stages.FURTHER_REPORTS, None, 1),
    (flow_stages.NOT_EXTRACTED, None, 1),
    (flow_stages.TOTAL_STUDIES, None, 16),
    (flow_stages.TOTAL_REPORTS, None, None),
)


@pytest.mark.parametrize("width", [7.0, 5.0, 3.4])
def test_an_update_has_the_studies_of_the_version_before(width: float) -> None:
    printed = " ".join(check_layout(with_flow(UPDATE), width)).replace("\N{NO-BREAK SPACE}", " ")
    for text in (
        "version of review (n = 14)",
        "PubMed (n = 25)",
        "other sources (n = 2)",
        "not yet decided (n = 4)",
        "not yet decided (n = 1)",
        "New studies included in the review (n = 2)",
        "Reports of new included studies (n = 3)",
        "previous studies (n = 1)",
        "not yet extracted (n = 1)",
        "Total studies included in the review (n = 16)",
    ):
        assert text in printed
    # Records came from elsewhere, too, so the band does not speak of databases.
    assert "Identification of new studies" in printed
    assert "via databases" not in printed
    assert ("Previous studies" in printed) == (width == 7.0)


def test_alt_text_of_an_update() -> None:
    text = alt_text(with_flow(UPDATE))
    assert text.startswith("PRISMA 2020 flow diagram of an update. Studies included in previous")
    assert "registers: 40 (PubMed 25, Embase 15)" in text
    assert "Total studies included in the review: 16; Reports of total included" in text
