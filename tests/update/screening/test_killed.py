"""Is every decision still there when the process is killed while it writes?"""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import pytest

from analysis.storage.changeset import writing
from analysis.synthesis.screening_state import read_desk
from analysis.update.screening.intake import read_decisions
from analysis.update.screening.sheet import write_sheet
from tests.killing import in_child
from tests.update.screening.samples import both, project


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
        take_in = partial(read_decisions, made.root, sheet, "2026-01-20")
        assert in_child(made.root, take_in, step) == (0 if step == 99 else signal.SIGKILL)
        with writing(made.root):  # whoever comes next finishes what was decided
            seen.append(len(made.rows("screening")))
    assert set(seen) == {2, 4}
    # Nothing before the change is decided, everything after it.
    assert seen == sorted(seen)
