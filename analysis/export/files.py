"""All exports by name; everything is computed before the first file is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.render.formats import EXPORT_FOLDER
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

PROVENANCE = "provenance.txt"


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: its name and the files, relative to the folder of all exports."""

    name: str
    files: tuple[str, ...]


def _r(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.r_script import r_files

    return r_files(synthesis, data, line)


def _stata(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.stata_script import stata_files

    return stata_files(synthesis, data, line)


def _ris(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.references import ris_files

    return ris_files(synthesis, data)


def _bibtex(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.references import bibtex_files

    return bibtex_files(synthesis, data)


def _revman(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.revman import revman_files

    return revman_files(synthesis, data)


def _netmeta(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.netmeta import netmeta_files

    return netmeta_files(synthesis, data)


def _datapackage(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.datapackage import datapackage_files

    return datapackage_files(synthesis, data, line)


def _tables(synthesis: Synthesis, data: ReviewData, line: str) -> dict[str, bytes]:
    from analysis.export.table_pages import table_pages

    return table_pages(synthesis, data, line)


EXPORTS: dict[str, Callable[[Synthesis, ReviewData, str], dict[str, bytes]]] = {
    "r": _r,
    "stata": _stata,
    "ris": _ris,
    "bibtex": _bibtex,
    "revman": _revman,
    "netmeta": _netmeta,
    "datapackage": _datapackage,
    "tables": _tables,
}


def export(root: Path, names: Iterable[str], out: Path | None = None) -> tuple[Written, ...]:
    """Compute a review and write exports of it.

    Parameters
    ----------
    root
        The project's folder.
    names
        Names out of `EXPORTS`; each gets a folder of its name.
    out
        Where the folders go; ``_output/export`` by default.

    Raises
    ------
    DataProblems
        If the data are wrong, or the place cannot be written to. Each file is then either the old
        one or the new one.
    """
    from analysis.paper.choices import check
    from analysis.storage.atomic import replace_file
    from analysis.synthesis.computation import synthesise
    from analysis.synthesis.origin import provenance_of
    from analysis.synthesis.reconstruction import reconstruction_warning

    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    synthesis = synthesise(report.data)
    line = provenance_of(synthesis, root).line
    made = {name: EXPORTS[name](synthesis, report.data, line) for name in names}
    warning = reconstruction_warning(synthesis)
    about = "".join(f"{text}\n" for text in (line, warning) if text).encode("utf-8")
    target = root / EXPORT_FOLDER if out is None else out
    try:
        for name, contents in made.items():
            (target / name).mkdir(parents=True, exist_ok=True)
            contents[PROVENANCE] = about
            for file, content in contents.items():
                replace_file(target / name / file, content)
    except OSError as error:
        what = f"The export cannot be written ({error.strerror})."
        hint = "Name a folder that can be written to with --out."
        raise DataProblems(
            [Problem(str(out or EXPORT_FOLDER), None, None, None, what, hint, "error", "export")]
        ) from None
    return tuple(
        Written(name, tuple(f"{name}/{file}" for file in sorted(made[name]))) for name in made
    )
