"""The command that says whether an update is due."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from analysis.cli.dates import DAY, today
from analysis.cli.printing import as_json_text

if TYPE_CHECKING:
    from pathlib import Path

# Neither an error (1) nor a wrong command (2).
_DUE = 3


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Everything, for other programs.")
@click.option("--markdown", is_flag=True, help="As the text of an issue.")
@click.option(
    "--date", "day", type=DAY, default=today, show_default="today", help="Day that counts as today."
)
@click.option("--fail-if-due", is_flag=True, help=f"End with status {_DUE} if anything is due.")
@click.pass_obj
def status(root: Path, *, as_json: bool, markdown: bool, day: str, fail_if_due: bool) -> None:
    """Say whether an update is due: what waits, why, and the command that does it."""
    from datetime import date

    from analysis.versions.status.report import status_json, status_markdown, status_text
    from analysis.versions.status.review_status import review_status

    found = review_status(root, date.fromisoformat(day))
    if as_json:
        click.echo(as_json_text(status_json(found)))
    else:
        click.echo(status_markdown(found) if markdown else status_text(found))
    if fail_if_due and found.due:
        sys.exit(_DUE)
