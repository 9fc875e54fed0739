"""Runs after `quarto render`: finishes the files and puts them directly into _output/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from pre_render import run

if __name__ == "__main__":
    sys.exit(run("publish-quarto"))
