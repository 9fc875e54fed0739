"""Under which conventions an outcome is pooled: the profile's, with what the outcome changes."""

from __future__ import annotations

import difflib
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from analysis.measures.conventions import Conventions, departing
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.meta.profiles import Profile
    from analysis.synthesis.results import AdverseEvent, Outcome, Synthesis
    from schemas.protocol import Protocol


def profile_of(source: Protocol | Synthesis) -> Profile:
    """Return the profile that a protocol names: one of the program, or the team's own.

    Raises
    ------
    MetaInputError
        If there is no such profile, or the team's own changes what cannot be changed.
    """
    from analysis.meta.conventions import overridden
    from analysis.meta.profiles import profile

    own = source.own_profile
    if own is None:
        return profile(source.profile)
    changed = overridden(profile(own.based_on), own.conventions)
    return replace(changed, name=own.id, program=own.program)


def conventions_of_protocol(protocol: Protocol) -> Conventions:
    """Return the conventions that hold where an outcome changes nothing."""
    return Conventions(profile_of(protocol), protocol.confidence_level, protocol.study_interval)


def conventions_of(
    synthesis: Synthesis, entry: Outcome | AdverseEvent | None = None
) -> Conventions:
    """Return the conventions under which an outcome, or an adverse event, was pooled.

    Parameters
    ----------
    synthesis
        Its profile, level and interval of single studies.
    entry
        With what it changes; None for those of the whole review.
    """
    whole = Conventions(profile_of(synthesis), synthesis.level, synthesis.study_interval)
    return whole if entry is None else departing(whole, entry.model)


def own_conventions(
    conventions: Conventions, model: Mapping[str, object], entry: str
) -> Conventions:
    """Return the protocol's conventions with what one of its entries changes in them.

    Parameters
    ----------
    conventions
        Those of the protocol.
    model
        What is changed, by the names of a profile's fields, ``scale`` and ``zero``.
    entry
        Of the protocol, for messages: ``outcomes[orr]``.

    Raises
    ------
    DataProblems
        If there is no convention of that name, or it cannot have that value.
    """
    from analysis.meta.errors import MetaInputError

    try:
        return departing(conventions, model)
    except KeyError as error:
        name = str(error.args[0])
        known = [field.name for field in fields(conventions.profile)]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}? " if near else ""
        place = f"{entry}.model.{name}"
        what, value = "No profile has a convention of this name.", str(model[name])
        hint += "The names are the fields of a profile, scale and zero."
    except MetaInputError as error:
        place, value = f"{entry}.model", None
        what, hint = str(error), "docs/profiles.md lists the conventions and their values."
    problem = Problem(
        "data/protocol.yml", None, place, value, what, hint, "error", "protocol-model"
    )
    raise DataProblems([problem])
