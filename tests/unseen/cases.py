"""Inputs that nobody tuned to, each with its answer written before the program read it."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# The five habits of readers that fail, by the words of the tables.
HABITS = {
    "nearest": "the nearest token taken for the wanted one",
    "dropped": "unknown input dropped instead of named",
    "one bad": "one bad item decides for the whole file",
    "spelling": "exact spelling asked where the format is loose",
    "rows": "rows or paragraphs are not what they seem",
}


@cache
def cases_of(table: str) -> list[dict[str, Any]]:
    """The cases of a table beside this module."""
    return tomllib.loads((HERE / f"{table}.toml").read_text(encoding="utf-8"))["case"]


def with_odd_bytes(text: str, case: dict[str, Any]) -> bytes:
    """Give a text as bytes, a part of it in Windows-1252 though the rest is not."""
    before, odd, behind = text.partition(case.get("bytes_1252", "\0no such part"))
    return before.encode() + odd.encode("cp1252") + behind.encode()


def named(case: dict[str, Any]) -> str:
    """What a case is called in a list of tests."""
    return str(case["name"])
