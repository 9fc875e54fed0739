"""Commands that make the paper: check, build, render."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.printing import say_notes, say_progress

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.review_data import CheckReport

FORMAT_NAMES = ("html", "pdf", "docx", "jats")


@click.command()
@click.pass_obj
def check(root: Path) -> None:
    """Check data, protocol, reference list and settings; say everything that is wrong."""
    from analysis.build.remembered import remembered
    from analysis.storage.program_files import RECORD
    from schemas.review_data import CheckReport, render_report

    report: CheckReport = remembered(
        root,
        "whole check",
        lambda: _checked(root),
        lambda found: (found.problems, found.notes),
        lambda content: CheckReport(content[0], None, content[1]),
        text=True,
        also=[RECORD],
    )
    click.echo(render_report(report))
    if report.errors:
        sys.exit(1)


def _checked(root: Path) -> CheckReport:
    from dataclasses import replace

    from analysis.build.remembered import checked_review
    from analysis.journal.settings import settings_problems
    from analysis.manuscript.protocol_in_text import untold_of
    from analysis.new_review.program_copy import outdated_notes
    from analysis.synthesis.rated import open_ratings_of
    from schemas.problems import sort_problems

    report = checked_review(root)
    settings = settings_problems(root)
    # A manuscript that cannot be read says so itself.
    unreadable = any(problem.severity == "error" for problem in settings)
    told = () if unreadable or report.data is None else untold_of(root, report.data.protocol)
    opened = () if report.data is None else open_ratings_of(report.data)
    more = (*settings, *told, *opened, *outdated_notes(root))
    return replace(report, problems=sort_problems((*report.problems, *more)))


@click.command()
@click.option("--force", is_flag=True, help="Build even if nothing has changed.")
@click.pass_obj
def build(root: Path, *, force: bool) -> None:
    """Compute once and write what the manuscript reads."""
    from analysis.build.building import build as run

    report = run(root, force=force, progress=say_progress)
    click.echo("Built." if report.fresh else "Nothing has changed since the last build.")
    say_notes(report.notes)


@click.command()
@click.argument("name", required=False)
@click.pass_obj
def passages(root: Path, name: str | None) -> None:
    """List the passages that the text can show, or print the one of this NAME."""
    from analysis.build.building import build as run
    from analysis.manuscript.generated_text import stored_passages
    from schemas.vocabulary import did_you_mean

    run(root, progress=say_progress)
    found = stored_passages(root)
    if name is None:
        for known, text in found.items():
            first = " ".join(text.split())
            click.echo(f"{known}: {first[:80] or 'nothing to say in this review'}")
    elif name in found:
        click.echo(found[name] or "Nothing to say in this review.")
    else:
        hint = did_you_mean(name, found)
        raise click.ClickException(f"There is no passage called {name}. {hint}".strip())


@click.command()
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
    from analysis.render.output_stamps import OUTPUT, RESULTS

    names = _formats(formats)
    report = run(root, names, engine=engine, force=force, progress=say_progress)
    say_notes((*report.build.notes, *report.notes))
    for file in report.outdated:
        click.echo(f"Removed {OUTPUT}/{file}: it was made from other data.")
    if not report.fresh:
        click.echo("Nothing has changed since the last render; the files are up to date.")
    files = ", ".join([*_file_names(names), RESULTS])
    click.echo(f"The paper is in {OUTPUT}/: {files} ({report.engine} engine).")


@click.command("prepare-quarto", hidden=True)
@click.pass_context
def prepare_quarto(context: click.Context) -> None:
    """Build what `quarto render` is about to read; called by its pre-render step."""
    from analysis.render.quarto import clear_leftovers

    context.invoke(build)
    clear_leftovers(context.obj)


@click.command()
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--open", "open_it", is_flag=True, help="Open the page in the browser.")
@click.pass_obj
def preview(root: Path, *, port: int, open_it: bool) -> None:
    """Show the page on this machine while you write: it is made again after every save.

    What is wrong stands above the last page that could be made. Ctrl-C ends it. _output/ stays as
    it is.
    """
    import threading

    from analysis.render.preview.preview_page import keep_up
    from analysis.render.preview.preview_server import PreviewServer
    from analysis.render.preview.shown import Shown

    shown = Shown()
    with PreviewServer(root, shown, port) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        click.echo(f"The page is at {server.address} (Ctrl-C ends the preview).")
        if open_it:
            click.launch(server.address)
        try:
            keep_up(root, shown, say_progress, stop=lambda: False)
        except KeyboardInterrupt:
            click.echo("\nThe preview is closed.")
        finally:
            server.closing = True
            server.shutdown()


@click.command("publish-quarto", hidden=True)
@click.pass_obj
def publish_quarto(root: Path) -> None:
    """Finish what `quarto render` has just written; called by its post-render step."""
    from analysis.render.output_stamps import OUTPUT
    from analysis.render.quarto import publish_quarto as run

    formats, outdated = run(root)
    for file in outdated:
        click.echo(f"Removed {OUTPUT}/{file}: it was made from other data.")
    files = ", ".join(_file_names(formats))
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
