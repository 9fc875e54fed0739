"""Effects of the studies of one pool on the scale of the model, and the way back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.observation import Observation
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.transforms import Transform

#: How the note of a study of clusters begins.
CLUSTERED = "variance times the design effect"
_WIDENED = f"{CLUSTERED} {{:.3g}} of its clusters"
#: Studies that a note names one by one.
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Effects ready to be pooled.

    Attributes
    ----------
    yi, vi
        Effects and sampling variances, in the order of the observations.
    transform
        From the scale of the model to that of the data.
    notes
        What was corrected, and where the method misleads.
    """

    yi: tuple[float, ...]
    vi: tuple[float, ...]
    transform: Transform
    notes: tuple[str, ...]


class Labelled(Protocol):
    """What a note can name."""

    @property
    def label(self) -> str:
        """The name of the study or cohort."""
        ...


def told(observations: Sequence[Labelled], corrected: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """Say once for each correction in which studies it was made, so that sixty zeros are one note.

    Parameters
    ----------
    observations
        The studies.
    corrected
        Place among them, and what was done.
    """
    by_rule: dict[str, list[str]] = {}
    for place, rule in corrected:
        names = by_rule.setdefault(rule, [])
        if observations[place].label not in names:
            names.append(observations[place].label)
    notes: list[str] = []
    for rule, labels in by_rule.items():
        more = len(labels) - _MOST_NAMED
        names = [*labels[:_MOST_NAMED], f"{more} more"] if more > 1 else labels
        together = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
        notes.append(f"{together}: {rule}")
    return tuple(notes)


def clustered(observations: Sequence[Observation], scale: Scale, widths: Sequence[float]) -> Scale:
    """Multiply the variance of each study of clusters by its design effect, and say so.

    Parameters
    ----------
    observations
        The studies.
    scale
        Their effects, computed as if all patients were independent.
    widths
        Their design effects; 1 where the numbers allow for the clusters.
    """
    widened = [(i, _WIDENED.format(width)) for i, width in enumerate(widths) if width != 1]
    return replace(
        scale,
        vi=tuple(vi * width for vi, width in zip(scale.vi, widths, strict=True)),
        notes=(*scale.notes, *told(observations, widened)),
    )


def scale_of_effects(
    observations: Sequence[Observation], effects: EffectSizes, widths: Sequence[float]
) -> Scale:
    """Return effect sizes as a scale, studies of clusters widened.

    Parameters
    ----------
    observations
        The studies, in the order of the effects.
    effects
        Computed as if all patients were independent.
    widths
        As `clustered`.
    """
    plain = Scale(
        tuple(map(float, effects.yi)),
        tuple(map(float, effects.vi)),
        effects.transform,
        (*told(observations, effects.corrected), *effects.warnings),
    )
    return clustered(observations, plain, widths)
