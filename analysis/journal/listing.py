"""Which journals a review can be made ready for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.journal.journal_files import journal_names, read_journal

if TYPE_CHECKING:
    from pathlib import Path


def journal_lines(root: Path) -> tuple[str, ...]:
    """Give a line for each journal file: its name for --journal, the journal, when it was read."""
    names = journal_names(root)
    width = max(map(len, names), default=0)
    lines = []
    for name in names:
        journal = read_journal(root, name)
        read = max((source.read for source in journal.sources), default=None)
        when = f"rules read on {read.isoformat()}" if read else "no rules of its own"
        lines.append(f"{name.ljust(width)}  {journal.name} ({when})")
    return tuple(lines)
