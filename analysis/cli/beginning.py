"""The command that begins another review."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--protocol",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its protocol, if you have written one: tables and text are made from it.",
)
def new(folder: Path, *, protocol: Path | None) -> None:
    """Begin another review in FOLDER: program, empty tables, and a text to rewrite."""
    from analysis.new_review.folder import new_review

    made = new_review(folder, protocol)
    outcomes = ", ".join(entry.label for entry in made.outcomes)
    click.echo(f"{folder} holds a new review with empty tables ({outcomes}).")
    click.echo("docs/another-review.md says how to go on.")
