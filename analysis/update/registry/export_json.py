"""The JSON export of ClinicalTrials.gov (version 2 of its interface): one study or many.

The structure is that of https://clinicaltrials.gov/data-api/about-api/study-data-structure: each
study has a `protocolSection` of modules, and `hasResults`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.update.registry.dates import registry_date
from analysis.update.registry.trial import RegisteredTrial, phase_of, plain, status_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def studies_of(content: object) -> list[object] | None:
    """Find the studies: a page of the interface, a list, or one study; None if it is neither."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict) and isinstance(content.get("studies"), list):
        return content["studies"]
    if isinstance(content, dict) and "protocolSection" in content:
        return [content]
    return None


def missing_pages(content: object) -> str:
    """Say that a page of an answer is not the whole answer; empty when it is."""
    if not isinstance(content, dict) or not content.get("nextPageToken"):
        return ""
    here, total = len(studies_of(content) or []), content.get("totalCount")
    of = f" of {total}" if isinstance(total, int) else ""
    return (
        f"The file is one page of an answer: it has {here}{of} trials, and the others are in no "
        "file yet. Download the following pages (pageToken), or ask for a larger pageSize."
    )


def read_study(study: object, place: str) -> RegisteredTrial | None:
    """Read one study; None if it has no NCT number."""
    number = plain(_at(study, "protocolSection", "identificationModule", "nctId"))
    if number is None:
        return None
    protocol = _at(study, "protocolSection")
    unread: list[str] = []
    status = _known(
        plain(_at(protocol, "statusModule", "overallStatus")), status_of, "status", unread
    )
    phases = [text for text in map(plain, _list(protocol, "designModule", "phases")) if text]
    phase = _known(", ".join(phases) or None, phase_of, "phase", unread)
    days = {
        name: _day(_at(protocol, "statusModule", f"{key}DateStruct"), name, unread)
        for name, key in (
            ("start", "start"),
            ("primary completion", "primaryCompletion"),
            ("completion", "completion"),
        )
    }
    count = _at(protocol, "designModule", "enrollmentInfo", "count")
    results = _at(study, "hasResults")
    return RegisteredTrial(
        registry_id=number.upper(),
        place=place,
        other_ids=tuple(_other_ids(protocol)),
        title=plain(_at(protocol, "identificationModule", "briefTitle")),
        status=status,
        phase=phase,
        start=days["start"][0],
        primary_completion=days["primary completion"][0],
        primary_completion_type=days["primary completion"][1],
        completion=days["completion"][0],
        completion_type=days["completion"][1],
        # A truth value is a number to Python, and not one to a registry.
        enrollment=count if isinstance(count, int) and not isinstance(count, bool) else None,
        enrollment_type=_type(_at(protocol, "designModule", "enrollmentInfo")),
        sponsor=plain(_at(protocol, "sponsorCollaboratorsModule", "leadSponsor", "name")),
        interventions=_joined(protocol, "name", "armsInterventionsModule", "interventions"),
        conditions=_joined(protocol, None, "conditionsModule", "conditions"),
        primary_outcome=_joined(protocol, "measure", "outcomesModule", "primaryOutcomes"),
        results=results if isinstance(results, bool) else None,
        unread=tuple(unread),
    )


def _at(node: object, *path: str) -> Any:
    """Follow a path; None wherever the file has something else than expected."""
    for key in path:
        if not isinstance(node, dict):
            return None
        node = node.get(key)
    return node


def _list(node: object, *path: str) -> list[object]:
    found = _at(node, *path)
    return found if isinstance(found, list) else []


def _joined(node: object, key: str | None, *path: str) -> str | None:
    parts = [plain(item if key is None else _at(item, key)) for item in _list(node, *path)]
    return "; ".join(dict.fromkeys(part for part in parts if part)) or None


def _other_ids(protocol: object) -> Iterator[str]:
    for alias in _list(protocol, "identificationModule", "nctIdAliases"):
        if text := plain(alias):
            yield text
    for entry in (
        _at(protocol, "identificationModule", "orgStudyIdInfo"),
        *_list(protocol, "identificationModule", "secondaryIdInfos"),
    ):
        if text := plain(_at(entry, "id")):
            yield text


def _known(written: str | None, read: Any, what: str, unread: list[str]) -> str | None:
    known = None if written is None else read(written)
    # NA is said of trials without phases, such as those of devices.
    if written not in (None, "NA") and known is None:
        unread.append(f"its {what} is {written}, which the table does not know")
    return known


def _day(struct: object, what: str, unread: list[str]) -> tuple[str | None, str | None]:
    written = plain(_at(struct, "date"))
    if written is None:
        return None, None
    day = registry_date(written)
    if day is None:
        unread.append(f"its {what} date is {written}, which cannot be read as a date")
        return None, None
    return day, _type(struct)


def _type(struct: object) -> str | None:
    kind = (plain(_at(struct, "type")) or "").lower()
    return {"estimated": "estimated", "anticipated": "estimated", "actual": "actual"}.get(kind)
