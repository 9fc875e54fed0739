"""Where every record of the searches stands: the screening log, settled record by record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.screening_verdicts import EXCLUDE, INCLUDE, Decision, Verdict, verdict
from schemas.vocabulary import NOT_RETRIEVED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.screening_choices import Screening

TITLE_ABSTRACT = "title_abstract"
FULL_TEXT = "full_text"

Status = Literal[
    "not screened",
    "waiting for a reviewer",
    "in conflict",
    "excluded on title and abstract",
    "full text to be read",
    "full text waiting for a reviewer",
    "full text in conflict",
    "full text not retrieved",
    "full text excluded",
    "included",
]
# In the order in which a record passes through them.
STATUSES: tuple[Status, ...] = Status.__args__

_OF_TITLE: Mapping[str, Status] = {
    "open": "not screened",
    "waiting": "waiting for a reviewer",
    "conflict": "in conflict",
}
_OF_FULL_TEXT: Mapping[str, Status] = {
    "open": "full text to be read",
    "waiting": "full text waiting for a reviewer",
    "conflict": "full text in conflict",
}
_OUTCOMES: Mapping[str | None, Status] = {
    NOT_RETRIEVED: "full text not retrieved",
    EXCLUDE: "full text excluded",
    INCLUDE: "included",
}


@dataclass(frozen=True, slots=True)
class RecordState:
    """One record that is no duplicate, and what was decided on it.

    Attributes
    ----------
    record_id, search_id
        The record and the search that found it.
    studies
        Names of the studies that it reports, as far as known.
    title_abstract, full_text
        What the decisions at each stage amount to.
    """

    record_id: str
    search_id: str
    studies: tuple[str, ...]
    title_abstract: Verdict
    full_text: Verdict

    @property
    def passed(self) -> bool:
        """Whether the full text is sought."""
        return self.title_abstract.outcome == INCLUDE

    @property
    def included(self) -> bool:
        """Whether the record is a report of an included study."""
        return self.passed and self.full_text.outcome == INCLUDE

    @property
    def settled(self) -> bool:
        """Whether nobody has to decide on the record any more."""
        last = self.full_text if self.passed else self.title_abstract
        return last.standing == "decided"

    @property
    def status(self) -> Status:
        """Where the record stands, in words."""
        if self.title_abstract.standing != "decided":
            return _OF_TITLE[self.title_abstract.standing]
        if not self.passed:
            return "excluded on title and abstract"
        if self.full_text.standing != "decided":
            return _OF_FULL_TEXT[self.full_text.standing]
        return _OUTCOMES[self.full_text.outcome]


@dataclass(frozen=True, slots=True)
class Log:
    """The records of all searches that were imported, and where each of them stands.

    Attributes
    ----------
    searches
        Id of the search of every record, duplicates among them.
    duplicates
        Records that were merged into another one.
    states
        Every other record, in the order of the records.
    decisions
        All decisions on them, by record and stage.
    """

    searches: Mapping[str, str]
    duplicates: frozenset[str]
    states: Mapping[str, RecordState]
    decisions: Mapping[tuple[str, str], tuple[Decision, ...]]


def screening_log(
    searches: Mapping[str, str],
    duplicates: Iterable[str],
    studies: Mapping[str, tuple[str, ...]],
    decisions: Iterable[Decision],
    choices: Screening,
) -> Log:
    """Settle every record.

    Parameters
    ----------
    searches
        From the id of each record to that of its search.
    duplicates
        Ids of records that were merged into another one; decisions on them do not count.
    studies
        From the id of a record to the names of the studies that it reports, as far as known.
    decisions
        Rows of screening.csv.
    choices
        Section `screening` of the protocol.
    """
    merged = frozenset(duplicates)
    grouped: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for decision in decisions:
        grouped[decision.record_id, decision.stage].append(decision)
    states = {
        record: RecordState(
            record_id=record,
            search_id=search,
            studies=studies.get(record, ()),
            title_abstract=verdict(grouped.get((record, TITLE_ABSTRACT), []), choices),
            full_text=verdict(grouped.get((record, FULL_TEXT), []), choices),
        )
        for record, search in searches.items()
        if record not in merged
    }
    return Log(searches, merged, states, {key: tuple(found) for key, found in grouped.items()})
