"""Comments of a Word file with their answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from analysis.manuscript.word_xml import W

# Word 2012 keeps which comment answers which in a part of its own, by the last paragraph's id.
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_SIGNS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": " ", f"{W}noBreakHyphen": "-"}


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote in the margin.

    Attributes
    ----------
    number
        Its id in the file.
    author, date, text
        As the file says; paragraphs of the text are lines.
    resolved
        Whether somebody ticked it off.
    replies
        Answers to it, in order.
    """

    number: str
    author: str
    date: str
    text: str
    resolved: bool = False
    replies: tuple[Comment, ...] = ()


def read_comments(parts: dict[str, Any]) -> tuple[Comment, ...]:
    """Give the comments in the order of the file; answers hang on the comment they answer.

    Parameters
    ----------
    parts
        As `read_parts` gives them.
    """
    part = parts.get("word/comments.xml")
    if part is None:
        return ()
    found: dict[str, Comment] = {}
    number_of: dict[str, str] = {}
    for node in part.iter(f"{W}comment"):
        number = node.get(f"{W}id", "")
        found[number] = Comment(
            number, node.get(f"{W}author", ""), node.get(f"{W}date", ""), _text(node)
        )
        for paragraph in node.iter(f"{W}p"):
            number_of[paragraph.get(f"{_W14}paraId", "")] = number
    parent: dict[str, str] = {}
    for node in _extended(parts):
        number = number_of.get(node.get(f"{_W15}paraId", ""))
        if number is None:
            continue
        if node.get(f"{_W15}done") in ("1", "true"):
            found[number] = replace(found[number], resolved=True)
        answered = number_of.get(node.get(f"{_W15}paraIdParent") or "-")
        if answered is not None and answered != number:
            parent[number] = answered
    return _threads(found, parent)


def _extended(parts: dict[str, Any]) -> list[Any]:
    part = parts.get("word/commentsExtended.xml")
    return [] if part is None else list(part.iter(f"{_W15}commentEx"))


def _threads(found: dict[str, Comment], parent: dict[str, str]) -> tuple[Comment, ...]:
    # Word allows one level; other programs may nest deeper: all hang on the first.
    first = {number: _first(number, parent) for number in found}
    return tuple(
        replace(
            comment,
            replies=tuple(
                answer
                for other, answer in found.items()
                if first[other] == number and other != number
            ),
        )
        for number, comment in found.items()
        if first[number] == number
    )


def _first(number: str, parent: dict[str, str]) -> str:
    seen = [number]
    while seen[-1] in parent:
        above = parent[seen[-1]]
        if above in seen:
            # A damaged file in which comments answer each other: each stands alone.
            return number
        seen.append(above)
    return seen[-1]


def _text(node: Any) -> str:
    text = "\n".join("".join(map(_letters, p.iter())) for p in node.iter(f"{W}p"))
    return "\n".join(line.strip() for line in text.split("\n") if line.strip())


def _letters(node: Any) -> str:
    """Give what an element of a paragraph shows: its text, a break or a blank."""
    if node.tag == f"{W}t":
        return node.text or ""
    return _SIGNS.get(node.tag, "")
