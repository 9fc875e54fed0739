"""Does `review new` give a folder in which another team can begin, and nothing of this review?"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner

from analysis.cli import main
from analysis.lint import lint_review
from analysis.lint.sentences import printed, sentences
from analysis.manuscript.generated_text import passage_problems
from analysis.manuscript.sources import read_manuscript
from analysis.manuscript.unfinished import unfinished
from analysis.meta.profiles import PROFILES
from analysis.new_review.folder import new_review
from analysis.new_review.protocol_text import Choices, starting_protocol
from analysis.paper.passages import written_passages
from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from analysis.update.workbook.plan import plan_sheets
from analysis.update.workbook.writing import write_workbook
from schemas import check_review
from schemas.problems import DataProblems
from schemas.protocol_file import read_protocol

# What only the shipped review may say.
OF_THE_SHIPPED = re.compile(r"anlotinib|hepatocell|penpulimab|sorafenib|Chen2025", re.IGNORECASE)

PROTOCOL = """\
review:
  title: "Fever & <b>rest</b>: \\"a review\\""
  edition: "1.0"
  intervention: rest
  condition: fever
profile: stata14
confidence_level: 0.9
model_rule: {i2_below: 0.5, p_at_least: 0.1}
significance_level: 0.05
outcomes:
  - {id: Cure_rate, code: 治愈, label: ECG cure, kind: proportion, unit: percent}
  - {id: stay, code: LOS, label: Median stay, kind: median, unit: months}
subgroups:
  - id: age
    column: age_group
    label: Age
    levels: [{id: "<65", label: Younger}, {id: ">=65", label: Older}, {id: 老, label: Oldest}]
