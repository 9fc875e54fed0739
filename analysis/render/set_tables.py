"""Generated tables in the words of a format, each written once and remembered.

A table of many rows costs more in every filter of the paper than in pandoc itself, and none of them
changes it: so it passes pandoc by itself, and stands as finished words in the paper. The words are
those that pandoc writes for the table within the paper. A table with markdown in its cells, such as
citations, is not finished before the paper's other citations are, and stays where it is.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from analysis.manuscript.pandoc import run_pandoc
from analysis.storage.cache import Cache
from analysis.storage.fingerprint import GENERATED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.render.formats import OutputFormat

#: Where the filter `tables.lua` finds the folder that `write_set_tables` filled.
VARIABLE = "REVIEW_SET_TABLES"
_OPEN = "data-qmd="
_MARK = "ENDOFONETABLE"
_MARKED = re.compile(rf"\n*(?:<p>)?{_MARK}(?:</p>)?\n*")


def write_set_tables(root: Path, form: OutputFormat, folder: Path) -> None:
    """Write every table that can be finished by itself, under the hash of its HTML.

    Parameters
    ----------
    root
        The project's folder, already built.
    form
        The format.
    folder
        An empty folder; the files get the SHA-1 of the table's HTML as their names.
    """
    found = [path.read_bytes() for path in sorted((root / GENERATED / "tables").glob("*.html"))]
    closed = [table for table in found if _OPEN.encode() not in table]
    cache = Cache.of(root)
    subject = f"table for {form.writer}"
    known = {table: cache.find(subject, (table,)) for table in closed}
    missing = [table for table, words in known.items() if words is None]
    if missing:
        for table, words in zip(missing, _written(missing, form), strict=True):
            known[table] = cache.take(subject, (table,), words.encode)
    for table, words in known.items():
        if words is not None:
            (folder / hashlib.sha1(table, usedforsecurity=False).hexdigest()).write_bytes(words)


def _written(tables: Sequence[bytes], form: OutputFormat) -> list[str]:
    """Let pandoc write all tables in one run."""
    mark = f"\n<p>{_MARK}</p>\n"
    options = ["--from=html", f"--to={form.writer}", "--wrap=none", "--mathml"]
    written = run_pandoc(
        options, mark.join(map(bytes.decode, tables)).encode(), f"{GENERATED}/tables"
    )
    return [words.strip("\n") for words in _MARKED.split(written.decode())]
