"""Commands about versions: release one, say what changed, mark the changes in Word."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import click

from analysis.cli.printing import as_json_text, say_progress


@click.command()
@click.argument("version")
@click.argument("summary")
@click.option(
    "--date",
    default=lambda: datetime.date.today().isoformat(),  # noqa: DTZ011 - the user's own day
    show_default="today",
    help="Day of the release, as 2026-01-10.",
)
@click.option(
    "--engine",
    type=click.Choice(["auto", "quarto", "embedded"]),
    default="auto",
    show_default=True,
    help="auto takes Quarto where it is installed.",
)
@click.pass_obj
def release(root: Path, version: str, summary: str, *, date: str, engine: Any) -> None:
    """Freeze the review as a VERSION such as 1.1, with a SUMMARY of what is new."""
    from analysis.versions.release import release as run
    from analysis.versions.report import release_text

    done = run(root, version, summary, date, engine=engine, progress=say_progress)
    click.echo(release_text(done))


@click.command()
@click.argument("version", required=False)
@click.option("--json", "as_json", is_flag=True, help="Everything, for other programs.")
@click.option("--markdown", is_flag=True, help="As a comment for an issue or pull request.")
@click.pass_obj
def changes(root: Path, version: str | None, *, as_json: bool, markdown: bool) -> None:
    """Say what has changed since a VERSION (default: the last one)."""
    from analysis.versions.report import changes_json, changes_markdown, changes_text
    from analysis.versions.since import changes_since

    found = changes_since(root, version, progress=say_progress)
    if as_json:
        click.echo(as_json_text(changes_json(found)))
    else:
        click.echo(changes_markdown(found) if markdown else changes_text(found))


@click.command()
@click.argument("version", required=False)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file to write (default: _output/redline-VERSION.docx).",
)
@click.option("--author", help="Name on the changes (default: that of the paper's authors).")
@click.pass_obj
def redline(root: Path, version: str | None, *, out: Path | None, author: str | None) -> None:
    """Write the paper in Word with tracked changes against a VERSION (default: the last one)."""
    from analysis.versions.redline import redline as run

    click.echo(run(root, version, out=out, author=author, progress=say_progress).text)
