"""Does the page of the checks name rules that are there, each with a test of its own?"""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.conftest import ROOT

PAGE = (ROOT / "docs/checks.md").read_text(encoding="utf-8")
RULES = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)


@cache
def text_of(*folders: str) -> str:
    paths = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return "\n".join(
        path.read_text("utf-8") for path in paths if path.name != "test_checks_page.py"
    )


def test_the_page_has_its_rules_once() -> None:
    assert len(RULES) == len(set(RULES)) >= 30


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_of_the_page_is_reported_and_tested(rule: str) -> None:
    assert f'"{rule}"' in text_of("schemas", "analysis/manuscript"), "no check reports it"
    assert f'"{rule}"' in text_of("tests"), "no test looks for it"
