"""Is a name found wherever it hides in a blinded package, and nobody else accused?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pypdf
import pytest
import yaml
from docx.enum.style import WD_STYLE_TYPE
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from analysis.journal.preflight.contents import contents_of
from analysis.journal.preflight.identity import unblinded
from schemas.authors import Authors
from schemas.problems import Problem
from tests.journal.conftest import AUTHORS

NAME = "Ann Bea Exampleton"
PEOPLE = Authors.model_validate(yaml.safe_load(AUTHORS))


def found(folder: Path) -> tuple[Problem, ...]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return unblinded(PEOPLE, contents_of(folder, files))


def word(path: Path, *paragraphs: str, style: str | None = None, author: str = "") -> None:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if style:
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
        document.paragraphs[-1].style = style
    document.core_properties.author = author
    document.save(str(path))


def in_part(path: Path, part: str, content: str) -> None:
    """Put a part into a Word file, in place of the one that is there."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = content.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def hide_in_text(path: Path) -> None:
    word(path / "a.docx", f"We thank {NAME}.")


def hide_in_runs(path: Path) -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("by Ann ")
    for piece in ("Bea Exam", "pleton"):
        paragraph.add_run(piece).bold = piece == "pleton"
    document.core_properties.author = ""
    document.save(str(path / "a.docx"))


def hide_in_creator(path: Path) -> None:
    word(path / "a.docx", "Text.", author=NAME)


def hide_in_computer_account(path: Path) -> None:
    word(path / "a.docx", "Text.", author="aexa01")


def hide_in_app_properties(path: Path) -> None:
    word(path / "a.docx", "Text.")
    in_part(path / "a.docx", "docProps/app.xml", "<P><Company>Some Clinic</Company></P>")


def hide_in_custom_property(path: Path) -> None:
    word(path / "a.docx", "Text.")
    content = f"<P><property name='x'><lpwstr>{NAME}</lpwstr></property></P>"
    in_part(path / "a.docx", "docProps/custom.xml", content)


def hide_in_comment_author(path: Path) -> None:
    word(path / "a.docx", "Text.")
    content = f'<w:comments {W}><w:comment w:id="0" w:author="C. Musterfrau"/></w:comments>'
    in_part(path / "a.docx", "word/comments.xml", content)


def hide_in_tracked_change(path: Path) -> None:
    word(path / "a.docx", "Text.")
    content = (
        f'<w:document {W}><w:body><w:p><w:ins w:author="Somebody"/></w:p></w:body></w:document>'
    )
    in_part(path / "a.docx", "word/document.xml", content)


