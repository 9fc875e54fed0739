"""The same review, built in different places with different numbers of threads."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import copy_review
from tests.faults.trials import review, run

THREADS = (1, 2, 4)
# Each library asks for its number under another name: BLAS, OpenMP, Typst.
_NAMES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")


def built(folder: Path, threads: int) -> dict[str, str]:
    """Render a copy of the review and make a package; give the hash of every file.

    Raises
    ------
    RuntimeError
        If a command fails; it says what was printed.
    """
    # The place is another one, as deep as its number of threads.
    root = copy_review(folder.joinpath(*[f"place-{threads}"] * threads) / "review")
    environment = os.environ | dict.fromkeys(_NAMES, str(threads))
    for words in (
        ("render", "--engine", "embedded"),
        ("submit", "--journal", "plos-one", "--draft", "--date", "2026-01-10"),
    ):
        code, said = run(review(root, *words), env=environment)
        if code:
            raise RuntimeError(said[-2000:])
    output = root / "_output"
    found = {
        path.relative_to(output).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(output.rglob("*"))
        if path.is_file()
    }
    shutil.rmtree(root)
    return found


def differences(folder: Path) -> Iterator[str | None]:
    """Compare every file of every build with that of the first; None for one that is the same."""
    first, *others = (built(folder, threads) for threads in THREADS)
    for threads, other in zip(THREADS[1:], others, strict=True):
        for name in sorted(first.keys() | other.keys()):
            same = first.get(name) == other.get(name)
            yield None if same else f"{name} differs with {threads} threads in another place"
