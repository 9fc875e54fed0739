"""The released versions in ``versions/``: each folder is a review of its own, as it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.build.history.number import Number
from analysis.synthesis.pool_states import recorded_headline
from analysis.synthesis.versions import Version
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = Path("versions")
RECORD = "version.json"
RESULTS = "results.json"
PAGE = "paper.html"
OUTPUTS = ("paper.docx", PAGE, "paper.pdf", "paper.xml")


@dataclass(frozen=True, slots=True)
class Released:
    """A released version and where it lies.

    ``hashes`` has the parts of :class:`analysis.storage.provenance.Hashes` by name.
    """

    number: Number
    version: Version
    hashes: dict[str, str]
    folder: Path

    @property
    def edition(self) -> str:
        """Its number as it was written."""
        return self.version.edition

    @property
    def date(self) -> str:
        """Day of its release, ISO."""
        return self.version.date or ""

    def results(self) -> dict[str, Any]:
        """Read its results.

        Raises
        ------
        DataProblems
            If the file is missing or damaged.
        """
        found = _json(self.folder / RESULTS)
        if not isinstance(found.get("synthesis"), dict) or not isinstance(
            found.get("values"), dict
        ):
            raise _damaged(self.folder / RESULTS, "It holds no results.")
        return found

    def same_facts(self, hashes: Any) -> bool:
        """Tell whether tables and protocol are those of this version."""
        from analysis.storage.provenance import FACT_PARTS, hash_of_facts

        wanted = {part: getattr(hashes, part) for part in FACT_PARTS}
        recorded = {part: self.hashes.get(part) for part in FACT_PARTS}
        # The program that released it may have counted other files among the facts.
        return wanted == recorded or wanted == hash_of_facts(self.folder)


def shelf(root: Path) -> tuple[Released, ...]:
    """Give the released versions, oldest first.

    Parameters
    ----------
    root
        The project's folder.

    Raises
    ------
    DataProblems
        If a folder in ``versions/`` is not a whole version.
    """
    place = root / FOLDER
    if not place.is_dir():
        return ()
    folders = [path for path in place.iterdir() if path.is_dir() and path.name[0] not in "._"]
    return tuple(sorted(map(_read, folders), key=lambda entry: entry.number))


def released(root: Path, edition: str | None = None) -> Released:
    """Give one released version, by default the newest.

    Raises
    ------
    DataProblems
        If there is none, or none of this name.
    """
    known = shelf(root)
    number = None if edition is None else Number.read(edition)
    for entry in reversed(known):
        if edition is None or entry.number == number:
            return entry
    names = ", ".join(entry.edition for entry in known)
    what = f"There is no version {edition}." if edition else "No version has been released yet."
    hint = (
        f"There are: {names}."
        if known
        else 'Release one: review release 1.0 "what is new in a few words".'
    )
    problem = Problem(FOLDER.as_posix(), None, None, edition, what, hint, "error", "version")
    raise DataProblems([problem])


def record_bytes(version: Version, hashes: dict[str, str], studies: Sequence[Any]) -> bytes:
    """Write version.json."""
    from dataclasses import asdict

    content = {"format": 1, **asdict(version), "hashes": hashes, "included": list(studies)}
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _read(folder: Path) -> Released:
    path = folder / RECORD
    found = _json(path)
    number = Number.read(folder.name)
    try:
        version = Version(
            edition=str(found["edition"]),
            date=str(found["date"]),
            summary=str(found["summary"]),
            kind=str(found["kind"]),
            studies=int(found["studies"]),
            rows={str(name): int(value) for name, value in found["rows"].items()},
            headline=tuple(map(recorded_headline, found["headline"])),
        )
        hashes = {str(name): str(value) for name, value in found["hashes"].items()}
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged(path, "It lacks an entry of a version.") from None
    if number is None or Number.read(version.edition) != number:
        raise _damaged(path, f"The folder {folder.name} holds version {version.edition}.")
    return Released(number, version, hashes, folder)


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise _damaged(path, "The file is missing.") from None
    except (OSError, ValueError):
        raise _damaged(path, "The file cannot be read.") from None
    if not isinstance(found, dict):
        raise _damaged(path, "It is not the record of a version.")
    return found


def _damaged(path: Path, what: str) -> DataProblems:
    name = f"{FOLDER.as_posix()}/{path.parent.name}/{path.name}"
    hint = "Take the folder of this version from an older copy of the repository."
    return DataProblems([Problem(name, None, None, None, what, hint, "error", "version-damaged")])
