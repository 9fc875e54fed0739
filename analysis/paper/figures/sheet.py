"""A sheet to draw on: inches from the upper left corner, down is positive.

Figures here are set like a page, every position being computed from measured text, so they are
drawn without matplotlib's axes: what a position means never depends on a layout engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from analysis.paper.figures import style
from analysis.paper.figures.measure import text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from analysis.paper.figures.style import Face

Align = Literal["left", "center", "right"]
Point = tuple[float, float]

# Labels of artists that stand for data, so that a reader of the figure (a test, for instance) can
# tell a square from a rule. matplotlib does not print labels that begin with an underscore.
MARK = "_mark"


class Sheet:
    """A white sheet of a given size.

    Parameters
    ----------
    width, height : float
        Inches at print size.
    """

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.width = width
        self.height = height
        self.figure: Figure = Figure(
            figsize=(width, height), dpi=100, facecolor=style.PAPER, layout=None
        )
        FigureCanvasAgg(self.figure)

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = style.BODY_SIZE,
        face: Face = "regular",
        color: str = style.INK,
        align: Align = "left",
        rotation: float = 0.0,
    ) -> None:
        """Set one line of text with its baseline at ``y`` (rotated text is centred on the point).

        The text is never read as mathematics or markup: a dollar sign is a dollar sign.
        """
        if not text.strip():
            return
        if align == "left" and not rotation:
            # Programs that set the text of an SVG drop spaces at its head.
            bare = text.lstrip(" ")
            x += text_width(" " * (len(text) - len(bare)), size, face)
            text = bare
        self.figure.text(
            x,
            self.height - y,
            text,
            fontproperties=style.font(size, face),
            color=color,
            horizontalalignment=align,
            verticalalignment="center" if rotation else "baseline",
            rotation=rotation,
            transform=self.figure.dpi_scale_trans,
            parse_math=False,
            usetex=False,
        )

    def runs(
        self,
        x: float,
        y: float,
        runs: Sequence[tuple[str, Face]],
        *,
        size: float = style.BODY_SIZE,
        color: str = style.INK,
    ) -> None:
        """Set pieces of different faces one after the other on one line."""
        for text, face in runs:
            self.text(x, y, text, size=size, face=face, color=color)
            x += text_width(text, size, face)

    def line(
        self,
        start: Point,
        end: Point,
        *,
        color: str = style.INK,
        width: float = style.LINE,
        dashed: bool = False,
        label: str = "",
    ) -> None:
        """Draw a straight line; ``width`` is in points."""
        from matplotlib.lines import Line2D

        self._add(
            Line2D(
                (start[0], end[0]),
                (self.height - start[1], self.height - end[1]),
                color=color,
                linewidth=width,
                linestyle=(0, (4, 3)) if dashed else "-",
                solid_capstyle="butt",
                dash_capstyle="butt",
                marker="",
            ),
            label,
        )

    def curve(
        self,
        points: Sequence[Point],
        *,
        color: str = style.INK,
        width: float = style.LINE,
        label: str = "",
    ) -> None:
        """Draw a line through all the points; ``width`` is in points."""
        from matplotlib.lines import Line2D

        xs, ys = [x for x, _ in points], [self.height - y for _, y in points]
        self._add(
            Line2D(xs, ys, color=color, linewidth=width, solid_capstyle="butt", marker=""), label
        )

    def circle(
        self,
        centre: Point,
        radius: float,
        *,
        fill: str | None = None,
        edge: str | None = None,
        width: float = style.LINE,
        label: str = "",
    ) -> None:
        """Draw a circle; without ``fill`` what lies below shows through."""
        from matplotlib.patches import Circle

        self._add(
            Circle(
                (centre[0], self.height - centre[1]),
                radius,
                **_paint(fill, edge, width),
            ),
            label,
        )

    def polygon(
        self,
        points: Sequence[Point],
        *,
        fill: str | None = None,
        edge: str | None = None,
        width: float = style.LINE,
        label: str = "",
    ) -> None:
        """Draw a closed shape through the given corners."""
        from matplotlib.patches import Polygon

        self._add(
            Polygon(
                [(x, self.height - y) for x, y in points],
                closed=True,
                **_paint(fill, edge, width),
                joinstyle="miter",
            ),
            label,
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str | None = None,
        edge: str | None = None,
        line: float = style.LINE,
        label: str = "",
    ) -> None:
        """Draw a rectangle whose upper left corner is at (x, y)."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self.polygon(corners, fill=fill, edge=edge, width=line, label=label)

    def _add(self, artist: Artist, label: str) -> None:
        # Drawn in the order of the calls, whatever kind of artist it is.
        artist.set_zorder(2)
        artist.set_transform(self.figure.dpi_scale_trans)
        if label:
            artist.set_label(label)
        self.figure.add_artist(artist)


def _paint(fill: str | None, edge: str | None, width: float) -> dict[str, Any]:
    return {
        "facecolor": fill or "none",
        "edgecolor": edge or "none",
        "linewidth": width if edge else 0.0,
    }
