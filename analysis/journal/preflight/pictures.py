"""Whether the files of the figures are what the journal prints from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.journal.journal_style import NumberStyle
from analysis.storage.foreign_files import UnusableFile, pdf_pages
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from analysis.journal.requirements import Journal

_RASTER = {".tif": "tiff", ".tiff": "tiff", ".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg"}
_VECTOR = {".eps": "eps", ".pdf": "pdf", ".svg": "svg"}
_INCH_MM = 25.4
_POINT_MM = 25.4 / 72
_TOLERANCE_MM = 0.5
# What Pillow calls the modes: 1 bit, grey, palette, colour, with transparency, for print.
_MODES = {
    "1": "rgb",
    "L": "rgb",
    "P": "rgb",
    "RGB": "rgb",
    "RGBA": "rgb",
    "LA": "rgb",
    "I;16": "rgb",
}
_BOX = re.compile(rb"^%%(?:HiRes)?BoundingBox:\s*([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)", re.M)
_EPS_FONT = re.compile(
    rb"^%%DocumentNeededResources:\s*font\s+(\S+)|^%%DocumentNeededFonts:\s*(\S+)", re.M
)


def lettered_numbers(journal: Journal) -> Iterator[Problem]:
    """Warn where the text writes numbers otherwise than the figures do.

    Figures are drawn in the paper's own manner, ``P = .03``, 12,345 and 0.5; only text and
    tables follow the journal's.
    """
    if journal.numbers != NumberStyle():
        what = f"{journal.name} writes numbers otherwise than the figures do."
        hint = "The figures write P = .03, 0.5 and 12,345. Ask the journal whether that may stay."
        yield Problem("figures/", None, None, None, what, hint, "warning", "figure-file")


def picture_problems(path: Path, name: str, journal: Journal) -> Iterator[Problem]:
    """Look at the file of a figure.

    Parameters
    ----------
    path
        The file.
    name
        Its name inside the package.
    journal
        What it must be. The least resolution is that of pictures of lines and letters, which
        figures of a review are.
    """
    wanted = journal.figure_files
    kind = (_RASTER | _VECTOR).get(path.suffix.lower())
    if kind is None:
        return
    if kind not in wanted.formats:
        yield _problem(
            name,
            path.suffix,
            f"{journal.name} does not take figures in this format.",
            f"It takes {', '.join(wanted.formats)}.",
        )
    if path.suffix.lower() in _RASTER:
        yield from _raster(path, name, journal)
    elif kind == "eps":
        yield from _eps(path, name, journal)
    elif kind == "pdf":
        yield from fonts_embedded(path, name)
        yield from _page(path, name, journal)


def size_problems(path: Path, name: str, journal: Journal, *, figure: bool) -> Iterator[Problem]:
    """Find a file that is larger than the journal's system takes."""
    limits = journal.file_limits
    megabytes = path.stat().st_size / 1e6
    allowed = [m for m in (limits.one_file_mb, limits.figure_mb if figure else None) if m]
    if allowed and megabytes > min(allowed):
        yield _problem(
            name,
            f"{megabytes:.1f} MB",
            f"{journal.name} takes files of at most {min(allowed):g} MB.",
            "Lower the resolution to what the journal asks, or use a vector format.",
        )


def total_size_problems(files: Iterable[Path], folder: str, journal: Journal) -> Iterator[Problem]:
    """Find a package that is larger than the journal's system takes."""
    allowed = journal.file_limits.all_files_mb
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    if allowed is not None and megabytes > allowed:
        yield _problem(
            folder,
            f"{megabytes:.1f} MB",
            f"{journal.name} takes at most {allowed:g} MB in all.",
            "Leave out what the journal does not ask for, or use vector formats.",
        )


def _problem(name: str, value: str | None, what: str, hint: str) -> Problem:
    return Problem(name, None, None, value, what, hint, "error", "figure-file")


