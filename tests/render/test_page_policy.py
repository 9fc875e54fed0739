"""Does the page run its own scripts and nothing that got into it?"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

from analysis.render.page_policy import with_policy
from tests.conftest import ROOT

_PAGE = (
    '<!DOCTYPE html>\n<html><head>\n<meta charset="utf-8">\n<title>x</title></head><body>'
    '<script type="application/json" id="values">{}</script><script id="a">let é = 1;\n</script>'
    "</body></html>"
)


def test_the_hash_is_that_of_the_script_as_it_stands() -> None:
    told = base64.b64encode(hashlib.sha256("let é = 1;\n".encode()).digest()).decode()
    page = with_policy(_PAGE)
    assert f"script-src 'sha256-{told}';" in page
    assert page.index("Content-Security-Policy") < page.index("<title>")
    assert page.index('charset="utf-8"') < page.index("Content-Security-Policy")
    assert with_policy(page) == page


def test_a_page_without_scripts_may_run_none() -> None:
    page = with_policy('<head><meta charset="utf-8"></head><p>text</p>')
    assert "script-src 'none'" in page
    assert "default-src 'none'" in page


def test_actions_are_pinned_by_commit() -> None:
    """A tag of an action can be moved to other code; a commit cannot."""
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        uses = re.findall(r"uses:\s*(\S+)(.*)", Path(path).read_text("utf-8"))
        assert uses
        for name, comment in uses:
            assert re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", name), name
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment), name
