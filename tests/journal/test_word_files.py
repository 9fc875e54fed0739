"""Are the Word files of a package what a journal asks for, looked at in their XML?"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from analysis.journal import cover_letter
from analysis.journal.context import WATERMARK, Submission
from analysis.journal.counts import counts_of
from analysis.journal.cover_letter import letter_text, write_cover_letter
from analysis.journal.manuscript_word import write_manuscript
from analysis.journal.title_page import title_page_text, write_title_page
from analysis.journal.watermark import mark_word
from analysis.manuscript.word_xml import W, style_of, text_of
from schemas.problems import DataProblems
from tests.render.office import needs_office, needs_widths, pages_of
from tests.render.paper_text import squeezed

pytestmark = pytest.mark.xdist_group("submission")

# CT_SectPr (ECMA-376 part 1, 17.6.17), as far as these files have it.
SECTION_ORDER = ["footnotePr", "endnotePr", "type", "pgSz", "pgMar", "lnNumType", "cols", "titlePg"]
EDITORIAL = {
    "style": "bmj",
    "tables": "end",
    "figures": "legends",
    "title_page": "first_page",
    "headings_numbered": True,
    "abstract": {"structured": False},
    "layout": {"paper": "letter", "font": "Arial", "font_pt": 11, "spacing": "one_and_half"},
    "numbers": {"p_letter": "p", "p_italic": False, "leading_zero": True},
}


def part(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as archive:
        return etree.fromstring(archive.read(name))


def body_of(path: Path) -> Any:
    return part(path, "word/document.xml").find(f"{W}body")


def sections(path: Path) -> list[Any]:
    return list(part(path, "word/document.xml").iter(f"{W}sectPr"))


def spacing_of(path: Path, style: str) -> str | None:
    for entry in part(path, "word/styles.xml").iter(f"{W}style"):
        if entry.find(f"{W}name").get(f"{W}val").lower() == style.lower():
            return entry.find(f"{W}pPr/{W}spacing").get(f"{W}line")
    return None


@pytest.fixture(scope="module")
def plain(submission_for: Callable[..., Submission], tmp_path_factory: Any) -> Path:
    """The manuscript for a journal without rules of its own."""
    return write_manuscript(submission_for(draft=False), tmp_path_factory.mktemp("plain"))[0]


@pytest.fixture(scope="module")
def editorial(submission_for: Callable[..., Submission], tmp_path_factory: Any) -> Path:
    """The manuscript for a journal that wants everything otherwise."""
    folder = tmp_path_factory.mktemp("editorial")
    return write_manuscript(submission_for(**EDITORIAL), folder)[0]


def test_lines_are_numbered_through_on_every_page(plain: Path) -> None:
    found = sections(plain)
    assert len(found) > 1  # upright and landscape pages
    for section in found:
        numbers = section.find(f"{W}lnNumType")
        assert (numbers.get(f"{W}restart"), numbers.get(f"{W}countBy")) == ("continuous", "1")
        names = [child.tag.removeprefix(W) for child in section]
        names = [name for name in names if not name.endswith("Reference")]  # first, in any order
        assert names == sorted(names, key=SECTION_ORDER.index)


def test_text_abstract_and_references_are_double_spaced(plain: Path) -> None:
    for style in ("Body Text", "First Paragraph", "Abstract", "Bibliography", "Table Caption"):
        assert spacing_of(plain, style) == "480", style  # 240 is one line
    shown = {style_of(block) for block in body_of(plain) if text_of(block).strip()}
    assert {"BodyText", "FirstParagraph", "Abstract", "Bibliography"} <= shown
    for block in body_of(plain).iterfind(f"{W}p"):
        own = block.find(f"{W}pPr/{W}spacing")
        assert own is None or own.get(f"{W}line") is None or not text_of(block).strip()


def test_pages_are_numbered(plain: Path) -> None:
    with zipfile.ZipFile(plain) as archive:
        footers = [name for name in archive.namelist() if name.startswith("word/footer")]
        assert any(b"PAGE" in archive.read(name) for name in footers)
    assert all(section.find(f"{W}footerReference") is not None for section in sections(plain))


def test_citations_are_superscripts_where_the_style_says_so(plain: Path, editorial: Path) -> None:
    assert "1" in raised(plain)
    assert not [text for text in raised(editorial) if text.strip("0123456789,–- ") == ""]


def raised(path: Path) -> list[str]:
    blocks = list(body_of(path))
    first = next(i for i, block in enumerate(blocks) if text_of(block).endswith("Introduction"))
    runs = (run for block in blocks[first:] for run in block.iterfind(f".//{W}r"))
    marked = [run for run in runs if run.find(f"{W}rPr/{W}vertAlign") is not None]
    return [text_of(run) for run in marked if text_of(run).strip()]


def test_captions_stand_above_tables_and_below_figures(plain: Path) -> None:
    blocks = [b for b in body_of(plain) if b.tag == f"{W}tbl" or text_of(b).strip() or drawn(b)]
    for before, block, after in zip(blocks, blocks[1:], blocks[2:], strict=False):
        if style_of(block) == "TableCaption":
            follower = (
                after if style_of(after) != "CaptionLegend" else blocks[blocks.index(after) + 1]
            )
            assert follower.tag == f"{W}tbl"
        if style_of(block) == "ImageCaption":
            assert drawn(before)


def drawn(block: Any) -> bool:
    return next(block.iter("{*}drawing"), None) is not None


def test_no_table_is_wider_than_its_page(plain: Path) -> None:
    tables: list[Any] = []
    checked = 0
    for block in body_of(plain):
        if block.tag == f"{W}tbl":
            tables.append(block)
        section = block if block.tag == f"{W}sectPr" else block.find(f"{W}pPr/{W}sectPr")
        if section is None:
            continue
        margins = section.find(f"{W}pgMar")
        width = int(section.find(f"{W}pgSz").get(f"{W}w"))
        width -= sum(int(margins.get(f"{W}{side}")) for side in ("left", "right"))
        for table in tables:
            columns = [int(c.get(f"{W}w")) for c in table.iterfind(f"{W}tblGrid/{W}gridCol")]
            assert sum(columns) <= width + len(columns)
            checked += 1
        tables = []
    assert checked == 4


def test_the_supplement_is_not_in_the_main_file_but_keeps_its_numbers(plain: Path) -> None:
    text = text_of(body_of(plain))
    assert "Supplementary material" not in text
    assert "Table S1" in text  # referred to
    captions = [text_of(b) for b in body_of(plain) if style_of(b) == "TableCaption"]
    assert [caption.split(":")[0] for caption in captions] == [f"Table {n}" for n in range(1, 5)]


def test_no_link_points_to_what_is_not_there(plain: Path, editorial: Path) -> None:
    for path in (plain, editorial):
        tree = part(path, "word/document.xml")
        names = {mark.get(f"{W}name") for mark in tree.iter(f"{W}bookmarkStart")}
        anchors = {link.get(f"{W}anchor") for link in tree.iter(f"{W}hyperlink")} - {None}
        assert anchors <= names


def test_sections_without_numbers_are_referred_to_by_title(plain: Path, editorial: Path) -> None:
    assert "section “How this version is produced”" in text_of(body_of(plain))
    assert "Section 2.8" in text_of(body_of(editorial))


def test_a_journal_that_wants_everything_otherwise(editorial: Path) -> None:
    blocks = list(body_of(editorial))
    texts = [text_of(block) for block in blocks]
    # The title page comes first, then the text, the references, the tables, the legends.
    order = ["Declarations", "Introduction", "References", "Tables", "Figure legends"]
    places = [texts.index(heading) for heading in order]
    assert places == sorted(places)
    # The empty lines that turn the page have no number.
    turns = [block for block in blocks if block.find(f'.//{W}br[@{W}type="page"]') is not None]
    assert turns
    assert all(turn.find(f"{W}pPr/{W}suppressLineNumbers") is not None for turn in turns)
    first_table = next(i for i, block in enumerate(blocks) if block.tag == f"{W}tbl")
    assert first_table > texts.index("Tables")
    assert not any(drawn(block) for block in blocks)
    assert any(text.startswith("Figure 2: ") for text in texts)
    assert spacing_of(editorial, "Body Text") == "360"
    size = sections(editorial)[0].find(f"{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("12240", "15840")
    abstract = [b for b in blocks if style_of(b) == "Abstract"]
    assert not any(text_of(block) == "Background" for block in abstract)


def test_p_values_in_both_styles(plain: Path, editorial: Path) -> None:
    assert "P < .001" in text_of(body_of(plain))
    text = text_of(body_of(editorial))
    assert "p < 0.001" in text
    assert "P < " not in text
    assert not [word for word in text.split() if word.startswith(".") and word[1:2].isdigit()]


def test_the_title_page_says_who_and_how_long(submission_for: Callable[..., Submission]) -> None:
    text = title_page_text(submission_for())
    assert "**Ann Bea Exampleton**, MD, PhD^1,2,\\*^" in text
    assert "^1^ Northern Sample Hospital, Northtown, Nowhere" in text
    assert "[0000-0002-1825-0097](https://orcid.org/0000-0002-1825-0097)" in text
    assert "Grant 12345 of the Sample Foundation." in text
    assert "to be declared" not in text
    assert "**Tables:** 4. **Figures:** 2." in text
    assert "PROSPERO CRD42024590395" in text


def test_nobody_is_made_up(submission_for: Callable[..., Submission]) -> None:
    from schemas.authors import Authors

    bare = replace(submission_for(), authors=Authors(group="Living Review Group"))
    text = title_page_text(bare)
    assert text.count(r"\[to be declared\]") >= 5
    assert r"\[to be declared\]" in letter_text(bare)


def test_data_in_the_title_page_are_no_markup(submission_for: Callable[..., Submission]) -> None:
    from schemas.authors import Authors

    group = "<b>x</b> [a](http://b) *c* `{=openxml}`"
    text = title_page_text(replace(submission_for(), authors=Authors(group=group)))
    assert r"\<b\>x" in text
    assert r"\[a\]\(http" in text


def test_the_letter_takes_its_words_from_the_template(
    submission_for: Callable[..., Submission],
) -> None:
    text = letter_text(replace(submission_for(), editor="Dr Sample"))
    assert text.startswith("22 November 2026\n")
    assert "Dear Dr Sample," in text
    assert "Ann Bea Exampleton" in text
    assert "{{<" not in text


def test_a_slip_in_the_template_is_named(
    submission_for: Callable[..., Submission], built: Path, tmp_path: Path
) -> None:
    shutil.copytree(built / "manuscript", tmp_path / "manuscript")
    shutil.copyfile(built / "_quarto.yml", tmp_path / "_quarto.yml")
    folder = tmp_path / "manuscript/templates"
    (folder / "cover-letter.md").write_text("Dear\n{{< var letter.dat >}}\n", encoding="utf-8")
    with pytest.raises(DataProblems, match=r"no value called letter\.dat") as caught:
        letter_text(replace(submission_for(), root=tmp_path))
    assert caught.value.problems[0].line == 2


def test_a_watermark_lies_on_every_page_once(editorial: Path, tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    path.write_bytes(editorial.read_bytes())
    mark_word(path, WATERMARK)
    document = docx.Document(str(path))
    for section in document.sections:
        xml = etree.tostring(section.header._element, encoding="unicode")
        assert xml.count("<v:shape ") == 1
        assert WATERMARK in xml
    again = tmp_path / "again.docx"
    again.write_bytes(editorial.read_bytes())
    mark_word(again, WATERMARK)
    assert again.read_bytes() == path.read_bytes()


def test_a_watermark_reaches_first_and_even_pages(tmp_path: Path) -> None:
    path = tmp_path / "other.docx"
    document = docx.Document()
    document.add_section()
    document.sections[0].different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    document.save(str(path))
    mark_word(path, WATERMARK)
    first, second = docx.Document(str(path)).sections
    for header in (first.header, first.first_page_header, first.even_page_header, second.header):
        assert WATERMARK in etree.tostring(header._element, encoding="unicode")


def blinded_files(submission: Submission, folder: Path) -> Iterator[Path]:
    yield from write_manuscript(submission, folder)


def test_a_blinded_manuscript_tells_nothing(
    submission_for: Callable[..., Submission], tmp_path: Path
) -> None:
    submission = submission_for(blinded=True, draft=False, **EDITORIAL)
    (path,) = blinded_files(submission, tmp_path)
    with zipfile.ZipFile(path) as archive:
        content = {
            name: archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()
        }
    words = ("Exampleton", "Musterfrau", "Living Review Group", "Sample", "12345", "0000-000")
    for name, text in content.items():
        assert not [word for word in words if word in text], name
    assert "<w:rsid" not in content["word/settings.xml"]
    core = etree.fromstring(content["docProps/core.xml"].encode())
    assert not [node.tag for node in core if str(node.tag).endswith(("creator", "lastModifiedBy"))]
    assert "identifier" not in content["docProps/core.xml"]
    # What the reviewers do not see stands on the title page, which is kept apart.
    (title,) = write_title_page(submission, tmp_path)
    assert title.parent.name == "editors-only"
    assert "Exampleton" in text_of(body_of(title))
    assert "Funding" not in [text_of(block) for block in body_of(path)]
    captions = [text_of(b) for b in body_of(path) if style_of(b) == "TableCaption"]
    assert [caption[:8] for caption in captions] == [f"Table {n}:" for n in range(1, 5)]


def test_the_same_bytes_every_time(
    submission_for: Callable[..., Submission], plain: Path, tmp_path: Path
) -> None:
    submission = submission_for(draft=False)
    (again,) = write_manuscript(submission, tmp_path)
    assert again.read_bytes() == plain.read_bytes()
    for write in (write_title_page, write_cover_letter):
        pair = [write(submission, tmp_path / name)[0].read_bytes() for name in ("a", "b")]
        assert pair[0] == pair[1]


@needs_office
@needs_widths
def test_libreoffice_reads_the_same_text(editorial: Path, tmp_path: Path) -> None:
    pages = pages_of(editorial, tmp_path)
    shown = squeezed(" ".join(page.extract_text() for page in pages))
    blocks = body_of(editorial).iterfind(f"{W}p")
    sentences = [part for block in blocks for part in text_of(block).split(". ") if len(part) > 20]
    assert len(sentences) > 100
    # A page may end within one end of a sentence, hardly within both; and there are few pages.
    ends = [(squeezed(part)[:15], squeezed(part)[-15:]) for part in sentences]
    assert not [both for both in ends if not any(end in shown for end in both)]
    assert sum(not all(end in shown for end in both) for both in ends) < len(pages)


def test_the_letter_counts_one_table_as_one(
    submission_for: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter said "1 tables"."""
    submission = submission_for()
    counts = replace(counts_of(submission), main_text_words=4382, tables=1, figures=2)
    monkeypatch.setattr(cover_letter, "counts_of", lambda _: counts)
    assert "The main text has 4382 words, 1 table and 2 figures." in letter_text(submission)
