"""Every table of the paper as a web page of its own, set by great_tables.

For slides, web sites and guideline panels: each page stands alone, with its number, its caption and
its notes. Rows and words are those of the paper; a citation is a link to the report's DOI.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Final

from lxml import etree
from lxml import html as lxml_html

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

_GROUP: Final = "group"
_NAME: Final = "name"
_CITATION: Final = re.compile(r'<span data-qmd="\[@([^\]"]+)\]"></span>')
_ALIGN: Final = re.compile(r"text-align:(left|center|right)")
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="provenance" content="{line}">
<title>{title}</title>
</head>
<body>
{table}
</body>
</html>
"""


def table_pages(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    """Give a page for each table that the paper shows, by file name.

    Parameters
    ----------
    synthesis, data
        The computed review and its tables.
    line
        The line of provenance.

    Raises
    ------
    DataProblems
        If the paper cannot be built: its tables belong to its text.
    """
    from analysis.build.building import build
    from analysis.storage.fingerprint import GENERATED
    from analysis.synthesis.reconstruction import reconstruction_warning

    build(data.root, pixels=False)
    warning = reconstruction_warning(synthesis)
    addresses = {key: f"https://doi.org/{doi}" for doi, key in data.keys_by_doi.items()}
    pages: dict[str, bytes] = {}
    for name, (label, caption) in _captions(data).items():
        path = data.root / GENERATED / "tables" / f"{name}.html"
        if not path.is_file():
            continue
        table = lxml_html.fromstring(linked(path.read_text(encoding="utf-8"), addresses))
        shown = _set(table, label, caption, warning)
        text = _PAGE.format(line=html.escape(line), title=html.escape(label), table=shown)
        pages[f"{name}.html"] = text.encode("utf-8")
    return pages


def _captions(data: ReviewData) -> dict[str, tuple[str, str]]:
    """Give number and caption of every item of the text, by its id."""
    from analysis.build.build_stamp import current_results
    from analysis.manuscript.checklist import places
    from analysis.manuscript.sources import float_kinds, read_manuscript
    from analysis.manuscript.text import read_text

    results = current_results(data.root) or {}
    values = {name: value["text"] for name, value in results.get("values", {}).items()}
    passages = {name: told["text"] for name, told in results.get("passages", {}).items()}
    manuscript = read_manuscript(data.root, passages)
    labels, kinds = places(manuscript), float_kinds(data.root)
    return {
        read.passage.item: (labels[read.passage.item], read.text.strip())
        for read in read_text(manuscript, values, labels, kinds)
        if read.passage.part == "caption" and read.passage.item in labels
    }


def linked(fragment: str, addresses: Mapping[str, str]) -> str:
    """Turn citations, which need a reference list, into links to the reports.

    Parameters
    ----------
    fragment
        The table as HTML.
    addresses
        Where a report is found, by its citation key; without one the key is shown.
    """

    def link(found: re.Match[str]) -> str:
        key = html.escape(found[1])
        address = addresses.get(found[1])
        return f"({key})" if address is None else f'<a href="{html.escape(address)}">{key}</a>'

    return _CITATION.sub(link, fragment)


def _set(table: HtmlElement, label: str, caption: str, warning: str) -> str:
    import pandas as pd
    from great_tables import GT
    from great_tables import html as markup

    heads = table.findall("./thead/tr/th")
    ids = [_NAME, *(f"column_{number}" for number in range(1, len(heads)))]
    records, group = [], ""
    for row in table.iterfind("./tbody/tr"):
        if row[0].get("scope") == "rowgroup":
            # great_tables escapes the names of groups itself.
            group = row[0].text_content().strip()
            continue
        cells = [_inside(cell) for cell in row]
        records.append(dict(zip(ids, cells, strict=False)) | {_GROUP: group})
    frame = pd.DataFrame(records, columns=[*ids, _GROUP], dtype=object).fillna("")
    grouped = any(frame[_GROUP])
    shown = GT(
        frame if grouped else frame.drop(columns=_GROUP),
        rowname_col=_NAME,
        groupname_col=_GROUP if grouped else None,
        # The name in the page's code; without it great_tables draws one at random.
        id="table",
    )
    # Cells are markup already, and hold nothing but what the paper's tables may hold.
    shown = shown.fmt(lambda cell: cell, columns=ids)
    shown = shown.tab_header(markup(f"{html.escape(label)}. {html.escape(caption)}"))
    shown = shown.tab_stubhead(markup(_inside(heads[0])))
    shown = shown.cols_label(
        {name: markup(_inside(head)) for name, head in zip(ids[1:], heads[1:], strict=True)}
    )
    for name, head in zip(ids, heads, strict=True):
        align = _ALIGN.search(head.get("style") or "")
        shown = shown.cols_align(align=align[1] if align else "left", columns=name)
    notes = [_inside(cell) for row in table.iterfind("./tfoot/tr") for cell in row]
    for note in (*notes, html.escape(warning)):
        if note:
            shown = shown.tab_source_note(markup(note))
    return shown.opt_align_table_header("left").as_raw_html()


def _inside(element: HtmlElement) -> str:
    """Serialise what is inside an element; braces would be units to great_tables."""
    inside = html.escape(element.text or "", quote=False) + "".join(
        etree.tostring(child, encoding="unicode", method="html") for child in element
    )
    return inside.replace("{", "&#123;").strip()
