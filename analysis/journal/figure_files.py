"""The figures as files of their own, in the format, size and resolution that a journal asks for."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from analysis.paper.forked import in_processes
from schemas.problems import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

    from analysis.journal.context import Submission
    from analysis.journal.journal_style import FigureFiles, FigureFormat
    from analysis.synthesis.results import Synthesis
    from schemas.protocol import DisplayItem

FIGURES: Final = "figures"
ALTERNATIVES: Final = "alternative-texts.txt"

_ENDINGS: Final[dict[str, str]] = {"tiff": "tif", "jpeg": "jpg"}
_INCH_MM: Final = 25.4
# Widths that differ by less are the same.
_TOLERANCE_MM: Final = 0.5
_JPEG_QUALITY: Final = 95
_MOST_WORKERS: Final = 4
_EPS_BOX = re.compile(rb"^%%(HiRes)?BoundingBox:.*$", re.MULTILINE)
_EPS_START: Final = b"%%EndProlog\n"
_WATERMARK_GREY: Final = "#DADADA"
_WATERMARK_SIZE: Final = 26.0


@dataclass(frozen=True, slots=True)
class _Job:
    """One figure and the files its pages become; inherited by a process.

    Attributes
    ----------
    item
        The figure of the protocol, None for one of the authors' own.
    targets
        The files.
    sources
        The authors' own pictures, one for each file.
    """

    item: DisplayItem | None
    targets: tuple[Path, ...]
    sources: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Work:
    synthesis: Synthesis
    wanted: FigureFiles
    watermark: str


def write_figures(submission: Submission, folder: Path) -> list[Path]:
    """Write every figure, each page of it as a file, in the journal's preferred format.

    Figures are drawn anew from the results: as wide as one of the journal's columns where it names
    any, as they are drawn otherwise, and never higher than its page.

    Parameters
    ----------
    submission
        The review on its way to a journal.
    folder
        The package; the files lie in ``figures/`` and are called by the number of the figure, with
        the number of the page behind it where a figure has several.

    Returns
    -------
    list of Path
        The figures in the order of the text, then a text file with a description of each.
    """
    from analysis.journal.context import WATERMARK
    from analysis.journal.own_figures import own_format

    wanted = submission.journal.figure_files
    kind = wanted.formats[0]
    display = submission.data.protocol.display
    by_id = {submission.sources.now(item.id): item for item in display}
    jobs: list[_Job] = []
    descriptions: list[str] = []
    for name, number in numbered_figures(submission):
        targets = []
        pages = submission.items[name]["images"]
        sources = tuple(
            submission.root / "manuscript" / image["file"] for image in pages if "file" in image
        )
        for page, image in enumerate(pages, start=1):
            form = own_format(sources[page - 1], kind) if sources else kind
            label = f"{number}-{page}" if len(pages) > 1 else number
            file = submission.journal.file_names.figure.replace("{n}", label)
            ending = _ENDINGS.get(form, form)
            targets.append(submission.place(folder, f"{FIGURES}/{file}.{ending}"))
            descriptions.append(f"{targets[-1].name}\n{image['alt']}\n")
        jobs.append(_Job(by_id.get(name), tuple(targets), sources))
    if not jobs:
        return []
    # Every page of a PDF is stamped once the package is complete, those of figures too.
    watermark = WATERMARK if submission.draft and kind != "pdf" else ""
    work = _Work(submission.synthesis, wanted, watermark)
    in_processes(_draw, jobs, work, most=_MOST_WORKERS)
    alternatives = submission.place(folder, f"{FIGURES}/{ALTERNATIVES}")
    alternatives.write_text("\n".join(descriptions), encoding="utf-8", newline="\n")
    return [target for job in jobs for target in job.targets] + [alternatives]


def numbered_figures(submission: Submission) -> list[tuple[str, str]]:
    """Give id and number of each figure that the text shows, in its order: ``1``, ``S2``."""
    return [
        (name, label.split()[-1])
        for name, label in submission.labels.items()
        if submission.items.get(name, {}).get("kind") == "figure"
    ]


def _draw(job: _Job, work: _Work) -> None:
    from analysis.journal.own_figures import own_figure_bytes, own_format
    from analysis.paper.items import draw

    for source, target in zip(job.sources, job.targets, strict=False):
        form = own_format(source, work.wanted.formats[0])
        target.write_bytes(own_figure_bytes(source, form, work.wanted))
    if job.item is None:
        return
    figures = draw(work.synthesis, job.item).figures
    for figure, target in zip(figures, job.targets, strict=True):
        if work.watermark:
            _mark(figure, work.watermark)
        target.write_bytes(figure_bytes(figure, work.wanted.formats[0], work.wanted))


def figure_bytes(figure: Figure, kind: FigureFormat, wanted: FigureFiles) -> bytes:
    """Give a figure in a format, in the size, resolution and colours that a journal asks for.

    Parameters
    ----------
    figure
        As drawn; its letters are scaled with it.
    kind
        The format.
    wanted
        What the files must be. Figures of a review are lines, letters and flat shades, so the
        larger of the resolutions for lines and for combinations holds.

    Returns
    -------
    bytes
        The same every time.
    """
    from analysis.paper.figures.pixels import drawn_pixels, png_bytes, tiff_bytes
    from analysis.paper.figures.saving import SETTINGS, figure_content

    scale = scale_to_fit(figure, wanted)
    if kind in ("svg", "pdf", "eps"):
        content = figure_content(figure, kind, "figure")
        if scale == 1 or kind == "svg":
            return content
        return _scaled_eps(content, scale) if kind == "eps" else _scaled_pdf(content, scale)
    dpi = max(wanted.dpi.line, wanted.dpi.combination)
    pixels = drawn_pixels(figure, dpi * scale, **SETTINGS)
    if kind == "png":
        return png_bytes(pixels, dpi)
    if kind == "tiff":
        return tiff_bytes(pixels, dpi, "cmyk" if wanted.colour == "cmyk" else "rgb")
    from PIL import Image

    image = Image.fromarray(pixels[..., :3].copy())
    buffer = io.BytesIO()
    if wanted.colour == "cmyk":
        image = image.convert("CMYK")
    # Letters keep their edges without chroma subsampling.
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY, subsampling=0, dpi=(dpi, dpi))
    return buffer.getvalue()


def lettering_problems(journal: str, wanted: FigureFiles) -> tuple[Problem, ...]:
    """Warn where the letters of the figures become smaller than a journal wants them.

    Parameters
    ----------
    journal
        Its name.
    wanted
        What the files must be.
    """
    from analysis.paper.figures import style

    drawn = style.SMALL_SIZE * _scale(style.PAGE_WIDTH * _INCH_MM, None, wanted)
    least = wanted.smallest_type_pt
    # A twentieth of a point is what rounding makes of it.
    if least is None or drawn >= least - 0.05:
        return ()
    return (
        Problem(
            file=f"{FIGURES}/",
            line=None,
            column=None,
            value=f"{drawn:.1f} pt",
            what=f"{journal} wants letters of at least {least:g} points in figures.",
            hint="The smallest ones are notes. Ask the journal, or send the figures as they are.",
            severity="warning",
            rule="figure-file",
        ),
    )


def scale_to_fit(figure: Figure, wanted: FigureFiles) -> float:
    """Say by how much a figure becomes larger or smaller to stand in a journal's columns."""
    width, height = (float(inches) * _INCH_MM for inches in figure.get_size_inches())
    return _scale(width, height, wanted)


