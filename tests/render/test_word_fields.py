"""Are the numbers in Word fields, which follow a table that is moved?"""

from __future__ import annotations

import re
import zipfile
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from analysis.manuscript.word_xml import W, element, paragraph, run, split_at, text_of
from analysis.render.word_captions import number_captions
from analysis.storage.docx_zip import write_docx
from tests.render.office import needs_office, pages_of
from tests.render.paper_text import squeezed
from tests.render.word_reading import assert_in_order, bookmarked, document_of, fields


@pytest.fixture(scope="session")
def tree(rendered: Path) -> Any:
    return document_of(rendered / "_output/paper.docx")


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
class TestThePaper:
    def test_every_caption_is_numbered_by_a_field_in_order(self, tree: Any) -> None:
        sequences: dict[str, list[str]] = {}
        counted: dict[str, int] = {}
        for kind, arguments, shown in fields(tree):
            if kind == "SEQ":
                name, *switches = arguments.split()
                sequences.setdefault(name, []).append(shown)
                # What Word will show when it counts: one more, or what the field says.
                given = switches[switches.index("\\r") + 1] if "\\r" in switches else None
                counted[name] = int(given) if given else counted.get(name, 0) + 1
                assert shown == str(counted[name])
        assert set(sequences) >= {"Table", "Figure", "Table_S"}
        for numbers in sequences.values():
            every = [str(number) for number in range(1, len(numbers) + 1)]
            # What needs a page of its own stands behind the text.
            assert sorted(numbers, key=int) == every
        assert sequences["Figure"] != sorted(sequences["Figure"], key=int)

    def test_every_reference_shows_what_its_bookmark_holds(self, tree: Any) -> None:
        targets = bookmarked(tree)
        references = [
            (arguments, shown) for kind, arguments, shown in fields(tree) if kind == "REF"
        ]
        assert len(references) > 5
        for arguments, shown in references:
            name, *switches = arguments.split()
            assert targets[name] == shown.replace("\u00a0", " ")
            assert "\\h" in switches

    def test_no_plain_link_to_a_numbered_item_is_left(self, tree: Any) -> None:
        left = [link.get(f"{W}anchor", "") for link in tree.iter(f"{W}hyperlink")]
        assert not [anchor for anchor in left if re.match(r"s?(tbl|fig)-", anchor)]

    def test_the_lists_name_every_item_with_its_page_and_stand_before_the_text(
        self, tree: Any
    ) -> None:
        lists = [entry for entry in fields(tree) if entry[0] == "TOC"]
        assert len(lists) == len({arguments for _, arguments, _ in lists})
        shown = "".join(text for _, _, text in lists).replace("\u00a0", " ")
        for label in bookmarked(tree).values():
            assert shown.count(f"{label}: ") == 1
        targets = bookmarked(tree)
        pages = [arguments.split()[0] for kind, arguments, _ in fields(tree) if kind == "PAGEREF"]
        listed = [targets[name].replace("\u00a0", " ") for name in pages]
        assert sorted(listed) == sorted(label for label in targets.values() if " " in label)
        words = ("Tables", "Figures", "Supplementary tables", "Supplementary figures")
        text = [text_of(block) for block in tree.iter(f"{W}p")]
        places = [text.index(title) for title in words]
        assert places == sorted(places)
        assert places[-1] < text.index("Introduction")

    def test_opening_the_file_asks_nothing(self, rendered: Path) -> None:
        with zipfile.ZipFile(rendered / "_output/paper.docx") as archive:
            assert b"updateFields" not in archive.read("word/settings.xml")
            assert b"w:dirty" not in archive.read("word/document.xml")

    def test_bookmarks_have_names_and_numbers_of_their_own(self, tree: Any) -> None:
        starts = list(tree.iter(f"{W}bookmarkStart"))
        ends = [mark.get(f"{W}id") for mark in tree.iter(f"{W}bookmarkEnd")]
        numbers = [mark.get(f"{W}id") for mark in starts]
        assert len(set(numbers)) == len(numbers)
        assert sorted(numbers) == sorted(ends)
        names = [mark.get(f"{W}name") for mark in starts]
        assert len(set(names)) == len(names)
        assert all(len(name) <= 40 for name in names)

    def test_titles_and_legends_are_paragraphs_of_their_own(self, rendered: Path) -> None:
        document = docx.Document(str(rendered / "_output/paper.docx"))
        blocks = document.paragraphs
        pairs = [(block, after) for block, after in pairwise(blocks) if is_title(block)]
        assert pairs
        for block, after in pairs:
            if after.style is not None and after.style.name == "Caption Legend":
                assert block.text.endswith(".")
                assert ". " not in block.text.split(": ", 1)[1]


