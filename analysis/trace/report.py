"""Traces as text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.lint.sentences import plain
from analysis.trace.value import ValueTrace
from schemas.problems import count_text, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.trace.listing import ListedValue
    from analysis.trace.rows import TracedRow
    from analysis.trace.study import StudyTrace

_LONGEST = 100


def trace_text(trace: ValueTrace | StudyTrace) -> str:
    """Write the trace of a value or of a study."""
    lines = _value_lines(trace) if isinstance(trace, ValueTrace) else _study_lines(trace)
    return "\n".join(lines)


def listing_text(values: tuple[ListedValue, ...]) -> str:
    """Write names and texts below each other."""
    if not values:
        return "None."
    width = max(len(value.name) for value in values)
    return "\n".join(f"{value.name.ljust(width)}  {_short(value.text)}" for value in values)


def _value_lines(trace: ValueTrace) -> Iterator[str]:
    yield trace.name
    numbers = ", ".join(
        f"{name} {'not reached' if number is None else repr(number)}"
        for name, number in trace.unrounded.items()
    )
    entries = {
        "printed": plain(trace.text),
        "unrounded": numbers or "words, not a number",
        "unit": trace.unit,
        "method": trace.method,
        "formula": trace.formula,
        "reference": trace.reference,
        "model": trace.model,
        "notes": "; ".join(trace.notes),
        "used in": _places(trace) or "nothing; the manuscript does not print it",
    }
    for name, text in entries.items():
        if text:
            yield f"  {name.ljust(10)} {text}"
    yield ""
    if not trace.rows:
        yield "  Rests on no row of a table; the method says where it comes from."
    else:
        yield f"  Rests on {count_text(len(trace.rows), 'row')}:"
        yield from (line for row in trace.rows for line in _row_lines(row))
    if trace.left_out:
        yield ""
        yield f"  Left out, {count_text(len(trace.left_out), 'row')}:"
        for entry in trace.left_out:
            yield f"  {entry.row.file}:{entry.row.line}  {printable(entry.label)}: {entry.reason}"


def _row_lines(row: TracedRow) -> Iterator[str]:
    share = "" if row.weight is None else f", weight {row.weight:.1%}"
    result = "" if row.estimate is None else f", result {row.estimate:.6g}"
    known = row.evidence or "evidence not recorded"
    yield f"  {row.file}:{row.line}  {row.study or ''}  {known}{result}{share}".replace(
        "    ", "  "
    )
    cells = "; ".join(f"{name} {text}" for name, text in row.cells.items())
    yield f"      {_short(cells)}"
    origin = [text for text in (row.source, row.location, row.note) if text]
    if origin:
        yield f"      {_short(', '.join(origin))}"


def _study_lines(trace: StudyTrace) -> Iterator[str]:
    yield trace.study
    yield ""
    yield f"  {count_text(len(trace.rows), 'row')}:"
    yield from (line for row in trace.rows for line in _row_lines(row))
    yield ""
    items = ", ".join(trace.items) or "none"
    yield f"  Tables and figures that show it: {items}."
    for printed, heading in (
        (True, "Values that the manuscript prints"),
        (False, "Values that it does not print"),
    ):
        found = [value for value in trace.values if value.printed is printed]
        yield ""
        yield f"  {heading}, {len(found)}:"
        width = max((len(value.name) for value in found), default=0)
        yield from (f"    {v.name.ljust(width)}  {_short(plain(v.text))}" for v in found)
    if trace.left_out:
        yield ""
        yield "  Left out of a pool:"
        yield from (f"    {e.file}:{e.line}  {e.pool}: {e.reason}" for e in trace.left_out)


def _places(trace: ValueTrace) -> str:
    return "; ".join(f"{file}:{line}" for file, line in trace.used)


def _short(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"
