"""What must hold between the cells, rows and tables of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.checks.context import Context


def run_checks(context: Context) -> None:
    """Run every check; problems are added to the tables' files.

    Parameters
    ----------
    context
        All tables, the protocol and the reference list.
    """
