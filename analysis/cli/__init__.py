"""The command ``review``: reads options, calls the project, prints. No logic of its own.

One module holds the commands of one subject; a new command is an entry in `_COMMANDS`. The modules
import what they need inside their functions, so that ``review --help`` stays fast.

In: arguments. Out: text and exit codes. May import: every room.
"""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path
from typing import Any

import click

from analysis.cli import (
    beginning,
    certainty,
    evidence,
    feedback,
    paper,
    registry,
    revising,
    screening,
    search,
    statistics,
    status,
    submission,
    versions,
    workbook,
)
from analysis.cli.printing import stop_output
from analysis.storage.atomic import DECIDED, WORKSHOP
from analysis.storage.failures import problem_of

# In the order of the work; `review --help` prints them under these headings.
_COMMANDS = {
    "The paper": (
        paper.check,
        paper.render,
        paper.preview,
        paper.build,
        paper.passages,
        evidence.lint,
    ),
    "New studies": (
        status.status,
        search.search,
        screening.screen,
        workbook.workbook,
        workbook.reconcile,
        workbook.migrate,
        registry.registry,
        certainty.certainty,
    ),
    "Versions": (versions.changes, versions.release, versions.redline),
    "A journal": (feedback.preflight, submission.submit, feedback.feedback),
    "Where a number comes from": (
        evidence.trace,
        evidence.values,
        evidence.provenance,
        evidence.audit,
        evidence.export,
    ),
    "Another review": (
        beginning.new,
        revising.add,
        revising.drop,
        beginning.upgrade,
        beginning.dictionary,
        beginning.docs,
    ),
    "Pooling without a review": (statistics.pool, statistics.profiles, statistics.meta),
    "Called by Quarto": (paper.prepare_quarto, paper.publish_quarto),
}


class _Commands(click.Group):
    """Prints problems as they are written for authors, never as a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from schemas.problems import DataProblems, render_problems

        try:
            return super().invoke(ctx)
        except DataProblems as error:
            problems = error.problems
        except OSError as error:
            # Whoever reads the output may stop reading: click ends quietly then.
            if error.errno == errno.EPIPE and error.filename is None:
                raise
            problems = [problem_of(error, ctx.obj if isinstance(ctx.obj, Path) else Path.cwd())]
            stop_output(error)
        click.echo(render_problems(problems), err=True)
        sys.exit(1)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command; a name that is no text is printed with its bytes spelt out."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        return super().main(*args, **kwargs)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by subject."""
        for subject, commands in _COMMANDS.items():
            shown = [command for command in commands if not command.hidden]
            if shown:
                with formatter.section(subject):
                    formatter.write_dl(
                        [(str(c.name), c.get_short_help_str(limit=200)) for c in shown],
                        col_max=12,
                    )


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
        note = "a stopped command had decided a change; the next command that writes finishes it"
        click.echo(f"· {note}", err=True)


for _commands in _COMMANDS.values():
    for _command in _commands:
        main.add_command(_command)
