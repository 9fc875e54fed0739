"""Can everything be chosen that a page promises: are lists of choices those of the rooms?"""

from __future__ import annotations

from typing import get_args

import click

from analysis.cli import main
from analysis.export.files import EXPORTS
from analysis.update.searching.exports import FORMATS, Format
from tests.conftest import ROOT


def _choices(parameter: str, *command: str) -> set[str]:
    found: click.Command = main
    for word in command:
        assert isinstance(found, click.Group)
        found = found.commands[word]
    chosen = next(one for one in found.params if one.name == parameter)
    assert isinstance(chosen.type, click.Choice)
    return set(map(str, chosen.type.choices))


def test_every_export_of_the_page_can_be_asked_for() -> None:
    """Does `review export` take every name that docs/exports.md lists, and no other?"""
    page = (ROOT / "docs/exports.md").read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(page) if line.startswith("| WHAT"))
    rows = [line for line in page[first + 2 : first + 20] if line.startswith("| `")]
    named = {name.strip(" `") for row in rows for name in row.split("|")[1].split(",")}
    assert _choices("what", "export") == named | {"all"} == {*EXPORTS, "all"}


def test_every_format_of_searches_can_be_asked_for() -> None:
    """Does `review search import --format` take every format that is read?"""
    assert (
        _choices("asked", "search", "import") == {"auto", *FORMATS} == {"auto", *get_args(Format)}
    )
