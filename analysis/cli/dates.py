"""Days on the command line."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import click


class _Day(click.ParamType):
    """A day, YYYY-MM-DD; passed on as text, as the tables keep it."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        try:
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
                raise ValueError
            date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is not a day. Write it as 2026-01-10.", param, ctx)
        return value


DAY = _Day()


def today() -> str:
    """Give today's day where the user is."""
    from datetime import datetime

    return datetime.now().astimezone().date().isoformat()
