"""Changes and releases in words: for the terminal, for programs, and as a comment in Markdown."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from analysis.formatting.dates import written
from analysis.paper.version_wording import (
    cells_told,
    crossing_told,
    moved_by,
    pool_name,
    row_named,
    shown,
    study_told,
)
from analysis.versions.log import cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.versions import Changes, PoolChange, TableChange
    from analysis.versions.release import Release
    from analysis.versions.since import Since

_SENTENCES = "Sentences"
_TO_READ = "Typed sentences to read again"
_HEADS = ("What", "Before", "Now", "What moved it")
# GitHub refuses comments of more than 65,536 signs.
_LONGEST_COMMENT = 60_000


def changes_text(found: Since) -> str:
    """Write the changes for a terminal."""
    lines = [f"Changes since version {found.changes.since} ({written(found.changes.since_date)})"]
    for title, rows in _sections(found):
        lines += ["", title]
        if title == _TO_READ:
            for what, _, typed, why in rows:
                lines += [f"  {what}: {typed}", *(f"      {part}" for part in why)]
            continue
        if title == _SENTENCES:
            for what, before, now, _ in rows:
                lines.append(f"  {what}")
                lines += [
                    f"    {sign} {text}" for sign, text in (("-", before), ("+", now)) if text
                ]
            continue
        for what, before, now, why in rows:
            states = f"{before or '–'} → {now or '–'}" if before or now else ""
            lines.append(f"  {what}" + (f": {states}" if states else ""))
            lines += [f"      {part}" for part in why]
    if found.changes.reason:
        lines += ["", found.changes.reason]
    return "\n".join([*lines, "", _verdict(found)])


def changes_markdown(found: Since) -> str:
    """Write the changes as a comment: every text from the review is escaped."""
    since = cell(found.changes.since)
    parts = [
        f"## Changes since version {since}",
        f"{cell(found.title)}. Version {since} is of {written(found.changes.since_date)}.",
        f"**{cell(_verdict(found))}**",
    ]
    for title, rows in _sections(found):
        head = f"| {' | '.join(_HEADS)} |\n|{'---|' * len(_HEADS)}"
        body = [
            f"| {cell(what)} | {cell(before)} | {cell(now)} | {'<br>'.join(map(cell, why))} |"
            for what, before, now, why in rows
        ]
        table = "\n".join([head, *body])
        parts.append(f"<details><summary>{title} ({len(body)})</summary>\n\n{table}\n\n</details>")
    if found.changes.reason:
        parts.append(cell(found.changes.reason))
    text = "\n\n".join(parts) + "\n"
    if len(text) <= _LONGEST_COMMENT:
        return text
    cut = text.rfind("\n\n<details>", 0, _LONGEST_COMMENT)
    return f"{text[:cut]}\n\nThe rest is too long for a comment: `review changes` has it all.\n"


def changes_json(found: Since) -> dict[str, Any]:
    """Give the changes as plain content; pools that did not move are left out."""
    content = asdict(found.changes)
    content["pools"] = [
        {"name": pool_name(pool.state), "difference": pool.difference, **asdict(pool)}
        for pool in found.changes.moved
    ]
    return {
        "changes": content,
        "sentences": [asdict(sentence) for sentence in found.sentences],
        "to_read": [asdict(sentence) for sentence in found.to_read],
        "asks_for": found.asked,
        "next_version": found.next,
        "reasons": list(found.reasons),
    }


def release_text(done: Release) -> str:
    """Say what was released and what it weighs."""
    version = done.version
    lines = [f"Version {version.edition} of {written(version.date or '')}: {version.summary}."]
    if done.asked:
        lines.append(f"It is a {version.kind} version; the changes ask for a {done.asked} one:")
        lines += [f"  – {reason}" for reason in done.reasons]
    else:
        lines.append("It is the first version.")
    if done.later is not None:
        day = written(done.later.version.date or "")
        lines.append(
            f"Look at its day: version {done.later.edition}, the one before, is of {day}. "
            f"If it is wrong, take versions/{version.edition}/ away again and release with --date."
        )
    if done.to_read:
        lines.append("Typed by hand and frozen as they were; read them before you commit:")
        lines += [
            f"  {entry.file}, line {entry.line}: {entry.text} ({'; '.join(entry.because)})"
            for entry in done.to_read
        ]
    total = sum(done.files.values())
    large = sorted(done.files.items(), key=lambda entry: -entry[1])[:5]
    lines.append(f"{len(done.files)} files, {total / 1e6:.1f} MB; the largest:")
    lines += [f"  {size / 1e6:5.1f} MB  {name}" for name, size in large]
    lines.append("Commit the folder versions/ and data/protocol.yml together.")
    return "\n".join(lines)


def _verdict(found: Since) -> str:
    if found.asked is None:
        return f"Nothing has changed since version {found.changes.since}."
    reasons = " ".join(found.reasons[:3])
    more = len(found.reasons) - 3
    tail = f" And {more} more." if more > 0 else ""
    return f"The changes ask for a {found.asked} version, {found.next} or higher. {reasons}{tail}"


_Row = tuple[str, str, str, list[str]]


def _sections(found: Since) -> Iterator[tuple[str, list[_Row]]]:
    changes = found.changes
    sections: Sequence[tuple[str, list[_Row]]] = (
        ("Studies", list(_studies(changes))),
        (
            "Evidence better known",
            [(entry.what, entry.before, entry.after, []) for entry in changes.upgrades],
        ),
        ("New searches", [(", ".join(row.key), "", "", []) for row in changes.searches]),
        (
            "Other tables",
            [
                (
                    entry.table,
                    "",
                    "",
                    [_counts(entry)],
                )
                for entry in changes.tables
            ],
        ),
        (
            "Choices of the protocol",
            [(entry.column, entry.before, entry.after, []) for entry in changes.protocol],
        ),
        ("Thresholds crossed", list(_thresholds(changes))),
        ("Pooled outcomes", [_pool(pool) for pool in changes.moved if _is_outcome(pool)]),
        ("Adverse events", [_pool(pool) for pool in changes.moved if not _is_outcome(pool)]),
        (
            _SENTENCES,
            [(entry.part, entry.before, entry.after, []) for entry in found.sentences],
        ),
        (
            _TO_READ,
            [
                (f"{entry.file}, line {entry.line}", "", entry.text, list(entry.because))
                for entry in found.to_read
            ],
        ),
    )
    yield from ((title, rows) for title, rows in sections if rows)


def _studies(changes: Changes) -> Iterator[_Row]:
    for study in changes.studies:
        told = [study.note] if study.note else []
        told += [f"{row_named(row)}: {'; '.join(cells_told(row))}" for row in study.rows]
        yield f"{study.label} ({study.evidence}), {study_told(study)}", "", "", told


def _counts(entry: TableChange) -> str:
    noun = "row" if entry.added == 1 else "rows"
    rows = f"{entry.added} {noun} added, {entry.removed} removed"
    return f"{rows}, {entry.corrected} corrected"


def _thresholds(changes: Changes) -> Iterator[_Row]:
    for crossing in changes.crossings:
        yield crossing.subject, crossing.before, crossing.after, [crossing_told(crossing)]


def _is_outcome(pool: PoolChange) -> bool:
    return pool.state.group == "outcome"


def _pool(pool: PoolChange) -> _Row:
    return pool_name(pool.state), shown(pool.before), shown(pool.after), moved_by(pool)
