"""Does the page run its own scripts and nothing that got into it?"""

from __future__ import annotations

import base64
import hashlib

from analysis.render.page_policy import with_policy

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
