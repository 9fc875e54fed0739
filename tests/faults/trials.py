"""What can happen to a command while it runs: each trial does it to a real process."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from analysis.storage.changeset import writing
from tests.conftest import ROOT, copy_review
from tests.killing import tree

_RIS = "TY  - JOUR\nTI  - {title}\nAU  - Example, A.\nPY  - 2026\nER  - \n"
_IMPORT = "search import {file} --database {name} --date 2026-01-10 --query q"
_RECORDS = 400


class Place:
    """A review with the exports that its commands read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = copy_review(folder / "review")
        for name in ("one", "two"):
            titles = (f"An invented report {name} {number}" for number in range(_RECORDS))
            text = "".join(_RIS.format(title=title) for title in titles)
            (folder / f"{name}.ris").write_text(text, encoding="utf-8")

    def command(self, name: str = "one") -> list[str]:
        """Give an import as a command line."""
        words = _IMPORT.format(file=self.folder / f"{name}.ris", name=name).split()
        return review(self.root, *words)

    def again(self, kept: Path) -> None:
        """Put the review back as it was."""
        shutil.rmtree(self.root)
        shutil.copytree(kept, self.root)


def review(root: Path, *words: str) -> list[str]:
    """Give a command line that runs the program of this repository."""
    code = "import sys; sys.path.insert(0, sys.argv.pop(1)); from analysis.cli import main; main()"
    return [sys.executable, "-c", code, str(ROOT), "--root", str(root), *words]


def run(command: list[str], **options: Any) -> tuple[int, str]:
    """Run a command to its end; give its status and everything that it printed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **options)
    return done.returncode, done.stdout + done.stderr


def _is_message(code: int, said: str) -> bool:
    return code == 1 and "Traceback" not in said and "ERROR" in said


def kills(folder: Path, number: int) -> Iterator[str | None]:
    """Kill an import at random moments: all or nothing, and the next command goes on."""
    place = Place(folder)
    kept = Path(shutil.copytree(place.root, folder / "kept"))
    old = tree(place.root)
    began = time.monotonic()
    run(place.command())
    length = time.monotonic() - began
    new = tree(place.root)
    chance = random.Random(1)  # noqa: S311 - moments, no secrets
    for _ in range(number):
        place.again(kept)
        process = subprocess.Popen(
            place.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        # Most of the time goes by before anything is written.
        time.sleep(length * (1 - chance.random() ** 2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        with writing(place.root):
            found = tree(place.root)
        again = run(place.command())
        told = None if found in (old, new) else "half of a change was left"
        yield told or (None if again[0] == 0 else f"the next command failed: {again[1][-300:]}")


def at_every_change(folder: Path, number: int) -> Iterator[str | None]:
    """Kill an import before every call that changes the disk."""
    from click.testing import CliRunner

    from analysis.cli import main
    from tests.killing import changes_of, in_child

    place = Place(folder)
    kept = Path(shutil.copytree(place.root, folder / "kept"))
    words = place.command()[4:]

    def work() -> object:
        return CliRunner().invoke(main, words)

    old = tree(place.root)
    total = changes_of(place.root, work)
    new = tree(place.root)
    for step in range(min(total, number)):
        place.again(kept)
        in_child(place.root, work, step)
        with writing(place.root):
            found = tree(place.root)
        yield None if found in (old, new) else f"half of a change was left at step {step}"


@contextmanager
def _small_disk(folder: Path, kilobytes: int) -> Iterator[Path | None]:
    """Mount a small disk; None where that is not allowed."""
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(disk)],
        capture_output=True,
        check=False,
    )
    try:
        yield disk if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(disk)], check=False)


def full_disk(folder: Path, _: int) -> Iterator[str | None]:
    """Fill a disk, from no byte left to a megabyte; then let it be read only."""
    with _small_disk(folder, 30_000) as disk:
        if disk is None:
            return
        place = Place(disk)
        old = tree(place.root)
        for left in (0, 4, 16, 64, 256):
            free = shutil.disk_usage(disk).free - left * 1024
            (disk / "filler").write_bytes(bytes(max(0, free)))
            for command in (place.command(), review(place.root, "build", "--force")):
                code, said = run(command)
                sound = code == 0 or _is_message(code, said)
                same = code == 0 or tree(place.root) == old
                yield None if sound and same else f"{left} kB left: {said[-300:]}"
                if code == 0:
                    old = tree(place.root)
            (disk / "filler").unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for command in (place.command("two"), review(place.root, "build", "--force")):
            code, said = run(command)
            yield None if _is_message(code, said) else f"read-only: {said[-300:]}"
        code, said = run(review(place.root, "check"))
        yield None if code == 0 else f"check on a read-only disk: {said[-300:]}"


def two_at_once(folder: Path, number: int) -> Iterator[str | None]:
    """Let two imports write at once: both are there, or one was told to wait."""
    place = Place(folder)
    kept = Path(shutil.copytree(place.root, folder / "kept"))
    for _ in range(number):
        place.again(kept)
        both = [
            subprocess.Popen(
                place.command(name), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
            for name in ("one", "two")
        ]
        said = [process.communicate()[0] for process in both]
        done = sum(process.returncode == 0 for process in both)
        lines = (place.root / "data/records.csv").read_text("utf-8").count("\n") - 1
        waited = all(p.returncode == 0 or "Another" in s for p, s in zip(both, said, strict=True))
        yield None if waited and lines == done * _RECORDS else f"{done} done, {lines} rows: {said}"


def surroundings(folder: Path, _: int) -> Iterator[str | None]:
    """Take HOME away, set the clock of the files forward, forbid large files, close the output."""
    place = Place(folder)
    bare = {name: value for name, value in os.environ.items() if name != "HOME"}
    code, said = run(review(place.root, "check"), env=bare)
    yield None if code == 0 else f"without HOME: {said[-300:]}"
    for path in place.root.rglob("*"):
        os.utime(path, (4_000_000_000, 4_000_000_000))
    code, said = run(place.command())
    yield None if code == 0 else f"files of the future: {said[-300:]}"
    old = tree(place.root)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, 4_096))

    code, said = run(place.command("two"), preexec_fn=small)
    same = tree(place.root) == old
    yield None if _is_message(code, said) and same else f"no large files: {said[-300:]}"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            review(place.root, "status"),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    sound = done.returncode == 1 and "Traceback" not in done.stderr and "ERROR" in done.stderr
    yield None if sound and "Exception ignored" not in done.stderr else f"/dev/full: {done.stderr}"


TRIALS: dict[str, tuple[Callable[[Path, int], Iterator[str | None]], int]] = {
    "killed at a random moment": (kills, 60),
    "killed before every change of the disk": (at_every_change, 200),
    "a full disk, then one that can only be read": (full_disk, 1),
    "two commands at once": (two_at_once, 10),
    "no HOME, clocks, a limit on files, no room for output": (surroundings, 1),
}