moderators: [{column: n_arm, label: Patients}]
adverse_events: {grades: [mild, severe], minimum_studies: 2}
abbreviations: {ECG: electrocardiogram}
"""
BARE = PROTOCOL[: PROTOCOL.index("subgroups:")] + PROTOCOL[PROTOCOL.index("adverse_events:") :]


@pytest.fixture(scope="module", params=["", PROTOCOL, BARE], ids=["example", "groups", "bare"])
def begun(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new")
    given = None
    if request.param:
        given = folder / "mine.yml"
        given.write_text(request.param, encoding="utf-8")
    new_review(folder / "review", given)
    return folder / "review"


def test_its_tables_are_empty_and_right(begun: Path) -> None:
    report = check_review(begun)
    assert not report.problems
    for path in (begun / "data").glob("*.csv"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 1 or path.name == "prisma_checklist.csv"


def test_nothing_of_the_shipped_review_is_in_it(begun: Path) -> None:
    for folder in ("data", "manuscript"):
        for path in (begun / folder).rglob("*"):
            if path.is_file() and path.parent.name != "journals":
                assert not OF_THE_SHIPPED.search(path.read_text(encoding="utf-8")), path
    assert not (begun / "versions").exists()
    assert not (begun / "published").exists()


def test_every_value_figure_and_place_of_its_text_exists(begun: Path) -> None:
    found = [p for p in lint_review(begun) if p.severity == "error"]
    # An author spells out the abbreviation of a label; the program cannot know where.
    assert {p.rule for p in found} <= {"abbreviation"}
    text = "\n".join(line.text for line in read_manuscript(begun).lines)
    protocol = yaml.safe_load((begun / "data/protocol.yml").read_text(encoding="utf-8"))
    # Passages refer to most of them; lint finds those that nobody refers to.
    assert not [p for p in lint_review(begun) if p.rule == "item-unmentioned"]
    for item in protocol["display"]:
        assert f"::: {{#{item['id']}}}" in text
    assert not re.search(r"^\s*%", text, re.MULTILINE)


def test_sentences_that_are_values_stand_alone(begun: Path) -> None:
    """They name their outcome and their numbers themselves: what stands before would be twice."""
    text = "\n".join(line.text for line in read_manuscript(begun).lines)
    assert "#passage-small-study" in text
    assert not re.search(r":\s*\{\{< var [\w.]+sentence", text)


KINDS = ("single_arm", "prevalence", "two_arms", "narrative")
NOT_THERE = {
    "single_arm": r"risk ratio|Nothing was pooled",
    "prevalence": r"treat(ed|ment)|adverse event|median surviv",
    "two_arms": r"proportions were pooled|single groups|Medians",
    "narrative": r"meta-analysis\b|meta-regression|funnel|small-study|were pooled|adverse event",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_review_of_each_kind_says_nothing_that_is_not_there(kind: str, tmp_path: Path) -> None:
    made = new_review(tmp_path / "review", choices=Choices(kind=kind))  # type: ignore[arg-type]
    assert made.review.kind == kind
    root = tmp_path / "review"
    data = check_review(root).data
    assert data is not None
    assert not data.problems
    assert not lint_review(root)
    synthesis = synthesise(data)
    values = named_values(synthesis, data)
    passages = written_passages(root, synthesis, data, values)
    assert not list(passage_problems(read_manuscript(root, passages), passages))
    read = "\n".join(
        printed(sentence, values).text
        for sentence in sentences(read_manuscript(root, passages), values, ("fig", "tbl"))
        if sentence.part != "caption"
    )
    told = read.replace("without meta-analysis", "").replace("Nothing was pooled", "NOTHING")
    assert not re.search(NOT_THERE[kind], told, re.IGNORECASE), kind
    assert ("NOTHING" in told) == (kind == "narrative")


def test_proportions_of_a_new_review_are_pooled_as_logits(tmp_path: Path) -> None:
    """Raw ones gave 0 of 22 more than a quarter of the weight."""
    made = new_review(tmp_path / "review", choices=Choices(kind="prevalence"))
    assert PROFILES[made.profile].proportion_measure == "PLO"


def test_a_review_that_is_not_living_has_no_versions_and_no_plan(tmp_path: Path) -> None:
    new_review(tmp_path / "review", choices=Choices(living=False))
    root = tmp_path / "review"
    text = "\n".join(line.text for line in read_manuscript(root, {}).lines)
    assert not re.search(r"living|update\.statement|changes\.|ongoing|PRISMALSR", text)
    assert "PRISMALSR" not in (root / "manuscript/references.bib").read_text(encoding="utf-8")
    assert not [p for p in lint_review(root) if p.severity == "error"]


@pytest.mark.parametrize(
    ("arguments", "made"),
    [
        (["--kind", "two_arms", "--measure", "SMD", "--measure", "RR"], "outcome 1, Example outco"),
        (["--kind", "narrative", "--once", "--no-harms"], "(Example outcome)"),
    ],
)
def test_the_options_make_it(tmp_path: Path, arguments: list[str], made: str) -> None:
    result = CliRunner().invoke(main, ["new", str(tmp_path / "review"), *arguments])
    assert result.exit_code == 0, result.output
    assert made in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["--kind", "prevalence", "--measure", "RR"],
            "RR is not a measure of a review of the kind",
        ),
        (["--profile", "stata99"], "stata14"),
        (["--quality-tool", "rob3"], '"rob2"'),
        (["--protocol", "mine.yml", "--once"], "without options"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    tmp_path: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yml").write_text(PROTOCOL, encoding="utf-8")
    result = CliRunner().invoke(main, ["new", str(tmp_path / "review"), *arguments])
    assert result.exit_code != 0
    assert said in result.output
    assert not (tmp_path / "review").exists()


def test_its_own_words_labels_and_tools_stand_in_the_protocol_and_the_form(tmp_path: Path) -> None:
    """A label such as "No" or one with a colon must come through YAML as it was typed."""
    root = tmp_path / "review"
    made = new_review(
        root,
        choices=Choices(
            kind="two_arms",
            measures=("RR:No: relapse", "MD:Grösse"),
            tools=("rob2",),
            words={"title": "A: b # c", "intervention": "No", "comparator": '"x"'},
        ),
    )
    assert made.review.title == "A: b # c"
    assert [(entry.id, entry.label) for entry in made.outcomes] == [
        ("no_relapse", "No: relapse"),
        ("outcome2", "Grösse"),
    ]
    assert made.comparisons[0].label == 'No against "x"'
    assert not check_review(root).problems
    sheets = plan_sheets(made, root)
    assert sheets["quality"].field("tool").closed == ("rob2",)
    assert list(sheets)[:5] == ["references", "studies", "arms", "outcomes", "contrasts"]
    assert not {"quality_jbi", "quality_jadad"} & set(sheets)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_can_be_written_for_each_kind(kind: str, tmp_path: Path) -> None:
    """A sheet of a table that the kind has no use for would ask for what nobody has."""
    root = tmp_path / "review"
    made = new_review(root, choices=Choices(kind=kind, harms=False))  # type: ignore[arg-type]
    write_workbook(root, tmp_path / "form.xlsx")
    sheets = plan_sheets(made, root)
    # A narrative review begins with a comparison that is not pooled.
    assert ("arms" in sheets) == (kind in {"two_arms", "narrative"})
    assert "outcomes" in sheets
    assert "adverse_events" not in sheets
    # Columns of the first edition, which knew reviews of cancer only.
    of_cancer = {"ecog", "line_of_treatment", "partner", "response_criteria", "ctcae_version"}
    assert not of_cancer & set(sheets["studies"].columns)
    assert "criteria" not in sheets["outcomes"].columns


def test_a_tool_that_the_protocol_does_not_name_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "review"
    new_review(root, choices=Choices(kind="prevalence", tools=("jbi_prevalence",)))
    protocol = root / "data/protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    protocol.write_text(text.replace("[jbi_prevalence]", "[jbi_prevalance]"), encoding="utf-8")
    (problem,) = check_review(root).errors
    assert (problem.rule, problem.column) == ("quality-tool", "quality_tools[1]")
    assert "jbi_prevalence" in problem.hint


def test_what_no_option_says_is_asked_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.cli import beginning

    words = ["Cough", "", "", "asthma"]
    answers = iter(["prevalence", "proportion:Cough", *words, "jbi_prevalence", "cochrane2025"])
    monkeypatch.setattr(beginning.click, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(beginning.click, "confirm", lambda *_, default, **__: default)
    found = beginning._asked()
    told = {"title": "Cough", "condition": "asthma"}
    assert found == Choices(
        "prevalence",
        ("proportion:Cough",),
        ("jbi_prevalence",),
        told,
        harms=False,
        living=True,
        profile="cochrane2025",
    )


def test_a_review_without_medians_does_not_speak_of_them(tmp_path: Path) -> None:
    protocol = tmp_path / "mine.yml"
    protocol.write_text(re.sub(r".*kind: median.*\n", "", PROTOCOL), encoding="utf-8")
    new_review(tmp_path / "review", protocol)
    for path in (tmp_path / "review/manuscript").glob("*.qmd"):
        assert "median" not in path.read_text(encoding="utf-8").lower()


def test_it_holds_what_make_and_quarto_need(begun: Path) -> None:
    needed = "Makefile pyproject.toml requirements.lock LICENSE README.md _quarto.yml .gitignore"
    for name in (*needed.split(), "analysis/render/pre_render.py", "schemas/dictionary.py"):
        assert (begun / name).is_file(), name
    assert not list(begun.rglob("__pycache__"))


def test_what_is_still_to_be_written_is_found(begun: Path) -> None:
    found = list(unfinished(begun, read_manuscript(begun)))
    files = {problem.file for problem in found}
    assert {"manuscript/paper.qmd", "manuscript/_introduction.qmd"} <= files
    assert "running-head: Write here" in {problem.value for problem in found}
    assert {problem.rule for problem in found} == {"text-unfinished"}


def test_a_folder_in_use_and_a_protocol_with_figures_are_refused(tmp_path: Path) -> None:
    used = tmp_path / "used"
    used.mkdir()
    (used / "thesis.docx").write_text("mine", encoding="utf-8")
    with pytest.raises(DataProblems, match="holds something"):
        new_review(used)
    assert [path.name for path in used.iterdir()] == ["thesis.docx"]
    protocol = tmp_path / "mine.yml"
    protocol.write_text(f"{BARE}display:\n  - {{id: fig-flow, kind: flow}}\n", encoding="utf-8")
    with pytest.raises(DataProblems, match="Take display out"):
        new_review(tmp_path / "other", protocol)
    protocol.write_text("review: 3\n", encoding="utf-8")
    with pytest.raises(DataProblems):
        new_review(tmp_path / "other", protocol)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yml", "used"]


def test_the_command_says_what_was_made(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["new", str(tmp_path / "review")])
    assert result.exit_code == 0
    assert "Example outcome 1, Example outcome 2" in result.output
    assert "review docs another-review" in result.output


@pytest.mark.parametrize("kind", KINDS)
def test_the_starting_protocol_is_explained_and_leaves_figures_to_the_text(kind: str) -> None:
    text = starting_protocol(Choices(kind=kind))  # type: ignore[arg-type]
    assert "study_interval: clopper_pearson" in text
    assert "display:" not in text
    # Every entry but the plainest has its comment.
    assert text.count("#") >= 8


def test_words_of_a_system_that_knows_ascii_only_are_read_as_utf_8(tmp_path: Path) -> None:
    """Python hands them over as single bytes in disguise there."""
    typed = "Übersicht".encode().decode("ascii", "surrogateescape")
    words = ["new", str(tmp_path / "review"), "--no-program", "--title", typed]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    protocol = (tmp_path / "review/data/protocol.yml").read_text(encoding="utf-8")
    assert 'title: "Übersicht"' in protocol
    words[1], words[-1] = str(tmp_path / "other"), "\udcff"
    refused = CliRunner().invoke(main, words, catch_exceptions=False)
    assert refused.exit_code == 2
    assert "not text in UTF-8" in refused.output


def test_on_a_terminal_the_choices_are_asked_for(
    tmp_path: Path,
) -> None:
    from analysis.cli.beginning import _asked

    @click.command()
    def ask() -> None:
        new_review(tmp_path / "review", choices=_asked(), with_program=False)

    answers = ["two_arms", "RR:Death at 30 days, MD", "A: title", "drug", "", "", "rob2"]
    said = CliRunner().invoke(ask, input="\n".join([*answers, "n", "n", "", ""]))
    assert said.exit_code == 0, said.output
    protocol, problems = read_protocol(tmp_path / "review/data/protocol.yml")
    assert protocol is not None, problems
    assert [entry.label for entry in protocol.outcomes] == ["Death at 30 days", "Example outcome 2"]
    assert (protocol.review.title, protocol.review.intervention) == ("A: title", "drug")
    assert protocol.quality_tools == ("rob2",)
    assert protocol.adverse_events is None
    assert not protocol.review.living


@pytest.mark.parametrize(
    ("kind", "measure", "finding", "people"),
    [
        (
            "two_arms",
            "RR:Relapse",
            "The pooled risk ratio for {{< var relapse.label >}}",
            "patients",
        ),
        ("prevalence", "rate:Falls", "The pooled {{< var falls.label >}}", "participants"),
    ],
)
def test_its_letter_names_measure_and_people(
    kind: str, measure: str, finding: str, people: str, tmp_path: Path
) -> None:
    made = new_review(tmp_path / "r", choices=Choices(kind=kind, measures=(measure,)))  # type: ignore[arg-type]
    # A rate of one person and year would be printed as 0.00.
    unit = {"rate:Falls": "per 1,000 person-years"}.get(measure, made.outcomes[0].unit)
    assert made.outcomes[0].unit == unit
    letter = (tmp_path / "r/manuscript/templates/cover-letter.md").read_text(encoding="utf-8")
    assert finding in letter
    assert f"{{{{< var studies.patients >}}}} {people}." in letter


def test_no_heading_of_the_abstract_has_the_name_of_another_without_id(begun: Path) -> None:
    """Both would have one id in JATS, which archives refuse."""
    paper = (begun / "manuscript/paper.qmd").read_text(encoding="utf-8")
    abstract = set(re.findall(r"^  ## (.+)$", paper, re.MULTILINE))
    body = "\n".join(path.read_text("utf-8") for path in (begun / "manuscript").glob("_*.qmd"))
    bare = set(re.findall(r"^#+ ([^{}\n]+?)(?: \{\.[\w-]+\})?$", body, re.MULTILINE))
    assert {"Methods", "Conclusions"} <= abstract
    assert bare
    assert not abstract & bare
