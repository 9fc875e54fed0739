"""What preflight found, for the terminal and as a page that stands beside the package."""

from __future__ import annotations

import html
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from analysis.formatting.numbers import lower_first
from analysis.journal.counts import counts_of
from analysis.journal.preflight.limits import measured
from schemas.problems import count_text, render_problems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.journal.context import Submission
    from analysis.journal.preflight.limits import Measured
    from schemas.problems import Problem

# Dark enough on white for small print: at least 7 to 1 (WCAG 2.2, 1.4.6).
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1a1a1a; background: #fff; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: 0.5rem 0; }
th, td { text-align: left; padding: 0.3rem 0.8rem 0.3rem 0; border-bottom: 1px solid #bbb;
  vertical-align: top; }
th:nth-child(2) { text-align: right; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.error { color: #8b0000; font-weight: 600; } .warning { color: #5c4300; font-weight: 600; }
.good { color: #0b4f1f; }
li { margin-bottom: 0.7rem; } code { background: #f2f2f2; padding: 0 0.2rem; }
.hint { display: block; } .place { display: block; overflow-wrap: anywhere; }
"""


def verdict(submission: Submission, problems: Sequence[Problem]) -> str:
    """Say in a sentence whether the package can be sent."""
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        return f"Not ready for {submission.journal.name}: {count_text(errors, 'error')}."
    if submission.draft:
        return f"A draft for {submission.journal.name}. It must not be submitted."
    rows = measured(submission.journal, counts_of(submission))
    unknown = sum(row.limit is None for row in rows)
    if not unknown:
        return f"Ready for {submission.journal.name}."
    known = "no limit" if unknown == len(rows) else f"only {len(rows) - unknown}"
    return (
        f"Ready for {submission.journal.name} as far as its rules are known: {known} of "
        f"{len(rows)} limits could be checked. Look up the others in its instructions: "
        f"{', '.join(lower_first(row.what) for row in rows if row.limit is None)}."
    )


def render_terminal(submission: Submission, problems: Sequence[Problem]) -> str:
    """Write limits and problems as plain text; the first line is the verdict.

    Parameters
    ----------
    submission
        What was checked.
    problems
        As `preflight` gives them.
    """
    rows = measured(submission.journal, counts_of(submission))
    width = max(len(row.what) for row in rows)
    lines = [verdict(submission, problems), ""]
    if submission.warning:
        lines += [*wrap(submission.warning, 90), ""]
    for row in rows:
        allowed = "no limit known" if row.limit is None else f"{_bound(row)} {row.limit}"
        mark = {None: " ", True: "✓", False: "✗"}[row.kept]
        lines.append(f"  {mark} {row.what.ljust(width)}  {row.found:>6}   {allowed}")
    return "\n".join([*lines, "", render_problems(problems)])


def _bound(row: Measured) -> str:
    return "at least" if row.at_least else "at most"


def render_html(submission: Submission, problems: Sequence[Problem]) -> str:
    """Write the same as a page that needs nothing else and works with a screen reader.

    Parameters
    ----------
    submission
        What was checked.
    problems
        As `preflight` gives them.

    Returns
    -------
    str
        HTML; the same for the same submission and problems.
    """
    title = f"Preflight for {submission.journal.name}"
    errors = any(problem.severity == "error" for problem in problems)
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{_text(title)}</title>",
        f"<style>{_STYLE}</style>",
        "</head>",
        "<body>",
        "<main>",
        f"<h1>{_text(title)}</h1>",
        f'<p class="{"error" if errors else "good"}">{_text(verdict(submission, problems))}</p>',
        *([f'<p class="error">{_text(submission.warning)}</p>'] if submission.warning else []),
        *_limits_table(submission),
        *_sources(submission),
        *_problem_lists(problems),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(parts) + "\n"


def _limits_table(submission: Submission) -> list[str]:
    names = ("What", "Found", "Limit", "Verdict")
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    lines = [
        "<h2>Limits</h2>",
        "<table>",
        f"<caption>What the paper has, and what {_text(submission.journal.name)} allows</caption>",
        f"<thead><tr>{head}</tr></thead>",
        "<tbody>",
    ]
    for row in measured(submission.journal, counts_of(submission)):
        limit = "none known" if row.limit is None else f"{_bound(row)} {row.limit}"
        words, look = {
            None: ("not checked", ""),
            True: ("kept", "good"),
            False: ("not kept", "error"),
        }[row.kept]
        lines.append(
            f'<tr><th scope="row">{_text(row.what)}</th><td class="number">{row.found}</td>'
            f'<td>{limit}</td><td class="{look}">{words}</td></tr>'
        )
    return [*lines, "</tbody>", "</table>"]


def _sources(submission: Submission) -> list[str]:
    sources = submission.journal.sources
    if not sources:
        return ["<p>No rule of this journal is known: nothing was checked against a limit.</p>"]
    lines = ["<h2>Where the rules were read</h2>", "<ul>"]
    for source in sources:
        stored = f"; date of the copy: {source.stored}" if source.stored else ""
        words = f"{source.title} (read {source.read.isoformat()}{stored})"
        lines.append(f"<li>{_text(words)}</li>")
    return [*lines, "</ul>", "<p>Guidelines change: read the journal's own page as well.</p>"]


def _problem_lists(problems: Sequence[Problem]) -> list[str]:
    errors = sum(problem.severity == "error" for problem in problems)
    counts = f"{count_text(errors, 'error')}, {count_text(len(problems) - errors, 'warning')}"
    lines = ["<h2>Problems</h2>", f"<p>{counts[0].upper()}{counts[1:]}.</p>"]
    for file, group in groupby(problems, key=lambda problem: problem.file):
        lines += [f"<h3>{_text(file)}</h3>", "<ul>"]
        for problem in group:
            place = f'<span class="place">{_text(problem.place)}</span>' if problem.place else ""
            hint = f'<span class="hint">{_text(problem.hint)}</span>' if problem.hint else ""
            lines.append(
                f'<li><span class="{problem.severity}">{problem.severity.capitalize()}:</span> '
                f"{_text(problem.what)}{place}{hint}</li>"
            )
        lines.append("</ul>")
    return lines


def _text(words: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in words)
    return html.escape(shown)
