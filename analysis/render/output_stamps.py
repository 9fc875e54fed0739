"""What ``_output/`` holds: which formats, whether whole, and made from which state.

Imports nothing heavy: a command that finds nothing changed answers at once.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from analysis.render.formats import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

OUTPUT = "_output"
RESULTS = "results.json"
STAMP = ".stamp.json"
# The pictures of the JATS file.
FIGURE_FOLDER = "figures"
# Tables of which the paper shows a part.
WHOLE_TABLES = "whole-tables"
# The pages of earlier versions, which belong to the web page.
EARLIER_PAGES = "versions/*/paper.html"


def held(root: Path) -> tuple[str, ...]:
    """Give the formats whose files are in ``_output/``, current or not."""
    return tuple(name for name, form in FORMATS.items() if (root / OUTPUT / form.file).is_file())


def is_current(root: Path, formats: Iterable[str], state: str) -> bool:
    """Tell whether ``_output/`` holds these formats, whole and made from the same input."""
    output = root / OUTPUT
    stamps = read_stamps(output)
    return (output / RESULTS).is_file() and all(
        name in stamps and holds(output, stamps[name], state) for name in formats
    )


def hashes_of_format(folder: Path, name: str) -> dict[str, str]:
    """Hash the files of a format that lie in a folder, by their names."""
    files = [folder / FORMATS[name].file, *sorted((folder / WHOLE_TABLES).glob("*"))]
    if name == "jats":
        files += sorted((folder / FIGURE_FOLDER).glob("*"))
    if name == "html":
        files += sorted(folder.glob(EARLIER_PAGES))
    return {file.relative_to(folder).as_posix(): _hash(file) for file in files}


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def holds(output: Path, stamp: dict[str, Any], state: str) -> bool:
    """Tell whether a format is whole and was made from this state."""
    return stamp.get("state") == state and all(
        (output / name).is_file() and _hash(output / name) == expected
        for name, expected in stamp.get("files", {}).items()
    )


def read_stamps(output: Path) -> dict[str, Any]:
    """Read what each format in the folder was made from; nothing if that cannot be read."""
    try:
        stamps = json.loads((output / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}
