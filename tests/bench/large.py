"""What size costs: made-up reviews, files of many rows, and searches of many records.

    python -m tests.bench.large          prints the part of the page
    python -m tests.bench.large --write  puts it into docs/performance.md

Every command is a process of its own. CPU time is what it took on all cores together, with
everything it starts; memory is that of its largest process.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.storage.cache import PLACE
from tests.conftest import ROOT
from tests.large_review import Size, large_review

PAGE = ROOT / "docs/performance.md"
HEADING = "## What size costs"
SIZES = (
    Size(30, 3, 10),
    Size(100, 3, 10),
    Size(300, 3, 10),
    Size(300, 50, 200, reported=0.2),
    Size(2000, 3, 10),
)
POOLED = (10_000, 30_000, 100_000)
RECORDS = (10_000, 30_000, 100_000)
_GIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU and of wall-clock time, and the largest process in GiB."""

    cpu: float
    wall: float
    memory: float

    def cells(self) -> str:
        """Give three cells of a table."""
        return f"{self.cpu:.1f} s | {self.wall:.0f} s | {self.memory:.2f} GiB"


def cost(root: Path, *words: str) -> Cost:
    """Run a command of the program.

    Parameters
    ----------
    root
        The review.
    words
        The command and its arguments.
    """
    environment = {name: value for name, value in os.environ.items() if name != PLACE}
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "analysis", "--root", str(root), *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"review {' '.join(words)} ended with {process.returncode}")
    wall = time.perf_counter() - start
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / _GIB)


def section(sizes: tuple[Size, ...] = SIZES) -> list[str]:
    """Measure, and write the part of the page.

    Parameters
    ----------
    sizes
        Of the made-up reviews.
    """
    lines = [
        HEADING,
        "",
        "Made-up reviews of two arms (`tests/large_review.py`), whole processes, single runs;",
        "memory is that of the largest process. Render: HTML, PDF, Word and JATS, nothing done",
        "before, by the embedded engine. Aims, on a quiet machine of two cores: 300 studies in",
        "60 s and 1.5 GB, 2,000 in 300 s and 3 GB; 100,000 records in 60 s and 2 GB. CPU time",
        "hardly depends on what else the machine does, wall-clock time does.",
        "",
        "| what | CPU | wall clock | memory |",
        "|---|--:|--:|--:|",
    ]
    with tempfile.TemporaryDirectory(prefix="review-large-") as place:
        folder = Path(place)
        for number, size in enumerate(sizes):
            root = large_review(folder / f"review-{number}", size)
            told = f"{size.studies:,} studies, {size.outcomes} outcomes, {size.terms} terms"
            if size.reported < 1:
                told += f", each reported by {size.reported:.0%} of the studies"
            for name, words in (
                ("check", ("check",)),
                ("render", ("render", "--engine", "embedded")),
            ):
                lines.append(f"| {told}: {name} | {cost(root, *words).cells()} |")
        root = folder / "review-0"
        for rows in POOLED:
            file = _pooled(folder / "pooled.csv", rows)
            lines.append(f"| `pool` of {rows:,} rows | {cost(root, 'pool', str(file)).cells()} |")
        for number, records in enumerate(RECORDS):
            file = _search(folder / "search.ris", records)
            review = large_review(folder / f"search-{number}", Size(3, 1, 0))
            words = ("search", "import", str(file), "--database", "Made up", "--query", "x")
            told = f"`search import`, {records:,} records"
            lines.append(f"| {told} | {cost(review, *words).cells()} |")
    return [*lines, ""]


def _pooled(path: Path, rows: int) -> Path:
    chance = np.random.default_rng(1)
    n = chance.integers(20, 400, rows)
    events = chance.binomial(n, 0.3)
    told = (f"S{place},{e},{m}\n" for place, (e, m) in enumerate(zip(events, n, strict=True)))
    path.write_text("study,events,n\n" + "".join(told), encoding="utf-8")
    return path


def _search(path: Path, records: int) -> Path:
    """Write made-up records of ten and sixty words, no two alike."""
    chance = np.random.default_rng(3)
    parts = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er", "is")]
    words = ["".join(parts[x] for x in chance.integers(0, len(parts), 3)) for _ in range(4000)]

    def some(many: int) -> str:
        return " ".join(words[x] for x in chance.integers(0, len(words), many))

    with path.open("w", encoding="utf-8") as stream:
        for number in range(records):
            stream.write(
                f"TY  - JOUR\nTI  - {some(10).capitalize()}\nAU  - {some(1).capitalize()}, A.\n"
                f"PY  - {1990 + number % 35}\nT2  - Journal of {words[number % 300]}\n"
                f"VL  - {number % 90}\nSP  - {number % 900}\nDO  - 10.1234/made.{number}\n"
                f"AB  - {some(60)}\nER  - \n\n"
            )
    return path


def with_section(page: str, made: list[str]) -> str:
    """Put the part into the page, in the place of an earlier one.

    Parameters
    ----------
    page
        The text of the page.
    made
        From `section`.
    """
    before, _, old = page.partition(f"{HEADING}\n")
    _, mark, after = old.partition("\n## ")
    return before.rstrip() + "\n\n" + "\n".join(made) + (f"\n## {after}" if mark else "")


if __name__ == "__main__":
    written = section()
    if "--write" in sys.argv[1:]:
        PAGE.write_text(with_section(PAGE.read_text(encoding="utf-8"), written), encoding="utf-8")
    print("\n".join(written))
