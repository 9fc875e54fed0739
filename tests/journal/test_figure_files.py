"""Are the figures what a journal prints from: format, size, resolution, colours, fonts?"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pypdf
import pytest
from PIL import Image

from analysis.journal.context import WATERMARK
from analysis.journal.figure_files import (
    figure_bytes,
    lettering_problems,
    numbered_figures,
    scale_to_fit,
    write_figures,
)
from analysis.journal.journal_style import FigureFiles
from analysis.journal.watermark import mark_pdf
from analysis.paper.figures.flow import flow_figure
from tests.paper.figures.review_sample import review

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

    from analysis.journal.context import Submission
    from analysis.journal.package import SubmissionReport
    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

pytestmark = pytest.mark.xdist_group("submission")

INCH_MM = 25.4


@pytest.fixture(scope="module")
def figure() -> Figure:
    return flow_figure(review())


def wanted(**entries: Any) -> FigureFiles:
    return FigureFiles.model_validate(entries)


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(("colour", "mode"), [("rgb", "RGB"), ("any", "RGB"), ("cmyk", "CMYK")])
def test_a_tiff_has_width_resolution_and_colours(figure: Figure, colour: str, mode: str) -> None:
    files = wanted(
        formats=["tiff"],
        colour=colour,
        dpi={"line": 600, "combination": 400},
        widths={"single": 83, "double": 173.4},
    )
    with picture(figure_bytes(figure, "tiff", files)) as image:
        assert image.mode == mode
        assert image.info["compression"] == "tiff_lzw"
        assert image.info["dpi"][0] == pytest.approx(600, abs=0.01)
        assert image.width / 600 * INCH_MM == pytest.approx(173.4, abs=0.1)
        shown = np.asarray(image.convert("L"))
        assert shown.min() < 60
        assert shown.max() == 255


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_other_pixels_say_their_resolution(figure: Figure, kind: Any) -> None:
    files = wanted(formats=[kind], dpi={"line": 300, "combination": 300})
    with picture(figure_bytes(figure, kind, files)) as image:
        assert image.info["dpi"][0] == pytest.approx(300, abs=0.01)
        assert image.width == round(figure.get_figwidth() * 300)


def test_a_pdf_has_truetype_fonts_inside_and_the_width_of_a_column(figure: Figure) -> None:
    files = wanted(formats=["pdf"], widths={"double": 120})
    reader = pypdf.PdfReader(io.BytesIO(figure_bytes(figure, "pdf", files)))
    (page,) = reader.pages
    assert float(page.mediabox.width) / 72 * INCH_MM == pytest.approx(120, abs=0.1)
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        assert font["/Subtype"] == "/Type0"
        inner = font["/DescendantFonts"][0].get_object()
        assert inner["/Subtype"] == "/CIDFontType2"
        assert "/FontFile2" in inner["/FontDescriptor"].get_object()
    assert "Records" in page.extract_text()
    assert "/CreationDate" not in (reader.metadata or {})


@pytest.mark.parametrize("width", [None, 120.0])
def test_an_eps_has_its_box_and_fonts_of_type_42(figure: Figure, width: float | None) -> None:
    files = wanted(formats=["eps"], widths={} if width is None else {"double": width})
    content = figure_bytes(figure, "eps", files)
    assert content.startswith(b"%!PS-Adobe-3.0 EPSF")
    box = re.search(rb"^%%HiResBoundingBox: (\S+) (\S+) (\S+) (\S+)$", content, re.MULTILINE)
    whole = re.search(rb"^%%BoundingBox: (\d+) (\d+) (\d+) (\d+)$", content, re.MULTILINE)
    assert box
    assert whole
    expected = figure.get_figwidth() * INCH_MM if width is None else width
    assert float(box[3]) / 72 * INCH_MM == pytest.approx(expected, abs=0.1)
    assert 0 <= int(whole[3]) - float(box[3]) < 1
    assert 0 <= int(whole[4]) - float(box[4]) < 1
    assert b"/FontType 42" in content
    assert b"/FontType 3" not in content
    scale = expected / INCH_MM / figure.get_figwidth()
    scales = re.findall(rb"^(\S+) \1 scale$", content, re.MULTILINE)
    assert [float(found) for found in scales] == ([] if width is None else [pytest.approx(scale)])
    assert b"CreationDate" not in content


@pytest.mark.parametrize("kind", ["tiff", "png", "pdf", "eps", "svg", "jpeg"])
def test_the_same_figure_gives_the_same_bytes(figure: Figure, kind: Any) -> None:
    files = wanted(formats=[kind], dpi={"line": 150, "combination": 150}, widths={"double": 150})
    assert figure_bytes(figure, kind, files) == figure_bytes(figure, kind, files)


@pytest.mark.parametrize(
    ("widths", "expected"),
    [
        # As drawn: seven inches, 177.8 mm.
        ({}, 177.8),
        ({"single": 83, "double": 173.4}, 173.4),
        # It fits into the wider of two columns.
        ({"middle": 180, "double": 210}, 180),
        ({"single": 83, "double": 178}, 178),
    ],
)
def test_a_figure_is_as_wide_as_a_column(
    figure: Figure, widths: dict[str, float], expected: float
) -> None:
    assert figure.get_figwidth() == pytest.approx(7)
    scale = scale_to_fit(figure, wanted(widths=widths))
    assert scale * 177.8 == pytest.approx(expected)


def test_a_figure_is_never_higher_than_the_page(figure: Figure) -> None:
    height = figure.get_figheight() * INCH_MM
    scale = scale_to_fit(figure, wanted(widths={"double": 210, "height": height / 2}))
    assert scale == pytest.approx(0.5)


def test_letters_that_are_too_small_for_the_journal_are_said() -> None:
    # The smallest letters are drawn at 7 points on a width of 177.8 mm.
    assert not lettering_problems("X", wanted())
    assert not lettering_problems("X", wanted(smallest_type_pt=7))
    (problem,) = lettering_problems("X", wanted(smallest_type_pt=7, widths={"double": 170}))
    assert problem.severity == "warning"
    assert problem.value == "6.7 pt"


def test_every_figure_of_the_paper_has_its_files(package: SubmissionReport) -> None:
    submission = package.submission
    names = {path.stem for path in (package.folder / "figures").iterdir()}
    expected = {"draft-alternative-texts"}
    for name, number in numbered_figures(submission):
        pages = len(submission.items[name]["images"])
        labels = [number] if pages == 1 else [f"{number}-{page + 1}" for page in range(pages)]
        expected |= {f"draft-figure-{label}" for label in labels}
    assert names == expected
    assert {"draft-figure-1", "draft-figure-S1"} <= names
    texts = (package.folder / "figures/draft-alternative-texts.txt").read_text(encoding="utf-8")
    for image in submission.items["fig-response"]["images"]:
        assert image["alt"] in texts


def test_figures_are_drawn_from_what_the_paper_was_built_from(
    submission_for: Callable[..., Submission], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figure of changes had one page in the package and three in the paper."""
    from analysis.build.history import history

    told = []

    def with_history(synthesis: Synthesis, data: ReviewData, *_: object) -> Synthesis:
        told.append(data.root)
        return synthesis

    monkeypatch.setattr(history, "with_history", with_history)
    # By another name, because tests share submissions and a synthesis is kept.
    submission = submission_for(name="Journal of Figures Drawn Anew")
    assert submission.synthesis.outcomes
    assert told == [submission.root]


def test_a_draft_says_so_in_its_figures(package: SubmissionReport) -> None:
    (path,) = (package.folder / "figures").glob("draft-figure-1.tif")
    with Image.open(path) as drafted:
        marked = drafted.convert("RGB").getcolors(1 << 24)
    assert marked
    # The grey of the mark is no colour of a figure.
    assert any(colour == (0xDA, 0xDA, 0xDA) and count > 200 for count, colour in marked)


def test_a_figure_as_pdf_is_marked_when_the_package_is_and_not_twice(
    submission_for: Callable[..., Submission], tmp_path: Path
) -> None:
    submission = submission_for(draft=True, figure_files={"formats": ["pdf"]})
    for path in write_figures(submission, tmp_path):
        if path.suffix == ".pdf":
            (page,) = pypdf.PdfReader(path).pages
            assert WATERMARK not in page.extract_text(), path.name
    mark_pdf(tmp_path / "figures/draft-figure-1.pdf", WATERMARK)
    (page,) = pypdf.PdfReader(tmp_path / "figures/draft-figure-1.pdf").pages
    contents = page.get_contents()
    assert contents is not None
    assert contents.get_data().count(b"/DraftStamp Do") == 1
