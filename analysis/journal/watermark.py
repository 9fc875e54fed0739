"""Says on every page of a Word or PDF file that it is a draft."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from pypdf import PageObject, PdfWriter

# A shape behind the text, in the header: what Word itself calls a watermark. The type 136 is a line
# of text that is stretched to the shape (ECMA-376 part 4, 19.1.2).
_SHAPE = """\
<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">
<w:rPr><w:noProof/></w:rPr><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
 path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/>
<v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/>
<v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/></v:formulas>
<v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s{number}" type="#_x0000_t136"
 alt="{text}" style="position:absolute;margin-left:0;margin-top:0;width:460pt;height:46pt;
rotation:315;z-index:-251658752;mso-position-horizontal:center;
mso-position-horizontal-relative:margin;mso-position-vertical:center;
mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="silver" stroked="f">
<v:fill opacity=".5"/><v:textpath style="font-family:&quot;Arial&quot;;font-size:1pt"
 string="{text}"/></v:shape></w:pict></w:r>"""
_FIRST_NUMBER = 2049
_NAME = "DraftStamp"

# Typst draws the stamp of a page; a third of the page's diagonal is left free.
_STAMP = """\
#set page(width: {width}pt, height: {height}pt, margin: 0pt, fill: none)
#place(center + horizon, rotate({angle}deg, reflow: false, text(
  font: "Libertinus Serif", size: {size}pt, fill: rgb(120, 120, 120, 90))[{text}]))
"""


def mark_word(path: Path, text: str) -> None:
    """Put a watermark, and the same words above the text, into every header of a Word file.

    Parameters
    ----------
    path
        The file; it is replaced, with the same bytes every time.
    text
        What the watermark says.
    """
    import docx

    from analysis.storage.docx_zip import write_docx

    document: Any = docx.Document(str(path))
    # Sections may share a header.
    done: set[str] = set()
    for index, section in enumerate(document.sections):
        for header in _headers(section, document):
            if header.is_linked_to_previous and index == 0:
                header.is_linked_to_previous = False
            if header.is_linked_to_previous or str(header.part.partname) in done:
                continue
            _mark_header(header, text, _FIRST_NUMBER + len(done))
            done.add(str(header.part.partname))
    buffer = io.BytesIO()
    document.save(buffer)
    write_docx(buffer.getvalue(), path)


def _mark_header(header: Any, text: str, number: int) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    line = header.paragraphs[0].insert_paragraph_before()
    line.paragraph_format.line_spacing = 1.0
    line.paragraph_format.space_after = 0
    # A picture as large as the page hides the shape behind it.
    line.add_run(text).bold = True
    line._p.append(parse_xml(_SHAPE.format(number=number, text=text)))
    # Without it LibreOffice would number this line too; its place is before the spacing.
    quiet = parse_xml(f"<w:suppressLineNumbers {nsdecls('w')}/>")
    line._p.get_or_add_pPr().insert_element_before(quiet, "w:spacing")


def _headers(section: Any, document: Any) -> list[Any]:
    headers = [section.header]
    if section.different_first_page_header_footer:
        headers.append(section.first_page_header)
    if document.settings.odd_and_even_pages_header_footer:
        headers.append(section.even_page_header)
    return headers


def mark_pdf(path: Path, text: str) -> None:
    """Stamp every page of a PDF file.

    Parameters
    ----------
    path
        The file; it is replaced, with the same bytes every time.
    text
        What the stamp says.
    """
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(path.read_bytes())))
    stamps: dict[tuple[float, float], Any] = {}
    for page in writer.pages:
        box = page.mediabox
        size = (round(float(box.width), 1), round(float(box.height), 1))
        if size not in stamps:
            stamps[size] = _form(_stamp(size, text), writer)
        _overlay(page, stamps[size], writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    path.write_bytes(buffer.getvalue())


def _form(stamp: PageObject, writer: PdfWriter) -> Any:
    """Make a page into a form that other pages draw (ISO 32000-1, 8.10)."""
    from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject, NumberObject

    contents = stamp.get_contents()
    form = DecodedStreamObject()
    form.set_data(b"" if contents is None else contents.get_data())
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    form[NameObject("/FormType")] = NumberObject(1)
    form[NameObject("/BBox")] = ArrayObject(stamp.mediabox)
    form[NameObject("/Resources")] = stamp["/Resources"].clone(writer)
    return writer._add_object(form.flate_encode())


def _overlay(page: PageObject, form: Any, writer: PdfWriter) -> None:
    """Draw a form over a page, whose own content stays as it is and need not be read."""
    from pypdf.generic import (
        ArrayObject,
        DecodedStreamObject,
        DictionaryObject,
        NameObject,
    )

    def stream(data: bytes) -> Any:
        made = DecodedStreamObject()
        made.set_data(data)
        return writer._add_object(made)

    own: Any = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
    whole: Any = own.get_object()
    parts = list(whole) if isinstance(whole, ArrayObject) else [own]
    # The page's content may leave its coordinates changed: they are saved before it, restored
    # behind it. The stamp is no content of its own for a screen reader.
    before = stream(b"q\n")
    after = stream(b"\nQ\n/Artifact BMC q /%s Do Q EMC\n" % _NAME.encode("ascii"))
    page[NameObject("/Contents")] = ArrayObject([before, *parts, after])
    # A copy: pages may share their resources.
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    drawn = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    drawn[NameObject(f"/{_NAME}")] = form
    resources[NameObject("/XObject")] = drawn
    page[NameObject("/Resources")] = resources


def _stamp(size: tuple[float, float], text: str) -> PageObject:
    import math

    from pypdf import PdfReader

    from analysis.manuscript.typesetting import typeset

    width, height = size
    diagonal = math.hypot(width, height)
    # An average capital of the typeface is about 0.65 of its size wide.
    source = _STAMP.format(
        width=width,
        height=height,
        angle=-round(math.degrees(math.atan2(height, width)), 1),
        size=round(diagonal * 2 / 3 / (0.65 * len(text)), 1),
        text=text,
    )
    content = typeset(source.encode(), "the mark of a draft", timestamp=0)
    return PdfReader(io.BytesIO(content)).pages[0]
