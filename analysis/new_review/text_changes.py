"""What a manuscript gains and loses with its protocol: as the text of a new review would.

The starting text for the protocol before and after says which blocks belong to the change. They are
put where the author's own text has what stands before them there, or taken out of it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from analysis.new_review.folder import starting_files
from analysis.new_review.text_blocks import (
    Block,
    blocks_of,
    section_end,
    with_lines,
    without_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from schemas.protocol import Protocol

_PAPER = "manuscript/paper.qmd"
_INCLUDE = re.compile(r"include (\S+)")
_ENTRY = re.compile(r"^@\w+\{(\w+),.*?(?=^@|\Z)", re.MULTILINE | re.DOTALL)
REFERENCES = "manuscript/references.bib"
LETTER = "manuscript/templates/cover-letter.md"


def changed_text(
    files: Mapping[str, str], old: Protocol, new: Protocol
) -> tuple[dict[str, str], list[str], list[str]]:
    """Bring the files of a manuscript from one protocol to another.

    Parameters
    ----------
    files
        Text of each file, in the order in which the paper includes them.
    old, new
        The protocol before and after.

    Returns
    -------
    dict
        The files, those that did not change too.
    list of str
        Ids of the blocks that are gone.
    list of str
        Blocks for which the text has no place.
    """
    before, after = _starting(old), _starting(new)
    held, wanted = {b.name for b in before if b.name}, {b.name for b in after if b.name}
    texts, homeless = dict(files), []
    for position, added in _inserted(before, after):
        here = _names(texts)
        fresh = [block for block in added if not block.name or block.name not in here]
        if not any(block.name for block in fresh) and any(block.name for block in added):
            continue  # the author has put these already
        lines = "\n\n".join(block.text for block in fresh).splitlines()
        place = _place(texts, after[:position], fresh[0].level)
        if place is None:
            homeless.append("\n".join(lines))
        else:
            name, line = place
            texts[name] = with_lines(texts[name], line, lines)
    plain = {b.text for b in before if not b.name} - {b.text for b in after if not b.name}
    gone = [name for name in held - wanted if name in _names(texts)]
    return without_names(texts, set(gone), plain), sorted(gone), homeless


def without_names(
    texts: Mapping[str, str], names: Collection[str], plain: Collection[str] = ()
) -> dict[str, str]:
    """Take divs and headings out by their ids; a heading stays while something stands below it.

    Parameters
    ----------
    texts
        Text of each file.
    names
        Ids of the blocks to take out.
    plain
        Paragraphs, word for word, that go too.
    """
    found = {}
    for name, text in texts.items():
        blocks = blocks_of(text)
        gone = {
            n
            for n, block in enumerate(blocks)
            if not block.level and (block.name in names or block.text in plain)
        }
        for n, block in reversed([*enumerate(blocks)]):
            if block.level and (block.name in names or block.text in plain):
                below = range(n + 1, section_end(blocks, n, block.level))
                gone |= {n} if gone >= {*below} else set()
        found[name] = without_blocks(text, [blocks[n] for n in gone]) if gone else text
    return found


def section_of(texts: Mapping[str, str], name: str) -> str | None:
    """Give the id of the section in which a block stands."""
    for text in texts.values():
        section = None
        for block in blocks_of(text):
            section = block.name if block.level and block.name else section
            if block.name == name:
                return section
    return None


def speaking_of(texts: Mapping[str, str], words: Sequence[str]) -> list[str]:
    """Name the lines that still speak of what is gone, with their places.

    Parameters
    ----------
    texts
        Text of each file.
    words
        Ids of blocks, and beginnings of values' names (``orr.``).
    """
    forms = [
        rf"\bvar {re.escape(word)}" if word.endswith(".") else rf"@{re.escape(word)}(?![\w-])"
        for word in words
    ]
    pattern = re.compile("|".join(forms) or r"(?!)")
    return [
        f"{name}, line {number}: {line.strip()}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if pattern.search(line)
    ]


def with_lines_of(text: str, name: str, old: Protocol, new: Protocol) -> str:
    """Bring a text without ids, such as the letter, from one protocol to another, line by line.

    Parameters
    ----------
    text
        The file as it stands.
    name
        Its name among the starting files.
    old, new
        The protocol before and after.
    """
    before, after = (starting_files(each)[name].splitlines() for each in (old, new))
    lines = [line for line in text.splitlines() if line in after or line not in before]
    for number, line in enumerate(after):
        if line and line not in before and line not in lines:
            ahead = [entry for entry in after[:number] if entry and entry in lines]
            at = lines.index(ahead[-1]) + 1 if ahead else len(lines)
            lines.insert(at, line)
    return "\n".join(lines) + "\n"


def with_references(text: str, old: Protocol, new: Protocol) -> str:
    """Add the reports that the text of a new review with this protocol cites, and this lacks."""
    needed = starting_files(new)[REFERENCES]
    known = starting_files(old)[REFERENCES]
    for match in _ENTRY.finditer(needed):
        if f"{{{match[1]}," not in known and f"{{{match[1]}," not in text:
            text = f"{text.rstrip()}\n\n{match[0].strip()}\n"
    return text


def _starting(protocol: Protocol) -> list[Block]:
    """Give the starting text of a protocol, block by block, in the order of the paper."""
    files = starting_files(protocol)
    found = []
    for block in blocks_of(files[_PAPER]):
        included = _INCLUDE.search(block.text)
        found += blocks_of(files[f"manuscript/{included[1]}"]) if included else [block]
    return found


def _inserted(
    before: Sequence[Block], after: Sequence[Block]
) -> Iterator[tuple[int, Sequence[Block]]]:
    left, right = [b.name or b.text for b in before], [b.name or b.text for b in after]
    for tag, _, _, first, last in SequenceMatcher(a=left, b=right, autojunk=False).get_opcodes():
        if tag in {"insert", "replace"}:
            yield first, after[first:last]


def _names(texts: Mapping[str, str]) -> set[str]:
    return {block.name for text in texts.values() for block in blocks_of(text) if block.name}


def _place(
    texts: Mapping[str, str], before: Sequence[Block], level: int
) -> tuple[str, int | None] | None:
    """Find file and line (None: the end) behind the nearest block that the text has, too."""
    split = {name: blocks_of(text) for name, text in texts.items()}
    for wanted in reversed(before):
        for name, blocks in split.items():
            for n, block in enumerate(blocks):
                if (block.name or block.text) == (wanted.name or wanted.text):
                    end = section_end(blocks, n, level) if level else n + 1
                    return name, blocks[end].first if end < len(blocks) else None
    return None
