"""The last step of both engines: finishes the files and puts them into ``_output/`` together."""

from __future__ import annotations

import json
import shutil
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from analysis.build.building import PROVENANCE, adopt_build
from analysis.manuscript.shortcodes import expand_metadata
from analysis.manuscript.sources import read_manuscript
from analysis.render.finish_docx import finish_docx
from analysis.render.finish_html import SCRIPTS, finish_html
from analysis.render.finish_jats import finish_jats
from analysis.render.formats import EXPORT_FOLDER, FORMATS
from analysis.render.jats_front import facts_of
from analysis.render.output_stamps import (
    FIGURE_FOLDER,
    OUTPUT,
    RESULTS,
    STAMP,
    WHOLE_TABLES,
    hashes_of_format,
    holds,
    read_stamps,
)
from analysis.render.provenance_marks import mark
from analysis.render.version_menu import write_earlier_pages
from analysis.storage.atomic import staging
from analysis.storage.fingerprint import GENERATED, input_fingerprint
from analysis.storage.folders import replace_folder
from analysis.storage.program_files import shared_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.render.jats_front import PaperFacts

SUBMISSIONS = "submission"
REDLINES = "redline-*.docx"
ITEMS = "items.json"


def publish(root: Path, rendered: Path, formats: Sequence[str], state: str) -> tuple[str, ...]:
    """Finish rendered files and replace ``_output/`` with them.

    Parameters
    ----------
    root
        The project's folder.
    rendered
        Folder with ``paper.html`` and so on as the engine wrote them; it is emptied.
    formats
        The formats in it.
    state
        Fingerprint of what they were made from.

    Returns
    -------
    tuple of str
        Files of other formats that were removed, because they were made from other data.
    """
    items = json.loads((root / GENERATED / ITEMS).read_text(encoding="utf-8"))
    origin = (root / GENERATED / PROVENANCE).read_text(encoding="ascii").strip()
    with staging(root) as folder:
        new = folder / "output"
        new.mkdir()
        _keep_exports(root / EXPORT_FOLDER, new / EXPORT_FOLDER.name, origin)
        _keep_submissions(root / OUTPUT / SUBMISSIONS, new / SUBMISSIONS)
        _keep_redlines(root / OUTPUT, new)
        if (root / GENERATED / WHOLE_TABLES).is_dir():
            # Every format names them.
            shutil.copytree(root / GENERATED / WHOLE_TABLES, new / WHOLE_TABLES)
        stamps, outdated = _keep_current(root / OUTPUT, new, formats, state)
        for name in formats:
            file = new / FORMATS[name].file
            shutil.move(rendered / file.name, file)
            if name == "docx":
                finish_docx(file, items)
            elif name == "html":
                results = finish_page(root, file)
                write_earlier_pages(root, new, results["synthesis"].get("history"))
            elif name == "jats":
                pictures = finish_jats(
                    file, alternative_texts(items), paper_facts(root), whole_tables(items)
                )
                _take_pictures(root, new, pictures)
            if name != "html":
                mark(file, name, origin)
            stamps[name] = {"state": state, "files": hashes_of_format(new, name)}
        shutil.copyfile(root / GENERATED / RESULTS, new / RESULTS)
        (new / STAMP).write_text(json.dumps(stamps, indent=1) + "\n", encoding="utf-8")
        replace_folder(new, root / OUTPUT, root)
    return outdated


def finish_page(root: Path, file: Path) -> dict[str, Any]:
    """Finish the web page that an engine wrote, and give the content of results.json.

    Parameters
    ----------
    root
        The project's folder, already built.
    file
        The page; it is replaced.
    """
    items = json.loads((root / GENERATED / ITEMS).read_text(encoding="utf-8"))
    results = json.loads((root / GENERATED / RESULTS).read_text(encoding="utf-8"))
    origin = (root / GENERATED / PROVENANCE).read_text(encoding="ascii").strip()
    scripts = [shared_file(root, name).read_text(encoding="utf-8") for name in SCRIPTS]
    finish_html(file, items, results, scripts, paper_facts(root))
    mark(file, "html", origin)
    return results


