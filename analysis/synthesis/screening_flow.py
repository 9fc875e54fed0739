"""The numbers of the PRISMA 2020 flow diagram for the current edition of the review.

Editions whose records were imported are counted from the screening log; those that exist only as
numbers, such as a published review, are taken from flow.csv. An update has the boxes of the
template for updated reviews (Page MJ and others. BMJ 2021;372:n71, figure 1 and its templates at
prisma-statement.org): previous studies, its own records, and the studies included in all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.synthesis.listings import FlowStage
from analysis.synthesis.row import RowRef
from analysis.synthesis.screening_state import log_of_review
from schemas.editions import edition_order, released_editions
from schemas.reported_studies import new_studies, reported_studies, study_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from schemas.editions import ReleasedEdition
    from schemas.review_data import ReviewData
    from schemas.screening_log import Log, RecordState

PREVIOUS_STUDIES: Final = "previous studies"
PREVIOUS_REPORTS: Final = "previous reports"
IDENTIFIED: Final = "identified"
IDENTIFIED_ELSEWHERE: Final = "identified elsewhere"
DUPLICATES: Final = "duplicates removed"
SCREENED: Final = "screened"
NOT_SCREENED: Final = "records not yet decided"
RECORDS_EXCLUDED: Final = "records excluded"
SOUGHT: Final = "full texts sought"
NOT_RETRIEVED: Final = "full texts not retrieved"
ASSESSED: Final = "full texts assessed"
NOT_ASSESSED: Final = "full texts not yet decided"
EXCLUDED: Final = "full texts excluded"
INCLUDED: Final = "included"
REPORTS: Final = "reports included"
FURTHER_REPORTS: Final = "further reports of previous studies"
NOT_EXTRACTED: Final = "studies not yet extracted"
TOTAL_STUDIES: Final = "total studies"
TOTAL_REPORTS: Final = "total reports"

_FLOW: Final = "data/flow.csv"
_SEARCHES: Final = "data/searches.csv"


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow of the current edition.

    Attributes
    ----------
    stages
        Its boxes, a reason a row where a box is divided.
    since
        The edition before it, None for the first one.
    from_log
        Whether the boxes are counted from the screening log.
    """

    stages: tuple[FlowStage, ...]
    since: str | None
    from_log: bool


def flow_of_review(data: ReviewData) -> Flow:
    """Count the boxes of the flow diagram for the current edition.

    Parameters
    ----------
    data
        The checked tables; frozen tables of released editions tell their searches from new ones.
    """
    numbers = _numbers(data)
    log = log_of_review(data)
    if not log.searches:
        return _flow_of_numbers(numbers)
    released = [edition for edition in released_editions(data.root) if edition.name not in numbers]
    search_edition = {search: e.name for e in reversed(released) for search in e.searches}
    names = [search_edition.get(search) for search in dict.fromkeys(log.searches.values())]
    known = [name for name in names if name is not None]
    # Searches that no release has frozen belong to the edition that is being made.
    current = None if None in names else max(known, key=edition_order)
    searches = frozenset(
        search for search in log.searches.values() if search_edition.get(search) == current
    )
    earlier = sorted({name for name in (*known, *numbers) if name != current}, key=edition_order)
    stages = tuple(_stages(data, log, searches, numbers))
    return Flow(stages, earlier[-1] if earlier else None, from_log=True)


def first_numbers(root: Path) -> tuple[FlowStage, ...]:
    """Give the boxes of the oldest edition in flow.csv.

    Parameters
    ----------
    root
        The project's folder.

    Raises
    ------
    DataProblems
        If the table cannot be read.
    """
    from analysis.storage.table_files import read_table

    _, rows = read_table(root, "flow")
    oldest = min((row["edition"] for row in rows), key=edition_order, default="")
    return tuple(
        _stage(row["stage"], int(row["records"]) if row["records"] else None, row["reason"] or None)
        for row in rows
        if row["edition"] == oldest
    )


def _numbers(data: ReviewData) -> dict[str, list[FlowStage]]:
    """Give the boxes that exist only as numbers by edition, the oldest edition first."""
    from schemas.frame_records import records

    found: dict[str, list[FlowStage]] = {}
    for row in records(data.flow):
        stage = FlowStage(
            stage=str(row["stage"]),
            reason=row["reason"],
            records=None if row["records"] is None else int(row["records"]),
            row=RowRef(_FLOW, int(row["line"])),
        )
        found.setdefault(str(row["edition"]), []).append(stage)
    return {edition: found[edition] for edition in sorted(found, key=edition_order)}


def _flow_of_numbers(numbers: Mapping[str, Sequence[FlowStage]]) -> Flow:
    if not numbers:
        return Flow((), None, from_log=False)
    *earlier, current = numbers
    stages = list(numbers[current])
    if not earlier:
        return Flow(tuple(stages), None, from_log=False)
    before = {name: numbers[name] for name in earlier}
    previous = _sum(before, INCLUDED), _sum(before, REPORTS)
    own = {current: stages}
    added = _sum(own, INCLUDED), _sum(own, REPORTS)
    return Flow(
        (*_previous(*previous), *stages, *_total(previous, added)), earlier[-1], from_log=False
    )


