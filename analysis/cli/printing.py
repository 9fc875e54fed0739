"""What several commands print in the same way."""

from __future__ import annotations

import contextlib
import os
import sys

import click


def say_progress(line: str) -> None:
    """Print a step of the work where it does not disturb the output."""
    click.echo(f"· {line}", err=True)


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
