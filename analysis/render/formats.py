"""The formats of the paper: their names in Quarto, their files, and how pandoc writes each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.storage.program_files import shared_file

if TYPE_CHECKING:
    from collections.abc import Callable

#: Where other programs' formats are written; a render takes over those that are current.
EXPORT_FOLDER = Path("_output/export")

Options = dict[str, Any]


def _html_arguments(root: Path, options: Options, metadata: Options) -> list[str]:
    arguments = [
        f"--template={shared_file(root, 'manuscript/templates/page.html')}",
        f"--css={shared_file(root, options['css'])}",
        # A single file without any request to elsewhere.
        "--embed-resources",
        "--section-divs",
        "--mathml",
    ]
    if options.get("toc"):
        arguments += ["--toc", f"--toc-depth={options.get('toc-depth', 3)}"]
    return arguments


def _typst_arguments(root: Path, options: Options, metadata: Options) -> list[str]:
    return [
        f"--template={shared_file(root, 'manuscript/templates/embedded.typ')}",
        f"--include-in-header={shared_file(root, options['include-in-header'])}",
    ]


def _docx_arguments(root: Path, options: Options, metadata: Options) -> list[str]:
    return [f"--reference-doc={root / 'manuscript' / metadata['reference-doc']}"]


def _jats_arguments(root: Path, options: Options, metadata: Options) -> list[str]:
    filters = Path(__file__).parent / "filters"
    return [f"--lua-filter={filters / 'references.lua'}"]


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """One format of the paper.

    Attributes
    ----------
    quarto_name
        Its key under ``format:`` in _quarto.yml.
    file
        The name of the finished file in ``_output/``.
    writer
        Pandoc's name of it.
    cost
        Rough order of the time it takes; the slow ones start first.
    template_options
        Options of _quarto.yml that the templates print.
    arguments
        Further arguments for pandoc, from the project's folder, the format's options and the
        paper's metadata.
    takes_pixels
        Whether pictures are pixels in it; the others keep drawings as they are.
    takes_set_tables
        Whether a finished table may stand in it: Word's have links that belong to the file, and
        those of JATS their caption within them.
    """

    quarto_name: str
    file: str
    writer: str
    cost: int
    template_options: tuple[str, ...]
    arguments: Callable[[Path, Options, Options], list[str]]
    takes_pixels: bool = False
    takes_set_tables: bool = False


FORMATS = {
    "html": OutputFormat(
        "html", "paper.html", "html5", 3, (), _html_arguments, takes_set_tables=True
    ),
    "pdf": OutputFormat(
        "typst",
        "paper.pdf",
        "typst",
        4,
        ("papersize", "margin", "mainfont", "fontsize"),
        _typst_arguments,
        takes_set_tables=True,
    ),
    "docx": OutputFormat("docx", "paper.docx", "docx", 2, (), _docx_arguments, takes_pixels=True),
    "jats": OutputFormat(
        "jats",
        "paper.xml",
        "jats_publishing+element_citations",
        1,
        (),
        _jats_arguments,
        takes_pixels=True,
    ),
}