def adopt(root: Path, other: Path) -> bool:
    """Take over the whole paper that was rendered in a copy of the review.

    Parameters
    ----------
    root
        The project's folder.
    other
        The copy.

    Returns
    -------
    bool
        False, and nothing is taken over, if the copy does not hold the same review as `root`: then
        somebody has edited it meanwhile.
    """
    state = input_fingerprint(root)
    if input_fingerprint(other) != state:
        return False
    adopt_build(root, other, state)
    origin = (root / GENERATED / PROVENANCE).read_text(encoding="ascii").strip()
    with staging(root) as folder:
        new = folder / "output"
        shutil.copytree(other / OUTPUT, new)
        _keep_exports(root / EXPORT_FOLDER, new / EXPORT_FOLDER.name, origin)
        _keep_submissions(root / OUTPUT / SUBMISSIONS, new / SUBMISSIONS)
        _keep_redlines(root / OUTPUT, new)
        stamps = {
            name: stamp | {"state": f"{stamp['state'].split()[0]} {state}"}  # the engine stays
            for name, stamp in read_stamps(new).items()
        }
        (new / STAMP).write_text(json.dumps(stamps, indent=1) + "\n", encoding="utf-8")
        replace_folder(new, root / OUTPUT, root)
    return True


def paper_facts(root: Path) -> PaperFacts:
    """Gather what the JATS file says about the paper besides its text."""
    from analysis.build.build_stamp import read_variables
    from schemas.authors import read_authors

    front_matter = read_manuscript(root).front_matter
    variables = read_variables(root)
    results = json.loads((root / GENERATED / RESULTS).read_text(encoding="utf-8"))
    history = results["synthesis"].get("history") or {}
    return facts_of(
        root,
        expand_metadata(front_matter, variables, front_matter),
        read_authors(root),
        history.get("versions", ()),
    )


def alternative_texts(items: Mapping[str, Any]) -> dict[str, str]:
    """Give the alternative text of every generated picture by its name."""
    return {
        image["name"]: image["alt"] for item in items.values() for image in item.get("images", [])
    }


def whole_tables(items: Mapping[str, Any], folder: str = WHOLE_TABLES) -> list[str]:
    """Give the files with all rows of what the paper shows in part, in the order of the protocol.

    Parameters
    ----------
    items
        The content of ``items.json``.
    folder
        Where they lie, as seen from what names them.
    """
    names = (name for item in items.values() for name in item.get("whole", {}).get("files", ()))
    return [f"{folder}/{name}" for name in names]


def _keep_current(
    old: Path, new: Path, formats: Sequence[str], state: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Take over formats that were not asked for, if they are made from the same input."""
    stamps: dict[str, Any] = {}
    outdated = []
    for name, stamp in read_stamps(old).items():
        if name in formats or name not in FORMATS:
            continue
        if holds(old, stamp, state):
            for file in stamp["files"]:
                (new / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(old / file, new / file)
            stamps[name] = stamp
        else:
            outdated.append(FORMATS[name].file)
    return stamps, tuple(outdated)


def _keep_exports(old: Path, new: Path, origin: str) -> None:
    """Take over exports that were made from what the paper is made from now."""
    for stamp in sorted(old.glob(f"*/{PROVENANCE}")):
        # Below the first line stands how many rows are reconstructed.
        lines = stamp.read_text(encoding="utf-8", errors="replace").splitlines()
        if lines and lines[0].strip() == origin:
            shutil.copytree(stamp.parent, new / stamp.parent.name)


def _keep_submissions(old: Path, new: Path) -> None:
    """Take over what was made for journals: its manifest says what it was made from."""
    if old.is_dir():
        shutil.copytree(old, new)


def _keep_redlines(old: Path, new: Path) -> None:
    """Take over Word files with tracked changes: each was asked for, and names its version."""
    for file in sorted(old.glob(REDLINES)):
        shutil.copy2(file, new / file.name)


def _take_pictures(root: Path, new: Path, pictures: Mapping[str, str]) -> None:
    folder = new / FIGURE_FOLDER
    folder.mkdir(exist_ok=True)
    for name, origin in pictures.items():
        shutil.copyfile(picture_file(root, origin), folder / name)


def picture_file(root: Path, origin: str) -> Path:
    """Give the file of a picture that a JATS file names, generated or the authors' own."""
    own = root / "manuscript" / unquote(origin)
    return own if own.is_file() else root / GENERATED / "figures" / PurePosixPath(origin).name
