"""Commands about what journals and reviewers want: preflight, and reading what comes back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from analysis.cli.printing import as_json_text, say_progress


@click.command()
@click.option("--journal", required=True, help="Name of a file in manuscript/journals/.")
@click.option(
    "--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page."
)
@click.option("--draft", is_flag=True, help="Say only what a draft must not have.")
@click.pass_obj
def preflight(root: Path, *, journal: str, page: Path | None, draft: bool) -> None:
    """Check the paper against a journal's rules before a package is made.

    The package itself is checked by `review submit`. Exits with 1 if there are errors.
    """
    from analysis.build.building import build
    from analysis.journal.context import read_submission
    from analysis.journal.journal_files import read_journal
    from analysis.journal.preflight import preflight_sources
    from analysis.journal.preflight.report import render_html, render_terminal
    from analysis.storage.atomic import replace_file

    rules = read_journal(root, journal)
    build(root, progress=say_progress)
    blinded = rules.blinding == "double"
    submission = read_submission(root, rules, draft=draft, blinded=blinded, date="")
    problems = preflight_sources(submission)
    click.echo(render_terminal(submission, problems))
    if page is not None:
        replace_file(page, render_html(submission, problems).encode())
    if any(problem.severity == "error" for problem in problems):
        sys.exit(1)


@click.group()
def feedback() -> None:
    """Take in what reviewers and co-authors wrote into a Word file."""


@feedback.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write Markdown.")
@click.pass_obj
def read(root: Path, file: Path, *, as_json: bool, out: Path | None) -> None:
    """List comments and changes of FILE, each with its sentence in the source.

    FILE is a manuscript of this review that came back, saved by Word or LibreOffice. Nothing in the
    review is changed: take over by hand what you agree with.
    """
    from analysis.journal.feedback.report import as_dict, render_markdown, render_text
    from analysis.journal.feedback.run import read_file
    from analysis.storage.atomic import replace_file

    found = read_file(root, file, progress=say_progress)
    if out is not None:
        replace_file(out, render_markdown(found).encode())
        click.echo(f"The list is in {out}.", err=as_json)
    if as_json:
        click.echo(as_json_text(as_dict(found)))
    elif out is None:
        click.echo(render_text(found), nl=False)
