"""Entries of closed lists as people type them: in other capitals, with hyphens, by their label."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.update.workbook.plan import Field

_BETWEEN = re.compile(r"[\s_\-\u2010-\u2013]+")
# Signs of the typesetter, and what stands for them in a list.
# Other words for entries that many lists have.
_SAME = {
    "yes": frozenset({"y", "ja", "j", "oui", "si", "sí", "true", "✓", "✔"}),
    "no": frozenset({"n", "nein", "non", "false"}),
    "unclear": frozenset(
        {"unklar", "not clear", "pas clair", "no claro", "incierto", "non chiaro"}
    ),
    "not applicable": frozenset({"n/a", "n.a", "nicht anwendbar", "not appl", "sans objet"}),
    "any": frozenset({"all", "overall", "total", "alle", "tous", "todos"}),
    "experimental": frozenset({"favours experimental", "favors experimental"}),
    "control": frozenset({"favours control", "favors control"}),
}
# "3 or higher", "3 or worse", "at least 3" are ">=3"; "≥ 3" has a blank too many.
_OR_MORE = re.compile(r"(\d+) (?:or|and|oder) (?:higher|worse|more|above|greater|over|höher|mehr)")
_AT_LEAST = re.compile(r"(?:at least|mindestens) (\d+)")
_BLANK_BEHIND = re.compile(r"([<>]=?)\s+(?=\d)")
_SIGNS = str.maketrans({"≥": ">=", "≤": "<="})


def entry_of(text: str, field: Field) -> str | None:
    """Find the entry that a text means.

    Parameters
    ----------
    text
        What stands in the cell.
    field
        A column with a closed list.

    Returns
    -------
    str or None
        The entry that is the same but for capitals, spaces, hyphens and signs, or whose label is;
        None when there is none, or more than one.
    """
    wanted = _plain(text)
    found = {entry for entry in field.closed if _plain(entry) == wanted}
    found = found or {entry for entry, label in field.labels if _plain(label) == wanted}
    found = found or {entry for entry in field.closed if wanted in _SAME.get(entry, ())}
    # "Objective response" begins the label of one entry only.
    if not found and len(wanted.split()) > 1:
        found = {
            entry for entry, label in field.labels if f"{_plain(label)} ".startswith(f"{wanted} ")
        }
        found = found if len(found) == 1 else set()
    # "any grade" in a column grade is "any", and so is "all grades".
    shorter = " ".join(word for word in wanted.split() if word.rstrip("s") != field.name)
    found = found or {
        entry
        for entry in field.closed
        if shorter != wanted and (_plain(entry) == shorter or shorter in _SAME.get(entry, ()))
    }
    return found.pop() if len(found) == 1 else None


def told_labels(field: Field) -> Iterator[str]:
    """Say what the entries of a list mean, where they do not say it themselves."""
    for entry, label in field.labels:
        if label and _plain(label) != _plain(entry):
            yield f"{entry} = {label}"


def _plain(text: str) -> str:
    plain = _BETWEEN.sub(" ", text.translate(_SIGNS)).strip(" .").casefold()
    plain = _BLANK_BEHIND.sub(r"\1", plain)
    return _AT_LEAST.sub(r">=\1", _OR_MORE.sub(r">=\1", plain))
