"""What an audit says: one verdict a check, one a row, the arithmetic in words and numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["impossible", "inconsistent", "consistent", "cannot tell"]

# A row is as bad as its worst check; a check that cannot tell takes nothing from one that can.
WORST_FIRST: tuple[Verdict, ...] = ("impossible", "inconsistent", "consistent", "cannot tell")
ALARMS: tuple[Verdict, ...] = ("impossible", "inconsistent")


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one row.

    Attributes
    ----------
    name
        Of the check, the same in every audit.
    verdict
        ``impossible``: no data give this. ``inconsistent``: printed numbers exclude each other.
        ``consistent``: they agree within rounding. ``cannot tell``: they decide nothing.
    arithmetic
        Words and numbers that a reader can follow with a calculator.
    rows
        The claims that took part, the row itself first.
    look_at
        What to open or ask, empty if there is nothing.
    """

    name: str
    verdict: Verdict
    arithmetic: str
    rows: tuple[str, ...]
    look_at: str = ""


@dataclass(frozen=True, slots=True)
class RowFinding:
    """All checks of one row.

    Attributes
    ----------
    claim_id
        As in the file, or made from page and line.
    place
        Where it stands: line of the table, or page and line of the text.
    claim
        What is printed, in one line.
    checks
        In a fixed order; empty if nothing could be compared.
    """

    claim_id: str
    place: str
    claim: str
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of the checks; ``cannot tell`` without any."""
        found = {check.verdict for check in self.checks}
        for verdict in WORST_FIRST:
            if verdict in found:
                return verdict
        return "cannot tell"


@dataclass(frozen=True, slots=True)
class Unparsed:
    """Something that looks like a statistic and could not be read.

    Attributes
    ----------
    place
        Line, column or page.
    text
        As it stands there.
    why
        What was expected.
    """

    place: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The audit of one file.

    Attributes
    ----------
    file
        The name as it was given.
    rows
        In the order of the file.
    unparsed
        What could not be read.
    """

    file: str
    rows: tuple[RowFinding, ...]
    unparsed: tuple[Unparsed, ...]

    @property
    def alarmed(self) -> bool:
        """Whether any row is inconsistent or impossible."""
        return any(row.verdict in ALARMS for row in self.rows)


class UnreadableFile(Exception):  # noqa: N818 - named for what the user reads
    """The file cannot be audited; the message says what to look at."""
