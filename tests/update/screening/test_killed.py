"""Is every decision still there when the process is killed while it writes?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.storage.changeset import writing
from analysis.synthesis.screening_state import read_desk
from analysis.update.screening.sheet import write_sheet
from tests.update.screening.samples import both, project

ROOT = Path(__file__).parents[3]

# Dies at the given call that changes the disk, as `kill -9` would.
_KILLED = """
import os, signal, sys
from pathlib import Path
from analysis.update.screening.intake import read_decisions
root, sheet, left = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
def counted(function):
    def call(*args, **kwargs):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)
    return call
for name in ("rename", "replace", "mkdir", "unlink", "write_bytes", "write_text"):
    setattr(Path, name, counted(getattr(Path, name)))
read_decisions(root, sheet, "2026-01-20")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs POSIX signals")
def test_all_decisions_of_a_sheet_or_none(tmp_path: Path) -> None:
    made = project(tmp_path / "r", records=3)
    made.write("screening", both(1, "title_abstract", "include"))
    before = made.path("screening").read_bytes()
    sheet = tmp_path / "ab.csv"
    write_sheet(read_desk(made.root), sheet, "AB", "title_abstract")
    filled = sheet.read_bytes().replace(b",,,,Example", b",exclude,,,Example")
    assert filled.count(b",exclude,") == 2
    sheet.write_bytes(filled)
    seen = []
    # tests/storage/test_changeset.py dies at every step; a few here show that the command relies
    # on it.
    for step in (0, 4, 6, 8, 99):
        made.path("screening").write_bytes(before)
        done = subprocess.run(
            [sys.executable, "-c", _KILLED, str(made.root), str(sheet), str(step)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        assert done.returncode == (0 if step == 99 else -signal.SIGKILL)
        with writing(made.root):  # whoever comes next finishes what was decided
            seen.append(len(made.rows("screening")))
    assert set(seen) == {2, 4}
    # Nothing before the change is decided, everything after it.
    assert seen == sorted(seen)
