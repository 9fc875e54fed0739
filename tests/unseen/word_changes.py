"""What a case does to the Word file of the example, on its XML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

from analysis.manuscript.word_xml import W, element

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.journal.feedback.edited import Reviewed

_NAMES = f'xmlns:w="{W[1:-1]}"'
_COMMENTS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_FOOTNOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.%s+xml"


def _nodes(xml: str) -> list[Any]:
    return list(etree.fromstring(f"<w:body {_NAMES}>{xml}</w:body>"))


def _with_words(reviewed: Reviewed, words: str, tag: str = "p") -> Any:
    """Give the innermost element of a kind that holds some words."""
    found = [
        node
        for node in reviewed.tree.iter(f"{W}{tag}")
        if words in "".join(t.text or "" for t in node.iter(f"{W}t"))
    ]
    return found[-1]


def _rewritten(reviewed: Reviewed, pairs: Iterable[tuple[str, str]]) -> None:
    for old, new in pairs:
        reviewed.run_with(old)  # joins runs
        xml = etree.tostring(reviewed.tree, encoding="unicode")
        assert xml.count(old) >= 1, old
        reviewed.tree = etree.fromstring(xml.replace(old, new, 1))


def _behind(reviewed: Reviewed, words: str, xml: str) -> None:
    there = _with_words(reviewed, words)
    for node in reversed(_nodes(xml)):
        there.addnext(node)


def _comments(reviewed: Reviewed, whole: Iterable[tuple[str, str]]) -> None:
    notes = []
    for number, (words, xml) in enumerate(whole):
        if words:
            run = reviewed.cut_out(words)
            run.addprevious(element("commentRangeStart", id=str(number)))
            anchor = element("r")
            anchor.append(element("commentReference", id=str(number)))
            run.addnext(anchor)
            run.addnext(element("commentRangeEnd", id=str(number)))
        notes.append(xml)
    text = f"<w:comments {_NAMES}>{''.join(notes)}</w:comments>"
    reviewed.parts["word/comments.xml"] = text.encode()
    if b"comments.xml" not in reviewed.parts["word/_rels/document.xml.rels"]:
        reviewed._declare("comments", _COMMENTS, _TYPE % "comments")


def _footnote(reviewed: Reviewed, text: str) -> None:
    run = element("r")
    run.append(element("footnoteReference", id="99"))
    _with_words(reviewed, "Nobody knows").append(run)
    note = (
        f'<w:footnote w:id="99"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    old = reviewed.parts.get("word/footnotes.xml")
    if old is None:
        reviewed.parts["word/footnotes.xml"] = f"<w:footnotes {_NAMES}>{note}".encode()
        reviewed._declare("footnotes", _FOOTNOTES, _TYPE % "footnotes")
    else:
        reviewed.parts["word/footnotes.xml"] = old.replace(b"</w:footnotes>", note.encode())


def change(reviewed: Reviewed, case: dict[str, Any]) -> None:
    """Do to the file what a case says."""
    _rewritten(reviewed, case.get("text", ()))
    for words, xml in case.get("behind", ()):
        _behind(reviewed, words, xml)
    if "within" in case:
        words, xml = case["within"]
        for node in _nodes(xml):
            _with_words(reviewed, words).append(node)
    if "wrap" in case:
        words, before, after = case["wrap"]
        paragraph = _with_words(reviewed, words)
        xml = etree.tostring(paragraph, encoding="unicode")
        (made,) = _nodes(f"{before}{xml}{after}")
        paragraph.getparent().replace(paragraph, made)
    if "move" in case:
        words, behind = case["move"]
        _with_words(reviewed, behind).addnext(_with_words(reviewed, words))
    if "without" in case:
        node = _with_words(reviewed, case["without"])
        node.getparent().remove(node)
    if "without_row" in case:
        node = _with_words(reviewed, case["without_row"], "tr")
        node.getparent().remove(node)
    if "row_behind" in case:
        words, cells = case["row_behind"]
        made = "".join(f"<w:tc><w:p><w:r><w:t>{c}</w:t></w:r></w:p></w:tc>" for c in cells)
        _with_words(reviewed, words, "tr").addnext(_nodes(f"<w:tr>{made}</w:tr>")[0])
    if "row_mark" in case:
        words, kind = case["row_mark"]
        row = _with_words(reviewed, words, "tr")
        properties = element("trPr")
        properties.append(element(kind, id="70", author="B. Muster", date="2026-11-01T09:00:00Z"))
        row.insert(0, properties)
    if "comments" in case:
        _comments(reviewed, case["comments"])
    if "orphan" in case:
        _comments(reviewed, [("", case["orphan"])])
    if "footnote" in case:
        _footnote(reviewed, case["footnote"])
