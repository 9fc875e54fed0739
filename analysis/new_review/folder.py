"""Makes the folder of another review: empty tables, a text to rewrite, the program if wanted."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.new_review.program_copy import files_for, record_of
from analysis.new_review.protocol_text import Choices, measures_of, starting_protocol
from analysis.storage.program_files import RECORD, is_installed
from schemas.problems import DataProblems, Problem
from schemas.profile_files import OWN_PROFILES
from schemas.quality_files import OWN, shipped_tools
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.protocol import Protocol

__all__ = ["new_review"]

STARTER = Path(__file__).parent / "starter"
PROTOCOL = "data/protocol.yml"
_CHECKLIST = "data/prisma_checklist.csv"
_REFERENCES = "manuscript/references.bib"


def new_review(
    folder: Path,
    protocol_file: Path | None = None,
    choices: Choices | None = None,
    *,
    with_program: bool | None = None,
) -> Protocol:
    """Make the folder of a new review, whole or not at all.

    Parameters
    ----------
    folder
        Where; it does not exist yet, or is empty.
    protocol_file
        A protocol without ``display``, from which tables and text are made.
    choices
        Without a protocol: of what kind the review is, from which an example is written.
    with_program
        Whether the folder gets a copy of the program with its Makefile and lock file; None for a
        copy where this program runs from its repository, none where it was installed.

    Returns
    -------
    Protocol
        The choices that stand in the folder now.

    Raises
    ------
    DataProblems
        If the folder holds something, the protocol is wrong, or a measure does not fit the kind.
    """
    _refuse_used(folder)
    whole = not is_installed() if with_program is None else with_program
    if protocol_file is not None:
        protocol, text = _protocol(protocol_file, protocol_file)
    else:
        protocol, text = _example(choices or Choices())
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-review-") as workshop:
        made = Path(workshop) / "review"
        program = files_for(whole=whole)
        own = {name: content.encode() for name, content in _files(protocol, text, whole=whole)}
        if protocol_file is not None:
            own |= _named_files(protocol, protocol_file.parent)
        for name, content in {**program, RECORD: record_of(program), **own}.items():
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if folder.is_dir():
            folder.rmdir()
        made.rename(folder)
    return protocol


def starting_files(protocol: Protocol, *, whole: bool = False) -> dict[str, str]:
    """Give text, checklist and reference list that a review with a protocol begins with.

    Parameters
    ----------
    protocol
        The choices of the review.
    whole
        Whether the program is in the review's folder.
    """
    from analysis.new_review.text import filled, placed, used_references

    written = {
        path.relative_to(STARTER).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(STARTER.rglob("*"))
        if path.is_file()
    }
    written = {name: filled(content, protocol, whole=whole) for name, content in written.items()}
    prose = "\n".join(content for name, content in written.items() if name.endswith(".qmd"))
    written[_CHECKLIST] = placed(written[_CHECKLIST], prose, protocol)
    written[_REFERENCES] = used_references(written[_REFERENCES], prose, protocol)
    return written


def _files(protocol: Protocol, text: str, *, whole: bool) -> Iterator[tuple[str, str]]:
    from schemas.dictionary import data_dictionary
    from schemas.quality_records import OLD_TABLES
    from schemas.tables import table_schemas

    yield from starting_files(protocol, whole=whole).items()
    yield PROTOCOL, text
    yield "data/README.md", data_dictionary(protocol)
    for name, schema in table_schemas(protocol).items():
        # What older editions kept there stands in quality.csv now.
        if name not in OLD_TABLES and not (STARTER / f"data/{name}.csv").is_file():
            yield f"data/{name}.csv", ",".join(map(str, schema.columns)) + "\n"


def _named_files(protocol: Protocol, beside: Path) -> dict[str, bytes]:
    """Give the team's own tools and profile that a protocol names, from the folder beside it."""
    named = {OWN: protocol.quality_tools, OWN_PROFILES: (protocol.profile,)}
    return {
        f"{folder}/{name}.yml": path.read_bytes()
        for folder, names in named.items()
        for name in names
        if (path := beside / Path(folder).name / f"{name}.yml").is_file()
    }


def _example(choices: Choices) -> tuple[Protocol, str]:
    """Write the example of a kind and read it as any other protocol."""
    fitting = measures_of(choices.kind)
    for name in (given.partition(":")[0] for given in choices.measures):
        if name not in fitting:
            what = f"{name} is not a measure of a review of the kind {choices.kind}."
            known = f"There are: {', '.join(fitting)}." if fitting else "Nothing is pooled there."
            raise _refusal(name, what, known)
    for name in choices.tools:
        if name not in shipped_tools():
            hint = list_hint(name, sorted(shipped_tools()))
            raise _refusal(name, "There is no quality tool of this name.", hint)
    with tempfile.TemporaryDirectory(prefix="review-new-") as desk:
        source = Path(desk) / "protocol.yml"
        source.write_text(starting_protocol(choices), encoding="utf-8", newline="\n")
        return _protocol(source, None)


def _protocol(source: Path, given: Path | None) -> tuple[Protocol, str]:
    from analysis.new_review.text import display_text
    from schemas.protocol_file import read_protocol

    protocol, problems = read_protocol(source)
    if given is not None:
        # The file that the user wrote, not the one that it becomes.
        problems = [replace(problem, file=given.name) for problem in problems]
    errors = [problem for problem in problems if problem.severity == "error"]
    if protocol is None or errors:
        raise DataProblems(problems)
    if protocol.display:
        what = "The protocol already lists figures and tables."
        hint = "Take display out of this file: the list is written to fit the new text."
        raise _refusal(str(given), what, hint)
    text = source.read_text(encoding="utf-8-sig").rstrip("\n")
    return protocol, f"{text}\n\n{display_text(protocol)}"


def _refuse_used(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        return
    if folder.exists():
        what = "This folder is there already, and holds something."
        raise _refusal(str(folder), what, "Name a folder that does not exist yet.")


def _refusal(file: str, what: str, hint: str) -> DataProblems:
    return DataProblems([Problem(file, None, None, None, what, hint, "error", "new-review")])
