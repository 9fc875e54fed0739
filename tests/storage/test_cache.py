"""Does the cache give back what was made, and never anything else?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.storage.cache import FOLDER, PLACE, Cache, hash_of


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.delenv(PLACE)
    return Cache.of(tmp_path)


def refuse() -> bytes:
    raise AssertionError("it was made again")


def test_work_is_done_once_for_the_same_parts(cache: Cache) -> None:
    assert cache.take("figure", ("a", "b"), lambda: b"drawn") == b"drawn"
    assert cache.take("figure", ("a", "b"), refuse) == b"drawn"
    assert cache.take("table", ("a", "b"), lambda: b"set") == b"set"
    assert cache.take("figure", ("ab",), lambda: b"other") == b"other"


def test_lists_of_parts_do_not_run_together() -> None:
    assert len({hash_of("ab", "c"), hash_of("a", "bc"), hash_of("abc"), hash_of("abc", "")}) == 4


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"x"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes().replace(b"drawn", b"forged")),
    ],
    ids=["cut short", "longer", "empty", "changed"],
)
def test_a_damaged_entry_is_made_anew(cache: Cache, damage) -> None:
    cache.take("figure", ("a",), lambda: b"drawn")
    damage(next(cache.folder.iterdir()))
    assert cache.find("figure", ("a",)) is None
    assert cache.take("figure", ("a",), lambda: b"again") == b"again"
    assert cache.take("figure", ("a",), refuse) == b"again"


def test_an_entry_under_another_name_is_not_taken(cache: Cache) -> None:
    cache.take("figure", ("a",), lambda: b"of a")
    entry = next(cache.folder.iterdir())
    cache.take("figure", ("b",), lambda: b"of b")
    other = next(path for path in cache.folder.iterdir() if path != entry)
    entry.replace(other)
    assert cache.find("figure", ("b",)) is None


def test_an_entry_of_another_program_is_not_taken(
    cache: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.take("figure", ("a",), lambda: b"old")
    monkeypatch.setattr("analysis.storage.cache.program_state", lambda: "another")
    assert cache.find("figure", ("a",)) is None


def test_a_place_that_cannot_be_used_only_costs_time(cache: Cache) -> None:
    cache.folder.parent.mkdir()
    cache.folder.write_text("a file stands here")
    assert cache.take("figure", ("a",), lambda: b"drawn") == b"drawn"
    cache.trim()
    assert cache.folder.read_text() == "a file stands here"


def test_nothing_is_read_or_written_or_deleted_through_a_link(cache: Cache, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    victim = outside / ("0" * 64)
    victim.write_text("mine")
    cache.folder.parent.mkdir()
    cache.folder.symlink_to(outside)
    assert cache.take("figure", ("a",), lambda: b"drawn") == b"drawn"
    cache.trim(0)
    assert [path.name for path in outside.iterdir()] == [victim.name]


def test_what_was_not_used_for_longest_goes_first_and_other_files_stay(cache: Cache) -> None:
    for day, name in enumerate(("old", "used", "new")):
        before = set(cache.folder.iterdir()) if cache.folder.is_dir() else set()
        cache.take("figure", (name,), lambda: b"x" * 1000)
        (entry,) = set(cache.folder.iterdir()) - before
        os.utime(entry, (day * 100_000, day * 100_000))
    foreign = cache.folder / "notes.txt"
    foreign.write_text("by a person")
    killed = cache.folder / "new-abc"
    killed.write_text("half")
    os.utime(killed, (0, 0))
    cache.take("figure", ("used",), refuse)
    cache.trim(2 * 1100)
    assert cache.find("figure", ("old",)) is None
    assert cache.take("figure", ("used",), refuse)
    assert cache.take("figure", ("new",), refuse)
    assert foreign.is_file()
    assert not killed.exists()


def test_a_shared_place_keeps_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path / "shared"))
    cache = Cache.of(tmp_path)
    cache.take("figure", ("a",), lambda: b"drawn")
    cache.trim(0)
    assert cache.take("figure", ("a",), refuse) == b"drawn"
    assert not (tmp_path / ".review" / FOLDER).exists()


def test_an_entry_that_would_drive_out_the_others_is_not_kept(cache: Cache) -> None:
    cache.take("small", (), lambda: b"kept")
    assert cache.take("large", (), lambda: b"x" * 10_000_001) == b"x" * 10_000_001
    assert cache.find("large", ()) is None
    assert cache.find("small", ()) == b"kept"
