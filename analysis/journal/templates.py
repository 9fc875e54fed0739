"""Texts that the authors write for one journal: every value filled in, every mistake named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from analysis.manuscript.source_line import SourceLine


def filled_in(text: str, file: str, values: Mapping[str, str], front: Mapping[str, Any]) -> str:
    """Put values and entries of the front matter into a text.

    Parameters
    ----------
    text
        Markdown with ``{{< var name >}}`` and ``{{< meta name >}}``.
    file
        Its file, for messages.
    values
        What ``var`` prints, by dotted name.
    front
        The paper's front matter.

    Raises
    ------
    DataProblems
        If the text asks for something that there is not; every place is named with its line.
    """
    from analysis.manuscript.shortcodes import expand
    from analysis.manuscript.source_line import SourceLine

    lines = (SourceLine(file, n, line) for n, line in enumerate(text.splitlines(), start=1))
    check_values(lines, values, front)
    return expand(text, dict(values), dict(front))


def check_values(
    lines: Iterable[SourceLine], values: Mapping[str, str], front: Mapping[str, Any]
) -> None:
    """Refuse lines that ask for a value or an entry that there is not.

    Raises
    ------
    DataProblems
        Every place is named with its file and line.
    """
    from analysis.manuscript.sources import SHORTCODE
    from schemas.vocabulary import did_you_mean

    problems = []
    for line in lines:
        for match in SHORTCODE.finditer(line.text):
            kind, argument = match[1], match[2].strip()
            known = {"var": values, "meta": front}.get(kind)
            if known is None:
                what, hint = f"{kind} cannot be used here.", "There are var and meta."
            elif argument not in known:
                what = f"There is no value called {argument or '(nothing)'}."
                hint = did_you_mean(argument, known)
            else:
                continue
            place = line.file, line.line, None, match[0]
            problems.append(Problem(*place, what, hint, "error", "journal-text"))
    if problems:
        raise DataProblems(problems)
