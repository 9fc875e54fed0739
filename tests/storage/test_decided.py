"""Is a decided change finished or undone, and never a reason why nothing works any more?"""

import errno
import json
import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.storage import decided, folders
from analysis.storage.changeset import replace_files, writing
from schemas.problems import DataProblems
from tests.conftest import copy_review

OLD = {"data/a.csv": b"old a\n", "data/b.csv": b"old b\n"}
NEW = {name: content.replace(b"old", b"new") for name, content in OLD.items()}


@pytest.fixture
def review(tmp_path: Path) -> Path:
    root = tmp_path / "review"
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".review" not in path.parts
    }


def _decide(root: Path, entries: object, files: dict[str, bytes] | None = None) -> None:
    folder = root / ".review/decided"
    folder.mkdir(parents=True)
    for name, content in (files or {}).items():
        (folder / name).write_bytes(content)
    text = entries if isinstance(entries, str) else json.dumps(entries)
    (folder / "files.json").write_text(text, encoding="utf-8")


def _entry(name: str, was: bytes | None, becomes: bytes | None) -> dict[str, object]:
    told = [None if content is None else sha256(content).hexdigest() for content in (was, becomes)]
    return {"file": name, "was": told[0], "becomes": told[1]}


@pytest.mark.parametrize(
    "name",
    ["data/" + "x" * 300 + ".csv", "data/a.csv/b.csv", "data/folder", "data/loop"],
    ids=["long name", "a file where a folder should be", "a folder", "a loop of links"],
)
def test_what_cannot_be_written_is_met_before_the_mark(name: str, review: Path) -> None:
    (review / "data/folder").mkdir()
    (review / "data/loop").symlink_to("loop")
    with pytest.raises((OSError, DataProblems)):
        replace_files(review, {**NEW, name: b"new\n"})
    assert _files(review) == OLD
    assert not (review / ".review/decided").exists()


def test_folders_made_for_a_refused_change_are_gone(review: Path) -> None:
    with pytest.raises(OSError, match="too long"):
        replace_files(review, {"data/one/two/" + "x" * 300: b"", "data/one/a": b""})
    assert not (review / "data/one").exists()


@pytest.mark.parametrize(
    "name", ["../victim.txt", "/victim.txt", "data/../../victim.txt", "out/victim.txt", ""]
)
def test_no_change_leads_out_of_the_review(name: str, review: Path) -> None:
    victim = review.parent / "victim.txt"
    victim.write_text("mine", encoding="utf-8")
    (review / "out").symlink_to("..")
    with pytest.raises(DataProblems, match="out of the review"):
        replace_files(review, {name: None})
    _decide(review, [_entry(name, b"mine", None)])
    with pytest.raises(DataProblems, match="outside the review"), writing(review):
        pass
    assert victim.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", '["data/a.csv"]', '[{"file": 1}]', "[" * 100_000, "null", "\udcff"]
)
def test_a_broken_list_is_a_message_and_reading_goes_on(text: str, tmp_path: Path) -> None:
    root = copy_review(tmp_path / "review")
    folder = root / ".review/decided"
    folder.mkdir(parents=True)
    (folder / "files.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    written = CliRunner().invoke(main, ["--root", str(root), "search", "merge", "R1", "R2"])
    assert written.exit_code == 1
    assert ".review/decided/files.json" in written.output
    assert "delete the folder" in written.output
    read = CliRunner().invoke(main, ["--root", str(root), "search", "list"])
    assert read.exit_code == 0, read.output
    assert "a stopped command had decided" in read.output


def test_a_change_that_cannot_be_finished_is_undone(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = decided._move

    def full(fresh: Path, target: Path) -> None:
        if target.name == "b.csv":
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        move(fresh, target)

    monkeypatch.setattr(decided, "_move", full)
    with pytest.raises(DataProblems, match=r"data/b\.csv") as refused:
        replace_files(review, NEW)
    assert "No space left" in str(refused.value)
    assert "Nothing was changed" in str(refused.value)
    assert _files(review) == OLD
    monkeypatch.undo()
    replace_files(review, NEW)
    assert _files(review) == NEW


def test_a_file_edited_after_a_kill_is_not_overwritten(review: Path) -> None:
    entries = [_entry(name, OLD[name], NEW[name]) for name in OLD]
    _decide(review, entries, {"0": NEW["data/a.csv"], "1": NEW["data/b.csv"]})
    (review / "data/b.csv").write_bytes(b"edited\n")
    with pytest.raises(DataProblems, match=r"data/b\.csv"), writing(review):
        pass
    assert _files(review) == {**OLD, "data/b.csv": b"edited\n"}
    shutil.rmtree(review / ".review/decided")
    with writing(review):
        pass


def test_a_new_folder_takes_the_place_of_the_old_one_in_one_step(review: Path) -> None:
    (review / ".review").mkdir()
    for place in ("new", "_output"):
        (review / place).mkdir()
        (review / place / place).write_bytes(b"")
    folders.replace_folder(review / "new", review / "_output", review)
    assert [path.name for path in (review / "_output").iterdir()] == ["new"]
    assert not (review / "new").exists()


def test_a_folder_set_aside_by_a_killed_command_comes_back(
    review: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two folders cannot be exchanged, a kill between the two renames loses nothing."""
    (review / ".review").mkdir()
    for place in ("new", "_output"):
        (review / place).mkdir()
        (review / place / place).write_bytes(b"")
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    rename = Path.rename

    class _KilledError(BaseException):
        pass

    def dies(self: Path, target: Path) -> Path:
        if self.name == "new":
            raise _KilledError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dies)
    monkeypatch.setattr(folders.shutil, "rmtree", lambda *_, **__: None)  # nothing runs afterwards
    with pytest.raises(_KilledError):
        folders.replace_folder(review / "new", review / "_output", review)
    monkeypatch.undo()
    assert not (review / "_output").exists()
    with writing(review):
        assert [path.name for path in (review / "_output").iterdir()] == ["_output"]
    assert not list((review / ".review").glob("aside-*"))
    monkeypatch.setattr(folders, "exchange", lambda *_: False)
    folders.replace_folder(review / "new", review / "_output", review)
    assert [path.name for path in (review / "_output").iterdir()] == ["new"]


def test_a_search_whose_file_lies_elsewhere_is_not_removed(tmp_path: Path) -> None:
    root = copy_review(tmp_path / "review")
    victim = tmp_path / "victim.txt"
    victim.write_text("mine", encoding="utf-8")
    searches = root / "data/searches.csv"
    columns, *_ = searches.read_text("utf-8").splitlines()
    row = {"search_id": "2026-01-10-x", "database": "X", "file": "../../victim.txt"}
    for name in ("../../victim.txt", "protocol.yml", "searches/../protocol.yml"):
        cells = [(row | {"file": name}).get(column, "") for column in columns.split(",")]
        searches.write_text(f"{columns}\n{','.join(cells)}\n", encoding="utf-8")
        done = CliRunner().invoke(
            main, ["--root", str(root), "search", "remove", "2026-01-10-x", "--yes"]
        )
        assert done.exit_code == 1
        assert "Nothing was deleted" in done.output
    assert victim.exists()
    assert (root / "data/protocol.yml").exists()
