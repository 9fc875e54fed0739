"""Sentences as clinical papers write them, filled with true results.

Each template belongs to a kind of result; `{e}`, `{l}`, `{h}` are the estimate and its limits,
`{p}` the P value, `{x}` and `{n}` the count. `STYLES` then writes the same sentence with another
decimal sign, minus or blank.
"""

from __future__ import annotations

import re
from collections.abc import Callable

PROPORTIONS = (
    "The objective response rate was {e}% ({x}/{n}; 95% CI {l}–{h}).",
    "The objective response rate was {e}% ({x} of {n} patients; 95% CI, {l} to {h}).",
    "Grade 3 or worse adverse events occurred in {e}% ({x}/{n}, 95% CI {l}–{h}) of patients.",
    "Sensitivity was {e}% (95% CI {l}%–{h}%; {x}/{n}).",
    "Specificity, {e}% [95% CI, {l}% to {h}%], was acceptable.",
    "{x} of {n} participants ({e}%; 95% CI {l} to {h}) completed follow-up at 12 months.",
    "Among {n} children, {x} ({e}%; 95% confidence interval {l}% to {h}%) were seropositive.",
    "At week 24, the response rate was {e}% (95% CI: {l}, {h}).",
    "The prevalence of anaemia was {e} % (IC 95 %: {l} – {h}).",
    "Complete remission was achieved in {x} ({e}%) of {n} patients (95% CI {l}–{h}).",
    "Overall, {e} percent of patients (95 percent confidence interval, {l} to {h}) had a relapse.",
    "Mortality at 30 days was {e}% ({x} deaths; 95% CI {l}–{h}).",
    "Pain was reported by {e}% (n = {x}; 95% CI {l}–{h}).",
    "Seroprevalence: {e}% (95%-CI: [{l}; {h}]).",
    "The 2-year cumulative rate was {e}% (CI 95%: {l} to {h}).",
    "In the 45 centres of the trial, the rate of infection was {e}% (95% CI {l} to {h}; n={n}).",
    "Of 5 prespecified outcomes, one (nausea) had a frequency of {e}% (95% CI, {l}%-{h}%).",
    "Cure: {e}% ({x}/{n}) [95% CI {l}, {h}].",
    "positive predictive value {e}% (95% CI {l}–{h}), as shown in Table 2",
    "After 3 cycles, {e}% ({x} out of {n}; 95%CI={l}-{h}) had responded (Figure 3).",
    "The disease control rate (DCR) was {e}% (95% CI, {l}–{h}) in cohort 2.",
    "Adherence was {e}% (SD 12; 95% CI {l}–{h}).",
    "The proportion of women aged 65 years or older was {e}% (95% CI {l} to {h}).",
    "Recurrence was found in {e}% of the {n} patients (95% CI {l}–{h}).",
    "PCR was positive in {x}/{n} samples ({e}%, 95% CI {l}–{h}).",
)
RATIOS = (
    "{M} {e} (95% CI {l}–{h}; {p}).",
    "Mortality was lower with treatment ({m}, {e}; 95% CI, {l} to {h}; {p}).",
    "The {m} for death was {e} (95% CI: {l}, {h}).",
    "{M} {e} at 24 months (95% CI {l}–{h}).",
    "{M}={e}, 95% CI [{l}, {h}], {p}",
    (
        "({m} ({M}) {e}, 95% confidence interval (CI) {l} to {h}; 3 studies, 1234 participants;"
        " moderate-certainty evidence)"
    ),
    "adjusted {m} {e}, 95% confidence interval {l} to {h}, {p}",
    "Smoking was associated with stroke ({M}: {e}; 95%CI: {l}-{h}).",
    "In women aged 50 years, the {m} was {e} [95% CI {l}; {h}] after 5 years of follow-up.",
    "{M} = {e} (CI 95%: {l} to {h})",
    "There were 34 events v 51 events ({m} {e}, 95% CI {l} to {h}).",
    "The {m} ({M}) comparing high with low intake was {e} ({l} to {h}), {p}.",
    "{M} {e} ({l}–{h}; {p})",
    "progression-free survival ({M} {e}, [95% CI {l}–{h}], {p})",
    "Median survival was 17.1 v 12.3 months ({m} for death, {e}; 95% CI, {l} to {h}).",
    "The unadjusted {m} was {e} (95 % CI {l} – {h}), and it did not change after 3 years.",
    "Compared with placebo, drug A (n = 120) gave a {m} of {e} (95% CI {l} to {h}, {p}).",
    "Das Risiko war verändert ({M} {e}; 95 %-KI {l} bis {h}).",
    "Readmission within 30 days: {M} {e}, 95% CI {l} to {h}, I² = 0%, 4 trials.",
    "a{M} {e} (95% CI, {l}-{h}) for the 234 patients in stage 2",
    "{M} of {e} (95% confidence limits {l}, {h}) was found by model 2.",
    "The effect on relapse ({m} = {e}; 95% CI = {l} to {h}; two-sided {p}) was similar.",
    "Type 2 diabetes, {m} {e} (12 cohorts; 95% CI {l} to {h})",
    "the {m} for the 7 trials at low risk of bias was {e} (95% CI {l} to {h})",
    "BMI ≥30 kg/m2 v 18.5–24.9 kg/m2: {M} {e} (95% CI {l} to {h})",
    "We found a {m} of {e} [{l}, {h}].",
)
DIFFERENCES = (
    "The mean difference was {e} kg (95% CI {l} to {h}; {p}).",
    "MD {e} (95% CI {l} to {h})",
    "mean difference, {e} [95% CI, {l} to {h}]; {p}",
    (
        "The score changed by a mean of 4.5 (SD 2.1) points; between-group difference {e} points"
        " (95% CI {l} to {h})."
    ),
    "MD {e} mm Hg, 95% CI {l}, {h}; 5 trials, 432 participants; I² = 0%",
    (
        "(mean difference (MD) {e}, 95% confidence interval (CI) {l} to {h}; 2 studies, 210"
        " participants; low-certainty evidence)"
    ),
    "Difference in HbA1c at week 26: {e}% (95% CI {l} to {h}).",
    "B = {e}, 95% CI [{l}, {h}], {p}",
    "β {e} (95% CI: {l}; {h})",
    "SMD {e} (95% CI {l} to {h}), favouring drug B",
    "The adjusted mean difference at 12 weeks was {e} points (95% CI, {l} to {h}; {p}).",
    "Mean change from baseline: {e} mmol/L [95% CI {l} to {h}]",
    "Blood pressure was {e} mm Hg (95% CI {l} mm Hg to {h} mm Hg; {p}) different.",
    "treatment difference, {e} letters; 95% CI, {l} to {h}",
    "Knee pain (0-10 scale) differed by {e} (95% CI {l} to {h}) after 6 months.",
)
EFFICACIES = (
    "Vaccine efficacy was {e}% (95% CI {l} to {h}).",
    "Vaccine effectiveness against infection, {e}%; 95% CI, {l} to {h}",
    "The relative risk reduction was {e}% (95% CI {l}% to {h}%).",
    "VE {e}% [{l} to {h}; 8 v 30 cases]",
    "There was a {e}% reduction in the hazard of death (95% CI {l} to {h}).",
    "Effectiveness at 6 months was {e}% (95% CI: {l}, {h}) in adults aged 18–64 years.",
    "Risk was {e}% lower (95% CI {l} to {h}) with two doses.",
    "efficacy of {e}% (12 cases among 5,000 v 40 among 5,010; 95% CI {l} to {h})",
)
POOLED = (
    "{e} (95% CI {l} to {h}; I² = {i2}%; {k} studies; P for heterogeneity = {q_p})",
    "Heterogeneity: Chi² = {q}, df = {df} (P = {q_p}); I² = {i2}%.",
    "SMD {e} [95% CI {l}, {h}]; Q({df}) = {q}, p = {q_p}; I² = {i2}%",
    "MD {e} (95% CI {l} to {h}); Tau² = 0.02; Chi² = {q}, df = {df} (P = {q_p}); I² = {i2}%",
    "Between-study heterogeneity was I² = {i2}% (Q = {q}, df = {df}, P = {q_p}).",
    "The pooled mean difference was {e} ({l} to {h}; I²={i2}%, p_heterogeneity={q_p}, k={k}).",
)
TESTS = (
    "The groups differed, t({df}) = {t}, {p_t}.",
    "There was an effect of dose, F({df1}, {df}) = {f}, {p_f}.",
    "F({df1},{df})={f}, {p_f}, ηp² = .05",
    "Response depended on sex, χ²({df1}, N = {n}) = {c}, {p_c}.",
    "χ2 = {c}, df = {df1}, {p_c}",
    "Age correlated with score, r({df}) = {r}, {p_r}.",
    "z = {z}, {p_z}",
    "a difference of means (t = {t}, df = {df}, {p_t}, d = 0.41)",
    "(M = 4.5, SD = 1.2) v (M = 3.9, SD = 1.1), t({df}) = {t}, {p_t}, 95% CIs are in Table 3",
    "Test for overall effect: Z = {z} ({p_z})",
    "chi-square({df1}) = {c}; {p_c}",
    "t({df}) = {t}, two-tailed {p_t}",
)


