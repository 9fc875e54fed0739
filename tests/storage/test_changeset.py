"""Does a change of several tables happen whole or not at all, whenever its process is killed?"""

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from analysis.storage.atomic import staging
from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import read_table, table_bytes, table_path
from schemas.problems import DataProblems
from schemas.tables import MODELS
from tests.killing import in_child

SHIPPED = Path(__file__).parents[2]
OLD = {"data/a.csv": b"old a\n", "data/b.csv": b"old b\n", "notes/c.csv": b"old c\n"}
NEW = {name: content.replace(b"old", b"new") for name, content in OLD.items()}


def _files(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in OLD}


def _review(root: Path) -> Path:
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_killed_at_any_step_leaves_all_old_or_all_new_files(tmp_path: Path) -> None:
    seen = set()
    for step in range(40):
        root = _review(tmp_path / str(step))
        ended = in_child(root, partial(replace_files, root, NEW), step)
        with writing(root):  # whoever comes next finishes what was decided
            files = _files(root)
        assert files in (OLD, NEW), f"killed at step {step}: {files}"
        seen.add(files == NEW)
        if ended == 0:
            break
        assert ended == signal.SIGKILL
    else:
        pytest.fail("the change never ended by itself")
    assert seen == {False, True}


def test_a_second_writer_is_told_to_wait_and_changes_nothing(tmp_path: Path) -> None:
    root = _review(tmp_path)
    code = (
        "import sys; from pathlib import Path; from analysis.storage.changeset import writing\n"
        "from schemas.problems import DataProblems\n"
        "try:\n"
        "    with writing(Path(sys.argv[1]), patience=0.1): print('in')\n"
        "except DataProblems as problem: print(problem)"
    )
    with writing(root), writing(root):  # the same command may ask twice
        told = subprocess.run(
            [sys.executable, "-c", code, str(root)],
            cwd=SHIPPED,
            capture_output=True,
            text=True,
            check=True,
        )
    assert "Another `review` command" in told.stdout
    assert _files(root) == OLD


def test_files_are_replaced_together(tmp_path: Path) -> None:
    root = _review(tmp_path)
    replace_files(root, NEW)
    assert _files(root) == NEW
    assert [path.name for path in (root / ".review").iterdir()] == ["lock"]


def test_what_killed_commands_left_goes_after_a_day(tmp_path: Path) -> None:
    root = _review(tmp_path)
    old, fresh = (root / ".review" / name for name in ("staging-old", "staging-fresh"))
    for folder in (old, fresh):
        folder.mkdir(parents=True)
        (folder / "paper.pdf").write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    replace_files(root, NEW)
    assert not old.exists()
    assert fresh.exists()  # its command may still work


def test_a_folder_in_use_is_not_taken_for_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = 3 * 24 * 60 * 60
    with staging(tmp_path) as slept:  # the computer slept over the weekend
        os.utime(slept, (time.time() - days, time.time() - days))
        with staging(tmp_path):
            pass
        assert slept.exists()
    another = tmp_path / ".review/staging-another"  # of a command on a colleague's computer
    another.mkdir()
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + days)  # the file server's clock is behind
    with staging(tmp_path):
        assert another.exists()


@pytest.mark.parametrize(
    "name", [name for name in MODELS if (SHIPPED / table_path(name)).is_file()]
)
def test_a_shipped_table_is_written_as_it_was_read(name: str) -> None:
    columns, rows = read_table(SHIPPED, name)
    assert table_bytes(columns, rows) == (SHIPPED / table_path(name)).read_bytes()


def test_a_table_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "data", tmp_path / "data")
    path = tmp_path / "data/outcomes.csv"
    path.write_bytes(path.read_bytes().replace(b"\nZhou2025,", b"\n"))
    with pytest.raises(DataProblems, match="outcomes"):
        read_table(tmp_path, "outcomes")
