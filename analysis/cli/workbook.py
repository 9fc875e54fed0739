"""Commands for extraction in Excel: workbook write, workbook read, reconcile."""

from __future__ import annotations

import sys
from pathlib import Path

import click


class _WorkbookCommands(click.Group):
    """Takes ``review workbook new.xlsx`` for ``review workbook write new.xlsx``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0].lower().endswith(".xlsx"):
            args = ["write", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WorkbookCommands)
def workbook() -> None:
    """Write an Excel workbook for extraction, and read it when it is filled in.

    `review workbook new.xlsx` is short for `review workbook write new.xlsx`.
    """


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_obj
def migrate(root: Path, *, dry_run: bool) -> None:
    """Bring what older editions wrote into today's form: quality tables, names in the protocol."""
    from analysis.update.migration import migrate as run

    done = run(root, dry_run=dry_run)
    for line in (*done.done, *(f"Note: {note}" for note in done.notes)):
        click.echo(line)
    if not done.done:
        click.echo("Everything is in today's form.")
    elif dry_run:
        click.echo("Nothing was changed (--dry-run).")


_FILE = click.Path(path_type=Path)


@workbook.command()
@click.argument("file", type=_FILE)
@click.option("--empty", is_flag=True, help="Without rows, for new studies (as without options).")
@click.option(
    "--study",
    "studies",
    multiple=True,
    metavar="ID",
    help="With the rows of this study or registered trial.",
)
@click.option("--all", "everything", is_flag=True, help="With all rows, to correct them.")
@click.pass_obj
def write(
    root: Path, file: Path, *, empty: bool, studies: tuple[str, ...], everything: bool
) -> None:
    """Write the workbook FILE: one sheet for each table, with lists, limits and notes."""
    from analysis.update.workbook.writing import write_workbook

    if empty + bool(studies) + everything > 1:
        raise click.UsageError("Choose one of --empty, --study and --all.")
    counts = write_workbook(root, file, studies=studies, everything=everything)
    rows = ", ".join(f"{name} {number}" for name, number in counts.items())
    click.echo(f"Wrote {file}, {f'with rows to correct: {rows}' if rows else 'to be filled in'}.")
    click.echo(f"When it is filled in: review workbook read {file}")


@workbook.command()
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option(
    "--replaces",
    multiple=True,
    metavar="ID",
    help="Take this reconstructed study out: one of the workbook is the real one.",
)
@click.pass_obj
def read(root: Path, file: Path, *, dry_run: bool, replaces: tuple[str, ...]) -> None:
    """Check the filled-in workbook FILE and merge it into the review, all of it or nothing.

    With errors the review stays as it is, and a copy of the workbook says them next to the cells.
    """
    from analysis.cli.printing import ProgressBar
    from analysis.paper.choices import check
    from analysis.update.workbook.intake import read_workbook
    from analysis.update.workbook.marking import write_checked
    from analysis.update.workbook.report import intake_text

    intake = read_workbook(
        root, file, replaces=replaces, dry_run=dry_run, check=check, progress=ProgressBar()
    )
    checked = write_checked(file, intake.found) if intake.refused else None
    click.echo(intake_text(intake, checked, dry_run=dry_run))
    if intake.refused:
        sys.exit(1)


@click.command()
@click.argument("a", type=_FILE)
@click.argument("b", type=_FILE)
@click.option("--out", type=_FILE, help="Write the agreed rows into this workbook (.xlsx).")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def reconcile(root: Path, a: Path, b: Path, *, out: Path | None, as_json: bool) -> None:
    """Compare the workbooks A and B of two extractors: every disagreement, with its sources.

    The workbook of --out holds what both wrote; the rest is decided there, and then it is read
    with `review workbook read`.
    """
    from analysis.cli.printing import ProgressBar, as_json_text
    from analysis.update.reconciliation.pair import reconcile as run
    from analysis.update.reconciliation.report import comparison_data, comparison_text

    found = run(root, a, b, out, ProgressBar())
    click.echo(as_json_text(comparison_data(found)) if as_json else comparison_text(found))
    undecided = bool(found.disagreements or found.only)
    if out is not None:
        first = (
            f"Decide the yellow cells in {out}, then" if undecided else "Nothing is to be decided"
        )
        click.echo(f"{first}: review workbook read {out}", err=True)
    elif undecided:
        click.echo("To decide in Excel: the same command with --out agreed.xlsx", err=True)
    else:
        click.echo(f"Nothing is to be decided: review workbook read {a}", err=True)
