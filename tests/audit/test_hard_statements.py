"""Are sentences left alone that hold more numbers than one, or numbers of another kind?

Each was written for something that papers do and that misleads a reader of numbers: a minus that is
said in words, a P of another test, medians and costs with uneven intervals, recoveries above 100%,
counts beside a percent of something else. All are right within their rounding.
"""

from __future__ import annotations

import pytest

from tests.audit.test_true_statements import alarms

HARD = (
    (
        "Pooled OR: 1.34; 95% CI: 1.12-1.60; I2: 43%; p for heterogeneity: 0.08; 11 studies. "
        "Egger's p = 0.21."
    ),
    "(SMD -0.32, 95% CI -0.51 to -0.13; participants = 1,345; studies = 12; I2 = 58%)",
    "(RR 1.05, 95% CI 0.93 to 1.18; 4 RCTs, 2345 women; I² = 0%; high-quality evidence)",
    "MD 1.45 days lower (95% CI 2.12 lower to 0.78 lower; 5 trials, 612 participants).",
    (
        "Odds ratio 2.4 (1.3 to 4.4), P=0.005; number needed to treat 9 (95% confidence interval "
        "5 to 27)."
    ),
    (
        "The crude incidence rate was 3.4/1000 person-years (95% CI 2.9-4.0) and the SIR was 1.9 "
        "(95% CI 0.9-3.5; 9 observed vs 4.74 expected)."
    ),
    (
        "VE against hospitalisation: 86% (79–91%) after dose 2 and 93% (89–96%) after dose 3; "
        "adjusted OR 0.07 (95% CI 0.04–0.11)."
    ),
    (
        "Cumulative incidence at 5 years was 12.4% (95% CI, 9.9%-15.2%) and 5-year overall "
        "survival was 78.1% (95% CI, 74.2%-81.5%)."
    ),
    (
        "Patients were aged 18 to 75 years. In 2020, 45.2% (95% CI 43.1–47.3) of 2,178 "
        "respondents were vaccinated; 67 (3.1%) declined."
    ),
    (
        "Compared with the 25th percentile, the 75th percentile had a 12% higher risk (HR 1.12; "
        "95% CI 1.03, 1.22) per 1 SD (0.7 mmol/L)."
    ),
    (
        "There was no difference in pain at 6 weeks (mean difference 0.3 points on a 0–10 scale, "
        "95% CI −0.2 to 0.8, p=0.24) or at 12 weeks (−0.1, −0.6 to 0.4, p=0.69)."
    ),
    (
        "Results: 24 h energy expenditure rose by 5% (95% CI 2% to 8%); weight fell from 98.4 to "
        "93.1 kg (difference −5.3 kg, 95% CI −6.4 to −4.2)."
    ),
    "r = −0.42, n = 87, p < .001; ρ(85) = .38, p < .001; R² = .34, F(4, 82) = 10.56, p < .001.",
    (
        "Women scored higher (M = 5.6, SD = 1.2) than men (M = 5.1, SD = 1.3), t(154.3) = 2.49, p"
        " = .014, d = 0.40 [0.08, 0.72]."
    ),
    (
        "Mann–Whitney U = 345, z = −2.31, p = .021; Wilcoxon z = 1.05, P = 0.29; McNemar's χ²(1) "
        "= 4.57, p = .03."
    ),
    (
        "a 2 × 2 ANOVA revealed a main effect of time [F(1,38)=12.45, p=0.001, ηp2=0.247] and an "
        "interaction [F(2.34, 88.9) = 3.21, p = .038]."
    ),
    (
        "The sensitivity was 92.3% (36/39; 95% CI 79.1–98.4) and specificity 88.1% (52/59; "
        "77.1–95.1)."
    ),
    (
        "No events occurred in the vaccine group (0/512, 0%; 95% CI 0–0.7) versus 9 (1.8%) of 508"
        " in the placebo group; efficacy 100% (95% CI 50.6–100)."
    ),
    (
        "Weighted kappa 0.81 (95%CI 0.75 to 0.87). Cronbach's alpha 0.89 (95% CI 0.86–0.92). "
        "c-statistic, 0.74 (95% CI, 0.71-0.77)."
    ),
    (
        "Hazard ratio (HR) for PFS in PD-L1 ≥1%: 0.62 (95% CI 0.47–0.80); PD-L1 <1%: HR 0.90 "
        "(0.70–1.15); Pinteraction = 0.045."
    ),
    (
        "Incidence of stroke/systemic embolism was 1.27% per year vs 1.60% per year (HR 0.79; 95%"
        " CI 0.66 to 0.95; P < 0.001 for noninferiority, P = 0.01 for superiority)."
    ),
    (
        "The upper bound of the one-sided 97.5% CI for the difference was 3.2%. Noninferiority "
        "margin 5%: difference 1.1 percentage points (one-sided 95% CI, −∞ to 3.4)."
    ),
    (
        "difference in proportions 12.5% (95% CI 3.1 to 21.4, p=0·01), risk difference 0.12 [95% "
        "CI 0.03, 0.21]."
    ),
    "geometric mean ratio 1.35 (90% CI 1.12–1.63); AUC ratio 98.2% (90% CI 92.1%–104.7%).",
    (
        "The 95% CI for the HR (0.61–0.98) excluded 1. The estimated HR was 0.77 (95% CI, "
        "0.61–0.98; P = .03)."
    ),
    "In total, 5 of 23 studies (22%) reported ICC (range 0.61–0.93), and 14/23 (61%) did not.",
    (
        "Treatment-related AEs: grade 3–4, 23 (14.6%) of 157 vs. 41 (26.1%) of 157; any grade "
        "120/157 (76%)."
    ),
    "Relative risk 0·64 (95% CI 0·47–0·86), p=0·003, absolute risk reduction 4·3% (1·5–7·1).",
    "aHR = 1.28 (95%CI: 1.05 – 1.56), p-value = 0.014, for those ≥ 65 yrs vs. < 65 yrs.",
    (
        "OR: 0,72 (IC95% 0,55 a 0,94; p = 0,016). La prevalencia fue del 12,4 % (IC 95 %: "
        "10,1-15,0 %)."
    ),
    "RR = 1,87 (intervalle de confiance à 95 % : 1,22-2,87).",
    "Of the 1 234 participants, 456 (37.0%) were women; median age 54 (range, 18–89).",
    "heterogeneity was moderate (τ² = 0.04, I² = 52%, Q = 14.6, p = .041, k = 8).",
    (
        "Twelve of 32 patients (37.5%) and 4 of 5 items (45% of the variance) were explained; 12 "
        "of 32 centres (38% women) took part."
    ),
    (
        "Median difference −3.0 days (95% CI −8.0 to −1.0; P = .01, Hodges-Lehmann). The "
        "difference in medians was 4 (95% CI 1 to 12)."
    ),
    "The incremental cost was €1,234 (95% CI −560 to 3,450) and 0.05 QALYs (95% CI 0.01 to 0.13).",
    "Cohen's d = 2.00, 95% CI [0.39, 3.53]. β = 1.20 (95% CI 0.45 to 2.10), p = .003.",
    "Rate difference 3.4 per 1000 person-years (95% CI 1.2 to 6.1).",
    "I² = 45%, P = .02 for the overall effect. (RR 0.75 [0.60, 0.94]; I² = 0%; P = 0.01)",
    (
        "The estimate was 12.3 (−4.5–29.1). Change −0.5 (−1.1–−0.1) and –0.5 (–0.9––0.1); 0.5 "
        "[-0.1-1.1]."
    ),
    (
        "Weight loss: 5.2 kg (95% CI −7.1 to −3.3). Systolic pressure fell by 4.1 mm Hg (95% CI "
        "−6.0, −2.2)."
    ),
    "Risk decreased 12% (95% CI −20 to −4%). LDL changed by −52.3% (95% CI −55.1 to −49.5).",
    "The mean ratio was 98.7% (90% CI 93.0–104.8%). Recovery 103.2% (95% CI 99.1–107.3).",
    "Heart rate was 72 (95% CI 70–74) and temperature 37.2 (36.9–37.5) °C; age 172 (165–180).",
    (
        "P = 0.06 by Fisher's exact test (OR 4.2, 95% CI 1.02–17.3). OR 3.1 (95% CI 1.0 to 9.8; "
        "P=0.07, Fisher exact)."
    ),
    "HR 0.76 (95% CI 0.58–0.99; log-rank P = .04; Wilcoxon P = .11).",
    "The proportion was 0.45 (95% CI 0.40–0.50; 180/400). 45 (95% CI 40 to 50) of 100.",
    (
        "Kaplan-Meier survival at 3 years: 12 of 100 died (15.2%). Weighted prevalence 14.3% "
        "(120/1,000)."
    ),
    (
        "Adjusted for age (OR 1.5; 95% CI 1.1–2.0; n = 1,234), BMI (OR 1.2; 95% CI 1.0–1.4; n = "
        "1,230) and both (1.3; 1.1–1.6)."
    ),
    (
        "MD = −0.83, 95% CI = −1.35 to −0.31, z = 3.14, p = 0.002, k = 12, N = 1,045, I2 = 67%, "
        "Q(11) = 33.1, p < 0.001."
    ),
    (
        "After Bonferroni correction, t(23) = 2.20, p = .114 (three comparisons); F(2, 40) = 3.9,"
        " p_adj = .084."
    ),
    (
        "t(17) = -2.31, p(one-tailed) = .017; t(17) = 2.31, p = 0.034, Hedges' g = 0.52 (95% CI "
        "0.05 to 0.99)."
    ),
    "Spearman's rho = 0.42 (95% CI 0.20–0.60), Pearson r(48) = .31 (p = .03), r = .12, n.s.",
    (
        "χ² = 12.7 (4 df), p = .013; χ²₁ = 4.1, P = 0.04; LR χ²(2) = 6.3, p = .043; Wald χ² 5.2, "
        "P = .02; χ2(1)=3.9, p<.05"
    ),
    "ICC(2,1) = 0.91 (95% CI 0.85–0.95). Bias −0.3 (95% limits of agreement −2.1 to 1.5).",
    (
        "Number of events: 12 (3.1%) of 389 v 25 (6.5%) of 386, hazard ratio 0.47 (0.24 to 0.94),"
        " P=0.03."
    ),
    "Table 2: Age, per 10 years 1.35 (1.12 to 1.62) 0.002; Male sex 0.88 (0.61 to 1.27) 0.49",
    "95% CI 0.70–1.03 for HR 0.85. HR, 95% CI: 0.85, 0.70–1.03. HR (95% CI) was 0.85 (0.70–1.03).",
    (
        "OR=1.45, CI95%=1.10–1.91, p=.008; OR 1.45 CI 1.10-1.91 p .008; OR 1.45 (1.10, 1.91), "
        "p-value=8.0e-03"
    ),
    (
        "Mortality (%): 12.5 (95% CI 8.3–18.0) vs 20.1 (14.9–26.4); RR 0.62 (95% CI 0.39–0.99; "
        "P=.046)."
    ),
    (
        "Infection risk was 2.1 times higher (95% CI 1.4 to 3.2), i.e., a 110% increase (95% CI "
        "40% to 220%)."
    ),
    "ARR 3.9% (95% CI 0.4% to 7.4%), NNT 26 (95% CI 14 to 250); OR 0.46 (95% CI 0.22-0.95).",
    (
        "Of all 85 samples, 17 (20.0%; exact 95% CI, 12.1%–30.1%) were positive in 2019 and 9/45 "
        "(20%) in 2020."
    ),
    (
        "HR 1.00 (reference), 1.12 (0.95–1.32), 1.31 (1.10–1.56) and 1.60 (1.33–1.92) for "
        "quartiles 1–4 (P for trend <0.001)."
    ),
    (
        "eGFR slope −1.2 ml/min/1.73 m² per year (95% CI −1.6 to −0.8); OR per SD 1.22, 95% CI "
        "1.05-1.42."
    ),
    (
        "pooled effect (Hedges’ g = −0.35; 95% CI: −0.52, −0.18; p < 0.0001; τ2 = 0.03; I2 = "
        "38.2%; 95% PI: −0.75, 0.05)."
    ),
    "sensitivity 0·91 (0·87–0·94), specificity 0·83 (0·78–0·87); DOR 49 (95% CI 29–83).",
    (
        "Diarrhoea: RR 1.93, 95% CI 1.52 to 2.45, I² = 38% (P for heterogeneity = .12), 9 RCTs, "
        "n=2,317."
    ),
)


@pytest.mark.parametrize("text", HARD)
def test_a_hard_sentence_is_not_condemned(text):
    """Is nothing true called wrong?"""
    assert not alarms(text)
