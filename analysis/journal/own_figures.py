"""The authors' own pictures as files of their own, in the format that a journal asks for."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.journal_style import FigureFiles, FigureFormat

_JPEG_QUALITY: Final = 95


def own_format(source: Path, wanted: FigureFormat) -> FigureFormat:
    """Give the format that a picture becomes: pixels cannot become a drawing."""
    return "png" if wanted == "svg" and source.suffix.lower() != ".svg" else wanted


def own_figure_bytes(source: Path, kind: FigureFormat, wanted: FigureFiles) -> bytes:
    """Give a picture of the authors in a format; a drawing stays one where the format can hold it.

    Parameters
    ----------
    source
        PNG, JPEG, GIF or SVG.
    kind
        As `own_format` gives it.
    wanted
        What the files must be: a drawing gets the resolution for lines.

    Returns
    -------
    bytes
        The same every time.
    """
    from PIL import Image

    from analysis.paper.figures.svg_setting import pdf_of, pixels_of

    content = source.read_bytes()
    dpi = max(wanted.dpi.line, wanted.dpi.combination)
    if source.suffix.lower() == ".svg":
        if kind == "svg":
            return content
        if kind == "pdf":
            return pdf_of(content)
        content = pixels_of(content, dpi)
    image = Image.open(io.BytesIO(content)).convert("RGB")
    given = Image.open(io.BytesIO(content)).info.get("dpi", (dpi, dpi))
    if wanted.colour == "cmyk" and kind in ("tiff", "jpeg"):
        image = image.convert("CMYK")
    options: dict[str, object] = {"dpi": given}
    if kind == "tiff":
        options["compression"] = "tiff_lzw"
    elif kind == "jpeg":
        options |= {"quality": _JPEG_QUALITY, "subsampling": 0}
    elif kind == "pdf":
        # No clock in any file.
        start = time.gmtime(0)
        options = {"resolution": given[0], "creationDate": start, "modDate": start}
    elif kind == "eps":
        options = {}
    buffer = io.BytesIO()
    image.save(buffer, kind.upper(), **options)
    return buffer.getvalue()
