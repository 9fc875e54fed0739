"""Does the figure of the versions have a plot for every pool, also when there is one version?"""

from pathlib import Path

from matplotlib.text import Text

from analysis.paper.figures import changes
from analysis.synthesis.computation import synthesise
from schemas import load_review
from schemas.protocol import DisplayItem


def test_the_first_version_has_an_axis_for_every_panel(edition: Path) -> None:
    synthesis = synthesise(load_review(edition))
    item = DisplayItem(id="sfig-changes", kind="changes")
    texts = [
        text.get_text()
        for figure in changes.figures(synthesis, item)
        for text in figure.findobj(Text)
    ]
    for outcome in ("Objective response rate, %", "Median overall survival, months"):
        assert texts.count(outcome) == 2  # before and now, and by version
    assert "Adverse events, grade ≥3, %" in texts
