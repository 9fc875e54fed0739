"""`make pictures`: the two pictures of the README, from the papers as they are rendered now.

Each picture holds the version that it shows, so that a test notices when the paper has moved on.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "psilocybin-depression"
#: Picture, and the review that it shows.
PICTURES = {ROOT / "docs/paper.png": ROOT, ROOT / "docs/example.png": EXAMPLE}
VERSION = "version"
_WIDTH = 1100
_MARGIN = 14
_PAPER = "Figure 2:"


def version_of(review: Path) -> str:
    """Give the version that a review's protocol names."""
    protocol = yaml.safe_load((review / "data/protocol.yml").read_text(encoding="utf-8"))
    return str(protocol["review"]["edition"])


def shown_version(picture: Path) -> str | None:
    """Give the version that a picture says it shows."""
    with Image.open(picture) as image:
        return image.info.get(VERSION)


def _pages(pdf: Path) -> Image.Image:
    """Put the first page and that of the first forest plot side by side."""
    texts = [page.extract_text() for page in PdfReader(pdf).pages]
    plotted = next(
        number
        for number, text in enumerate(texts, start=1)
        if _PAPER in text and "Squares are" in text
    )
    images = []
    with tempfile.TemporaryDirectory() as folder:
        for number in (1, plotted):
            target = Path(folder) / str(number)
            asked = ["-singlefile", "-png", "-r", "90", "-f", str(number), str(pdf), str(target)]
            subprocess.run(["pdftoppm", *asked], check=True)
            images.append(Image.open(target.with_suffix(".png")).convert("RGB"))
    wide = sum(image.width for image in images) + _MARGIN * 3
    sheet = Image.new("RGB", (wide, images[0].height + 2 * _MARGIN), "#dcdfe4")
    left = _MARGIN
    for image in images:
        sheet.paste(image, (left, _MARGIN))
        left += image.width + _MARGIN
    return sheet


def main() -> int:
    """Render both reviews and write the pictures."""
    for picture, review in PICTURES.items():
        subprocess.run([sys.executable, "-m", "analysis", "render"], cwd=review, check=True)
        if review == ROOT:
            image = _pages(review / "_output/paper.pdf")
        else:
            drawn = Image.open(review / "_output/figures/fig-severity.png").convert("RGB")
            height = round(drawn.height * _WIDTH / drawn.width)
            image = drawn.resize((_WIDTH, height), Image.Resampling.LANCZOS)
        info = PngInfo()
        info.add_text(VERSION, version_of(review))
        image.quantize(128, dither=Image.Dither.NONE).save(picture, optimize=True, pnginfo=info)
    return 0


if __name__ == "__main__":
    sys.exit(main())
