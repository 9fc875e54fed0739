"""What several commands print in the same way."""

from __future__ import annotations

import contextlib
import os
import sys
import time

import click

_SECONDS_WITHOUT_BAR = 2.0
_BAR_WIDTH = 30


def say_progress(line: str) -> None:
    """Print a step of the work where it does not disturb the output."""
    click.echo(f"· {line}", err=True)


class ProgressBar:
    """A bar on a terminal for what takes longer than two seconds; nothing anywhere else."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._shown = False

    def __call__(self, share: float, step: str) -> None:
        """Draw the bar.

        Parameters
        ----------
        share
            Share of the work that is done, 0 to 1; at 1 the bar goes.
        step
            What is being done.
        """
        late = time.monotonic() - self._start >= _SECONDS_WITHOUT_BAR
        if not sys.stderr.isatty() or (not late and not self._shown):
            return
        self._shown = share < 1
        full = round(_BAR_WIDTH * share)
        bar = f"{'█' * full}{'░' * (_BAR_WIDTH - full)} {share:4.0%}  {step}"
        click.echo(f"\r\x1b[K{bar if self._shown else ''}", err=True, nl=False)


def say_notes(notes: tuple[str, ...]) -> None:
    """Print what is worth knowing after the work is done."""
    if notes:
        click.echo("\nWorth knowing:")
        for note in notes:
            click.echo(f"  – {note}")
        click.echo("")


def as_json_text(content: object) -> str:
    """Write plain content as JSON for another program."""
    import json

    return json.dumps(content, ensure_ascii=False, indent=1)


def stop_output(error: OSError) -> None:
    """Send what is still to be printed nowhere if printing was what failed.

    Otherwise Python tries once more when it ends, and complains in its own words.
    """
    if error.filename is None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            return
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
