"""Every convention of every profile side by side: ``review profiles`` and ``docs/profiles.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.meta.checks import choice
from analysis.meta.conventions import CONVENTIONS
from analysis.meta.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.profiles import Profile

__all__ = ["as_markdown", "as_text"]

_INTRODUCTION = """\
# Profiles: whose conventions

Programs differ in what they do when nobody tells them otherwise. A profile is the set of choices of
one program; `data/protocol.yml` names one, and `review pool --profile` takes its name. Any single
choice is overridden by its name: `review pool FILE --convention tau2_method=PM`, or `model` of an
outcome in the protocol. This page is made by `make profiles`; a test fails when it is out of date.

A profile of your own is a file in `data/profiles/`, and `profile: ours` in the protocol names it:

```
id: ours
program: Comprehensive Meta-Analysis 4
based_on: meta
conventions:
  tau2_method: PM
  prediction: HTS
```

It stands in the file `ours.yml`. `program` is what the methods section says that it stands for; it
is yours to answer for. `conventions` holds what is different from the profile that it is based on,
by the names below. In the review's folder `review profiles` shows it beside the others.
"""
_ALWAYS = """\
## Under every profile

* Limits of a measure with a range (proportions, risk differences, correlations, rates) are cut to
  it on the way back to the scale of the data, and a note says so.
* One study has no prediction interval.
* Whatever is dropped, corrected or changed is listed with the result.

## Where the conventions of meta were seen to differ from its documentation

meta 8.3-0 was built from source and run. (1) Raw proportions of 0 or 100 %: `raw_proportion_zero`.
(2), (3) Risk differences: `difference_correction`. (4) The denominator of RR: `ratio_denominator`.
(5) Q for DerSimonian-Laird with two arms: `dl_centre`. (6) Prediction from a mixed model:
`glmm_prediction`. (7) Its I²: `glmm_i2`. (8) Limits cut: under every profile. (9) Interval of τ²:
`tau2_interval`. (10) One τ² for all subgroups under Hartung-Knapp: `subgroup_dispersion`. (11) I²
of two studies: `i2_interval_two`. (12) Only events in both arms: `drop_all_events`. (13) A mixed
model with Hartung-Knapp is tested with t and k - 1: `test`.
"""


def as_text(
    names: Sequence[str] = (), *, differing: bool = False, own: Profile | None = None
) -> str:
    """Return the table for a terminal: under each question one line for each profile.

    Parameters
    ----------
    names : sequence of str
        Profiles to show; all by default.
    differing : bool
        Leave out what all of them share.
    own : Profile, optional
        The one of a review, beside those of the program.

    Raises
    ------
    MetaInputError
        If there is no profile of a name.
    """
    known = PROFILES if own is None else {**PROFILES, own.name: own}
    chosen = [known[choice("profile", name, known)] for name in names or known]
    lines = [f"{item.name}: {item.program}" for item in chosen]
    width = max(len(item.name) for item in chosen)
    section = ""
    for convention in CONVENTIONS.values():
        values = [_shown(getattr(item, convention.field)) for item in chosen]
        if differing and len(set(values)) == 1:
            continue
        if convention.section != section:
            section = convention.section
            lines += ["", section]
        lines.append(f"  {convention.field}: {convention.question}")
        lines += [f"    {item.name:<{width}}  {v}" for item, v in zip(chosen, values, strict=True)]
    return "\n".join(lines)


def as_markdown() -> str:
    """Return the page."""
    chosen = list(PROFILES.values())
    lines = [_INTRODUCTION, "| profile | program |", "|---|---|"]
    lines += [f"| `{item.name}` | {item.program} |" for item in chosen]
    section = ""
    for convention in CONVENTIONS.values():
        if convention.section != section:
            section = convention.section
            lines += ["", f"## {section}", "", _row(["", *(f"`{p.name}`" for p in chosen)])]
            lines.append("|---" * (len(chosen) + 1) + "|")
        lines.append(
            _row([f"{convention.question} (`{convention.field}`)", *_values(chosen, convention)])
        )
    return "\n".join([*lines, "", _ALWAYS.rstrip(), ""])


def _values(chosen: Sequence[Profile], convention: Any) -> list[str]:
    return [_shown(getattr(item, convention.field)) for item in chosen]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
