"""The bytes of a workbook: the same for the same content."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl import Workbook

# The earliest date a zip can hold: the file carries no clock.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")


def workbook_bytes(workbook: Workbook) -> bytes:
    """Write a workbook.

    Parameters
    ----------
    workbook
        A workbook of openpyxl.

    Returns
    -------
    bytes
        An .xlsx file without the time at which it was written.
    """
    fresh, fixed = io.BytesIO(), io.BytesIO()
    workbook.save(fresh)
    with (
        zipfile.ZipFile(fresh) as old,
        zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == _CORE:
                content = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            part = zipfile.ZipInfo(name, _NO_DATE)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o644 << 16
            new.writestr(part, content)
    return fixed.getvalue()
