"""Is every figure, table, value and export of the examples made, with the right words?"""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from analysis.export.files import EXPORTS
from analysis.paper.choices import check
from analysis.paper.figures.forest_rows import forest_rows, row_texts
from analysis.paper.items import draw, tabulate
from analysis.paper.passages import written_passages
from analysis.paper.tables.fragment import has_data, table_fragment
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.synthesis.results import Synthesis
from schemas.frame_records import records
from schemas.review_data import ReviewData
from tests.export.test_r_script import needs_metafor
from tests.paper.tables.reading import notes, rows

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = ("psilocybin-depression", "tofacitinib-colitis", "olfactory-loss")


@cache
def review(name: str) -> tuple[ReviewData, Synthesis]:
    report = check(EXAMPLES / name)
    assert report.data is not None, report.problems
    return report.data, synthesise(report.data)


def drawn_words(name: str, item_id: str) -> str:
    data, synthesis = review(name)
    item = next(item for item in data.protocol.display if item.id == item_id)
    return " ".join(
        text.get_text() for figure in draw(synthesis, item).figures for text in figure.texts
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_table_of_an_example_has_rows(name: str) -> None:
    data, synthesis = review(name)
    for item in data.protocol.display:
        # The checklist is made with the text: test_rendered.py looks at it.
        if "tbl-" in item.id and item.kind != "prisma":
            assert has_data(table_fragment(tabulate(synthesis, item))), item.id


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_of_an_example_is_drawn(name: str) -> None:
    data, synthesis = review(name)
    for item in data.protocol.display:
        if "fig-" in item.id:
            assert draw(synthesis, item).figures, item.id


def test_a_forest_plot_of_two_groups_has_both_groups_and_the_sides() -> None:
    """Fewer points are better, more responses are: the sides must change places."""
    severity = drawn_words("psilocybin-depression", "fig-severity")
    assert "6.6 (5.2), 25" in severity
    assert "14.8 (7.3), 25" in severity
    assert severity.index("Favours psilocybin") < severity.index("Favours control")
    response = drawn_words("psilocybin-depression", "fig-response")
    assert "23/25" in response
    assert "106/192" in response
    assert response.index("Favours control") < response.index("Favours psilocybin")
    # Ticks are ratios.
    assert " 1 2 5 10 20 " in response


def test_patients_are_counted_where_the_table_of_studies_has_none() -> None:
    data, synthesis = review("olfactory-loss")
    assert int(named_values(synthesis, data)["studies.patients"].raw or 0) > 16000


def test_values_of_both_groups_are_there() -> None:
    data, synthesis = review("psilocybin-depression")
    values = named_values(synthesis, data)
    assert values["response.experimental.events"].raw == 106
    assert values["response.control.n"].raw == 188
    assert values["severity.experimental.n"].raw == 339
    assert "response.events" not in values
    assert "severity.control.events" not in values


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["r", "stata", "revman"])
def test_other_programs_get_the_examples(name: str, kind: str) -> None:
    data, synthesis = review(name)
    assert all(EXPORTS[kind](synthesis, data, "provenance").values())


@needs_metafor
@pytest.mark.parametrize("name", NAMES)
def test_metafor_gives_every_number_of_an_example_again(name: str, tmp_path: Path) -> None:
    """From counts, means and standard deviations: does the exported script agree?"""
    data, synthesis = review(name)
    for file, content in EXPORTS["r"](synthesis, data, "provenance").items():
        (tmp_path / file).write_bytes(content)
    script = ["Rscript", str(tmp_path / "independent_check.R"), "--expected"]
    done = subprocess.run(script, capture_output=True, text=True, check=False, timeout=300)
    assert "They agree." in done.stdout, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.returncode == 0


def test_a_reader_who_asks_for_a_row_gets_both_groups() -> None:
    data, synthesis = review("psilocybin-depression")
    item = next(item for item in data.protocol.display if item.id == "fig-response")
    first = forest_rows(synthesis, row_texts(data), item)[0]
    assert first["result"] == "23/25 against 8/25: 2.88 (1.60–5.15)"
    assert first["location"].startswith("studies and results tables")


def read_passages(name: str) -> dict[str, str]:
    data, synthesis = review(name)
    values = named_values(synthesis, data)
    passages = written_passages(data.root, synthesis, data, values)
    shortcode = re.compile(r"\{\{< var (\S+) >\}\}")
    return {
        key: shortcode.sub(lambda match: values[match[1]].text, text)
        for key, text in passages.items()
    }


