"""Named values: every number and data-dependent phrase that the manuscript may print.

An author writes ``{{< var orr.estimate >}}``; this package decides what stands there. Each value
knows its unrounded number, its unit, the method and the rows it was computed from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import Value
from analysis.paper.values.certainty import certainty_values
from analysis.paper.values.context import context_values
from analysis.paper.values.declarations import declaration_values
from analysis.paper.values.evidence import evidence_values
from analysis.paper.values.information import information_values
from analysis.paper.values.methods import methods_values
from analysis.paper.values.narrative import narrative_values
from analysis.paper.values.pools import pool_values
from analysis.paper.values.provenance import provenance_values
from analysis.paper.values.published import published_values
from analysis.paper.values.quality import quality_values
from analysis.paper.values.screening import screening_values
from analysis.paper.values.sensitivity import sensitivity_values
from analysis.paper.values.update import update_values
from analysis.paper.values.versions import version_values
from analysis.paper.values.weights import weight_values
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

__all__ = ["Value", "named_values"]


def named_values(synthesis: Synthesis, data: ReviewData) -> dict[str, Value]:
    """Give all values by name, in a stable order.

    Parameters
    ----------
    synthesis
        The computed review.
    data
        The tables, for facts that are not pooled (searches, registration, comparators).

    Raises
    ------
    DataProblems
        If two values have the same name, or one name is the beginning of another, which
        ``_variables.yml`` could not hold.
    """
    found: dict[str, Value] = {}
    for value in (
        *pool_values(synthesis, data.protocol),
        *narrative_values(synthesis),
        *sensitivity_values(synthesis, rule=data.protocol.model_rule.i2_below > 0),
        *weight_values(synthesis, data.protocol),
        *information_values(synthesis),
        *evidence_values(synthesis, data),
        *context_values(synthesis, data),
        *quality_values(synthesis),
        *certainty_values(synthesis, data.protocol),
        *screening_values(data),
        *update_values(data),
        *methods_values(data.protocol),
        *declaration_values(data),
        *provenance_values(synthesis, data),
        *published_values(synthesis),
        *version_values(synthesis),
    ):
        if value.name in found:
            raise _clash(f"Two things of the review have the same name in the text, {value.name}.")
        found[value.name] = value
    for name in found:
        parents = name.split(".")
        for length in range(1, len(parents)):
            if ".".join(parents[:length]) in found:
                other = ".".join(parents[:length])
                raise _clash(f"{name} and {other} cannot both be names in the text.")
    return found


def _clash(what: str) -> DataProblems:
    hint = "Ids of outcomes, groups or variables, or terms of adverse events, differ in signs or "
    hint += "capitals only, or are words that the program uses: give one of them another name."
    problem = Problem("data/protocol.yml", None, None, None, what, hint, "error", "value-names")
    return DataProblems([problem])
