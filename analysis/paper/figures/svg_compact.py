"""An SVG of matplotlib in less than half as many bytes, drawn the same.

matplotlib writes every point with its full place and every group with an id that nothing refers
to. Here points are written as steps from the point before, in hundredths of a point (finer than
any printer), and ids stay only where something refers to them.
"""

from __future__ import annotations

import hashlib
import math
import re
from functools import lru_cache
from typing import Final

from analysis.paper.figures import style

_LINK: Final = "{http://www.w3.org/1999/xlink}href"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_ROUND = re.compile(r"-?\d+\.\d{3,}")
_SHIFT = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)$")
_SPACE_IN_STYLE = re.compile(r"(?<=[:;,])\s+")
_NUMBERS_AFTER: Final = {"M": 2, "L": 2, "Q": 4, "C": 6, "z": 0}
_HUNDREDTHS: Final = 100
# What every element of the drawing has unless it says otherwise.
_EVERYWHERE: Final[dict[str, str]] = {
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
    "font-family": ",".join(f"'{name}'" if " " in name else name for name in style.FAMILIES),
    "fill": style.INK.lower(),
}
_USUAL: Final = frozenset({("text-anchor", "start"), ("fill", style.INK.lower())})
_STILL: Final = re.compile(r"rotate\(-?0 [-\d. ]+\)")
# A circle of matplotlib: a move, eight curves and the end.
_CIRCLE: Final = re.compile(r"M \S+ \S+\s+(?:C(?: \S+){6}\s+){8}z\s*$")
# No corner of a circle lies further from its radius than rounding explains.
_ROUND_ENOUGH: Final = 0.02


def compact(svg: bytes, figure_id: str) -> bytes:
    """Write an SVG shorter, without comments and with names of its own.

    Parameters
    ----------
    svg
        As matplotlib writes it.
    figure_id
        What is in the SVG is named after it, so that several SVGs can stand in one page.
    """
    from lxml import etree

    # Comments repeat the text of the figure; what is data has no business outside the drawing.
    parser = etree.XMLParser(remove_comments=True, remove_blank_text=True, resolve_entities=False)
    root = etree.fromstring(svg, parser)
    _drop_empty(root)
    _settle_document(root)
    names = _Names(figure_id)
    for element in list(root.iter("{*}*")):
        _shorten(element, names)
    for element in root.iter("{*}*"):
        own = element.attrib.pop("id", None)
        if own in names.used:
            element.set("id", names.used[own])
    for group in list(root.iter("{*}g")):
        if not group.attrib:
            _dissolve(group)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _drop_empty(root) -> None:
    """Take out paths without a line, which spaces are, and what repeats them."""
    empty = [path for path in root.iter("{*}path") if path.get("d") is None]
    targets = {f"#{path.get('id')}" for path in empty}
    repeats = [use for use in root.iter("{*}use") if use.get(_LINK) in targets]
    for element in (*empty, *repeats):
        element.getparent().remove(element)


def _settle_document(root) -> None:
    """Let the drawing stand inside a page: no rule, no metadata, one typeface for all of its text.

    A style sheet in an SVG would hold for the whole page around it.
    """
    for element in list(root.iter("{*}style", "{*}metadata")):
        parent = element.getparent()
        parent.remove(element)
        if len(parent) == 0 and parent is not root:
            parent.getparent().remove(parent)
    for key, value in _EVERYWHERE.items():
        root.set(key, value)
    for text in root.iter("{*}text"):
        for part in text.attrib.pop("style", "").split(";"):
            key, _, value = (piece.strip() for piece in part.partition(":"))
            if key and (key, value) not in _USUAL and key != "font-family":
                text.set(key, value.removesuffix("px") if key == "font-size" else value)
        text.set("transform", _STILL.sub("", text.get("transform", "")))
        if not text.get("transform"):
            del text.attrib["transform"]


class _Names:
    """Short names for what is referred to; they begin with a letter and the figure's own sign."""

    def __init__(self, figure_id: str) -> None:
        self.used: dict[str, str] = {}
        self._sign = "f" + hashlib.sha256(figure_id.encode()).hexdigest()[:6]

    def of(self, name: str) -> str:
        return self.used.setdefault(name, f"{self._sign}-{len(self.used):x}")


