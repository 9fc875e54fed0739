"""The protocol a new review begins with: an example of its kind, to put one's own choices in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.measures.group_data import RATES
from analysis.measures.registry import COUNTED, MEASURES, measure
from analysis.meta.profiles import PROFILES
from analysis.new_review.starting_entries import id_of, rated_entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.vocabulary import ReviewKind

#: Intervals allow for few studies; what it does not say of proportions, the outcomes say.
PROFILE = "cochrane2025"
_RATE_UNIT = "per 1,000 person-years"
_BY_COUNTS = "glmm"


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of review begins with.

    Attributes
    ----------
    words
        What it is, for the question that asks for it.
    design
        Design of the measures that fit it; empty where nothing is pooled and every one fits.
    measures
        Names of the measures it begins with.
    title
        Of the example.
    treated
        Whether there is a treatment, with adverse events.
    """

    words: str
    design: str
    measures: tuple[str, ...]
    title: str
    treated: bool


KINDS: Mapping[ReviewKind, Kind] = MappingProxyType(
    {
        "single_arm": Kind(
            "treated groups without a control",
            "one group",
            ("proportion", "median"),
            "Example treatment for an example condition",
            treated=True,
        ),
        "prevalence": Kind(
            "groups without a treatment of the review",
            "one group",
            ("proportion",),
            "Prevalence of an example condition",
            treated=False,
        ),
        "two_arms": Kind(
            "comparisons of two groups",
            "two groups",
            ("RR",),
            "Example treatment against control for an example condition",
            treated=True,
        ),
        "narrative": Kind(
            "studies side by side, nothing is pooled",
            "",
            ("SMD",),
            "Experience with an example condition",
            treated=False,
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What a team says of its review before it begins.

    Attributes
    ----------
    kind
        A name of `KINDS`.
    measures
        One outcome is made for each, ``RR`` or with its label ``RR:Tuberculosis``; empty for those
        of the kind.
    tools
        Quality tools by which studies are judged; empty for any.
    words
        Entries of ``review`` in the protocol in the team's words: title, intervention, comparator
        and condition; an example stands where there is none.
    harms
        Whether adverse events are pooled; None where the kind has a treatment.
    living
        Whether the review is kept up to date.
    profile
        Named set of numerical conventions.
    """

    kind: ReviewKind = "single_arm"
    measures: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    harms: bool | None = None
    living: bool = True
    profile: str = PROFILE


def measures_of(kind: ReviewKind) -> tuple[str, ...]:
    """Give the names of the measures that fit a kind of review."""
    design = KINDS[kind].design
    return tuple(entry.name for entry in MEASURES.values() if design in ("", entry.design))


def starting_protocol(choices: Choices) -> str:
    """Write the protocol, without the list of figures and tables.

    Parameters
    ----------
    choices
        What the team said.
    """
    kind = KINDS[choices.kind]
    names = choices.measures or kind.measures
    used = [measure(given.partition(":")[0]) for given in names]
    harms = choices.harms if choices.harms is not None else kind.treated
    parts = [
        _review(choices, kind),
        _conventions(choices),
        _comparisons(choices) if any(entry.design == "two groups" for entry in used) else "",
        _outcomes(names, choices.profile, pooled=bool(kind.design)),
        _certainty(names),
        _GROUPS if kind.design else "",
        _CHARACTERISTICS,
        _columns(kind),
        _MODERATORS if kind.design else "",
        _tools(choices),
        _harms(kind, choices.profile) if harms else "",
        _SCREENING,
        _UPDATE if choices.living else "",
        _ABBREVIATIONS,
    ]
    return "\n".join(filter(None, parts))


def _said(choices: Choices, name: str, example: str) -> str:
    """Give a word of the team, or the example, as YAML reads it."""
    given = choices.words.get(name)
    return example if given is None else json.dumps(given, ensure_ascii=False)


def _review(choices: Choices, kind: Kind) -> str:
    living = "A living systematic review" if choices.living else "A systematic review"
    title = _said(choices, "title", kind.title)
    words = [("intervention", "the example treatment")] if kind.treated else []
    words += [("comparator", "the example control")] if kind.design == "two groups" else []
    words.append(("condition", "the example condition"))
    rest = "".join(f"  {name}: {_said(choices, name, example)}\n" for name, example in words)
    return f"""\
# What this review asks and how it answers. The program reads every choice from here.
# `review check` says what is wrong with an entry; data/README.md explains each one.
# Where an example stands, put your own question, outcomes and groups.

review:
  title: {title}
  subtitle: {living}{" and meta-analysis" if kind.design else ""}
  edition: "1.0"
  # single_arm, prevalence, two_arms or narrative.
  kind: {choices.kind}
  living: {str(choices.living).lower()}
{rest}  # registration: {{registry: PROSPERO, id: CRD4...}}
"""


def _comparisons(choices: Choices) -> str:
    treatment = _said(choices, "intervention", "Example treatment")
    control = _said(choices, "comparator", "Control")
    sides = [
        choices.words.get(n, d)
        for n, d in (("intervention", "Example treatment"), ("comparator", "control"))
    ]
    return f"""\
# Which arms meet. `several` says what is done with further arms on one side: refuse, combine,
# split, highest_dose, lowest_dose or first.
comparisons:
  - id: main
    label: {json.dumps(" against ".join(sides), ensure_ascii=False)}
    experimental: {{label: {treatment}}}
    control: {{label: {control}}}
    several: refuse
"""


def _tools(choices: Choices) -> str:
    if not choices.tools:
        return ""
    return f"""\
# Tools by which studies are judged; `review docs quality` lists them.
quality_tools: [{", ".join(choices.tools)}]
"""


def _conventions(choices: Choices) -> str:
    return f"""\
# A named set of numerical conventions; `review profiles` shows them side by side. An entry
# model_rule would say when the common-effect ("fixed") model is used: without one, never.
profile: {choices.profile}
confidence_level: 0.95
significance_level: 0.05

# Interval of a single study's proportion in tables and figures: wald, wilson, clopper_pearson,
# agresti_coull or jeffreys. The pooled result does not depend on it.
study_interval: clopper_pearson
"""


def _outcomes(names: tuple[str, ...], profile: str, *, pooled: bool) -> str:
    about = [*_POOLED] if pooled else [*_UNPOOLED]
    if pooled and any(_model(given.partition(":")[0], profile) for given in names):
        about += _COUNTS
    lines = [*about, "outcomes:"]
    for number, given in enumerate(names, start=1):
        name, _, label = given.partition(":")
        # A time has a unit; without a word the schema takes months, percent or none.
        example = f"Example outcome {number}" if len(names) > 1 else "Example outcome"
        made = id_of(label) if label else None
        code = made.upper() if made else f"OUT{number}"
        shown = json.dumps(label, ensure_ascii=False) if label else example
        further = _model(name, profile) if pooled else _synthesis(name)
        lines.append(
            f"  - {{id: {made or f'outcome{number}'}, code: {code}, "
            f"label: {shown}, measure: {measure(name).name}{_unit(name)}{further}}}"
        )
    return "\n".join([*lines, ""])


def _certainty(names: tuple[str, ...]) -> str:
    lines = []
    for number, given in enumerate(names, start=1):
        name, _, label = given.partition(":")
        entry = rated_entry((label and id_of(label)) or f"outcome{number}", name)
        lines.append(f"    - {{{', '.join(f'{key}: {told}' for key, told in entry.items())}}}\n")
    return f"""\
# Whose certainty is rated (GRADE), in the order of the summary of findings. `thresholds`, or
# `decision_limits` for one group, would say which sizes matter: `review docs certainty`.
certainty:
  outcomes:
{"".join(lines)}"""


def _unit(name: str) -> str:
    """Write a unit for rates: without one they are per year of one person, and read 0.00."""
    timed = measure(name).data is RATES and measure(name).has_unit
    return f", unit: {json.dumps(_RATE_UNIT)}" if timed else ""


def _model(name: str, profile: str) -> str:
    """Write what proportions change in a profile that pools them otherwise than by their counts."""
    chosen = PROFILES[profile]
    shares = measure(name)
    if not (shares.counted and shares.null is None) or chosen.proportion_model == _BY_COUNTS:
        return ""
    scale = "" if chosen.proportion_measure == "PLO" else "scale: PLO, "
    zero = "" if chosen.proportion_zero == "only0" else ", zero: only0"
    return f",\n     model: {{{scale}proportion_model: {_BY_COUNTS}{zero}}}"


def _synthesis(name: str) -> str:
    """Write how an outcome of this measure is brought together without pooling."""
    compares = measure(name).null is not None
    ways = "direction, effects" if compares else "effects"
    better = ", better: lower" if compares else ""
    return f"{better},\n     synthesis: {{by: [{ways}], why: the studies differ too much}}"


def _columns(kind: Kind) -> str:
    # Without a list the tables would have what the first edition's reviews of cancer had.
    return (
        f"study_columns: [{'n_arm, dose' if kind.treated and kind.design == 'one group' else ''}]\n"
    )


def _harms(kind: Kind, profile: str) -> str:
    compared = ", measure: RR" if kind.design == "two groups" else _model(COUNTED, profile)
    return f"adverse_events: {{grades: [any, serious], minimum_studies: 2{compared}}}\n"


_POOLED = ("# What is pooled. data/README.md lists the measures.",)
_COUNTS = (
    "# `model` departs from the profile: a logistic model of the counts, in which a study of 0 of",
    "# 22 has the weight of its patients; where it has no estimate, logits are pooled instead.",
    "# Take `model` out to follow the profile.",
)
_UNPOOLED = (
    "# What is measured. Nothing is pooled: `by` names what is done instead, direction (votes are",
    "# counted by direction of effect), p_values (P values are combined) or effects (range, median",
    "# and quartiles of the estimates), and `why` says why. data/README.md lists the measures.",
)
_GROUPS = """\
# Columns of studies.csv by which studies are grouped. Write `subgroups: []` for none.
subgroups:
  - id: timing
    column: timing
    label: Timing of the study
    levels:
      - {id: prospective, label: Prospective}
      - {id: retrospective, label: Retrospective}
"""
_CHARACTERISTICS = """\
# Further columns of studies.csv: own ones for the baseline table, such as a stage, and those that
# the program knows (data/README.md lists the columns that this review has).
characteristics: []
"""
_MODERATORS = """\
# Numeric columns of studies.csv for meta-regression, such as
# {column: n_total, label: Number of patients}.
moderators: []
"""
_SCREENING = """\
# Who screens: two reviewers and an arbiter. A report excluded in full text gets one of the reasons.
screening:
  reviewers: []
  reviewers_per_record: 2
  reasons:
    - {id: other_condition, label: other condition}
    - {id: no_outcome, label: no outcome of this review}
"""
_UPDATE = """\
# When an update is due.
update:
  search_interval_months: 6
  registry_interval_months: 3
"""
_ABBREVIATIONS = """\
# Abbreviations used in tables and figures, in full.
abbreviations:
  CI: confidence interval
  NA: not applicable
  NR: not reported
"""
