"""The protocol a new review begins with: an example of its kind, to put one's own choices in."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from analysis.measures.registry import COUNTED, MEASURES, measure
from analysis.meta.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.vocabulary import ReviewKind

#: Intervals allow for few studies; what it does not say of proportions, the outcomes say.
PROFILE = "cochrane2025"
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
        One outcome is made for each; empty for those of the kind.
    harms
        Whether adverse events are pooled; None where the kind has a treatment.
    living
        Whether the review is kept up to date.
    profile
        Named set of numerical conventions.
    """

    kind: ReviewKind = "single_arm"
    measures: tuple[str, ...] = ()
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
    harms = choices.harms if choices.harms is not None else kind.treated
    parts = [
        _review(choices, kind),
        _conventions(choices),
        _COMPARISONS if any(measure(name).design == "two groups" for name in names) else "",
        _outcomes(names, choices.profile, pooled=bool(kind.design)),
        _GROUPS if kind.design else "",
        _CHARACTERISTICS,
        _MODERATORS if kind.design else "",
        _harms(kind, choices.profile) if harms else "",
        _SCREENING,
        _UPDATE if choices.living else "",
        _ABBREVIATIONS,
    ]
    return "\n".join(filter(None, parts))


def _review(choices: Choices, kind: Kind) -> str:
    treatment = "  intervention: the example treatment\n" if kind.treated else ""
    against = "  comparator: the example control\n" if kind.design == "two groups" else ""
    living = "A living systematic review" if choices.living else "A systematic review"
    return f"""\
# What this review asks and how it answers. The program reads every choice from here.
# `review check` says what is wrong with an entry; data/README.md explains each one.
# What stands here is an example: put your own question, outcomes and groups in its place.

review:
  title: {kind.title}
  subtitle: {living}{" and meta-analysis" if kind.design else ""}
  edition: "1.0"
  # single_arm, prevalence, two_arms or narrative.
  kind: {choices.kind}
  living: {str(choices.living).lower()}
{treatment}{against}  condition: the example condition
  # registration: {{registry: PROSPERO, id: CRD4...}}
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
    if pooled and any(_model(name, profile) for name in names):
        about += _COUNTS
    lines = [*about, "outcomes:"]
    for number, name in enumerate(names, start=1):
        # A time has a unit; without a word the schema takes months, percent or none.
        label = f"Example outcome {number}" if len(names) > 1 else "Example outcome"
        further = _model(name, profile) if pooled else _synthesis(name)
        lines.append(
            f"  - {{id: outcome{number}, code: OUT{number}, label: {label}, "
            f"measure: {measure(name).name}{further}}}"
        )
    return "\n".join([*lines, ""])


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


def _harms(kind: Kind, profile: str) -> str:
    compared = ", measure: RR" if kind.design == "two groups" else _model(COUNTED, profile)
    return f'adverse_events: {{grades: [any, ">=3"], minimum_studies: 2{compared}}}\n'


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
_COMPARISONS = """\
# Which arms meet. `several` says what is done with further arms on one side: refuse, combine,
# split, highest_dose, lowest_dose or first.
comparisons:
  - id: main
    label: Example treatment against control
    experimental: {label: Example treatment}
    control: {label: Control}
    several: refuse
"""
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
# Further columns of studies.csv for the baseline table, such as a stage.
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
