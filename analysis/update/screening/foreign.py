"""Decisions that were taken in Rayyan, Covidence or ASReview, as answers of a sheet of this review.

Their exports hold the records with what was decided on them in a remark or a column. A record is
found again by the rule by which duplicates are found; what fits none, or two, is named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.update.screening.answers import ANSWERS, KEYS, Answer, Sheet
from analysis.update.screening.decision_words import decision_of
from analysis.update.searching.cleaning import clean
from analysis.update.searching.comparison import compare
from analysis.update.searching.exports import read_export
from analysis.update.searching.titles import Traits, traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from analysis.synthesis.screening_state import Desk
    from analysis.update.searching.export_record import ExportRecord

# Rayyan, in the remarks of every format: RAYYAN-INCLUSION: {"Ann"=>"Included", "Bo"=>"Maybe"}.
_RAYYAN = re.compile(r"RAYYAN-INCLUSION:\s*\{(.*?)\}")
_RAYYAN_VOTE = re.compile(r'"([^"]+)"\s*=>\s*"([^"]+)"')
_RAYYAN_REASONS = re.compile(r"RAYYAN-EXCLUSION-REASONS:\s*([^|\n]+)")
# ASReview, in RIS: N1 - ASReview_relevant; in tables a column of 1 and 0.
_ASREVIEW = re.compile(r"\bASReview_(relevant|irrelevant|not_seen)\b")
_COVIDENCE_REASON = re.compile(r"Exclusion reason:\s*([^;\n]+)", re.IGNORECASE)
_COLUMN = re.compile(
    r"^(?:included|asreview_label|label|label_included|decision|final_decision|screening_decision|"
    r"vote|inclusion|status|screening status):[ \t]*(\S.*?)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_LISTED = 8


def foreign_sheet(
    desk: Desk,
    merged: Mapping[str, str],
    data: bytes,
    file: str,
    stage: str,
    people: Mapping[str, str],
    reviewer: str | None,
) -> Sheet:
    """Read an export of another screening program as a filled-in sheet.

    Parameters
    ----------
    desk
        Records and reviewers of this review.
    merged
        From each duplicate to the record that was kept.
    data, file
        Content and name of the export, in any format of `review search import`.
    stage
        Key of `SCREENING_STAGES`.
    people
        From the names in the export to those of the protocol, where they differ.
    reviewer
        Whose decisions those are that carry no name (Covidence, ASReview); None where each does.

    Raises
    ------
    DataProblems
        If the file cannot be read.
    """
    export = read_export(data, file)
    finder = _Finder(desk, merged)
    answers: list[Answer] = []
    lost: dict[str, list[int]] = {}
    for record in export.records:
        found = finder.find(record)
        votes = list(_votes(record, reviewer))
        if not votes:
            lost.setdefault("carries no decision", []).append(record.line)
        elif len(found) != 1:
            why = "is no record of this review" if not found else "fits several records"
            lost.setdefault(why, []).append(record.line)
        else:
            name = next(iter(found))
            reason = _reason(record.raw)
            for person, decision in votes:
                cells = dict.fromkeys((*KEYS, *ANSWERS), "") | {
                    "record_id": name,
                    "stage": stage,
                    "reviewer": people.get(person, person),
                    "decision": decision,
                    "reason": reason if decision_of(decision) == "exclude" else "",
                }
                answers.append(Answer(record.line, cells))
    notes = [*export.notes, *(_told(why, lines) for why, lines in lost.items())]
    return Sheet(file, tuple(answers), tuple(notes))


def _told(why: str, lines: list[int]) -> str:
    shown = ", ".join(map(str, lines[:_LISTED]))
    more = f" and {len(lines) - _LISTED} more" if len(lines) > _LISTED else ""
    one = len(lines) == 1
    start = "The record that begins" if one else f"{len(lines)} records that begin"
    return f"{start} in line {shown}{more}: {'it ' if one else 'each '}{why}; not taken."


def _votes(record: ExportRecord, reviewer: str | None) -> Iterator[tuple[str, str]]:
    """Give person and decision, as the export writes them."""
    if (match := _RAYYAN.search(record.raw)) is not None:
        yield from _RAYYAN_VOTE.findall(match[1])
        return
    told = _ASREVIEW.search(record.raw) or _COLUMN.search(record.raw)
    word = "" if told is None else told[1]
    if not word and _COVIDENCE_REASON.search(record.raw):
        word = "exclude"
    if word and word.casefold() not in _NOT_SEEN:
        yield reviewer or "", word


_NOT_SEEN = frozenset({"not_seen", "-1", "undecided", "unscreened", "nan"})


def _reason(raw: str) -> str:
    match = _RAYYAN_REASONS.search(raw) or _COVIDENCE_REASON.search(raw)
    return "" if match is None else match[1].split(",")[0].strip().strip('"')


class _Finder:
    """Finds records of the review."""

    def __init__(self, desk: Desk, merged: Mapping[str, str]) -> None:
        self.kept = {name: traits(desk.records[name]) for name in desk.log.states}
        self.merged = merged
        self.by_key: dict[tuple[str, str], set[str]] = {}
        for name, row in desk.records.items():
            for key in _keys(traits(row)):
                self.by_key.setdefault(key, set()).add(name)

    def find(self, record: ExportRecord) -> set[str]:
        """Give the kept records that this one certainly is."""
        row = dict.fromkeys(("record_id", "search_id", "position"), "") | clean(record)
        wanted = traits(row)
        near = {name for key in _keys(wanted) for name in self.by_key.get(key, ())}
        kept = {self.merged.get(name, name) for name in near} & self.kept.keys()
        sure = {name for name in kept if _is_same(self.kept[name], wanted)}
        return sure or kept if len(kept) == 1 else sure


def _is_same(a: Traits, b: Traits) -> bool:
    match = compare(a, b)
    return match is not None and match.certain


def _keys(found: Traits) -> Iterable[tuple[str, str]]:
    for kind, value in (("doi", found.doi), ("pmid", found.pmid), ("title", found.letters)):
        if value:
            yield kind, value
