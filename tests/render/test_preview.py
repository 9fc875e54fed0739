"""Does the preview show what is written, say what is wrong, and speak to its own page alone?"""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analysis.build import computed_review
from analysis.render.engine import render
from analysis.render.preview.preview_page import keep_up, make_page
from analysis.render.preview.preview_server import PreviewServer
from analysis.render.preview.shown import Shown
from analysis.storage.cache import PLACE
from schemas.problems import Problem
from tests.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PATIENCE_SECONDS = 120.0


@contextmanager
def served(root: Path, shown: Shown) -> Iterator[PreviewServer]:
    with PreviewServer(root, shown) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.closing = True
            server.shutdown()


def asked(server: PreviewServer, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    names = {"Host": f"127.0.0.1:{server.server_port}"}
    given = names | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=given)
    return connection.getresponse()


def told(answer: http.client.HTTPResponse) -> dict[str, Any]:
    """Read the next event."""
    while True:
        line = answer.readline().decode()
        if line.startswith("data: "):
            return json.loads(line.removeprefix("data: "))


def test_the_page_is_shown_and_what_is_wrong_stands_beside_the_last_good_one(
    tmp_path: Path,
) -> None:
    shown = Shown()
    with served(tmp_path, shown) as server:
        place = f"/{server.token}/"
        with closing(asked(server, place + "events")) as events:
            assert told(events) == {"page": 0, "working": True, "problems": [], "notes": []}
            shown.show(b"<p>first</p>", ["one thing"])
            facts = told(events)
            assert (facts["page"], facts["working"], facts["notes"]) == (1, False, ["one thing"])
            assert asked(server, place + "page?1").read() == b"<p>first</p>"
            row = Problem("data/a.csv", 7, "n", "x", "Not a number.", "Look.", "error", "cell-n")
            shown.refuse([row])
            facts = told(events)
            assert facts["page"] == 1
            assert facts["problems"] == [
                {
                    "severity": "error",
                    "place": f"data/a.csv, {row.place}",
                    "what": "Not a number.",
                    "hint": "Look.",
                }
            ]
            assert asked(server, place + "page").read() == b"<p>first</p>"
            shown.show(b"<p>first</p>", [])
            assert told(events)["page"] == 1  # the same page is not loaded again
            shown.show(b"<p>second</p>", [])
            assert told(events)["page"] == 2


def test_other_names_origins_tokens_and_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    version = tmp_path / "_output/versions/1.0"
    version.mkdir(parents=True)
    (version / "paper.html").write_text("earlier")
    shown = Shown()
    shown.show(b"<p>page</p>", [])
    with served(tmp_path, shown) as server:
        own = f"127.0.0.1:{server.server_port}"
        page = f"/{server.token}/page"
        assert server.server_address[0] == "127.0.0.1"
        assert asked(server, page).status == 200
        assert asked(server, page, Origin=f"http://{own}").status == 200
        assert asked(server, page, Host=f"localhost:{server.server_port}").status == 200
        refused: list[dict[str, str]] = [
            {"Host": "evil.example"},
            {"Host": f"evil.example:{server.server_port}"},
            {"Host": "127.0.0.1"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
        ]
        for headers in refused:
            answer = asked(server, page, **headers)
            assert (answer.status, b"page</p>" in answer.read()) == (403, False), headers
        for path in ("/", "/page", "/wrong/page", f"/{server.token}", f"/{server.token}x/page"):
            assert asked(server, path).status == 404, path
        place = f"/{server.token}/"
        assert asked(server, place + "versions/1.0/paper.html").read() == b"earlier"
        for name in (
            "../secret.txt",
            "%2e%2e/secret.txt",
            "versions/../paper.html",
            "versions/1.0/../../../secret.txt",
            "secret.txt",
        ):
            assert asked(server, place + name).status == 404, name
        policy = asked(server, place).headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


def test_the_page_is_that_of_render_and_words_cost_no_computation(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []

    def compute(*parts: Any) -> Any:
        computed.append(1)
        return original(*parts)

    monkeypatch.delenv(PLACE)  # another test may have computed this review
    original = computed_review.whole_synthesis
    monkeypatch.setattr(computed_review, "whole_synthesis", compute)
    memory: computed_review.Memory = {}
    make_page(short, memory)
    text = short / "manuscript/_conclusions.qmd"
    text.write_text(text.read_text("utf-8") + "\nAn added sentence.\n", encoding="utf-8")
    page, _ = make_page(short, memory)
    assert computed == [1]
    assert not (short / "_output").exists()
    assert "An added sentence." in page.decode()
    outcomes = short / "data/outcomes.csv"
    rows = outcomes.read_text(encoding="utf-8")
    outcomes.write_text(rows.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,11,"), encoding="utf-8")
    changed, _ = make_page(short, memory)
    assert computed == [1, 1]
    render(short, ["html"], engine="embedded")
    written = (short / "_output/paper.html").read_bytes()
    assert changed == written != page


def test_a_mistake_is_told_with_its_line_and_ctrl_c_ends_the_command(short: Path) -> None:
    command = [sys.executable, "-m", "analysis", "--root", str(short), "preview"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/([\w-]+)/", process.stdout.readline())
        assert found is not None
        assert process.stderr.readline().startswith("· page made in ")
        outcomes = short / "data/outcomes.csv"
        rows = outcomes.read_text(encoding="utf-8")
        outcomes.write_text(rows.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,x,"), encoding="utf-8")
        line = next(n for n, row in enumerate(rows.splitlines(), 1) if row.startswith("R01,,ORR"))
        assert f"data/outcomes.csv, line {line}, column events" in process.stderr.readline()
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=10)
        connection.request("GET", f"/{found[2]}/page")
        assert b"</html>" in connection.getresponse().read()
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=30)
        assert (process.returncode, rest) == (0, "\nThe preview is closed.\n")
        assert "Traceback" not in errors


@pytest.mark.rendered
def test_a_changed_row_changes_the_number_in_the_browser(browser: Browser, short: Path) -> None:
    shown, stop = Shown(), threading.Event()
    worker = threading.Thread(
        target=keep_up, args=(short, shown, lambda _: None, stop.is_set), daemon=True
    )
    worker.start()
    with served(short, shown) as server:
        page = browser.new_page()
        requests: list[str] = []
        said: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(server.address)
        frame = page.frame_locator("#page")
        value = frame.locator('[data-value="orr.estimate"]').first
        before = value.inner_text(timeout=PATIENCE_SECONDS * 1000)
        outcomes = short / "data/outcomes.csv"
        rows = outcomes.read_text(encoding="utf-8")
        outcomes.write_text(rows.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,25,"), encoding="utf-8")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while value.inner_text() == before and time.monotonic() < deadline:
            time.sleep(0.1)
        assert value.inner_text() != before
        outcomes.write_text(rows.replace("R01,,ORR,,32,10,", "R01,,ORR,,32,x,"), encoding="utf-8")
        place = page.locator(".place").first
        assert "data/outcomes.csv, line" in place.inner_text(timeout=PATIENCE_SECONDS * 1000)
        assert value.inner_text() != before
        assert [url for url in requests if not url.startswith((server.address, "data:"))] == []
        assert said == []
        page.close()
    stop.set()
    worker.join(PATIENCE_SECONDS)
    assert not worker.is_alive()
