"""`make faults`: does it all to the program, and writes the figures into docs/reliability.md."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.builds import THREADS, differences
from tests.faults.trials import TRIALS
from tests.reliability import put_section


def main() -> int:
    """Run the trials; the exit status is 1 if there is a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--share", type=float, default=1.0, help="Do only this part of the kills.")
    parser.add_argument("--without-builds", action="store_true")
    asked = parser.parse_args()
    lines, faults = [], 0
    for name, (trial, number) in TRIALS.items():
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as place:
            found = list(trial(Path(place), max(1, round(number * asked.share))))
        wrong = [fault for fault in found if fault]
        faults += len(wrong)
        count = f"{len(found)} tries, {len(wrong)} faults" if found else "not possible here"
        lines.append(f"* {name}: {count} ({time.monotonic() - began:.0f} s)")
        print(lines[-1], *wrong, sep="\n    ", flush=True)
    put_section("faults", "\n".join(lines))
    if not asked.without_builds:
        with tempfile.TemporaryDirectory() as place:
            found = list(differences(Path(place)))
        wrong = [fault for fault in found if fault]
        faults += len(wrong)
        counts = ", ".join(map(str, THREADS[:-1])) + f" and {THREADS[-1]}"
        line = f"{len(found)} comparisons with {counts} threads, {len(wrong)} files differ."
        put_section("bytes", line)
        print(line, *wrong, sep="\n    ")
    print(f"{faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
