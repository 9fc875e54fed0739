"""Makes the Word reference document: pandoc's own styles, set for a manuscript."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.manuscript.pandoc import pandoc_program, run_pandoc
from analysis.manuscript.word_xml import W

if TYPE_CHECKING:
    from pathlib import Path

BODY_FONT = "Times New Roman"
HEADING_FONT = "Arial"
# Paragraphs in cells; pandoc calls them Compact, as it does the lines of short lists.
CELL_STYLE = "Table Text"
# What follows the title of a figure or table, and the lines of their list.
LEGEND_STYLE = "Caption Legend"
LIST_STYLE = "table of figures"
LIST_TITLE_STYLE = "Title of List"
# Tables without lines, in which pictures stand side by side.
PANEL_STYLE = "Panel"
_BLACK = "000000"
# What is set here and comes from pandoc's own file.
_SET = (
    *("Title", "Subtitle", "Author", "Abstract Title", "Heading 1", "Heading 2", "Heading 3"),
    *("Normal", "Body Text", "First Paragraph", "Abstract", "Compact", "Bibliography", "Table"),
    *("Table Caption", "Image Caption", "Captioned Figure", "Hyperlink"),
)
_CELL_SIZE = 8


@dataclass(frozen=True, slots=True)
class WordLayout:
    """The pages of a Word file; without an argument, those of the paper itself.

    Attributes
    ----------
    font, size
        Typeface and size, in points, of the text.
    heading_font
        Typeface of title, headings, captions and cells.
    spacing
        Lines of the text; None for the paper's own tight setting.
    width, height, margin
        The page, in centimetres.
    page_numbers
        Whether the footer shows them.
    line_numbers
        ``continuous``, ``page`` (anew on each) or ``none``.
    running_head
        What stands at the top of every page.
    """

    font: str = BODY_FONT
    size: float = 11
    heading_font: str = HEADING_FONT
    spacing: float | None = None
    width: float = 21.0
    height: float = 29.7
    margin: float = 2.3
    page_numbers: bool = True
    line_numbers: str = "none"
    running_head: str = ""


_PAPER = WordLayout()


def write_reference_docx(path: Path, layout: WordLayout = _PAPER) -> None:
    """Write the reference document.

    Parameters
    ----------
    path
        Where to write it. The same bytes every time.
    layout
        The pages.

    Raises
    ------
    RuntimeError
        If pandoc's own file lacks a style that is set here.
    """
    import docx
    from docx.shared import Cm

    from analysis.storage.docx_zip import write_docx

    default = run_pandoc(["--print-default-data-file", "reference.docx"], b"", path.name)
    document = docx.Document(io.BytesIO(default))
    section = document.sections[0]
    section.page_width, section.page_height = Cm(layout.width), Cm(layout.height)
    section.left_margin = section.right_margin = Cm(layout.margin)
    section.top_margin = section.bottom_margin = Cm(layout.margin)
    # Any: the stubs of python-docx know only what all kinds of styles have in common.
    styles: Any = document.styles
    lacking = [name for name in _SET if name not in styles]
    if lacking:
        raise RuntimeError(
            f"pandoc's own Word file has no style called {', '.join(lacking)}: another pandoc than "
            f"that of the wheel pypandoc_binary was run ({pandoc_program()})"
        )
    _set_headings(styles, layout)
    _set_text(styles, layout)
    _set_captions(styles, layout)
    _rule_table(styles["Table"])
    _add_named_styles(styles)
    if layout.page_numbers:
        _page_number(section.footer.paragraphs[0])
    if layout.running_head:
        section.header.paragraphs[0].text = layout.running_head
    if layout.line_numbers != "none":
        _number_lines(section, layout.line_numbers)
        _leave_unnumbered(styles["Captioned Figure"].element.get_or_add_pPr())
    document.core_properties.author = ""
    document.core_properties.title = ""
    styles["Normal"].paragraph_format.widow_control = True
    styles["Hyperlink"].font.color.rgb = None
    buffer = io.BytesIO()
    document.save(buffer)
    write_docx(buffer.getvalue(), path)


def _set_headings(styles: Any, layout: WordLayout) -> None:
    for name, size, bold, before, after in (
        ("Title", 18, True, 0, 6),
        ("Subtitle", 11, False, 0, 8),
        ("Author", 11, False, 0, 4),
        ("Date", 9, False, 0, 6),
        ("Abstract Title", 12, True, 10, 4),
        ("Heading 1", 14, True, 18, 6),
        ("Heading 2", 12, True, 12, 4),
        ("Heading 3", 11, True, 10, 4),
    ):
        _set_font(styles[name], layout.heading_font, size, bold=bold)
        _set_spacing(styles[name], before, after)
    for name in ("Title", "Subtitle", "Author", "Date", "Abstract Title"):
        styles[name].paragraph_format.alignment = 0


def _set_text(styles: Any, layout: WordLayout) -> None:
    from docx.shared import Cm

    font, size = layout.font, layout.size
    for name in ("Normal", "Body Text", "First Paragraph", "Abstract", "Compact", "Bibliography"):
        _set_font(styles[name], font, size)
    for name in ("Body Text", "First Paragraph", "Abstract"):
        _set_spacing(styles[name], 0, 7)
        styles[name].paragraph_format.line_spacing = 1.25
    # The notice has to stand on the first page below title and abstract, in one piece.
    _set_font(styles["Abstract"], font, size - 1)
    _set_spacing(styles["Abstract"], 0, 4)
    styles["Abstract"].paragraph_format.line_spacing = 1.1
    # Pandoc chains title, author and abstract into one block: the first page would be empty.
    for name in ("Title", "Subtitle", "Author", "Date", "Abstract"):
        styles[name].paragraph_format.keep_with_next = False
        styles[name].paragraph_format.keep_together = False
    styles["Abstract"].paragraph_format.left_indent = Cm(0)
    styles["Abstract"].paragraph_format.right_indent = Cm(0)
    _set_spacing(styles["Compact"], 1, 1)
    _set_spacing(styles["Bibliography"], 0, 4)
    _set_lists(styles, layout)
    notice = styles.add_style("Notice", 1)
    notice.base_style = styles["Body Text"]
    _set_font(notice, layout.heading_font, 10)
    notice.paragraph_format.left_indent = Cm(0.3)
    _shade(notice, "FDF4EC", "B3541E")
    if layout.spacing is None:
        return
    _set_font(styles["Abstract"], font, size)
    for name in ("Body Text", "First Paragraph", "Abstract", "Compact", "Bibliography", "Notice"):
        styles[name].paragraph_format.line_spacing = layout.spacing


def _set_lists(styles: Any, layout: WordLayout) -> None:
    """Set the list of tables and figures: page numbers at the right, without dots before them.

    Nobody has counted the pages when the file is made; dots would then lead to nothing.
    """
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm

    lines = styles.add_style(LIST_STYLE, 1, builtin=True)
    lines.base_style = styles["Normal"]
    _set_font(lines, layout.font, layout.size - 1.5)
    _set_spacing(lines, 0, 2)
    form = lines.paragraph_format
    form.left_indent, form.first_line_indent, form.right_indent = Cm(1), Cm(-1), Cm(1)
    width = layout.width - 2 * layout.margin
    form.tab_stops.add_tab_stop(Cm(width), WD_TAB_ALIGNMENT.RIGHT)
    title = styles.add_style(LIST_TITLE_STYLE, 1)
    title.base_style = styles["Normal"]
    _set_font(title, layout.heading_font, layout.size - 1, bold=True)
    _set_spacing(title, 8, 3)
    title.paragraph_format.keep_with_next = True


def _set_captions(styles: Any, layout: WordLayout) -> None:
    cells = styles.add_style(CELL_STYLE, 1)
    cells.base_style = styles["Normal"]
    # The columns of the tables are made for the paper's own width: on a narrower page a word of a
    # heading would break. Word knows half points.
    share = (layout.width - 2 * layout.margin) / (_PAPER.width - 2 * _PAPER.margin)
    _set_font(cells, layout.heading_font, int(min(1, share) * _CELL_SIZE * 2) / 2)
    _set_spacing(cells, 1, 1)
    for name in ("Table Caption", "Image Caption"):
        _set_font(styles[name], layout.heading_font, 9)
        styles[name].font.italic = False
        _set_spacing(styles[name], 8 if name == "Table Caption" else 4, 6)
    styles["Table Caption"].paragraph_format.keep_with_next = True
    styles["Captioned Figure"].paragraph_format.keep_with_next = True
    legend = styles.add_style(LEGEND_STYLE, 1)
    legend.base_style = styles["Normal"]
    _set_font(legend, layout.heading_font, 9)
    _set_spacing(legend, 0, 6)
    if layout.spacing is None:
        return
    for name in ("Table Caption", "Image Caption", LEGEND_STYLE):
        _set_font(styles[name], layout.font, layout.size)
        styles[name].paragraph_format.line_spacing = layout.spacing


def _set_font(style: Any, name: str, size: float, *, bold: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name = name
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.color.rgb = RGBColor.from_string(_BLACK)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    # Theme fonts would win over the named ones.
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
        fonts.set(qn(f"w:{kind}"), name)


def _set_spacing(style: Any, before: float, after: float) -> None:
    from docx.shared import Pt

    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)


def _shade(style: Any, ground: str, line: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    properties = style.element.get_or_add_pPr()
    border = f'<w:left w:val="single" w:sz="24" w:space="6" w:color="{line}"/>'
    # Word refuses a file in which these stand behind the spacing.
    for made in (
        f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>",
        f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{ground}"/>',
    ):
        properties.insert_element_before(parse_xml(made), "w:tabs", "w:spacing", "w:ind", "w:jc")


def _add_named_styles(styles: Any) -> None:
    """Add the styles that pandoc's own file names and does not have."""
    for name, kind, identifier in (
        ("Header", 1, "Header"),
        ("Footer", 1, "Footer"),
        ("Normal Table", 3, "TableNormal"),
        (PANEL_STYLE, 3, PANEL_STYLE),
    ):
        style = styles.add_style(name, kind, builtin=name != PANEL_STYLE)
        style.element.set(f"{W}styleId", identifier)
        if kind == 1:
            style.base_style = styles["Normal"]


