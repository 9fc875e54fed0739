"""What a program left in a text because it did not know what to print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.paper.declarations import TO_BE_DECLARED
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analysis.journal.preflight.contents import Content

_LEFT = (
    (re.compile(r"\?@[\w:.-]+"), "This reference points to nothing.", "Correct its id."),
    (re.compile(r"\?(?:var|meta):[\w.-]+"), "There is no value of this name.", "Correct it."),
    (
        re.compile(r"\{\{<.*?>\}\}"),
        "This instruction was not carried out.",
        "Render the paper again; look at the spelling.",
    ),
    (
        re.compile(r"\[-?@[\w:.;@ -]+\]"),
        "This citation was not resolved.",
        "Add the work to references.bib.",
    ),
    (re.compile(r"(?<![\w?])\?\?(?![\w?])"), "A number is missing here.", "Look at the source."),
    (
        re.compile(r"Error! (?:Reference source|Bookmark) not"),
        "Word lost the target of a reference.",
        "Render the paper again.",
    ),
)
_KINDS = (".docx", ".pdf", ".html", ".xml", ".epub", ".txt")


def unresolved(texts: Iterable[Content], *, draft: bool = False) -> Iterator[Problem]:
    """Find what is printed although it stands for something that was never filled in.

    Parameters
    ----------
    texts
        What the files of a package say.
    draft
        Whether a declaration may still be missing.
    """
    for content in texts:
        if content.part != "text" or not content.file.lower().endswith(_KINDS):
            continue
        if not draft and TO_BE_DECLARED in content.text:
            what = "A declaration is missing here."
            hint = "Ask the authors, and write what they say into manuscript/authors.yml."
            yield Problem(
                content.file,
                None,
                content.where or None,
                TO_BE_DECLARED,
                what,
                hint,
                "error",
                "not-declared",
            )
        for pattern, what, hint in _LEFT:
            for found in dict.fromkeys(pattern.findall(content.text)):
                place = content.where or None
                yield Problem(content.file, None, place, found, what, hint, "error", "unresolved")