@pytest.mark.parametrize(
    ("name", "rule", "not_so"),
    [
        ("psilocybin-depression", "those of Knapp and Hartung", "normal distribution"),
        ("tofacitinib-colitis", "variance by DerSimonian and Laird", "restricted"),
        ("olfactory-loss", "variance by maximum likelihood", "restricted"),
    ],
)
def test_where_every_pool_departs_alike_that_is_the_rule(name: str, rule: str, not_so: str) -> None:
    """A sentence that no pool keeps to would be wrong, whatever the profile says."""
    told = read_passages(name)["methods-models"]
    assert told.count(rule) == 1
    assert not_so not in told
    assert "For the" not in told


def test_no_rule_and_no_normal_interval_is_named_where_there_is_none() -> None:
    told = read_passages("psilocybin-depression")
    assert "rule" not in told["severity-leave-one-out"]
    assert "A normal interval" not in told["limits"]


@pytest.mark.parametrize("name", NAMES)
def test_rows_of_a_data_set_are_not_said_to_be_read_in_reports(name: str) -> None:
    """Promise 7: the paper claims no more than was done."""
    data, synthesis = review(name)
    values, passages = named_values(synthesis, data), read_passages(name)
    told = [values[key].text for key in values if key.startswith(("evidence.", "edition."))]
    text = " ".join([*told, passages["evidence"], passages["limits"], passages["flow"]])
    assert "taken from a shared data set and not compared with the report" in text
    assert not re.search(r"read in|derived from|computed from|records of this review", text)
    assert values["evidence.data_set"].raw == values["evidence.rows"].raw
    assert values["evidence.rows"].raw
    # What only the team of the data set knows is claimed nowhere.
    answered = {
        str(row["item"])
        for row in records(data.prisma_checklist)
        if row["checklist"] == "main" and row["location"]
    }
    assert not {"6", "7", "8"} & answered


def test_the_flow_says_where_its_numbers_are_from() -> None:
    told = read_passages("psilocybin-depression")["flow"]
    assert "These numbers were taken from the source cited here [@Metapsy2025]." in told


def test_every_test_of_small_studies_stands_in_the_supplement_and_none_below_ten() -> None:
    """Ten or more: Sterne 2011, BMJ 343:d4002. There are 14 severities and 5 responses."""
    data, synthesis = review("psilocybin-depression")
    table = tabulate(synthesis, next(i for i in data.protocol.display if i.kind == "asymmetry"))
    names = [line[0] for line in rows(table)]
    assert names[2].startswith("Pustejovsky and Rodgers")
    assert [name[:5] for name in names[3:6]] == ["Egger", "Thomp", "Begg "]
    assert names.count("Fewer than 10 estimates: no test is given.") == 2
    funnel = drawn_words("psilocybin-depression", "sfig-funnel")
    assert funnel.count("so no test is given") == 2


def test_the_statistics_table_says_what_i2_is_computed_from() -> None:
    """metafor's I² is from τ² (Higgins and Thompson 2002): 0.148 gives 59.7 %, 0.130 56.5 %."""
    data, synthesis = review("psilocybin-depression")
    table = tabulate(synthesis, next(i for i in data.protocol.display if i.kind == "statistics"))
    shown = {line[0]: line[2] for line in rows(table)[3:11]}
    assert shown["Restricted maximum likelihood"] == "59.7"
    assert shown["DerSimonian–Laird"] == "56.5"
    assert "computed from τ²" in notes(table)


@pytest.mark.parametrize("name", NAMES)
def test_the_discussion_gives_each_prediction_interval_once(name: str) -> None:
    told = read_passages(name)
    _, synthesis = review(name)
    for outcome in synthesis.outcomes:
        assert outcome.overall.prediction is not None
    assert "prediction interval" not in told["findings"]
    # The abstract has no passage of its own for them.
    assert told["abstract-results"].count("prediction interval") == len(synthesis.outcomes)
    assert told["prediction"]


def test_the_time_rule_of_an_example_stands_in_its_methods() -> None:
    told = read_passages("psilocybin-depression")["methods-measures"]
    assert (
        "For the severity of depression, response and remission, the result at the study's own "
        "primary instrument and time point was taken"
    ) in told
