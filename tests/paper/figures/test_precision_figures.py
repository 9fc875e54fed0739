"""Do radial and drapery plots show the effects on the scale on which they were pooled?"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.lines import Line2D

from analysis.paper.figures.drapery import curve
from analysis.paper.figures.radial import points_of
from analysis.paper.items import draw
from analysis.synthesis.computation import synthesise
from schemas import load_review
from schemas.protocol import DisplayItem
from tests.conftest import ROOT


def test_precision_and_standardised_estimate_are_those_of_metafor() -> None:
    """metafor 3.8-1: radial(rma(RR, dat.bcg, method = "DL")), the first three trials."""
    effects = [(-0.88931133392, 0.325584765004), (-1.58538865720, 0.194581121398)]
    effects.append((-1.34807314830, 0.415367965368))
    studies = [
        SimpleNamespace(yi=yi, sei=vi**0.5, reconstructed=False, label="") for yi, vi in effects
    ]
    outcome: Any = SimpleNamespace(overall=SimpleNamespace(studies=studies, tau2=0.308760262862))
    found = [point[:2] for point in points_of(outcome)]
    # Twelve digits as R printed them.
    expected = [(1.25555930202, -1.11658311770), (1.40951168453, -2.23462383684)]
    expected.append((1.17514717578, -1.58418435296))
    assert np.array(found) == pytest.approx(np.array(expected), rel=1e-10)


def test_a_curve_has_its_top_at_the_estimate_and_crosses_at_the_limits() -> None:
    points = curve(0.5, 0.2, 0.5 - 1.959963984540054 * 0.2, 2.0)
    assert max(points, key=lambda point: point[1]) == (0.5, 1.0)
    # The first value is the lower limit of the 95 % interval: P is .05 by definition.
    assert points[0][1] == pytest.approx(0.05, rel=1e-9)


def test_the_line_of_the_pooled_effect_ends_where_a_risk_would_pass_100_percent() -> None:
    """Is no pooled risk ratio drawn along the upper edge of L'Abbé's plot?"""
    root = Path(ROOT, "examples", "psilocybin-depression")
    synthesis = synthesise(load_review(root), pools_only=True)
    item = DisplayItem(id="fig-x", kind="labbe", outcomes=("response",))
    (figure,) = draw(synthesis, item).figures
    lines = [line for line in figure.findobj(Line2D) if line.is_dashed()]
    assert lines
    tops = [np.asarray(line.get_ydata(), dtype=float) for line in lines]
    assert all(abs(end - start) > 1e-9 for start, end in tops)


@pytest.mark.parametrize("kind", ["radial", "drapery"])
@pytest.mark.parametrize("name", ["psilocybin-depression", "olfactory-loss"])
def test_ratios_differences_and_proportions_are_drawn(kind: str, name: str) -> None:
    synthesis = synthesise(load_review(Path(ROOT, "examples", name)), pools_only=True)
    drawing = draw(synthesis, DisplayItem(id="fig-x", kind=kind))
    for outcome in synthesis.outcomes:
        assert outcome.label in drawing.alt
    assert "nothing was pooled" not in drawing.alt
    if kind == "radial" and name.startswith("psilocybin"):
        # Beyond 1.96 standard errors, τ² included, of the pooled difference: by hand from the rows.
        assert "outside the band: Davis 2021" in drawing.alt
