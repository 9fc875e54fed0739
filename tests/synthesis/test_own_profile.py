"""Is a team's own profile pooled by, told in the methods, and checked by file and entry?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.new_review.folder import new_review
from analysis.paper.choices import check
from analysis.paper.values.methods import methods_values
from analysis.synthesis.computation import synthesise
from tests.schemas.two_arms import PROTOCOL, TwoArms

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.synthesis.results import Synthesis

OURS = """\
id: ours
program: the program of our institute
based_on: metafor
conventions:
  tau2_method: PM
  test: knha
"""
_NAMED = PROTOCOL.replace("profile: metafor", "profile: ours")


def _synthesis(root: Path, protocol: str, own: str = "") -> Synthesis:
    (root / "data" / "profiles").mkdir(parents=True)
    if own:
        (root / "data" / "profiles" / "ours.yml").write_text(own, encoding="utf-8")
    made = TwoArms.of(root)
    made.protocol = protocol
    made.check()
    data = check(root).data
    assert data is not None
    return synthesise(data)


def test_it_pools_as_the_same_choices_of_every_outcome(tmp_path: Path) -> None:
    """Does a file give what `model` of each outcome gives, and keep its own name?"""
    own = _synthesis(tmp_path / "own", _NAMED, OURS)
    model = "model: {tau2_method: PM, test: knha}"
    each = PROTOCOL.replace("better: lower}", f"better: lower, {model}}}")
    each = each.replace("better: higher}", f"better: higher, {model}}}")
    each = each.replace("    unit: points", f"    unit: points\n    {model}")
    for one, other in zip(own.outcomes, _synthesis(tmp_path / "each", each).outcomes, strict=True):
        assert one.overall == other.overall
        assert one.overall.tau2 is not None
    assert own.profile == "ours"


def test_the_methods_name_it(tmp_path: Path) -> None:
    """Does the methods section give the team's words for it, and the estimator that it chose?"""
    synthesis = _synthesis(tmp_path, _NAMED, OURS)
    assert synthesis.own_profile is not None
    data = check(tmp_path).data
    assert data is not None
    told = {value.name: value.text for value in methods_values(data.protocol)}
    assert told["methods.program"] == "the program of our institute"
    assert "Paule" in told["methods.random"]


@pytest.mark.parametrize(
    ("old", "new", "entry", "said"),
    [
        ("id: ours", "id: theirs", "id", "its file ours.yml"),
        ("based_on: metafor", "based_on: metaphor", "based_on", "no profile metaphor"),
        ("tau2_method", "tau_method", "conventions.tau_method", "no convention|No profile has"),
        ("PM", "Paule", "conventions.tau2_method", "Paule"),
        ("program: the", "programme: the", "programme", ""),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, old: str, new: str, entry: str, said: str) -> None:
    """Does each mistake in the file name it and the entry?"""
    folder = tmp_path / "data" / "profiles"
    folder.mkdir(parents=True)
    (folder / "ours.yml").write_text(OURS.replace(old, new), encoding="utf-8")
    made = TwoArms.of(tmp_path)
    made.protocol = _NAMED
    made.check()
    found = [p for p in check(tmp_path).problems if p.file == "data/profiles/ours.yml"]
    assert any(p.column == entry for p in found)
    assert not said or any(part in p.what for p in found for part in said.split("|"))


def test_a_name_of_the_program_cannot_be_taken(tmp_path: Path) -> None:
    """Is a file that is called like a profile of the program refused?"""
    folder = tmp_path / "data" / "profiles"
    folder.mkdir(parents=True)
    text = OURS.replace("id: ours", "id: metafor")
    (folder / "metafor.yml").write_text(text, encoding="utf-8")
    TwoArms.of(tmp_path).check()
    assert any("already" in p.what for p in check(tmp_path).problems)


def test_it_stands_beside_the_others_and_goes_into_a_new_review(tmp_path: Path) -> None:
    """Does `review profiles` show it, and `review new --protocol` take it along?"""
    _synthesis(tmp_path / "old", _NAMED, OURS)
    asked = ["--root", str(tmp_path / "old"), "profiles", "ours", "metafor", "--differing"]
    shown = CliRunner().invoke(main, asked)
    assert "the program of our institute" in shown.output
    assert "Which estimator of τ²?" in shown.output
    new_review(tmp_path / "new", tmp_path / "old/data/protocol.yml", with_program=False)
    assert (tmp_path / "new/data/profiles/ours.yml").read_text(encoding="utf-8") == OURS