def _sum(numbers: Mapping[str, Sequence[FlowStage]], name: str) -> int | None:
    """Add up a box over editions; None when one of them does not report it."""
    total = 0
    for stages in numbers.values():
        counted = [stage.records for stage in stages if stage.stage == name]
        if not counted or None in counted:
            return None
        total += sum(number or 0 for number in counted)
    return total


def _stage(name: str, records: int | None, reason: str | None = None) -> FlowStage:
    return FlowStage(name, reason, records, None)


def _previous(studies: int | None, reports: int | None) -> Iterator[FlowStage]:
    yield _stage(PREVIOUS_STUDIES, studies)
    yield _stage(PREVIOUS_REPORTS, reports)


def _total(
    previous: tuple[int | None, int | None], added: tuple[int | None, int | None]
) -> Iterator[FlowStage]:
    for name, before, new in zip((TOTAL_STUDIES, TOTAL_REPORTS), previous, added, strict=True):
        yield _stage(name, None if before is None or new is None else before + new)


def _stages(
    data: ReviewData,
    log: Log,
    searches: frozenset[str],
    numbers: Mapping[str, Sequence[FlowStage]],
) -> Iterator[FlowStage]:
    states = [state for state in log.states.values() if state.search_id in searches]
    found = [record for record, search in log.searches.items() if search in searches]
    studies = reported_studies(log.states.values(), _study_names(data))
    published = _published_studies(released_editions(data.root), numbers)
    new = new_studies(studies, published, frozenset(found))
    before = [
        study for study in new_studies(studies, published) if study not in new
    ]  # of earlier editions that have a log
    new_reports = sum(len(study.records) for study in new)
    current = {state.record_id for state in states if state.included}
    old_reports = sum(state.included for state in log.states.values()) - len(current)
    is_update = bool(numbers) or len(found) < len(log.searches)
    studies_before, reports_before = _sum(numbers, INCLUDED), _sum(numbers, REPORTS)
    previous = (
        None if studies_before is None else studies_before + len(before),
        None if reports_before is None else reports_before + old_reports,
    )
    if is_update:
        yield from _previous(*previous)
    yield from _identified(data, found, log)
    yield from _screening(states, len(found))
    yield from _full_text(states, data)
    yield _stage(INCLUDED, len(new))
    yield _stage(REPORTS, new_reports)
    if len(current) > new_reports:
        yield _stage(FURTHER_REPORTS, len(current) - new_reports)
    waiting = sum(not study.study_ids for study in new)
    if waiting:
        yield _stage(NOT_EXTRACTED, waiting)
    if is_update:
        yield from _total(previous, (len(new), len(current)))


def _identified(data: ReviewData, found: Sequence[str], log: Log) -> Iterator[FlowStage]:
    from schemas.frame_records import records

    rows = {str(row["search_id"]): row for row in records(data.searches)}
    counted: Counter[tuple[str, str]] = Counter()
    lines: dict[tuple[str, str], RowRef] = {}
    for record in found:
        row: Mapping[Any, Any] = rows[log.searches[record]]
        box = IDENTIFIED_ELSEWHERE if row["kind"] == "other" else IDENTIFIED
        counted[box, row["database"]] += 1
        lines.setdefault((box, row["database"]), RowRef(_SEARCHES, int(row["line"])))
    # Sources of the first box stand together, whatever the order of the records.
    for box, database in sorted(counted, key=lambda key: key[0] == IDENTIFIED_ELSEWHERE):
        yield FlowStage(box, database, counted[box, database], lines[box, database])


def _screening(states: Sequence[RecordState], found: int) -> Iterator[FlowStage]:
    decided = [state for state in states if state.title_abstract.standing == "decided"]
    yield _stage(DUPLICATES, found - len(states))
    yield _stage(SCREENED, len(decided))
    if len(decided) < len(states):
        yield _stage(NOT_SCREENED, len(states) - len(decided))
    yield _stage(RECORDS_EXCLUDED, sum(not state.passed for state in decided))


def _full_text(states: Sequence[RecordState], data: ReviewData) -> Iterator[FlowStage]:
    sought = [state for state in states if state.passed]
    counted = Counter(state.status for state in sought)
    missing, assessed = (
        counted["full text not retrieved"],
        counted["full text excluded"] + counted["included"],
    )
    yield _stage(SOUGHT, len(sought))
    yield _stage(NOT_RETRIEVED, missing)
    yield _stage(ASSESSED, assessed)
    if assessed + missing < len(sought):
        yield _stage(NOT_ASSESSED, len(sought) - missing - assessed)
    choices = data.protocol.screening
    reasons = Counter(
        state.full_text.reason for state in sought if state.status == "full text excluded"
    )
    if not reasons:
        yield _stage(EXCLUDED, 0)
    for reason in choices.reasons:
        if reasons[reason.id]:
            yield _stage(EXCLUDED, reasons[reason.id], reason.label)


def _study_names(data: ReviewData) -> dict[str, str]:
    from schemas.frame_records import records

    columns = ("registry_id", "source", "evidence")
    return {
        name: str(row["study_id"])
        for row in records(data.studies)
        for name in study_names(row["study_id"], *(str(row[key] or "") for key in columns))
    }


def _published_studies(
    released: Sequence[ReleasedEdition], numbers: Mapping[str, object]
) -> frozenset[str]:
    """Give the ids of the studies of editions whose records exist only as numbers."""
    return frozenset().union(*(e.studies for e in released if e.name in numbers))
