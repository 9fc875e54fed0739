"""Forty paragraphs of results as papers of many fields write them, every number worked out.

Written before the audit was run on them, and not changed since because of what it said. The counts,
means and effects are invented; what follows from them comes from SciPy and textbook formulas, and
is rounded as the style of the paragraph rounds.
"""

from __future__ import annotations

import math

from scipy import stats

from tests.audit.printed_statistics import (
    chi2_2x2,
    comma,
    exact,
    expd,
    fisher,
    mid,
    pct,
    pool,
    r1,
    r2,
    r3,
    risk_difference,
    student,
    to,
    welch,
    wilson,
)
from tests.audit.true_results import (
    apa_p,
    difference,
    i2_of,
    log_interval,
    odds_ratio,
    p_of_chi2,
    p_of_f,
    p_of_r,
    p_of_t,
    p_of_z,
    p_text,
    risk_ratio,
    rounded,
)


def paragraphs() -> dict[str, str]:
    """Each paragraph under a short name of its kind."""
    out: dict[str, str] = {}

    orr, dcr = exact(19, 52), exact(41, 52)
    out["oncology, one group"] = (
        f"Between May 2019 and June 2021, 58 patients were enrolled and 52 were evaluable. The "
        f"confirmed objective response rate by RECIST 1.1 was {r1(orr[0])}% (19 of 52; 95% CI, "
        f"{to(orr, '–', 1)}), with 3 complete and 16 partial responses. The disease control rate "
        f"was {r1(dcr[0])}% (95% CI, {to(dcr, '–', 1)}). Grade 3 or 4 treatment-related adverse "
        f"events occurred in 23 patients ({pct(23, 58)}%), most often hypertension (9 [{pct(9, 58)}"
        f"%]) and hand–foot skin reaction (5 [{pct(5, 58)}%])."
    )
    hr = log_interval(math.log(0.71), 0.118)
    rd = risk_difference(88, 311, 121, 308)
    out["trial, NEJM"] = (
        f"At a median follow-up of 33.4 months, death from any cause had occurred in 88 of 311 "
        f"patients ({pct(88, 311)}%) in the intervention group and in 121 of 308 patients "
        f"({pct(121, 308)}%) in the control group (hazard ratio, {r2(hr[0])}; 95% confidence "
        f"interval [CI], {to(hr)}; {p_text(hr[3])}). The between-group difference in mortality "
        f"was {r1(rd[0])} percentage points (95% CI, {to(rd, ' to ', 1)})."
    )
    rr = risk_ratio(34, 412, 58, 409)
    out["trial, Lancet"] = (
        f"34 ({mid(pct(34, 412))}%) of 412 participants assigned to the drug and 58 "
        f"({mid(pct(58, 409))}%) of 409 assigned to placebo were admitted to hospital (relative "
        f"risk {mid(r2(rr[0]))} [95% CI {mid(to(rr, '–'))}]; {mid(p_text(rr[3], 'p'))}). Two "
        f"(0·5%) and three (0·7%) participants, respectively, died."
    )
    t = student((24.6, 5.1, 34), (21.2, 5.9, 33))
    paired = difference(2.9, 0.84, 33)
    out["psychology, APA"] = (
        f"Participants in the mindfulness condition reported higher well-being (M = 24.6, SD = 5.1,"
        f" n = 34) than those on the waiting list (M = 21.2, SD = 5.9, n = 33), t(65) = "
        f"{r2(t[4])}, {apa_p(t[3])}, 95% CI [{to(t, ', ')}]. Within the mindfulness condition, "
        f"scores rose from pre- to post-test by 2.90 points, t(33) = {r2(2.9 / 0.84)}, "
        f"{apa_p(paired[3])}, 95% CI [{to(paired, ', ')}]."
    )
    f_1, f_2, f_3 = p_of_f(6.84, 2, 117), p_of_f(1.12, 1, 117), p_of_f(3.47, 2, 117)
    out["psychology, ANOVA"] = (
        f"A 3 × 2 between-subjects ANOVA yielded a main effect of instruction, F(2, 117) = 6.84, "
        f"{apa_p(f_1)}, ηp² = .105, no main effect of gender, F(1, 117) = 1.12, {apa_p(f_2)}, and "
        f"an interaction, F(2, 117) = 3.47, {apa_p(f_3)}. Simple effects were significant for men "
        f"(F(2,117) = 8.02, {apa_p(p_of_f(8.02, 2, 117))}) but not for women (F(2,117) = 1.55, "
        f"{apa_p(p_of_f(1.55, 2, 117))})."
    )
    r = fisher(0.37, 88)
    out["correlations"] = (
        f"Sleep quality correlated with working memory, r(86) = .37, {apa_p(r[3])}, 95% CI "
        f"[{to(r, ', ').replace('0.', '.')}], and negatively with rumination, r(86) = −.25, "
        f"{apa_p(p_of_r(-0.25, 86))}; age did not matter, r(86) = .08, {apa_p(p_of_r(0.08, 86))}."
    )
    x, p = chi2_2x2(47, 96, 29, 94)
    out["education, chi-square"] = (
        f"More pupils of the tutored classes passed (47 of 96, {pct(47, 96, 0)}%) than of the "
        f"other classes (29 of 94, {pct(29, 94, 0)}%), χ²(1, N = 190) = {r2(x)}, {apa_p(p)}. "
        f"Choice of subject did not differ, χ²(3) = 2.71, {apa_p(p_of_chi2(2.71, 3))}."
    )
    or_1, or_2 = odds_ratio(61, 240, 38, 236), log_interval(math.log(1.62), 0.262)
    out["case-control study"] = (
        f"Exposure was reported by 61 of 240 cases ({pct(61, 240)}%) and 38 of 236 controls "
        f"({pct(38, 236)}%), giving a crude odds ratio of {r2(or_1[0])} (95% CI {to(or_1)}). "
        f"Adjustment for age, sex and smoking changed it little (aOR {r2(or_2[0])}, 95% CI "
        f"{to(or_2)}, {p_text(or_2[3], 'p')}). Among never-smokers (n = 131) the numbers were too "
        f"small to be analysed."
    )
    irr = log_interval(math.log(0.83), 0.051)
    out["cohort, person-years"] = (
        f"During 412,345 person-years of follow-up (median 9.2 years; interquartile range, 6.1 to "
        f"11.8) we observed 1,873 incident strokes, a rate of "
        f"{r1(1000 * 1873 / 412345)} per 1000 person-years. Per 5-unit higher score, the "
        f"multivariable-adjusted incidence rate ratio was {r2(irr[0])} (95% CI: {to(irr, ', ')})."
    )
    studies = ([-0.31, -0.12, -0.44, -0.20, -0.05], [0.14, 0.11, 0.21, 0.16, 0.19])
    ma = expd(pool(*studies))
    out["Cochrane review"] = (
        f"The intervention probably reduces relapse at 12 months (risk ratio (RR) {r2(ma[0])}, 95% "
        f"confidence interval (CI) {to(ma)}; P = {r3(ma[3])}; I² = "
        f"{rounded(i2_of(ma[4], 4), 0)}%; 5 trials, 2371 participants; moderate-certainty evidence;"
        f" Analysis 1.1). For every 1000 people treated, 25 fewer would relapse."
    )
    smds = ([-0.81, -0.10, -0.52, 0.08, -0.95, -0.33], [0.21, 0.18, 0.24, 0.20, 0.26, 0.22])
    smd = pool(*smds)
    out["meta-analysis with Q"] = (
        f"Under the common-effect model the pooled standardised mean difference was "
        f"{r2(smd[0])} (95% CI {to(smd)}, z = {r2(abs(smd[0]) / ((smd[2] - smd[0]) / 1.959964))}, "
        f"{p_text(smd[3], 'p')}; k = 6). Heterogeneity was substantial (Q = {r2(smd[4])}, df = 5, "
        f"{p_text(smd[5], 'p')}; I² = {r1(i2_of(smd[4], 5))}%)."
    )
    se_, sp = wilson(87, 96), wilson(143, 171)
    out["diagnostic accuracy"] = (
        f"Against culture, the rapid test had a sensitivity of {r1(se_[0])}% (87/96; 95% CI "
        f"{to(se_, '–', 1)}) and a specificity of {r1(sp[0])}% (143/171; 95% CI {to(sp, '–', 1)}). "
        f"The positive predictive value was {pct(87, 115)}% (87/115) and the negative predictive "
        f"value {pct(143, 152)}% (143/152) at a prevalence of {pct(96, 267)}%."
    )
    ve = log_interval(math.log(0.274), 0.171)
    ve = tuple(100 * (1 - end) for end in (ve[0], ve[2], ve[1]))
    out["vaccine"] = (
        f"Adjusted vaccine effectiveness against symptomatic infection was {r1(ve[0])}% (95% CI "
        f"{to(ve, ' to ', 1)}) 14 to 89 days after the second dose. Injection-site pain was "
        f"recorded for 1,214 of 1,530 vaccinees ({pct(1214, 1530)}%) against 233 of 1,522 placebo "
        f"recipients ({pct(233, 1522)}%)."
    )
    ratio = log_interval(math.log(1.043), 0.031, float(stats.norm.ppf(0.95)))
    out["pharmacokinetics"] = (
        f"The geometric mean ratio of AUC0–∞ (fed versus fasted) was "
        f"{r1(100 * ratio[0])}% (90% CI {to(ratio, '–', 1, 100)}%), within the limits of 80.00–"
        f"125.00%. Mean Cmax fell from 412 (SD 96) to 371 (SD 88) ng/mL, and median tmax was 2.5 h "
        f"(range 1.0–6.0)."
    )
    md = welch((-8.4, 9.7, 121), (-4.9, 10.2, 118))
    out["hypertension, change scores"] = (
        f"Systolic pressure fell by 8.4 mm Hg (SD 9.7) with the app and by 4.9 mm Hg (SD 10.2) with"
        f" usual care; the difference in change was {r1(md[0])} mm Hg (95% CI "
        f"{to(md, ' to ', 1)}; {p_text(md[3])})."
    )
    hr_a, hr_b = log_interval(math.log(1.34), 0.12), log_interval(math.log(1.02), 0.15)
    out["subgroups"] = (
        f"The association was seen in women (HR {r2(hr_a[0])}, {to(hr_a, '–')}) but not in men (HR "
        f"{r2(hr_b[0])}, {to(hr_b, '–')}; P for interaction = "
        f"{r2(p_of_z(math.log(1.34 / 1.02) / math.hypot(0.12, 0.15)))}"
        f"). Excluding the first 2 years left it unchanged."
    )
    beta = difference(-1.37, 0.42, 203)
    out["regression"] = (
        f"In the adjusted linear model, each additional hour of screen time was associated with a "
        f"lower score (β = {r2(beta[0])}, SE = 0.42, t(203) = {r2(beta[0] / 0.42)}, "
        f"{apa_p(beta[3])}, 95% CI [{to(beta, ', ')}]). The model explained 18% of the variance "
        f"(adjusted R² = .18, F(6, 203) = 8.70, {apa_p(p_of_f(8.7, 6, 203))})."
    )
    prev, pr = wilson(318, 1204), log_interval(math.log(1.48), 0.094)
    out["prevalence survey"] = (
        f"Of 1,204 respondents (response rate {pct(1204, 1655)}%, 1204/1655), 318 "
        f"({r1(prev[0])}%, 95% CI {to(prev, '–', 1)}%) screened positive. Prevalence was higher "
        f"among the unemployed (adjusted prevalence ratio {r2(pr[0])}; 95% CI {to(pr, '–')}; "
        f"{p_text(pr[3], 'p')}). Three in ten (30%) had never sought help."
    )
    out["surgery, two arms"] = (
        f"Median operating time was 94 min (IQR 78–121) versus 117 min (IQR 96–140; P<0.001, "
        f"Mann–Whitney U test). Surgical-site infection occurred in 6/104 ({pct(6, 104)}%) and "
        f"15/101 ({pct(15, 101)}%) patients (RR {r2(risk_ratio(6, 104, 15, 101)[0])}, 95% CI "
        f"{to(risk_ratio(6, 104, 15, 101))}, P={r3(risk_ratio(6, 104, 15, 101)[3])}). Hospital stay"
        f" was 4 days (range 2–19) in both groups."
    )
    oder = odds_ratio(42, 150, 27, 155)
    out["German"] = (
        f"Insgesamt wurden 305 Patienten eingeschlossen. Ein Delir trat bei 42 von 150 "
        f"({comma(pct(42, 150))} %) Patienten der Kontrollgruppe und bei 27 von 155 "
        f"({comma(pct(27, 155))} %) der Interventionsgruppe auf (OR {comma(r2(oder[0]))}; "
        f"95-%-KI {comma(to(oder, ' bis '))}; p = {comma(r3(oder[3]))})."
    )
    es = risk_ratio(23, 130, 41, 128)
    out["Spanish"] = (
        f"La mortalidad a los 28 días fue del {comma(pct(23, 130))} % en el grupo experimental y "
        f"del {comma(pct(41, 128))} % en el control (RR = {comma(r2(es[0]))}; IC 95 %: "
        f"{comma(to(es, '-'))}; p = {comma(r3(es[3]))})."
    )
    fr = log_interval(math.log(0.78), 0.108)
    out["French"] = (
        f"Le rapport de risque était de {comma(r2(fr[0]))} (IC à 95 % : {comma(to(fr, ' à '))} ; "
        f"p = {comma(r3(fr[3]))}) en faveur du traitement."
    )
    wood = student((12.31, 3.42, 12), (8.77, 2.96, 12))
    out["ecology"] = (
        f"Species richness was higher in mown plots (12.31 ± 3.42, mean ± SD, n = 12) than in "
        f"abandoned ones (8.77 ± 2.96, n = 12; t = {r2(wood[4])}, df = 22, P = {r3(wood[3])}). "
        f"Biomass declined with soil moisture (r = -0.46, n = 24, P = {r3(p_of_r(-0.46, 22))}); a "
        f"site effect was absent (F = 0.83; df = 3, 20; P = {r2(p_of_f(0.83, 3, 20))})."
    )
    d1 = log_interval(math.log(1.19), 0.026)
    out["genetics"] = (
        f"The strongest signal was rs1234567 on chromosome 9p21 (OR per G allele {r2(d1[0])}, 95% "
        f"CI {to(d1, '–')}, P = {d1[3]:.1e}".replace("e-", " × 10−").replace("10−0", "10−")
        + f"; minor allele frequency 0.23 in cases and 0.20 in controls). It was replicated in "
        f"4,120 cases and 9,876 controls (OR 1.15, {to(log_interval(math.log(1.15), 0.033), '–')}, "
        f"P = {log_interval(math.log(1.15), 0.033)[3]:.1e}).".replace("e-0", " × 10^-")
    )
    caries = difference(-0.64, 0.23)
    out["dentistry"] = (
        f"The mean DMFT increment over 24 months was 1.92 (SE 0.17) with varnish v 2.56 (SE 0.16) "
        f"without (mean difference {r2(caries[0])}, 95% CI {to(caries)}; {p_text(caries[3])}). "
        f"Plaque was visible on 31.4% of surfaces at baseline and 22.8% at the end."
    )
    out["survival medians"] = (
        f"Median progression-free survival was 8.3 months (95% CI 6.1–11.7) v 5.6 months (95% CI "
        f"4.2–6.0), and median overall survival was not reached (95% CI 21.4–NE) v 18.9 months (95%"
        f" CI 15.2–NR); HR for death {r2(hr[0])} (95% CI {to(hr, '–')}; two-sided log-rank "
        f"{p_text(hr[3])}). The 12-month survival rates were 81% (95% CI 76–85) and 70% (64–75)."
    )
    i2 = 100 * (1 - 9 / 21.4)
    lg = expd(difference(-0.288, 0.071))
    out["PRISMA abstract"] = (
        f"We screened 3,412 records and included 10 trials (n = 4,518). Treatment lowered the risk "
        f"of fracture (RR = {r2(lg[0])}; 95% CI = {to(lg, ' – ')}; I2 = {rounded(i2, 0)}%; p for "
        f"heterogeneity = {r3(p_of_chi2(21.4, 9))}"
        f"). The 95% prediction interval was 0.55 to 1.02. Egger's test gave p = 0.34."
    )
    out["nursing, table in words"] = (
        f"Falls: 18 (7.9%) of 228 v 31 (13.4%) of 232; pressure ulcers: 12 ({pct(12, 228)}%) v 14 "
        f"({pct(14, 232)}%); restraint use: none v 4 ({pct(4, 232)}%). The number needed to treat "
        f"to prevent one fall was {rounded(1 / (31 / 232 - 18 / 228), 0)}."
    )
    alpha = difference(0.46, 0.11, 58)
    out["veterinary"] = (
        f"Mean daily gain was 0.46 kg greater in supplemented lambs (95% CI {to(alpha)}; t = "
        f"{r2(0.46 / 0.11)}; 58 df; {p_text(alpha[3])}). Seven of 60 lambs "
        f"({pct(7, 60)}%) were culled, and 4/60 ({pct(4, 60)}%) died before day 21."
    )
    qaly = difference(0.038, 0.0125)
    out["economics"] = (
        f"Participants gained {r3(qaly[0])} QALYs (95% CI {to(qaly, ' to ', 3)}) at an additional "
        f"cost of £412 (bootstrapped 95% CI −£95 to £1,020), an ICER of £10,842 per QALY; the "
        f"probability of cost-effectiveness at £20,000 was 0.87."
    )
    smr = stats.chi2.ppf([0.025, 0.975], [2 * 31, 2 * 32]) / 2 / 21.7
    out["occupational, SMR"] = (
        f"There were 31 observed and 21.7 expected deaths from lung cancer (SMR "
        f"{r2(31 / 21.7)}, exact 95% CI {to((0, *map(float, smr)))}). All-cause mortality was below"
        f" that of the general population (SMR 0.88, 95% CI "
        f"{to(log_interval(math.log(0.88), 0.031))})."
    )
    icc = exact(0, 48)
    out["zero events"] = (
        f"No recurrence was seen in 48 patients (0%; 95% CI 0–{r1(icc[2])}), whereas all 17 "
        f"controls recovered (17/17, 100%; 95% CI {r1(exact(17, 17)[1])}–100). One death (1/65, "
        f"{pct(1, 65)}%) was unrelated."
    )
    bi = risk_difference(152, 204, 139, 201)
    upper = bi[0] + float(stats.norm.ppf(0.975)) * (bi[2] - bi[0]) / 1.959964
    out["non-inferiority"] = (
        f"Cure was achieved in 152 (74.5%) of 204 patients on 5 days and 139 (69.2%) of 201 on 10 "
        f"days (absolute difference, {r1(bi[0])}%; 95% CI, {to(bi, '% to ', 1)}%), whose limits "
        f"excluded the margin of −10% (P < .001 for noninferiority). The upper limit was "
        f"{r1(upper)}%."
    )
    lmm = difference(-2.1, 0.77)
    out["mixed model"] = (
        f"Least-squares mean change from baseline to week 12 was −11.4 (SE 0.54) with active and "
        f"−9.3 (SE 0.55) with placebo treatment; least-squares mean difference, {r1(lmm[0])} [95% "
        f"CI, {to(lmm, ' to ', 1)}]; {p_text(lmm[3])}. Response (≥50% reduction) was seen in 48.1% "
        f"and 36.0%; odds ratio, {r2(or_2[0])} [95% CI, {to(or_2)}]."
    )
    z = p_of_z(2.43)
    out["nonparametric"] = (
        f"Scores differed between the three wards (Kruskal–Wallis H(2) = 8.91, p = "
        f"{r3(p_of_chi2(8.91, 2))}); post hoc, ward A exceeded ward C (U = 212, z = 2.43, p = "
        f"{r3(z)}, r = .31), while A and B were alike (U = 301, z = −0.88, p = "
        f"{r2(p_of_z(0.88))})."
    )
    boot = difference(0.19, 0.06)
    out["mediation"] = (
        f"The total effect was c = {r2(boot[0])}, SE = .06, p = {r3(boot[3])}; the indirect effect "
        f"ab = 0.08, 95% bootstrap CI [0.03, 0.16], was thus significant. Fit was good, χ²(24) = "
        f"31.18, p = {r3(p_of_chi2(31.18, 24))}, CFI = .98, RMSEA = .04, 90% CI [.00, .07]."
    )
    out["kappa"] = (
        f"Two raters agreed on 171 of 190 images ({pct(171, 190)}%); Cohen's kappa was 0.79 (95% CI"
        f" {to(difference(0.79, 0.045))}). The AUC of the model was 0.83 (95% CI "
        f"{to(difference(0.83, 0.021), '–')}), against 0.76 ({to(difference(0.76, 0.025), '–')}) "
        f"for the clinical score (DeLong P = 0.012)."
    )
    q1, q4 = log_interval(math.log(1.12), 0.09), log_interval(math.log(1.57), 0.10)
    out["quartiles"] = (
        f"Compared with the lowest quartile (<1.2 mg/L), hazard ratios (95% CIs) for the second to "
        f"fourth were {r2(q1[0])} ({to(q1, ', ')}), "
        f"1.29 ({to(log_interval(math.log(1.29), 0.094), ', ')}), and {r2(q4[0])} "
        f"({to(q4, ', ')}); P-trend < 0.001."
    )
    nb = log_interval(math.log(0.58), 0.16)
    out["infection, rates"] = (
        f"The yearly exacerbation rate was 0.84 with the biologic and 1.45 with placebo (rate ratio"
        f" {r2(nb[0])}; 95% CI {to(nb)}; {p_text(nb[3])}), a reduction of "
        f"{rounded(100 * (1 - nb[0]), 0)}% (95% CI {rounded(100 * (1 - nb[2]), 0)} to "
        f"{rounded(100 * (1 - nb[1]), 0)})."
    )
    bonf = min(1.0, 3 * p_of_t(2.71, 44))
    out["corrected tests"] = (
        f"Bonferroni-corrected pairwise comparisons showed a gain in the first block, t(44) = 2.71,"
        f" p = {r3(bonf)}, but not in the second, t(44) = 1.20, p = "
        f"{r3(min(1.0, 3 * p_of_t(1.2, 44)))}. As predicted, the directed test was significant, "
        f"t(44) = 1.83, p = {r3(p_of_t(1.83, 44) / 2)}, one-tailed."
    )
    anova = p_of_f(4.21, 1.7, 49.3)
    out["physiology"] = (
        f"Repeated-measures ANOVA with Greenhouse–Geisser correction showed an effect of time "
        f"(F(1.70, 49.30) = 4.21, p = {r3(anova)}, ε = 0.85). VO2max rose from 41.2 ± 5.6 to 43.9 ±"
        f" 5.9 mL·kg−1·min−1 (+2.7, 95% CI {to(difference(2.7, 0.61, 29), ' to ', 1)}; p < 0.001)."
    )
    return out
