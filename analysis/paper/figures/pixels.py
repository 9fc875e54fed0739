"""Drawn figures as pixels: PNG with a palette for text programs, TIFF for journals."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from analysis.paper.figures.settings import as_shipped

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

ColourMode = Literal["rgb", "cmyk", "grey"]

_MODES: Final[dict[str, str]] = {"rgb": "RGB", "cmyk": "CMYK", "grey": "L"}
_PALETTE: Final = 256
# Edges of letters and lines fade through hundreds of colours. Of these, every seventeenth of 256
# is kept in each channel: sixteen steps from ink to paper, an edge of a third of a point wide.
_STEP: Final = 17
# A colour that stays for this many pixels is an area, and keeps its exact value.
_AREA: Final = 3.0
_LITTLE_ENDIAN: Final = "<u4"
_OPAQUE: Final = 0xFFFFFF
_COLOURS: Final = 1 << 24


def drawn_pixels(figure: Figure, dpi: float, **settings: Any) -> NDArray[np.uint8]:
    """Draw a figure.

    Parameters
    ----------
    figure
        Its size in inches is the size in print.
    dpi
        Pixels per inch.
    **settings
        Settings of matplotlib, see `analysis.paper.figures.settings.as_shipped`.

    Returns
    -------
    ndarray, shape (height, width, 4)
        Red, green, blue and opacity of each pixel.
    """
    buffer = io.BytesIO()
    with as_shipped(**settings):
        figure.savefig(buffer, format="rgba", dpi=dpi)
    # matplotlib cuts to whole pixels; a hair's breadth more makes good what division lost.
    width = int(figure.get_figwidth() * dpi + 1e-6)
    return np.frombuffer(buffer.getbuffer(), dtype=np.uint8).reshape(-1, width, 4)


def png_bytes(pixels: NDArray[np.uint8], dpi: int) -> bytes:
    """Write opaque pixels as a PNG of at most 256 colours.

    Areas keep their colours; at the edges of letters and lines a channel moves by a twentieth at
    most, which nobody sees. The file is a quarter of one in full colour.
    """
    from PIL import Image

    packed = pixels.view(_LITTLE_ENDIAN).ravel() & np.uint32(_OPAQUE)
    colours, palette, nearest = _palette(packed)
    table = np.empty(_COLOURS, np.uint8)
    table[colours] = nearest
    image = Image.fromarray(table[packed].reshape(pixels.shape[:2]))
    image.putpalette(palette.astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(dpi, dpi))
    return buffer.getvalue()


def tiff_bytes(pixels: NDArray[np.uint8], dpi: int, mode: ColourMode = "rgb") -> bytes:
    """Write opaque pixels as a TIFF, compressed without loss (LZW), without an alpha channel."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(pixels[..., :3])).convert(_MODES[mode])
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", compression="tiff_lzw", dpi=(dpi, dpi))
    return buffer.getvalue()


def _palette(
    packed: NDArray[np.uint32],
) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.intp]]:
    """Give the colours of a picture, those to keep, and for each of the former the nearest kept."""
    starts = np.concatenate([[0], np.flatnonzero(packed[1:] != packed[:-1]) + 1])
    lengths = np.diff(starts, append=packed.size)
    colours, inverse, runs = np.unique(packed[starts], return_inverse=True, return_counts=True)
    covered = np.bincount(inverse, weights=lengths)
    channels = np.stack([colours & 255, colours >> 8 & 255, colours >> 16], axis=1).astype(np.int64)
    stepped = (channels + _STEP // 2) // _STEP * _STEP
    kept = np.where((covered >= _AREA * runs)[:, None], channels, stepped)
    order = np.argsort(-covered, kind="stable")
    wanted, first = np.unique(kept[order], axis=0, return_index=True)
    palette = wanted[np.argsort(first)][:_PALETTE]
    distances = ((channels[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
    return colours, palette, distances.argmin(axis=1)
