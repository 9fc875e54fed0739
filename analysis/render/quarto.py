"""Renders with the genuine Quarto, and what its hooks before and after a render do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from analysis.manuscript.sources import manuscript_problem
from analysis.render.formats import FORMATS
from analysis.render.output_stamps import OUTPUT
from analysis.render.publish import publish
from analysis.render.quarto_program import OLDEST, quarto_is_usable, quarto_version
from analysis.storage.atomic import staging
from analysis.storage.fingerprint import input_fingerprint
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

# Where Quarto leaves the paper: the output folder repeats the folder of the source.
_RENDERED = "manuscript"
_LEADING = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<title>The paper</title>\n<meta http-equiv="refresh" content="0; url={0}">\n</head>\n'
    '<body><p><a href="{0}">The paper</a></p></body>\n</html>\n'
)


def render_with_quarto(
    root: Path,
    formats: Sequence[str],
    state: str,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[str, ...]:
    """Run ``quarto render``; its hooks build before and publish after.

    Parameters
    ----------
    root
        The project's folder.
    formats
        Names out of :data:`analysis.render.formats.FORMATS`.
    state
        Fingerprint for the stamp of the output.
    progress
        Called with a line of text before each run.

    Raises
    ------
    DataProblems
        If Quarto is missing, too old, or fails.
    """
    if not quarto_is_usable():
        version = quarto_version()
        found = ".".join(map(str, version)) if version else "none"
        what = f"Quarto {'.'.join(map(str, OLDEST))} or newer is needed; found: {found}."
        hint = "Install Quarto, or render with `review render --engine embedded`."
        raise DataProblems([manuscript_problem(None, None, what, hint, "quarto")])
    everything = set(formats) == set(FORMATS)
    runs = [[]] if everything else [["--to", FORMATS[name].quarto_name] for name in formats]
    for arguments in runs:
        progress(" ".join(["quarto render", *arguments]))
        done = subprocess.run(
            ["quarto", "render", *arguments],  # noqa: S607 - the Quarto on the user's path
            cwd=root,
            env=os.environ | _environment(),
            check=False,
        )
        if done.returncode:
            clear_leftovers(root)
            what = "Quarto could not render the paper; what it says stands above."
            raise DataProblems([manuscript_problem(None, None, what, "", "quarto")])
    return ()


def _environment() -> dict[str, str]:
    """Let the hooks find this program, whether they are scripts or the command itself."""
    beside = os.path.dirname(sys.executable)  # noqa: PTH120 - text, as in PATH
    path = os.pathsep.join(filter(None, (beside, os.environ.get("PATH", ""))))
    return {"QUARTO_PYTHON": sys.executable, "PATH": path}


def clear_leftovers(root: Path) -> None:
    """Remove what an earlier run of Quarto left, or publishing would take it for new."""
    shutil.rmtree(root / OUTPUT / _RENDERED, ignore_errors=True)
    (root / OUTPUT / "index.html").unlink(missing_ok=True)  # it leads there
    # A run that fails in one format leaves the others beside the source.
    for ending in ("html", "typ", "tex", "docx", "xml", "pdf"):
        (root / "manuscript" / f"paper.{ending}").unlink(missing_ok=True)


def publish_quarto(root: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Put what Quarto has just rendered where the embedded engine puts it.

    A single format also stays where Quarto has put it: ``quarto preview``, which editors call to
    show the page, renders one format and stops with an error if its file is gone. A page leads
    there from where it looks first.

    Returns
    -------
    tuple
        Names of the formats that were found; files of others that were removed, because they were
        made from other data.
    """
    rendered = root / OUTPUT / _RENDERED
    formats = [name for name, form in FORMATS.items() if (rendered / form.file).is_file()]
    if not formats:
        return (), ()
    with staging(root) as folder:
        for name in formats:
            shutil.move(rendered / FORMATS[name].file, folder / FORMATS[name].file)
        # The previous output is replaced as a whole; Quarto's own folder goes with it.
        outdated = publish(root, folder, formats, f"quarto {input_fingerprint(root)}")
    if len(formats) == 1:
        rendered.mkdir()
        file = FORMATS[formats[0]].file
        shutil.copyfile(root / OUTPUT / file, rendered / file)
        # The address that `quarto preview` serves without a path.
        (root / OUTPUT / "index.html").write_text(
            _LEADING.format(f"{_RENDERED}/{file}"), encoding="utf-8", newline="\n"
        )
    return tuple(formats), outdated
