"""Do builds in different places, with 1, 2 and 4 threads, give the same bytes?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.builds import differences

pytestmark = pytest.mark.faults


def test_place_and_threads_change_nothing(tmp_path: Path) -> None:
    found = list(differences(tmp_path))
    assert len(found) > 20
    assert [fault for fault in found if fault] == []
