"""Which letters of a text the fonts of the PDF cannot write.

The embedded engine uses the fonts that come with Typst and no others, so that a paper looks the
same on every machine. They have no Chinese, Japanese, Korean or Thai. Typst sets a box for such a
letter and says nothing; here it is asked.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from analysis.manuscript.typesetting import typeset

__all__ = ["boxes_note", "letters_without_a_font"]

_MOST_NAMED: Final = 20
# No font has a letter for it: Unicode keeps this place free for good.
_NO_LETTER: Final = "\U0010fffe"
_DRAWN: Final = re.compile(rb'<use xlink:href="#(\w+)"')
# Spaces, breaks, invisible signs, and marks that stand above a letter.
_NOT_ALONE: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "Zs", "Mn", "Mc", "Me"})


def boxes_note(text: str) -> tuple[str, ...]:
    """Say in one sentence which letters of a text come out as boxes; nothing if none does."""
    letters = letters_without_a_font(text)
    if not letters:
        return ()
    named = letters if len(letters) <= _MOST_NAMED else f"{letters[:_MOST_NAMED]} and others"
    return (f"The PDF shows boxes for letters that its fonts do not have: {named}.",)


def letters_without_a_font(text: str) -> str:
    """Find the letters that come out as boxes.

    Parameters
    ----------
    text
        Any text; the source of a document is one too.

    Returns
    -------
    str
        Each such letter once, in the order of the text.
    """
    letters = [
        letter
        for letter in dict.fromkeys(text)
        if not letter.isascii() and unicodedata.category(letter) not in _NOT_ALONE
    ]
    if not letters:
        return ""
    (box,) = _drawn(_NO_LETTER)
    if box not in _drawn("\n\n".join(letters)):
        return ""
    return "".join(letter for letter in letters if box in _drawn(letter))


def _drawn(text: str) -> set[bytes]:
    """Give the shapes that Typst draws for a text."""
    source = f"#set page(width: auto, height: auto)\n{text}".encode()
    return set(_DRAWN.findall(typeset(source, "the letters of the PDF", format="svg")))
