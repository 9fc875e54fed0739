"""What the commands of the screening print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import number, percent
from analysis.update.screening.agreement import CATEGORIES, STAGES
from analysis.update.screening.openings import conflicts
from analysis.update.screening.sheet import decided_lines
from analysis.update.searching.cleaning import unguarded
from schemas.problems import count_text, printable
from schemas.screening_log import TITLE_ABSTRACT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.synthesis.screening_state import Desk
    from analysis.update.screening.agreement import Agreement
    from analysis.update.screening.intake import Intake
    from analysis.update.screening.sheet import SheetReport
    from analysis.update.screening.standing import Standing
    from schemas.screening_choices import Screening

STAGE_NAMES = {TITLE_ABSTRACT: "title and abstract", "full_text": "full text"}


def sheet_text(report: SheetReport, file: Path) -> str:
    """Say what was written and what to do with it."""
    records = count_text(report.records, "record")
    lines = [f"Wrote {file} for {report.reviewer}, {STAGE_NAMES[report.stage]}: {records}."]
    if report.records:
        lines.append(f"When it is filled in: review screen read {file}")
    return "\n".join(lines)


def intake_text(intake: Intake) -> str:
    """Say which decisions were taken."""
    lines = [f"Note: {note}" for note in intake.notes]
    for (person, stage), counted in intake.taken.items():
        kinds = ", ".join(f"{n} {decision}" for decision, n in sorted(counted.items()))
        total = count_text(sum(counted.values()), "decision")
        lines.append(f"Took {total} of {person}, {STAGE_NAMES[stage]}: {kinds}.")
    if intake.changed:
        lines.append(f"Replaced earlier ones of the same person: {', '.join(intake.changed)}.")
    if intake.known:
        lines.append(f"{count_text(intake.known, 'decision').capitalize()} known already.")
    return "\n".join(lines) or "No decision in this sheet; nothing was changed."


def conflicts_text(desk: Desk, stage: str | None) -> str:
    """List the records in conflict with what each reviewer decided."""
    lines: list[str] = []
    total = 0
    for name in STAGES if stage is None else (stage,):
        found = conflicts(desk, name)
        total += len(found)
        for record in found:
            title = printable(unguarded(desk.records[record]["title"]))
            lines.append(f"{record}  {STAGE_NAMES[name]}  {title}")
            lines += [f"    {printable(line)}" for line in decided_lines(desk, record, name)]
    lines.append(f"{count_text(total, 'conflict').capitalize()}.")
    if total:
        arbiter = desk.choices.arbiter or "The arbiter, to be named in the protocol,"
        lines.append(f"{arbiter} decides: review screen conflicts --stage … --sheet FILE")
    return "\n".join(lines)


def agreement_text(found: Sequence[Agreement], choices: Screening) -> str:
    """Give agreement by stage and pair of reviewers, with the table behind it."""
    if choices.reviewers_per_record == 1:
        return "The protocol has one reviewer decide on each record: there is no agreement."
    if not found:
        return "No record has the decisions of two reviewers yet."
    lines: list[str] = []
    for pair in found:
        lines.append(f"{STAGE_NAMES[pair.stage].capitalize()}, {pair.first} and {pair.second}")
        lines.append(f"    {measures(pair)}")
        width = max(len(name) for name in CATEGORIES)
        head = "".join(name.rjust(width + 2) for name in CATEGORIES)
        lines.append(f"    {pair.first} down, {pair.second} across:")
        lines.append(" " * (4 + width) + head)
        for name, row in zip(CATEGORIES, pair.table, strict=True):
            cells = "".join(str(n).rjust(width + 2) for n in row)
            lines.append(f"    {name.ljust(width)}{cells}")
    lines.append("Before disagreements were settled; unsure counts as a decision of its own.")
    return "\n".join(lines)


def measures(pair: Agreement, level: float = 0.95) -> str:
    """Give per cent agreement and κ with its interval of this level, as printed everywhere."""
    text = f"{pair.agreed} of {pair.records} alike ({percent(pair.share or 0.0)})"
    if pair.kappa is None:
        return f"{text}; κ is not defined: both always decided the same"
    kappa = pair.kappa
    if kappa.low == kappa.high:
        # All agreed: the large-sample standard error is zero and says nothing.
        return f"{text}; κ = {number(kappa.estimate, 2)}"
    limits = f"{percent(level, 0)} CI {number(kappa.low, 2)} to {number(kappa.high, 2)}"
    return f"{text}; κ = {number(kappa.estimate, 2)} ({limits})"


def status_text(counted: Standing) -> str:
    """Give the counts of the screening."""
    if not counted.records:
        return "No records yet. Import the export of a search: review search import FILE"
    lines = [f"{counted.records} records, {counted.duplicates} of them duplicates."]
    lines += [f"  {n:6}  {status}" for status, n in counted.statuses.items() if n]
    for (reviewer, stage), n in counted.waiting.items():
        if n:
            lines.append(f"Open for {reviewer}, {STAGE_NAMES[stage]}: {n}")
    if not counted.waiting:
        lines.append("Name the reviewers in data/protocol.yml, section screening, to begin.")
    return "\n".join(lines)