def _scale(width: float, height: float | None, wanted: FigureFiles) -> float:
    widths = wanted.widths
    columns = [w for w in (widths.single, widths.middle, widths.double) if w is not None]
    scale = 1.0
    if columns:
        # The narrowest column it fits into as it is drawn, else the widest there is.
        column = min((w for w in columns if w >= width - _TOLERANCE_MM), default=max(columns))
        scale = column / width
    if widths.height is not None and height is not None:
        scale = min(scale, widths.height / height)
    return scale


def _scaled_eps(content: bytes, scale: float) -> bytes:
    def smaller(found: re.Match[bytes]) -> bytes:
        left, bottom, right, top = (float(part) for part in found[0].split()[1:])
        box = [number * scale for number in (left, bottom, right, top)]
        if found[1]:
            return b"%%HiResBoundingBox: " + b" ".join(b"%.6f" % number for number in box)
        # The box has to hold the drawing, in whole points.
        whole = [int(box[0]), int(box[1]), -int(-box[2] // 1), -int(-box[3] // 1)]
        return b"%%BoundingBox: " + b" ".join(b"%d" % number for number in whole)

    content = _EPS_BOX.sub(smaller, content)
    return content.replace(_EPS_START, _EPS_START + b"%.6f %.6f scale\n" % (scale, scale), 1)


def _scaled_pdf(content: bytes, scale: float) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    for page in writer.pages:
        page.scale_by(scale)
    writer.metadata = None
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _mark(figure: Figure, text: str) -> None:
    """Write behind the drawing that it is a draft; EPS knows no transparency."""
    from analysis.paper.figures import style

    figure.text(
        0.5,
        0.5,
        text,
        fontproperties=style.font(_WATERMARK_SIZE, "bold"),
        color=_WATERMARK_GREY,
        horizontalalignment="center",
        verticalalignment="center",
        rotation=20,
        zorder=0,
    )
