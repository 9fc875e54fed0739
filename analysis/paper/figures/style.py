"""Sizes, fonts and colours that all figures share.

Lengths are inches at print size and type sizes are points, so that what a journal asks for ("at
least 7 point, at most 7 inches wide") can be read off here.

The fonts are files in ``fonts/``, named by path: a figure must not look different on a machine that
has other fonts installed. Arimo (SIL Open Font License 1.1) has the widths of Arial, so that a
program which replaces it by Arial or Liberation Sans moves nothing.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

Face = Literal["regular", "bold", "italic"]

PAGE_WIDTH: Final = 7.0
PAGE_HEIGHT: Final = 9.2
# A page that is set tightly, to save another one; a caption still fits below it on A4.
TIGHT_HEIGHT: Final = 9.85
MARGIN: Final = 0.05

BODY_SIZE: Final = 7.5
SMALL_SIZE: Final = 7.0
TITLE_SIZE: Final = 9.0
# Distance between baselines in lines of one paragraph, as a multiple of the type size.
LEADING: Final = 1.25

# Okabe M, Ito K. Color Universal Design, 2008: told apart by colour-blind readers. The shades are
# ordered so that studies (dark), subtotals (light) and totals (middle) differ in grey print too.
INK: Final = "#1A1A1A"
QUIET: Final = "#555555"
RULE: Final = "#8C8C8C"
BAND: Final = "#F3F5F7"
PAPER: Final = "#FFFFFF"
BLUE: Final = "#0072B2"
VERMILLION: Final = "#D55E00"
ORANGE: Final = "#E69F00"
SKY: Final = "#D6EAF5"
HEADING: Final = "#F9E3B4"

HAIRLINE: Final = 0.6
LINE: Final = 0.9

POINTS_PER_INCH: Final = 72.0

FAMILY: Final = "Arimo"
# What stands for it where it is not installed: all of the same widths.
FAMILIES: Final = (FAMILY, "Liberation Sans", "Arial", "Helvetica", "sans-serif")
FONT_FOLDER: Final = Path(__file__).parent / "fonts"
FONT_FILES: Final[dict[Face, Path]] = {
    "regular": FONT_FOLDER / "Arimo-Regular.ttf",
    "bold": FONT_FOLDER / "Arimo-Bold.ttf",
    "italic": FONT_FOLDER / "Arimo-Italic.ttf",
}


@lru_cache(maxsize=64)
def font(size: float = BODY_SIZE, face: Face = "regular") -> FontProperties:
    """Return the font of the figures at a size in points.

    Parameters
    ----------
    size
        In points.
    face
        An SVG names it, as its text is drawn by the program that shows it.
    """
    from matplotlib.font_manager import FontProperties

    return FontProperties(
        family=FAMILY,
        weight="bold" if face == "bold" else "normal",
        style="italic" if face == "italic" else "normal",
        fname=str(FONT_FILES[face]),
        size=size,
    )
