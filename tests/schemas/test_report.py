"""Can a clinician act on the printed report?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas import render_report

if TYPE_CHECKING:
    from tests.schemas.conftest import ReviewCopy

PROGRAMMERS_WORDS = re.compile(
    r"\b(pandera|pydantic|schema|dtype|nan|none|null|str|int64|float|traceback|exception|regex|"
    r"failure|coerc|series|dataframe|isin|validator|ctx)\b",
    re.IGNORECASE,
)


def _break_much(review: ReviewCopy) -> None:
    orr = {"study_id": "ChenS2023", "outcome": "ORR", "criteria": "mRECIST"}
    review.change("outcomes", orr, events="45")
    review.change("outcomes", {"study_id": "ChenS2023", "outcome": "PFS"}, ci_high="82")
    review.change("studies", {"study_id": "Zhou2025"}, design="RCT", year="25", n_arm="many")
    review.change("flow", {"stage": "included"}, stage="includd", evidence="")
    review.substitute(review.protocol, "i2_below: 0.50", "i2_below: 50")


def test_report_reads_as_promised(review: ReviewCopy) -> None:
    line = review.change(
        "outcomes",
        {"study_id": "ChenS2023", "outcome": "ORR", "criteria": "mRECIST"},
        events="45",
    )
    assert render_report(review.check()) == (
        "data/outcomes.csv\n"
        f'  ERROR    line {line}, column events: "45"\n'
        "           Events (45) are more than patients (32).\n"
        "           → Look at the response table of the report: one of the two numbers is from "
        "another arm or criterion.\n"
        "\n"
        "1 error, no warnings."
    )


def test_report_holds_no_programmers_words(review: ReviewCopy) -> None:
    _break_much(review)
    text = render_report(review.check())
    assert not PROGRAMMERS_WORDS.findall(text)


def test_problems_are_sorted_by_file_and_line(review: ReviewCopy) -> None:
    _break_much(review)
    places = [(p.file, p.line or 0) for p in review.check().problems]
    assert places == sorted(places)


def test_problem_as_text_names_file_line_column_and_value(review: ReviewCopy) -> None:
    review.change("flow", {"stage": "screened"}, stage="screend")
    (problem,) = review.check().problems
    assert str(problem).startswith('data/flow.csv, line 4, column stage: "screend"\n')


def test_values_cannot_disturb_the_terminal(review: ReviewCopy) -> None:
    """Control characters and endless cells: does each problem keep its line?"""
    review.change("studies", {"study_id": "Zhou2025"}, country="\x1b[31mred\nblue" + "x" * 500)
    text = render_report(review.check())
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) < 200


def test_every_error_says_what_to_look_at(review: ReviewCopy) -> None:
    _break_much(review)
    for problem in review.check().problems:
        assert problem.what.endswith(".")
        assert problem.hint
