"""Under which rules effects are computed: a profile, a level and the interval of single studies."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.meta.profiles import Profile

#: Names in the protocol that stand for several fields of a profile, or for none.
_TOGETHER = {"zero": ("proportion_zero", "raw_proportion_zero", "two_arm_zero", "rate_zero")}
_SCALE = "scale"


@dataclass(frozen=True, slots=True)
class Conventions:
    """The numerical choices for one outcome.

    Attributes
    ----------
    profile
        The protocol's profile, with what the outcome changes in it.
    level
        Confidence level, a fraction.
    study_interval
        Interval of a single proportion (`analysis.meta.study_intervals.INTERVALS`).
    scale
        Scale of the model by its name in `analysis.meta.effect_measures`; None leaves it to the
        profile or the measure.
    """

    profile: Profile
    level: float = 0.95
    study_interval: str = "wald"
    scale: str | None = None


def departing(conventions: Conventions, departures: Mapping[str, object]) -> Conventions:
    """Return the conventions of an outcome that departs from the profile.

    Parameters
    ----------
    conventions
        Those of the protocol.
    departures
        By field of the profile; ``scale`` names the scale of the model, ``zero`` the rule for
        studies with a zero in every kind of count.

    Raises
    ------
    KeyError
        If there is no such convention; the message is the name.
    MetaInputError
        If a convention cannot have that value.
    """
    from analysis.meta.conventions import overridden

    profile = conventions.profile
    known = {field.name for field in fields(profile)}
    changed: dict[str, object] = {}
    for name, value in departures.items():
        together = [part for part in _TOGETHER.get(name, (name,)) if part in known]
        if not together and name != _SCALE:
            raise KeyError(name)
        changed |= dict.fromkeys(together, value)
    scale = departures.get(_SCALE, conventions.scale)
    return replace(
        conventions,
        profile=overridden(profile, changed) if changed else profile,
        scale=None if scale is None else str(scale),
    )
