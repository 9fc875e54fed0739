"""Lists of analyses as files: JSON in, JSON out, plain or compressed, or through a pipe.

The schema of a case and of its result is ``tests/reference/SCHEMA.md``. What is wrong with the file
stops everything before anything is computed; what is wrong with one analysis is its own `error`.
"""

from __future__ import annotations

import gzip
import json
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.storage.atomic import replace_file
from analysis.storage.foreign_files import UnusableFile, gunzipped, json_content
from schemas.csv_text import content_of
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["CaseReport", "read_cases", "run_file"]

Case = dict[str, Any]

#: Name that stands for the standard input or output.
PIPE = "-"
_GZIP = b"\x1f\x8b"
_EXAMPLE = (
    '[{"id": "a", "kind": "rma", "measure": "GEN", "args": {}, "data": {"yi": [], "vi": []}}]'
)
# Fewer analyses are done before a reader has read a line about them.
_LONG_LIST = 200
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class CaseReport:
    """What became of a list of analyses.

    Attributes
    ----------
    count, refused
        Analyses in the list, and those that have an ``error`` instead of a ``result``.
    """

    count: int
    refused: int

    def __str__(self) -> str:
        done = self.count - self.refused
        text = f"{done} {'analysis' if done == 1 else 'analyses'} computed"
        return f"{text}, {self.refused} refused (each says why)." if self.refused else f"{text}."


def run_file(
    source: str, target: str, *, progress: Callable[[str], None] | None = None
) -> CaseReport:
    """Run the analyses of a file and write their results.

    Parameters
    ----------
    source
        A JSON file, possibly compressed with gzip, or ``-`` for the standard input.
    target
        Where the results go: a JSON file, compressed if it ends in ``.gz``, or ``-`` for the
        standard output. A file is replaced only when everything has been computed.
    progress
        Told now and then how far a long list has come.

    Raises
    ------
    DataProblems
        If the file cannot be read, is not a list of analyses with an id each, or the results cannot
        be written.
    """
    from analysis.meta.cases import run_cases

    cases = read_cases(source)
    if target != PIPE and not Path(target).resolve().parent.is_dir():
        # Said before an hour of computing, not after it.
        raise _problem(target, "The folder of this file does not exist.", "Create it first.")
    answers: list[Case] = []
    step = max(1, len(cases) // 10)
    for start in range(0, len(cases), step):
        with warnings.catch_warnings():
            # Of absurd magnitudes NumPy warns itself; the answer says what came of them.
            warnings.simplefilter("ignore", RuntimeWarning)
            answers += run_cases(cases[start : start + step])
        if progress is not None and len(cases) >= _LONG_LIST:
            progress(f"{len(answers)} of {len(cases)} analyses")
    _write(target, answers)
    return CaseReport(len(answers), sum("error" in answer for answer in answers))


def read_cases(source: str) -> list[Case]:
    """Read a list of analyses.

    Parameters
    ----------
    source
        As for `run_file`.

    Raises
    ------
    DataProblems
        With every entry that is no analysis, or what is wrong with the file.
    """
    name = "standard input" if source == PIPE else source
    text = _text(_bytes(source, name), name)
    try:
        found = json_content(text)
    except json.JSONDecodeError as error:
        what = f"This is not JSON: {error.msg} at character {error.colno}."
        hint = "Compare the line with the example in tests/reference/SCHEMA.md."
        raise _problem(name, what, hint, line=error.lineno) from error
    except UnusableFile as error:
        raise _problem(name, error.what, "Compare with tests/reference/SCHEMA.md.") from error
    if not isinstance(found, list):
        hint = f"Write a list, also around a single analysis: {_EXAMPLE}"
        if isinstance(found, dict) and isinstance(found.get("cases"), list):
            hint = 'Hand in the list that stands under "cases", without the object around it.'
        raise _problem(name, f"The file holds {_kind(found)}, not a list of analyses.", hint)
    _check_entries(found, name)
    return found


def _check_entries(cases: Sequence[Any], name: str) -> None:
    """Refuse entries whose answers nobody could tell apart."""
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for position, case in enumerate(cases, start=1):
        if not isinstance(case, dict):
            what = f"Entry {position} of the list is {_kind(case)}, not an analysis."
            hint = "An analysis is an object with id, kind, measure, args and data."
        elif "id" not in case:
            what = f"Analysis {position} of the list has no id."
            hint = "Give each analysis its own id: its result is found by it."
        elif not isinstance(case["id"], str | int) or isinstance(case["id"], bool):
            what = f"The id of analysis {position} is {_kind(case['id'])}."
            hint = "An id is a text or a whole number."
        elif (key := json.dumps(case["id"])) in first:
            what = f"Analyses {first[key]} and {position} have the same id {key}."
            hint = "Rename one: results are found by their id."
        else:
            first[key] = position
            continue
        problems.append(Problem(name, None, None, None, what, hint, "error", "case-entry"))
    if len(problems) > _MOST_NAMED:
        more = f"… and {len(problems) - _MOST_NAMED} more entries like these."
        problems = [
            *problems[:_MOST_NAMED],
            Problem(name, None, None, None, more, "", "error", "case-entry"),
        ]
    if problems:
        raise DataProblems(problems)


def _bytes(source: str, name: str) -> bytes:
    if source == PIPE:
        return sys.stdin.buffer.read()
    try:
        return content_of(Path(source))
    except OSError as error:
        what = f"The file cannot be read ({error.strerror or 'unknown reason'})."
        raise _problem(name, what, "Look at its name and folder.") from error


def _text(content: bytes, name: str) -> str:
    # By content, not by name: a pipe has no name, and browsers unpack files without renaming them.
    try:
        plain = gunzipped(content) if content.startswith(_GZIP) else content
    except UnusableFile as error:
        raise _problem(name, error.what, "Copy or download it again.") from error
    if not plain.strip():
        raise _problem(name, "The file is empty.", f"It must hold a list: {_EXAMPLE}")
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _problem(name, "The file is not UTF-8 text.", "Save it as UTF-8 JSON.") from error


def _write(target: str, answers: Sequence[Case]) -> None:
    # One answer a line: long lists can be compared and searched line by line.
    lines = ",\n".join(json.dumps(a, ensure_ascii=False, allow_nan=False) for a in answers)
    content = (f"[\n{lines}\n]\n" if lines else "[]\n").encode()
    if target == PIPE:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)  # no clock in the file: same input, same bytes
    try:
        replace_file(path, content)
    except OSError as error:
        what = f"The results cannot be written ({error.strerror or 'unknown reason'})."
        raise _problem(target, what, "Choose another place for them with --out.") from error


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    return names.get(type(value), "a number")


def _problem(file: str, what: str, hint: str, *, line: int | None = None) -> DataProblems:
    return DataProblems([Problem(file, line, None, None, what, hint, "error", "case-file")])
