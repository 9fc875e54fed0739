"""How many typed results are found, and how many words of ordinary clinical prose are not?

The passages and sentences are written for this test. What is ordinary holds names, schedules,
doses, levels, limits and definitions; no number in it could be a result of a review. The counts are
printed in docs/lint.md, and a test compares them.
"""

from __future__ import annotations

import re

import pytest

from analysis.lint.quantities import quantities, words_for_numbers
from analysis.lint.results import could_be_result
from tests.conftest import ROOT

PASSAGES = """
Patients had type 2 diabetes and HER2-positive disease. Blockers of PD-1 and IL-6 were given for
COVID-19 and H1N1. The marker CA 19-9 and vitamin B12 were measured.

We looked at 30-day mortality and the SF-36. Doses were given every 3 weeks, for up to 2 years.

Inhibitors of CYP3A4 were stopped 14 days before the first dose. Tumours with the mutation T790M
or an exon 19 deletion entered phase 1b/2 trials.

Adults aged 18 years or older with an ECOG performance status of 0–1 were eligible if the
expected survival was at least 12 weeks.

Estimates are given with 95% confidence intervals (95% CI). *P* < .05 was considered
significant.

Heterogeneity was called considerable if I² exceeded 75%, and a threshold of 50% was used for
the choice of the model.

Severity was graded with version 5.0 of the CTCAE, response with RECIST 1.1 or mRECIST. Analyses
used R 4.3.1 and the package metafor 4.6.

Anlotinib 12 mg was taken once daily on days 1 to 14 of a 21-day cycle; a dose of 8 mg or 10 mg
was allowed. Cisplatin 75 mg/m² was given on day 1.

An ejection fraction below 40% defined heart failure with reduced ejection fraction. Blood
pressure above 140/90 mmHg was treated.

The search covered 2010 to 2024 and was repeated in May 2025. Between 2018 and 2020, the
guideline had changed.

Children under 5 years and women after 20 weeks of gestation were excluded, as were trials with
fewer than 10 patients.

Two reviewers screened the records; a third reviewer decided. Three domains of RoB 2 were rated,
and one outcome was added later.

Participants fasted for 8 hours. Samples were kept at −80 °C and spun at 3000 rpm for 10 minutes
in 0.9% saline.

Stage IIIB or stage 4 disease, BCLC stage C, Child-Pugh class B7 and grade 3 ascites were
recorded. Barcelona criteria of 2022 applied.

The visual analogue scale runs from 0 to 10, the Montgomery scale from 0 to 60; higher scores
mean more symptoms.

The trial had a power of 80% at a two-sided level of 5%. Randomisation was 2:1 in blocks of 4.

Follow-up visits were planned after 6, 12 and 24 months. The primary endpoint was 12-month
survival.

Omega-3 fatty acids, 5-fluorouracil, interleukin-17A and 25-hydroxyvitamin D were compared with
placebo. Factor VIII and CD4 counts were known.

Obesity was defined as a body mass index of 30 kg/m² or more, anaemia as a haemoglobin below
11.0 g/dL.

If more than 20% of patients were lost to follow-up, the domain was rated as high risk. We used
a 2-week window and 24-hour urine.
"""
ORDINARY = [" ".join(passage.split()) for passage in PASSAGES.split("\n\n")]

TYPED = (
    "The pooled response rate was {33.9%}.",
    "Response was seen in {33.9%} (95% CI {26.5–41.2%}).",
    "The hazard ratio was {0.65} (95% CI {0.49 to 0.86}; *P* = {.003}).",
    "Heterogeneity was considerable (I² = {76.4%}, *P* < {.001}).",
    "Median survival was {17.1 months}.",
    "Survival was longer (median {17 months}; HR {0.6}).",
    "In all, {863} patients were treated.",
    "The review has {14} studies with {863} patients.",
    "Of {120} women, {34} responded.",
    "Events occurred in {12}/{120} and {8}/{118} of the groups.",
    "The search found {1,204} records, of which {43} reports were read.",
    "{Fourteen} studies were small.",
    "{Half} of the patients responded.",
    "It was seen in {two thirds} of all patients.",
    "The mean difference was {−2.4} points.",
    "Systolic pressure fell by {12 mmHg}.",
    "HbA1c fell by {0.8%}.",
    "The standardised mean difference was {0.35}.",
    "The odds ratio was {2}.",
    "Mean age was {63 years}.",
    "Mortality was {5%} and {9%}.",
    "More than {40%} of patients responded.",
    "The risk was {3-fold} higher.",
    "{Three} deaths occurred.",
    "The number needed to treat was {25}.",
    "Egger's test gave *P* = {.015}.",
    "The AUC was {0.83}.",
    "Sensitivity was {91%}, specificity {84%}.",
    "Treatment lasted {7 weeks}.",
    "A stay of {4.5 days} was usual.",
    "Costs were {$500} per patient.",
    "The pooled rate was {12 per cent}.",
    "There were {9} deaths among {210} infants.",
    "τ² was {0.04} and Q = {41.7}.",
    "In the control group {31} died.",
    "The score rose from {14} to {22}.",
    "The incidence was {4.2} per {1,000} person-years.",
    "Pain decreased by {2.1} (SD {0.7}).",
    "Twelve centres took part, and {six} studies were blinded.",
    "The prediction interval was {6.6–61.2%}.",
)


def flagged(text: str) -> list[str]:
    """Give the numbers of a text that could be results."""
    found = [q for q in (*quantities(text), *words_for_numbers(text)) if could_be_result(text, q)]
    return [text[q.start : q.end] for q in sorted(found, key=lambda q: q.start)]


def sentences_of(passage: str) -> list[str]:
    return re.split(r"(?<=\.)\s+(?=[A-Z*])", passage)


@pytest.mark.parametrize("passage", ORDINARY)
def test_ordinary_prose_stops_nobody(passage: str) -> None:
    assert [number for each in sentences_of(passage) for number in flagged(each)] == []


def missed(sentence: str) -> list[str]:
    """Give the results of a sentence, in braces, that are not found."""
    plain = sentence.replace("{", "").replace("}", "")
    found = " | ".join(flagged(plain))
    typed = [mark.strip("−$") for mark in re.findall(r"\{(.*?)\}", sentence)]
    heads = [re.split(r"\s|-(?=\D)", mark)[0] for mark in typed]
    return [head for head in heads if not re.search(rf"(?<![\d.]){re.escape(head)}", found)]


@pytest.mark.parametrize("sentence", TYPED)
def test_a_typed_result_is_found(sentence: str) -> None:
    assert missed(sentence) == []


def test_the_manual_says_what_was_measured() -> None:
    results = sum(sentence.count("{") for sentence in TYPED)
    found = results - sum(len(missed(sentence)) for sentence in TYPED)
    numbers = sum(len(list(quantities(passage))) for passage in ORDINARY)
    alarms = sum(len(flagged(each)) for passage in ORDINARY for each in sentences_of(passage))
    said = (
        f"finds {found} of {results} results typed on purpose and stops at {alarms} of the "
        f"{numbers} numbers in {len(ORDINARY)} passages of ordinary clinical prose"
    )
    assert said in " ".join((ROOT / "docs/lint.md").read_text(encoding="utf-8").split())
