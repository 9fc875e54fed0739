"""The command ``review``: reads options, calls the project, prints. No logic of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

FORMAT_NAMES = ("html", "pdf", "docx", "jats")


class _Commands(click.Group):
    """Prints problems as they are written for authors, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from schemas.problems import DataProblems, render_problems

        try:
            return super().invoke(ctx)
        except DataProblems as problems:
            click.echo(render_problems(problems.problems), err=True)
            sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The review's folder (default: here).",
)
@click.version_option(package_name="living-review", prog_name="review")
@click.pass_context
def main(context: click.Context, root: Path) -> None:
    """Keep a systematic review: check its data, compute, render the paper."""
    context.obj = root.resolve()


@main.command()
@click.pass_obj
def check(root: Path) -> None:
    """Check the data, the protocol and the reference list; say everything that is wrong."""
    from analysis.choices import check as run
    from schemas import render_report

    report = run(root)
    click.echo(render_report(report))
    if report.errors:
        sys.exit(1)


@main.command()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.pass_obj
def build(root: Path, *, force: bool) -> None:
    """Compute once and write what the manuscript reads."""
    from analysis.build import build as run

    report = run(root, force=force, progress=_progress)
    click.echo("Built." if report.fresh else "Nothing has changed since the last build.")
    _say_notes(report.notes)


@main.command()
@click.option(
    "--engine",
    type=click.Choice(["auto", "quarto", "embedded"]),
    default="auto",
    show_default=True,
    help="auto takes Quarto where it is installed.",
)
@click.option(
    "--to",
    "formats",
    default=",".join(FORMAT_NAMES),
    show_default=True,
    metavar="FORMATS",
    help="Formats, separated by commas.",
)
@click.option("--force", is_flag=True, help="Render even if nothing has changed.")
@click.pass_obj
def render(root: Path, *, engine: Any, formats: str, force: bool) -> None:
    """Build, then render the paper into _output/."""
    from analysis.render.engine import render as run
    from analysis.render.publish import OUTPUT, RESULTS

    names = _formats(formats)
    report = run(root, names, engine=engine, force=force, progress=_progress)
    _say_notes(report.build.notes)
    for file in report.outdated:
        click.echo(f"Removed {OUTPUT}/{file}: it was made from other data.")
    if not report.fresh:
        click.echo("Nothing has changed since the last render; the files are up to date.")
    files = ", ".join([*_file_names(names), RESULTS])
    click.echo(f"The paper is in {OUTPUT}/: {files} ({report.engine} engine).")


@main.command()
@click.argument("cases")
@click.option("--out", default="-", show_default=True, help="Where the results go; - prints them.")
def meta(cases: str, out: str) -> None:
    """Run a list of analyses, CASES (.json, .json.gz or - for a pipe).

    One that is refused says why, and the others go on. How an analysis is written stands in
    tests/reference/SCHEMA.md.
    """
    from analysis.case_files import run_file

    click.echo(str(run_file(cases, out, progress=_progress)), err=True)


@main.command()
@click.argument("file")
@click.option("--measure", help="PR PLO PAS PFT, RR OR RD, HR LOGCI, GEN, MEDRAW MEDLOG.")
@click.option("--method", help="CE DL HE HS SJ PM ML REML EB, GLMM, MH, PETO.")
@click.option("--test", help="Interval: z, t, knha or adhoc.")
@click.option("--by", help="Column of subgroups.")
@click.option(
    "--profile",
    default="metafor",
    show_default=True,
    help="stata14, metafor, meta or cochrane2025.",
)
@click.option("--level", default=95.0, show_default=True, help="Confidence level in percent.")
@click.option("--prediction", help="Definition of the prediction interval: HTS, V, Riley …")
@click.option("--zero", help="What is done about zero cells: only0, all, drop …")
@click.option("--study", help="Column of the studies' names.")
@click.option("--events", help="Column of events.")
@click.option("--n", help="Column of sample sizes.")
@click.option("--column", "named", multiple=True, metavar="ROLE=NAME", help="Any other column.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a summary.")
@click.option("--plot", help="Write the forest plot: .svg, .png, .pdf or .tiff.")
def pool(file: str, *, as_json: bool, plot: str | None, **asked: Any) -> None:
    """Pool the studies of a CSV, FILE, without a protocol.

    Columns are found by their names: events and n; events and n of two arms; yi and vi; estimate,
    ci_low and ci_high; median, ci_low and ci_high. What is not asked for follows the profile.
    """
    from analysis.pool_csv import options_of, pool_csv
    from analysis.pool_forest import check_plot_name, write_forest
    from analysis.pool_report import as_json as report
    from analysis.pool_report import summary

    if plot:
        check_plot_name(plot)
    found = pool_csv(file, options_of(file, **asked))
    click.echo(report(found) if as_json else summary(found))
    if plot:
        write_forest(found, plot)
        click.echo(f"The forest plot is in {plot}.", err=True)


