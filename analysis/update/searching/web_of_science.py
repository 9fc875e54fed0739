"""The plain text of Web of Science; its RIS, BibTeX and tables are read as those formats."""

from __future__ import annotations

import re

from analysis.update.searching.export_record import (
    AUTHOR_SEPARATOR,
    ExportRecord,
    broken,
    first_filled,
    page_range,
)
from analysis.update.searching.tagged import Block, blocks, lines_of, web_of_science_tags

_BEGIN = re.compile(r"^PT [A-Z]\b")
_END = re.compile(r"^ER\s*$")
_CITED = frozenset({"CR"})


def parse(text: str, file: str) -> list[ExportRecord]:
    """Read a plain-text export.

    Raises
    ------
    DataProblems
        If it holds no record, or breaks off within one.
    """
    found = blocks(lines_of(text), lambda line: _BEGIN.match(line) is not None)
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
    return [_record(block) for block in found]


def _record(block: Block) -> ExportRecord:
    tags = web_of_science_tags(block)
    fields = {
        "title": first_filled(tags, "TI"),
        "authors": AUTHOR_SEPARATOR.join(tags.get("AF") or tags.get("AU") or []),
        "year": first_filled(tags, "PY", "EA"),
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
