"""What the tests of the audit share: a table in memory, the shipped file, a finding by its name."""

from __future__ import annotations

from pathlib import Path

from analysis.audit.findings import Check, RowFinding
from analysis.audit.run import audit_claims, audit_file
from analysis.audit.table_reading import read_table

SHIPPED = Path(__file__).resolve().parents[2] / "published/reported_statistics.csv"
HEADER = (
    "claim_id,outcome,subgroup_variable,subgroup,statistic,estimate,ci_low,ci_high,unit,"
    "i2_percent,p_value_text,k,note"
)


def audit_table(*lines: str, header: str = HEADER) -> dict[str, RowFinding]:
    """Audit lines of a table by claim."""
    table = read_table("\n".join((header, *lines)) + "\n", "table.csv")
    return {row.claim_id: row for row in audit_claims(table.claims)}


def shipped() -> dict[str, RowFinding]:
    """The audit of the shipped file by claim."""
    return {row.claim_id: row for row in audit_file(SHIPPED).rows}


def check(row: RowFinding, name: str) -> Check:
    """The only check of this name."""
    (found,) = [one for one in row.checks if one.name == name]
    return found
