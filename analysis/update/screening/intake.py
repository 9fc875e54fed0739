"""Takes the decisions of a filled-in sheet into the log: all of them, or none and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.synthesis.screening_state import read_desk
from analysis.update.screening.answers import Answer, Sheet, decided, read_sheet
from analysis.update.screening.decision_words import decision_of
from analysis.update.screening.openings import at_stage, reached
from analysis.update.screening.sheet import allowed_decisions
from schemas.cells import refuse_any
from schemas.csv_text import content_of
from schemas.problems import DataProblems, Problem, sort_problems
from schemas.screening_log import FULL_TEXT
from schemas.screening_verdicts import EXCLUDE
from schemas.vocabulary import NOT_RETRIEVED, SCREENING_STAGES, list_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from analysis.synthesis.screening_state import Desk, Rows
    from schemas.screening_log import RecordState

Key = tuple[str, str, str]

_STEP = 250  # decisions between two reports of progress


@dataclass(frozen=True, slots=True)
class Intake:
    """What came of reading a sheet.

    Attributes
    ----------
    taken
        New decisions: how many of each kind, by person and stage.
    changed
        Records of which an earlier decision of the same person was replaced.
    known
        Decisions that the log had already.
    notes
        What is worth knowing about the file.
    """

    taken: Mapping[tuple[str, str], Mapping[str, int]]
    changed: tuple[str, ...]
    known: int
    notes: tuple[str, ...]


def read_decisions(
    root: Path,
    path: Path,
    day: str,
    *,
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> Intake:
    """Read a sheet into data/screening.csv.

    A decision may be changed by whoever took it until every reviewer has decided on the record.
    From then on the log keeps what was decided blinded. A full text that could not be had may
    still be decided on later.

    Parameters
    ----------
    root
        The project's folder.
    path
        The sheet, .xlsx or .csv.
    day
        Day of the decisions, YYYY-MM-DD.
    progress
        Told which share of the work is done, 0 to 1, and what is being done.

    Raises
    ------
    DataProblems
        With everything that is wrong in the sheet; nothing is taken then.
    """
    progress(0.0, "reading the sheet")
    sheet = read_sheet(path)
    return _take(root, day, lambda _: sheet, progress)


def import_decisions(
    root: Path,
    path: Path,
    day: str,
    *,
    stage: str,
    people: Mapping[str, str],
    reviewer: str | None = None,
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> Intake:
    """Take decisions of Rayyan, Covidence or ASReview into data/screening.csv.

    Parameters
    ----------
    root
        The project's folder.
    path
        The export.
    day
        Day of the decisions, YYYY-MM-DD.
    stage, people, reviewer
        As for `foreign_sheet`.
    progress
        As for `read_decisions`.

    Raises
    ------
    DataProblems
        With everything that is wrong in the file; nothing is taken then.
    """
    from analysis.storage.table_files import read_table
    from analysis.update.screening.foreign import foreign_sheet
    from analysis.update.searching.merge_log import kept_records

    data = content_of(path)

    def sheet_of(desk: Desk) -> Sheet:
        merged = kept_records(read_table(root, "record_merges")[1])
        return foreign_sheet(desk, merged, data, path.name, stage, people, reviewer)

    return _take(root, day, sheet_of, progress)


def _take(
    root: Path,
    day: str,
    sheet_of: Callable[[Desk], Sheet],
    progress: Callable[[float, str], None],
) -> Intake:
    """Take the answers of a sheet, all of them or none."""
    from analysis.storage.changeset import replace_files, writing
    from analysis.storage.table_files import table_bytes
    from analysis.synthesis.screening_state import LOG

    with writing(root):
        progress(0.1, "reading the records")
        desk = read_desk(root)
        sheet = sheet_of(desk)
        reader = _Reader(desk, sheet.file, day)
        answers = list(decided(sheet.answers))
        for number, answer in enumerate(answers):
            if number % _STEP == 0:
                progress(0.5 + 0.4 * number / len(answers), f"decision {number} of {len(answers)}")
            reader.take(answer)
        progress(1.0, "done")
        if reader.problems:
            raise DataProblems(sort_problems(reader.problems))
        if reader.taken or reader.changed:
            content = table_bytes(desk.columns, reader.rows.values())
            replace_files(root, {LOG: content})
    return Intake(reader.taken, tuple(reader.changed), reader.known, sheet.notes)


class _Reader:
    """Goes through a sheet, row by row, and keeps what is to be written and what is wrong."""

    def __init__(self, desk: Desk, file: str, day: str) -> None:
        self.desk = desk
        self.file = file
        self.day = day
        self.rows: dict[Key, Rows] = {_key(row): dict(row) for row in desk.rows}
        self.seen: dict[Key, Answer] = {}
        self.problems: list[Problem] = []
        self.taken: dict[tuple[str, str], Counter[str]] = {}
        self.changed: list[str] = []
        self.known = 0

    def take(self, answer: Answer) -> None:
        before = len(self.problems)
        row = self._row(answer)
        if row is None or len(self.problems) > before:
            return
        key = _key(row)
        first = self.seen.setdefault(key, answer)
        if first is not answer:
            if first.cells["decision"].casefold() != answer.cells["decision"].casefold():
                self._refuse(
                    answer,
                    "decision",
                    f"Row {first.line} decides otherwise on the same record.",
                    "Keep one of the two rows.",
                )
            return
        self._keep(answer, key, row)

    def _refuse(self, answer: Answer, column: str, what: str, hint: str) -> None:
        problem = answer.problem(self.file, column, what, hint, "screening-sheet")
        self.problems.append(problem)

    def _row(self, answer: Answer) -> Rows | None:
        """Check an answer by itself and against the records; None when it cannot be used."""
        cells = answer.cells
        for column, cell in cells.items():
            refused = refuse_any(cell) if cell else None
            if refused is not None:
                self._refuse(answer, column, *refused[1:])
        person = self.desk.choices.person(cells["reviewer"])
        stage = cells["stage"]
        if person is None:
            what = "The protocol names no reviewer of this name."
            self._refuse(answer, "reviewer", what, self.desk.people_hint(cells["reviewer"]))
        if stage not in SCREENING_STAGES:
            what = "This is no stage of the screening."
            self._refuse(answer, "stage", what, list_hint(stage, SCREENING_STAGES))
        state = self._state(answer)
        if person is None or stage not in SCREENING_STAGES or state is None:
            return None
        decision = self._decision(answer, person, stage)
        reason = self._reason(answer, stage, decision)
        self._check_turn(answer, person, stage, state)
        return {
            "record_id": state.record_id,
            "stage": stage,
            "reviewer": person,
            "decision": decision or "",
            "reason": reason,
            "note": " ".join(cells["note"].split()),
            "decided_on": self.day,
        }

    def _state(self, answer: Answer) -> RecordState | None:
        record = answer.cells["record_id"]
        state = self.desk.log.states.get(record)
        if state is None:
            merged = record in self.desk.log.duplicates
            self._refuse(
                answer,
                "record_id",
                "This record was merged into another one since the sheet was written."
                if merged
                else "There is no record of this number.",
                "Empty the decision: the record that was kept is the one to decide on."
                if merged
                else "Do not change the numbers; have a new sheet written.",
            )
        return state

    def _decision(self, answer: Answer, person: str, stage: str) -> str | None:
        written = answer.cells["decision"]
        allowed = allowed_decisions(self.desk, person, stage)
        if not written:
            what = "There is a reason or a note, but no decision."
            self._refuse(answer, "decision", what, f"Choose one: {', '.join(allowed)}.")
            return None
        meant = decision_of(written) or written.casefold()
        found = next((name for name in allowed if name == meant), None)
        if found is None:
            what = "This is not a decision that can be taken here."
            self._refuse(answer, "decision", what, list_hint(written, allowed))
        return found

    def _reason(self, answer: Answer, stage: str, decision: str | None) -> str:
        written = answer.cells["reason"]
        reasons = self.desk.choices.reasons
        labels = [reason.label for reason in reasons]
        if not written:
            if decision == EXCLUDE and stage == FULL_TEXT:
                what = "A report that is excluded in full text needs its reason."
                self._refuse(answer, "reason", what, f"Choose one: {', '.join(labels)}.")
            return ""
        names = {reason.id.casefold(): reason.id for reason in reasons}
        names |= {reason.label.casefold(): reason.id for reason in reasons}
        found = names.get(written.casefold(), "")
        if not found:
            what = "This reason is not in the protocol's list."
            self._refuse(answer, "reason", what, list_hint(written, labels))
        elif decision not in (None, EXCLUDE):
            what = f'A reason belongs to an exclusion, the decision is "{decision}".'
            self._refuse(answer, "reason", what, "Correct one of the two, or use the note.")
        return found

    def _check_turn(self, answer: Answer, person: str, stage: str, state: RecordState) -> None:
        """Check that this person is to decide on this record at this stage now."""
        if not reached(state, stage):
            what = "The full text is not to be read: the record did not pass title and abstract."
            self._refuse(answer, "stage", what, "Empty the decision.")
            return
        settled = at_stage(state, stage)
        if person == self.desk.choices.arbiter and not settled.disagreed:
            what = "The reviewers do not disagree on this record, or have not all decided."
            self._refuse(answer, "decision", what, "Empty the decision.")

    def _keep(self, answer: Answer, key: Key, row: Rows) -> None:
        old = self.rows.get(key)
        if old is not None and _same(old, row):
            self.known += 1
            return
        # A remark may always be added; it changes nothing that was decided.
        decided_otherwise = old is not None and not _same(old, {**row, "note": old["note"]})
        if old is not None and decided_otherwise and not self._may_change(old):
            what = f'{row["reviewer"]} has decided "{_told(old)}", and all decisions are in.'
            hint = (
                "The log keeps what was decided blinded, and agreement is computed from it. Put "
                "the earlier decision back here. Was it a slip? Then the arbiter or the note says "
                "so; a row is corrected by hand in data/screening.csv only if it is not what was "
                "decided."
            )
            self._refuse(answer, "decision", what, hint)
            return
        self.rows[key] = row
        if old is not None:
            self.changed.append(key[0])
        counted = self.taken.setdefault((row["reviewer"], row["stage"]), Counter())
        counted[row["decision"]] += 1

    def _may_change(self, old: Rows) -> bool:
        if old["decision"] == NOT_RETRIEVED:
            return True
        standing = at_stage(self.desk.log.states[old["record_id"]], old["stage"]).standing
        return standing == "waiting"


def _key(row: Rows) -> Key:
    return row["record_id"], row["stage"], row["reviewer"]


def _same(old: Rows, new: Rows) -> bool:
    return all(old[name] == new[name] for name in ("decision", "reason", "note"))


def _told(row: Rows) -> str:
    return row["decision"] + (f", {row['reason']}" if row["reason"] else "")
