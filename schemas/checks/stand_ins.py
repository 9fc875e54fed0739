"""Whether a real study stands in the tables beside the reconstructed one that stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.checks.screening import log_of

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row


def check_stand_ins(context: Context) -> None:
    """Compare the studies of the time of the first edition with the number that it included.

    Reconstructed studies stand for studies of the published review. Together with the real
    studies that had appeared when it was searched they cannot be more than it included: one that
    is extracted has to take the place of its stand-in.

    Parameters
    ----------
    context
        All tables.
    """
    included = [
        (edition, count)
        for row in context.rows("flow", "edition", "stage", "records")
        if row.text("stage") == "included"
        and (edition := row.text("edition")) is not None
        and (count := row.count("records")) is not None
    ]
    years = [
        int(day[:4])
        for row in context.rows("searches", "search_date")
        if (day := row.text("search_date")) is not None
    ]
    studies = list(context.studies().values())
    if not included or not years or _is_told_already(context, sum(n for _, n in included)):
        return
    edition, number = included[0]
    searched = min(years)
    standing = [row for row in studies if row.text("evidence") == "reconstructed"]
    real = [row for row in studies if _had_appeared(row, searched)]
    if standing and len(standing) + len(real) > number and real:
        real[-1].report(
            "study-beside-stand-in",
            "study_id",
            f"{len(standing)} reconstructed studies and {len(real)} real ones published up to "
            f"{searched} are {len(standing) + len(real)}, but edition {edition} included {number}.",
            "A reconstructed study stands for each study of that edition that was not read. If "
            "this is one of them, take out the reconstructed one: its patients count twice.",
            "warning",
        )


def _is_told_already(context: Context, included: int) -> bool:
    """Say whether the number of studies differs from the flow, which the check of that tells."""
    log = log_of(context)
    return (log is None or not log.searches) and included != len(context.studies())


def _had_appeared(row: Row, searched: int) -> bool:
    year = row.count("year")
    is_real = row.text("evidence") not in {None, "reconstructed"}
    return is_real and year is not None and year <= searched
