"""Misprints planted into the true paragraphs: name, what is true, what is printed instead.

As copying and typing spoil numbers: digits swapped, a sign or point lost, the limit or P of a
neighbour, a percent of another column. Written before the audit was run on them; none was left out
because it was missed.
"""

PLANTED = (
    ("oncology, one group", "36.5%", "35.6%"),
    ("oncology, one group", "23 patients (39.7%)", "23 of 58 patients (37.9%)"),
    ("trial, NEJM", "(28.3%)", "(23.8%)"),
    ("trial, NEJM", "0.56 to 0.89", "0.65 to 0.89"),
    ("trial, NEJM", "-18.4 to -3.6", "-18.4 to 3.6"),
    ("trial, Lancet", "0·39–0·87", "0·39–0·78"),
    ("psychology, APA", "t(65) = 2.53, p = .014", "t(65) = 2.53, p = .041"),
    ("psychology, ANOVA", "p = .034", "p = .004"),
    ("correlations", "r(86) = .08, p = .459", "r(86) = .28, p = .459"),
    ("education, chi-square", "6.49", "4.69"),
    ("case-control study", "1.13 to 2.79", "1.31 to 2.79"),
    ("case-control study", "0.97 to 2.71, p=0.066", "1.07 to 2.71, p=0.066"),
    ("cohort, person-years", "0.75, 0.92", "0.57, 0.92"),
    ("Cochrane review", "P = 0.003", "P = 0.03"),
    ("meta-analysis with Q", "I² = 70.8%", "I² = 78.0%"),
    ("meta-analysis with Q", "-0.55 to -0.20", "-0.55 to 0.20"),
    ("diagnostic accuracy", "83.6%", "86.3%"),
    ("diagnostic accuracy", "87/115", "87/105"),
    ("vaccine", "61.7 to 80.4", "67.1 to 80.4"),
    ("vaccine", "(79.3%)", "(73.9%)"),
    ("pharmacokinetics", "99.1–109.8%", "99.1–118.9%"),
    ("hypertension, change scores", "P=0.007", "P=0.07"),
    ("regression", "t(203) = -3.26, p = .001", "t(203) = -3.26, p = .010"),
    ("prevalence survey", "24.0–29.0%", "24.0–39.0%"),
    ("surgery, two arms", "P=0.041", "P=0.410"),
    ("German", "1,07 bis 3,19", "1,70 bis 3,19"),
    ("Spanish", "p = 0,009", "p = 0,09"),
    ("French", "0,63 à 0,96", "0,36 à 0,96"),
    ("ecology", "P = 0.013", "P = 0.13"),
    ("dentistry", "P=0.005", "P=0.05"),
    ("PRISMA abstract", "I2 = 58%", "I2 = 85%"),
    ("veterinary", "0.24 to 0.68", "0.42 to 0.68"),
    ("zero events", "17/17, 100%; 95% CI 80.5–100", "17/17, 100%; 95% CI 95.5–100"),
    ("non-inferiority", "-3.4% to 14.1%", "-4.3% to 14.1%"),
    ("mixed model", "-3.6 to -0.6", "-3.6 to -0.06"),
    ("nonparametric", "p = 0.015", "p = 0.051"),
    ("mediation", "p = 0.149", "p = 0.049"),
    ("kappa", "0.79–0.87", "0.79–0.97"),
    ("infection, rates", "0.42 to 0.79", "0.42 to 0.97"),
    ("corrected tests", "p = 0.037, one-tailed", "p = 0.073, one-tailed"),
)
