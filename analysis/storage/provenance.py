"""Where a file comes from: hashes of data, protocol, text, program and lock file, in one line.

The line travels in the metadata of every output (:mod:`analysis.render.provenance_marks`) and in
every export, so that a file can be traced to its data and two builds can be told apart. It holds no
clock and no path. The hash of the data does not depend on the program, nor the other way round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from analysis.storage.fingerprint import fingerprint, input_files, program_fingerprint
from analysis.storage.foreign_files import Archive, UnusableFile
from analysis.storage.program_files import program_folder
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = "living-review-provenance 1"
SHORT = 12
NO_FILE = "none"

LOCK_FILE = "requirements.lock"
_PROTOCOL = "data/protocol.yml"
# Written from the schemas: a change there is a change of the program, not of the data.
_DICTIONARY = "data/README.md"
_FACTS = ("data", "published")
# It says where the text reports something: no fact of the studies.
_CHECKLIST = "data/prisma_checklist.csv"
_LINE = re.compile(re.escape(MARK) + r"((?:; [a-z]+=[A-Za-z0-9%._~:,-]*)+)")

Part = Literal["data", "protocol", "text", "program", "lock"]
PARTS: tuple[Part, ...] = ("data", "protocol", "text", "program", "lock")
#: What makes a version another one.
FACT_PARTS: tuple[Part, ...] = ("data", "protocol")


@dataclass(frozen=True, slots=True)
class Hashes:
    """SHA-256 of what a paper is made from, hexadecimal.

    Attributes
    ----------
    data
        The tables in ``data/`` and ``published/``; neither the protocol, the dictionary nor the
        checklist.
    protocol
        ``data/protocol.yml``.
    text
        ``manuscript/``, ``_quarto.yml`` and the checklist, without what is generated.
    program
        The packages ``analysis`` and ``schemas`` that ran.
    lock
        The versions of the libraries; ``none`` where there is no lock file.
    """

    data: str
    protocol: str
    text: str
    program: str
    lock: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an output was made from.

    ``verified``, ``derived``, ``data_set`` and ``reconstructed`` count rows of results by their
    evidence.
    """

    edition: str
    profile: str
    version: str
    hashes: Hashes
    verified: int
    derived: int
    reconstructed: int
    data_set: int = 0

    @property
    def evidence(self) -> dict[str, int]:
        """Give the counts by name; rows of a data set only where there are some."""
        counts = {"verified": self.verified, "derived": self.derived}
        shared = {"data set": self.data_set} if self.data_set else {}
        return {**counts, **shared, "reconstructed": self.reconstructed}

    @property
    def line(self) -> str:
        """Everything in one line of ASCII, without a sign that any format would have to escape."""
        from urllib.parse import quote

        found = {
            "edition": self.edition,
            "profile": self.profile,
            "version": self.version,
            **{part: getattr(self.hashes, part) for part in PARTS},
            "evidence": ",".join(f"{name}:{number}" for name, number in self.evidence.items()),
        }
        pairs = (f"{name}={quote(value, safe=':,')}" for name, value in found.items())
        return "; ".join((MARK, *pairs))

    @property
    def statement(self) -> str:
        """The same for readers: ``Built from data <12 hex>, program <version> <12 hex>, …``."""
        return (
            f"Built from data {self.hashes.data[:SHORT]}, program {self.version} "
            f"{self.hashes.program[:SHORT]}, profile {self.profile}"
        )

    def as_json(self) -> dict[str, Any]:
        """Give the content for results.json."""
        return {
            "edition": self.edition,
            "profile": self.profile,
            "version": self.version,
            **{part: getattr(self.hashes, part) for part in PARTS},
            "evidence": self.evidence,
            "line": self.line,
        }


def hashes_of(root: Path) -> Hashes:
    """Hash everything a paper in this folder would be made from now."""
    files = _files_by_part(root)
    return Hashes(
        **{part: fingerprint(root, found) for part, found in files.items()},
        program=program_fingerprint(),
        lock=_lock((root, program_folder())),
    )


