"""The command ``review``: reads options, calls the project, prints. No logic of its own.

One module holds the commands of one subject; a new command is a line in `_COMMANDS`. The modules
import what they need inside their functions, so that ``review --help`` stays fast.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from analysis.atomic import DECIDED, WORKSHOP
from analysis.cli import (
    evidence,
    feedback,
    paper,
    registry,
    screening,
    search,
    statistics,
    status,
    submission,
    versions,
    workbook,
)

_COMMANDS = (
    paper.check,
    paper.build,
    paper.render,
    paper.publish_quarto,
    statistics.meta,
    statistics.pool,
    evidence.export,
    evidence.provenance,
    evidence.audit,
    evidence.trace,
    evidence.values,
    evidence.lint,
    registry.registry,
    status.status,
    search.search,
    screening.screen,
    workbook.workbook,
    workbook.reconcile,
    versions.release,
    versions.changes,
    versions.redline,
    submission.submit,
    feedback.preflight,
    feedback.feedback,
)


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
    if (context.obj / WORKSHOP / DECIDED).is_dir():
        from analysis.changeset import writing

        with writing(context.obj):
            click.echo("· finished a change that a stopped command had decided", err=True)


for _command in _COMMANDS:
    main.add_command(_command)
