"""All values by name with their current text, for authors to pick from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.lint.sentences import plain
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.trace.computed import Computed


@dataclass(frozen=True, slots=True)
class ListedValue:
    """A value and what it prints, without markup."""

    name: str
    text: str
    used: bool


def list_values(
    computed: Computed, words: Sequence[str] = (), *, unused: bool = False
) -> tuple[ListedValue, ...]:
    """Give the values whose name or text holds all of the words.

    Parameters
    ----------
    computed
        The results.
    words
        Parts of names or of texts: ``orr``, ``ci``, ``33.9``.
    unused
        Only those that the manuscript does not print.

    Raises
    ------
    LookupError
        If the words find nothing; the message names the nearest value.
    """
    found = []
    for name, value in computed.values.items():
        text = plain(value["text"])
        searched = f"{name} {text}".lower()
        if all(word.lower() in searched for word in words):
            found.append(ListedValue(name, text, name in computed.used))
    if not found:
        asked = " ".join(words)
        raise LookupError(f"No value has {asked} in it. {did_you_mean(asked, computed.values)}")
    return tuple(entry for entry in found if not (unused and entry.used))