def _decimals(mark: str) -> Callable[[str], str]:
    return lambda text: re.sub(r"(?<=\d)\.(?=\d)", mark, text)


def _comma(text: str) -> str:
    """Write decimal commas; then limits are not set apart by one."""
    apart = re.sub(r"(?<=\d)(%?), (?=[-−]?\d)", r"\1; ", text)
    return text if re.search(r"\d,\d{3}", text) else _decimals(",")(apart)


STYLES: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "middle dot": _decimals("\N{MIDDLE DOT}"),
    "decimal comma": _comma,
    "minus sign": lambda text: re.sub(r"(?<![\w)])-(?=[\d.])", "\N{MINUS SIGN}", text),
    "en dash as minus": lambda text: re.sub(r"(?<![\w)])-(?=[\d.])", "\N{EN DASH}", text),
    "hyphens": lambda text: text.replace("\N{EN DASH}", "-"),
    "non-breaking": lambda text: re.sub(r"(?<=[\d=<]) (?=\S)|(?<=CI) ", "\N{NO-BREAK SPACE}", text),
    "thin": lambda text: re.sub(r" ?([=<–]) ?", "\N{THIN SPACE}\\1\N{THIN SPACE}", text),
    "lines": lambda text: re.sub(r"(?<=[,;)]) ", "\n", text, count=2),
    "entities": lambda text: text.replace("<", "&lt;").replace("–", "&ndash;"),
    "tags": lambda text: re.sub(r"\b([pPFt])(?=[ (=<])", r"<i>\1</i>", text),
    "spaced dash": lambda text: text.replace("\N{EN DASH}", " \N{EN DASH} "),
}
