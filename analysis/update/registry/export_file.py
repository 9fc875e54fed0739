"""Reads a file that was downloaded from ClinicalTrials.gov, whatever its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.storage.foreign_files import UnusableFile, json_content
from analysis.update.registry import export_csv, export_json
from schemas.csv_text import content_of
from schemas.problems import DataProblems, Problem
from schemas.reading import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.update.registry.trial import RegisteredTrial

_ZIP = b"PK\x03\x04"
_HOW = (
    "On ClinicalTrials.gov: search, Download, then JSON or CSV with all fields. Give the file as "
    "it was downloaded."
)


def read_export(path: Path) -> tuple[RegisteredTrial, ...]:
    """Read the trials of an export, in the order of the file.

    Parameters
    ----------
    path
        JSON (a page of the interface, a list of studies or one study) or CSV.

    Raises
    ------
    DataProblems
        If it is not such an export, or holds no trial.
    """
    try:
        content = content_of(path)
    except OSError as error:
        raise _refusal(path, f"The file cannot be opened ({error.strerror}).") from None
    if content.startswith(_ZIP):
        archive = path.suffix.lower() == ".zip"
        what = (
            "This is an archive. Unpack it and give the files in it one by one."
            if archive
            else "This is an Excel workbook; a spreadsheet changes the dates of the download."
        )
        raise _refusal(path, what)
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    trials = _from_json(path, content) if begins in (b"{", b"[") else _from_csv(path)
    if not trials:
        raise _refusal(path, "There is no trial with an NCT number in this file.")
    return trials


def _from_json(path: Path, content: bytes) -> tuple[RegisteredTrial, ...]:
    try:
        studies = export_json.studies_of(json_content(content.decode("utf-8-sig")))
    except (ValueError, UnusableFile):
        raise _refusal(path, "The file begins like JSON and cannot be read as such.") from None
    if studies is None:
        raise _refusal(path, "This is JSON, but not an export of ClinicalTrials.gov.")
    found = (
        export_json.read_study(study, f"record {number}")
        for number, study in enumerate(studies, start=1)
    )
    return tuple(trial for trial in found if trial is not None)


def page_notes(path: Path) -> tuple[str, ...]:
    """Say what an export that was read leaves out: the further pages of an answer."""
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf").lstrip()
    if not content.startswith(b"{"):
        return ()
    note = export_json.missing_pages(json_content(content.decode("utf-8")))
    return (note,) if note else ()


def _from_csv(path: Path) -> tuple[RegisteredTrial, ...]:
    first = read_file(path, path.name, [export_csv.NUMBER], strict=False)
    if first.missing:
        raise _refusal(path, f'The file has no column "{export_csv.NUMBER}".')
    if not first.readable or first.broken_lines:
        raise DataProblems(first.problems)
    # The columns of the download differ with what was ticked: the file itself names them.
    whole = read_file(path, path.name, first.written, strict=False)
    found = (
        export_csv.read_row(dict(zip(whole.header, cells, strict=True)), f"line {line}")
        for line, cells in whole.rows
    )
    return tuple(trial for trial in found if trial is not None)


def _refusal(path: Path, what: str) -> DataProblems:
    return DataProblems(
        [Problem(path.name, None, None, None, what, _HOW, "error", "registry-file")]
    )
