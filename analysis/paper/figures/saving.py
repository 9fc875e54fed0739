"""Writing a figure to files, the same bytes every time."""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.paper.figures.pixels import ColourMode, drawn_pixels, png_bytes, tiff_bytes
from analysis.paper.figures.settings import as_shipped
from analysis.paper.figures.svg_compact import compact

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

VectorFormat = Literal["svg", "eps", "pdf"]
Format = Literal["svg", "png", "tiff", "eps", "pdf"]

PRINT_DPI: Final = 300

# How figures are written, whatever the format.
SETTINGS: Final[dict[str, Any]] = {
    "svg__fonttype": "none",
    "pdf__fonttype": 42,
    "ps__fonttype": 42,
    "path__simplify": False,
    # Hinting moves letters to whole pixels: texts would be up to a tenth longer than measured.
    "text__hinting": "no_hinting",
}
# Dates and program versions in the files would make equal figures unequal.
_METADATA: Final[dict[str, dict[str, None]]] = {
    "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
    "eps": {"Creator": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
_FORMATS: Final = ("svg", "png", "tiff", "eps", "pdf")
_EPS_DATE = re.compile(rb"^%%CreationDate:.*\n", re.MULTILINE)


_font_boxes: dict[Any, tuple[float, ...]] = {}


def save(
    figure: Figure,
    path: Path,
    formats: Sequence[Format] = ("svg", "png"),
    dpi: int = PRINT_DPI,
    mode: ColourMode = "rgb",
) -> tuple[Path, ...]:
    """Write a figure in several formats.

    Parameters
    ----------
    figure : Figure
        Its size in inches is the size in print.
    path : Path
        Where to write, without suffix. The last part names the figure; ids inside the SVG begin
        with it, so that several SVGs can stand in one page.
    formats : sequence of {"svg", "png", "tiff", "eps", "pdf"}
        Formats to write. TIFF is compressed without loss (LZW), PNG has at most 256 colours.
    dpi : int
        Resolution of PNG and TIFF.
    mode : {"rgb", "cmyk", "grey"}
        Colours of a TIFF.

    Returns
    -------
    tuple of Path
        The files written, in the order of ``formats``.

    Raises
    ------
    ValueError
        If a format is not known.
    """
    written = []
    for name in formats:
        content = _bytes(figure, name, path.name, dpi, mode)
        target = path.with_name(f"{path.name}.{name}")
        target.write_bytes(content)
        written.append(target)
    return tuple(written)


def figure_content(figure: Figure, name: VectorFormat, figure_id: str) -> bytes:
    """Give a figure as SVG, EPS or PDF.

    Parameters
    ----------
    figure : Figure
        Its size in inches is the size in print.
    name : {"svg", "eps", "pdf"}
        The format. EPS and PDF hold their fonts as TrueType, SVG holds text.
    figure_id : str
        Names what is inside an SVG.
    """
    buffer = io.BytesIO()
    with as_shipped(svg__hashsalt=figure_id, **SETTINGS), _measured_once():
        figure.savefig(buffer, format=name, metadata=_METADATA[name])
    content = buffer.getvalue()
    if name == "svg":
        return compact(content, figure_id)
    return _EPS_DATE.sub(b"", content) if name == "eps" else content


def _bytes(figure: Figure, name: Format, figure_id: str, dpi: int, mode: ColourMode) -> bytes:
    if name not in _FORMATS:
        raise ValueError(f"figures cannot be saved as {name!r}; known: {', '.join(_FORMATS)}")
    if name == "png":
        return png_bytes(drawn_pixels(figure, dpi, **SETTINGS), dpi)
    if name == "tiff":
        return tiff_bytes(drawn_pixels(figure, dpi, **SETTINGS), dpi, mode)
    return figure_content(figure, name, figure_id)


@contextmanager
def _measured_once() -> Iterator[None]:
    """Let matplotlib measure each font once, not once for each EPS file.

    For its box it draws all six thousand letters of a font, which takes two seconds.
    """
    from matplotlib.backends import backend_ps

    measure = getattr(backend_ps, "_bounds", None)
    if measure is None:
        yield
        return

    def known(font: Any) -> tuple[float, ...]:
        name = font["name"].getDebugName(6), font["head"].fontRevision
        if name not in _font_boxes:
            _font_boxes[name] = measure(font)
        return _font_boxes[name]

    setattr(backend_ps, "_bounds", known)  # noqa: B010 - a plain assignment is refused as private
    try:
        yield
    finally:
        setattr(backend_ps, "_bounds", measure)  # noqa: B010
