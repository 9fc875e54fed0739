"""What came back, as a list to work through: Markdown, plain text or JSON."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from schemas.problems import count_text

if TYPE_CHECKING:
    from analysis.journal.feedback.comments import Comment
    from analysis.journal.feedback.records import Edit, Feedback, Place, Remark

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~^$@!&-])")
_UNKNOWN_PART = 0.5
_DAY = re.compile(r"[1-9]\d{3}-\d\d-\d\d")


def as_dict(feedback: Feedback) -> dict[str, Any]:
    """Give everything as plain content for JSON."""
    return asdict(feedback)


def render_text(feedback: Feedback) -> str:
    """Write the list for the terminal."""
    return "\n".join(_lines(feedback, _plain)) + "\n"


def render_markdown(feedback: Feedback) -> str:
    """Write the list as Markdown; what reviewers wrote cannot become markup."""
    return "\n".join(_lines(feedback, _escaped)) + "\n"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", _plain(text))


def _lines(feedback: Feedback, write: Any) -> list[str]:
    edits, remarks = feedback.edits, feedback.remarks
    tracked = sum(edit.tracked for edit in edits)
    warned = sum(bool(edit.warnings) for edit in edits)
    counts = (
        f"{count_text(len(remarks), 'comment')}, {count_text(tracked, 'tracked change')}, "
        f"{count_text(len(edits) - tracked, 'untracked change')}"
    )
    lines = [
        f"# Feedback in {write(feedback.file)}",
        "",
        f"{counts[0].upper()}{counts[1:]}.",
    ]
    if warned:
        verb = "concerns" if warned == 1 else "concern"
        told = f"{count_text(warned, 'change')} {verb} what is computed (marked ⚠)."
        lines.append(told.capitalize())
    if feedback.paragraphs and feedback.matched < _UNKNOWN_PART * feedback.paragraphs:
        lines.append(
            f"Only {feedback.matched} of {feedback.paragraphs} paragraphs were found in the "
            "manuscript: was the file made from this edition?"
        )
    sections = _by_section(feedback)
    for section, entries in sections:
        lines += ["", f"## {write(section or 'Elsewhere')}"]
        for entry in entries:
            lines += ["", *(_remark(entry, write) if _is_remark(entry) else _edit(entry, write))]
    if feedback.missing:
        lines += ["", "## Passages of the manuscript that the file does not have", ""]
        lines += [f"- {file}:{line}: {write(words)}…" for file, line, words in feedback.missing]
    return lines


def _is_remark(entry: Remark | Edit) -> bool:
    return hasattr(entry, "comment")


def _by_section(feedback: Feedback) -> list[tuple[str, list[Any]]]:
    """Put comments and edits of a section together, sections in the order of the file."""
    found: dict[str, list[Any]] = {}
    entries: list[Edit | Remark] = [*feedback.edits, *feedback.remarks]
    for entry in sorted(entries, key=lambda entry: entry.place.paragraph):
        found.setdefault(entry.place.section, []).append(entry)
    return list(found.items())


def _who(author: str, date: str, write: Any) -> str:
    name = write(author) if author else "somebody"
    # LibreOffice writes 0-00-00T00:00:00Z where there is no date.
    day = _DAY.match(date)
    return f"{name}, {write(day[0])}" if day else name


def _where(place: Place) -> str:
    return f"{place.file}:{place.line}" if place.file else "no place in the source"


def _edit(edit: Edit, write: Any) -> list[str]:
    by = _who(edit.author, edit.date, write) if edit.tracked else "not tracked"
    where = edit.table and write(edit.table)
    lines = [f"- **{edit.kind}** ({by}) – {where or _where(edit.place)}"]
    if edit.kind == "replaced":
        lines.append(f"  “{write(edit.old)}” → “{write(edit.new)}”")
    elif edit.kind == "format":
        lines.append(f"  “{write(edit.old)}”: {write(edit.note)}")
    else:
        lines.append(f"  “{write(edit.new or edit.old)}”")
    if edit.note and edit.kind != "format":
        lines.append(f"  {write(edit.note)}")
    if edit.place.source:
        lines.append(f"  Source: {write(edit.place.source)}")
    if edit.sentence and edit.kind != "format":
        lines.append(f"  Now: {write(edit.sentence)}")
    lines += [f"  ⚠ {write(warning)}" for warning in edit.warnings]
    return lines


def _remark(remark: Remark, write: Any) -> list[str]:
    comment = remark.comment
    state = ", resolved" if comment.resolved else ""
    by = _who(comment.author, comment.date, write)
    where = remark.table and write(remark.table)
    lines = [f"- **comment** ({by}{state}) – {where or _where(remark.place)}"]
    if remark.words:
        lines.append(f"  On “{write(remark.words)}”:")
    lines += [f"  {write(line)}" for line in comment.text.split("\n")]
    if remark.place.source:
        lines.append(f"  Source: {write(remark.place.source)}")
    for reply in comment.replies:
        lines.append(f"  Answer ({_who(reply.author, reply.date, write)}): {_reply(reply, write)}")
    return lines


def _reply(reply: Comment, write: Any) -> str:
    return write(" ".join(reply.text.split("\n")))
