"""Renders the paper with whichever engine there is, or the one that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analysis.render.formats import FORMATS
from analysis.render.output_stamps import OUTPUT, is_current
from analysis.storage.atomic import staging
from analysis.storage.fingerprint import input_fingerprint
from analysis.storage.folders import is_unfinished

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from analysis.build.build_stamp import BuildReport

EngineName = Literal["auto", "quarto", "embedded"]


@dataclass(frozen=True, slots=True)
class RenderReport:
    """What a render did.

    Attributes
    ----------
    engine
        ``quarto`` or ``embedded``.
    fresh
        False if nothing had changed and the previous files were kept.
    build
        The build before it.
    outdated
        Files of other formats that were removed, because they were made from other data.
    notes
        What is worth knowing about the files, after the notes of the build.
    """

    engine: str
    fresh: bool
    build: BuildReport
    outdated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def render(
    root: Path,
    formats: Sequence[str],
    *,
    engine: EngineName = "auto",
    force: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> RenderReport:
    """Build if anything has changed, then render.

    Parameters
    ----------
    root
        The project's folder.
    formats
        Names out of :data:`analysis.render.formats.FORMATS`.
    engine
        ``auto`` takes Quarto where it is installed in a version that is new enough.
    force
        Render even if nothing has changed.
    progress
        Called with a line of text before or after each step.

    Raises
    ------
    DataProblems
        If data, protocol or manuscript are wrong; ``_output/`` is left as it was.
    """
    from analysis.render.quarto_program import quarto_is_usable

    use_quarto = engine == "quarto" or (engine == "auto" and quarto_is_usable())
    name = "quarto" if use_quarto else "embedded"
    # A user of Quarto may ask it for any format afterwards.
    pixels = use_quarto or any(FORMATS[form].takes_pixels for form in formats)
    if not force and (kept := _kept(root, formats, name, pixels=pixels)):
        return kept
    from analysis.build.building import build

    built = build(root, force=force, progress=progress, pixels=pixels)
    state = f"{name} {built.fingerprint}"
    if not force and is_current(root, formats, state):
        return RenderReport(name, fresh=False, build=built)
    if use_quarto:
        from analysis.render.quarto import render_with_quarto

        outdated = render_with_quarto(root, formats, state, progress=progress)
        return RenderReport(name, fresh=True, build=built, outdated=outdated)
    from analysis.render.embedded import render_embedded
    from analysis.render.publish import publish

    with staging(root) as folder:
        notes = render_embedded(root, formats, folder, progress=progress)
        outdated = publish(root, folder, formats, state)
    progress(f"files are in {OUTPUT}/")
    return RenderReport(name, fresh=True, build=built, outdated=outdated, notes=notes)


def _kept(root: Path, formats: Sequence[str], engine: str, *, pixels: bool) -> RenderReport | None:
    """Say that nothing has changed, if so, without waiting for the lock or loading anything."""
    from analysis.build.build_stamp import kept_build

    if is_unfinished(root):
        return None
    state = input_fingerprint(root)
    built = kept_build(root, state, pixels=pixels)
    if built is None or not is_current(root, formats, f"{engine} {state}"):
        return None
    return RenderReport(engine, fresh=False, build=built)
