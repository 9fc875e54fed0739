"""The pictures that authors put into their text themselves, as pandoc reads them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from analysis.manuscript.pandoc import run_pandoc
from analysis.manuscript.sources import PAPER, manuscript_problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from analysis.manuscript.source_line import Manuscript, SourceLine
    from schemas.problems import Problem

#: Formats that all four outputs can show; SVG is drawn as pixels for Word and JATS.
ENDINGS = (".png", ".jpg", ".jpeg", ".svg", ".gif")
FOLDER = "manuscript"

_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_MARK = re.compile(r"!\[")
_NOT_EVERYWHERE = {
    ".webp": "Word shows no WebP",
    ".pdf": "web pages and Word show no PDF as a picture",
    ".eps": "web pages show no EPS",
    ".tif": "web pages show no TIFF",
    ".tiff": "web pages show no TIFF",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of the authors' own.

    Attributes
    ----------
    file
        As the text names it, relative to ``manuscript/``.
    alt
        What it shows, for readers who cannot see it: ``fig-alt``, else its caption, else that of
        the figure it stands in; shortcodes as they are written.
    item
        Id of the figure with a number that it belongs to, None for a picture without number.
    line
        Where it stands.
    """

    file: str
    alt: str
    item: str | None
    line: SourceLine | None


def own_pictures(manuscript: Manuscript, kinds: Sequence[str]) -> tuple[Picture, ...]:
    """Give the pictures of the text in its order.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.
    kinds
        Prefixes of figures and tables, as `float_kinds` gives them.
    """
    marked = [line for line in manuscript.body if _MARK.search(line.prose)]
    if not marked:
        return ()
    text = "\n".join(line.text for line in manuscript.body)
    tree = run_pandoc(["--from=markdown-raw_tex", "--to=json"], text.encode(), PAPER)
    named = re.compile(rf"^(?:{'|'.join(map(re.escape, kinds))})-")
    found = list(_pictures(json.loads(tree)["blocks"], None, named))
    return tuple(_placed(found, marked))


def picture_problems(root: Path, pictures: Sequence[Picture]) -> Iterator[Problem]:
    """Find pictures that some format cannot show.

    Parameters
    ----------
    root
        The project's folder.
    pictures
        As `own_pictures` gives them.
    """
    for picture in pictures:
        ending = PurePosixPath(picture.file).suffix.lower()
        if _ADDRESS.match(picture.file):
            what = "A picture from elsewhere would be fetched when the paper is made."
            hint = "Save it in manuscript/ and name the file."
        elif ending not in ENDINGS:
            why = _NOT_EVERYWHERE.get(ending, "not every format of the paper shows it")
            what = f"This picture cannot be used: {why}."
            hint = "Save it as SVG (drawings) or PNG or JPEG (photographs)."
        elif not (root / FOLDER / unquote(picture.file)).is_file():
            what = f"The picture {picture.file} does not exist."
            hint = "Its name is relative to the folder manuscript/."
        else:
            continue
        yield manuscript_problem(picture.line, picture.file, what, hint, "picture")


def _pictures(
    node: Any, item: str | None, named: re.Pattern[str], caption: str = ""
) -> Iterator[tuple[str, str, str | None]]:
    if isinstance(node, list):
        for child in node:
            yield from _pictures(child, item, named, caption)
        return
    if not isinstance(node, dict):
        return
    kind, content = node.get("t"), node.get("c", [])
    if kind in ("Div", "Figure"):
        identifier = content[0][0]
        if kind == "Div" and named.match(identifier):
            caption = _last_words(content[1]) or caption
        # The parts of a figure belong to the figure.
        item = item or (identifier if named.match(identifier) else None)
    if kind == "Image":
        attributes = dict(content[0][2])
        alt = attributes.get("fig-alt") or attributes.get("alt") or words(content[1]) or caption
        own = content[0][0]
        yield content[2][0], alt.strip(), item or (own if named.match(own) else None)
        return
    yield from _pictures(content, item, named, caption)


def _last_words(blocks: list[Any]) -> str:
    """Give the caption that a div ends with: a paragraph without a picture."""
    last = blocks[-1] if blocks else {}
    if last.get("t") != "Para" or any(inline["t"] == "Image" for inline in last["c"]):
        return ""
    return words(last["c"])


def words(node: Any) -> str:
    """Give the words of a piece of pandoc's document, without their markup."""
    if isinstance(node, list):
        return "".join(map(words, node))
    if not isinstance(node, dict):
        return ""
    kind, content = node.get("t"), node.get("c", "")
    if kind in ("Str", "Code", "Math"):
        return content if isinstance(content, str) else content[-1]
    if kind in ("Space", "SoftBreak", "LineBreak"):
        return " "
    return words(content)


def _placed(
    found: Sequence[tuple[str, str, str | None]], marked: Sequence[SourceLine]
) -> Iterator[Picture]:
    """Find the line of each picture: the next one that names its file."""
    start = 0
    for file, alt, item in found:
        names = (file, unquote(file))
        place = next(
            (n for n in range(start, len(marked)) if any(x in marked[n].text for x in names)), None
        )
        if place is not None:
            start = place
        yield Picture(file, alt, item, marked[place] if place is not None else None)
