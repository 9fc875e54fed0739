"""Data and programs in one zip file, from which everybody can make the paper's numbers again."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from analysis.storage.program_files import module_files, program_folder, shipped_files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from analysis.journal.context import Submission

_NAME: Final = "data-and-programs.zip"
_README: Final = "README.txt"
_SUMS: Final = "SHA256SUMS.txt"
_RESULTS: Final = "results.json"
_DECLARATIONS: Final = "declarations."
_CHECK: Final = "independent-check"
# The earliest date a zip can hold: the archive carries no clock.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)
# What belongs to the review, and what to the program that computes it.
_REVIEW_FOLDERS: Final = ("data", "published", "manuscript")
# The program's own README describes another review than one that is kept in a folder of its own.
_REVIEW_FILES: Final = ("_quarto.yml", "README.md")
_PROGRAM_FOLDERS: Final = ("analysis/", "schemas/", "manuscript/")
_PROGRAM_FILES: Final = ("requirements.lock", "pyproject.toml", "Makefile", "README.md")
_LICENCES: Final = ("LICENSE", "LICENSE-*.md", "CITATION.cff")
# Made anew by every build, or by Python.
_MADE: Final = frozenset({"_generated", "__pycache__"})
# They name the authors and nothing else.
_NAMING: Final = frozenset({"manuscript/authors.yml", "CITATION.cff"})


def write_archive(submission: Submission, folder: Path) -> list[Path]:
    """Write the archive.

    It holds the tables and the protocol, the sources of the text, the program with the exact
    versions of every package, the computed results, and a check in R that needs none of the
    program. Reviewers get it without the authors' names.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package.

    Returns
    -------
    list of Path
        The zip file, the same bytes every time.
    """
    contents = archive_contents(submission)
    if submission.blinded:
        contents = _without_names(contents, submission)
    contents[_README] = _readme(submission, contents).encode()
    contents[_SUMS] = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(contents.items())
    ).encode()
    target = submission.place(folder, _NAME)
    target.write_bytes(_zipped(contents))
    return [target]


def archive_contents(submission: Submission) -> dict[str, bytes]:
    """Give the files of the archive by their names inside it, the authors' names included."""
    from analysis.export.r_script import r_files
    from analysis.storage.fingerprint import GENERATED

    root, program = submission.root, program_folder()
    # A review that has no filters or styles of its own is rendered with the program's.
    found = {
        name: path.read_bytes()
        for name, path in (shipped_files() | module_files()).items()
        if name.startswith(_PROGRAM_FOLDERS)
    }
    for folder in _REVIEW_FOLDERS:
        for path in _files(root / folder):
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    for base, patterns in ((program, _PROGRAM_FILES), (root, _REVIEW_FILES), (root, _LICENCES)):
        for pattern in patterns:
            for path in sorted(base.glob(pattern)):
                found[path.name] = path.read_bytes()
    found[_RESULTS] = (root / GENERATED / _RESULTS).read_bytes()
    checks = r_files(submission.synthesis, submission.data, submission.provenance)
    found |= {f"{_CHECK}/{name}": content for name, content in checks.items()}
    return found


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part.startswith(".") or part in _MADE for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def _without_names(contents: Mapping[str, bytes], submission: Submission) -> dict[str, bytes]:
    from analysis.journal.blinding import hide, traces

    words = traces(submission.authors)
    blinded: dict[str, bytes] = {}
    for name, content in contents.items():
        if name in _NAMING:
            continue
        shown = _without_declarations(content) if name == _RESULTS else content
        try:
            text = shown.decode("utf-8")
        except UnicodeDecodeError:
            blinded[name] = content
        else:
            hidden = hide(text, words)
            blinded[name] = shown if hidden == text else hidden.encode("utf-8")
    return blinded


def _without_declarations(results: bytes) -> bytes:
    """Take what the authors declare out of the computed results: grants tell who they are."""
    content = json.loads(results)
    content["values"] = {
        name: value
        for name, value in content["values"].items()
        if not name.startswith(_DECLARATIONS)
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _readme(submission: Submission, contents: Mapping[str, bytes]) -> str:
    from analysis.journal.context import WATERMARK

    lines = ["Data and programs of a systematic review", ""]
    if submission.draft:
        lines += [f"{WATERMARK}.", ""]
    if submission.warning:
        told = f"{submission.warning} The column evidence of each table says which."
        lines += [*wrap(told, 90), ""]
    described = {
        "data/": "the tables, with their dictionary in README.md, and the protocol",
        "published/": "numbers printed in the published review",
        "manuscript/": "the sources of the text, citation data and templates",
        "analysis/": "the program",
        "schemas/": "what the tables have to look like, as a program",
        f"{_CHECK}/": "every pooled number again in R: Rscript independent_check.R",
        _RESULTS: "the computed results that the paper prints",
        "requirements.lock": "every package of the program with version and hash",
        _SUMS: "the SHA-256 of every file",
    }
    width = max(map(len, described))
    lines += [
        f"{name.ljust(width)}  {what}"
        for name, what in described.items()
        if name == _SUMS or any(entry.startswith(name) for entry in contents)
    ]
    lines += [
        "",
        "To compute everything again, with Python 3.11 or newer and a network once:",
        "",
        "  make paper",
        "",
        "or, without make:",
        "",
        "  python -m venv .venv",
        "  .venv/bin/python -m pip install --require-hashes -r requirements.lock",
        "  .venv/bin/python -m analysis render",
        "",
        "Text and data: " + _terms(contents, "LICENSE-"),
        "Programs: " + _terms(contents, "LICENSE"),
        "",
        f"Made from: {submission.provenance}",
    ]
    return "\n".join(lines) + "\n"


def _terms(contents: Mapping[str, bytes], start: str) -> str:
    names = [
        name
        for name in sorted(contents)
        if name.startswith(start) and (start.endswith("-") or "-" not in name)
    ]
    return f"see {', '.join(names)}." if names else "the licence is not stated."


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(contents):
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, contents[name])
    return buffer.getvalue()
