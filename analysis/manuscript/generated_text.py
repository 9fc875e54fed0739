"""Passages that the program writes, and the empty divs of the manuscript that they fill.

An author puts ``::: {#passage-orr-results}`` and ``:::`` where a passage is to stand. Whoever reads
the manuscript reads the filled text; a div with words of its own keeps them.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schemas.problems import Problem
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from analysis.manuscript.source_line import Manuscript, SourceLine

PASSAGES = "passages.json"
PLACEMENT = "placement.json"
_GENERATED = "manuscript/_generated"
#: A frozen version keeps its passages, and the places of its items, with its results.
_FROZEN = "results.json"

_OPENING = re.compile(r"^(\s*):{3,}\s*\{[^}]*#passage-([\w.-]*\w)[^}]*\}\s*$")
_CLOSING = re.compile(r"^\s*:{3,}\s*$")


def stored_passages(root: Path) -> dict[str, str]:
    """Read the passages of the last build, or of a frozen version; none where there are none.

    Parameters
    ----------
    root
        A review's folder, or that of a frozen version.

    Returns
    -------
    dict
        Markdown with its shortcodes by id.
    """
    return {
        str(identifier): str(entry["text"])
        for identifier, entry in _stored(root, PASSAGES, "passages").items()
    }


def stored_places(root: Path, journal: str | None = None) -> dict[str, Any]:
    """Read where items stand that do not stand where they are written, as the last build saw it.

    Parameters
    ----------
    root
        A review's folder, or that of a frozen version.
    journal
        The journal for which the paper is made, None for the paper itself.

    Returns
    -------
    dict
        ``places`` by id, and for a journal those ``passages`` that read differently there.
    """
    found = _stored(root, PLACEMENT, "placement")
    nothing = {"places": found.get("places", {}), "passages": {}}
    return nothing if journal is None else found.get("journals", {}).get(journal, nothing)


def _stored(root: Path, generated: str, key: str) -> dict[str, Any]:
    for name, within in ((f"{_GENERATED}/{generated}", None), (_FROZEN, key)):
        try:
            found: Any = json.loads((root / name).read_text(encoding="utf-8"))
            entries = found if within is None else found.get(within, {})
        except (OSError, ValueError, AttributeError):
            # No build yet: the divs stay empty until the next build.
            continue
        if isinstance(entries, dict):
            return entries
    return {}


def filled(lines: Sequence[SourceLine], passages: Mapping[str, str]) -> list[SourceLine]:
    """Put the passages into the empty divs that are meant for them.

    Parameters
    ----------
    lines
        The manuscript, line by line.
    passages
        Markdown by id, without ``passage-``; an empty one leaves its div empty.

    Returns
    -------
    list of SourceLine
        The lines that were put in stand on the line of their div, and are marked ``generated``.
    """
    found: list[SourceLine] = []
    for line, text in _with_passages(lines, passages):
        found.append(line)
        written = text.split("\n") if text else ()
        found += [
            replace(line, text=part and f"{_indent(line)}{part}", generated=True)
            for part in written
        ]
    return found


def _with_passages(
    lines: Sequence[SourceLine], passages: Mapping[str, str]
) -> Iterator[tuple[SourceLine, str]]:
    for index, line in enumerate(lines):
        name = passage_id(line)
        yield line, passages.get(name, "") if name and _is_empty(lines, index) else ""


def passage_id(line: SourceLine) -> str | None:
    """Return the id of the passage whose div opens on this line, None on every other line."""
    match = _OPENING.match(line.prose)
    return match[2] if match else None


def _indent(line: SourceLine) -> str:
    return line.text[: len(line.text) - len(line.text.lstrip())]


def _is_empty(lines: Sequence[SourceLine], index: int) -> bool:
    """Tell whether nothing but blank lines stands in the div that opens here."""
    following = (line for line in lines[index + 1 :] if line.text.strip())
    after = next(following, None)
    return after is not None and bool(_CLOSING.match(after.prose))


def passage_problems(manuscript: Manuscript, known: Mapping[str, str]) -> Iterator[Problem]:
    """Find divs that name a passage there is not.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    known
        All passages by id, the empty ones too.
    """
    for line in manuscript.lines:
        name = passage_id(line)
        if name is not None and name not in known:
            yield Problem(
                file=line.file,
                line=line.line,
                column=None,
                value=f"#passage-{name}",
                what=f"There is no passage called {name}.",
                hint=did_you_mean(name, known) + "`review passages` lists them all.",
                severity="error",
                rule="passage",
            )
