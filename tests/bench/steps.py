"""What each step of the work costs, in whole processes, beside pandoc and Typst alone.

Every command is a process of its own with everything it starts. CPU time is what it took on all
cores together; it does not grow because others use the machine, as wall-clock time does.

    python -m tests.bench.steps
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.manuscript.pandoc import pandoc_program
from analysis.storage.cache import PLACE
from tests.conftest import ROOT, copy_review

ROUNDS = 3
_OTHERWISE = {PLACE, "PYTHONDONTWRITEBYTECODE"}
_TEXT = "manuscript/_conclusions.qmd"
_ROW = "R01,,ORR,,32,"
#: Rows of a file that `review pool` takes.
_POOLED = "study,events,n\n" + "".join(f"S{n},{n + 3},{40 + n}\n" for n in range(15))
_FORMATS = ("html5", "typst", "docx", "jats_publishing+element_citations")


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the page.

    Attributes
    ----------
    name
        What is done.
    aim
        Seconds of wall-clock time on a quiet machine of two cores, None without one.
    cpu, wall
        Seconds, the least of the rounds.
    """

    name: str
    aim: float | None
    cpu: float
    wall: float


def measured_steps() -> list[Step]:
    """Measure every step on a copy of the shipped review."""
    with tempfile.TemporaryDirectory(prefix="review-steps-") as place:
        root = copy_review(Path(place) / "review")
        shutil.copytree(ROOT / "versions", root / "versions")
        pooled = Path(place) / "pooled.csv"
        pooled.write_text(_POOLED, encoding="utf-8")
        html = ("render", "--engine", "embedded", "--to", "html")
        every = ("render", "--engine", "embedded")

        def forget() -> None:
            for made in ("_output", "manuscript/_generated", ".review"):
                shutil.rmtree(root / made, ignore_errors=True)

        def review(*words: str) -> Callable[[], None]:
            return lambda: _review(root, *words)

        cold = _step("Render, nothing done before, four formats", 6, forget, review(*every))
        return [
            cold,
            _step("Render, one row changed, four formats", 4, lambda: _row(root), review(*every)),
            _step("Render, one row changed, web page", 2, lambda: _row(root), review(*html)),
            _step("Render, one word changed, web page", 1, lambda: _word(root), review(*html)),
            _step("Render, nothing changed, web page", 0.15, lambda: None, review(*html)),
            _step("review check", 0.5, lambda: None, review("check")),
            _step("review pool, 15 rows", 1, lambda: None, review("pool", str(pooled))),
            _step("review --help", 0.05, lambda: None, review("--help")),
            *_floor(root),
        ]


def section() -> list[str]:
    """Write the part of the page."""
    lines = [
        "## The paper, step by step",
        "",
        "Whole processes on a copy of the shipped review with its version 1.0, by the embedded",
        f"engine, the least of {ROUNDS}. The aims are wall-clock times of a quiet machine of two",
        "cores. The last rows are the floor: pandoc writes the sources without figures,",
        "tables, filters and references, and Typst sets what it wrote. The time of Quarto",
        "is not here: it was not measured on this machine.",
        "",
        "| step | aim | CPU | wall clock |",
        "|---|--:|--:|--:|",
    ]
    for step in measured_steps():
        aim = "–" if step.aim is None else f"{step.aim:g} s"
        lines.append(f"| {step.name} | {aim} | {step.cpu:.2f} s | {step.wall:.2f} s |")
    return [*lines, ""]


def _step(
    name: str, aim: float | None, prepare: Callable[[], None], run: Callable[[], None]
) -> Step:
    found = []
    for _ in range(ROUNDS):
        prepare()
        before, start = _children(), time.perf_counter()
        run()
        found.append((_children() - before, time.perf_counter() - start))
    return Step(name, aim, min(cpu for cpu, _ in found), min(wall for _, wall in found))


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _review(root: Path, *words: str) -> None:
    # What Python has compiled once is at hand the next time, as on any other machine.
    environment = {name: value for name, value in os.environ.items() if name not in _OTHERWISE}
    _run([sys.executable, "-m", "analysis", "--root", str(root), *words], ROOT, environment)


def _run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)


def _word(root: Path) -> None:
    with (root / _TEXT).open("a", encoding="utf-8") as text:
        text.write("\nOne more sentence.\n")


def _row(root: Path) -> None:
    """Count one response more, or one less."""
    path = root / "data/outcomes.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if line.startswith(_ROW))
    events, rest = lines[place].removeprefix(_ROW).split(",", 1)
    lines[place] = f"{_ROW}{int(events) + 1},{rest}"
    path.write_text("".join(lines), encoding="utf-8", newline="")


def _floor(root: Path) -> list[Step]:
    folder = root / "manuscript"
    sources = [str(path) for path in sorted(folder.glob("*.qmd"))]
    made = root / "floor"
    made.mkdir()

    def pandoc() -> None:
        for writer in _FORMATS:
            target = made / writer.split("_")[0]
            words = [f"--to={writer}", f"--output={target}", "--standalone"]
            # Its own Typst template cannot read such keywords, and looks for files beside it.
            words += ["--from=markdown-citations", "--metadata=keywords:false"]
            words += ["--metadata=csl:false", "--metadata=bibliography:false"]
            _run([pandoc_program(), *words, *sources], folder)

    def typst() -> None:
        program = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2])"
        _run([sys.executable, "-c", program, str(made / "typst"), str(made / "pdf")], made)

    return [
        _step("Floor: pandoc alone, four formats", None, lambda: None, pandoc),
        _step("Floor: Typst alone", None, lambda: None, typst),
    ]


def main() -> None:
    """Print what was measured."""
    print("\n".join(section()))


if __name__ == "__main__":
    main()
