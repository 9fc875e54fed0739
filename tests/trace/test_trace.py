"""Can a number be followed to its rows and back, and never from something out of date?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.build.building import build
from analysis.cli import main
from analysis.lint.sentences import plain
from analysis.manuscript.sources import read_manuscript
from analysis.paper.items import FIGURE_KINDS, TABLE_KINDS
from analysis.paper.passages import written_passages
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.trace import Computed, computed, list_values, trace_study, trace_value
from analysis.trace.items import PARTS
from schemas import load_review
from tests.conftest import copy_review

STUDY = "ChenS2023"


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Computed:
    return computed(copy_review(tmp_path_factory.mktemp("trace") / "review"))


def run(review: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--root", str(review), *arguments], catch_exceptions=False)


def line_of(computed_review: Computed, file: str, line: int) -> str:
    return (computed_review.root / file).read_text("utf-8").splitlines()[line - 1]


def test_a_pooled_number_has_formula_reference_rows_and_weights(found: Computed) -> None:
    trace = trace_value(found, "orr.estimate")
    (outcome,) = [entry for entry in found.synthesis["outcomes"] if entry["id"] == "orr"]
    assert trace.raw == outcome["overall"]["estimate"]
    assert trace.formula is not None
    assert "Σwᵢyᵢ / Σwᵢ" in trace.formula
    assert trace.reference is not None
    assert "DerSimonian" in trace.reference
    assert len(trace.rows) == outcome["overall"]["k"]
    assert sum(row.weight or 0 for row in trace.rows) == pytest.approx(1)
    for row in trace.rows:
        assert line_of(found, row.file, row.line).startswith(f"{row.study},")
        assert row.evidence in {"verified", "derived", "reconstructed"}
        assert row.source
        assert int(row.cells["events"]) / int(row.cells["n"]) == row.estimate


def test_an_interval_has_both_its_unrounded_limits(found: Computed) -> None:
    trace = trace_value(found, "orr.ci")
    low, high = (found.values[f"orr.{name}"]["raw"] for name in ("ci_low", "ci_high"))
    assert trace.unrounded == {"ci_low": low, "ci_high": high}


def test_rows_left_out_are_named_with_their_reason(found: Computed) -> None:
    trace = trace_value(found, "os.estimate")
    (entry,) = [entry for entry in trace.left_out if entry.row.study == STUDY]
    assert entry.reason == "no confidence interval reported"
    assert line_of(found, entry.row.file, entry.row.line).startswith(f"{STUDY},,OS,")


def test_a_value_says_where_the_manuscript_prints_it(found: Computed) -> None:
    for file, line in trace_value(found, "orr.estimate").used:
        told = line_of(found, file, line)
        # Printed there, or by the passage whose div stands there.
        assert "{{< var orr.estimate >}}" in told or told.startswith("::: {#passage-")


def test_a_subgroup_has_only_its_own_rows(found: Computed) -> None:
    whole = {row.line for row in trace_value(found, "orr.estimate").rows}
    parts = [
        {row.line for row in trace_value(found, f"orr.therapy.{level}.estimate").rows}
        for level in ("ici", "tace", "rt")
    ]
    assert set().union(*parts) == whole
    assert sum(map(len, parts)) == len(whole)


@pytest.mark.parametrize("name", ["protocol.level", "search.date", "flow.identified"])
def test_a_value_that_is_not_pooled_says_where_it_comes_from(found: Computed, name: str) -> None:
    trace = trace_value(found, name)
    assert trace.method
    assert trace.left_out == ()


def test_every_value_can_be_traced_and_its_rows_exist(found: Computed) -> None:
    for name in found.values:
        trace = trace_value(found, name)
        assert all(row.cells for row in trace.rows), name
        assert json.dumps(trace.as_dict(), allow_nan=False)


def test_every_number_of_a_pool_has_a_formula(found: Computed) -> None:
    for name, value in found.values.items():
        last = name.rsplit(".", 1)[-1]
        pooled = value["rows"] and name.split(".")[0] in {"orr", "dcr", "pfs", "os", "ae"}
        if pooled and value["raw"] is not None:
            assert value["formula"], name
            assert value["reference"] or last in {
                *("k", "studies", "n", "events", "reconstructed", "weight_reconstructed"),
                *("estimate", "ci_low", "ci_high"),
            }, name


def test_a_study_names_every_value_that_names_one_of_its_rows(found: Computed) -> None:
    trace = trace_study(found, STUDY)
    own = {(row.file, row.line) for row in trace.rows}
    touched = {value.name for value in trace.values}
    for name in found.values:
        rows = {(row.file, row.line) for row in trace_value(found, name).rows}
        assert bool(rows & own) == (name in touched), name
    assert {"orr.estimate", "studies.included"} <= touched
    assert "os.estimate" not in touched
    assert [entry.pool for entry in trace.left_out if "confidence" in entry.reason] == ["os"]


def test_a_study_names_the_tables_and_figures_that_show_it(found: Computed) -> None:
    verified, reconstructed = (set(trace_study(found, name).items) for name in (STUDY, "R09"))
    assert {"tbl-baseline", "fig-response", "stbl-left-out"} <= verified
    assert "fig-survival" in reconstructed
    assert "stbl-left-out" not in reconstructed
    assert "stbl-searches" not in verified | reconstructed


def test_every_kind_of_item_says_which_rows_it_shows() -> None:
    # A new figure or table must be added to analysis/trace/items.py.
    assert set(PARTS) == {*FIGURE_KINDS, *TABLE_KINDS}


def test_an_awaited_study_touches_the_list_of_awaited_studies(found: Computed) -> None:
    touched = {value.name for value in trace_study(found, "Han2021").values}
    assert {"awaiting.count", "awaiting.list"} <= touched
    assert not any(name.startswith("orr.") for name in touched)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["trace", "orr.estimat"], 'Did you mean "orr.estimate"?'),
        (["trace", "--study", "ChenS202"], f'Did you mean "{STUDY}"?'),
        (["values", "orr.estimatee"], 'Did you mean "orr.estimate"?'),
        (["trace"], "NAME of a value"),
        (["trace", "orr.ci", "--study", STUDY], "NAME of a value"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(
    review: Path, arguments: list[str], said: str
) -> None:
    result = run(review, *arguments)
    assert result.exit_code != 0
    assert said in result.output


def test_values_are_found_by_name_and_by_text(found: Computed) -> None:
    text = plain(found.values["orr.estimate"]["text"])
    names = [value.name for value in list_values(found, ["orr.", text])]
    assert "orr.estimate" in names
    assert all(name.startswith("orr.") for name in names)
    assert len(list_values(found)) == len(found.values)


def test_unused_values_are_those_that_no_line_prints(found: Computed) -> None:
    unused = {value.name for value in list_values(found, unused=True)}
    data = load_review(found.root)
    synthesis = synthesise(data)
    passages = written_passages(found.root, synthesis, data, named_values(synthesis, data))
    sources = "\n".join(line.text for line in read_manuscript(found.root, passages).lines)
    assert unused == {name for name in found.values if f"{{{{< var {name} >}}}}" not in sources}


@pytest.mark.rendered
@pytest.mark.xdist_group("rendered")
def test_the_commands_print_the_same_as_text_and_as_json(rendered: Path) -> None:
    text = run(rendered, "trace", "orr.ci")
    assert text.exit_code == 0
    for said in ("unrounded", "formula", "reference", "data/outcomes.csv:2 ", "weight"):
        assert said in text.output
    trace = json.loads(run(rendered, "trace", "orr.ci", "--json").stdout)
    assert trace["name"] == "orr.ci"
    assert trace["rows"][0]["line"] == 2
    study = json.loads(run(rendered, "trace", "--study", STUDY, "--json").stdout)
    assert study["study"] == STUDY
    listed = json.loads(run(rendered, "values", "orr.ci", "--json").stdout)
    assert listed[0]["name"] == "orr.ci"
    assert "orr.ci " in run(rendered, "values", "orr").output
    assert run(rendered, "trace", "--study", STUDY).exit_code == 0


def test_a_current_build_is_read_and_an_old_one_never(short: Path) -> None:
    build(short)
    steps: list[str] = []
    before = trace_value(computed(short, progress=steps.append), "orr.events").raw
    assert steps == []
    outcomes = short / "data/outcomes.csv"
    text = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(text.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,11,"), encoding="utf-8")
    after = trace_value(computed(short, progress=steps.append), "orr.events").raw
    assert steps == ["the last build is out of date; computing"]
    assert before is not None
    assert after == before + 1


def test_a_value_can_be_looked_up_while_the_manuscript_has_an_error(review: Path) -> None:
    # An author looks for the name of a value because the build has just refused a number.
    results = review / "manuscript/_results.qmd"
    results.write_text(results.read_text("utf-8") + "\nIn all, 77 responded.\n", "utf-8")
    assert run(review, "build").exit_code == 1
    assert run(review, "values", "orr.estimate").exit_code == 0


def test_lint_prints_what_a_build_refuses(review: Path) -> None:
    assert run(review, "lint").exit_code == 0
    results = review / "manuscript/_results.qmd"
    results.write_text(results.read_text("utf-8") + "\nThe ORR was 77% here.\n", "utf-8")
    for command in ("lint", "build"):
        result = run(review, command)
        assert result.exit_code == 1
        assert "manuscript/_results.qmd" in result.output
        assert '"77%"' in result.output
    problems = json.loads(run(review, "lint", "--json").stdout)
    assert {problem["rule"] for problem in problems if problem["severity"] == "error"} == {
        "number",
        "abbreviation",
    }
