"""Writing a figure to files, the same bytes every time."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.figures.settings import as_shipped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

Format = Literal["svg", "png", "tiff", "eps", "pdf"]

PRINT_DPI: Final = 300

# Flat drawings become smaller at level 3 of 9 than at the usual 6, and in two thirds of the time.
_PIXELS: Final[dict[str, dict[str, Any]]] = {
    "png": {"compress_level": 3},
    "tiff": {"compression": "tiff_lzw"},
}
_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
# Attributes by which parts of an SVG name themselves and one another.
_NAMES = re.compile(r'(\bid="|href="#|url\(#)')
_EPS_DATE = re.compile(rb"^%%CreationDate:.*\n", re.MULTILINE)
# Coordinates of drawn paths; a hundredth of a point is finer than any printer. Numbers elsewhere
# are scales, which may be that small themselves.
_PATH_DATA = re.compile(r'(?<= d=")[^"]*')
_FINE_NUMBER = re.compile(r"-?\d+\.\d{3,}")
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")


def save(
    figure: Figure,
    path: Path,
    formats: Sequence[Format] = ("svg", "png"),
    dpi: int = PRINT_DPI,
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
        Formats to write. TIFF is compressed without loss (LZW).
    dpi : int
        Resolution of PNG and TIFF.

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
        content = _bytes(figure, name, path.name, dpi)
        target = path.with_name(f"{path.name}.{name}")
        target.write_bytes(content)
        written.append(target)
    return tuple(written)


def _bytes(figure: Figure, name: str, figure_id: str, dpi: int) -> bytes:
    # Dates and program versions in the files would make equal figures unequal.
    metadata: dict[str, dict[str, None]] = {
        "svg": {"Date": None, "Creator": None, "Format": None, "Type": None},
        "png": {"Software": None},
        "tiff": {},
        "eps": {"Creator": None},
        "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
    }
    if name not in metadata:
        raise ValueError(f"figures cannot be saved as {name!r}; known: {', '.join(metadata)}")
    buffer = io.BytesIO()
    with as_shipped(
        svg__fonttype="path",
        svg__hashsalt=figure_id,
        pdf__fonttype=42,
        ps__fonttype=42,
        path__simplify=False,
        # Hinting moves letters to whole pixels: texts would be up to a tenth longer than measured.
        text__hinting="no_hinting",
    ):
        options: dict[str, Any] = {"metadata": metadata[name]} if metadata[name] else {}
        if name in _PIXELS:
            options["pil_kwargs"] = _PIXELS[name]
        figure.savefig(buffer, format=name, dpi=dpi, **options)
    content = buffer.getvalue()
    if name == "svg":
        return _own_names(content, figure_id)
    if name == "eps":
        return _EPS_DATE.sub(b"", content)
    return content


def _own_names(svg: bytes, figure_id: str) -> bytes:
    """Put the figure's name before every id, as glyphs are called the same in every SVG."""
    prefix = _UNSAFE.sub("-", figure_id).strip("-") or "figure"
    if not prefix[0].isalpha():
        prefix = f"figure-{prefix}"
    # Comments repeat the text of the figure; what is data has no business outside the drawing.
    text = _COMMENT.sub("", svg.decode("utf-8"))
    text = _PATH_DATA.sub(lambda data: _FINE_NUMBER.sub(_rounded, data[0]), text)
    return _NAMES.sub(rf"\g<1>{prefix}-", text).encode("utf-8")


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")
