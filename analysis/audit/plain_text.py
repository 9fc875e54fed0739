"""Text of papers in plain characters: one minus sign, one decimal point, no mark-up.

Lines stay lines, so that a position still tells its line.
"""

from __future__ import annotations

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9a-fA-F]{1,5}|[A-Za-z]{2,8}\d?);")
_TAG = re.compile(
    r"</?(?:i|b|u|em|strong|sup|sub|italic|bold|span|sc|small)(?:\s[^<>\n]{0,200})?/?>", re.I
)
# Markdown's emphasis around a symbol: *P*, _n_, **I^2^**.
_EMPHASIS = re.compile(r"(?<!\w)([*_]{1,3})([A-Za-zχτ]{1,3}[²\d^]{0,3})\1(?!\w)")
# A thin or fixed blank between groups of three digits belongs to the number.
_GROUPED = re.compile(r"(?<=\d)[\u2009\u202f\u00a0](?=\d{3}(?!\d))")
_LEFT_OUT = re.compile(r"[\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f]")
_CHARACTERS: dict[str, str] = {
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\u2015\u207b\ufe63\uff0d\u02d7", "-"),
    **dict.fromkeys("\u00b7\u22c5\u2219\u2027\uff0e", "."),
    **dict.fromkeys("\n\r\t\f\v\u2028\u2029", " "),
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u2a7d\u2266\u2272", "\u2264"),
    **dict.fromkeys("\u2a7e\u2267\u2273", "\u2265"),
    "\u226a": "<",
    "\u226b": ">",
    "\u2044": "/",
    "\u2215": "/",
    "\u03c7": "χ",
    "\u2110": "I",
}


def without_markup(text: str) -> str:
    """Resolve entities such as ``&lt;`` and take out the tags and marks of emphasis."""

    def plain_entity(match: re.Match[str]) -> str:
        found = html.unescape(match[0])
        return match[0] if found in ("\n", "\r") else found

    bare = _TAG.sub("", _ENTITY.sub(plain_entity, text))
    return _LEFT_OUT.sub("", _EMPHASIS.sub(r"\2", bare))


def in_plain_characters(text: str) -> str:
    """Write dashes, points, blanks, super- and subscripts in ASCII, one character for one."""
    table = {ord(c): _plain(c) for c in set(text) if c in _CHARACTERS or not c.isascii()}
    return _GROUPED.sub(",", text).translate(table)


def _plain(character: str) -> str:
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    folded = unicodedata.normalize("NFKC", character)
    return _CHARACTERS.get(folded, folded) if len(folded) == 1 else character
