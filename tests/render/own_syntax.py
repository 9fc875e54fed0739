"""A short review that holds every example of docs/manuscript.md, and what a team adds first."""

from __future__ import annotations

import re
from pathlib import Path

from tests.conftest import ROOT, copy_review
from tests.short_review import keep_items

PAGE = ROOT / "docs/manuscript.md"
_EXAMPLE = re.compile(r"^(`{3,})markdown\n(.*?)\n\1$", re.MULTILINE | re.DOTALL)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="120" height="60">'
    '<path d="M10 30 H100 M80 15 L100 30 L80 45" stroke="black" fill="none"/></svg>'
)
# The first own items of a team: a drawing and a table in a div, nobody describes the picture.
PLAIN = """
See @fig-plain and @tbl-plain.

::: {#fig-plain}

![](pictures/mechanism.svg)

A figure in the plainest form, of {{< var studies.included >}} studies.

:::

::: {#tbl-plain}

| Outcome | Effect | Certainty |
|---|---|---|
| Second | higher | very low |

A table in the plainest form.

:::
"""


def examples() -> str:
    """Give all examples of the page, one after the other."""
    return "\n\n".join(match[2] for match in _EXAMPLE.finditer(PAGE.read_text(encoding="utf-8")))


def review_with_examples(root: Path) -> Path:
    """Copy the shipped review, keep two items of it, and add the examples to its discussion."""
    from PIL import Image

    copy_review(root)
    keep_items(root, {"fig-flow", "tbl-baseline"})
    folder = root / "manuscript/pictures"
    folder.mkdir()
    (folder / "mechanism.svg").write_text(SVG, encoding="utf-8")
    Image.new("RGB", (60, 40), "grey").save(folder / "centre.png")
    (root / "manuscript/_own.qmd").write_text("An own file was included.\n", encoding="utf-8")
    (root / "manuscript/own.bib").write_text(
        "@book{OwnHandbook, title = {Handbook of Teams}, author = {Only, Anna}, year = 2020}",
        encoding="utf-8",
    )
    paper = root / "manuscript/paper.qmd"
    text = paper.read_text(encoding="utf-8")
    listed = text.replace("bibliography: references.bib", "bibliography: [references.bib, own.bib]")
    assert listed != text
    paper.write_text(listed, encoding="utf-8")
    with (root / "manuscript/_discussion.qmd").open("a", encoding="utf-8") as file:
        file.write(f"\n{examples()}\n{PLAIN}\n")
    return root
