"""What a stranger's CSV is pooled with: its studies, their measure and what was chosen for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.pool.csv_layouts import LAYOUTS

if TYPE_CHECKING:
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.profiles import Profile
    from analysis.pool.csv_results import PoolOptions
    from analysis.pool.csv_table import StudyTable

__all__ = ["Settings"]


@dataclass(slots=True)
class Settings:
    """A table of studies and how it is pooled.

    Attributes
    ----------
    table
        The studies.
    measure
        One that their columns give.
    profile
        Conventions of the pool.
    options
        What the user overrides.
    method, test, prediction
        As the engine names them; empty until they are chosen.
    """

    table: StudyTable
    measure: str
    profile: Profile
    options: PoolOptions
    method: str = ""
    test: str = ""
    prediction: str = ""

    @property
    def share(self) -> tuple[str, str] | None:
        """Roles of events and size where the measure is a share of each study's own people."""
        return LAYOUTS[self.table.layout].shares.get(self.measure)

    def clusters(self, part: EffectSizes) -> list[str]:
        """Return the cluster of each row of a part.

        Raises
        ------
        MetaInputError
            If a row names none.
        """
        from analysis.meta.errors import MetaInputError

        found = [self.table.texts["cluster"][int(i)] for i in part.index]
        if "" in found:
            row = int(part.index[found.index("")])
            msg = f"{self.table.named(row)} has no {self.table.columns['cluster']}."
            raise MetaInputError(f"{msg} Every row belongs to a cluster, if only its own.")
        return found
