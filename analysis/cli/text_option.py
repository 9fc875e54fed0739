"""Words that a user gives to a command and that end up in files of the review."""

from __future__ import annotations

import os
from typing import Any

import click


class Words(click.ParamType):
    """Text in UTF-8, whatever the system's own encoding is.

    Where that is ASCII, Python hands letters beyond it over as single bytes in disguise
    (``surrogateescape``), which no file could hold.
    """

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give the words as they were typed, or refuse what is no text."""
        words = str(value)
        if not any("\ud800" <= sign <= "\udfff" for sign in words):
            return words
        try:
            return os.fsencode(words).decode("utf-8")
        except UnicodeError:
            self.fail("This is not text in UTF-8.", param, ctx)


WORDS = Words()