def _raster(path: Path, name: str, journal: Journal) -> Iterator[Problem]:
    from PIL import Image, UnidentifiedImageError

    # Figures of 1200 dpi are larger than what Pillow takes for an attack.
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path) as picture:
            mode, size = picture.mode, picture.size
            dpi = picture.info.get("dpi")
    except (UnidentifiedImageError, OSError):
        yield _problem(name, None, "This picture cannot be opened.", "Make the package again.")
        return
    finally:
        Image.MAX_IMAGE_PIXELS = limit
    wanted = journal.figure_files
    colour = _MODES.get(mode, "cmyk" if mode == "CMYK" else mode)
    if wanted.colour != "any" and colour != wanted.colour:
        what = f"{journal.name} wants figures in {wanted.colour.upper()}."
        yield _problem(name, mode, what, "Save it in that colour mode.")
    # Without the entry, a TIFF is read as one dot per inch.
    if dpi is None or float(dpi[0]) <= 1:
        what = "The picture does not say its resolution."
        yield _problem(name, None, what, "Without it, nobody knows how large it is printed.")
        return
    # Files hold dots per metre or fractions: 299.9994 is 300.
    given = round(float(dpi[0]))
    least = min(wanted.dpi.line, wanted.dpi.combination)
    if given < least:
        what = f"{journal.name} wants at least {least} dots per inch."
        yield _problem(name, f"{given} dpi", what, "Make the package again.")
    millimetres = (size[0] / given * _INCH_MM, size[1] / given * _INCH_MM)
    yield from _dimensions(millimetres, name, journal)


def _dimensions(size: tuple[float, float], name: str, journal: Journal) -> Iterator[Problem]:
    widths = journal.figure_files.widths
    columns = [w for w in (widths.single, widths.middle, widths.double) if w is not None]
    if columns and size[0] > max(columns) + _TOLERANCE_MM:
        what = f"The figure is wider than the page of {journal.name}: {max(columns):g} mm."
        yield _problem(name, f"{size[0]:.0f} mm", what, "Make it narrower.")
    if widths.height is not None and size[1] > widths.height + _TOLERANCE_MM:
        what = f"The figure is higher than the page of {journal.name}: {widths.height:g} mm."
        yield _problem(name, f"{size[1]:.0f} mm", what, "Divide it into two figures.")


def _eps(path: Path, name: str, journal: Journal) -> Iterator[Problem]:
    content = path.read_bytes()
    if not content.startswith((b"%!PS", b"\xc5\xd0\xd3\xc6")):
        yield _problem(name, None, "This is no EPS file.", "Make the package again.")
        return
    boxes = [m for m in _BOX.finditer(content) if m[1]]
    if not boxes:
        yield _problem(name, None, "The EPS file does not say its size.", "It needs a BoundingBox.")
        return
    left, bottom, right, top = (float(part) for part in boxes[-1].groups())
    size = ((right - left) * _POINT_MM, (top - bottom) * _POINT_MM)
    yield from _dimensions(size, name, journal)
    for match in _EPS_FONT.finditer(content):
        font = (match[1] or match[2]).decode("ascii", "replace")
        if font != "(atend)":
            yield _problem(name, font, "This font is not in the file.", "Embed it.")


def _page(path: Path, name: str, journal: Journal) -> Iterator[Problem]:
    try:
        with pdf_pages(path) as reader:
            box = reader.pages[0].mediabox
            size = (float(box.width) * _POINT_MM, float(box.height) * _POINT_MM)
    except (UnusableFile, OSError):
        return
    yield from _dimensions(size, name, journal)


def fonts_embedded(path: Path, name: str) -> Iterator[Problem]:
    """Find fonts that a PDF uses and does not contain."""
    try:
        with pdf_pages(path) as reader:
            missing = dict.fromkeys(
                font for page in reader.pages for font in _missing(page.get("/Resources"), set())
            )
    except (UnusableFile, OSError):
        yield _problem(name, None, "This PDF cannot be read.", "Make the package again.")
        return
    for font in missing:
        yield _problem(name, font, "This font is not in the file.", "Embed it.")


def _missing(resources: Any, seen: set[int]) -> Iterator[str]:
    if resources is None:
        return
    resources = resources.get_object()
    if id(resources) in seen:
        return
    seen.add(id(resources))
    for reference in _inside(resources, "/Font"):
        font = reference.get_object()
        descendants = font.get("/DescendantFonts")
        inner = descendants.get_object()[0].get_object() if descendants is not None else font
        descriptor = inner.get("/FontDescriptor")
        embedded = descriptor is not None and any(
            key in descriptor.get_object() for key in ("/FontFile", "/FontFile2", "/FontFile3")
        )
        # Type 3 fonts are drawn by the file itself.
        if not embedded and font.get("/Subtype") != "/Type3":
            yield str(font.get("/BaseFont", "?")).lstrip("/")
    for reference in _inside(resources, "/XObject"):
        yield from _missing(reference.get_object().get("/Resources"), seen)


def _inside(resources: Any, key: str) -> list[Any]:
    found = resources.get(key)
    return list(found.get_object().values()) if found is not None else []
