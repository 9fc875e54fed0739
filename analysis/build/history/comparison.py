"""Everything that differs between an earlier version and the review as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.build.history.attribution import path_between, pool_changes
from analysis.build.history.crossings import crossings
from analysis.build.history.facts import (
    new_searches,
    protocol_changes,
    study_changes,
    table_changes,
    upgrades,
)
from analysis.build.history.tables import read_tables
from analysis.synthesis.versions import Changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.build.history.shelf import Released

_PROTOCOL = "data/protocol.yml"
UNREADABLE = (
    "The tables of that version cannot be computed by the present program, so that changes of "
    "tables and of the program cannot be told apart."
)


def compare(
    base: Released, root: Path, synthesis: Mapping[str, Any], groups: Sequence[str]
) -> Changes:
    """Compare a released version with the review as it is.

    Parameters
    ----------
    base
        The version.
    root
        The review's folder.
    synthesis
        Its results, as in the entry ``synthesis`` of results.json.
    groups
        Columns of the studies table by which studies are grouped.

    Raises
    ------
    DataProblems
        If the version is damaged.
    """
    old, new = read_tables(base.folder), read_tables(root)
    before = base.results()["synthesis"]
    states = path_between((base.folder, root), old, new, dict(synthesis))
    studies = study_changes(old, new, groups)
    attributed = states[0][1] is not None
    return Changes(
        since=base.edition,
        since_date=base.date,
        studies=studies,
        upgrades=upgrades(old, new, studies),
        searches=new_searches(old, new),
        tables=table_changes(old, new),
        protocol=protocol_changes(base.folder / _PROTOCOL, root / _PROTOCOL),
        pools=pool_changes(before, synthesis, states),
        crossings=crossings(before, synthesis),
        attributed=attributed,
        reason="" if attributed else UNREADABLE,
    )
