"""The audit in words for a terminal, and as JSON for programs."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from typing import TYPE_CHECKING

from analysis.audit.findings import ALARMS, WORST_FIRST

if TYPE_CHECKING:
    from analysis.audit.findings import AuditReport, Check, RowFinding

_WIDTH = 100
_HEADINGS = {
    "impossible": "IMPOSSIBLE: no data give these numbers",
    "inconsistent": "INCONSISTENT: printed numbers exclude each other",
    "consistent": "CONSISTENT: the numbers agree within their rounding",
    "cannot tell": "CANNOT TELL: what is printed decides nothing",
}


def render_text(report: AuditReport) -> str:
    """Write the report for people: worst first, each with its arithmetic, a summary at the end."""
    blocks = [f"Audit of {report.file}"]
    for verdict in WORST_FIRST:
        rows = [row for row in report.rows if row.verdict == verdict]
        if rows:
            blocks.append(f"{_HEADINGS[verdict]}\n")
            blocks += [_row(row) for row in rows]
    asked = [(row, check) for row in report.rows for check in row.checks if _is_question(check)]
    if asked:
        blocks.append("WORTH ASKING: no error, but worth a look\n")
        blocks += [_question(row, check) for row, check in asked]
    if report.unparsed:
        lines = [
            _wrapped(f"{item.place}: {_printable(item.text)}", "  ", "      ")
            + "\n"
            + _wrapped(item.why, "      ", "      ")
            for item in report.unparsed
        ]
        blocks.append("NOT UNDERSTOOD\n\n" + "\n".join(lines))
    blocks.append(_summary(report))
    return "\n".join(block if block.endswith("\n") else f"{block}\n" for block in blocks).rstrip()


def render_json(report: AuditReport) -> str:
    """Write the report for programs; keys and order are stable."""
    rows = [
        {
            "claim_id": row.claim_id,
            "place": row.place,
            "claim": row.claim,
            "verdict": row.verdict,
            "checks": [
                {
                    "name": check.name,
                    "verdict": check.verdict,
                    "arithmetic": check.arithmetic,
                    "rows": list(check.rows),
                    "look_at": check.look_at,
                }
                for check in row.checks
            ],
        }
        for row in report.rows
    ]
    unparsed = [{"place": u.place, "text": u.text, "why": u.why} for u in report.unparsed]
    summary = {verdict: _counts(report)[verdict] for verdict in WORST_FIRST}
    whole = {"file": report.file, "summary": summary, "rows": rows, "not_parsed": unparsed}
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _counts(report: AuditReport) -> Counter[str]:
    return Counter(row.verdict for row in report.rows)


def _is_question(check: Check) -> bool:
    return check.verdict == "cannot tell" and bool(check.look_at)


def _row(row: RowFinding) -> str:
    head = _wrapped(f"{row.claim_id} ({row.place}) {_printable(row.claim)}", "  ", "      ")
    order = sorted(row.checks, key=lambda check: WORST_FIRST.index(check.verdict))
    # Under an alarm the failed checks come first; what passed is kept, since it narrows the search.
    return "\n".join([head, *(_check(check) for check in order if not _is_question(check))])


def _check(check: Check) -> str:
    mark = {"impossible": "✗", "inconsistent": "✗", "consistent": "✓"}.get(check.verdict, "?")
    lines = [_wrapped(f"{mark} {check.name}: {_printable(check.arithmetic)}", "    ", "      ")]
    if check.look_at and check.verdict in ALARMS:
        lines.append(_wrapped(f"Look at: {check.look_at}", "      ", "      "))
    return "\n".join(lines)


def _question(row: RowFinding, check: Check) -> str:
    head = f"{row.claim_id} ({row.place}), {check.name}: {_printable(check.arithmetic)}"
    return _wrapped(head, "  ", "      ") + "\n" + _wrapped(check.look_at, "      ", "      ")


def _summary(report: AuditReport) -> str:
    counts = _counts(report)
    parts = [f"{counts[verdict]} {verdict}" for verdict in WORST_FIRST]
    said = f"{len(report.rows)} claims: {', '.join(parts)}"
    if report.unparsed:
        said += f"; {len(report.unparsed)} not understood"
    return f"{said}."


def _wrapped(text: str, first: str, rest: str) -> str:
    return textwrap.fill(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _printable(text: str) -> str:
    """Keep a cell's control characters from steering the terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)
