"""Commands that follow a number, or hold what was printed against its source."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analysis.cli.printing import as_json_text, say_progress
from analysis.export.files import EXPORTS


@click.command()
@click.argument("what", type=click.Choice([*EXPORTS, "all"]))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the export (default: _output/export).",
)
@click.pass_obj
def export(root: Path, what: str, out: Path | None) -> None:
    """Write the review for other programs: an independent check in R or Stata, references, data."""
    from analysis.export.files import export as run
    from analysis.render.formats import EXPORT_FOLDER

    for written in run(root, list(EXPORTS) if what == "all" else [what], out):
        click.echo(f"{written.name}: {', '.join(written.files)} in {out or EXPORT_FOLDER}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def provenance(root: Path, file: Path) -> None:
    """Say what FILE was made from, and whether that is the data here.

    FILE is a paper in any format, results.json, or an export. The exit status is 1 if the data or
    the protocol here are others.
    """
    from analysis.versions.origin_report import report

    text, belongs = report(file, root)
    click.echo(text)
    if not belongs:
        sys.exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the findings as JSON.")
def audit(file: Path, *, as_json: bool) -> None:
    """Check the statistics that a paper printed (CSV, text or PDF) against themselves.

    Exits with 1 if anything is inconsistent or impossible, with 2 if the file cannot be read.
    """
    from analysis.audit.findings import UnreadableFile
    from analysis.audit.report import render_json, render_text
    from analysis.audit.run import audit_file

    try:
        report = audit_file(file)
    except UnreadableFile as problem:
        click.echo(str(problem), err=True)
        sys.exit(2)
    click.echo(render_json(report) if as_json else render_text(report))
    if report.alarmed:
        sys.exit(1)


@click.command()
@click.argument("name", required=False)
@click.option("--study", help="Say what this study touches, by its id in the tables.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def trace(root: Path, *, name: str | None, study: str | None, as_json: bool) -> None:
    """Say where the value NAME comes from: formula, reference, rows, and what was left out."""
    from analysis.trace import computed, trace_study, trace_value
    from analysis.trace.report import trace_text

    if (name is None) == (study is None):
        raise click.UsageError("Give the NAME of a value, or --study and the id of a study.")
    found = computed(root, progress=say_progress)
    try:
        traced = trace_value(found, name) if name else trace_study(found, study or "")
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(as_json_text(traced.as_dict()) if as_json else trace_text(traced))


@click.command()
@click.argument("words", nargs=-1)
@click.option("--unused", is_flag=True, help="Only those that the manuscript does not print.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def values(root: Path, *, words: tuple[str, ...], unused: bool, as_json: bool) -> None:
    """List all values with their current text, or those with WORDS in name or text."""
    from dataclasses import asdict

    from analysis.trace import computed, list_values
    from analysis.trace.report import listing_text

    try:
        found = list_values(computed(root, progress=say_progress), words, unused=unused)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(as_json_text([asdict(value) for value in found]) if as_json else listing_text(found))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def lint(root: Path, *, as_json: bool) -> None:
    """Find numbers typed by hand, and what else a careful co-author would correct."""
    from dataclasses import asdict

    from analysis.lint import lint_review
    from schemas.problems import render_problems

    problems = lint_review(root)
    found = [asdict(problem) for problem in problems]
    click.echo(as_json_text(found) if as_json else render_problems(problems))
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)
