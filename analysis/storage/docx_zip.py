"""Writes Word files with the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
    """
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            part = zipfile.ZipInfo(name, _NO_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o644 << 16
            new.writestr(part, (changed or {}).get(name, old.read(name)))
    path.write_bytes(buffer.getvalue())
