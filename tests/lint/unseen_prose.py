"""Passages and sentences that the rule for results was measured on before anybody tuned it to them.

Braces mark what was typed on purpose as a result. Nothing here comes from a paper.
"""

ORDINARY = """
Stroke was defined by the NIHSS, where 0 means no deficit and 42 is the worst score. A modified
Rankin scale of 0 to 2 was called a good outcome.

Participants took metformin 850 mg twice daily, with insulin glargine U-100 where HbA1c was above
8.5%.

We searched MEDLINE from 1946 onwards and CENTRAL, issue 4 of 2025, without limits of language.

Two reviewers extracted the data on form 3 of the handbook, and a third settled disagreements.

The 5-HT3 antagonists ondansetron and granisetron, and the NK1 antagonist aprepitant, were allowed.

Trials in ICD-10 F32 and F33 were eligible; DSM-5 and DSM-IV-TR diagnoses were accepted alike.

The FLOT4 and CROSS regimens, 5-fluorouracil 2600 mg/m² over 24 h and radiotherapy of 41.4 Gy in 23
fractions, were compared as given.

Children aged 6 months to 5 years were included; in schools, pupils of grades 7 to 9.

Blood pressure was measured after 5 minutes of rest, three times at intervals of 1 minute.

The minimal important difference of the SF-36 is 5 points, that of the six-minute walk 30 m.

SARS-CoV-2 variants B.1.1.7 and BA.2 were typed by RT-PCR with a Ct value below 35.

A P value below .05 was called significant, and I² above 50% substantial.

Vaccines were stored at 2 to 8 °C and given at 0, 1 and 6 months into the deltoid muscle.

The T-score of osteoporosis is −2.5 or lower; vitamin D3 was given as 1000 IU a day.

Blinding of outcome assessors was judged in domain 4 of RoB 2, missing data in domain 3.

Grade 3 neutropenia means fewer than 1.0 × 10⁹ cells per litre, by version 5.0 of the CTCAE.

Patients with Child-Pugh B7 or worse, or with a platelet count under 75 × 10⁹/L, were not eligible.

Phase 2a studies with a 3 + 3 design, and N-of-1 trials, were left out.

Chapter 10.4.4.1 of the Handbook and item 13a of PRISMA 2020 describe what was done.

The Apgar score at 5 minutes and a birth weight under 1500 g defined the group at risk.
"""

TYPED = (
    "In the pooled analysis, bleeding was {1.8} times as likely with aspirin.",
    "Relapse occurred in {27 of 94} patients.",
    "The mean change in the six-minute walk was {34 m} (95% CI {12 to 57}).",
    "Weight fell by {4.2 kg} more in the intervention group.",
    "Overall, {71.4%} attained remission at week 12.",
    "The pooled prevalence was {11.3%}, with wide limits.",
    "We included {27} trials and {6,514} participants.",
    "A quarter of the children, {112}, were re-admitted.",
    "The risk difference was {−0.04}.",
    "Kappa was {0.72} before discussion.",
    "Progression-free survival was {5.8} against {3.1 months}.",
    "Of the {19} reports, {11} were at high risk of bias.",
    "The incidence rate was {7.9} per 1000 person-years.",
    "Nausea was less frequent (RR {0.71}, {0.58–0.87}).",
    "{Seventeen} patients died within 30 days.",
    "The summary AUROC was {0.88}.",
    "{One third} of the trials were stopped early.",
    "Pain scores differed by {1.3 points}.",
    "The 5-year survival rate was {62%}.",
    "The median follow-up was {26 months}.",
    "The number needed to harm was {34}.",
    "Serum creatinine rose by {15 µmol/L}.",
    "At one year, {58} of {121} had stopped treatment.",
    "Treatment costs fell by €{1,250} a year.",
    "Heterogeneity was low (I² = {12%}).",
    "Trim and fill added {4} studies.",
    "The fragility index was {3}.",
    "Adherence was {83 percent} in both groups.",
    "The interval of prediction ran from {0.4} to {1.9}.",
    "Recovery was {2.5 days} faster.",
)
