"""Does the supplement stand by itself, and do the checklists say where everything is found?"""

from __future__ import annotations

import io
import re
import shutil
from typing import TYPE_CHECKING

import docx
import pypdf
import pytest

from analysis.journal.page_finding import Pages, pages_of_word

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.journal.package import SubmissionReport

pytestmark = pytest.mark.xdist_group("submission")


def texts_of(path: Path) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]


def test_the_supplement_has_a_title_contents_and_its_own_references(
    package: SubmissionReport,
) -> None:
    texts = texts_of(package.folder / "draft-supplement.docx")
    assert texts[1] == "Supplementary material" or texts[0] == "Supplementary material"
    contents = texts.index("Supplementary tables")
    labels = [re.match(r"(?:Table|Figure) S\d+", text) for text in texts[contents + 1 :]]
    listed = [label[0] for label in labels if label]
    wanted = [
        label for label in package.submission.labels.values() if re.match(r"\w+ S\d+$", label)
    ]
    assert sorted(set(wanted)) == sorted(set(listed[: len(wanted)]))
    figures = texts.index("Supplementary figures")
    assert contents < figures < texts.index("Supplementary material", 2)
    assert "References" in texts
    # It cites few of the works of the paper, numbered from 1.
    references = texts[texts.index("References") + 1 :]
    assert 1 <= len([text for text in references if text.strip()]) < 10
    assert not any("Table 1:" in text for text in texts)


def test_the_pdf_of_the_supplement_says_the_same(package: SubmissionReport) -> None:
    reader = pypdf.PdfReader(package.folder / "draft-supplement.pdf")
    pages = Pages("Typst", (package.folder / "draft-supplement.pdf").read_bytes())
    for label in package.submission.labels.values():
        if re.match(r"\w+ S\d+$", label):
            assert pages.page_of("", label) is not None, label
    assert "Contents" in reader.pages[0].extract_text()
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]


def answers(path: Path) -> dict[str, str]:
    (table,) = docx.Document(str(path)).tables
    return {row.cells[0].text: row.cells[2].text for row in table.rows}


def test_the_checklist_names_section_and_page(package: SubmissionReport) -> None:
    path = package.folder / "checklists/draft-prisma-2020-checklist.docx"
    found = answers(path)
    frame = package.submission.data.prisma_checklist.fillna("")
    rows = [row for row in frame.to_dict("records") if row["checklist"] == "main"]
    assert {row["item"] for row in rows} <= set(found)
    for row in rows:
        item, location = row["item"], row["location"]
        places = found[item].split("\n")
        if not location:
            assert places == ["Not reported"]
            continue
        # Several passages may stand below one heading.
        assert len(places) == len(set(location.split()))
        assert all(re.search(r"p\.\u00a0\d+\)$", place) for place in places), found[item]
    assert found["1"] == "Title (p.\u00a01)"


def test_pages_are_those_of_the_files(package: SubmissionReport) -> None:
    path = package.folder / "checklists/draft-prisma-2020-checklist.docx"
    found = answers(path)
    reader = pypdf.PdfReader(package.folder / "draft-supplement.pdf")
    place = re.search(r"(Table S\d+) \(supplement, p\.\u00a0(\d+)\)", found["7"])
    assert place
    assert f"{place[1]}:" in " ".join(reader.pages[int(place[2]) - 1].extract_text().split())
    remarks = " ".join(texts_of(path))
    program = "LibreOffice lays it out" if shutil.which("soffice") else "with Typst"
    assert program in remarks


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_lays_out_the_manuscript_with_the_same_text(
    package: SubmissionReport,
) -> None:
    pages = pages_of_word(package.folder / "draft-manuscript.docx")
    assert pages is not None
    assert pages.program == "LibreOffice"
    order = ["sec-introduction", "sec-methods", "sec-response", "sec-sensitivity", "sec-discussion"]
    # Every heading has a name in the PDF, those behind a table too.
    numbers = [pages.named[name] for name in order]
    assert numbers == sorted(numbers)
    assert numbers[0] < numbers[-1]
    reader = pypdf.PdfReader(io.BytesIO(pages.content))
    text = re.sub(r"[\s\d]", "", "".join(page.extract_text() for page in reader.pages))
    for paragraph in texts_of(package.folder / "draft-manuscript.docx"):
        # Line numbers stand between the lines of the page, so digits are left out.
        words = re.sub(r"[\s\d]", "", paragraph)[:60]
        if len(words) == 60:
            assert words in text


def test_a_place_without_a_name_is_found_by_its_words() -> None:
    import typst

    source = b"See Table S2 here. #pagebreak() Table S2: Rows. #pagebreak() = Last part"
    pages = Pages("Typst", typst.compile(source, format="pdf"))  # type: ignore[arg-type]
    assert pages.page_of("stbl-x", "Table S2") == 2
    assert pages.page_of("sec-x", "Last part") == 3
    assert pages.page_of("sec-y", "Nowhere") is None
