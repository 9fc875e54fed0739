"""Is a change that another program makes while a command runs kept, and the command refused?"""

from pathlib import Path

import pytest

from analysis.storage.changeset import replace_files, writing
from analysis.storage.standing import Standing
from schemas.problems import DataProblems

OLD = {"data/a.csv": b"old a\n", "data/protocol.yml": b"old\n", "manuscript/references.bib": b"o\n"}


def _review(root: Path) -> Path:
    for name, content in OLD.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def _files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and ".review" not in path.parts
    }


@pytest.mark.parametrize("name", OLD)
def test_a_row_saved_meanwhile_is_not_lost(name: str, tmp_path: Path) -> None:
    root = _review(tmp_path)
    with writing(root):
        (root / name).write_bytes(b"another program saved this\n")
        with pytest.raises(DataProblems, match=name) as refused:
            replace_files(root, dict.fromkeys(OLD, b"new\n"))
    assert "changed by another program" in str(refused.value)
    assert _files(root) == OLD | {name: b"another program saved this\n"}


def test_a_file_made_or_deleted_meanwhile_is_not_overruled(tmp_path: Path) -> None:
    root = _review(tmp_path)
    with writing(root):
        (root / "data/b.csv").write_bytes(b"made meanwhile\n")
        with pytest.raises(DataProblems, match=r"data/b\.csv"):
            replace_files(root, {"data/b.csv": b"new\n"})
        (root / "data/a.csv").unlink()
        with pytest.raises(DataProblems, match=r"data/a\.csv"):
            replace_files(root, {"data/a.csv": b"new\n"})


def test_a_command_may_replace_what_it_has_replaced_itself(tmp_path: Path) -> None:
    root = _review(tmp_path)
    with writing(root):
        replace_files(root, {"data/a.csv": b"first\n", "data/b.csv": b"first\n"})
        replace_files(root, {"data/a.csv": b"second\n", "data/b.csv": None})
    assert _files(root) == OLD | {"data/a.csv": b"second\n"}


def test_the_moment_after_the_comparison_is_seen_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look is after the mark: what differs then ends in a message, and undoes nothing."""
    root = _review(tmp_path)
    seen = Standing.refuse_changed
    calls = []

    def late(self: Standing, place: Path, names: object) -> None:
        seen(self, place, names)  # type: ignore[arg-type]
        calls.append(names)
        if len(calls) == 2:
            (root / "data/a.csv").write_bytes(b"saved late\n")

    monkeypatch.setattr(Standing, "refuse_changed", late)
    with pytest.raises(DataProblems, match=r"data/a\.csv"):
        replace_files(root, dict.fromkeys(OLD, b"new\n"))
    assert _files(root) == OLD | {"data/a.csv": b"saved late\n"}
    assert not (root / ".review/decided").exists()
