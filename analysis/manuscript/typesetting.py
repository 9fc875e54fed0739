"""Typst, with one message for what it cannot set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from pathlib import Path


def typeset(source: bytes | Path, file: str, **options: Any) -> bytes:
    """Set a text with Typst, with its own typefaces only and without a clock.

    Parameters
    ----------
    source
        The text, or the file that holds it.
    file
        Which file is made, for the message.
    **options
        As `typst.compile` takes them.

    Returns
    -------
    bytes
        What was made; empty where an option names a file to write.

    Raises
    ------
    DataProblems
        If Typst cannot set it, with its own reason.
    """
    import typst

    given = source if isinstance(source, bytes) else str(source)
    try:
        made = typst.compile(given, **{"ignore_system_fonts": True, **options})
    except (RuntimeError, OSError) as error:
        what = f"Typst cannot set it: {' '.join(str(error).split())}"
        raise DataProblems([Problem(file, None, None, None, what, "", "error", "typst")]) from None
    # A page as long as its text is always one picture; a file that was named gives nothing back.
    return made if isinstance(made, bytes) else b""
