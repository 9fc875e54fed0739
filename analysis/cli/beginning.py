"""The command that begins another review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from schemas.vocabulary import ReviewKind

if TYPE_CHECKING:
    from analysis.new_review.protocol_text import Choices


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--protocol",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its protocol, if you have written one: tables and text are made from it.",
)
@click.option("--kind", type=click.Choice(get_args(ReviewKind)), help="What kind of review it is.")
@click.option(
    "--measure", "measures", multiple=True, help="An effect measure; give it once for each outcome."
)
@click.option("--harms/--no-harms", default=None, help="Whether adverse events are pooled.")
@click.option("--living/--once", default=None, help="Whether it is kept up to date (default).")
@click.option("--profile", help="Conventions, by a name of `review profiles`.")
def new(folder: Path, *, protocol: Path | None, **said: Any) -> None:
    """Begin another review in FOLDER: program, empty tables, and a text to rewrite.

    On a terminal, what no option says is asked.
    """
    from analysis.new_review.folder import new_review

    given = {name for name, value in said.items() if value not in (None, ())}
    if protocol is not None and given:
        raise click.UsageError("A protocol says all of this already: give it without options.")
    asked = protocol is None and not given and sys.stdin.isatty()
    choices = _asked() if asked else _chosen(**said)
    made = new_review(folder, protocol, choices)
    outcomes = ", ".join(entry.label for entry in made.outcomes) or "nothing is pooled"
    click.echo(f"{folder} holds a new review with empty tables ({outcomes}).")
    click.echo("docs/another-review.md says how to go on.")


def _chosen(
    *,
    kind: ReviewKind | None,
    measures: tuple[str, ...],
    harms: bool | None,
    living: bool | None,
    profile: str | None,
) -> Choices:
    from analysis.meta.profiles import PROFILES
    from analysis.new_review.protocol_text import PROFILE, Choices

    if profile is not None and profile not in PROFILES:
        raise click.BadParameter(f"There are: {', '.join(PROFILES)}.", param_hint="--profile")
    return Choices(
        kind=kind or "single_arm",
        measures=measures,
        harms=harms,
        living=living is not False,
        profile=profile or PROFILE,
    )


def _asked() -> Choices:
    """Ask for the choices, each with what is usual."""
    from analysis.meta.profiles import PROFILES
    from analysis.new_review.protocol_text import KINDS, PROFILE, Choices, measures_of

    for name, known in KINDS.items():
        click.echo(f"  {name}: {known.words}")
    kind: ReviewKind = click.prompt("Kind", type=click.Choice(list(KINDS)), default="single_arm")
    usual, fitting = KINDS[kind], measures_of(kind)
    measures: tuple[str, ...] = ()
    if fitting:
        click.echo(f"  Measures: {', '.join(fitting)}")
        text = click.prompt("One for each outcome", default=" ".join(usual.measures))
        measures = tuple(text.replace(",", " ").split())
    harms = click.confirm("Adverse events?", default=usual.treated)
    living = click.confirm("Kept up to date (living)?", default=True)
    profile = click.prompt("Conventions", type=click.Choice(list(PROFILES)), default=PROFILE)
    return Choices(kind, measures, harms, living, profile)
