"""A finished SVG as pixels or PDF, set by Typst: no second drawing, and no other program."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from analysis.manuscript.typesetting import typeset
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PIXELS_PER_INCH: Final = 300
_OWN: Final = "a figure of the paper"


def palette_png(svg: bytes, dpi: int = _PIXELS_PER_INCH) -> bytes:
    """Draw an SVG that the program made as a PNG of at most 256 colours, on white.

    Parameters
    ----------
    svg
        The content of the file.
    dpi
        Pixels per inch.
    """
    from analysis.paper.figures.pixels import png_bytes

    return png_bytes(_drawn(svg, dpi), dpi)


def pixels_of(svg: bytes, dpi: float = _PIXELS_PER_INCH, file: str = _OWN) -> bytes:
    """Draw any SVG as PNG in full colour, on white.

    Parameters
    ----------
    svg
        The content of the file.
    dpi
        Pixels per inch.
    file
        Its name, for messages.

    Raises
    ------
    DataProblems
        If the SVG cannot be drawn.
    """
    from PIL import Image

    drawn = _set(svg, "png", dpi, file)
    # Word and pandoc take the size on paper from the resolution that the file names.
    buffer = io.BytesIO()
    Image.open(io.BytesIO(drawn)).convert("RGB").save(buffer, "PNG", dpi=(dpi, dpi), optimize=True)
    return buffer.getvalue()


def pdf_of(svg: bytes) -> bytes:
    """Set an SVG as a PDF of one page as large as the drawing."""
    return _set(svg, "pdf", None)


def _drawn(svg: bytes, dpi: float) -> NDArray[np.uint8]:
    """Give the pixels of an SVG: height, width, and red, green, blue and opacity."""
    import numpy as np
    from PIL import Image

    image = Image.open(io.BytesIO(_set(svg, "png", dpi)))
    return np.asarray(image if image.mode == "RGBA" else image.convert("RGBA"))


@cache
def _fonts() -> Any:
    """Give the letters of the figures, read once."""
    import typst

    from analysis.paper.figures.style import FONT_FOLDER

    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(FONT_FOLDER)]
    )


def _set(svg: bytes, form: Literal["png", "pdf"], dpi: float | None, file: str = _OWN) -> bytes:
    source = (
        "#set document(date: none)\n"
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        '#image(bytes(sys.inputs.at("svg")), format: "svg")\n'
    )
    try:
        text = svg.decode("utf-8")
    except UnicodeDecodeError:
        what, hint = "The picture is not UTF-8 text, as an SVG is.", "Save it again as SVG."
        raise DataProblems([Problem(file, None, None, None, what, hint, "error", "svg")]) from None
    return typeset(
        source.encode(),
        file,
        format=form,
        ppi=dpi,
        font_paths=_fonts(),
        ignore_system_fonts=False,  # `_fonts` has none of them
        timestamp=0,
        sys_inputs={"svg": text},
    )
