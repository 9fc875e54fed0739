"""Checks the places that the protocol gives to figures and tables against the manuscript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.item_places import ranges
from schemas.problems import Problem
from schemas.protocol_file import PROTOCOL_FILE
from schemas.vocabulary import did_you_mean
from schemas.yaml_file import line_of_entry

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.manuscript.source_line import Manuscript
    from schemas.protocol import Protocol


def items_of(manuscript: Manuscript, protocol: Protocol) -> list[str]:
    """Give the ids that the generated figures and tables have in a paper, those that it shows."""
    found = (manuscript.now(item.id) for item in protocol.display)
    return [name for name in found if name is not None]


def unknown_places(root: Path, manuscript: Manuscript, protocol: Protocol) -> Iterator[Problem]:
    """Find places that are given to items which the manuscript does not have.

    Parameters
    ----------
    root
        The project's folder.
    manuscript
        The paper, with its items in place.
    protocol
        What places them.
    """
    known = {*ranges(manuscript.body), *(name for name in manuscript.ids if "-" in name)}
    lists = (("display", protocol.display), ("own_items", protocol.own_items))
    for part, items in lists:
        for position, item in enumerate(items):
            placed = item.placement is not None or item.journals
            if not placed or item.id in known:
                continue
            yield Problem(
                file=PROTOCOL_FILE,
                line=line_of_entry(root / PROTOCOL_FILE, (part, position, "id")),
                column=f"{part}[{item.id}].id",
                value=item.id,
                what=f"The manuscript has no figure or table with the id {item.id}.",
                hint=did_you_mean(item.id, known)
                + f"Put ::: {{#{item.id}}} with its caption where it is to stand first.",
                severity="error",
                rule="placement",
            )
