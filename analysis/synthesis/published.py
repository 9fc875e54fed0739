"""A number that was published, beside the one recomputed here; the audit fills these records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from analysis.synthesis.row import RowRef

Verdict = Literal["agrees", "differs", "not recomputed"]


@dataclass(frozen=True, slots=True)
class ComparedNumber:
    """A printed number and the one recomputed here.

    ``printed`` is the text; values of proportions are fractions. ``recomputed`` is None where this
    edition has no such number, for instance an I² of a single study.
    """

    name: str
    printed: str
    printed_value: float
    recomputed: float | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class PublishedResult:
    """A published result beside its counterpart.

    Attributes
    ----------
    claim_id
        Name of the row in the file.
    group, label
        Heading and name for tables; the names as printed where there is no counterpart.
    kind
        ``proportion``, ``median``, ``P`` or ``count``.
    numbers
        The main number first.
    reconstructed
        Whether reconstructed rows took part in the counterpart.
    same_unit
        Whether print and counterpart are known to be in the same unit.
    verdict, explanation
        ``explanation`` gives at least one reason, chosen by rule.
    """

    claim_id: str
    group: str
    label: str
    kind: str
    numbers: tuple[ComparedNumber, ...]
    reconstructed: bool
    same_unit: bool
    verdict: Verdict
    explanation: tuple[str, ...]
    row: RowRef

    @property
    def difference(self) -> float | None:
        """Recomputed minus printed, of the main number; None in unknown units."""
        main = self.numbers[0] if self.numbers else None
        if main is None or main.recomputed is None or not self.same_unit:
            return None
        return main.recomputed - main.printed_value
