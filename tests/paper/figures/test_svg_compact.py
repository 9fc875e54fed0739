"""Does the shorter SVG draw the same picture, in Typst and point by point?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
import typst
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from PIL import Image

from analysis.paper.figures.flow import flow_figure
from analysis.paper.figures.forest import Panel, forest_figure
from analysis.paper.figures.svg_compact import compact, relative_path
from tests.paper.figures.review_sample import review
from tests.paper.figures.synthesis_samples import estimate, pool

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

POINT = st.floats(-5000, 5000, allow_nan=False).map(lambda number: f"{number:.6f}")
SEGMENTS = st.one_of(
    st.tuples(st.just("L"), st.lists(POINT, min_size=2, max_size=2)),
    st.tuples(st.just("Q"), st.lists(POINT, min_size=4, max_size=4)),
    st.tuples(st.just("C"), st.lists(POINT, min_size=6, max_size=6)),
)
PATHS = st.lists(
    st.tuples(st.lists(POINT, min_size=2, max_size=2), st.lists(SEGMENTS, max_size=6)),
    min_size=1,
    max_size=4,
)


Drawn = tuple[str, tuple[tuple[float, float], ...]]


def recorded(data: str) -> list[list[Drawn]]:
    """Every piece from its move to its end."""
    pen = RecordingPen()
    parse_path(data, pen)
    pieces: list[list[Drawn]] = []
    for command, points in pen.value:
        if command == "moveTo":
            pieces.append([])
        pieces[-1].append((command, points))
    return pieces


@given(PATHS)
def test_a_path_in_steps_goes_through_the_same_points(
    pieces: list[tuple[list[str], list[tuple[str, list[str]]]]],
) -> None:
    words = []
    for start, segments in pieces:
        words += ["M", *start]
        for command, numbers in segments:
            words += [command, *numbers]
        words.append("z")
    data = " ".join(words)
    whole, short = recorded(data), recorded(relative_path(data))
    assert len(whole) == len(short) == len(pieces)
    for expected, found, (_, segments) in zip(whole, short, pieces, strict=True):
        drawn = 1 + len(segments)
        for (command, points), (other, others) in zip(expected[:drawn], found[:drawn], strict=True):
            assert command == other
            # Rounding to a hundredth, never summed up over the path.
            assert np.allclose(points, others, atol=0.0051)
        # fontTools draws the way home only where floating point says that it is not there yet.
        for command, points in (*expected[drawn:-1], *found[drawn:-1]):
            assert command == "lineTo"
            assert np.allclose(points, expected[0][1], atol=0.0051)
        assert expected[-1][0] == found[-1][0] == "closePath"


def test_a_command_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="'A'"):
        relative_path("M 0 0 A 1 1 0 0 0 2 2")


def as_written(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg")
    return buffer.getvalue()


def seen(svg: bytes, folder: Path) -> np.ndarray:
    (folder / "x.svg").write_bytes(svg)
    page = '#set page(width: auto, height: auto, margin: 0pt)\n#image("x.svg")'
    (folder / "x.typ").write_text(page)
    picture = typst.compile(folder / "x.typ", format="png", ppi=144)
    assert isinstance(picture, bytes)
    return np.asarray(Image.open(io.BytesIO(picture)).convert("L")).astype(int)


@pytest.mark.parametrize("kind", ["flow", "forest"])
def test_the_picture_is_the_same_in_half_the_bytes(tmp_path: Path, kind: str) -> None:
    panel = Panel("Response", pool([estimate("A", 3, 9), estimate("B", 4, 9)]))
    figure = flow_figure(review()) if kind == "flow" else forest_figure([panel])
    long = as_written(figure)
    short = compact(long, "fig")
    assert len(short) < 0.7 * len(long)
    before, after = seen(long, tmp_path), seen(short, tmp_path)
    assert before.shape == after.shape
    assert before.min() < 100
    assert np.abs(before - after).mean() < 0.1
    # A letter in another place would differ from ink to paper in many pixels.
    assert (np.abs(before - after) > 90).sum() < 5


def test_dots_become_circles_and_other_shapes_do_not(tmp_path: Path) -> None:
    from matplotlib.figure import Figure
    from matplotlib.patches import Circle, Ellipse

    figure = Figure((2, 2))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, 144), ylim=(0, 144))
    axes.add_patch(Circle((40, 100), 20, color="#1a1a1a"))
    axes.add_patch(Ellipse((100, 40), 40, 30, color="#1a1a1a"))
    long = as_written(figure)
    short = compact(long, "dots")
    (circle,) = etree.fromstring(short).iter("{*}circle")
    assert [circle.get(key) for key in ("cx", "cy", "r")] == ["40", "44", "20"]
    assert np.abs(seen(long, tmp_path) - seen(short, tmp_path)).max() < 60
