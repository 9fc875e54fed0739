"""One change of a review: protocol, text, checklist, tables together, shown before it is made."""

from __future__ import annotations

import csv
import difflib
import io
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.manuscript.sources import read_manuscript
from analysis.new_review.protocol_changes import (
    protocol_of,
    refusal,
    with_entry,
    without_entry,
    without_items,
)
from analysis.new_review.table_changes import changed_tables
from analysis.new_review.text_blocks import blocks_of, section_end, with_lines, without_blocks
from analysis.new_review.text_changes import (
    LETTER,
    REFERENCES,
    changed_text,
    section_of,
    speaking_of,
    with_lines_of,
    with_references,
    without_names,
)
from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import table_bytes
from schemas.dictionary import DICTIONARY_FILE, data_dictionary
from schemas.problems import DataProblems
from schemas.protocol_file import PROTOCOL_FILE
from schemas.review_check import check_review
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CHECKLIST = "data/prisma_checklist.csv"
_SECTION = re.compile(r"sec-[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Revision:
    """A change that has not been made yet.

    Attributes
    ----------
    contents
        From the name of a file to what it becomes, None for one that goes.
    notes
        What the program leaves to the author.
    """

    contents: Mapping[str, bytes | None]
    notes: tuple[str, ...]

    def difference(self, root: Path) -> str:
        """Write what changes, as a unified diff."""
        parts = []
        for name, content in sorted(self.contents.items()):
            old = _text(root / name).splitlines(keepends=True)
            new = (content or b"").decode().splitlines(keepends=True)
            target = "/dev/null" if content is None else f"b/{name}"
            origin = f"a/{name}" if (root / name).is_file() else "/dev/null"
            parts += difflib.unified_diff(old, new, origin, target)
        return "".join(part if part.endswith("\n") else f"{part}\n" for part in parts)

    def apply(self, root: Path) -> None:
        """Make the change, all of it or nothing."""
        with writing(root):
            replace_files(root, self.contents)


def addition(root: Path, kind: str, entry: Mapping[str, Any]) -> Revision:
    """Plan how an outcome, a subgroup or a comparison comes into a review.

    Parameters
    ----------
    root
        The review's folder.
    kind
        A word of `analysis.new_review.protocol_changes.LISTS`.
    entry
        The entry as the protocol has it.

    Raises
    ------
    DataProblems
        If the review would not pass its check.
    """
    text = _text(root / PROTOCOL_FILE)
    return _revision(root, text, with_entry(text, kind, entry), {}, with_data=False)


def removal(root: Path, kind: str, name: str, *, with_data: bool = False) -> Revision:
    """Plan how an outcome, a subgroup or a comparison goes.

    Parameters
    ----------
    root, kind
        As for `addition`.
    name
        The id of the entry.
    with_data
        Whether rows and columns that only it uses go, too.

    Raises
    ------
    DataProblems
        If there is no such entry, data or other entries still use it, or the review would not pass
        its check.
    """
    text = _text(root / PROTOCOL_FILE)
    old = protocol_of(text)
    for outcome in old.outcomes if kind == "comparison" else ():
        if outcome.comparison == name:
            what = f"The outcome {outcome.id} compares these arms."
            raise refusal(PROTOCOL_FILE, what, "Give it another comparison, or drop it.", name)
    codes = {outcome.id: outcome.code for outcome in old.outcomes}
    used = {"outcome": {"outcome": codes.get(name, "")}, "comparison": {"comparison": name}}
    new = without_entry(text, kind, name)
    return _revision(root, text, new, used.get(kind, {}), with_data=with_data)


def new_section(
    root: Path, title: str, after: str, *, level: int = 2, items: Collection[str] = ()
) -> Revision:
    """Plan a section of its own, to be written, with its places in the checklist.

    Parameters
    ----------
    root
        The review's folder.
    title
        Its heading.
    after
        Id of the section behind which it stands.
    level
        1 for a chapter, 2 for a section of one.
    items
        Items of the checklist that it reports: ``17``, or ``abstract:5`` for one of another list.

    Raises
    ------
    DataProblems
        If there is no such section or item, or the id is taken.
    """
    texts = _manuscript(root)
    name = "sec-" + re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    sections = [b.name for t in texts.values() for b in blocks_of(t) if b.level and b.name]
    if not _SECTION.fullmatch(name) or name in sections:
        what = f"A section cannot have the id {name}." if name not in sections else ""
        what = what or f"There is a section with the id {name} already."
        raise refusal("manuscript/paper.qmd", what, "Choose another title.", title)
    if after not in sections:
        what = "There is no section with this id."
        raise refusal("manuscript/paper.qmd", what, list_hint(after, sections), after)
    lines = [f"{'#' * level} {title} {{#{name}}}", "", "Write here what belongs into this section."]
    split = {file: blocks_of(text) for file, text in texts.items()}
    file, here = next(
        (file, n)
        for file, blocks in split.items()
        for n, block in enumerate(blocks)
        if block.level and block.name == after
    )
    end = section_end(split[file], here, level)
    place = split[file][end].first if end < len(split[file]) else None
    contents: dict[str, bytes | None] = {file: with_lines(texts[file], place, lines).encode()}
    contents |= _checked_items(root, items, name)
    return _checked(root, Revision(contents, ()))


def section_removal(root: Path, name: str) -> Revision:
    """Plan how a section goes, with all that stands in it.

    Parameters
    ----------
    root
        The review's folder.
    name
        Its id.

    Raises
    ------
    DataProblems
        If there is no such section, or the review would not pass its check.
    """
    texts = _manuscript(root)
    for file, text in texts.items():
        blocks = blocks_of(text)
        here = next((n for n, b in enumerate(blocks) if b.level and b.name == name), None)
        if here is None:
            continue
        gone = blocks[here : section_end(blocks, here, blocks[here].level)]
        names = {block.name for block in gone if block.name}
        texts[file] = without_blocks(text, gone)
        protocol = _text(root / PROTOCOL_FILE)
        contents: dict[str, bytes | None] = {file: texts[file].encode()}
        shorter = without_items(protocol, names)
        if shorter != protocol:
            contents[PROTOCOL_FILE] = shorter.encode()
        contents |= _checklist(root, {}, names)
        return _checked(root, Revision(contents, _notes(texts, sorted(names), [])))
    known = [b.name for t in texts.values() for b in blocks_of(t) if b.level and b.name]
    what = "There is no section with this id."
    raise refusal("manuscript/paper.qmd", what, list_hint(name, known), name)


def _revision(
    root: Path, text: str, changed: str, used: Mapping[str, str], *, with_data: bool
) -> Revision:
    """Plan what follows from a change of the protocol."""
    old, new = protocol_of(text), protocol_of(changed)
    contents: dict[str, bytes | None] = {PROTOCOL_FILE: changed.encode()}
    contents |= changed_tables(root, old, new, used, with_data=with_data)
    files = _manuscript(root)
    texts, gone, homeless = changed_text(files, old, new)
    items = {item.id for item in old.display} - {item.id for item in new.display}
    texts = without_names(texts, items)
    outcomes = [o.id for o in old.outcomes if o.id not in {o.id for o in new.outcomes}]
    # Passages of an outcome, wherever the author has put them.
    passages = [
        block.name
        for written in texts.values()
        for block in blocks_of(written)
        if any(block.name.startswith(f"passage-{name}-") for name in outcomes)
    ]
    texts = without_names(texts, passages)
    contents |= {n: written.encode() for n, written in texts.items() if written != files[n]}
    others = {name: _text(root / name) for name in (REFERENCES, LETTER, DICTIONARY_FILE)}
    become = {
        REFERENCES: with_references(others[REFERENCES], old, new),
        LETTER: with_lines_of(others[LETTER], LETTER, old, new),
        DICTIONARY_FILE: data_dictionary(new),
    }
    contents |= {n: become[n].encode() for n, was in others.items() if was and was != become[n]}
    sections = {o.id: section_of(texts, f"passage-{o.id}-results") for o in new.outcomes}
    known = {o.id for o in old.outcomes}
    before = {place for name, place in sections.items() if place and name in known}
    fresh = {place for name, place in sections.items() if place and name not in known} - before
    lost = {*gone, *items} - _all_names(texts)
    contents |= _checklist(root, dict.fromkeys(fresh, before), lost)
    words = [*sorted(lost), *(f"{name}." for name in outcomes)]
    kept = [f"The section {n} stays: something stands in it." for n in gone if n not in lost]
    notes = (*kept, *_notes(texts, words, homeless))
    return _checked(root, Revision(contents, notes))


def _notes(texts: Mapping[str, str], gone: list[str], homeless: list[str]) -> tuple[str, ...]:
    still = [f"It still speaks of what is gone: {line}" for line in speaking_of(texts, gone)]
    return (
        *(f"The text has no place for this; put it in yourself:\n{b}" for b in homeless),
        *still,
    )


def _all_names(texts: Mapping[str, str]) -> set[str]:
    return {block.name for text in texts.values() for block in blocks_of(text)}


def _checklist(
    root: Path, fresh: Mapping[str, Collection[str]], lost: Collection[str]
) -> dict[str, bytes | None]:
    """Bring the places of a checklist up to date.

    An item that names the sections of all other outcomes names that of a new one, too.
    """
    if not (root / CHECKLIST).is_file():
        return {}
    rows = _rows(root)
    for row in rows:
        places = row["location"].split()
        added = [name for name, before in fresh.items() if before and {*before} <= {*places}]
        row["location"] = " ".join(name for name in (*places, *added) if name not in lost)
        if not row["location"] and row.get("confirmed"):
            row["confirmed"] = ""  # there is nothing left that somebody has read
    return _written(root, rows)


def _checked_items(root: Path, items: Collection[str], name: str) -> dict[str, bytes | None]:
    rows = _rows(root) if items else []
    known = [f"{row['checklist']}:{row['item']}" for row in rows]
    for item in items:
        whole = item if ":" in item else f"main:{item}"
        if whole not in known:
            what = "The checklist has no such item."
            raise refusal(CHECKLIST, what, list_hint(whole, known), item)
        row = rows[known.index(whole)]
        row["location"] = f"{row['location']} {name}".strip()
    return _written(root, rows) if items else {}


def _rows(root: Path) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(_text(root / CHECKLIST)))]


def _written(root: Path, rows: list[dict[str, str]]) -> dict[str, bytes | None]:
    if rows == _rows(root):
        return {}
    return {CHECKLIST: table_bytes(list(rows[0]), rows)}


def _manuscript(root: Path) -> dict[str, str]:
    return {name: _text(root / name) for name in read_manuscript(root, {}, {}).files}


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8-sig") if path.is_file() else ""


def _checked(root: Path, revision: Revision) -> Revision:
    """Refuse a change after which the check finds errors that it does not find now."""
    with tempfile.TemporaryDirectory(prefix="review-change-") as desk:
        copy = Path(desk) / "review"
        for name in ("data", "manuscript", "published"):
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("_*"))
        for name, content in revision.contents.items():
            path = copy / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)
        found = check_review(copy).errors
    before = check_review(root).errors if found else ()
    known = {(p.file, p.column, p.value, p.what) for p in before}
    fresh = [p for p in found if (p.file, p.column, p.value, p.what) not in known]
    if fresh:
        raise DataProblems(fresh)
    return revision