def hide_in_header(path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Living Review Group"
    document.core_properties.author = ""
    document.save(str(path / "a.docx"))


def hide_in_picture_of_word(path: Path) -> None:
    picture = io.BytesIO()
    notes = PngInfo()
    notes.add_text("Software", f"drawn by {NAME}")
    Image.new("RGB", (2, 2)).save(picture, "PNG", pnginfo=notes)
    document = docx.Document()
    document.add_picture(io.BytesIO(picture.getvalue()))
    document.core_properties.author = ""
    document.save(str(path / "a.docx"))


def hide_in_tiff(path: Path) -> None:
    Image.new("RGB", (2, 2)).save(path / "a.tiff", tiffinfo={315: "Somebody Else"})


def hide_in_exif(path: Path) -> None:
    exif = Image.Exif()
    exif[40093] = NAME.encode("utf-16-le")  # XPAuthor, as Windows writes it
    Image.new("RGB", (2, 2)).save(path / "a.jpg", exif=exif)


def hide_in_pdf_properties(path: Path) -> None:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.add_metadata({"/Author": NAME})
    writer.write(str(path / "a.pdf"))


def hide_in_compressed_xmp(path: Path) -> None:
    from pypdf.generic import DecodedStreamObject, NameObject

    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    stream = DecodedStreamObject()
    stream.set_data(f"<x:xmpmeta>{NAME}</x:xmpmeta>".encode())
    packed = stream.flate_encode()
    writer.root_object[NameObject("/Metadata")] = writer._add_object(packed)
    writer.write(str(path / "a.pdf"))


def hide_in_file_name(path: Path) -> None:
    (path / "Musterfrau-figure-1.txt").write_text("Text.", encoding="utf-8")


def hide_in_archive(path: Path) -> None:
    with zipfile.ZipFile(path / "a.zip", "w") as archive:
        archive.writestr("inner/code.py", f"# by {NAME}\n")


def hide_in_archive_of_archive(path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("notes.txt", "ann@exampleton.org")
    with zipfile.ZipFile(path / "a.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())


def hide_in_json(path: Path) -> None:
    content = '{"author": {"family": "Musterfrau", "given": "Carl"}}'
    (path / "a.json").write_text(content, encoding="utf-8")


def hide_orcid(path: Path) -> None:
    (path / "a.csv").write_text("x,0000-0002-1825-0097\n", encoding="utf-8")


def hide_affiliation_in_svg(path: Path) -> None:
    text = "<svg><metadata>Northern  Sample Hospital</metadata></svg>"
    (path / "a.svg").write_text(text, encoding="utf-8")


def hide_in_page(path: Path) -> None:
    text = f'<html><head><meta name="author" content="{NAME}"></head><body>x</body></html>'
    (path / "a.html").write_text(text, encoding="utf-8")


def hide_in_xml_comment(path: Path) -> None:
    (path / "a.xml").write_text(f"<a><!-- {NAME} --><b>x</b></a>", encoding="utf-8")


def hide_in_eps(path: Path) -> None:
    (path / "a.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%For: somebody\n", encoding="utf-8")


def hide_funding(path: Path) -> None:
    word(path / "a.docx", "Paid by: Grant 12345 of the Sample Foundation.")


def hide_repository(path: Path) -> None:
    (path / "README.txt").write_text("See samplehub.org/review", encoding="utf-8")


HIDING = [
    hide_in_text,
    hide_in_runs,
    hide_in_creator,
    hide_in_computer_account,
    hide_in_app_properties,
    hide_in_custom_property,
    hide_in_comment_author,
    hide_in_tracked_change,
    hide_in_header,
    hide_in_picture_of_word,
    hide_in_tiff,
    hide_in_exif,
    hide_in_pdf_properties,
    hide_in_compressed_xmp,
    hide_in_file_name,
    hide_in_archive,
    hide_in_archive_of_archive,
    hide_in_json,
    hide_orcid,
    hide_affiliation_in_svg,
    hide_in_page,
    hide_in_xml_comment,
    hide_in_eps,
    hide_funding,
    hide_repository,
]


@pytest.mark.parametrize("hide", HIDING, ids=lambda hide: hide.__name__)
def test_trace_is_found(tmp_path: Path, hide: Callable[[Path], None]) -> None:
    hide(tmp_path)
    problems = found(tmp_path)
    assert [p for p in problems if p.severity == "error" and p.rule == "not-blinded"], problems


def test_clean_files_are_left_alone(tmp_path: Path) -> None:
    word(tmp_path / "a.docx", "Nothing here tells who wrote it.")
    Image.new("RGB", (2, 2)).save(tmp_path / "a.tiff", dpi=(600, 600))
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(str(tmp_path / "a.pdf"))
    (tmp_path / "a.csv").write_text("study,n\nExample 2020,12\n", encoding="utf-8")
    assert found(tmp_path) == ()


def test_name_in_a_reference_list_may_stand(tmp_path: Path) -> None:
    word(tmp_path / "a.docx", "Musterfrau C, Other D. A work. 2020.", style="Bibliography")
    text = "<article><ref-list><ref>Musterfrau Carl 2020</ref></ref-list></article>"
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    (tmp_path / "references.bib").write_text("author={Musterfrau, Carl}", encoding="utf-8")
    assert found(tmp_path) == ()


def test_cited_namesake_may_be_spoken_of(tmp_path: Path) -> None:
    word(
        tmp_path / "a.docx",
        "Musterfrau and colleagues reported this.",
        "Musterfrau X. 2019.",
        style="Bibliography",
    )
    assert found(tmp_path) == ()


def test_family_name_in_the_text_is_a_warning(tmp_path: Path) -> None:
    word(tmp_path / "a.docx", "Dr Musterfrau settled disagreements.")
    (problem,) = found(tmp_path)
    assert problem.severity == "warning"


def test_name_within_a_word_is_another_word(tmp_path: Path) -> None:
    word(tmp_path / "a.docx", "The Musterfrauen and exampletons were counted.")
    assert found(tmp_path) == ()


def test_damaged_files_do_not_stop_the_search(tmp_path: Path) -> None:
    for name in ("a.pdf", "a.png", "a.xml", "a.tiff", "a.docx", "a.zip"):
        (tmp_path / name).write_bytes(b"\0broken " + NAME.encode())
    assert len({problem.file for problem in found(tmp_path)}) == 6
