"""Does any reader end in anything but content or a message? 2,000 spoilt files, always the same.

`make fuzz` tries 100,000 that nobody has seen yet.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import spoilt
from tests.fuzz.readers import READERS, attempt

_TRIES = 2_000 // len(READERS) + 1


@pytest.mark.parametrize("name", READERS)
def test_sound_files_are_read(name: str, tmp_path: Path) -> None:
    """Otherwise the tries below would all end at the first line of a reader."""
    assert any(attempt(name, seed, tmp_path) for seed in READERS[name].seeds) or name in {
        "provenance",  # says that nothing is said
    }


@pytest.mark.parametrize("name", READERS)
def test_spoilt_files_are_read_or_refused(name: str, tmp_path: Path) -> None:
    @settings(
        max_examples=_TRIES,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        attempt(name, data.draw(spoilt(READERS[name].seeds)), tmp_path)

    tried()
