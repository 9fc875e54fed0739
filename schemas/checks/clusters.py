"""Whether studies of clusters say how much their patients are worth, and say it once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

_CLUSTERED = "rct_cluster"
_PARTS = ("cluster_size", "icc")


def check_clusters(context: Context) -> None:
    """Check design effects, and warn of a cluster trial whose patients count as independent."""
    trials = {name for name, row in context.studies().items() if row.text("design") == _CLUSTERED}
    told: set[tuple[str, str | None]] = set()
    for table in ("outcomes", "contrasts"):
        for row in context.rows(table):
            if table == "outcomes":
                _check_parts(row)
            key = (row.text("study_id") or "", row.text("outcome"))
            if key[0] not in trials or key in told or _allowed(row) or _has_effect(row):
                continue
            told.add(key)
            row.report(
                "clusters-not-allowed-for",
                "clusters_allowed",
                "This is a result of a cluster trial, but nothing says that it allows for the "
                "clusters: its patients count as if they were independent, and it weighs too much.",
                "Fill in cluster_size and icc, or design_effect; or write yes here where the "
                "printed SD, standard error or interval allows for them. An intracluster "
                "correlation may be taken from a like trial: say so in the note.",
                "warning",
            )


def _allowed(row: Row) -> bool:
    return row.text("clusters_allowed") == "yes"


def _has_effect(row: Row) -> bool:
    return row.has("design_effect") or all(row.has(name) for name in _PARTS)


def _check_parts(row: Row) -> None:
    filled = [name for name in _PARTS if row.has(name)]
    if row.has("design_effect") and filled:
        row.report(
            "design-effect-twice",
            "design_effect",
            f"The design effect stands here, and {' and '.join(filled)} would give another one.",
            "Keep what the report gives, and empty the other cells.",
        )
    elif len(filled) == 1:
        (missing,) = set(_PARTS) - set(filled)
        row.report(
            "design-effect-half",
            missing,
            f"{filled[0]} alone gives no design effect.",
            f"Fill in {missing}, too, or the design effect itself.",
        )
    if _allowed(row) and (row.has("design_effect") or filled):
        row.report(
            "clusters-allowed-twice",
            "clusters_allowed",
            "The numbers allow for the clusters already; a design effect would widen them twice.",
            "Keep one of the two.",
        )
    elif _allowed(row) and row.has("events") and not row.has("mean", "ci_low"):
        row.report(
            "clusters-allowed-counts",
            "clusters_allowed",
            "A count of patients cannot allow for clusters; only an interval, SD or SE can.",
            "Give the design effect, or cluster_size and icc.",
            "warning",
        )
