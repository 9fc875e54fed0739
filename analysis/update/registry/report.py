"""Says what an export of the registry changes, row by row."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from schemas.problems import count_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.update.registry.reading import RegistryReport
    from analysis.update.registry.trial import RegisteredTrial


def report_text(report: RegistryReport) -> str:
    """Write the report as plain text; every change with what stood before and what stands now."""
    return "\n".join(_lines(report))


def _lines(report: RegistryReport) -> Iterator[str]:
    update = report.update
    yield (
        f"{report.file}: {count_text(report.trials, 'trial')}; "
        f"{update.checked} of {len(update.rows)} ongoing trials of the review are among them."
    )
    for name, changes in groupby(update.changes, key=lambda change: change.registry_id):
        yield f"\n{name}"
        for change in changes:
            yield f"  {change.column}: {_cell(change.before)} → {_cell(change.after)}"
    if update.kept:
        yield "\nLeft as written, though the registry says something else (correct what is wrong):"
        for kept in update.kept:
            yield (
                f"  {kept.registry_id}, {kept.column}: the table has {_cell(kept.written)}, the "
                f"registry {_cell(kept.registered)}"
            )
    if update.missing:
        yield "\nNot in this file, so not looked at (download them, and read that file as well):"
        yield from (f"  {name}" for name in update.missing)
    yield from _results(report)
    yield from _new(report)
    if update.notes:
        yield "\nWorth knowing:"
        yield from (f"  – {printable_sentence(note)}" for note in update.notes)
    yield ""
    if report.dry_run:
        yield "Nothing was written (--dry-run). Next: the same command without --dry-run."
    elif report.written:
        yield f"Written: {', '.join(report.written)}. Next: review check."
    else:
        yield "Nothing had to be written."


def printable_sentence(sentence: str) -> str:
    """Make a sentence that quotes the registry safe for a terminal."""
    return "".join(c if c.isprintable() else " " for c in sentence)


def _results(report: RegistryReport) -> Iterator[str]:
    if not report.update.results:
        return
    yield "\nResults are posted in the registry:"
    for entry in report.update.results:
        name = entry.trial.registry_id
        state = {
            "included": "already included in the review",
            "awaiting": "already awaits extraction",
            "no": "proposed for extraction: add --propose " + name,
        }[entry.known]
        if name in report.proposed:
            state = "would await extraction" if report.dry_run else "now awaits extraction"
        yield f"  {_trial(entry.trial)}: {state}"


def _new(report: RegistryReport) -> Iterator[str]:
    if not report.update.new:
        return
    yield "\nNot known to the review (--add NUMBER, or --add all, takes them over):"
    for trial in report.update.new:
        done = ": would be added" if report.dry_run else ": added"
        added = done if trial.registry_id in report.added else ""
        status = f" ({trial.status})" if trial.status else ""
        yield f"  {_trial(trial)}{status}{added}"


def _trial(trial: RegisteredTrial) -> str:
    title = f" {printable(trial.title)}" if trial.title else ""
    return trial.registry_id + title


def _cell(text: str) -> str:
    return f'"{printable(text)}"' if text else "(empty)"
