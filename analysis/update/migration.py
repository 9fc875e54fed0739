"""What older editions of the program wrote, in today's form: quality.csv, and `measure` by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import read_table, table_bytes, table_path
from schemas.quality_records import OLD_TABLES
from schemas.yaml_text import places_of_keys

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = "data/protocol.yml"
_NEW = "quality"
_ABOUT = ("evidence", "source", "location", "note")
# Before 2.0 an outcome said `kind` where it says `measure` now.
_OLD_KEY, _NEW_KEY = "kind", "measure"


@dataclass(frozen=True, slots=True)
class Migration:
    """What was brought into today's form.

    Attributes
    ----------
    done
        Sentences, one for each file; empty when nothing was old.
    notes
        What somebody should look at.
    written
        Whether the files were changed.
    """

    done: tuple[str, ...]
    notes: tuple[str, ...]
    written: bool


def migrate(root: Path, *, dry_run: bool = False) -> Migration:
    """Rewrite what older editions of the program kept differently, all files or none.

    The rows of quality_jbi.csv and quality_jadad.csv go into quality.csv, one for each answer with
    everything that the row said of itself; the old files are deleted. In the protocol the key
    `kind` of an outcome becomes `measure`; every other sign of the file stays.

    Parameters
    ----------
    root
        Folder of the review.
    dry_run
        Say what would be done, and do nothing.

    Raises
    ------
    DataProblems
        If the data have errors before (a broken table is mended first) or another command writes.
    """
    from schemas import load_review

    with writing(root):
        load_review(root)
        contents: dict[str, bytes | None] = {}
        done: list[str] = []
        notes: list[str] = []
        _quality(root, contents, done, notes)
        _protocol(root, contents, done)
        if contents and not dry_run:
            replace_files(root, contents)
    return Migration(tuple(done), tuple(notes), written=bool(contents) and not dry_run)


def _quality(
    root: Path, contents: dict[str, bytes | None], done: list[str], notes: list[str]
) -> None:
    columns, rows = read_table(root, _NEW)
    added: list[dict[str, str]] = []
    for table, tool in OLD_TABLES.items():
        path = table_path(table)
        if not (root / path).is_file():
            continue
        _, old = read_table(root, table)
        made = 0
        for row in old:
            items = [name for name in row if name.startswith("q") and row[name]]
            made += len(items)
            added += [
                {
                    "study_id": row["study_id"],
                    "tool": tool,
                    # q2_method_appropriate is the second item.
                    "item": name.split("_")[0],
                    "answer": row[name],
                    **{about: row.get(about, "") for about in _ABOUT},
                }
                for name in items
            ]
            if not items:
                notes.append(
                    f"{row['study_id']} had no answer in {path}, so no row of it is left"
                    + (f"; its note was: {row['note']}" if row.get("note") else "")
                    + "."
                )
        contents[path] = None
        studies = "study" if len(old) == 1 else "studies"
        done.append(
            f"{path}: {len(old)} {studies}, {made} answers, moved to {table_path(_NEW)} as {tool}; "
            "the file is deleted."
        )
    if contents:
        names = [*columns, *(n for n in ("answer", *_ABOUT) if n not in columns)]
        contents[table_path(_NEW)] = table_bytes(names, [*rows, *added])


def _protocol(root: Path, contents: dict[str, bytes | None], done: list[str]) -> None:
    # Bytes, so that the ends of lines and a byte-order mark stay as they are.
    text = (root / PROTOCOL).read_bytes().decode("utf-8")
    bare = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    shift = len(text) - len(bare)
    places = {
        place + shift
        for path, place in places_of_keys(bare)
        if len(path) == 3 and path[0] == "outcomes" and path[2] == _OLD_KEY
    }
    for place in sorted(places, reverse=True):
        # Between quotation marks too: what stands at the place is found, not assumed.
        start = text.index(_OLD_KEY, place)
        text = text[:start] + _NEW_KEY + text[start + len(_OLD_KEY) :]
    if places:
        contents[PROTOCOL] = text.encode()
        outcomes = "outcome" if len(places) == 1 else "outcomes"
        done.append(
            f"{PROTOCOL}: {_OLD_KEY} is now {_NEW_KEY} in {len(places)} {outcomes}; comments and "
            "everything else are as they were."
        )
