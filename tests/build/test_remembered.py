"""Is what the cache gives back the same as what is computed anew?"""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from analysis.build import remembered
from analysis.build.building import build
from analysis.build.computed_review import computed_review
from analysis.build.history.tables import Tables, read_tables, remembered_tables
from analysis.paper import choices
from analysis.storage.atomic import WORKSHOP
from analysis.storage.cache import PLACE
from tests.conftest import ROOT

EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/_quarto.yml"))


def silent(_: str) -> None:
    """Say nothing."""


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that another test has computed is at hand."""
    monkeypatch.delenv(PLACE)


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8", newline="")


def built(root: Path) -> dict[str, bytes]:
    build(root, progress=silent, pixels=False)
    folder = root / "manuscript/_generated"
    made = {p.relative_to(root).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}
    return made | {"_variables.yml": (root / "_variables.yml").read_bytes()}


def test_a_build_with_the_cache_is_that_of_a_clean_folder(short: Path) -> None:
    clean = short.with_name("clean")
    built(short)
    for name, old, new in [
        ("data/outcomes.csv", "R01,,ORR,,32,10,", "R01,,ORR,,32,11,"),
        ("manuscript/_conclusions.qmd", "\n", "\nAn added sentence.\n"),
        ("data/protocol.yml", "i2_below: 0.50", "i2_below: 0.30"),
        ("data/outcomes.csv", "R01,,ORR,,32,11,", "R01,,ORR,,32,10,"),
    ]:
        if new.startswith("\n"):
            path = short / name
            path.write_text(path.read_text(encoding="utf-8") + new, encoding="utf-8")
        else:
            change(short / name, old, new)
        found = built(short)
        shutil.copytree(short, clean, ignore=shutil.ignore_patterns(WORKSHOP, "_generated"))
        assert found == built(clean), name
        shutil.rmtree(clean)


@pytest.mark.parametrize("root", [ROOT, *EXAMPLES], ids=lambda path: path.name)
def test_records_give_back_a_whole_review(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "review"
    names = ("data", "published", "manuscript", "versions", "_quarto.yml", "requirements.lock")
    for name in names:
        if (root / name).is_dir():
            shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("_generated"))
        elif (root / name).is_file():
            shutil.copyfile(root / name, copy / name)
    first, synthesis = computed_review(copy, None, silent)
    again, same = computed_review(copy, None, silent)
    for each in fields(first):
        one, other = getattr(first, each.name), getattr(again, each.name)
        assert one is not other or not isinstance(one, pd.DataFrame)
        if isinstance(one, pd.DataFrame):
            pd.testing.assert_frame_equal(one, other, check_exact=True)
        else:
            assert one == other, each.name
    # Equality takes 1 and 1.0 for the same.
    assert repr(synthesis) == repr(same)


def test_a_check_is_made_once_until_a_file_changes(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Path] = []
    original = choices.check
    monkeypatch.setattr(choices, "check", lambda root: calls.append(root) or original(root))
    first = remembered.checked_review(short)
    again = remembered.checked_review(short)
    assert first.data is not None
    assert (again.problems, again.notes, len(calls)) == (first.problems, first.notes, 1)
    change(short / "data/outcomes.csv", "R01,,ORR,,32,10,", "R01,,ORR,,32,33,")
    wrong = remembered.checked_review(short)
    assert [problem.rule for problem in wrong.errors] == ["events-exceed-n"]
    assert remembered.checked_review(short).problems == wrong.problems
    assert len(calls) == 2


def test_tables_are_remembered_until_a_row_changes(short: Path) -> None:
    names = ("outcomes", "studies", "contrasts")

    def as_read() -> Tables:
        return {name: rows for name, rows in read_tables(short).items() if name in names}

    first = remembered_tables(short, short, names)
    assert first == remembered_tables(short, short, names) == as_read()
    change(short / "data/outcomes.csv", "R01,,ORR,,32,10,", "R01,,ORR,,32,11,")
    changed = remembered_tables(short, short, names)
    assert changed == as_read() != first


def test_what_was_saved_while_it_was_read_is_not_remembered(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = short / "data/outcomes.csv"
    original = choices.check

    def disturbed(root: Path):
        report = original(root)
        file.write_bytes(file.read_bytes() + b"\n")
        return report

    monkeypatch.setattr(choices, "check", disturbed)
    remembered.checked_review(short)
    assert not list((short / WORKSHOP).glob("cache/*"))
