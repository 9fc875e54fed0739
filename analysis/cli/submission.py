"""The command that makes a package for a journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analysis.cli.dates import DAY, today
from analysis.cli.printing import say_progress

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.option("--journal", metavar="NAME", help="Name of a file in manuscript/journals/.")
@click.option("--list", "listing", is_flag=True, help="Say which journals there are.")
@click.option(
    "--draft",
    is_flag=True,
    help="Make it although something is missing; every page and file name says so.",
)
@click.option(
    "--blinded/--open",
    default=None,
    help="Hide the authors from the reviewers, or not (default: as the journal wants it).",
)
@click.option(
    "--out",
    metavar="FOLDER",
    help="Where the package goes (default: _output/submission).",
)
@click.option("--editor", metavar="NAME", help="Whom the cover letter addresses.")
@click.option(
    "--date",
    type=DAY,
    default=today,
    show_default="today",
    help="Date of the cover letter.",
)
@click.pass_obj
def submit(
    root: Path,
    *,
    journal: str | None,
    listing: bool,
    draft: bool,
    blinded: bool | None,
    out: str | None,
    editor: str | None,
    date: str,
) -> None:
    """Make everything an author uploads to a journal, or say what is missing."""
    from pathlib import Path

    from analysis.journal.listing import journal_lines
    from analysis.journal.package import submit as run
    from analysis.journal.preflight.report import render_terminal

    if listing:
        click.echo("\n".join(journal_lines(root)))
        return
    if journal is None:
        raise click.UsageError("Name a journal with --journal; --list says which there are.")
    report = run(
        root,
        journal,
        date=date,
        draft=draft,
        blinded=blinded,
        out=Path(out).resolve() if out else None,
        editor=editor,
        progress=say_progress,
    )
    click.echo(render_terminal(report.submission, report.problems))
    click.echo(f"\nThe package is in {report.folder}")
    for archive in report.archives:
        click.echo(f"and, packed, in {archive}")
