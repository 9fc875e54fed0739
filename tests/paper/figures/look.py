"""Draws one figure of the review as a picture to look at.

python -m tests.paper.figures.look fig-response [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

from analysis.audit.published import with_published
from analysis.build.history.history import with_history
from analysis.paper.figures.saving import save
from analysis.paper.items import draw
from analysis.synthesis.computation import synthesise
from schemas import load_review

FOLDER = Path("_output/look")


def look(root: Path, name: str, folder: Path) -> list[Path]:
    """Draw the figure that the protocol's ``display`` calls ``name``.

    Returns
    -------
    list of Path
        One PNG for each of its pages.

    Raises
    ------
    ValueError
        If the protocol has no such figure; names those that there are.
    """
    data = load_review(root)
    known = {item.id: item for item in data.protocol.display if "fig-" in item.id}
    if name not in known:
        raise ValueError(f"{name} is no figure of this review; there are: {', '.join(known)}")
    synthesis = with_history(synthesise(data), data, lambda _: None)
    if known[name].kind == "published":
        synthesis = with_published(synthesis, root)
    folder.mkdir(parents=True, exist_ok=True)
    pages = draw(synthesis, known[name]).figures
    return [
        path
        for number, figure in enumerate(pages, start=1)
        for path in save(figure, folder / f"{name}-{number}", formats=("png",))
    ]


if __name__ == "__main__":
    arguments = [*sys.argv[1:], str(FOLDER)]
    for drawn in look(Path(), arguments[0], Path(arguments[1])):
        sys.stdout.write(f"{drawn}\n")
