"""What the protocol plans for updates of the review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import Value, join_words, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.review_data import ReviewData


def update_values(data: ReviewData) -> Iterator[Value]:
    """Give the plan for updates, as PRISMA-LSR asks (doi 10.1136/bmj-2024-079183, item L1)."""
    plan = data.protocol.update
    parts = [
        f"{what} every {_months(interval)}"
        for what, interval in (
            ("repeat the search", plan.search_interval_months),
            ("read the status of ongoing trials", plan.registry_interval_months),
        )
        if interval is not None
    ]
    text = (
        f"The protocol plans to {join_words(parts)}."
        if parts
        else "The protocol sets no interval for repeating the search."
    )
    yield phrase(
        "update.statement",
        f"{text} It sets no date and no condition for ending the updates.",
        "protocol: update",
    )


def _months(number: int) -> str:
    return "month" if number == 1 else f"{number} months"
