"""Profiles side by side: is the page complete and current, does an override reach the result?"""

from __future__ import annotations

import dataclasses
import json

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.meta.conventions import CONVENTIONS, overridden
from analysis.meta.errors import MetaInputError
from analysis.meta.profiles import PROFILES, Profile, profile
from analysis.pool.profile_page import as_markdown, as_text
from tests.meta.profile_writing import PAGE

TABLES = "study,ai,n1i,ci,n2i\nA,0,20,3,21\nB,4,30,9,31\nC,2,18,5,17\n"


def test_the_page_is_up_to_date():
    """Is docs/profiles.md what `make profiles` writes?"""
    assert PAGE.read_text(encoding="utf-8") == as_markdown()


def test_every_field_is_a_convention_and_every_value_one_it_can_have():
    """Does the list know every field of a profile, and every profile keep to the list?"""
    own = {field.name for field in dataclasses.fields(Profile)} - {"name", "program"}
    assert own == set(CONVENTIONS)
    for item in PROFILES.values():
        for convention in CONVENTIONS.values():
            if convention.values:
                assert getattr(item, convention.field) in convention.values, convention.field


def test_every_convention_of_every_profile_is_shown():
    """Does the terminal show each convention, and with `differing` those that differ only?"""
    everything, some = as_text(), as_text(("meta", "metafor"), differing=True)
    assert all(name in everything for name in (*CONVENTIONS, *PROFILES))
    assert "ratio_denominator" in some
    assert "rom_variance" not in some
    shown = CliRunner().invoke(main, ["profiles", "revman"])
    assert shown.exit_code == 0
    assert "DerSimonian-Laird" in shown.output
    assert "Did you mean" in CliRunner().invoke(main, ["profiles", "stata"]).output


def test_stata_says_that_its_random_model_is_randomi():
    """Does the profile name the model, and take Q around the inverse-variance mean as it does?"""
    assert "randomi" in profile("stata14").program
    assert profile("stata14").dl_centre == "inverse_variance"


@pytest.mark.parametrize(
    ("convention", "message"),
    [
        ("tau2=PM", "Unknown convention 'tau2'"),
        ("tau2_method=PMM", "Did you mean 'PM'"),
        ("zero_add=half", "must be a number"),
        ("drop_double_zero=perhaps", "yes"),
    ],
)
def test_an_unknown_override_is_refused(convention, message):
    """Is a convention or value that does not exist named with the nearest?"""
    name, _, value = convention.partition("=")
    with pytest.raises(MetaInputError, match=message):
        overridden(profile("meta"), {name: value})


def test_an_override_reaches_the_result(tmp_path):
    """Does another denominator of RR change the study's effect, and is the override printed?"""
    path = tmp_path / "tables.csv"
    path.write_text(TABLES, encoding="utf-8")
    run = ["pool", str(path), "--measure", "RR", "--profile", "meta", "--method", "DL", "--json"]
    plain = CliRunner().invoke(main, run)
    other = CliRunner().invoke(main, [*run, "--convention", "ratio_denominator=both_cells"])
    assert plain.exit_code == other.exit_code == 0, other.output
    first, second = json.loads(plain.output), json.loads(other.output)
    assert first != second
    assert "ratio_denominator = both_cells" in json.dumps(second)


def test_a_refusal_names_the_study_and_its_line(tmp_path):
    """Is a study that cannot be used called by its name and line, not by a position?"""
    path = tmp_path / "tables.csv"
    path.write_text(TABLES, encoding="utf-8")
    run = ["pool", str(path), "--measure", "OR", "--method", "DL", "--zero", "none"]
    shown = CliRunner().invoke(main, run)
    assert shown.exit_code != 0
    assert "A (line 2): a cell is zero" in " ".join(shown.output.split())
