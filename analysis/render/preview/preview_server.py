"""Serves the preview to browsers on this machine that know its address, and to nobody else.

The address holds a token that no other page can know. A request under another name of the machine
(a name of the attacker's that leads here) or sent by another page is refused; nothing is written.
"""

from __future__ import annotations

import json
import re
import secrets
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from analysis.render.output_stamps import OUTPUT

if TYPE_CHECKING:
    from analysis.render.preview.shown import Shown

_OWN: Final = Path(__file__).parent / "browser"
_FILES: Final = {
    "": ("preview.html", "text/html; charset=utf-8"),
    "preview.js": ("preview.js", "text/javascript; charset=utf-8"),
    "preview.css": ("preview.css", "text/css; charset=utf-8"),
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The paper brings its own policy, and stands in the frame of the preview.
_PAPER_POLICY: Final = "frame-ancestors 'self'"
_EARLIER: Final = re.compile(r"versions/([\w.-]*\w)/paper\.html")
_HTML: Final = "text/html; charset=utf-8"
_WAITING: Final = "<!doctype html><title>Preview</title><p>The page is being made.</p>"
# Shorter than what browsers and proxies take for a dead connection.
_HEARTBEAT_SECONDS: Final = 10.0


class PreviewServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 at a free port.

    Parameters
    ----------
    root
        The project's folder, for the pages of earlier versions.
    shown
        What there is to show.
    port
        0 takes a free one.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, root: Path, shown: Shown, port: int = 0) -> None:
        self.token = secrets.token_urlsafe(16)
        self.closing = False
        super().__init__(("127.0.0.1", port), partial(_Handler, root=root, shown=shown))

    @property
    def address(self) -> str:
        """Where a browser finds the preview."""
        return f"http://127.0.0.1:{self.server_port}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a browser that goes away in the middle is no fault."""


class _Handler(BaseHTTPRequestHandler):
    server_version = "preview"
    sys_version = ""

    def __init__(self, *arguments: Any, root: Path, shown: Shown) -> None:
        self._root, self._shown = root, shown
        self._own: PreviewServer = arguments[2]
        super().__init__(*arguments)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Keep the terminal for what the author should read."""

    def do_GET(self) -> None:
        if not self._is_ours():
            self.send_error(403)
            return
        _, token, *rest = urlsplit(self.path).path.split("/")
        name = "/".join(rest)
        if not rest or not secrets.compare_digest(token.encode(), self._own.token.encode()):
            self.send_error(404)
        elif name in _FILES:
            file, kind = _FILES[name]
            self._send((_OWN / file).read_bytes(), kind, _POLICY)
        elif name == "page":
            self._send(self._shown.page or _WAITING.encode(), _HTML, _PAPER_POLICY)
        elif name == "events":
            self._tell()
        elif found := _EARLIER.fullmatch(name):
            self._send_earlier(found[1])
        else:
            self.send_error(404)

    def _is_ours(self) -> bool:
        """Tell whether the request came under our own name, and from ourselves."""
        port = self._own.server_port
        hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        origin = self.headers.get("Origin")
        return (
            self.headers.get("Host") in hosts
            and (origin is None or origin in {f"http://{host}" for host in hosts})
            and self.headers.get("Sec-Fetch-Site", "none") in {"none", "same-origin"}
        )

    def _send(self, content: bytes, kind: str, policy: str) -> None:
        self._begin(kind, policy)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _send_earlier(self, version: str) -> None:
        file = self._root / OUTPUT / "versions" / version / "paper.html"
        if file.is_file() and file.resolve().is_relative_to(self._root.resolve()):
            self._send(file.read_bytes(), _HTML, _PAPER_POLICY)
        else:
            self.send_error(404)

    def _begin(self, kind: str, policy: str) -> None:
        self.send_response(200)
        for name, value in (
            ("Content-Type", kind),
            ("Content-Security-Policy", policy),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        ):
            self.send_header(name, value)

    def _tell(self) -> None:
        """Tell everything that changes for as long as the browser listens (server-sent events)."""
        self._begin("text/event-stream", _POLICY)
        self.end_headers()
        number = -1
        while not self._own.closing:
            told, facts = self._shown.after(number, _HEARTBEAT_SECONDS)
            line = f"data: {json.dumps(facts)}\n\n" if told > number else ": still here\n\n"
            number = told
            self.wfile.write(line.encode())
            self.wfile.flush()
