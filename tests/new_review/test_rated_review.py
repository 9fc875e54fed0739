"""Does a review that `review new` began carry judgements and ratings to their places, of any kind?

Made-up studies, nobody's results.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any

import pytest

from analysis.lint import lint_review
from analysis.new_review.folder import new_review
from analysis.new_review.protocol_text import Choices
from analysis.paper.items import draw
from analysis.paper.passages import written_passages
from analysis.paper.tables import evidence_profile, quality_support, summary_of_findings
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from schemas import check_review, load_review
from schemas.protocol import DisplayItem
from tests.paper.tables.reading import notes, row, rows
from tests.schemas.rating import JUDGED

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.synthesis.results import Synthesis

KNOWN = {"evidence": "verified", "source": "10.1000/xyz", "location": "Table 2"}
MEASURES = {
    "two_arms": "RR:Cure",
    "single_arm": "proportion:Cure",
    "prevalence": "proportion:Cure",
    "narrative": "RR:Cure",
}
DESIGNS = {"two_arms": "rct", "narrative": "rct"}
# Study, events and patients with the treatment and without.
TRIALS = (("A", 30, 60, 20, 60), ("B", 25, 50, 15, 50), ("C", 12, 40, 10, 40))


def write(root: Path, table: str, lines: list[dict[str, Any]]) -> None:
    path = root / f"data/{table}.csv"
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    stream = io.StringIO()
    writer = csv.DictWriter(stream, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: v for k, v in line.items() if k in header} for line in lines)
    path.write_text(stream.getvalue(), encoding="utf-8")


def filled(root: Path, kind: str) -> Path:
    """Begin a review, enter three studies, judge two of them, rate its outcome."""
    choices = Choices(
        kind=kind,  # type: ignore[arg-type]
        measures=(MEASURES[kind],),
        harms=False,
        living=False,
    )
    new_review(root, choices=choices, with_program=False)
    compared = kind in DESIGNS
    design = DESIGNS.get(kind, "case_series")
    tool = "rob2" if compared else "jbi_case_series"
    studies, arms, outcomes = [], [], []
    for name, events, n, control_events, control_n in TRIALS:
        study = {"study_id": name, **KNOWN}
        whole = n + control_n if compared else n
        studies.append(
            study
            | {"citation_key": name, "label": f"Trial {name}", "year": 2020, "design": design}
            | {"n_total": whole, "n_arm": n, "timing": "prospective"}
        )
        sides = [("T", "experimental", events, n), ("C", "control", control_events, control_n)]
        for arm, role, cured, patients in sides if compared else sides[:1]:
            arms.append(study | {"arm": arm, "role": role, "label": arm, "n_randomised": patients})
            outcomes.append(study | {"arm": arm, "outcome": "CURE", "n": patients, "events": cured})
    write(root, "studies", studies)
    write(root, "outcomes", outcomes)
    if compared:
        write(root, "arms", arms)
    items = [f"d{n}" for n in range(1, 6)] if compared else [f"q{n}" for n in range(1, 11)]
    column, values = ("judgement", ("low", "high")) if compared else ("answer", ("yes", "no"))
    write(
        root,
        "quality",
        [
            {"study_id": study, "tool": tool, "item": item, column: value, **KNOWN}
            | {"support": "Sealed envelopes.", "assessor": "AB; CD"}
            for study, value in zip("AB", values, strict=True)
            for item in items
        ],
    )
    rating = {**JUDGED, "imprecision": ("serious", "There are few patients.")}
    if not compared:
        rating["risk_of_bias"] = ("not serious", "")
    write(
        root,
        "certainty",
        [
            {"outcome": "CURE", "domain": domain, "level": level, "reason": reason}
            for domain, (level, reason) in rating.items()
        ],
    )
    bib = root / "manuscript/references.bib"
    entries = "".join(
        f"\n@article{{{name}, author={{Doe, {name}.}}, title={{Trial {name}}}, "
        "journal={BMJ}, year={2020}}\n"
        for name, *_ in TRIALS
    )
    bib.write_text(bib.read_text(encoding="utf-8") + entries, encoding="utf-8")
    return root


def passages(root: Path, synthesis: Synthesis) -> dict[str, str]:
    data = load_review(root)
    values = named_values(synthesis, data)
    told = written_passages(root, synthesis, data, values)
    shortcode = re.compile(r"\{\{< var (\S+) >\}\}")
    return {
        name: shortcode.sub(lambda match: values[match[1]].text, text).replace("\n", " ")
        for name, text in told.items()
    }


# Trials begin at high and lose a level for each of two concerns; series begin at low and lose one.
LEVELS = {"two_arms": "low", "narrative": "low", "single_arm": "very low", "prevalence": "very low"}


@pytest.mark.parametrize("kind", MEASURES)
def test_judgements_and_ratings_come_to_their_places(kind: str, tmp_path: Path) -> None:
    root = filled(tmp_path / "review", kind)
    report = check_review(root)
    assert not [problem for problem in report.problems if problem.severity == "error"]
    assert not [problem for problem in lint_review(root) if problem.severity == "error"]
    synthesis = synthesise(load_review(root))
    told = passages(root, synthesis)
    compared = kind in DESIGNS
    level = LEVELS[kind]
    assert "The studies were judged with" in told["quality-tools"]
    assert "Not judged: Trial C." in told["cure-quality"]
    assert ("1 as low and 1 as high" in told["cure-quality"]) == compared
    assert told["cure-certainty"].startswith(f"The certainty of the evidence is {level} (rated ")
    assert f"is {level} for " in told["certainty"]
    if not compared:
        # The label names the event alone: what is uncertain is how often it happens.
        assert "The evidence on the proportion with cure is very uncertain" in told["conclusions"]
    table = summary_of_findings.build(synthesis)
    found = row(table, "Cure")
    assert level.capitalize() in found[-2]
    assert "Imprecision, rated down one level: There are few patients." in notes(table)
    assert row(evidence_profile.build(synthesis), "Cure")[5] == "Serious"
    supports = rows(quality_support.build(synthesis))
    assert sum("Sealed envelopes." in line[-1] for line in supports) == (10 if compared else 20)


def test_estimates_that_are_equal_without_a_third_do_not_stop_the_figures(tmp_path: Path) -> None:
    """30 of 60 and 25 of 50: Knapp and Hartung's interval of the two has no width."""
    synthesis = synthesise(load_review(filled(tmp_path / "review", "single_arm")))
    item = DisplayItem(id="sfig-baujat", kind="baujat", outcomes=("cure",))
    assert "influence cannot be told apart" in draw(synthesis, item).alt


