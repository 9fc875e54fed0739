"""A small review of another kind than the shipped one: a protocol and the cells that matter."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from analysis.new_review.folder import new_review

_ENTRY = """
@article{{{study}, title = {{Report of {study}}}, author = {{Author, {study}}}, year = {{2000}},
  journal = {{Journal}}, volume = {{1}}, pages = {{{page}}}}}
"""
_READ = {"evidence": "verified", "source": "10.1000/small", "location": "table 1"}


def small_review(
    root: Path, protocol: str, tables: Mapping[str, Sequence[Mapping[str, object]]]
) -> Path:
    """Make a folder with text for a protocol, and fill tables of it.

    Parameters
    ----------
    root
        The folder; it does not exist yet.
    protocol
        Without ``display``.
    tables
        Rows by name of the table; cells that are not given stay empty, studies need an id alone.
    """
    given = root.parent / f"{root.name}.yml"
    given.write_text(protocol, encoding="utf-8")
    new_review(root, given)
    with (root / "manuscript/references.bib").open("a", encoding="utf-8") as stream:
        for page, row in enumerate(tables["studies"], start=1):
            stream.write(_ENTRY.format(study=row["study_id"], page=page))
    cohorts = "comparisons:" not in protocol
    for name, rows in tables.items():
        path = root / f"data/{name}.csv"
        header = path.read_text(encoding="utf-8").strip().split(",")
        known = [{**_usual(name, row, cohorts), **row} for row in rows]
        unknown = {key for row in rows for key in row} - set(header)
        assert not unknown, f"{name}.csv has no {', '.join(sorted(unknown))}"
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, header, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(known)
    return root


def _usual(name: str, row: Mapping[str, object], cohorts: bool) -> dict[str, object]:
    if name == "studies":
        study = row["study_id"]
        design = "prospective_cohort" if cohorts else "rct"
        return {"label": study, "citation_key": study, "design": design, "year": 2000, **_READ}
    return dict(_READ)
