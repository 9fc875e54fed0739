"""A small review of invented records, to be screened."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.screening_choices import Reason, Screening
from schemas.tables import MODELS

EDITION = Path(__file__).parents[2] / "edition-1.0"
SEARCH = "2026-01-10-pubmed"
SECOND_SEARCH = "2026-01-10-embase"
PEOPLE = "  reviewers: [AB, CD]\n  arbiter: EF\n"
REASONS = ("review_article", "case_report", "insufficient_data")


def choices(per_record: int = 2, reviewers: Sequence[str] = ("AB", "CD")) -> Screening:
    """Give a section `screening` with an arbiter EF."""
    return Screening.model_validate(
        {
            "reviewers": list(reviewers),
            "reviewers_per_record": per_record,
            "arbiter": "EF",
            "reasons": [Reason(id=name, label=name.replace("_", " ")) for name in REASONS],
        }
    )


@dataclass(frozen=True)
class Project:
    """A review's folder whose records can be screened."""

    root: Path

    def path(self, table: str) -> Path:
        return self.root / "data" / f"{table}.csv"

    def rows(self, table: str) -> list[dict[str, str]]:
        with self.path(table).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def write(self, table: str, rows: Iterable[Mapping[str, str]]) -> None:
        text = io.StringIO()
        names = [str(name) for name in MODELS[table].to_schema().columns]
        with self.path(table).open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file), names)
        writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.path(table).write_text(text.getvalue(), encoding="utf-8", newline="")

    def add(self, table: str, *rows: Mapping[str, str]) -> None:
        self.write(table, [*self.rows(table), *rows])

    def decisions(self) -> set[tuple[str, str, str, str, str]]:
        names = ("record_id", "stage", "reviewer", "decision", "reason")
        return {tuple(row[name] for name in names) for row in self.rows("screening")}  # type: ignore[misc]


def record(number: int, search: str = SEARCH, **cells: str) -> dict[str, str]:
    """Give an invented record."""
    return {
        "record_id": record_id(number),
        "search_id": search,
        "position": str(number),
        "title": f"Example report {number}",
        "authors": "Example, A; Sample, B",
        "year": "2025",
        "source_title": "Journal of Examples",
        "doi": f"10.1000/example.{number}",
        "abstract": f"Abstract {number}.",
        **cells,
    }


def record_id(number: int) -> str:
    return f"R{number:05d}"


def project(folder: Path, records: int = 6, **cells: str) -> Project:
    """Make a review with records of one search; cells are those of every record."""
    shutil.copytree(EDITION / "data", folder / "data")
    (folder / "manuscript").mkdir()
    shutil.copyfile(
        EDITION / "manuscript" / "references.bib", folder / "manuscript" / "references.bib"
    )
    protocol = folder / "data" / "protocol.yml"
    text = protocol.read_text(encoding="utf-8")
    assert "  reviewers: []\n" in text
    protocol.write_text(text.replace("  reviewers: []\n", PEOPLE), encoding="utf-8")
    made = Project(folder)
    made.add(
        "searches",
        {
            "search_id": SEARCH,
            "database": "PubMed",
            "kind": "database",
            "search_date": "2026-01-10",
            "query": "example",
            "records": str(records),
        },
    )
    made.write("records", [record(number, **cells) for number in range(1, records + 1)])
    return made


def decided(
    number: int, stage: str, reviewer: str, decision: str, reason: str = ""
) -> dict[str, str]:
    """Give a row of screening.csv."""
    return {
        "record_id": record_id(number),
        "stage": stage,
        "reviewer": reviewer,
        "decision": decision,
        "reason": reason,
        "decided_on": "2026-01-20",
    }


def both(number: int, stage: str, decision: str, reason: str = "") -> list[dict[str, str]]:
    """Give the same decision of both reviewers."""
    return [decided(number, stage, name, decision, reason) for name in ("AB", "CD")]
