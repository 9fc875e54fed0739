"""The program's files in a review's folder: what is written there, and a later edition of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.storage.program_files import (
    RECORD,
    module_files,
    program_folder,
    shipped_files,
)
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_EARLIER = Path(__file__).parent / "earlier_files.txt"
# What Quarto itself reads, and git; the embedded engine takes the program's where these are not.
_ALWAYS = (
    "_quarto.yml",
    ".gitignore",
    ".gitattributes",
    "manuscript/filters/",
    "manuscript/styles/",
    "manuscript/templates/page.html",
    "manuscript/templates/page.typ",
    "manuscript/templates/typst-show.typ",
)
# Without a copy of the program its hooks are commands.
_HOOKS = {
    b"analysis/render/pre_render.py": b"review prepare-quarto",
    b"analysis/render/post_render.py": b"review publish-quarto",
}
Edits = Literal["refuse", "keep", "replace"]


def files_for(*, whole: bool) -> dict[str, bytes]:
    """Give the program's files that a review's folder holds, by name.

    Parameters
    ----------
    whole
        With a copy of the program, its pages and its Makefile, for a folder that runs by itself.
    """
    found = {name: path.read_bytes() for name, path in shipped_files().items()}
    if whole:
        return found | {name: path.read_bytes() for name, path in module_files().items()}
    kept = {name: content for name, content in found.items() if name.startswith(_ALWAYS)}
    for script, command in _HOOKS.items():
        kept["_quarto.yml"] = kept["_quarto.yml"].replace(script, command)
    return kept


def record_of(contents: Mapping[str, bytes]) -> bytes:
    """Write the record of the program's files in a folder."""
    return "".join(f"{_sum(c)}  {name}\n" for name, c in sorted(contents.items())).encode()


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a folder has of the program, against the program that runs.

    Attributes
    ----------
    new, outdated, gone
        Names of files to be written, replaced and deleted.
    edited
        Names of files that the program never wrote so: a team's own edits.
    contents
        From name to what the file becomes, None for one to be deleted; the edited ones included.
    """

    new: tuple[str, ...]
    outdated: tuple[str, ...]
    gone: tuple[str, ...]
    edited: tuple[str, ...]
    contents: Mapping[str, bytes | None]


def upgrade_of(root: Path) -> Upgrade:
    """Compare the program's files in a review with those of the program that runs.

    Parameters
    ----------
    root
        The review's folder.

    Raises
    ------
    DataProblems
        If the folder is the program's own.
    """
    if root.resolve() == program_folder().resolve():
        what = "This is the program's own folder: there is nothing to bring up to date."
        raise DataProblems([_problem(str(root), what, "Call it in another review's folder.")])
    wanted = files_for(whole=(root / "analysis").is_dir())
    written = _recorded(root)
    new, outdated, edited = [], [], []
    for name, content in wanted.items():
        path = root / name
        here = _sum(path.read_bytes()) if path.is_file() else None
        if here is None:
            new.append(name)
        elif here != _sum(content):
            (outdated if here in written.get(name, ()) else edited).append(name)
    gone = [name for name in _of_folder(root) if name not in wanted and (root / name).is_file()]
    for name in [*gone]:
        if _sum((root / name).read_bytes()) not in written[name]:
            gone.remove(name)
    changed = {name: wanted[name] for name in (*new, *outdated, *edited)}
    contents = {**changed, **dict.fromkeys(gone)}
    return Upgrade(tuple(new), tuple(outdated), tuple(gone), tuple(edited), contents)


def bring_up_to_date(root: Path, *, edits: Edits = "refuse", dry_run: bool = False) -> Upgrade:
    """Replace the program's files in a review by those of the program that runs, all or none.

    Parameters
    ----------
    root
        The review's folder.
    edits
        What is done with files that the team has changed.
    dry_run
        Say what would be done, and do nothing.

    Raises
    ------
    DataProblems
        If the folder is the program's own, a file was edited, or another command writes.
    """
    from analysis.storage.changeset import replace_files, writing

    with writing(root):
        found = upgrade_of(root)
        if found.edited and edits == "refuse" and not dry_run:
            raise DataProblems([_edited(name) for name in found.edited])
        kept = found.edited if edits == "keep" else ()
        contents = {name: c for name, c in found.contents.items() if name not in kept}
        wanted = files_for(whole=(root / "analysis").is_dir())
        record = record_of({name: c for name, c in wanted.items() if name not in kept})
        if not dry_run:
            replace_files(root, {**contents, RECORD: record})
    return found


def outdated_notes(root: Path) -> Iterator[Problem]:
    """Name the filters and styles of a review that are those of an older program."""
    if root.resolve() == program_folder().resolve():
        return
    written = _recorded(root)
    for name, content in files_for(whole=False).items():
        path = root / name
        if not path.is_file() or not name.startswith("manuscript/"):
            continue
        here = _sum(path.read_bytes())
        if here != _sum(content) and here in written.get(name, ()):
            what = "This file is that of an older program."
            hint = "`review upgrade --dry-run` says what is old, `review upgrade` replaces it."
            yield Problem(name, None, None, None, what, hint, "warning", "program-file")


def _recorded(root: Path) -> dict[str, set[str]]:
    """Give the sums of all files that a program wrote, by name."""
    found: dict[str, set[str]] = {}
    for path in (root / RECORD, _EARLIER):
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
            total, _, name = line.partition("  ")
            if name and not line.startswith("#"):
                found.setdefault(name, set()).add(total)
    return found


def _of_folder(root: Path) -> list[str]:
    path = root / RECORD
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [line.partition("  ")[2] for line in lines]


def _sum(content: bytes) -> str:
    # git on Windows may have changed the ends of lines.
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _edited(name: str) -> Problem:
    what = "The program did not write this file as it stands here: somebody has edited it."
    hint = "--keep-edits leaves such files as they are, --replace-edits takes the program's."
    return _problem(name, what, f"{hint} Nothing was changed.")


def _problem(file: str, what: str, hint: str) -> Problem:
    return Problem(file, None, None, None, what, hint, "error", "upgrade")
