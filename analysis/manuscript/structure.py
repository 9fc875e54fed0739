"""Marks that open something without closing it, or point to nothing: pandoc prints or drops them.

Both engines read the text by pandoc's markdown, which never refuses: what is not closed ends with
the file, and a mark that means nothing is printed as it stands.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.manuscript.sources import manuscript_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analysis.manuscript.source_line import Manuscript, SourceLine
    from schemas.problems import Problem

_OPENS = re.compile(r"^\s{0,3}:{3,}\s*(?:\{.*\}|[\w.-]+)\s*:*\s*$")
_CLOSES = re.compile(r"^\s{0,3}:{3,}\s*$")
_CODE = re.compile(r"^\s*(`{3,}|~{3,})")
_HEADING = re.compile(r"^#{1,6}\s")
_COMMENT = re.compile(r"<!--.*?(?:-->|$)")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]")
_NOTE_TEXT = re.compile(r"^\s{0,3}\[\^([^\]\s]+)\]:")
_ENTRY = re.compile(r"^[\w-]+:(?:\s|$)")


def structure_problems(manuscript: Manuscript) -> list[Problem]:
    """Find divs, code and formulas that nothing closes, and notes without text or mark.

    Parameters
    ----------
    manuscript
        As `read_manuscript` gives it.

    Returns
    -------
    list of Problem
        Errors, each with the line that opens or names what is missing.
    """
    written = [
        (line, prose) for line, prose in visible_prose(manuscript.body) if not line.generated
    ]
    return [
        *_divs(written),
        *_open_code(manuscript.body),
        *_open_formulas(written),
        *_notes(written),
        *_entries(written),
    ]


def visible_prose(lines: Iterable[SourceLine]) -> Iterator[tuple[SourceLine, str]]:
    """Give each line with its words outside of code and of comments, which may run over lines.

    Parameters
    ----------
    lines
        Of a manuscript, in order.
    """
    inside = False
    for line in lines:
        text = line.prose
        if inside:
            _hidden, end, text = text.partition("-->")
            inside = not end
            text = text if end else ""
        if not inside:
            shown = _COMMENT.sub("", text)
            inside = "<!--" in text and "-->" not in text.rpartition("<!--")[2]
            text = shown
        yield line, text


def _divs(lines: list[tuple[SourceLine, str]]) -> Iterator[Problem]:
    opened: list[SourceLine] = []
    before = ""
    for line, text in lines:
        if _OPENS.match(text):
            opened.append(line)
            if before.strip() and not _is_block(before):
                what = "A div that begins directly below a line of text is printed as text."
                hint = "Put an empty line before it."
                yield manuscript_problem(line, text.strip(), what, hint, "div-in-paragraph")
        elif _CLOSES.match(text):
            if opened:
                opened.pop()
            else:
                what = "This closes a div that nothing has opened."
                hint = "Delete it, or look for the line that should open the div."
                yield manuscript_problem(line, text.strip(), what, hint, "div-closed-twice")
        before = line.text if line.code else text
    for line in opened:
        what = "This div is never closed."
        hint = "Close it by a line with ::: of its own."
        yield manuscript_problem(line, line.text.strip(), what, hint, "div-open")


def _is_block(text: str) -> bool:
    """Whether a line ends a block by itself, so that a div may follow it at once."""
    return any(mark.match(text) for mark in (_OPENS, _CLOSES, _HEADING, _CODE))


def _open_code(lines: Iterable[SourceLine]) -> Iterator[Problem]:
    first: dict[str, SourceLine | None] = {}
    marks: dict[str, str] = {}
    for line in lines:
        mark = _CODE.match(line.text) if line.code else None
        if mark is None:
            continue
        if first.get(line.file) is None:
            first[line.file], marks[line.file] = line, mark[1]
        elif mark[1].startswith(marks[line.file]) and not line.text.strip().strip("`~"):
            first[line.file] = None
    for line in filter(None, first.values()):
        what = "This code is never closed, so that all that follows is printed as code."
        hint = "Close it by a line with the same marks."
        yield manuscript_problem(line, line.text.strip(), what, hint, "code-open")


def _open_formulas(lines: list[tuple[SourceLine, str]]) -> Iterator[Problem]:
    opened: SourceLine | None = None
    for line, text in lines:
        if opened is not None and not text.strip():
            # Pandoc ends a formula at an empty line, and prints its dollars.
            what = "This formula is not closed before the next empty line, and is printed as text."
            hint = "Close it by $$, and leave no empty line in it."
            yield manuscript_problem(opened, opened.text.strip(), what, hint, "formula-open")
            opened = None
        elif text.replace(r"\$", "").count("$$") % 2:
            opened = line if opened is None else None
    if opened is not None:
        what = "This formula is never closed, and is printed as text."
        hint = "Close it by $$."
        yield manuscript_problem(opened, opened.text.strip(), what, hint, "formula-open")


def _notes(lines: list[tuple[SourceLine, str]]) -> Iterator[Problem]:
    texts: dict[str, SourceLine] = {}
    marks: dict[str, SourceLine] = {}
    for line, text in lines:
        begins = _NOTE_TEXT.match(text)
        if begins and begins[1] in texts:
            first = texts[begins[1]]
            what = f"The footnote {begins[1]} has two texts; only one would be printed."
            hint = f"The other one stands in {first.file}, line {first.line}. Rename one of them."
            yield manuscript_problem(line, begins[0], what, hint, "footnote-twice")
        elif begins:
            texts[begins[1]] = line
        for mark in _NOTE.finditer(text[begins.end() :] if begins else text):
            marks.setdefault(mark[1], line)
    for name, line in marks.items():
        if name not in texts:
            what = f"The footnote {name} has no text, so its mark is printed as it stands."
            hint = f"Write [^{name}]: and the text, anywhere in the manuscript."
            yield manuscript_problem(line, f"[^{name}]", what, hint, "footnote-without-text")
    for name, line in texts.items():
        if name not in marks:
            what = f"Nothing refers to the footnote {name}, so its text would be lost."
            hint = f"Write [^{name}] where it belongs, or delete the text."
            yield manuscript_problem(line, f"[^{name}]:", what, hint, "footnote-unused")


def _entries(lines: list[tuple[SourceLine, str]]) -> Iterator[Problem]:
    """Find front matter in the middle of the text, which pandoc takes away and obeys."""
    for (before, blank), (line, text), (_, after) in zip(lines, lines[1:], lines[2:], strict=False):
        if text.rstrip() == "---" and not blank.strip() and not before.code and _ENTRY.match(after):
            what = "This would be read as front matter, and its lines would be lost as text."
            hint = "Front matter stands at the beginning of paper.qmd; a line is made by ***."
            yield manuscript_problem(line, text, what, hint, "front-matter-in-text")
