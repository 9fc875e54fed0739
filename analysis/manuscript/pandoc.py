"""The pandoc that this program is made for: the one in the wheel, never another on the path."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.problems import DataProblems, Problem

_NAMES = ("pandoc", "pandoc.exe")


@cache
def pandoc_program() -> str:
    """Give the path of the pandoc that the wheel pypandoc_binary brings.

    pypandoc itself looks through the path and remembers what it finds while it is looking: of two
    threads, one may be handed an older pandoc that happens to be installed.

    Raises
    ------
    DataProblems
        If the wheel has none: then it was installed without its binary.
    """
    import pypandoc

    folder = Path(pypandoc.__file__).parent / "files"
    for name in _NAMES:
        if (folder / name).is_file():
            return str(folder / name)
    what = "The package pypandoc_binary has no pandoc in it."
    hint = "Run `make setup` again; the package pypandoc alone is not enough."
    raise DataProblems(
        [Problem("requirements.lock", None, None, None, what, hint, "error", "pandoc")]
    )
