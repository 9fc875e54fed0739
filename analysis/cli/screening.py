"""Commands for screening: sheets for reviewers, their decisions, conflicts, agreement, status."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.cli.dates import DAY, today
from schemas.vocabulary import SCREENING_STAGES

_STAGE = click.option(
    "--stage",
    type=click.Choice(list(SCREENING_STAGES)),
    required=True,
    help="What is read.",
)
_FILE = click.Path(path_type=Path)


@click.group()
def screen() -> None:
    """Screen the records of the searches: two reviewers, blinded to each other."""


@screen.command()
@click.argument("file", type=_FILE)
@click.option("--reviewer", required=True, metavar="NAME", help="A reviewer of the protocol.")
@_STAGE
@click.option(
    "--not-retrieved", "again", is_flag=True, help="Also the full texts that could not be had."
)
@click.pass_obj
def sheet(root: Path, file: Path, *, reviewer: str, stage: str, again: bool) -> None:
    """Write FILE (.xlsx or .csv) with the records that are open for one reviewer."""
    from analysis.synthesis.screening_state import read_desk
    from analysis.update.screening.report import sheet_text
    from analysis.update.screening.sheet import write_sheet

    desk = read_desk(root)
    report = write_sheet(desk, file, desk.person(reviewer), stage, again=again)
    click.echo(sheet_text(report, file))


@screen.command()
@click.argument("file", type=_FILE)
@click.option("--date", "day", type=DAY, default=today, help="Day of the decisions (today).")
@click.pass_obj
def read(root: Path, file: Path, *, day: str) -> None:
    """Take the decisions of the filled-in sheet FILE into the log, all of them or none."""
    from analysis.cli.printing import ProgressBar
    from analysis.update.screening.intake import read_decisions
    from analysis.update.screening.report import intake_text

    click.echo(intake_text(read_decisions(root, file, day, progress=ProgressBar())))


@screen.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_STAGE
@click.option("--date", "day", type=DAY, default=today, help="Day of the decisions (today).")
@click.option(
    "--reviewer",
    "named",
    multiple=True,
    metavar="[THERE=]NAME",
    help="Whose decisions they are where the file names nobody (Covidence, ASReview: NAME), or "
    "what a person of the file is called in the protocol (Rayyan: THERE=NAME). May be repeated.",
)
@click.pass_obj
def import_file(root: Path, file: Path, *, stage: str, day: str, named: tuple[str, ...]) -> None:
    """Take the decisions of Rayyan, Covidence or ASReview out of their export FILE."""
    from analysis.cli.printing import ProgressBar
    from analysis.update.screening.intake import import_decisions
    from analysis.update.screening.report import intake_text

    people = dict(text.split("=", 1) for text in named if "=" in text)
    alone = [text for text in named if "=" not in text]
    if len(alone) > 1:
        raise click.UsageError("Name one reviewer, or write --reviewer THERE=NAME for each.")
    reviewer = alone[0] if alone else None
    report = import_decisions(
        root, file, day, stage=stage, people=people, reviewer=reviewer, progress=ProgressBar()
    )
    click.echo(intake_text(report))


@screen.command()
@click.option("--stage", type=click.Choice(list(SCREENING_STAGES)), help="Only of this stage.")
@click.option("--sheet", "file", type=_FILE, help="Write the arbiter's sheet (.xlsx or .csv).")
@click.pass_obj
def conflicts(root: Path, *, stage: str | None, file: Path | None) -> None:
    """List the records on which the reviewers disagree, once all of them have decided."""
    from analysis.synthesis.screening_state import read_desk
    from analysis.update.screening.report import conflicts_text, sheet_text
    from analysis.update.screening.sheet import write_conflicts

    desk = read_desk(root)
    if file is None:
        click.echo(conflicts_text(desk, stage))
        return
    if stage is None:
        raise click.UsageError("Say which --stage the sheet is for: title_abstract or full_text.")
    click.echo(sheet_text(write_conflicts(desk, file, stage), file))


@screen.command()
@click.pass_obj
def agreement(root: Path) -> None:
    """Print how far the reviewers agreed: per cent and Cohen's kappa with its interval."""
    from analysis.synthesis.screening_state import read_desk
    from analysis.update.screening.agreement import agreements
    from analysis.update.screening.report import agreement_text

    desk = read_desk(root)
    click.echo(agreement_text(agreements(desk.log, desk.choices), desk.choices))


@screen.command()
@click.pass_obj
def status(root: Path) -> None:
    """Count the records: how far the screening is, and what is open for whom."""
    from analysis.synthesis.screening_state import read_desk
    from analysis.update.screening.report import status_text
    from analysis.update.screening.standing import standing

    click.echo(status_text(standing(read_desk(root))))
