"""Commands that read trial registries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from analysis.cli.dates import DAY, today


@click.group()
def registry() -> None:
    """Bring the ongoing trials up to date from a trial registry."""


@registry.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--date",
    "day",
    type=DAY,
    default=today,
    show_default="today",
    help="Day of the download, YYYY-MM-DD.",
)
@click.option(
    "--add", multiple=True, metavar="NUMBER", help="Add this new trial to the table, or: all."
)
@click.option(
    "--propose",
    multiple=True,
    metavar="NUMBER",
    help="Add this trial with results to those awaiting extraction, or: all.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.pass_obj
def read(root: Path, file: Path, day: str, *, dry_run: bool, **chosen: Any) -> None:
    """Update data/ongoing_trials.csv from a ClinicalTrials.gov download (JSON or CSV)."""
    from analysis.cli.printing import ProgressBar
    from analysis.update.registry.reading import read_registry
    from analysis.update.registry.report import report_text

    report = read_registry(root, file, day, dry_run=dry_run, progress=ProgressBar(), **chosen)
    click.echo(report_text(report))
