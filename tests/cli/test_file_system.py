"""Whatever the file system refuses: is it one message with file and reason, and all as before?

Every command meets every fault of a table. Faults that need another user or another disk (no
rights, no room, a disk that can only be read) are made by an audit hook, which Python asks before
it opens, makes, moves or deletes a file; the others are real.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from analysis.cli import main
from tests.conftest import copy_review
from tests.killing import tree

_EXPORT = "TY  - JOUR\nTI  - A title\nAU  - Example, A.\nPY  - 2026\nER  - \n"
_CSV = "study,events,n\nA,1,10\nB,2,20\n"

# Every command that reads or writes a review, and files beside it in {files}.
COMMANDS = {
    "check": "check",
    "lint": "lint",
    "build": "build --force",
    "status": "status --date 2026-03-01",
    "search list": "search list",
    "search import": "search import {files}/more.ris --database X --date 2026-02-10 --query q",
    "search reference": "search reference R00001",
    "search remove": "search remove 2026-01-10-pubmed --yes",
    "screen sheet": "screen sheet {files}/ab.csv --reviewer AB --stage title_abstract",
    "workbook write": "workbook write {files}/new.xlsx",
    "workbook read": "workbook read {files}/form.xlsx",
    "registry read": "registry read {files}/trials.json --date 2026-01-10 --add all",
    "trace": "trace orr.summary",
    "values": "values orr",
    "export": "export ris",
    "preflight": "preflight --journal plos-one --draft",
    "changes": "changes",
}
# What writes nothing into the review need not fail where nothing can be written.
READING = {"check", "lint", "status", "search list", "search remove", "trace", "values", "changes"}


# Python's numbers for: no room, read-only, no rights, quota.
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT)


def _shared(faults: Iterable[Any]) -> list[Any]:
    """Give every fault with every command; most of them run with `make faults` only.

    Each command meets the first fault, and every fault meets some of the commands, always the same.
    """
    names = list(COMMANDS)
    cells = []
    for row, fault in enumerate(faults):
        for column, name in enumerate(names):
            often = row == 0 or (column - row) % 6 == 0
            cells.append(pytest.param(fault, name, marks=() if often else pytest.mark.faults))
    return cells


def _run(root: Path, name: str) -> tuple[int, str, BaseException | None]:
    words = COMMANDS[name].format(files=root.parent / "files").split()
    done = CliRunner().invoke(main, ["--root", str(root), *words])
    return done.exit_code, done.output, done.exception


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("refused")
    root, files = copy_review(place / "review"), place / "files"
    files.mkdir()
    protocol = root / "data/protocol.yml"
    text = protocol.read_text("utf-8")
    assert "  reviewers: []" in text
    protocol.write_text(text.replace("  reviewers: []", "  reviewers: [AB, CD]"), encoding="utf-8")
    (files / "pubmed.ris").write_text(_EXPORT, encoding="utf-8")
    (files / "more.ris").write_text(_EXPORT.replace("title", "other"), encoding="utf-8")
    shutil.copyfile(
        Path(__file__).parents[1] / "update/registry/examples/studies.json", files / "trials.json"
    )
    done = CliRunner().invoke(
        main,
        [
            *("--root", str(root), "search", "import", str(files / "pubmed.ris")),
            *("--database", "PubMed", "--date", "2026-01-10", "--query", "q"),
        ],
    )
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(
        main, ["--root", str(root), "workbook", "write", str(files / "form.xlsx"), "--all"]
    )
    assert done.exit_code == 0, done.output
    return root


class _Refusing:
    """Refuses what Python is about to do with files of a folder, while it is switched on."""

    def __init__(self) -> None:
        self.number = 0
        self.root = ""
        self.writing = True
        sys.addaudithook(self)

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.number:
            return
        if event == "open":
            path, _, flags = arguments
            writes = bool(int(flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))  # type: ignore[call-overload]
        elif event in {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.link"}:
            path, writes = arguments[0], True
        else:
            return
        if isinstance(path, str | bytes | os.PathLike) and writes == self.writing:
            name = os.fsdecode(path)
            if name.startswith(self.root) and not name.endswith(".pyc"):
                raise OSError(self.number, os.strerror(self.number), name)

    @contextmanager
    def on(self, root: Path, number: int, *, writing: bool = True) -> Iterator[None]:
        self.root, self.number, self.writing = str(root), number, writing
        try:
            yield
        finally:
            self.number = 0


@pytest.fixture(scope="module")
def refusing() -> _Refusing:
    return _Refusing()


def _is_told(code: int, said: str, error: BaseException | None) -> None:
    assert error is None or isinstance(error, SystemExit), repr(error)
    assert "Traceback" not in said
    assert code in (0, 1, 2, 3), said


@pytest.mark.parametrize(("number", "name"), _shared(ERRORS))
def test_nothing_can_be_written(
    number: int, name: str, prepared: Path, refusing: _Refusing
) -> None:
    before = tree(prepared)
    with refusing.on(prepared.parent, number):
        code, said, error = _run(prepared, name)
    _is_told(code, said, error)
    if name not in READING:
        assert code == 1, said
        assert os.strerror(number) in said
    assert tree(prepared) == before
    assert not list((prepared / ".review").glob("staging-*"))


def _table(root: Path) -> Path:
    return root / "data/outcomes.csv"


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.name)


REAL: dict[str, tuple[str, Callable[[Path], None]]] = {
    "a folder in place of a table": ("data/outcomes.csv", _folder),
    "a loop of links": ("data/outcomes.csv", _loop),
    "a folder in place of the protocol": ("data/protocol.yml", _folder),
    "a folder in place of the references": ("manuscript/references.bib", _folder),
    "a folder in place of the paper": ("manuscript/paper.qmd", _folder),
    "a loop in place of a part of the text": ("manuscript/_results.qmd", _loop),
    "a folder in place of Quarto's settings": ("_quarto.yml", _folder),
    "a folder in place of the lint's": ("manuscript/lint.yml", _folder),
    "a folder in place of the authors'": ("manuscript/authors.yml", _folder),
    "a folder in place of a journal": ("manuscript/journals/plos-one.yml", _folder),
    "a folder in place of searches": ("data/searches.csv", _folder),
}


@pytest.mark.parametrize(("fault", "name"), _shared(REAL))
def test_something_else_stands_there(fault: str, name: str, prepared: Path) -> None:
    file, spoil = REAL[fault]
    path, data = prepared / file, prepared / "data"
    kept = path.read_bytes()
    shutil.copytree(data, prepared.parent / "kept")
    spoil(path)
    try:
        before = tree(data)
        code, said, error = _run(prepared, name)
        _is_told(code, said, error)
        assert code == 0 or tree(data) == before
    finally:
        path.rmdir() if path.is_dir() else path.unlink()
        path.write_bytes(kept)
        shutil.rmtree(data)
        shutil.move(prepared.parent / "kept", data)


@pytest.mark.parametrize(("fault", "name"), _shared(["file", "lock"]))
def test_the_workshop_is_no_folder(fault: str, name: str, prepared: Path) -> None:
    """`.review` is a file, or its lock is a folder."""
    workshop = prepared / ".review"
    shutil.rmtree(workshop, ignore_errors=True)
    if fault == "file":
        workshop.write_bytes(b"")
    else:
        (workshop / "lock").mkdir(parents=True)
    before = tree(prepared)
    try:
        code, said, error = _run(prepared, name)
        _is_told(code, said, error)
        if code == 0:
            assert name in READING | {"screen sheet", "workbook write", "export", "lint"}, said
        assert tree(prepared) == before or name in {"screen sheet", "workbook write", "export"}
    finally:
        shutil.rmtree(workshop) if workshop.is_dir() else workshop.unlink()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_table_cannot_be_read(name: str, prepared: Path, refusing: _Refusing) -> None:
    with refusing.on(_table(prepared), errno.EACCES, writing=False):
        _is_told(*_run(prepared, name))
