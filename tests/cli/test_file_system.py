"""Whatever the file system refuses: is it one message with file and reason, and all as before?

Every command meets every fault of a table. Faults that need another user or another disk (no
rights, no room, a disk that can only be read) are made by an audit hook, which Python asks before
it opens, makes, moves or deletes a file; the others are real.
"""

from __future__ import annotations

import csv
import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from analysis.cli import main
from tests.conftest import copy_review
from tests.killing import tree

_RECORD = "TY  - JOUR\nTI  - {0}\nAU  - Example, {1}.\nPY  - 2026\nDO  - 10.5555/{0}\nER  - \n"
_EXPORT = "".join(_RECORD.format(title, "A") for title in ("one", "one", "two", "three"))
_TABLE = "study,events,n\nA,1,10\nB,2,20\n"
_CLAIMS = "outcome,estimate,ci_low,ci_high\nORR,0.3,0.2,0.4\n"
_CASES = (
    '[{"id": "a", "kind": "rma", "measure": "GEN", "args": {}, '
    '"data": {"yi": [1, 2], "vi": [1, 1]}}]'
)
_DAY = "--date 2026-02-10"

# Every command that people call, with files beside the review in {files}.
COMMANDS = {
    "check": "check",
    "render": "render --engine embedded --force",
    "build": "build --force",
    "passages": "passages",
    "lint": "lint",
    "status": "status --date 2026-03-01",
    "search list": "search list",
    "search import": "search import {files}/more.ris --database X --date 2026-02-10 --query q",
    "search show": "search show R00001",
    "search merges": "search merges",
    "search possible": "search possible",
    "search undo": "search undo R00002 --by AB --note n",
    "search merge": "search merge R00003 R00001 --by AB --note n",
    "search studies": "search studies",
    "search group": "search group R00003 R00004 --study NCT00000001 --by AB --note n",
    "search ungroup": "search ungroup R00001 --by AB --note n",
    "search reference": "search reference R00001",
    "search remove": "search remove 2026-01-10-pubmed --yes",
    "screen sheet": "screen sheet {files}/ab.csv --reviewer AB --stage title_abstract",
    "screen read": f"screen read {{files}}/decided.csv {_DAY}",
    "screen import": (
        f"screen import {{files}}/asreview.csv --stage title_abstract --reviewer AB {_DAY}"
    ),
    "screen conflicts": "screen conflicts",
    "screen agreement": "screen agreement",
    "screen status": "screen status",
    "workbook write": "workbook write {files}/new.xlsx",
    "workbook read": "workbook read {files}/form.xlsx",
    "reconcile": "reconcile {files}/form.xlsx {files}/form-b.xlsx --out {files}/agreed.xlsx",
    "migrate": "migrate",
    "registry read": "registry read {files}/trials.json --date 2026-01-10 --add all",
    "changes": "changes",
    "release": "release 9.9 Another --engine embedded --date 2026-02-10",
    "redline": "redline",
    "preflight": "preflight --journal plos-one --draft",
    "submit": f"submit --journal plos-one --draft {_DAY}",
    "feedback read": "feedback read {files}/back.docx",
    "trace": "trace orr.summary",
    "values": "values orr",
    "provenance": "provenance {files}/form.xlsx",
    "audit": "audit {files}/claims.csv",
    "export": "export ris",
    "new": "new {files}/another --kind narrative",
    "add outcome": "add outcome Relapse --measure proportion --yes",
    "add subgroup": "add subgroup Region --level Asia --level Europe --yes",
    "add comparison": "add comparison Drug --experimental ICI --control TACE --yes",
    "add section": "add section Aside --after sec-discussion --yes",
    "drop outcome": "drop outcome os --with-data --yes",
    "drop subgroup": "drop subgroup timing --with-data --yes",
    "drop comparison": "drop comparison drug --yes",
    "drop section": "drop section sec-discussion --yes",
    "certainty": "certainty --rows",
    "upgrade": "upgrade",
    "dictionary": "dictionary",
    "docs": "docs",
    "pool": "pool {files}/table.csv",
    "profiles": "profiles",
    "meta": "meta {files}/cases.json --out {files}/results.json",
}
# It serves a page until somebody stops it.
NOT_TRIED = {"preview"}
# What writes nothing into the review need not fail where nothing can be written, nor what this
# review is refused for another reason.
READING = {
    *("check", "lint", "status", "trace", "values", "changes", "passages", "feedback read"),
    *("search list", "search show", "search merges", "search possible", "search studies"),
    *("search remove", "screen conflicts", "screen agreement", "screen status"),
    *("provenance", "audit", "pool", "profiles", "certainty", "docs", "drop comparison"),
}
# These write beside the review, and need nothing of its workshop.
BESIDE = {"screen sheet", "workbook write", "export", "reconcile", "meta", "new"}
# These make whole papers: with `make faults` only.
SLOW = {"render", "release", "redline", "submit", "preflight", "feedback read", "changes"}


# Python's numbers for: no room, read-only, no rights, quota.
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT)


def _shared(faults: Iterable[Any], *, every: bool = False) -> list[Any]:
    """Give every fault with every command; most of them run with `make faults` only.

    Each fault meets some of the commands, always the same; with `every` the first meets them all.
    """
    names = list(COMMANDS)
    cells = []
    for row, fault in enumerate(faults):
        for column, name in enumerate(names):
            often = name not in SLOW and ((every and row == 0) or (column - row) % 12 == 0)
            cells.append(pytest.param(fault, name, marks=() if often else pytest.mark.faults))
    return cells


def _leaves(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _leaves(command, f"{before}{name} ")
        elif not command.hidden:
            yield f"{before}{name}"


def test_no_command_is_forgotten() -> None:
    assert set(COMMANDS) | NOT_TRIED == set(_leaves(main))
    assert set(COMMANDS) >= READING | BESIDE | SLOW


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
    contents = {
        "pubmed.ris": _EXPORT,
        "more.ris": _RECORD.format("another", "B"),
        "table.csv": _TABLE,
        "claims.csv": _CLAIMS,
        "cases.json": _CASES,
        "asreview.csv": "title,authors,year,doi,included\ntwo,Example,2026,10.5555/two,1\n",
        "back.docx": "no Word file",
    }
    for name, content in contents.items():
        (files / name).write_text(content, encoding="utf-8")
    shutil.copyfile(
        Path(__file__).parents[1] / "update/registry/examples/studies.json", files / "trials.json"
    )
    for command in (
        "search import {files}/pubmed.ris --database PubMed --date 2026-01-10 --query q",
        "search group R00001 R00003 --study NCT00000002 --by AB --note n",
        "screen sheet {files}/decided.csv --reviewer AB --stage title_abstract",
        "workbook write {files}/form.xlsx --all",
        "workbook write {files}/form-b.xlsx --empty",
    ):
        words = command.format(files=files).split()
        done = CliRunner().invoke(main, ["--root", str(root), *words])
        assert done.exit_code == 0, done.output
    sheet = files / "decided.csv"
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0]["decision"] = "include"
    with sheet.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
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


@pytest.mark.parametrize(("number", "name"), _shared(ERRORS, every=True))
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
            assert name in READING | BESIDE, said
        assert tree(prepared) == before or name in BESIDE
    finally:
        shutil.rmtree(workshop) if workshop.is_dir() else workshop.unlink()


@pytest.mark.parametrize(("fault", "name"), _shared(["a table"]))
def test_a_table_cannot_be_read(fault: str, name: str, prepared: Path, refusing: _Refusing) -> None:
    with refusing.on(_table(prepared), errno.EACCES, writing=False):
        _is_told(*_run(prepared, name))
