"""The pandoc that this program is made for: the one in the wheel, never another on the path."""

from __future__ import annotations

import os
import subprocess
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


def run_pandoc(arguments: list[str], content: bytes, file: str) -> bytes:
    """Run pandoc on a text, and say which file it was when it fails.

    Parameters
    ----------
    arguments
        Its options.
    content
        What it reads.
    file
        Which file is made or read, for the message.

    Returns
    -------
    bytes
        What it prints; nothing where an option names a file to write.

    Raises
    ------
    DataProblems
        If pandoc ends with an error, with its own reason.
    """
    # LC_ALL: pandoc refuses UTF-8 under the C locale that bare containers have.
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    environment.setdefault("SOURCE_DATE_EPOCH", "0")
    done = subprocess.run(
        [pandoc_program(), *arguments],
        input=content,
        capture_output=True,
        env=environment,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace")
        raise DataProblems([pandoc_failure(file, done.returncode, said)])
    return done.stdout


def pandoc_failure(file: str, status: int, said: str) -> Problem:
    """Make the message for a run of pandoc that failed: the file, and why.

    Parameters
    ----------
    file
        Which file was made or read.
    status
        Its exit status; below 0 the signal that ended it.
    said
        What it wrote to standard error.
    """
    why = " ".join(said.split()) or "it said nothing"
    hint = "Look whether the disk is full and the file can be written."
    if status < 0:
        why = f"the system ended it with signal {-status}"
        hint = "Look whether there is memory left, then run the command again."
    what = f"Pandoc failed ({why})."
    return Problem(file, None, None, None, what, hint, "error", "pandoc")
