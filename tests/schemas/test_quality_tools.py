"""Do the quality tools say what their authors say, and does quality.csv argue back?"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from schemas import check_review
from schemas.quality_files import read_tools, shipped_tools
from schemas.quality_records import assessments, quality_records
from schemas.quality_rules import apply_rules
from tests.schemas.two_arms import TwoArms

_KNOWN = {"evidence": "verified", "source": "10.1000/xyz", "location": "Table 3"}
_DOMAINS = ("d1", "d2", "d3", "d4", "d5")
L, S, H = "low", "some concerns", "high"

# A real review: Metapsy and Sypres, psilocybin for depression, living database,
# doi 10.5281/zenodo.15714852 (ODC-By 1.0), commit 71a102a; five domains and the whole.
_EXAMPLE = Path(__file__).parents[2] / "examples" / "psilocybin-depression"


def _published() -> dict[str, dict[str, str]]:
    """Give the judgements of that team by study and item."""
    found: dict[str, dict[str, str]] = {}
    text = (_EXAMPLE / "data" / "quality.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["study_id"], {})[row["item"]] = row["judgement"]
    return found


def test_every_tool_has_its_items() -> None:
    # Number of domains or questions as the sources named in the files print them.
    numbers = {
        "amstar2": 16,
        "jadad": 5,
        "jadad_items": 4,
        "jbi_case_series": 10,
        "jbi_cohort": 11,
        "jbi_cross_sectional": 8,
        "jbi_prevalence": 9,
        "jbi_rct": 13,
        "minors": 12,
        "nos_case_control": 8,
        "nos_cohort": 8,
        "nos_cross_sectional": 7,
        "quadas2": 7,
        "quips": 6,
        "rob2": 5,
        "rob2_cluster": 6,
        "rob2_crossover": 6,
        "robins_e": 7,
        "robins_i": 7,
        "robins_i_v2": 6,
    }
    assert {name: len(tool.shown) for name, tool in shipped_tools().items()} == numbers


def test_the_whole_of_a_real_review_follows_from_its_domains() -> None:
    """All 14 overall judgements of that team are the worst domain.

    Three of its trials (Davis 2021, Rieser 2025, Ross 2016) have some concerns in two domains: the
    tool lets people judge them high, and says so; that team did not. Krempien 2023 has none.
    """
    doubtful = []
    for study, given in _published().items():
        domains = {name: given[name] for name in _DOMAINS}
        found = apply_rules(shipped_tools()["rob2"], domains)
        assert found.overall == given["overall"], study
        if found.several is not None and found.several.may_be == H and found.overall == S:
            doubtful.append(study)
    assert len(_published()) == 14
    assert doubtful == ["Davis2021", "Rieser2025", "Ross2016"]


def test_a_review_with_real_judgements_says_who_has_none() -> None:
    problems = check_review(_EXAMPLE).problems
    about = [p for p in problems if "quality" in p.file or p.rule == "study-not-judged"]
    assert [(p.rule, p.value) for p in about] == [("study-not-judged", "Krempien2023")]


@pytest.mark.parametrize(
    ("answers", "domain", "judgement"),
    [
        # doi 10.1136/bmj.l4898, guidance of 22 August 2019, figures of the five algorithms.
        ({"1.1": "yes", "1.2": "yes", "1.3": "no"}, "d1", L),
        ({"1.1": "no", "1.2": "yes", "1.3": "no"}, "d1", S),
        ({"1.1": "yes", "1.2": "yes", "1.3": "probably yes"}, "d1", S),
        ({"1.1": "yes", "1.2": "no information", "1.3": "yes"}, "d1", H),
        ({"1.2": "no"}, "d1", H),
        ({"2.1": "no", "2.2": "no", "2.6": "yes"}, "d2", L),
        ({"2.1": "yes", "2.2": "no", "2.3": "no information", "2.6": "yes"}, "d2", S),
        ({"2.1": "no", "2.2": "no", "2.6": "no", "2.7": "yes"}, "d2", H),
        ({"3.1": "no", "3.2": "no", "3.3": "yes", "3.4": "no"}, "d3", S),
        ({"4.1": "no", "4.2": "no information", "4.3": "no"}, "d4", S),
        ({"4.1": "no", "4.2": "no", "4.3": "yes", "4.4": "yes", "4.5": "yes"}, "d4", H),
        ({"5.1": "no information", "5.2": "no", "5.3": "no"}, "d5", S),
        # One answer is missing: nothing is proposed.
        ({"5.1": "yes", "5.2": "no"}, "d5", None),
        ({"1.1": "yes", "1.2": "yes"}, "d1", None),
    ],
)
def test_a_domain_follows_from_its_questions(
    answers: dict[str, str], domain: str, judgement: str | None
) -> None:
    assert apply_rules(shipped_tools()["rob2"], answers).proposed.get(domain) == judgement


@pytest.mark.parametrize(
    ("tool", "given", "overall", "points", "most"),
    [
        # 10.1136/bmj.j4008, box 2: one critical flaw is low, two are critically low, one other
        # weakness is still high, two are moderate.
        ("amstar2", {}, "high", None, None),
        ("amstar2", {"q1": "no"}, "high", None, None),
        ("amstar2", {"q1": "no", "q3": "no"}, "moderate", None, None),
        ("amstar2", {"q2": "no"}, "low", None, None),
        ("amstar2", {"q2": "no", "q7": "no"}, "critically low", None, None),
        # 10.1016/0197-2456(95)00134-4: 0 to 5 points, one off for a wrong method.
        ("jadad", {}, None, 5, 5),
        ("jadad", {"q2": "inappropriate"}, None, 3, 5),
        # 10.1046/j.1445-2197.2003.02748.x: 24 points, 16 without groups to compare.
        ("minors", {}, None, 24, 24),
        ("minors", dict.fromkeys(("q9", "q10", "q11", "q12"), "not applicable"), None, 16, 16),
        ("nos_cohort", {}, None, 9, 9),
        ("nos_case_control", {"c1": "1 star"}, None, 8, 9),
        ("nos_cross_sectional", {}, None, 10, 10),
        # 10.7326/0003-4819-155-8-201110180-00009: concerns about applicability are apart.
        ("quadas2", {"a1": "high"}, "low", None, None),
        ("quadas2", {"d2": "unclear"}, "at risk", None, None),
        # 10.1136/bmj.i4919, table 3.
        ("robins_i", {"d2": "moderate", "d3": "serious"}, "serious", None, None),
        ("robins_i", {"d2": "moderate", "d3": "no information"}, "no information", None, None),
        # Draft of 20 November 2025, table of the whole: residual confounding is never excluded.
        ("robins_i_v2", {}, "low except for confounding", None, None),
        ("robins_i_v2", {"d5": "moderate"}, "moderate", None, None),
        ("robins_i_v2", {"d1": "serious", "d2": "critical"}, "critical", None, None),
        ("quips", {}, None, None, None),
    ],
)
def test_rules_of_the_whole(
    tool: str, given: dict[str, str], overall: str | None, points: int | None, most: int | None
) -> None:
    """Every item has its best value but the given ones."""
    found = shipped_tools()[tool]
    best = {item.id: found.levels(item.scale)[0].value for item in found.shown}
    made = apply_rules(found, {**best, **given})
    assert (made.overall, made.points, made.most) == (overall, points, most)


def _judged(root: Path, cells: dict[str, str] | None = None, *, drop: int | None = None) -> TwoArms:
    """A study with all five domains low; `drop` leaves one out, `cells` change the first."""
    made = TwoArms.of(root, studies=2)
    study = made.tables["studies"][0]["study_id"]
    row = {"study_id": study, "outcome": "", "tool": "rob2", "judgement": L, "answer": ""}
    rows = [{**row, "item": name, "support": "", **_KNOWN} for name in _DOMAINS]
    rows[0].update(cells or {})
    made.tables["quality"] = [row for index, row in enumerate(rows) if index != drop]
    return made


def _rules(made: TwoArms) -> list[str]:
    return [p.rule for p in made.check().problems if p.rule != "study-not-judged"]


def test_a_study_judged_by_domains_is_sound(tmp_path: Path) -> None:
    made = _judged(tmp_path)
    report = made.check()
    assert [p.rule for p in report.problems] == ["study-not-judged"]
    assert report.data is not None
    (found,) = report.data.assessments
    assert (found.overall, found.outcome, found.departs) == (L, None, False)


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"tool": "rob3"}, "quality-tool"),
        ({"item": "d9"}, "quality-item"),
        ({"judgement": "lowish"}, "quality-judgement"),
        ({"judgement": "", "answer": L}, "quality-answer"),
        ({"judgement": ""}, "quality-empty"),
        ({"item": "d2"}, "row-duplicate"),
        ({"tool": "quips"}, "quality-design"),
    ],
)
def test_a_wrong_row_is_told_once(tmp_path: Path, cells: dict[str, str], rule: str) -> None:
    found = _rules(_judged(tmp_path, cells))
    assert found[0] == rule or rule in found
    assert len(set(found) - {"quality-incomplete"}) == 1
    told = [p for p in _judged(tmp_path, cells).check().problems if p.rule == rule]
    (problem,) = told
    line = 3 if rule == "row-duplicate" else 2
    assert (problem.file, problem.line) == ("data/quality.csv", line)
    assert problem.column


def test_a_domain_without_judgement_is_an_error(tmp_path: Path) -> None:
    made = _judged(tmp_path, drop=2)
    (problem,) = [p for p in made.check().problems if p.rule != "study-not-judged"]
    assert (problem.rule, problem.severity, problem.column) == (
        "quality-incomplete",
        "error",
        "item",
    )
    assert "d3" in problem.what


def test_a_judgement_against_the_rule_needs_a_reason(tmp_path: Path) -> None:
    made = _judged(tmp_path)
    whole = {**made.tables["quality"][0], "item": "overall", "judgement": H}
    made.tables["quality"].append(whole)
    assert _rules(made) == ["quality-override"]
    whole["support"] = "The trial was stopped by its sponsor after every second patient."
    assert _rules(made) == []


def test_several_concerns_are_for_people_to_weigh(tmp_path: Path) -> None:
    made = _judged(tmp_path, {"judgement": S})
    made.tables["quality"][1]["judgement"] = S
    assert _rules(made) == ["quality-several"]
    whole = {**made.tables["quality"][0], "item": "overall", "judgement": H}
    made.tables["quality"].append(whole)
    assert _rules(made) == []


def test_what_holds_for_every_outcome_is_entered_once(tmp_path: Path) -> None:
    made = _judged(tmp_path, drop=3)
    template = made.tables["quality"][0]
    for outcome, judgement in (("SCORE", H), ("RESPONSE", L)):
        row = {**template, "item": "d4", "outcome": outcome, "judgement": judgement}
        made.tables["quality"].append(row)
    report = made.check()
    assert report.data is not None
    found = {each.outcome: each.overall for each in report.data.assessments}
    assert found == {"SCORE": H, "RESPONSE": L}


def test_a_team_has_its_own_tool(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "quality_tools"
    folder.mkdir(parents=True)
    own = (
        "id: ours\nlabel: Our list\nconcept: quality\nversion: '1'\nsource: our protocol\n"
        "full_text: our protocol\nanswers:\n  a: [{value: good, sign: G, shape: disc, "
        "colour: blue}]\nitems: [{id: q1, label: all well, scale: a}]\noverall: {rule: people}\n"
    )
    (folder / "ours.yml").write_text(own, encoding="utf-8")
    tools, problems = read_tools(tmp_path)
    assert not problems
    assert tools["ours"].shown[0].label == "all well"
    (folder / "ours.yml").write_text(own.replace("scale: a", "scale: b"), encoding="utf-8")
    (problem,) = read_tools(tmp_path)[1]
    assert (problem.file, problem.column) == ("data/quality_tools/ours.yml", "items[q1].scale")
    (folder / "rob2.yml").write_text(own.replace("id: ours", "id: rob2"), encoding="utf-8")
    assert any("a tool rob2 already" in each.what for each in read_tools(tmp_path)[1])


_ROUND = (
    "judgements: {w: [{value: fair, sign: F, shape: disc, colour: blue}, "
    "{value: poor, sign: P, shape: square, colour: orange}]}\n"
    "overall: {rule: worst, scale: w, several: [{level: poor, at_least: 2, may_be: poor}]}"
)


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        # Two items, each a question of the other.
        ("scale: a}]", "scale: a, domain: q2}, {id: q2, label: b, scale: a, domain: q1}]",
         "items[q1].domain", "no domain q2"),
        # A domain whose judgement follows from itself.
        ("scale: a}]", "scale: a, cases: [{when: {q1: [good]}, then: good}]}]",
         "items[q1].cases", "no question of q1"),
        # Several poor ones make it poor, which several of make it poor again.
        ("overall: {rule: people}",
         _ROUND,
         "overall.several[1].may_be", "no worse"),
    ],
)  # fmt: skip
def test_a_rule_that_leads_back_to_itself_is_refused(
    tmp_path: Path, old: str, new: str, column: str, words: str
) -> None:
    folder = tmp_path / "data" / "quality_tools"
    folder.mkdir(parents=True)
    own = (
        "id: ours\nlabel: Our list\nconcept: quality\nversion: '1'\nsource: our protocol\n"
        "full_text: our protocol\nanswers:\n  a: [{value: good, sign: G, shape: disc, "
        "colour: blue}]\nitems: [{id: q1, label: all well, scale: a}]\noverall: {rule: people}\n"
    )
    assert old in own
    (folder / "ours.yml").write_text(own.replace(old, new), encoding="utf-8")
    _, (problem,) = read_tools(tmp_path)
    assert (problem.file, problem.column) == ("data/quality_tools/ours.yml", column)
    assert problem.line
    assert words in problem.what


def test_old_tables_are_the_same_records(edition: Path) -> None:
    from schemas import load_review

    data = load_review(edition)
    frames = {"quality_jbi": data.quality_jbi, "quality_jadad": data.quality_jadad}
    found = {each.study_id: each for each in assessments(quality_records(frames), shipped_tools())}
    # data/quality_jadad.csv: yes, yes, no, unclear.
    assert (found["Zhou2025"].rules.points, found["Zhou2025"].rules.most) == (2, 4)
    assert found["ChenS2023"].rules.values["q8"] == "yes"
