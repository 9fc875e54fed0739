"""The plain text of Web of Science; its RIS, BibTeX and tables are read as those formats."""

from __future__ import annotations

import re

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    Parsed,
    broken,
    first_filled,
    first_year,
    page_range,
)
from analysis.update.searching.tagged import Block, blocks, lines_of, outside, tags_of

_BEGIN = re.compile(r"^PT [A-Z]\b")
_END = re.compile(r"^ER\s*$")
_TAG = re.compile(r"^([A-Z][A-Z0-9])(?= |$)(.*)$")
# What stands between records: name and version of the export, and its end.
_FRAME = re.compile(r"^(?:FN|VR|EF)\b")
_LISTS = frozenset({"AU", "AF", "BA", "BF", "CA", "C1", "CR"})
_CITED = frozenset({"CR"})


def parse(text: str, file: str) -> Parsed:
    """Read a plain-text export.

    Raises
    ------
    DataProblems
        If it holds no record, or breaks off within one.
    """
    lines = lines_of(text)
    found = blocks(lines, lambda line: _BEGIN.match(line) is not None)
    if not found:
        broken(
            file,
            1,
            "No record begins in this file: a line `PT J` is missing.",
            "Export again: Plain Text File, Full Record.",
        )
    for block in found:
        if not any(_END.match(line) for line in block.lines):
            broken(
                file,
                block.line,
                "The record that begins here has no end (`ER`): the file breaks off.",
                "Download the export again, so that no record is lost.",
            )
    return Parsed(
        [_record(block) for block in found], tuple(outside(lines, _between(lines, found)))
    )


def _between(lines: list[str], found: list[Block]) -> list[int]:
    """Give the places of lines before the first record and behind the end of each."""
    places = list(range(found[0].line - 1))
    for block in found:
        end = next(n for n, line in enumerate(block.lines) if _END.match(line)) + block.line
        places += range(end, block.line - 1 + len(block.lines))
    return [place for place in places if not _FRAME.match(lines[place])]


def _record(block: Block) -> ExportRecord:
    tags = tags_of(block.lines, _TAG, _LISTS)
    fields = {
        "title": first_filled(tags, "TI"),
        "authors": AUTHOR_SEPARATOR.join(tags.get("AF") or tags.get("AU") or []),
        "year": first_year(first_filled(tags, name) for name in ("PY", "EY", "EA")),
        "source_title": first_filled(tags, "SO"),
        "volume": first_filled(tags, "VL"),
        "issue": first_filled(tags, "IS"),
        "pages": page_range(*(first_filled(tags, name) for name in ("BP", "EP", "AR"))),
        "doi": first_filled(tags, "DI"),
        "pmid": first_filled(tags, "PM"),
        "abstract": first_filled(tags, "AB"),
        "language": first_filled(tags, "LA"),
        "report_type": first_filled(tags, "DT"),
    }
    own = "\n".join(" ".join(lines) for tag, lines in tags.items() if tag not in _CITED)
    return ExportRecord(block.line, fields, block.raw, own)
