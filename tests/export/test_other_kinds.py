"""Are reviews of other kinds than the shipped one exported whole, and does R find their numbers?

Counts: trials of impregnated catheters (Niel-Weise 2007, dat.nielweise2007 of R's metadat), which
have zeros in one arm and in both.
"""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from analysis.export.files import export
from analysis.export.pooled_rows import expected_results
from analysis.export.revman import PACKAGE, PREFIX
from analysis.synthesis.computation import synthesise
from schemas import load_review
from tests.conftest import ROOT
from tests.export.test_r_script import needs_metafor, run
from tests.small_review import small_review

TREATED = [0, 1, 2, 0, 5, 1, 1, 1, 1, 1, 0, 0, 3, 6, 0, 0, 1, 4]
N_TREATED = [116, 44, 208, 130, 151, 98, 174, 74, 97, 113, 66, 70, 188, 187, 118, 252, 345, 64]
CONTROL = [3, 3, 9, 7, 6, 4, 3, 2, 19, 2, 7, 1, 5, 11, 0, 1, 3, 1]
N_CONTROL = [117, 35, 195, 136, 157, 139, 177, 39, 103, 122, 64, 58, 175, 180, 105, 262, 362, 69]
STUDIES = [f"T{place:02}" for place in range(1, 19)]
HEAD = """\
review: {{title: Catheters, edition: "1.0", kind: {kind}, living: false{more}}}
profile: {profile}
confidence_level: 0.95
significance_level: 0.05
{rule}
abbreviations: {{CI: confidence interval}}
"""
COMPARED = (
    HEAD
    + """\
comparisons:
  - {{id: main, label: Two, experimental: {{label: Coated}}, control: {{label: Plain}}}}
outcomes:
"""
)


def two_arms(root: Path, profile: str, measures: list[str], rule: str = "") -> Path:
    """Make a review of the trials in which each measure has an outcome of the same counts."""
    more = ", intervention: coating, comparator: none, condition: catheters"
    protocol = COMPARED.format(kind="two_arms", profile=profile, more=more, rule=rule)
    for place, name in enumerate(measures):
        protocol += (
            f"  - {{id: o{place}, code: O{place}, label: Infection {name}, measure: {name}}}\n"
        )
    groups = [("coated", "experimental", TREATED, N_TREATED)]
    groups += [("plain", "control", CONTROL, N_CONTROL)]
    return small_review(
        root,
        protocol,
        {
            "studies": [{"study_id": name} for name in STUDIES],
            "arms": [
                {"study_id": study, "arm": arm, "role": role, "label": arm, "n_randomised": n[i]}
                for i, study in enumerate(STUDIES)
                for arm, role, _, n in groups
            ],
            "outcomes": [
                {"study_id": s, "arm": arm, "outcome": f"O{place}", "n": n[i], "events": events[i]}
                for place, _ in enumerate(measures)
                for i, s in enumerate(STUDIES)
                for arm, _, events, n in groups
            ],
        },
    )


def one_group(root: Path, profile: str, model: str) -> Path:
    """Make a review of the plain catheters alone, all of them and those without infections."""
    protocol = HEAD.format(kind="prevalence", profile=profile, more=", condition: x", rule="")
    protocol += "outcomes:\n"
    protocol += f"  - {{id: all, code: A, label: Infection, measure: proportion, model: {model}}}\n"
    protocol += f"  - {{id: none, code: N, label: Other, measure: proportion, model: {model}}}\n"
    rows = [
        {"study_id": s, "outcome": "A", "n": N_CONTROL[i], "events": CONTROL[i]}
        for i, s in enumerate(STUDIES)
    ]
    rows += [
        {"study_id": s, "outcome": "N", "n": N_TREATED[i], "events": 0}
        for i, s in enumerate(STUDIES)
        if TREATED[i] == 0
    ]
    studies = [{"study_id": name} for name in STUDIES]
    return small_review(root, protocol, {"studies": studies, "outcomes": rows})


@needs_metafor
@pytest.mark.parametrize(
    ("profile", "rule"),
    [
        ("stata14", "model_rule: {i2_below: 0.5, p_at_least: 0.1}"),
        ("revman", ""),
    ],
)
def test_metafor_finds_the_pools_of_tables(tmp_path: Path, profile: str, rule: str) -> None:
    """Mantel–Haenszel as common effect (stata14), Q around it (revman), Peto, arcsine."""
    root = two_arms(tmp_path / "review", profile, ["RR", "OR", "RD", "PETO", "ASD"], rule)
    export(root, ["r"], tmp_path / "out")
    done = run(tmp_path / "out/r", "--expected")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    models = {line.name: line.model for line in expected_results(synthesise(load_review(root)))}
    assert models["o1"] == ("common" if rule else "random")


