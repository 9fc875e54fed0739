"""What items.json says of the authors' own figures and tables, and their drawings as pixels."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from analysis.manuscript.pictures import Picture
    from analysis.manuscript.source_line import Manuscript

FOLDER: Final = "pictures"
_PLACE: Final = PurePosixPath("_generated") / FOLDER


def own_items(
    manuscript: Manuscript,
    pictures: Sequence[Picture],
    kinds: Sequence[str],
    generated: Collection[str],
) -> dict[str, Any]:
    """Describe the figures and tables that the build does not make, as items.json does.

    Parameters
    ----------
    manuscript, pictures, kinds
        As `read_manuscript`, `own_pictures` and `float_kinds` give them.
    generated
        Ids of those that it makes.

    Returns
    -------
    dict
        By id, in the order of the text.
    """
    from analysis.manuscript.numbered import EQUATION, numbered_items

    found: dict[str, Any] = {}
    for item in numbered_items(manuscript, kinds):
        if item.id in generated or item.part_of or item.kind == EQUATION:
            continue
        if item.kind.endswith("tbl"):
            found[item.id] = {"kind": "table", "own": True}
            continue
        images = [
            {"name": picture.file, "alt": picture.alt, "file": unquote(picture.file)}
            for picture in pictures
            if picture.item == item.id
        ]
        found[item.id] = {"kind": "figure", "own": True, "images": images}
    return found


def draw_pixels(root: Path, pictures: Sequence[Picture], folder: Path) -> dict[str, str]:
    """Draw every SVG of the authors as PNG, which Word and JATS take.

    Parameters
    ----------
    root
        The project's folder.
    pictures
        As `own_pictures` gives them; all of their files exist.
    folder
        Where the files are written, inside what will become ``manuscript/_generated/``.

    Returns
    -------
    dict
        From the name that the text uses to the one that takes its place, both relative to
        ``manuscript/``.
    """
    from functools import partial

    from analysis.paper.figures.svg_setting import pixels_of
    from analysis.storage.cache import Cache

    cache = Cache.of(root)
    drawn: dict[str, str] = {}
    for picture in pictures:
        path = PurePosixPath(unquote(picture.file))
        if picture.file in drawn or path.suffix.lower() != ".svg":
            continue
        content = (root / "manuscript" / path).read_bytes()
        # Two folders may each have a file of this name.
        name = f"{path.stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}.png"
        folder.mkdir(exist_ok=True)
        made = cache.take(
            "pixels of own pictures",
            (content,),
            partial(pixels_of, content, file=f"manuscript/{path}"),
        )
        (folder / name).write_bytes(made)
        drawn[picture.file] = str(_PLACE / name)
    return drawn
