"""An arm of a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.synthesis.row import RowRef


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm of a study, as data/arms.csv has it."""

    study_id: str
    arm: str
    role: str
    label: str
    treatment: str | None
    dose: float | None
    n_randomised: int | None
    row: RowRef