@needs_metafor
@pytest.mark.parametrize(
    ("profile", "model"),
    [
        ("metafor", "{scale: PAS}"),
        ("cochrane2025", "{proportion_model: glmm}"),
    ],
)
def test_metafor_finds_the_pools_of_single_groups(tmp_path: Path, profile: str, model: str) -> None:
    """Arcsines, and the logistic model with its prediction; logits where it has no estimate."""
    root = one_group(tmp_path / "review", profile, model)
    synthesis = synthesise(load_review(root))
    refused = [entry.overall.refused for entry in synthesis.outcomes]
    glmm = "glmm" in model
    assert refused == ["", "no estimate lies between 0% and 100%" if glmm else ""]
    export(root, ["r"], tmp_path / "out")
    done = run(tmp_path / "out/r", "--expected")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_no_study_is_lost_on_the_way_to_revman(tmp_path: Path) -> None:
    """Single-group measures and studies that stand alone have their rows, as pooled."""
    protocol = HEAD.format(kind="prevalence", profile="metafor", more=", condition: x", rule="")
    protocol += "outcomes:\n  - {id: m, code: M, label: Score, measure: mean, unit: points}\n"
    protocol += "  - {id: r, code: R, label: Falls, measure: rate}\n"
    protocol += "  - {id: c, code: C, label: Link, measure: correlation}\n"
    unit = {"person_time_unit": "patient-years"}
    rows = [
        {"study_id": "T01", "outcome": "M", "n": 10, "mean": 5, "sd": 2},
        {"study_id": "T02", "outcome": "M", "n": 20, "mean": 6, "sd": 3},
        {"study_id": "T01", "outcome": "R", "events": 4, "person_time": 50, **unit},
        {"study_id": "T02", "outcome": "C", "n": 28, "correlation": 0.5},
    ]
    studies = [{"study_id": name} for name in STUDIES[:2]]
    root = small_review(tmp_path / "review", protocol, {"studies": studies, "outcomes": rows})
    export(root, ["revman"], tmp_path / "out")
    with zipfile.ZipFile(tmp_path / "out/revman" / PACKAGE) as package:
        text = package.read(f"{PREFIX}-analysis-data/{PREFIX}-data-rows.csv").decode("utf-8")
    found = {
        (row["Analysis name"], row["Study"]): (float(row["GIV Mean"]), float(row["GIV SE"]))
        for row in csv.DictReader(io.StringIO(text))
    }
    # sd / √n; log(4 / 50) with 1 / √4; artanh 0.5 with 1 / √(28 − 3).
    assert found == {
        ("Score", "T01"): pytest.approx((5, 0.6324555320)),
        ("Score", "T02"): pytest.approx((6, 0.6708203932)),
        ("Falls", "T01"): pytest.approx((-2.5257286443, 0.5)),
        ("Link", "T02"): pytest.approx((0.5493061443, 0.2)),
    }


def table(root: Path, folder: Path, name: str) -> list[dict[str, str]]:
    export(root, ["netmeta"], folder)
    text = (folder / "netmeta" / name).read_text("utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_arm_of_every_trial_is_a_row_for_a_network(tmp_path: Path) -> None:
    """In the example with several doses, are they nodes of their own, each once in a trial?"""
    root = ROOT / "examples/psilocybin-depression"
    rows = table(root, tmp_path, "arms.csv")
    response = [row for row in rows if row["outcome"] == "response"]
    goodwin = [row for row in response if row["study_id"].startswith("Goodwin")]
    # Response at three weeks in COMP001, as in data/outcomes.csv of the example.
    assert {row["treat"]: (row["event"], row["n"]) for row in goodwin} == {
        "psilocybin 25": ("29.0", "79.0"),
        "psilocybin 10": ("14.0", "75.0"),
        "psilocybin 1": ("14.0", "79.0"),
    }
    keys = [(row["outcome"], row["studlab"], row["treat"]) for row in rows]
    assert len(keys) == len(set(keys))


def test_a_cluster_trial_and_a_printed_comparison_are_ready_for_a_network(tmp_path: Path) -> None:
    protocol = COMPARED.format(
        kind="two_arms",
        profile="metafor",
        more=", intervention: a, comparator: b, condition: c",
        rule="",
    )
    protocol += "  - {id: cure, code: C, label: Cure, measure: OR}\n"
    arm = {"study_id": "A", "outcome": "C", "n": 60, "cluster_size": 21, "icc": 0.05}
    tables = {
        "studies": [{"study_id": "A", "design": "rct_cluster"}, {"study_id": "B"}],
        "arms": [
            {"study_id": s, "arm": a, "role": r, "label": a, "n_randomised": 60}
            for s in "AB"
            for a, r in (("new", "experimental"), ("old", "control"))
        ],
        "outcomes": [{**arm, "arm": "new", "events": 30}, {**arm, "arm": "old", "events": 20}],
        "contrasts": [
            {"study_id": "B", "outcome": "C", "measure": "OR", "estimate": 2.0, "ci_low": 1.0}
            | {"ci_high": 4.0, "adjusted": "yes", "ci_level": 0.95, "comparison": "main"}
        ],
    }
    root = small_review(tmp_path / "review", protocol, tables)
    # Design effect 1 + (21 − 1) · 0.05 = 2.
    found = {row["treat"]: (row["event"], row["n"]) for row in table(root, tmp_path, "arms.csv")}
    assert found == {"new": ("15.0", "30.0"), "old": ("10.0", "30.0")}
    (contrast,) = table(root, tmp_path, "contrasts.csv")
    assert (contrast["treat1"], contrast["treat2"], contrast["arms_too"]) == ("new", "old", "no")
    # log 2 and log 4 / (2 · 1.959964).
    assert float(contrast["TE"]) == pytest.approx(0.6931471806, rel=1e-9)
    assert float(contrast["seTE"]) == pytest.approx(0.3536530192, rel=1e-8)
