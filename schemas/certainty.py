"""GRADE as data: its levels of certainty, and what each domain takes away from or adds to them.

The domains and steps are those of the GRADE Working Group (Guyatt et al. 2011, J Clin Epidemiol
64:383, doi 10.1016/j.jclinepi.2010.04.026; Balshem et al. 2011, 64:401); the labels are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from schemas.vocabulary import DESIGNS, RANDOMISED_DESIGNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CertaintyLevel = Literal["very low", "low", "moderate", "high"]
#: From the lowest to the highest.
LEVELS: tuple[CertaintyLevel, ...] = ("very low", "low", "moderate", "high")

#: A domain in which a team writes the sentence of an outcome itself, instead of rating.
STATEMENT = "statement"

RANDOMISED, NON_RANDOMISED = "randomised", "non_randomised"
#: What the protocol can give a starting level for: a group of designs, or one design.
START_KEYS: tuple[str, ...] = (RANDOMISED, NON_RANDOMISED, *DESIGNS)
_USUAL_START: Mapping[str, CertaintyLevel] = MappingProxyType(
    {RANDOMISED: "high", NON_RANDOMISED: "low"}
)


@dataclass(frozen=True, slots=True)
class Domain:
    """One reason to trust a body of evidence less, or more.

    Attributes
    ----------
    label
        In a table.
    levels
        What can be judged, and how many steps of certainty it costs (below 0) or adds.
    needed
        Whether every rating has to judge it.
    meaning
        What is asked, for the dictionary.
    """

    label: str
    levels: Mapping[str, int]
    needed: bool
    meaning: str

    @property
    def raises(self) -> bool:
        """Whether it can only add to the certainty."""
        return max(self.levels.values(), default=0) > 0


_CONCERN = MappingProxyType(
    {"not serious": 0, "serious": -1, "very serious": -2, "extremely serious": -3}
)
_SUSPICION = MappingProxyType({"not detected": 0, "suspected": -1, "very strongly suspected": -2})
_SIZE = MappingProxyType({"no": 0, "large": 1, "very large": 2})
_PRESENT = MappingProxyType({"no": 0, "yes": 1})

DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "risk_of_bias": Domain(
            "Risk of bias", _CONCERN, True, "limits in design and conduct of the studies"
        ),
        "inconsistency": Domain(
            "Inconsistency", _CONCERN, True, "results differ and nothing explains it"
        ),
        "indirectness": Domain(
            "Indirectness", _CONCERN, True, "people, treatment, comparator or outcome differ"
        ),
        "imprecision": Domain(
            "Imprecision", _CONCERN, True, "the interval holds results that mean different things"
        ),
        "publication_bias": Domain(
            "Publication bias", _SUSPICION, True, "results are likely to be missing"
        ),
        "large_effect": Domain("Large effect", _SIZE, False, "too large for confounding alone"),
        "dose_response": Domain("Dose response", _PRESENT, False, "more of it does more"),
        "opposing_confounding": Domain(
            "Opposing confounding",
            _PRESENT,
            False,
            "what was not adjusted for hides the effect",
        ),
        STATEMENT: Domain(
            "Statement", MappingProxyType({}), False, "the team's own sentence, in `reason`"
        ),
    }
)


def domain_values() -> dict[str, str]:
    """Give the domains and what they mean, as the closed list of a column."""
    return {name: domain.meaning for name, domain in DOMAINS.items()}


def level_values() -> dict[str, str]:
    """Give the judgements of all domains with the steps they mean, as the list of a column."""
    found: dict[str, str] = {}
    for domain in DOMAINS.values():
        for word, step in domain.levels.items():
            found.setdefault(word, f"{step:+d}" if step else "no change")
    return found


def start_level(design: str, chosen: Mapping[str, CertaintyLevel]) -> CertaintyLevel:
    """Give the level at which evidence from a design begins.

    Parameters
    ----------
    design
        A name of `DESIGNS`.
    chosen
        What the protocol says, by the names of `START_KEYS`; a design stands before its group.
    """
    group = RANDOMISED if design in RANDOMISED_DESIGNS else NON_RANDOMISED
    return chosen.get(design) or chosen.get(group) or _USUAL_START[group]


def body_start(
    designs: Iterable[str], chosen: Mapping[str, CertaintyLevel]
) -> CertaintyLevel | None:
    """Give the level at which a body of studies begins: that of its weakest design.

    None where no study has a known design.
    """
    found: list[CertaintyLevel] = [
        start_level(design, chosen) for design in designs if design in DESIGNS
    ]
    return min(found, key=LEVELS.index, default=None)


def moved(start: CertaintyLevel, steps: int) -> CertaintyLevel:
    """Give the level that so many steps lead to; it ends at very low and at high."""
    place = LEVELS.index(start) + steps
    return LEVELS[min(max(place, 0), len(LEVELS) - 1)]
