"""Files of figures: the same bytes every time, and SVGs that can share a page."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
import pytest
from lxml import etree
from PIL import Image

from analysis.paper.figures import style
from analysis.paper.figures.flow import flow_figure
from analysis.paper.figures.forest import Panel, forest_figure
from analysis.paper.figures.saving import Format, save
from tests.paper.figures.review_sample import review
from tests.paper.figures.synthesis_samples import HOSTILE, estimate, pool

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.paper.figures.pixels import ColourMode

ALL: tuple[Format, ...] = ("svg", "png", "tiff", "eps", "pdf")


def test_the_same_figure_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    for name in ALL:
        (first,) = save(flow_figure(review()), tmp_path / "flow", (name,))
        (second,) = save(flow_figure(review()), tmp_path / "again" / "flow", (name,))
        assert first.read_bytes() == second.read_bytes(), name
        assert first.name == f"flow.{name}"


def test_the_machines_own_settings_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    panel = Panel("A", pool([estimate("A", 3, 9), estimate("B", 4, 9)]))
    plain = save(forest_figure([panel]), tmp_path / "plain" / "fig")
    odd: dict[Any, Any] = {
        "path.sketch": (1, 100, 2),
        "figure.autolayout": True,
        "savefig.bbox": "tight",
        "lines.antialiased": False,
        "text.antialiased": False,
        "lines.scale_dashes": False,
        "font.family": "monospace",
        "savefig.facecolor": "black",
    }
    with mpl.rc_context(odd):
        changed = save(forest_figure([panel]), tmp_path / "fig")
        assert mpl.rcParams["figure.autolayout"] is True
    assert [path.read_bytes() for path in plain] == [path.read_bytes() for path in changed]


def test_files_name_no_program_and_no_date(tmp_path: Path) -> None:
    for path in save(flow_figure(review()), tmp_path / "flow", ALL):
        content = path.read_bytes().lower()
        for word in (b"matplotlib", b"creationdate", b"<dc:date"):
            assert word not in content, (path.name, word)


def test_ids_are_unique_on_a_page_of_several_figures(tmp_path: Path) -> None:
    paths = [
        save(figure, tmp_path / name, ("svg",))[0]
        for name, figure in (
            ("fig-flow", flow_figure(review())),
            ("fig-forest", forest_figure([Panel("A", pool([estimate("A", 3, 9)]))])),
            ("2nd figure", flow_figure(review())),
        )
    ]
    ids: list[str] = []
    for path in paths:
        root = etree.parse(path).getroot()
        own = [str(value) for value in root.xpath("//@id")]
        ids += own
        for target in re.findall(r'(?:href="#|url\(#)([^")]+)', path.read_text("utf-8")):
            assert target in own
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z][\w.-]*", name) for name in ids)


@pytest.mark.parametrize("name", HOSTILE)
def test_an_svg_holds_its_letters_as_text_and_no_markup_of_the_data(
    tmp_path: Path, name: str
) -> None:
    figure = forest_figure([Panel(name, pool([estimate(name, 3, 9)]))])
    (path,) = save(figure, tmp_path / "fig", ("svg",))
    root = etree.parse(path).getroot()
    texts = root.xpath("//*[local-name()='text']")
    assert name in "".join(f"{text.text}\n" for text in texts)
    # A text holds no element, and a style sheet would hold for the whole page around the figure.
    assert not any(len(text) for text in texts)
    assert not root.xpath("//comment() | //*[local-name()='style' or local-name()='metadata']")
    assert root.get("font-family", "").startswith("Arimo,")


def test_pixels_and_resolution(tmp_path: Path) -> None:
    figure = flow_figure(review())
    width = figure.get_size_inches()[0]
    _, png, tiff = save(figure, tmp_path / "flow", ("svg", "png", "tiff"))
    for path in (png, tiff):
        with Image.open(path) as image:
            assert image.width == round(width * 300)
            assert image.info["dpi"][0] == pytest.approx(300, abs=0.1)
    with Image.open(tiff) as image:
        assert image.info["compression"] == "tiff_lzw"
        assert image.mode == "RGB"


@pytest.mark.parametrize(("mode", "bands"), [("rgb", "RGB"), ("cmyk", "CMYK"), ("grey", "L")])
def test_colours_of_a_tiff(tmp_path: Path, mode: ColourMode, bands: str) -> None:
    (path,) = save(flow_figure(review()), tmp_path / "flow", ("tiff",), mode=mode)
    with Image.open(path) as image:
        assert image.mode == bands


def test_a_palette_loses_nothing_that_can_be_seen(tmp_path: Path) -> None:
    panel = Panel("A", pool([estimate(f"Study {n}", n, 40) for n in range(3, 20)]))
    png, tiff = save(forest_figure([panel]), tmp_path / "fig", ("png", "tiff"))
    with Image.open(png) as image, Image.open(tiff) as exact:
        assert image.mode == "P"
        shown = np.asarray(image.convert("RGB")).astype(int)
        drawn = np.asarray(exact).astype(int)
    differences = np.abs(shown - drawn).max(axis=2)
    assert differences.max() <= 255 / 20
    # Areas, the insides of letters and the paper are exact; only edges differ.
    for colour in ("#ffffff", style.BAND, style.INK):
        rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert (differences[(drawn == rgb).all(axis=2)] == 0).all(), colour
    assert (differences > 0).mean() < 0.1
    full = io.BytesIO()
    Image.fromarray(drawn.astype(np.uint8)).save(full, "PNG")
    assert png.stat().st_size < 0.4 * len(full.getvalue())


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="'gif'; known: svg, png"):
        save(flow_figure(review()), tmp_path / "flow", ("gif",))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_importing_the_package_does_not_load_matplotlib() -> None:
    program = (
        "import sys, analysis.paper.figures, analysis.paper.figures.forest, "
        "analysis.paper.figures.flow, "
        "analysis.paper.figures.saving; sys.exit('matplotlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
