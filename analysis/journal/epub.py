"""The paper as an e-book (EPUB 3), for reading on small screens and with a screen reader."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from analysis.journal.context import Submission

_FILTER: Final = Path(__file__).parent / "filters" / "epub.lua"
_CSS: Final = """\
body { line-height: 1.4; }
table { border-collapse: collapse; font-size: 0.8em; }
table { border-top: 1px solid; border-bottom: 1px solid; }
th, td { padding: 0.15em 0.4em; text-align: left; vertical-align: top; }
thead { border-bottom: 1px solid; }
img { max-width: 100%; }
figure { margin: 1em 0; }
"""
# EPUB Accessibility 1.1; what the book has, as schema.org says it.
_ACCESS: Final = {
    "accessModes": ["textual", "visual"],
    "accessModeSufficient": ["textual,visual", "textual"],
    "accessibilityFeatures": [
        "alternativeText",
        "structuralNavigation",
        "tableOfContents",
        "readingOrder",
    ],
    "accessibilityHazards": ["none"],
    "accessibilitySummary": "Figures are described in words; tables are tables.",
}


def write_epub(submission: Submission, folder: Path) -> list[Path]:
    """Write the whole paper, supplement included, as an e-book.

    It names the authors: in a blinded package it lies with what only the editors see.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package.

    Returns
    -------
    list of Path
        The file.

    Raises
    ------
    DataProblems
        If the manuscript uses something that the engine does not know.
    """
    from analysis.journal.arrangement import with_floats_in_text
    from analysis.journal.context import WATERMARK
    from analysis.render.embedded import Variant, render_variant
    from analysis.render.formats import OutputFormat

    target = submission.place(folder, "paper.epub", editors_only=True)
    css = target.with_name(f"{target.name}.css")
    css.write_text(_CSS, encoding="utf-8")

    def arguments(root: Path, options: dict[str, Any], metadata: dict[str, Any]) -> list[str]:
        return ["--toc", "--toc-depth=2", "--split-level=1", f"--css={css}"]

    form = OutputFormat("epub", target.name, "epub3", 1, (), arguments)
    names = list(submission.authors.names)
    metadata: dict[str, Any] = {
        # The same paper has the same name; pandoc would make up another each time.
        "identifier": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, submission.provenance)}",
        "date": submission.date,
        **_ACCESS,
    }
    if names:
        metadata["author"] = names
    manuscript = with_floats_in_text(submission.sources)
    if submission.draft:
        front = manuscript.front_matter
        subtitle = f"{WATERMARK}. {front.get('subtitle') or ''}".strip()
        manuscript = replace(manuscript, front_matter={**front, "subtitle": subtitle})
    variant = Variant(
        manuscript=manuscript,
        csl=submission.root / "manuscript" / manuscript.front_matter["csl"],
        metadata=metadata,
        after=(_FILTER,),
    )
    try:
        render_variant(submission.root, form, variant, target)
    finally:
        css.unlink()
    return [target]
