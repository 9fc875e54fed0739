"""The list of versions in ``versions/README.md``, written for people, the newest first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.paper.version_wording import headline_shown, row_counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.synthesis.versions import Version

FILE = "versions/README.md"
_HEAD = """# Versions of this review

Written by `review release`; do not edit. Each folder is a whole review as it was: its tables and
text, `results.json`, `version.json` and the paper. `review changes 1.0` says what has changed since
a version, `review redline 1.0` gives the Word file with tracked changes against it.

"""
_COLUMNS = ("version", "date", "kind", "what is new", "studies", "{rows}", "results")
_MARKUP = re.compile(r"([\\`*_{}\[\]()+!|~$])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# GitHub links names, numbers and addresses in the finished page, where no backslash is left.
_LINKED = re.compile(r"(@|#|:(?=//)|www(?=\.))")
_GAP = "\N{ZERO WIDTH SPACE}"


def cell(text: str) -> str:
    """Make text from the review harmless in a table of Markdown, as GitHub reads it."""
    plain = _MARKUP.sub(r"\\\1", " ".join(text.split()).translate(_ENTITIES))
    return _LINKED.sub(rf"\1{_GAP}", plain)


def log_text(versions: Sequence[Version]) -> str:
    """Write the list.

    Parameters
    ----------
    versions
        All released versions, oldest first.
    """
    counted = row_counts(versions)
    names = (name.format(rows=" / ".join(counted.values())) for name in _COLUMNS)
    table = f"| {' | '.join(names)} |\n|{'---|' * len(_COLUMNS)}\n"
    return _HEAD + table + "".join(_line(version, counted) for version in reversed(versions))


def _line(version: Version, counted: Iterable[str]) -> str:
    rows = [str(version.rows.get(name, 0)) for name in counted]
    results = [f"{cell(entry.label)}: {headline_shown(entry)}" for entry in version.headline]
    cells = (
        f"[{version.edition}]({version.edition}/)",
        written(version.date or ""),
        version.kind or "",
        cell(version.summary or ""),
        str(version.studies),
        " / ".join(rows),
        "<br>".join(results),
    )
    return f"| {' | '.join(cells)} |\n"
