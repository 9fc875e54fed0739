"""Is a build one computation, all or nothing, and the same bytes every time?"""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from matplotlib.figure import Figure
from matplotlib.text import Text

from analysis.audit.published import with_published
from analysis.build.building import build
from analysis.build.history.history import with_history
from analysis.paper import drawing
from analysis.paper.choices import check
from analysis.paper.drawn import shown
from analysis.paper.items import draw
from analysis.render.engine import render
from analysis.storage.cache import PLACE
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas.problems import DataProblems
from schemas.protocol import DisplayItem
from tests.conftest import copy_review
from tests.short_review import keep_items


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_the_same_input_gives_the_same_bytes_in_another_folder(
    rendered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Drawn here, and not taken from the drawings that all tests share.
    monkeypatch.delenv(PLACE)
    other = copy_review(tmp_path / "elsewhere" / "a review")
    render(other, ["html", "pdf", "docx", "jats"], engine="embedded")
    first, second = snapshot(rendered / "_output"), snapshot(other / "_output")
    for files in (first, second):
        files.pop(".stamp.json")
    assert first == second
    generated = "manuscript/_generated"
    assert snapshot(rendered / generated) == snapshot(other / generated)
    assert (rendered / "_variables.yml").read_bytes() == (other / "_variables.yml").read_bytes()


def test_only_what_shows_something_else_is_drawn_again(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PLACE)
    build(short)
    figures = snapshot(short / "manuscript/_generated/figures")
    drawn: list[str] = []

    def draw(part: Synthesis, item: DisplayItem, rows: list[dict[str, Any]] | None) -> bytes:
        drawn.append(item.id)
        return original(part, item, rows)

    original = drawing._draw
    monkeypatch.setattr(drawing, "_draw", draw)
    text = short / "manuscript/_conclusions.qmd"
    text.write_text(text.read_text("utf-8") + "\nOne more sentence.\n", encoding="utf-8")
    assert build(short).fresh
    assert not drawn
    assert snapshot(short / "manuscript/_generated/figures") == figures
    outcomes = short / "data/outcomes.csv"
    rows = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(rows.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,11,"), encoding="utf-8")
    build(short)
    assert drawn == ["fig-response"]
    changed = snapshot(short / "manuscript/_generated/figures")
    others = {name for name in figures if not name.startswith("fig-response")}
    assert others == {"fig-flow.svg", "fig-flow.png"}
    assert {name for name in figures if changed[name] == figures[name]} >= others
    assert any(changed[name] != figures[name] for name in figures.keys() - others)


def test_a_build_from_the_cache_gives_the_bytes_of_one_without(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(PLACE)
    build(short)
    cold = snapshot(short / "manuscript/_generated")
    build(short, force=True)
    assert snapshot(short / "manuscript/_generated") == cold
    shutil.rmtree(short / ".review")
    monkeypatch.setattr("analysis.paper.forked.os.cpu_count", lambda: 1)
    build(short, force=True)
    assert snapshot(short / "manuscript/_generated") == cold


def test_pixels_are_drawn_when_a_format_takes_them(short: Path) -> None:
    def pictures() -> set[str]:
        return {path.suffix for path in (short / "manuscript/_generated/figures").iterdir()}

    assert build(short, pixels=False).fresh
    assert pictures() == {".svg"}
    assert build(short).fresh
    assert pictures() == {".svg", ".png"}
    assert not build(short, pixels=False).fresh
    assert pictures() == {".svg", ".png"}


def test_a_figure_drawn_from_its_part_of_the_results_is_that_of_all_results(
    review: Path,
) -> None:
    """What a figure shows decides whether it is drawn again: nothing may be missing there."""
    data = check(review).data
    assert data is not None
    synthesis = with_history(with_published(synthesise(data), review), data, lambda _: None)
    for item in data.protocol.display:
        if "fig-" not in item.id:
            continue
        whole, part = draw(synthesis, item), draw(shown(synthesis, item), item)
        assert part.alt == whole.alt, item.id
        assert [_written(figure) for figure in part.figures] == [
            _written(figure) for figure in whole.figures
        ], item.id


def _written(figure: Figure) -> list[tuple[str, tuple[float, float]]]:
    texts = (found for found in figure.findobj(Text) if isinstance(found, Text))
    return [(text.get_text(), text.get_position()) for text in texts]


def test_nothing_is_done_when_nothing_has_changed(short: Path) -> None:
    assert build(short).fresh
    before = snapshot(short / "manuscript/_generated")
    again = build(short)
    assert not again.fresh
    assert again.notes
    assert snapshot(short / "manuscript/_generated") == before


@pytest.mark.parametrize(
    "name",
    [
        "data/outcomes.csv",
        "data/protocol.yml",
        "manuscript/_results.qmd",
        "manuscript/styles/paper.css",
        "_quarto.yml",
    ],
)
def test_a_change_in_any_input_is_noticed(short: Path, name: str) -> None:
    build(short)
    path = short / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert build(short).fresh


def test_what_quarto_leaves_beside_the_paper_is_no_input(short: Path) -> None:
    build(short)
    (short / "manuscript/paper.typ").write_text("left over")
    (short / "manuscript/paper_files").mkdir()
    (short / "manuscript/paper_files/a.css").write_text("left over")
    assert not build(short).fresh


def test_a_damaged_build_is_made_again(short: Path) -> None:
    build(short)
    (short / "manuscript/_generated/figures/fig-flow.svg").write_text("damaged")
    assert build(short).fresh
    (short / "_variables.yml").unlink()
    assert build(short).fresh


def test_a_failed_run_leaves_the_previous_output_as_it_was(short: Path) -> None:
    render(short, ["html", "jats"], engine="embedded")
    output, generated = snapshot(short / "_output"), snapshot(short / "manuscript/_generated")
    variables = (short / "_variables.yml").read_bytes()
    outcomes = short / "data/outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(text.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,99,"), encoding="utf-8")
    with pytest.raises(DataProblems):
        render(short, ["html", "jats"], engine="embedded")
    assert snapshot(short / "_output") == output
    assert snapshot(short / "manuscript/_generated") == generated
    assert (short / "_variables.yml").read_bytes() == variables


def test_a_render_that_fails_late_leaves_the_previous_output(short: Path) -> None:
    render(short, ["html", "pdf"], engine="embedded")
    before = snapshot(short / "_output")
    template = short / "manuscript/templates/embedded.typ"
    template.write_text(template.read_text("utf-8") + "\n#no-such-function()\n", "utf-8")
    with pytest.raises(DataProblems) as caught:
        render(short, ["html", "pdf"], engine="embedded")
    assert "no-such-function" in str(caught.value)
    assert snapshot(short / "_output") == before
    assert not list((short / ".review").glob("staging-*"))


def test_a_format_made_from_other_data_does_not_stay_beside_a_new_one(short: Path) -> None:
    render(short, ["html", "jats"], engine="embedded")
    outcomes = short / "data/outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(text.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,11,"), encoding="utf-8")
    report = render(short, ["html"], engine="embedded")
    assert report.outdated == ("paper.xml",)
    assert not (short / "_output/paper.xml").exists()
    report = render(short, ["jats"], engine="embedded")
    assert report.outdated == ()
    assert (short / "_output/paper.html").exists()


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_every_value_of_the_variables_is_quoted_text(rendered: Path) -> None:
    # Quarto prints an unquoted 0.80 as 0.8 (quarto-facts.md).
    def leaves(tree: object) -> list[object]:
        if isinstance(tree, dict):
            return [leaf for branch in tree.values() for leaf in leaves(branch)]
        return [tree]

    variables = yaml.safe_load((rendered / "_variables.yml").read_text(encoding="utf-8"))
    assert all(isinstance(leaf, str) and leaf for leaf in leaves(variables))


