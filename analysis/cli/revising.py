"""Commands that change what a review asks: protocol, text, checklist and tables together."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from analysis.cli.text_option import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from analysis.new_review.revision import Revision

_yes = click.option("--yes", is_flag=True, help="Make the change; without it, it is only shown.")
_data = click.option(
    "--with-data", is_flag=True, help="Take out rows and columns that use it, too."
)


@click.group()
def add() -> None:
    """Add an outcome, subgroup, comparison or section to protocol, text, checklist and tables."""


@click.group()
def drop() -> None:
    """Drop an outcome, subgroup, comparison or section from protocol, text, checklist, tables."""


@add.command("outcome")
@click.argument("label", type=WORDS)
@click.option("--measure", required=True, help="Its effect measure.")
@click.option("--id", "name", help="Its id; otherwise made from the label.")
@click.option("--code", help="Its code in the tables; otherwise made from the id.")
@click.option("--unit", type=WORDS, help="Unit of its results.")
@click.option("--better", type=click.Choice(["higher", "lower"]), help="What is good for patients.")
@click.option("--comparison", help="Id of the comparison, where there are several.")
@click.option("--unpooled", type=WORDS, metavar="WHY", help="Why its results are not pooled.")
@_yes
@click.pass_obj
def add_outcome(root: Path, *, yes: bool, **said: Any) -> None:
    """Add the outcome LABEL, with its section, figures, columns and places in the checklist."""
    from analysis.new_review.entries import outcome_entry
    from analysis.new_review.revision import addition

    _show(root, lambda: addition(root, "outcome", outcome_entry(root, **said)), yes=yes)


@add.command("subgroup")
@click.argument("label", type=WORDS)
@click.option("--column", help="Column of studies.csv; otherwise made from the label.")
@click.option("--level", "levels", type=WORDS, multiple=True, required=True, metavar="ID[=LABEL]")
@_yes
@click.pass_obj
def add_subgroup(root: Path, *, yes: bool, **said: Any) -> None:
    """Add the subgroup LABEL; give --level once for each group, in printing order."""
    from analysis.new_review.entries import subgroup_entry
    from analysis.new_review.revision import addition

    _show(root, lambda: addition(root, "subgroup", subgroup_entry(**said)), yes=yes)


@add.command("comparison")
@click.argument("label", type=WORDS)
@click.option(
    "--experimental", type=WORDS, required=True, help="Name of the side with the treatment."
)
@click.option(
    "--control", type=WORDS, required=True, help="Name of the side that it is compared with."
)
@click.option("--id", "name", help="Its id; otherwise made from the label.")
@click.option("--several", help="What is done with several arms on one side (default: refuse).")
@_yes
@click.pass_obj
def add_comparison(root: Path, *, yes: bool, **said: Any) -> None:
    """Add the comparison LABEL."""
    from analysis.new_review.entries import comparison_entry
    from analysis.new_review.revision import addition

    _show(root, lambda: addition(root, "comparison", comparison_entry(**said)), yes=yes)


@add.command("section")
@click.argument("title", type=WORDS)
@click.option("--after", required=True, metavar="ID", help="The section behind which it stands.")
@click.option("--level", type=click.IntRange(1, 4), default=2, show_default=True)
@click.option("--item", "items", multiple=True, help="An item of the checklist that it reports.")
@_yes
@click.pass_obj
def add_section(root: Path, *, yes: bool, **said: Any) -> None:
    """Add a section called TITLE, to be written, and its places in the checklist."""
    from analysis.new_review.revision import new_section

    _show(root, lambda: new_section(root, said.pop("title"), said.pop("after"), **said), yes=yes)


def _dropping(kind: str) -> click.Command:
    @click.argument("name", metavar="ID")
    @_data
    @_yes
    @click.pass_obj
    def command(root: Path, *, name: str, with_data: bool, yes: bool) -> None:
        from analysis.new_review.revision import removal

        _show(root, lambda: removal(root, kind, name, with_data=with_data), yes=yes)

    return click.command(kind, help=f"Drop the {kind} with the id ID.")(command)


for _kind in ("outcome", "subgroup", "comparison"):
    drop.add_command(_dropping(_kind))


@drop.command("section")
@click.argument("name", metavar="ID")
@_yes
@click.pass_obj
def drop_section(root: Path, *, name: str, yes: bool) -> None:
    """Drop the section with the id ID and everything in it."""
    from analysis.new_review.revision import section_removal

    _show(root, lambda: section_removal(root, name), yes=yes)


def _show(root: Path, plan: Callable[[], Revision], *, yes: bool) -> None:
    """Show a change, and make it if that is wanted.

    Nobody else changes the review meanwhile, and a file that another program writes is not lost.
    """
    from analysis.storage.changeset import writing

    with writing(root):
        revision = plan()
        click.echo(revision.difference(root), nl=False)
        for note in revision.notes:
            click.echo(f"Note: {note}")
        asked = not yes and sys.stdin.isatty()
        wanted = yes or (asked and click.confirm("Make this change?"))
        if wanted:
            revision.apply(root)
    if wanted:
        click.echo(f"Changed: {', '.join(sorted(revision.contents))}.")
    else:
        click.echo("Nothing was changed; --yes makes this change.")
