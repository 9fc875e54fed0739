"""Does every example of docs/pool.md run and say what it pooled?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.pool.csv_layouts import LAYOUTS, measures

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "pool.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`(\S+\.csv)`:\n\n```csv\n(.*?)^```", PAGE, flags=re.M | re.S))
COMMANDS = re.findall(r"^review pool (\S+\.csv.*)$", PAGE, flags=re.M)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["pool", *command.split()], catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    assert "Pooled " in result.stdout
    assert "Columns used: " in result.stdout


def test_every_file_has_a_command_and_every_measure_is_named() -> None:
    assert set(FILES) == {command.split()[0] for command in COMMANDS}
    named = set(re.findall(r"[A-Z0-9]+", PAGE))
    assert set(measures()) <= named
    assert len(LAYOUTS) > len(FILES)