def test_a_narrative_review_is_rated_without_an_effect(tmp_path: Path) -> None:
    """Nothing is pooled: no statement of size, no absolute effect, and the row says why."""
    root = filled(tmp_path / "review", "narrative")
    synthesis = synthesise(load_review(root))
    found = row(summary_of_findings.build(synthesis), "Cure")
    # 60 + 60, 50 + 50 and 40 + 40 patients of three trials.
    # 30/60 to 20/60, 25/50 to 15/50, 12/40 to 10/40: 1.5, 1.67 and 1.2; fewer are better.
    votes = "0 of 3 studies favour example treatment; median RR 1.50; range 1.20–1.67"
    assert found[1:3] == ["300 (3)", f"Not pooled|{votes}"]
    told = passages(root, synthesis)
    assert "In absolute terms" not in told["cure-certainty"]
    assert told["conclusions"] == ""
    assert "Without" not in told["cure-quality"]
    own = {"outcome": "CURE", "domain": "statement", "reason": "Rest may cure some."}
    with (root / "data/certainty.csv").open(encoding="utf-8", newline="") as stream:
        lines = [*csv.DictReader(stream)]
    write(root, "certainty", [*lines, own])
    assert passages(root, synthesise(load_review(root)))["conclusions"] == "Rest may cure some."
