"""Names in a JATS file what belongs to the paper and lies beside it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_TYPES: Final = {
    ".csv": ("text", "csv"),
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def name_files(article: Any, files: Sequence[str]) -> None:
    """Add a section of supplementary material to the back of an article.

    Parameters
    ----------
    article
        Root of the JATS file.
    files
        Paths of CSV and XLSX files relative to it.
    """
    from lxml import etree

    back = article.find("back")
    if back is None:
        back = etree.SubElement(article, "back")
    section = etree.SubElement(back, "sec", {"sec-type": "supplementary-material"})
    etree.SubElement(section, "title").text = "All rows of what is shown in part"
    for file in files:
        path = PurePosixPath(file)
        kind, subtype = _TYPES[path.suffix]
        entry = etree.SubElement(
            section, "supplementary-material", {"mimetype": kind, "mime-subtype": subtype}
        )
        entry.set(_HREF, file)
        caption = etree.SubElement(entry, "caption")
        etree.SubElement(caption, "p").text = path.name
