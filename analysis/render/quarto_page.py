"""Figures and tables of Quarto's page in the form that the page's style and script know."""

from __future__ import annotations

import re

# Quarto's floats (its filter floatreftarget.lua): a div with the id holds a figure, whose body
# names its caption, and the caption's id begins with that of the float.
_FIGURE = re.compile(r'(<figure\b[^>]*\bclass=")(quarto-float quarto-float-s?(fig|tbl)\b)')
_PART = re.compile(r'(<figure\b[^>]*\bclass=")((?:quarto-float )?quarto-subfloat-)')
_CAPTION = re.compile(
    r'(<figcaption\b(?=[^>]*\bclass="[^"]*\bquarto-float-caption\b)[^>]*\bid="([^"]+)"[^>]*>\s*)'
    r"([^\W\d_]+(?:\s|&nbsp;)[A-Z]?\d+)(:)"
)
_BODY = re.compile(r'<div aria-describedby="([^"]+)">')
_KINDS = {"fig": "figure", "tbl": "table"}


def with_floats(page: str) -> str:
    """Give every float of Quarto what the embedded engine writes, and leave all else as it is.

    That is its class, a bold label, and a body that scrolls inside itself and can be reached and
    named without a mouse.

    Parameters
    ----------
    page
        The page of either engine.
    """
    labels: dict[str, str] = {}

    def emboldened(found: re.Match[str]) -> str:
        before, caption, label, colon = found.groups()
        labels[caption] = label
        return f"{before}<strong>{label}{colon}</strong>"

    def scrolling(found: re.Match[str]) -> str:
        label = labels.get(found[1])
        if label is None:
            return found[0]
        region = f'class="scroll" role="region" tabindex="0" aria-label="{label}"'
        return f'<div {region} aria-describedby="{found[1]}">'

    page = _FIGURE.sub(lambda found: f"{found[1]}float float-{_KINDS[found[3]]} {found[2]}", page)
    page = _PART.sub(r"\1part \2", page)
    return _BODY.sub(scrolling, _CAPTION.sub(emboldened, page))
