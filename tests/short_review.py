"""A copy of the review with a few of its figures and tables, for tests of something else."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

_ENTRY = re.compile(r"^ +- \{id: ([a-z]+-[a-z-]+), kind: .*\n", re.MULTILINE)


def keep_items(review: Path, kept: Collection[str]) -> Path:
    """Take all other figures and tables out of the protocol, the text and the checklist.

    Parameters
    ----------
    review
        A copy of the review, which is changed.
    kept
        Ids of items (fig-flow), or of all items of a kind of number (stbl).
    """
    protocol = review / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    known = _ENTRY.findall(text)
    gone = [name for name in known if not {name, name.split("-")[0]} & set(kept)]
    assert 0 < len(gone) < len(known)
    text = _ENTRY.sub(lambda match: "" if match[1] in gone else match[0], text)
    protocol.write_text(text, encoding="utf-8")
    names = rf"(?:{'|'.join(gone)})(?![\w-])"
    float_div = re.compile(rf"^::: \{{#{names}[^\n]*\n.*?^:::\n", re.MULTILINE | re.DOTALL)
    reference = re.compile(rf"@({names})")
    for path in sorted((review / "manuscript").glob("*.qmd")):
        text = float_div.sub("", path.read_text(encoding="utf-8"))
        path.write_text(reference.sub(r"\1", text), encoding="utf-8")
    checklist = review / "data/prisma_checklist.csv"
    text = re.sub(rf"\b{names}", "sec-results", checklist.read_text(encoding="utf-8"))
    checklist.write_text(text, encoding="utf-8")
    return review
