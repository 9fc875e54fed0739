"""Do the authors' own pictures become files as a journal asks for them?"""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from analysis.journal.journal_style import FigureFiles
from analysis.journal.own_figures import own_figure_bytes, own_format

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="48">'
    '<rect width="96" height="48" fill="#336699"/></svg>'
)


@pytest.mark.parametrize("kind", ["tiff", "png", "jpeg", "eps", "pdf", "svg"])
@pytest.mark.parametrize("ending", ["svg", "png"])
def test_every_format_can_be_made_and_is_the_same_twice(
    tmp_path: Path, kind: str, ending: str
) -> None:
    from PIL import Image

    source = tmp_path / f"picture.{ending}"
    if ending == "svg":
        source.write_text(SVG, encoding="utf-8")
    else:
        Image.new("RGB", (96, 48), "#336699").save(source)
    wanted = FigureFiles.model_validate({"formats": [kind]})
    form = own_format(source, wanted.formats[0])
    content = own_figure_bytes(source, form, wanted)
    assert content == own_figure_bytes(source, form, wanted)
    if form in ("svg", "pdf"):
        assert content.startswith(b"%PDF" if form == "pdf" else b"<svg")
        return
    image = Image.open(io.BytesIO(content))
    assert image.format == form.upper()
    assert image.size[0] == 2 * image.size[1]
    if ending == "svg" and form != "eps":
        # 96 pixels of CSS are an inch.
        assert image.size[0] == pytest.approx(max(wanted.dpi.line, wanted.dpi.combination), abs=1)