def is_title(block: Any) -> bool:
    return block.style is not None and block.style.name in ("Image Caption", "Table Caption")


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_header_rows_are_bold_in_every_program(tree: Any) -> None:
    for row in tree.iter(f"{W}tr"):
        runs = list(row.iter(f"{W}r"))
        if row.find(f"{W}trPr/{W}tblHeader") is not None:
            assert runs
            assert all(run.find(f"{W}rPr/{W}b") is not None for run in runs)


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_properties_stand_in_the_order_of_the_schema(tree: Any) -> None:
    assert_in_order(tree)


def caption_and_table(tree: Any, label: str) -> list[Any]:
    body = list(tree.find(f"{W}body"))
    start = next(
        at
        for at, block in enumerate(body)
        if text_of(block).startswith(f"{label}:") and block.find(f"{W}bookmarkStart") is not None
    )
    end = next(at for at in range(start, len(body)) if body[at].tag == f"{W}tbl")
    return body[start : end + 1]


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
@needs_office
def test_numbers_and_references_follow_a_table_that_is_moved(
    rendered: Path, tmp_path: Path
) -> None:
    paper = rendered / "_output/paper.docx"
    tree = document_of(paper)
    first, second = (caption_and_table(tree, label) for label in ("Table S1", "Table S2"))
    words = {
        label: text_of(block[0]).split(": ", 1)[1]
        for label, block in (("S1", first), ("S2", second))
    }
    for block in second:
        first[0].addprevious(block)
    # Nothing is asked about pictures, and LibreOffice takes long over them.
    etree.strip_elements(tree, f"{W}drawing", with_tail=False)
    moved = tmp_path / "moved.docx"
    write_docx(paper.read_bytes(), moved, {"word/document.xml": etree.tostring(tree)})
    pages = pages_of(moved, tmp_path)
    text = squeezed(" ".join(page.extract_text() for page in pages))
    # What each table is called behind the list, which is updated on request only.
    supplement = text[text.index("Supplementarymaterial") :]
    assert squeezed(f"Table S1: {words['S2']}") in supplement
    assert squeezed(f"Table S2: {words['S1']}") in supplement
    before = [shown for kind, _, shown in fields(document_of(paper)) if kind == "REF"]
    swapped = {"1": "2", "2": "1"}
    for shown in before:
        label = shown.replace("\u00a0", " ")
        if label in ("Table S1", "Table S2"):
            new = label[:-1] + swapped[label[-1]]
            sentence = sentence_with(tree, label)
            assert squeezed(sentence.replace(label, new)) in text


def sentence_with(tree: Any, label: str) -> str:
    """The words around the first reference to an item, a few characters on either side."""
    for block in tree.iter(f"{W}p"):
        text = text_of(block)
        found = re.search(rf"{label}(?!\d)", text)
        if found and not text.startswith(label + ":"):
            return text[max(found.start() - 12, 0) : found.end() + 12]
    raise AssertionError(f"nothing refers to {label}")


def test_a_list_of_captions_has_no_numbers_of_citations() -> None:
    """Would "review¹ and results" stand in the list of figures as "review1 and results"?"""
    raised = element("vertAlign", val="superscript")
    cited, power = run("8,9"), run("th")
    for piece in (cited, power):
        piece.insert(0, element("rPr"))
        piece[0].append(deepcopy(raised))
    block = paragraph(
        "TableCaption",
        run("Table S1: The checklist,"),
        cited,
        run(" 5"),
        power,
        run(" form. Note."),
    )
    body = element("body")
    mark = {"id": "3", "name": "stbl-prisma"}
    body.extend([element("bookmarkStart", **mark), block, element("bookmarkEnd", id="3")])
    (caption,) = number_captions(body)
    assert caption.title == "Table S1: The checklist, 5th form."
    assert text_of(block) == "Table S1: The checklist,8,9 5th form."


def test_a_paragraph_is_cut_inside_and_between_runs() -> None:
    for position, expected in (
        (0, ["", "abcdef"]),
        (2, ["ab", "cdef"]),
        (3, ["abc", "def"]),
        (6, ["abcdef", ""]),
    ):
        block = paragraph("Normal", run("abc"), run("def"))
        cut = split_at(block, position)
        assert cut is not None
        assert ["".join(map(text_of, block[:cut])), "".join(map(text_of, block[cut:]))] == expected
