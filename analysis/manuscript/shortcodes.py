"""Expands ``var``, ``meta`` and ``pagebreak`` as Quarto does, for the embedded engine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.manuscript.sources import SHORTCODE

if TYPE_CHECKING:
    from collections.abc import Mapping

# In code a shortcode is a word like any other.
_CODE_OR_SHORTCODE = re.compile(rf"`[^`]*`|{SHORTCODE.pattern}")
# What a page break becomes: a div that filters/breaks.lua turns into each format's own.
_PAGEBREAK = "\n\n::: {.pagebreak}\n:::\n\n"


def expand(text: str, variables: Mapping[str, str], metadata: Mapping[str, Any]) -> str:
    """Replace the shortcodes in a text.

    Parameters
    ----------
    text
        Markdown, checked by :func:`analysis.manuscript.source_checks.check_sources`.
    variables
        Dotted names and their markdown.
    metadata
        The front matter, for ``{{< meta >}}``.
    """

    def replacement(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0]
        name, argument = match[1], match[2].strip()
        if name == "var":
            return variables[argument]
        if name == "meta":
            value: Any = metadata
            for part in argument.split("."):
                value = value[part]
            text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            return expand(text, variables, metadata)
        return _PAGEBREAK

    return _CODE_OR_SHORTCODE.sub(replacement, text)


def expand_metadata(value: Any, variables: Mapping[str, str], metadata: Mapping[str, Any]) -> Any:
    """Replace the shortcodes in every text of a front matter, leaving its shape as it is."""
    if isinstance(value, str):
        return expand(value, variables, metadata)
    if isinstance(value, list):
        return [expand_metadata(entry, variables, metadata) for entry in value]
    if isinstance(value, dict):
        return {key: expand_metadata(entry, variables, metadata) for key, entry in value.items()}
    return value
