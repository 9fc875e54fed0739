"""The title page as a Word file: who, where, how long, and everything that is declared."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analysis.journal.counts import counts_of
from analysis.journal.rendering import word_layout
from analysis.journal.word_files import write_letter
from analysis.manuscript.value import escape
from analysis.paper.declarations import TO_BE_DECLARED, declarations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from analysis.journal.context import Submission
    from analysis.manuscript.reference_docx import WordLayout
    from schemas.authors import Author

# Declarations that stand on a title page even where the journal's file does not ask for them.
_ALWAYS = frozenset(
    {"contributions", "funding", "competing_interests", "ethics", "data_availability"}
)
_UNKNOWN = escape(TO_BE_DECLARED)
_DOCUMENT = "word/document.xml"


def write_title_page(submission: Submission, folder: Path) -> list[Path]:
    """Write the title page.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package.

    Returns
    -------
    list of Path
        The file, or nothing where the journal wants no separate title page and hides no names.
    """
    journal = submission.journal
    if journal.title_page != "separate" and not submission.blinded:
        return []
    name = f"{journal.file_names.title_page}.docx"
    target = submission.place(folder, name, editors_only=True)
    layout = replace(word_layout(journal.layout), spacing=1.0, line_numbers="none")
    write_letter(title_page_text(submission), target, layout)
    return [target]


def put_before(manuscript: Path, text: str, layout: WordLayout) -> None:
    """Put a page, such as the title page, before the first page of the manuscript.

    Parameters
    ----------
    manuscript
        The finished main manuscript; it is replaced.
    text
        The page as markdown.
    layout
        Its pages.
    """
    from lxml import etree

    from analysis.manuscript.word_xml import W, element, paragraph, set_property
    from analysis.storage.docx_zip import write_docx

    page = manuscript.with_name(f"{manuscript.name}.title")
    write_letter(text, page, layout)
    with zipfile.ZipFile(page) as archive:
        front: Any = etree.fromstring(archive.read(_DOCUMENT))
        relations = etree.fromstring(archive.read("word/_rels/document.xml.rels"))
    page.unlink()
    addresses = {node.get("Id", ""): node.get("Target", "") for node in relations}
    _links_as_fields(front, addresses)
    # Nothing points to its headings, and their numbers are taken by those of the manuscript.
    for mark in list(front.iter(f"{W}bookmarkStart", f"{W}bookmarkEnd")):
        mark.getparent().remove(mark)
    content = manuscript.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        tree: Any = etree.fromstring(archive.read(_DOCUMENT))
    body = tree.find(f"{W}body")
    end = element("r")
    end.append(element("br", type="page"))
    blocks = [node for node in front.find(f"{W}body") if node.tag != f"{W}sectPr"]
    turn = paragraph("Normal", end)
    set_property(turn, element("suppressLineNumbers"))
    body[0:0] = [*blocks, turn]
    whole = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    write_docx(content, manuscript, {_DOCUMENT: whole})


def title_page_text(submission: Submission) -> str:
    """Give the title page as markdown."""
    return "\n\n".join(_blocks(submission)) + "\n"


def _blocks(submission: Submission) -> Iterator[str]:
    authors = submission.authors
    front = submission.manuscript.front_matter
    yield _styled("Title", _expanded(submission, str(front.get("title", ""))))
    yield _styled("Subtitle", _expanded(submission, str(front.get("subtitle", ""))))
    if submission.warning:
        yield _styled("Notice", submission.warning)
    numbers = {place.id: n for n, place in enumerate(authors.numbered_affiliations(), start=1)}
    names = [_name(author, numbers, submission) for author in authors.authors]
    names += [f"**{escape(authors.group)}**"] if authors.group else []
    if names:
        yield ", ".join(names)
    for place in authors.numbered_affiliations():
        yield f"^{numbers[place.id]}^ {escape(place.text)}"
    if not authors.authors:
        yield f"**Authors and affiliations:** {_UNKNOWN}"
    if any(author.equal_contribution for author in authors.authors):
        yield "† These authors contributed equally."
    yield from _correspondence(submission)
    orcids = [
        f"{escape(author.name)}: [{author.orcid}](https://orcid.org/{author.orcid})"
        for author in authors.authors
        if author.orcid
    ]
    if orcids:
        yield "**ORCID:** " + "; ".join(orcids)
    yield from _facts(submission)
    yield "# Declarations"
    asked = {*submission.journal.statements, *_ALWAYS}
    for declaration in declarations(authors, submission.data.protocol):
        if declaration.text is None and declaration.name not in asked:
            continue
        yield f"## {declaration.heading}"
        yield escape(declaration.text or TO_BE_DECLARED)
    yield "# Version"
    yield _expanded(submission, "{{< var provenance.statement >}}.")


def _facts(submission: Submission) -> Iterator[str]:
    front = submission.manuscript.front_matter
    if submission.journal.article_type:
        yield f"**Type of article:** {escape(submission.journal.article_type)}"
    if front.get("running-head"):
        yield f"**Running head:** {_expanded(submission, str(front['running-head']))}"
    keywords = [_expanded(submission, str(word)) for word in front.get("keywords", [])]
    if keywords:
        yield f"**Keywords:** {', '.join(keywords)}"
    counts = counts_of(submission)
    kinds = [name.split("-", 1)[0] for name in submission.labels]
    yield (
        f"**Words:** abstract {counts.abstract_words}, main text {counts.main_text_words}. "
        f"**Tables:** {counts.tables}. **Figures:** {counts.figures}. "
        f"**References:** {counts.references}. "
        f"**Supplementary material:** {kinds.count('stbl')} tables, {kinds.count('sfig')} figures."
    )


def _correspondence(submission: Submission) -> Iterator[str]:
    for author in submission.authors.corresponding:
        parts = [escape(author.name), *([escape(author.address)] if author.address else [])]
        parts.append(f"<{author.email}>")
        yield f"\\* **Correspondence:** {', '.join(parts)}"
    if not submission.authors.corresponding:
        yield f"**Correspondence:** {_UNKNOWN}"


def _name(author: Author, numbers: dict[str, int], submission: Submission) -> str:
    degrees = "".join(f", {escape(degree)}" for degree in author.degrees)
    marks = [str(numbers[place.id]) for place in submission.authors.affiliations_of(author)]
    marks += ["†"] if author.equal_contribution else []
    marks += ["\\*"] if author.corresponding else []
    raised = f"^{','.join(marks)}^" if marks else ""
    return f"**{escape(author.name)}**{degrees}{raised}"


def _expanded(submission: Submission, text: str) -> str:
    from analysis.manuscript.shortcodes import expand

    return expand(text, submission.variables, submission.manuscript.front_matter)


def _styled(style: str, text: str) -> str:
    return f'::: {{custom-style="{style}"}}\n{text}\n:::'


def _links_as_fields(tree: Any, addresses: dict[str, str]) -> None:
    """Turn links into fields, which need no entry in the other file's list of addresses."""
    from analysis.manuscript.word_xml import W, field, text_of

    relation = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    for link in list(tree.iter(f"{W}hyperlink")):
        address = addresses.get(link.get(relation, ""))
        if address is None:
            continue
        for piece in field(f'HYPERLINK "{address}"', text_of(link), link.find(f"{W}r")):
            link.addprevious(piece)
        link.getparent().remove(link)
