"""The full texts that were read and excluded: one by one where there is a log of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.synthesis.listings import ExcludedReport
from analysis.synthesis.row import RowRef
from analysis.synthesis.screening_state import log_of_review
from schemas.editions import edition_order

if TYPE_CHECKING:
    from schemas.review_data import ReviewData

_STAGE = "full texts excluded"


def excluded_reports(data: ReviewData) -> tuple[ExcludedReport, ...]:
    """List the excluded full texts: the numbers of early editions, then reports by reason.

    Parameters
    ----------
    data
        The checked tables.

    Returns
    -------
    tuple of ExcludedReport
        Empty where no record of a search was imported.
    """
    from schemas.frame_records import records

    log = log_of_review(data)
    if not log.searches:
        return ()
    choices = data.protocol.screening
    counted = [
        ExcludedReport(
            edition=str(row["edition"]),
            **dict.fromkeys(("authors", "year", "title", "source_title", "doi")),
            reason=row["reason"],
            reports=None if row["records"] is None else int(row["records"]),
            row=RowRef("data/flow.csv", int(row["line"])),
        )
        for row in sorted(records(data.flow), key=lambda row: edition_order(str(row["edition"])))
        if row["stage"] == _STAGE
    ]
    order = {reason.id: place for place, reason in enumerate(choices.reasons)}
    found = []
    for row in records(data.records):
        state = log.states.get(str(row["record_id"]))
        if state is None or state.status != "full text excluded":
            continue
        reason = state.full_text.reason
        report = ExcludedReport(
            edition=None,
            authors=row["authors"],
            year=None if row["year"] is None else int(row["year"]),
            title=row["title"],
            source_title=row["source_title"],
            doi=row["doi"],
            reason=None if reason is None else choices.reason_label(reason),
            reports=1,
            row=RowRef("data/records.csv", int(row["line"])),
        )
        found.append((order.get(reason or "", len(order)), report))
    found.sort(key=lambda item: item[0])
    return (*counted, *(report for _, report in found))
