"""The command about the certainty of the evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from analysis.cli.printing import say_progress

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("outcomes", nargs=-1)
@click.option("--rows", is_flag=True, help="Write rows for data/certainty.csv, not yet judged.")
@click.option("--sign", is_flag=True, help="Note that the present result was rated.")
@click.pass_obj
def certainty(root: Path, *, outcomes: tuple[str, ...], rows: bool, sign: bool) -> None:
    """Show what the numbers say for each domain of GRADE; people decide.

    OUTCOMES are ids of the protocol; none means all that are to be rated.
    """
    from analysis.paper.certainty_report import certainty_text
    from analysis.paper.choices import check
    from analysis.synthesis.computation import synthesise
    from analysis.update.certainty_signing import empty_rows
    from analysis.update.certainty_signing import sign as write
    from schemas.problems import DataProblems
    from schemas.vocabulary import list_hint

    if rows and sign:
        raise click.UsageError("Either --rows or --sign.")
    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    if report.data.protocol.certainty is None:
        hint = (
            "Add certainty with the outcomes that are to be rated; docs/certainty.md explains it."
        )
        raise click.ClickException(f"The protocol does not ask for a rating. {hint}")
    planned = [entry.id for entry in report.data.protocol.certainty.outcomes]
    for name in outcomes:
        if name not in planned:
            raise click.ClickException(f"{name} is not to be rated. {list_hint(name, planned)}")
    if sign and not outcomes:
        raise click.UsageError("Name the outcomes whose result you have looked at.")
    found = synthesise(report.data, progress=say_progress).rated
    wanted = [each for each in found if each.id in (outcomes or planned)]
    if rows:
        click.echo(empty_rows(wanted), nl=False)
    elif sign:
        changed = write(root, wanted)
        click.echo(f"{changed} {'row' if changed == 1 else 'rows'} of data/certainty.csv changed.")
    else:
        click.echo(certainty_text(wanted))
