"""What the package's own Word files share: made by pandoc, without traces of who made them."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from analysis.manuscript.word_xml import W
from analysis.storage.docx_zip import write_docx

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.manuscript.reference_docx import WordLayout

_CORE = "docProps/core.xml"
_APP = "docProps/app.xml"
_SETTINGS = "word/settings.xml"
_PERSONS = ("creator", "lastModifiedBy", "contributor", "publisher")
_COMPANY = ("Company", "Manager")


def write_letter(markdown: str, output: Path, layout: WordLayout) -> None:
    """Write a short text, such as a title page or a letter, as a Word file.

    Parameters
    ----------
    markdown
        The text, with everything escaped that comes from data.
    output
        The file; its folder exists.
    layout
        Its pages.
    """
    from analysis.manuscript.pandoc import run_pandoc
    from analysis.manuscript.reference_docx import write_reference_docx

    reference = output.with_name(f"{output.name}.reference")
    write_reference_docx(reference, layout)
    options = [
        "--from=markdown-smart-raw_html-raw_tex-tex_math_dollars",
        "--to=docx",
        f"--reference-doc={reference}",
        f"--output={output}",
    ]
    run_pandoc(options, markdown.encode(), output.name)
    reference.unlink()
    clean(output)


def clean(path: Path) -> None:
    """Take persons, dates and editing sessions out of a Word file's properties.

    Parameters
    ----------
    path
        A Word file; it is replaced, with the same bytes every time.
    """
    from lxml import etree

    changed: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for name in set(archive.namelist()) & {_CORE, _APP, _SETTINGS}:
            tree = etree.fromstring(archive.read(name))
            for node in list(tree.iter("{*}*")):
                parent = node.getparent()
                if _identifies(node) and parent is not None:
                    parent.remove(node)
            changed[name] = etree.tostring(
                tree, xml_declaration=True, encoding="UTF-8", standalone=True
            )
    write_docx(path.read_bytes(), path, changed)


def _identifies(node: Any) -> bool:
    from lxml import etree

    name = etree.QName(node)
    return (
        name.localname in (*_PERSONS, *_COMPANY)
        or name.namespace == "http://purl.org/dc/terms/"
        or node.tag in (f"{W}rsids", f"{W}attachedTemplate")
    )
