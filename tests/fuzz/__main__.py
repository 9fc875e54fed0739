"""`make fuzz`: spoils files by the thousand, and writes what came of it into docs/reliability.md.

With Hypothesis, and with the coverage-guided atheris where its wheel is installed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.mutation import spoilt
from tests.fuzz.readers import READERS, attempt
from tests.reliability import put_section


def _unguided(name: str, tries: int, number: int, folder: Path, outcomes: Counter[str]) -> None:
    """Let Hypothesis spoil files for a reader; what a fault raises is let through."""

    @seed(number)
    @settings(
        max_examples=tries,
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.data())
    def tried(data: st.DataObject) -> None:
        read = attempt(name, data.draw(spoilt(READERS[name].seeds)), folder)
        outcomes["read" if read else "refused"] += 1

    tried()


def _guided(name: str, tries: int, folder: Path) -> str:
    """Let atheris look for inputs that reach new lines; give what it found, empty if nothing."""
    import subprocess

    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.guided", name, str(tries), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr[-2000:]


def _has_atheris() -> bool:
    import importlib.util

    return importlib.util.find_spec("atheris") is not None


def main() -> int:
    """Run the tries; the exit status is 1 if there is a finding."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--tries", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    each = asked.tries // len(READERS) + 1
    found: dict[str, str] = {}
    outcomes: Counter[str] = Counter()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        for name in READERS:
            try:
                _unguided(name, each, asked.seed, Path(place), outcomes)
            except Exception:
                found[name] = traceback.format_exc()
            if _has_atheris() and (said := _guided(name, each, Path(place))):
                found[f"{name} (atheris)"] = said
            faulty = any(key.startswith(name) for key in found)
            print(f"{name}: {'FAULT' if faulty else 'no fault'}", flush=True)
    for name, text in found.items():
        print(f"\n--- {name}\n{text}")
    tries = sum(outcomes.values())
    guided = (
        "and as many with atheris, guided by coverage"
        if _has_atheris()
        else "atheris is not installed here, so none were guided by coverage"
    )
    line = (
        f"{tries:,} spoilt files for {len(READERS)} readers in {time.monotonic() - began:,.0f} s "
        f"(seed {asked.seed}): {outcomes['read']:,} read, {outcomes['refused']:,} refused with a "
        f"message, {len(found)} readers with a fault; {guided}."
    )
    print(line)
    put_section("fuzz", line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