def hash_of_facts(root: Path) -> dict[str, str]:
    """Hash the tables and the protocol in a folder alone, by the names of the parts."""
    files = _files_by_part(root)
    return {part: fingerprint(root, files[part]) for part in FACT_PARTS}


def _files_by_part(root: Path) -> dict[str, list[Path]]:
    files: dict[str, list[Path]] = {"data": [], "protocol": [], "text": []}
    for path in input_files(root):
        name = path.relative_to(root)
        if name.as_posix() == _PROTOCOL:
            files["protocol"].append(path)
        elif name.parts[0] in {"manuscript", "_quarto.yml"} or name.as_posix() == _CHECKLIST:
            files["text"].append(path)
        elif name.parts[0] in _FACTS and name.as_posix() != _DICTIONARY:
            files["data"].append(path)
    return files


def _lock(folders: tuple[Path, ...]) -> str:
    for folder in folders:
        if (folder / LOCK_FILE).is_file():
            return fingerprint(folder, [folder / LOCK_FILE])
    return NO_FILE


def program_version() -> str:
    """Give the version of the program that runs, which need not be the installed one."""
    import tomllib

    source = program_folder() / "pyproject.toml"
    return str(tomllib.loads(source.read_text(encoding="utf-8"))["project"]["version"])


def read_provenance(path: Path) -> Provenance:
    """Read what a file was made from.

    Parameters
    ----------
    path
        A paper in any format, results.json, or an export that carries the line.

    Raises
    ------
    DataProblems
        If the file cannot be read or says nothing.
    """
    try:
        found = [_parsed(match) for text in _texts(path) for match in _LINE.finditer(text)]
    except OSError as error:
        raise _problem(path, f"The file cannot be read ({error.strerror}).", "") from None
    except UnusableFile as error:
        raise _problem(path, f"The file cannot be read. {error.what}", "") from None
    readable = [entry for entry in found if entry is not None]
    if not readable:
        hint = "Files that `review render` or `review export` made carry it in their metadata."
        raise _problem(path, "The file does not say what it was made from.", hint)
    return readable[0]


def differences(found: Hashes, here: Hashes) -> tuple[Part, ...]:
    """Name the parts in which two builds differ."""
    return tuple(part for part in PARTS if getattr(found, part) != getattr(here, part))


def _texts(path: Path) -> Iterator[str]:
    """Give the parts of a file where the line may stand, as text."""
    content = path.read_bytes()
    if content.startswith(b"PK"):
        archive = Archive(content)
        wanted = [n for n in archive.names if n[:9] == "docProps/" or n[-4:] in (".txt", "json")]
        yield from (part.decode("latin-1") for _, part in archive.read_all(wanted))
        return
    # The line is ASCII, whatever surrounds it: a PDF is no text in any encoding.
    yield content.decode("latin-1")


def _parsed(match: re.Match[str]) -> Provenance | None:
    from urllib.parse import unquote

    pairs = dict(pair.split("=", 1) for pair in match[1].removeprefix("; ").split("; "))
    values = {name: unquote(value) for name, value in pairs.items()}
    try:
        counts = dict(pair.split(":") for pair in values["evidence"].split(","))
        return Provenance(
            edition=values["edition"],
            profile=values["profile"],
            version=values["version"],
            hashes=Hashes(**{entry.name: values[entry.name] for entry in fields(Hashes)}),
            verified=int(counts["verified"]),
            derived=int(counts["derived"]),
            reconstructed=int(counts["reconstructed"]),
            data_set=int(counts.get("data set", 0)),
        )
    except (KeyError, ValueError):
        return None


def _problem(path: Path, what: str, hint: str) -> DataProblems:
    problem = Problem(path.name, None, None, None, what, hint, "error", "provenance")
    return DataProblems([problem])