@main.command()
@click.argument(
    "what", type=click.Choice(["r", "stata", "ris", "bibtex", "revman", "datapackage", "all"])
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the export (default: _output/export).",
)
@click.pass_obj
def export(root: Path, what: str, out: Path | None) -> None:
    """Write the review for other programs: an independent check in R or Stata, references, data."""
    from analysis.export.files import EXPORTS, FOLDER
    from analysis.export.files import export as run

    for written in run(root, list(EXPORTS) if what == "all" else [what], out):
        click.echo(f"{written.name}: {', '.join(written.files)} in {out or FOLDER}")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def provenance(root: Path, file: Path) -> None:
    """Say what FILE was made from, and whether that is the data here.

    FILE is a paper in any format, results.json, or an export. The exit status is 1 if the data or
    the protocol here are others.
    """
    from analysis.provenance import report

    text, belongs = report(file, root)
    click.echo(text)
    if not belongs:
        sys.exit(1)


@main.command()
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


@main.command()
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
    found = computed(root, progress=_progress)
    try:
        traced = trace_value(found, name) if name else trace_study(found, study or "")
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(_json(traced.as_dict()) if as_json else trace_text(traced))


@main.command()
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
        found = list_values(computed(root, progress=_progress), words, unused=unused)
    except LookupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(_json([asdict(value) for value in found]) if as_json else listing_text(found))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def lint(root: Path, *, as_json: bool) -> None:
    """Find numbers typed by hand, and what else a careful co-author would correct."""
    from dataclasses import asdict

    from analysis.lint import lint_review
    from schemas.problems import render_problems

    problems = lint_review(root)
    click.echo(
        _json([asdict(problem) for problem in problems]) if as_json else render_problems(problems)
    )
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)


@main.command("publish-quarto", hidden=True)
@click.pass_obj
def publish_quarto(root: Path) -> None:
    """Finish what `quarto render` has just written; called by its post-render step."""
    from analysis.render.publish import OUTPUT
    from analysis.render.quarto import publish_quarto as run

    files = ", ".join(_file_names(run(root)))
    click.echo(f"The paper is in {OUTPUT}/: {files}." if files else "Nothing was rendered.")


def _formats(text: str) -> list[str]:
    from schemas.vocabulary import did_you_mean

    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in FORMAT_NAMES:
            hint = did_you_mean(name, FORMAT_NAMES)
            known = ", ".join(FORMAT_NAMES)
            raise click.BadParameter(f"{name} is not a format. {hint}There are: {known}.")
    if not names:
        raise click.BadParameter(f"Name at least one format: {', '.join(FORMAT_NAMES)}.")
    return list(dict.fromkeys(names))


def _file_names(formats: Any) -> list[str]:
    from analysis.render.formats import FORMATS

    return [FORMATS[name].file for name in formats]


def _json(content: object) -> str:
    import json

    return json.dumps(content, ensure_ascii=False, indent=1)


def _progress(line: str) -> None:
    click.echo(f"· {line}", err=True)


def _say_notes(notes: tuple[str, ...]) -> None:
    if notes:
        click.echo("\nWorth knowing:")
        for note in notes:
            click.echo(f"  – {note}")
        click.echo("")
