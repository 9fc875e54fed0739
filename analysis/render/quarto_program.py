"""Whether there is a Quarto, and whether it is new enough."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache

OLDEST = (1, 9)


@cache
def quarto_version() -> tuple[int, ...] | None:
    """Give the version of the Quarto on the path, None if there is none."""
    program = shutil.which("quarto")
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"(\d+)\.(\d+)\.?(\d*)", done.stdout.strip())
    return tuple(int(part or 0) for part in found.groups()) if found else None


def quarto_is_usable() -> bool:
    """Tell whether a Quarto that is new enough is installed."""
    version = quarto_version()
    return version is not None and version >= OLDEST
