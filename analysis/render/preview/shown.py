"""What a preview shows at the moment: the last good page, and what is wrong since."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.problems import Problem


class Shown:
    """Written by the one who makes the page, read by those who show it.

    Attributes
    ----------
    page
        The last good page, None before the first.
    """

    def __init__(self) -> None:
        self.page: bytes | None = None
        self._number = 0
        self._facts: dict[str, Any] = {"page": 0, "working": True, "problems": [], "notes": []}
        self._changed = threading.Condition()

    def begin(self) -> None:
        """Say that a page is being made."""
        self._tell(working=True)

    def show(self, page: bytes, notes: Iterable[str]) -> None:
        """Take a new page; it is shown again only if it is another one."""
        number = self._facts["page"] + (page != self.page)
        self.page = page
        self._tell(page=number, working=False, problems=[], notes=list(notes))

    def refuse(self, problems: Iterable[Problem]) -> None:
        """Keep the page and say what is wrong."""
        told = [
            {
                "severity": problem.severity,
                "place": f"{problem.file}, {problem.place}",
                "what": problem.what,
                "hint": problem.hint,
            }
            for problem in problems
        ]
        self._tell(working=False, problems=told)

    def after(self, number: int, seconds: float) -> tuple[int, dict[str, Any]]:
        """Wait until something is told that came after a number, or for some seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > number, timeout=seconds)
            return self._number, dict(self._facts)

    def _tell(self, **facts: Any) -> None:
        with self._changed:
            self._facts |= facts
            self._number += 1
            self._changed.notify_all()
