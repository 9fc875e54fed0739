"""How much information a comparison needs, by measure."""

from __future__ import annotations

from dataclasses import dataclass

PER_THOUSAND = 1000


@dataclass(frozen=True, slots=True)
class SizeRule:
    """How the information that a comparison needs is computed.

    Attributes
    ----------
    what
        What is counted: participants or events.
    formula
        In words, for the reader.
    by_risk
        Whether it is computed from a risk and its change, or from a difference and its standard
        deviation.
    function
        Its name in `analysis.meta.required_size`.
    """

    what: str
    formula: str
    by_risk: bool
    function: str

    def needed(self, first: float, second: float, *, alpha: float, power: float) -> float | None:
        """Compute it from a risk and its change, or a difference and its standard deviation.

        None where no number is enough, as for a risk that would leave 0 to 1.
        """
        from analysis.meta import required_size
        from analysis.meta.errors import MetaInputError

        try:
            return getattr(required_size, self.function)(first, second, alpha=alpha, power=power)
        except MetaInputError:
            return None


_Z = "4 (z(1 − α/2) + z(power))²"
RISKS = SizeRule(
    "participants",
    f"{_Z} p(1 − p) / δ², p being the mean of the two risks and δ their difference (Guyatt 2011)",
    True,
    "size_for_risks",
)
SCORES = SizeRule("participants", f"{_Z} SD² / δ² (Guyatt 2011)", False, "size_for_means")
HAZARDS = SizeRule("events", f"{_Z} / (ln HR)² (Schoenfeld 1983)", True, "events_for_hazards")
