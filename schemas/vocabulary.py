"""Closed lists shared by the tables: what may stand in a cell, and what it means."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from schemas.measures import MEASURE_FORMS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: What a review is; here, so that the command which asks for it need not load the models.
ReviewKind = Literal["single_arm", "prevalence", "two_arms", "narrative"]

EVIDENCE: Mapping[str, str] = MappingProxyType(
    {
        "verified": "read in the study's own report; source and location say where",
        "derived": "computed from something that was reported; note says how",
        "data set": (
            "taken from a data set that others share, and not compared with the study's report; "
            "source and location name it"
        ),
        "reconstructed": (
            "chosen so that published pooled rows come out as printed; belongs to no real study"
        ),
    }
)

DESIGNS: Mapping[str, str] = MappingProxyType(
    {
        "rct": "Randomised controlled trial",
        "rct_crossover": "Randomised crossover trial",
        "rct_cluster": "Cluster-randomised trial",
        "nonrandomised_trial": "Non-randomised trial",
        "single_arm_trial": "Single-arm trial",
        "prospective_cohort": "Prospective cohort",
        "retrospective_cohort": "Retrospective cohort",
        "case_control": "Case-control study",
        "cross_sectional": "Cross-sectional study",
        "case_series": "Case series",
    }
)

RANDOMISED_DESIGNS = frozenset({"rct", "rct_crossover", "rct_cluster"})

TIME_UNITS: Mapping[str, str] = MappingProxyType(
    {"days": "days", "weeks": "weeks", "months": "months", "years": "years"}
)

UNITS: Mapping[str, str] = MappingProxyType(
    {"percent": "percent of patients, as printed (46.9, not 0.469)", **TIME_UNITS}
)

ARM_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "experimental": "the treatment under review",
        "control": "what it is compared with",
        "other": "an arm that no comparison uses",
    }
)

DIRECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "experimental": "the effect favours the experimental group",
        "control": "the effect favours the control group",
        "none": "no direction: no difference, conflicting results, or not reported",
    }
)

PERIODS: Mapping[str, str] = MappingProxyType(
    {
        "first": "before the arms were exchanged",
        "second": "after the arms were exchanged",
        "all": "both periods together",
    }
)

CONTRAST_MEASURES: Mapping[str, str] = MappingProxyType(
    {name: form.words for name, form in MEASURE_FORMS.items() if form.contrast}
)

YES_NO: Mapping[str, str] = MappingProxyType({"yes": "yes", "no": "no"})

JADAD_ANSWERS: Mapping[str, str] = MappingProxyType(
    {"yes": "described and done", "no": "not done", "unclear": "cannot be judged from the report"}
)

JBI_ANSWERS: Mapping[str, str] = MappingProxyType(
    {**JADAD_ANSWERS, "not applicable": "the question does not apply to this study"}
)

TRIAL_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        "not yet recruiting": "registered, no patient yet",
        "recruiting": "open",
        "enrolling by invitation": "open to invited patients",
        "active, not recruiting": "patients are treated or followed, none are added",
        "completed": "finished as planned",
        "suspended": "stopped, may start again",
        "terminated": "stopped early",
        "withdrawn": "stopped before the first patient",
        "unknown": "the registry entry has not been updated for two years",
    }
)

# As ClinicalTrials.gov defines the two (data element definitions, "Primary Completion Date").
DATE_TYPES: Mapping[str, str] = MappingProxyType(
    {"estimated": "expected by the sponsor", "actual": "has happened"}
)

# The boxes of the PRISMA 2020 flow diagram (doi 10.1136/bmj.n71), in the order of the diagram.
FLOW_STAGES: Mapping[str, str] = MappingProxyType(
    {
        "identified": "records found in all databases and registers",
        "duplicates removed": "records removed before screening because they were duplicates",
        "screened": "records whose title and abstract were read",
        "records excluded": "records excluded on title and abstract",
        "full texts sought": "reports sought in full text",
        "full texts not retrieved": "reports that could not be obtained",
        "full texts assessed": "reports read in full",
        "full texts excluded": "reports excluded after reading; one row for each reason",
        "included": "studies included in the review",
        "reports included": "reports of the included studies",
    }
)

SCREENING_STAGES: Mapping[str, str] = MappingProxyType(
    {
        "title_abstract": "title and abstract were read",
        "full_text": "the report was sought and read in full",
    }
)

NOT_RETRIEVED = "not retrieved"
SCREENING_DECISIONS: Mapping[str, str] = MappingProxyType(
    {
        "include": "goes on to the full text, or into the review",
        "exclude": "does not belong to the review",
        "unsure": "the arbiter decides",
        NOT_RETRIEVED: "the full text could not be obtained",
    }
)

SEARCH_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "database": "bibliographic database",
        "register": "register of trials or reviews",
        "other": "reference lists, web sites, experts, hand search",
    }
)

UNDONE: Mapping[str, str] = MappingProxyType(
    {
        "person": "a person took the merge back; the two are never merged again",
        "ambiguous": "a later record fits one of the two but not the other: a person decides",
        "overruled": "taken apart by a person, then merged by a person after all",
    }
)

CHECKLISTS: Mapping[str, str] = MappingProxyType(
    {
        "main": "the checklist of the paper",
        "abstract": "the checklist of its abstract",
        "living": "the extension for living systematic reviews, PRISMA-LSR",
    }
)


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Name the entry that was probably meant.

    Parameters
    ----------
    name
        What was written.
    names
        What would have been valid.

    Returns
    -------
    str or None
        The most similar valid name, or None when nothing is similar enough to be a help.
    """
    from rapidfuzz import fuzz, process, utils

    # Sorted: of two names that are equally near, the same one is found every time. 65 of 100:
    # "evens" still finds "events", while unrelated words find nothing.
    found = process.extractOne(
        name, sorted(names), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=65
    )
    return None if found is None else str(found[0])


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Give `nearest` as a sentence, empty when there is no similar name."""
    found = nearest(name, names)
    return "" if found is None or found == name else f'Did you mean "{found}"? '


def list_hint(value: str, values: Iterable[str]) -> str:
    """Say which values a closed list has, the nearest one first."""
    values = list(values)
    return f"{did_you_mean(value, values)}Allowed: {', '.join(values)}."
