"""Writes Word files, the same bytes every time; none names a style that it does not have."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

STYLES = "word/styles.xml"
# Parts of a file that hold text, and the ways in which text names its style (ISO 29500-1, 17.7).
_TEXT = re.compile(r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml")
_USED = re.compile(rb'<w:(?:pStyle|rStyle|tblStyle)\b[^>]*\bw:val="([^"]+)"')
_KNOWN = re.compile(rb'<w:style\b[^>]*\bw:styleId="([^"]+)"')
# The earliest date a zip can hold: parts of the file carry no clock.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def write_docx(content: bytes, path: Path, changed: Mapping[str, bytes] | None = None) -> None:
    """Write a Word file again, with fixed dates and, where given, changed parts.

    Parameters
    ----------
    content
        A docx file.
    path
        Where to write.
    changed
        New content by the name of the part, for example ``word/document.xml``.

    Raises
    ------
    ValueError
        If a part names a style that the file does not have: Word would show its text in the
        standard style, and python-docx would stop. Nothing is written then.
    """
    buffer = io.BytesIO()
    known: set[bytes] = set()
    used: dict[bytes, str] = {}
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _NO_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o644 << 16
            text = (changed or {}).get(name) or old.read(name)
            new.writestr(part, text)
            if name == STYLES:
                known = set(_KNOWN.findall(text))
            elif _TEXT.fullmatch(name):
                used |= dict.fromkeys(_USED.findall(text), name)
    missing = [f"{style.decode()} ({used[style]})" for style in sorted(used) if style not in known]
    if missing:
        raise ValueError(f"{path.name} has no style called {', '.join(missing)}")
    path.write_bytes(buffer.getvalue())
