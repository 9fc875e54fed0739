"""Commands for searches: their records, duplicates, studies and references."""

from __future__ import annotations

from pathlib import Path

import click

from analysis.cli.dates import DAY, today
from schemas.vocabulary import SEARCH_KINDS

_RECORD = "RECORD"
_BY = click.option(
    "--by", default="a person", show_default=True, metavar="NAME", help="Who decided."
)
_NOTE = click.option("--note", default="", help="A remark for the log.")


@click.group()
def search() -> None:
    """Import searches, find duplicates, group the reports of one study."""


@search.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", required=True, help="Database or register, as the paper names it.")
@click.option(
    "--date",
    "day",
    type=DAY,
    default=today,
    show_default="today",
    help="Day of the search, YYYY-MM-DD.",
)
@click.option("--query", help="The search as it was typed (default: as in the last search).")
@click.option(
    "--query-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Text file that holds the query.",
)
@click.option(
    "--kind",
    type=click.Choice(list(SEARCH_KINDS)),
    help="Kind of source, for the flow diagram.",
)
@click.option(
    "--format",
    "asked",
    type=click.Choice(
        ["auto", "ris", "nbib", "bibtex", "endnote", "wos", "csv", "refer", "ovid", "registry"]
    ),
    default="auto",
    show_default=True,
    help="auto looks at the content of the file.",
)
@click.pass_obj
def import_file(
    root: Path,
    file: Path,
    database: str,
    day: str,
    query: str | None,
    query_file: Path | None,
    kind: str | None,
    asked: str,
) -> None:
    """Add the export of a database search; find what was found before."""
    from analysis.cli.printing import ProgressBar
    from analysis.update.searching.encoding import decode
    from analysis.update.searching.importing import import_export
    from analysis.update.searching.reporting import import_text

    if query is not None and query_file is not None:
        raise click.UsageError("Give --query or --query-file, not both.")
    if query_file is not None:
        query = " ".join(decode(query_file.read_bytes(), query_file.name).text.split())
    report = import_export(
        root, file, database, day, query=query, kind=kind, asked=asked, progress=ProgressBar()
    )
    click.echo(import_text(report))


@search.command("list")
@click.pass_obj
def list_searches(root: Path) -> None:
    """List the searches with their records, duplicates and new records."""
    from analysis.update.searching.reporting import list_text

    click.echo(list_text(root))


@search.command()
@click.argument("record", metavar=_RECORD)
@click.pass_obj
def show(root: Path, record: str) -> None:
    """Print a record, its raw fields, its search and its merges."""
    from analysis.update.searching.reporting import show_text
    from analysis.update.searching.showing import show as run

    click.echo(show_text(run(root, record)))


@search.command()
@click.pass_obj
def merges(root: Path) -> None:
    """List which records were merged, and why."""
    from analysis.update.searching.reporting import merges_text

    click.echo(merges_text(root))


@search.command()
@click.pass_obj
def possible(root: Path) -> None:
    """List pairs that may be the same report: a person decides."""
    from analysis.update.searching.reporting import possible_text

    click.echo(possible_text(root))


@search.command()
@click.argument("record", metavar=_RECORD)
@_BY
@_NOTE
@click.pass_obj
def undo(root: Path, record: str, by: str, note: str) -> None:
    """Take a merge back: the record stands for itself again, for good."""
    from analysis.update.searching.decisions import undo as run

    done = run(root, record, by=by, note=note)
    click.echo(f"{', '.join(done.separate)} is no longer merged with {', '.join(done.others)}.")


@search.command()
@click.argument("record", metavar=_RECORD)
@click.argument("kept", metavar="KEPT")
@_BY
@_NOTE
@click.pass_obj
def merge(root: Path, record: str, kept: str, by: str, note: str) -> None:
    """Say that a record repeats another one."""
    from analysis.update.searching.decisions import merge as run

    merged, into = run(root, record, kept, by=by, note=note)
    click.echo(f"{merged} is merged: {into} stands for it.")


@search.command()
@click.pass_obj
def studies(root: Path) -> None:
    """List the studies that several records report."""
    from analysis.update.searching.reporting import studies_text

    click.echo(studies_text(root))


@search.command()
@click.argument("records", metavar="RECORDS…", nargs=-1, required=True)
@click.option("--study", required=True, help="Registration, or study_id of the review.")
@_BY
@_NOTE
@click.pass_obj
def group(root: Path, records: tuple[str, ...], study: str, by: str, note: str) -> None:
    """Say that records report a study."""
    from analysis.update.searching.decisions import group as run

    names = run(root, records, study, by=by, note=note)
    click.echo(f"{', '.join(names)}: report of {study}.")


@search.command()
@click.argument("record", metavar=_RECORD)
@_BY
@_NOTE
@click.pass_obj
def ungroup(root: Path, record: str, by: str, note: str) -> None:
    """Say that a record does not report the study that it was given."""
    from analysis.update.searching.decisions import ungroup as run

    click.echo(f"{run(root, record, by=by, note=note)} belongs to no study now.")


@search.command()
@click.argument("record", metavar=_RECORD)
@click.option("--key", help="Citation key (default: first author and year).")
@click.pass_obj
def reference(root: Path, record: str, key: str | None) -> None:
    """Append a record to the reference list."""
    from analysis.update.searching.citing import cite

    done = cite(root, record, key)
    click.echo(f"Added to manuscript/references.bib:\n\n{done.entry}")
    click.echo(f"Write {done.key} as citation_key of its study, or cite it as @{done.key}.")
    click.echo("The paper is not made while an entry is cited nowhere.")


@search.command()
@click.argument("name", metavar="SEARCH")
@click.confirmation_option(prompt="Delete this search, its records and its export?")
@click.pass_obj
def remove(root: Path, name: str) -> None:
    """Take out a search that was imported by mistake and not screened."""
    from analysis.update.searching.removal import remove_search

    click.echo(f"{name} was removed with {remove_search(root, name)} records.")
