"""One reader under atheris, which looks for inputs that reach lines no other has reached."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any


def main() -> None:
    """Run: reader, number of tries, folder for its files."""
    # By name: not part of the lock file, and without types.
    atheris: Any = importlib.import_module("atheris")

    name, tries, place = sys.argv[1:]
    with atheris.instrument_imports(include=["analysis", "schemas"]):
        from tests.fuzz.readers import READERS, attempt

        # Readers import what they need when they are called: it counts lines from now on too.
        for seed in READERS[name].seeds:
            attempt(name, seed, Path(place))
    folder = Path(place) / f"guided-{name.replace(' ', '-')}"
    folder.mkdir(exist_ok=True)
    for number, seed in enumerate(READERS[name].seeds):
        (folder / f"seed-{number}").write_bytes(seed)

    def once(content: bytes) -> None:
        attempt(name, content, Path(place))

    atheris.Setup([sys.argv[0], f"-atheris_runs={tries}", "-max_len=20000", str(folder)], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