def _rule_table(style: Any) -> None:
    """Give tables three lines: above, below the header, below."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    element = style.element
    for name in ("w:tblPr", "w:tblStylePr"):
        for old in element.findall(qn(name)):
            element.remove(old)
    line = 'w:val="single" w:sz="8" w:space="0" w:color="auto"'
    element.append(
        parse_xml(
            f"<w:tblPr {nsdecls('w')}><w:tblBorders><w:top {line}/><w:bottom {line}/>"
            f'<w:insideH w:val="single" w:sz="2" w:space="0" w:color="D9D9D9"/></w:tblBorders>'
            '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
            "</w:tblCellMar></w:tblPr>"
        )
    )
    element.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr>'
            f"<w:tcBorders><w:bottom {line}/></w:tcBorders>"
            '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
        )
    )


def _number_lines(section: Any, restart: str) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls, qn

    again = {"continuous": "continuous", "page": "newPage"}[restart]
    numbers = parse_xml(
        f'<w:lnNumType {nsdecls("w")} w:countBy="1" w:distance="360" w:restart="{again}"/>'
    )
    # CT_SectPr wants it behind the margins.
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)
    for paragraph in (*section.header.paragraphs, *section.footer.paragraphs):
        # LibreOffice would number these lines too.
        _leave_unnumbered(paragraph._p.get_or_add_pPr())


def _leave_unnumbered(properties: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    properties.insert_element_before(
        parse_xml(f"<w:suppressLineNumbers {nsdecls('w')}/>"),
        *("w:pBdr", "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"),
    )


def _page_number(paragraph: Any) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    paragraph.alignment = 1
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        inner = (
            f'<w:instrText {nsdecls("w")} xml:space="preserve">{text}</w:instrText>'
            if text
            else f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'
        )
        paragraph.add_run()._r.append(parse_xml(inner))
