"""Registrations of trials: ClinicalTrials.gov's JSON and the XML of ICTRP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.storage.foreign_files import UnusableFile, json_content
from analysis.update.registry.export_json import missing_pages, read_study, studies_of
from analysis.update.searching.export_record import ExportRecord, Parsed, broken, first_year

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

# What a record of a register is; the tables of records call it so, whatever its file.
REGISTRATION = "trial registration"
_AGAIN = "On ClinicalTrials.gov: search, Download, then JSON with all fields."
# Reports that a registration cites have registrations of their own.
_CITED = ("referencesModule",)


def parse(text: str, file: str) -> Parsed:
    """Read a download of ClinicalTrials.gov: a page of the interface, a list, or one study.

    Raises
    ------
    DataProblems
        If it is not such a download, or holds no trial.
    """
    try:
        content = json_content(text)
    except (ValueError, UnusableFile):
        broken(file, 1, "The file begins like JSON and cannot be read as such.", _AGAIN)
    studies = studies_of(content)
    if studies is None:
        broken(file, 1, "This is JSON, but not an export of ClinicalTrials.gov.", _AGAIN)
    found: list[ExportRecord] = []
    unnumbered: list[str] = []
    for number, study in enumerate(studies, start=1):
        trial = read_study(study, f"record {number}")
        if trial is None or not isinstance(study, dict):
            unnumbered.append(str(number))
            continue
        protocol: Any = study.get("protocolSection")
        written = re.search(rf'"nctId"\s*:\s*"{re.escape(trial.registry_id)}"', text, re.IGNORECASE)
        fields = {
            "title": _official(protocol) or trial.title or "",
            "authors": trial.sponsor or "",
            "year": first_year([_posted(protocol), trial.start or ""]),
            "source_title": "ClinicalTrials.gov",
            "abstract": _summary(protocol),
            "report_type": REGISTRATION,
        }
        line = 1 + text.count("\n", 0, written.start()) if written else 1
        raw, own = "\n".join(_lines(study)), "\n".join(_lines(study, without=_CITED))
        found.append(ExportRecord(line, fields, raw, own))
    if not found:
        broken(file, None, "There is no trial with an NCT number in this file.", _AGAIN)
    notes = [note] if (note := missing_pages(content)) else []
    if unnumbered:
        notes.append(f"Records without an NCT number, not read: {', '.join(unnumbered)}.")
    return Parsed(found, notes)


def ictrp_fields(record: Element) -> dict[str, str]:
    """Give the fields of a `Trial` in the XML of the WHO's register of registers.

    Returns
    -------
    dict
        As `ExportRecord.fields`.
    """

    def text(*names: str) -> str:
        return next(filter(None, (" ".join((record.findtext(n) or "").split()) for n in names)), "")

    return {
        "title": text("Scientific_title", "Public_title"),
        "authors": text("Primary_sponsor"),
        "year": first_year([text("Date_registration"), text("Date_enrollement")]),
        "source_title": text("Source_Register") or "ICTRP",
        "report_type": REGISTRATION,
    }


def _module(protocol: Any, module: str, name: str) -> Any:
    found = protocol.get(module) if isinstance(protocol, dict) else None
    return found.get(name) if isinstance(found, dict) else None


def _official(protocol: Any) -> str:
    return str(_module(protocol, "identificationModule", "officialTitle") or "")


def _summary(protocol: Any) -> str:
    return " ".join(str(_module(protocol, "descriptionModule", "briefSummary") or "").split())


def _posted(protocol: Any) -> str:
    posted = _module(protocol, "statusModule", "studyFirstPostDateStruct")
    return str(posted.get("date") or "") if isinstance(posted, dict) else ""


def _lines(node: Any, path: str = "", without: tuple[str, ...] = ()) -> Iterator[str]:
    """Write every field on a line: the path of its name, and its text."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in without:
                yield from _lines(value, f"{path}/{name}" if path else str(name), without)
    elif isinstance(node, list):
        for value in node:
            yield from _lines(value, path, without)
    elif node is not None:
        yield f"{path}: {' '.join(str(node).split())}"
