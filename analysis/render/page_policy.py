"""What the web page may do in a browser: run its own scripts, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_DATA_BLOCK = re.compile(r"""\btype\s*=\s*["']?application/(?:ld\+)?json""", re.IGNORECASE)
_SOURCE = re.compile(r"""\bsrc\s*=\s*["']?(data:)?""", re.IGNORECASE)
_CHARSET = re.compile(r"<meta\s+charset[^>]*>|<head[^>]*>", re.IGNORECASE)
_MARK = 'http-equiv="Content-Security-Policy"'


def with_policy(page: str) -> str:
    """Put a Content-Security-Policy into the head of a finished page.

    Every script that stands in the page is named by its hash (CSP level 3, section 8.2): one that
    gets in through a cell or a text does not run. The page loads nothing from elsewhere.

    Parameters
    ----------
    page
        The whole page; nothing in a script may change afterwards.
    """
    if _MARK in page:
        return page
    scripts: dict[str, None] = {}
    for attributes, content in _SCRIPT.findall(page):
        if _DATA_BLOCK.search(attributes):
            continue
        source = _SOURCE.search(attributes)
        if source is None:
            told = hashlib.sha256(content.encode()).digest()
            scripts[f"'sha256-{base64.b64encode(told).decode()}'"] = None
        elif source[1]:  # Quarto puts its libraries into the page in this form
            scripts["data:"] = None
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src " + (" ".join(scripts) or "'none'"),
            "style-src 'unsafe-inline' data:",
            "img-src data:",
            "font-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    tag = f'\n<meta {_MARK} content="{policy}">'
    # Only what follows it is held to it; browsers want the charset before.
    places = sorted(_CHARSET.finditer(page), key=lambda match: "charset" not in match[0].lower())
    at = places[0].end() if places else 0
    return page[:at] + tag + page[at:]