def test_text_from_the_data_never_becomes_markup(review: Path) -> None:
    hostile = "<b>Bold</b> $x^2$ *star* [@Zhou2025] {{< var orr.k >}} `code` #h"
    # What stands inside a drawing is looked at in tests/paper/figures.
    keep_items(review, {"tbl", "stbl", "fig-response"})
    studies = review / "data/studies.csv"
    text = studies.read_text(encoding="utf-8")
    studies.write_text(text.replace("Chen S 2023", hostile), encoding="utf-8")
    render(review, ["html", "docx", "jats", "pdf"], engine="embedded")
    html = (review / "_output/paper.html").read_text(encoding="utf-8")
    assert "<b>Bold</b>" not in html
    assert "&lt;b&gt;Bold&lt;/b&gt;" in html
    from lxml import etree

    tree = etree.parse(review / "_output/paper.xml")
    text = " ".join(" ".join(tree.getroot().itertext()).split())
    assert "<b>Bold</b> $x^2$ *star* [@Zhou2025]" in text


def test_results_hold_the_notes_that_are_printed(short: Path) -> None:
    report = build(short)
    results = json.loads((short / "manuscript/_generated/results.json").read_text("utf-8"))
    assert results["notes"] == list(report.notes)
    assert any("reconstructed" in note for note in report.notes)
    assert any("Chen S 2023" in note and "line 11" in note for note in report.notes)
