"""Does `review migrate` bring older tables and protocols into today's form without a loss?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from analysis.storage.table_files import read_table
from analysis.synthesis.catalogue import included_studies
from analysis.synthesis.rating import ratings
from analysis.update.migration import migrate
from schemas import load_review

if TYPE_CHECKING:
    from pathlib import Path

_OLD = ("quality_jbi", "quality_jadad")


def _shown(root: Path) -> list[tuple[object, ...]]:
    """What the paper shows of quality, without the places it was read from."""
    data = load_review(root)
    found = ratings(data, included_studies(data))
    return [(r.study_id, r.tool, r.answers, r.overall, r.score, r.most) for r in found]


def test_nothing_is_lost_and_a_second_run_finds_nothing(review: Path) -> None:
    before = _shown(review)
    old = {name: read_table(review, name)[1] for name in _OLD}
    protocol = (review / "data/protocol.yml").read_text(encoding="utf-8")
    done = migrate(review)
    assert done.written
    assert not any((review / f"data/{name}.csv").exists() for name in _OLD)
    assert _shown(review) == before
    rows = read_table(review, "quality")[1]
    for table in old.values():
        for row in table:
            mine = [new for new in rows if new["study_id"] == row["study_id"]]
            answers = [row[name] for name in row if name.startswith("q") and row[name]]
            assert [new["answer"] for new in mine] == answers
            for about in ("evidence", "source", "location", "note"):
                assert {new[about] for new in mine} == {row[about]}
    changed = (review / "data/protocol.yml").read_text(encoding="utf-8")
    # Four outcomes; the kinds of figures and tables under `display` are others.
    assert changed.count("\n    measure: ") == protocol.count("\n    kind: ") == 4
    assert changed.replace("\n    measure: ", "\n    kind: ") == protocol
    again = migrate(review)
    assert (again.done, again.written) == ((), False)


def test_a_dry_run_writes_nothing(review: Path) -> None:
    before = {path.name: path.read_bytes() for path in (review / "data").iterdir()}
    assert len(migrate(review, dry_run=True).done) == 3
    assert {path.name: path.read_bytes() for path in (review / "data").iterdir()} == before


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_keys_in_braces_comments_and_ends_of_lines_stay(review: Path, end: str) -> None:
    path = review / "data/protocol.yml"
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        "    kind: proportion\n", "    # kind: of a comment\n    kind: proportion\n"
    )
    path.write_bytes(text.replace("\n", end).encode())
    migrate(review)
    changed = path.read_bytes().decode()
    assert changed.count(f"# kind: of a comment{end}    measure: proportion{end}") == 2
    assert changed.count(end) == text.count("\n")


def test_a_row_without_answers_is_named(review: Path) -> None:
    path = review / "data/quality_jbi.csv"
    header, row = path.read_text(encoding="utf-8").splitlines()[:2]
    cells = row.split(",")
    cells[1:11] = [""] * 10
    path.write_text(f"{header}\n{','.join(cells)}\n", encoding="utf-8")
    (note,) = migrate(review).notes
    assert "ChenS2023 had no answer" in note
    assert "judged on the abstract alone" in note
