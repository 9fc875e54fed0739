"""The rooms of the program as a table and a picture: the contract and the rooms' own words.

``make architecture`` writes both into ``docs/``. Their order is that of the layers in
``pyproject.toml``; what a room says of itself stands in its ``__init__`` and nowhere else.
"""

from __future__ import annotations

import ast
import re
import sys
import textwrap
import tomllib
from dataclasses import dataclass
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = Path("docs/architecture.md")
PICTURE = Path("docs/architecture.svg")
BEGIN = "<!-- The rooms: written by `make architecture`; change the rooms' __init__.py instead. -->"
END = "<!-- The end of the rooms. -->"

_SAYS = re.compile(r"In: (?P<comes>.+?)\. Out: (?P<goes>.+?)\. May import: (?P<imports>.+?)\.$")
_CODE = re.compile(r"`+")

_ROW, _BOX, _SIDE, _GAP, _TOP, _LINE = 50, 150, 350, 26, 58, 15
_WIDTH = 2 * (_SIDE + _GAP) + _BOX
_LETTERS = 52


@dataclass(frozen=True, slots=True)
class Room:
    """A room, as its ``__init__`` describes it.

    Attributes
    ----------
    name
        As it is imported.
    about
        What it is, in one sentence without its full stop.
    comes, goes
        What comes in and what goes out.
    imports
        Which rooms it may import.
    """

    name: str
    about: str
    comes: str
    goes: str
    imports: str

    @property
    def folder(self) -> str:
        """Its folder in the repository."""
        return f"{self.name.replace('.', '/')}/"


def layers(root: Path = ROOT) -> list[str]:
    """Return the rooms of the contract in the way of the data: each imports only earlier ones."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [contract] = [each for each in contracts if each["type"] == "layers"]
    return contract["layers"][::-1]


def read_room(name: str, root: Path = ROOT) -> Room:
    """Read what a room says of itself.

    Raises
    ------
    ValueError
        If its docstring does not say what comes in, goes out and may be imported.
    """
    path = root / name.replace(".", "/") / "__init__.py"
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    said = [found for part in paragraphs if (found := _SAYS.search(part))]
    if not said:
        raise ValueError(f"{path}: write `In: ... Out: ... May import: ...` into its docstring")
    return Room(name, paragraphs[0].removesuffix("."), **said[0].groupdict())


def rooms(root: Path = ROOT) -> list[Room]:
    """Return all rooms in the way of the data."""
    return [read_room(name, root) for name in layers(root)]


def table(found: list[Room]) -> str:
    """Write the rooms as a Markdown table."""
    lines = ["| room | what it is | in | out | may import |", "|---|---|---|---|---|"]
    lines += [
        f"| `{room.folder}` | {_cell(room.about)} | {_cell(room.comes)} | {_cell(room.goes)} | "
        f"{_cell(room.imports)} |"
        for room in found
    ]
    return "\n".join(lines)


def picture(found: list[Room]) -> str:
    """Draw the rooms below one another: left what comes in, right what goes out."""
    height = _TOP + len(found) * _ROW + 34
    left, box, right = _SIDE, _SIDE + _GAP, _SIDE + 2 * _GAP + _BOX
    middle = box + _BOX // 2
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
            f'width="{_WIDTH}" height="{height}" font-family="Helvetica, Arial, sans-serif" '
            'font-size="12" role="img" aria-labelledby="title">'
        ),
        (
            '<title id="title">The rooms in the way of the data: '
            "each imports only from rooms above it.</title>"
        ),
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        '<g font-weight="bold" fill="#333333">',
        _text(left, 24, "what comes in", "end"),
        _text(middle, 24, "room", "middle"),
        _text(right, 24, "what goes out", "start"),
        "</g>",
        f'<path d="M{middle} 34V{height - 26}" stroke="#8aa4bd" stroke-width="2"/>',
        f'<path d="M{middle - 6} {height - 28}h12l-6 12z" fill="#8aa4bd"/>',
    ]
    for number, room in enumerate(found):
        y = _TOP + number * _ROW
        name = room.name.removeprefix("analysis.")
        parts += [
            (
                f'<rect x="{box}" y="{y - 17}" width="{_BOX}" height="34" rx="5" fill="#eaf1f7" '
                'stroke="#3b6a94"/>'
            ),
            f'<g font-weight="bold" fill="#16324a">{_text(middle, y + 4, name, "middle")}</g>',
            f'<path d="M{left + 5} {y}h{_GAP - 9}m-4 -3l4 3l-4 3" fill="none" stroke="#777777"/>',
            (
                f'<path d="M{box + _BOX + 3} {y}h{_GAP - 9}m-4 -3l4 3l-4 3" fill="none" '
                'stroke="#777777"/>'
            ),
            _wrapped(left, y, room.comes, "end"),
            _wrapped(right, y, room.goes, "start"),
        ]
    return "\n".join([*parts, "</svg>", ""])


def page(text: str, found: list[Room]) -> str:
    """Put the table of the rooms into the page."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{table(found)}\n\n{END}{rest.split(END)[1]}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("``", "`").replace("*", "\\*")


def _text(x: int, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _wrapped(x: int, y: int, text: str, anchor: str) -> str:
    lines = textwrap.wrap(_CODE.sub("", text), _LETTERS)
    first = y + 4 - (len(lines) - 1) * _LINE / 2
    return "".join(_text(x, first + _LINE * at, line, anchor) for at, line in enumerate(lines))


def main() -> None:
    """Write the page and the picture."""
    found = rooms()
    text = page((ROOT / PAGE).read_text(encoding="utf-8"), found)
    (ROOT / PAGE).write_text(text, encoding="utf-8", newline="\n")
    (ROOT / PICTURE).write_text(picture(found), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{PAGE} and {PICTURE}: {len(found)} rooms\n")


if __name__ == "__main__":
    main()