def _shorten(element, names: _Names) -> None:
    attributes = element.attrib
    data = attributes.get("d")
    if data is not None and not _made_circle(element, data):
        attributes["d"] = relative_path(data)
    for key in ("transform", "x", "y"):
        if key in attributes:
            attributes[key] = _ROUND.sub(_rounded, attributes[key])
    if "style" in attributes:
        attributes["style"] = _SPACE_IN_STYLE.sub("", attributes["style"])
    if _LINK in attributes:
        attributes[_LINK] = "#" + names.of(attributes[_LINK][1:])
        shift = _SHIFT.match(attributes.get("transform", ""))
        if shift:
            del attributes["transform"]
            for key, number in zip("xy", shift.groups(), strict=True):
                if float(number) != 0:
                    attributes[key] = number
    for key, value in attributes.items():
        if "url(#" in value:
            attributes[key] = _REFERENCE.sub(lambda found: f"url(#{names.of(found[1])})", value)


def _made_circle(path, data: str) -> bool:
    """Make a path a circle if it is one."""
    if _CIRCLE.match(data) is None:
        return False
    words = data.split()
    # The ends of the eight curves, which lie on the circle.
    xs = [float(word) for word in words[8:-1:7]]
    ys = [float(word) for word in words[9:-1:7]]
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    radius = (max(xs) - min(xs)) / 2
    distances = (math.hypot(a - x, b - y) for a, b in zip(xs, ys, strict=True))
    if radius <= 0 or any(abs(one - radius) > _ROUND_ENOUGH for one in distances):
        return False
    path.tag = path.tag.replace("path", "circle")
    del path.attrib["d"]
    for key, number in (("cx", x), ("cy", y), ("r", radius)):
        path.set(key, _written(round(number * _HUNDREDTHS)))
    return True


def _dissolve(group) -> None:
    parent = group.getparent()
    if parent is None:
        return
    place = parent.index(group)
    parent[place : place + 1] = list(group)


def _rounded(number: re.Match[str]) -> str:
    # Scales may be as small as a hundredth themselves.
    digits = 2 if abs(float(number[0])) >= 1 else 6
    return f"{float(number[0]):.{digits}f}".rstrip("0").rstrip(".")


def relative_path(data: str) -> str:
    """Write path data as steps from point to point.

    Parameters
    ----------
    data
        Absolute moves, lines and curves (``M``, ``L``, ``Q``, ``C``, ``z``), words apart.

    Returns
    -------
    str
        The same path in relative commands, every point rounded to a hundredth before the steps
        are taken, so that roundings do not add up.

    Raises
    ------
    ValueError
        If the path holds another command.
    """
    words = data.split()
    written: list[str] = []
    x = y = start_x = start_y = 0
    before = ""
    place = 0
    while place < len(words):
        command = words[place]
        if command not in _NUMBERS_AFTER:
            raise ValueError(f"path data hold {command!r}, known are {', '.join(_NUMBERS_AFTER)}")
        count = _NUMBERS_AFTER[command]
        numbers = [_in_hundredths(word) for word in words[place + 1 : place + 1 + count]]
        place += 1 + count
        if command == "z":
            written.append("z")
            x, y, before = start_x, start_y, "z"
            continue
        steps = [number - (y if index % 2 else x) for index, number in enumerate(numbers)]
        x, y = numbers[-2:]
        letter = command.lower()
        if command == "M":
            start_x, start_y = x, y
        elif command == "L" and 0 in steps:
            letter, steps = ("h", steps[:1]) if steps[1] == 0 else ("v", steps[1:])
        if letter != before:
            written.append(letter)
        elif steps[0] >= 0:
            written.append(" ")
        written.append(_written(steps[0]))
        written += [_written(step) if step < 0 else " " + _written(step) for step in steps[1:]]
        # More numbers after a move would be lines.
        before = "" if letter == "m" else letter
    return "".join(written)


@lru_cache(maxsize=1 << 16)
def _in_hundredths(word: str) -> int:
    return round(float(word) * _HUNDREDTHS)


@lru_cache(maxsize=1 << 16)
def _written(hundredths: int) -> str:
    sign = "-" if hundredths < 0 else ""
    whole, rest = divmod(abs(hundredths), _HUNDREDTHS)
    if not rest:
        return f"{sign}{whole}"
    return f"{sign}{whole or ''}.{rest:02d}".rstrip("0")
