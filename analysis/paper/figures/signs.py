"""Which labels the font of the figures cannot write.

Figures use one font that comes with the program, so that they look alike on every machine. It has
no Arabic, Chinese, Japanese, Korean or Thai.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from analysis.paper.figures.style import FONT_FILES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.synthesis.results import Synthesis

__all__ = ["labels_of", "unwritten"]

_MOST_NAMED = 3


def labels_of(synthesis: Synthesis) -> tuple[str, ...]:
    """Give every label that a figure may write, each once."""
    found = [study.label for study in synthesis.studies]
    for outcome in synthesis.outcomes:
        found.append(outcome.label)
        found += [
            pool.level_label or pool.level or ""
            for pools in outcome.subgroups.values()
            for pool in pools
        ]
    found += synthesis.subgroup_labels.values()
    found += [event.term for event in synthesis.adverse_events]
    return tuple(dict.fromkeys(found))


def unwritten(labels: Iterable[str]) -> tuple[str, ...]:
    """Say in one sentence which labels come out as boxes; nothing if none does.

    Parameters
    ----------
    labels
        Plain text.
    """
    known = _signs()
    boxes = [
        label
        for label in labels
        if any(ord(sign) not in known and not sign.isspace() for sign in label)
    ]
    if not boxes:
        return ()
    what = "Figures show boxes for the signs that their font does not have"
    return (f"{what}: {_some(boxes)}. Write these labels in Latin letters.",)


def _some(labels: list[str]) -> str:
    more = len(labels) - _MOST_NAMED
    named = "; ".join(labels[:_MOST_NAMED])
    return f"{named}; {more} more" if more > 0 else named


@lru_cache(maxsize=1)
def _signs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(FONT_FILES["regular"])).get_charmap())
