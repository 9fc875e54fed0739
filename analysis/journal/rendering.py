"""Renders a part of the paper as a journal wants it: main text or supplement, Word or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from analysis.journal.arrangement import left_out

if TYPE_CHECKING:
    from analysis.journal.context import Submission
    from analysis.journal.journal_style import Layout, NumberStyle
    from analysis.manuscript.reference_docx import WordLayout

Part = Literal["main", "supplement"]

SUPPLEMENT_TITLE = "Supplementary material"
_FILTERS = Path(__file__).parent / "filters"
_SPACING = {"single": 1.0, "one_and_half": 1.5, "double": 2.0}
# Width and height in centimetres (ISO 216; ANSI/ASME Y14.1).
_PAPER = {"a4": (21.0, 29.7), "letter": (21.59, 27.94)}


def render_part(
    submission: Submission, part: Part, form: str, output: Path, reference_doc: Path | None = None
) -> None:
    """Render the main text or the supplement.

    Numbers are those of the whole paper: Table S1 is Table S1 in both. A reference to something
    in the other part stays as words, and each part lists the references that it cites itself.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    part
        ``main`` or ``supplement``.
    form
        ``docx`` or ``pdf``; a Word file still needs
        :func:`analysis.render.finish_docx.finish_docx`.
    output
        The file to write; its folder exists.
    reference_doc
        Styles and pages of the Word file, None for those of the paper itself.

    Raises
    ------
    DataProblems
        If the manuscript uses something that the engine does not know.
    """
    from analysis.manuscript.citation_style import style_file
    from analysis.render.embedded import Variant, render_variant

    journal = submission.journal
    csl = style_file(journal.style)
    variant = Variant(
        manuscript=submission.manuscript,
        csl=csl,
        metadata=_metadata(submission, part, superscript=has_superscripts(csl)),
        number_sections=journal.headings_numbered,
        reference_doc=reference_doc,
        before=(_FILTERS / "arrange.lua",),
        after=(_FILTERS / "leave_out.lua", _FILTERS / "numbers.lua"),
    )
    render_variant(submission.root, form, variant, output)


def has_superscripts(csl: Path) -> bool:
    """Tell whether a citation style sets its citations as superscripts, behind punctuation."""
    from lxml import etree

    layouts = etree.parse(csl).iterfind(
        ".//{http://purl.org/net/xbiblio/csl}citation/{http://purl.org/net/xbiblio/csl}layout"
    )
    return any(
        node.get("vertical-align") == "sup" for layout in layouts for node in layout.iter("{*}*")
    )


def word_layout(layout: Layout) -> WordLayout:
    """Give the pages of a journal's manuscript as Word's reference document wants them."""
    from analysis.manuscript.reference_docx import WordLayout

    width, height = _PAPER[layout.paper]
    return WordLayout(
        font=layout.font,
        size=layout.font_pt,
        heading_font=layout.font,
        spacing=_SPACING[layout.spacing],
        width=width,
        height=height,
        margin=layout.margin_mm / 10,
        page_numbers=layout.page_numbers,
        line_numbers=layout.line_numbers,
    )


def _metadata(submission: Submission, part: Part, *, superscript: bool) -> dict[str, Any]:
    journal = submission.journal
    hidden = {"sec-acknowledgements", "sec-declarations"} if submission.blinded else set()
    names = None if submission.blinded else list(submission.authors.names)
    found: dict[str, Any] = {
        "author": names,
        "by-author": names and [{"name": {"literal": name}} for name in names],
        "citation-after-punctuation": superscript,
        "submission": {
            "part": part,
            "tables": journal.tables,
            "figures": journal.figures,
            "numbered": journal.headings_numbered,
            "leave-out": sorted({*left_out(journal), *hidden}),
            "numbers": _numbers(journal.numbers),
            "labels": _changed_labels(submission),
        },
    }
    if part == "supplement":
        found |= {"subtitle": SUPPLEMENT_TITLE, "abstract": None, "keywords": None}
        # The template of PDF prints the headings with their pages.
        found["contents"] = True
    return found


def _changed_labels(submission: Submission) -> list[dict[str, str]]:
    """Say how sections, tables and figures are called that the paper itself calls otherwise.

    Generated tables name them as the paper does: another order or another title changes that.
    """
    from analysis.manuscript.checklist import places
    from analysis.manuscript.sources import read_manuscript

    paper, here, now = read_manuscript(submission.root), submission.sources, submission.labels
    written = {new: old for old, new in paper.ids.items() if new is not None}
    found = []
    for name, label in places(paper).items():
        # Either paper may have the item in its other part.
        there = here.now(written.get(name, name))
        if there is not None and now.get(there, label) != label:
            found.append({"was": label, "now": now[there]})
    return found


def _numbers(style: NumberStyle) -> dict[str, Any]:
    return {
        "p-letter": style.p_letter,
        "p-italic": style.p_italic,
        "p-spaces": style.p_spaces,
        "leading-zero": style.leading_zero,
        "decimal-point": style.decimal_point,
        # A space would be lost: metadata is read as markdown.
        "thousands": {",": "comma", " ": "space", "": "none"}[style.thousands],
    }
