"""The command that begins another review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from analysis.cli.text_option import WORDS
from schemas.vocabulary import ReviewKind

if TYPE_CHECKING:
    from analysis.new_review.protocol_text import Choices


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--protocol",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Its protocol, if you have written one: tables and text are made from it.",
)
@click.option("--kind", type=click.Choice(get_args(ReviewKind)), help="What kind of review it is.")
@click.option(
    "--measure",
    "measures",
    type=WORDS,
    multiple=True,
    metavar="NAME[:LABEL]",
    help="An effect measure and its outcome, RR:Mortality; give it once for each outcome.",
)
@click.option("--quality-tool", "tools", multiple=True, help="A tool, such as rob2, for quality.")
@click.option("--title", type=WORDS, help="Title of the review.")
@click.option("--intervention", type=WORDS, help="What is given.")
@click.option("--comparator", type=WORDS, help="What it is compared with.")
@click.option("--condition", type=WORDS, help="What the patients have.")
@click.option("--harms/--no-harms", default=None, help="Whether adverse events are pooled.")
@click.option("--living/--once", default=None, help="Whether it is kept up to date (default).")
@click.option("--profile", help="Conventions, by a name of `review profiles`.")
@click.option(
    "--program/--no-program",
    default=None,
    help="Whether FOLDER gets a copy of the program, with make (default: from a clone only).",
)
def new(folder: Path, *, protocol: Path | None, program: bool | None, **said: Any) -> None:
    """Begin another review in FOLDER: empty tables, and a text to rewrite.

    On a terminal, what no option says is asked.
    """
    from analysis.new_review.folder import new_review

    given = {name for name, value in said.items() if value not in (None, ())}
    if protocol is not None and given:
        raise click.UsageError("A protocol says all of this already: give it without options.")
    asked = protocol is None and not given and sys.stdin.isatty()
    choices = _asked() if asked else _chosen(**said)
    made = new_review(folder, protocol, choices, with_program=program)
    outcomes = ", ".join(entry.label for entry in made.outcomes) or "nothing is pooled"
    click.echo(f"{folder} holds a new review with empty tables ({outcomes}).")
    click.echo("`review docs another-review` says how to go on.")


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would be replaced, and replace nothing.")
@click.option("--keep-edits", "edits", flag_value="keep", help="Leave files that you edited.")
@click.option("--replace-edits", "edits", flag_value="replace", help="Replace them, too.")
@click.pass_obj
def upgrade(root: Path, *, dry_run: bool, edits: str | None) -> None:
    """Replace the program's files in this review by those of the program that runs.

    They are the filters and styles that Quarto reads, and the copy of the program where there is
    one. Data and text stay as they are; an edited file is refused.
    """
    from analysis.new_review.program_copy import bring_up_to_date

    found = bring_up_to_date(root, edits=edits or "refuse", dry_run=dry_run)  # type: ignore[arg-type]
    would = "would be " if dry_run else ""
    lists = (
        ("written", found.new),
        ("replaced", found.outdated),
        ("deleted", found.gone),
        ("left as you edited it" if edits == "keep" else "replaced, although edited", found.edited),
    )
    for word, names in lists:
        for name in names:
            refused = dry_run and edits is None and names is found.edited
            click.echo(f"{name}: {'edited, so refused' if refused else f'{would}{word}'}")
    if not found.contents:
        click.echo("The program's files in this review are up to date.")


@click.command()
@click.pass_obj
def dictionary(root: Path) -> None:
    """Write data/README.md, which explains every column, from the schemas and the protocol."""
    from analysis.storage.changeset import replace_files
    from schemas.dictionary import DICTIONARY_FILE, data_dictionary
    from schemas.problems import DataProblems
    from schemas.protocol_file import read_protocol

    protocol, problems = read_protocol(root / "data/protocol.yml")
    if protocol is None:
        raise DataProblems(problems)
    replace_files(root, {DICTIONARY_FILE: data_dictionary(protocol).encode()})
    click.echo(f"Wrote {DICTIONARY_FILE}.")


@click.command()
@click.argument("page", required=False)
def docs(page: str | None) -> None:
    """List the pages of the program, or show the one called PAGE (docs/PAGE.md)."""
    from analysis.storage.program_files import program_folder
    from schemas.vocabulary import did_you_mean

    pages = {path.stem: path for path in sorted((program_folder() / "docs").glob("*.md"))}
    if page is None:
        for name, path in pages.items():
            title = path.read_text(encoding="utf-8").split("\n", 1)[0]
            click.echo(f"{name}: {title.removeprefix('# ')}")
        return
    name = page.removeprefix("docs/").removesuffix(".md")
    if name not in pages:
        raise click.ClickException(f"There is no page {page}. {did_you_mean(name, pages)}".strip())
    click.echo_via_pager(pages[name].read_text(encoding="utf-8"))


def _chosen(
    *,
    kind: ReviewKind | None,
    measures: tuple[str, ...],
    tools: tuple[str, ...],
    harms: bool | None,
    living: bool | None,
    profile: str | None,
    **words: str | None,
) -> Choices:
    from analysis.meta.profiles import PROFILES
    from analysis.new_review.protocol_text import PROFILE, Choices

    if profile is not None and profile not in PROFILES:
        raise click.BadParameter(f"There are: {', '.join(PROFILES)}.", param_hint="--profile")
    return Choices(
        kind=kind or "single_arm",
        measures=measures,
        tools=tools,
        words={name: text for name, text in words.items() if text is not None},
        harms=harms,
        living=living is not False,
        profile=profile or PROFILE,
    )


def _asked() -> Choices:
    """Ask for the choices, each with what is usual."""
    from analysis.meta.profiles import PROFILES
    from analysis.new_review.protocol_text import KINDS, PROFILE, Choices, measures_of

    for name, known in KINDS.items():
        click.echo(f"  {name}: {known.words}")
    kind: ReviewKind = click.prompt("Kind", type=click.Choice(list(KINDS)), default="single_arm")
    usual, fitting = KINDS[kind], measures_of(kind)
    measures: tuple[str, ...] = ()
    if fitting:
        click.echo(f"  Measures: {', '.join(fitting)}")
        asked = "One for each outcome, with its label (RR:Mortality), between commas"
        text = click.prompt(asked, default=", ".join(usual.measures), type=WORDS)
        measures = tuple(filter(None, (part.strip() for part in text.split(","))))
    words = {}
    for name in ("title", "intervention", "comparator", "condition"):
        asked = f"{name.capitalize()} (may stay empty)"
        text = click.prompt(asked, default="", show_default=False, type=WORDS)
        words |= {name: text} if text else {}
    text = click.prompt("Quality tools (empty: any)", default="", show_default=False)
    tools = tuple(text.replace(",", " ").split())
    harms = click.confirm("Adverse events?", default=usual.treated)
    living = click.confirm("Kept up to date (living)?", default=True)
    profile = click.prompt("Conventions", type=click.Choice(list(PROFILES)), default=PROFILE)
    return Choices(kind, measures, tools, words, harms, living, profile)
