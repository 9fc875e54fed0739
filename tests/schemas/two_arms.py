"""A small review of two arms, written into a folder: made-up studies, nobody's results."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas import CheckReport, Problem, check_review

if TYPE_CHECKING:
    from pathlib import Path

PROTOCOL = """\
review:
  title: A comparison
  edition: "1.0"
  kind: two_arms
  living: false
  intervention: treatment
  comparator: no treatment
  condition: a condition
profile: metafor
confidence_level: 0.95
comparisons:
  - id: main
    label: Treatment against control
    experimental: {label: Treatment}
    control: {label: Control}
outcomes:
  - id: score
    code: SCORE
    label: Severity
    measure: SMD
    unit: points
    better: lower
    instruments:
      - {id: scale-a, label: Scale A, low: 0, high: 50, higher_is: worse}
      - {id: scale-b, label: Scale B}
    time: {rule: nearest, at: 12, unit: weeks}
  - {id: response, code: RESPONSE, label: Response, measure: RR, better: higher}
  - {id: survival, code: OS, label: Overall survival, measure: HR, better: lower}
"""
_KNOWN = {"evidence": "verified", "source": "10.1000/xyz", "location": "Table 2"}
_N = 40


@dataclass
class TwoArms:
    """Rows of every table, written by `check`."""

    root: Path
    protocol: str = PROTOCOL
    tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path, studies: int = 5) -> TwoArms:
        made = cls(root)
        for number in range(1, studies + 1):
            made.add_study(f"S{number}", shift=number)
        return made

    def add_study(self, study: str, shift: int = 0) -> None:
        self.add(
            "studies",
            study_id=study,
            citation_key=study,
            label=study,
            year="2020",
            design="rct",
            n_total=str(2 * _N),
        )
        for arm, role in (("T", "experimental"), ("C", "control")):
            self.add("arms", study_id=study, arm=arm, role=role, label=arm, n_randomised=str(_N))
            better = arm == "T"
            self.add(
                "outcomes",
                study_id=study,
                arm=arm,
                outcome="SCORE",
                instrument="scale-a",
                time="12",
                time_unit="weeks",
                n=str(_N - 1),
                mean=str(14 + shift if better else 20 + shift),
                sd=f"{8 + shift / 10:.1f}",
            )
            self.add(
                "outcomes",
                study_id=study,
                arm=arm,
                outcome="RESPONSE",
                n=str(_N),
                events=str(20 + shift if better else 10 + shift),
            )
        self.add(
            "contrasts",
            study_id=study,
            comparison="main",
            outcome="OS",
            measure="HR",
            estimate="0.70",
            ci_low="0.50",
            ci_high="0.98",
            ci_level="0.95",
        )

    def add(self, table: str, **cells: str) -> dict[str, str]:
        row = {**_KNOWN, **cells}
        self.tables.setdefault(table, []).append(row)
        return row

    def row(self, table: str, **where: str) -> dict[str, str]:
        return next(
            row
            for row in self.tables[table]
            if all(row.get(name) == value for name, value in where.items())
        )

    def check(self) -> CheckReport:
        (self.root / "data").mkdir(exist_ok=True)
        (self.root / "manuscript").mkdir(exist_ok=True)
        (self.root / "data/protocol.yml").write_text(self.protocol, encoding="utf-8")
        keys = {row["citation_key"] for row in self.tables["studies"] if row.get("citation_key")}
        entries = (
            f"@article{{{key},\n  title = {{{key}}},\n  year = {{2020}},\n}}\n" for key in keys
        )
        (self.root / "manuscript/references.bib").write_text("".join(sorted(entries)))
        for table, rows in self.tables.items():
            names = list(dict.fromkeys(name for row in rows for name in row))
            text = io.StringIO()
            writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            (self.root / f"data/{table}.csv").write_text(text.getvalue(), encoding="utf-8")
        return check_review(self.root)

    def problem(self, rule: str) -> Problem:
        found = [problem for problem in self.check().problems if problem.rule == rule]
        assert len(found) == 1, found or self.check().problems
        return found[0]
