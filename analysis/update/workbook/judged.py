"""What may stand in the sheet of the quality: tools, their items, answers and judgements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.quality_files import read_tools, shipped_tools
from schemas.quality_tool import OVERALL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from schemas.protocol import Protocol
    from schemas.quality_tool import Level

Labels = tuple[tuple[str, str], ...]


def judged_entries(protocol: Protocol, root: Path | None) -> dict[str, Labels]:
    """Give what the columns of the sheet `quality` may hold, each entry with what it means.

    What fits which tool is checked later, with the whole row.

    Parameters
    ----------
    protocol
        Names the tools; where it names none, any may be used and items stay without a list.
    root
        The review's folder, for tools of the team's own.

    Returns
    -------
    dict
        From column to its entries; an entry that means several things is there several times.
    """
    every = shipped_tools() if root is None else read_tools(root)[0]
    named = [every[name] for name in protocol.quality_tools if name in every]
    tools = named or list(every.values())
    items = dict.fromkeys((item.id, item.label) for tool in named for item in tool.items)
    return {
        "tool": tuple((tool.id, tool.label) for tool in tools),
        "item": (*items, (OVERALL, "judgement of the whole")) if named else (),
        "answer": _levels(tool.answers for tool in tools),
        "judgement": _levels(tool.judgements for tool in tools),
    }


def _levels(lists: Iterable[Mapping[str, tuple[Level, ...]]]) -> Labels:
    """Give values with the signs that tools print for them: `1 star` is 1, `yes` is Y."""
    found = dict.fromkeys(
        (level.value, level.sign)
        for scales in lists
        for levels in scales.values()
        for level in levels
    )
    return tuple(found)
