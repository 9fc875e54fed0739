"""Do the measures of two groups give what independent programs gave for published data?

Psilocybin for depression: Metapsy and Sypres, living database, doi 10.5281/zenodo.15714852 (ODC-By
1.0); pooled with metafor 3.8-1 (REML, Knapp–Hartung, exact Hedges factor).
"""

from __future__ import annotations

import pytest

from analysis.measures.conventions import Conventions, departing
from analysis.measures.observation import Group, Observation, Reported
from analysis.measures.registry import MEASURES, measure
from analysis.measures.spread import FROM_INTERVAL, FROM_SE, combined, shared, spread
from analysis.meta.models import pool
from analysis.meta.profiles import profile

# Study, n, mean and SD of psilocybin and of control, and the database's own Hedges g.
SCORES = (
    ("Back 2024", 15, 6.33, 6.72, 15, 19.07, 10.34, -1.4215),
    ("Carhart-Harris 2021", 30, 6.9, 5.9, 29, 10.1, 5.8, -0.5397),
    ("Davis 2021", 13, 8.5, 5.7, 11, 23.5, 6.0, -2.4807),
    ("Goodwin 2022", 79, 19.9, 10.5391240876, 79, 27.3, 10.2275, -0.7092),
    ("Griffiths 2016", 25, 6.64, 5.2, 25, 14.8, 7.25, -1.2731),
    ("Krempien 2023", 9, 16.556, 6.146, 9, 29.0, 5.315, -2.0627),
    ("Lewis 2025", 12, 4.8, 2.5, 10, 9.9, 3.2, -1.7297),
    ("Luquiens 2025", 20, 12.0, 13.0, 10, 16.0, 8.0, -0.3347),
    ("Raison 2023", 50, 16.1, 13.0, 44, 27.3, 12.5, -0.8700),
    ("Rieser 2025", 18, 7.17, 7.13, 19, 10.79, 10.97, -0.3806),
    ("Rosenblat 2024", 16, 23.44, 8.69, 14, 24.57, 6.52, -0.1417),
    ("Ross 2016", 12, 7.097, 6.3947315815, 14, 12.841, 7.4833147735, -0.7940),
    ("Ross 2025", 14, 4.84, 4.26, 18, 8.38, 4.1, -0.8275),
    ("von Rotz 2023", 26, 11.162, 9.769721388, 26, 20.696, 10.2388311833, -0.9384),
)
METAFOR = Conventions(profile("metafor"))


def of_scores() -> list[Observation]:
    return [
        Observation(
            name,
            (
                Group("experimental", n=n1, mean=m1, sd=sd1),
                Group("control", n=n2, mean=m2, sd=sd2),
            ),
        )
        for name, n1, m1, sd1, n2, m2, sd2, _ in SCORES
    ]


def of_counts(a: int, n1: int, c: int, n2: int, name: str = "Any 2020") -> Observation:
    groups = Group("experimental", n=n1, events=a), Group("control", n=n2, events=c)
    return Observation(name, groups)


def test_each_hedges_g_is_that_of_the_database() -> None:
    scale = measure("SMD").scale(of_scores(), METAFOR)
    # The team's own values differ by up to 0.0003: another approximation of Hedges' factor.
    assert scale.yi == pytest.approx([row[-1] for row in SCORES], abs=1e-3)


def test_the_pool_of_fourteen_trials_is_that_of_metafor() -> None:
    scale = measure("SMD").scale(of_scores(), METAFOR)
    fit = pool(scale.yi, scale.vi, method="REML", test="knha", prediction="V")
    # Printed with four decimals.
    found = (fit.estimate, fit.ci_low, fit.ci_high, fit.tau2, fit.q, fit.q_p)
    assert found == pytest.approx((-0.9254, -1.2659, -0.5849, 0.1484, 29.8993, 0.0049), abs=6e-5)


@pytest.mark.parametrize("name", MEASURES)
def test_a_study_without_numbers_is_never_pooled(name: str) -> None:
    assert MEASURES[name].missing(Observation("Empty 2020", (Group(), Group()))) is not None


def test_a_ratio_needs_an_event_somewhere_and_a_difference_does_not() -> None:
    nothing = of_counts(0, 20, 0, 22)
    stata = Conventions(profile("stata14"))
    assert "no events in either group" in str(measure("RR").dropped(nothing, stata))
    assert "only events" in str(measure("OR").dropped(of_counts(20, 20, 22, 22), stata))
    assert measure("RD").dropped(nothing, METAFOR) is None


def test_a_printed_comparison_is_taken_where_groups_are_missing_or_it_is_adjusted() -> None:
    counts = of_counts(10, 100, 20, 100)
    crude = Reported("RR", 0.6, 0.3, 1.2)
    adjusted = Reported("RR", 0.6, 0.3, 1.2, adjusted=True, adjusted_for="age")
    risk = measure("RR")
    both = Observation("Both 2020", counts.groups, crude)
    assert risk.own(both, METAFOR)[0] == pytest.approx(0.5)
    better = Observation("Adjusted 2020", counts.groups, adjusted)
    assert risk.own(better, METAFOR) == (0.6, 0.3, 1.2)
    assert risk.notes(better) == ("adjusted for age, as printed",)
    alone = Observation("Alone 2020", (), crude)
    assert risk.missing(alone) is None
    mixed = risk.scale([counts, alone], METAFOR)
    assert [float(mixed.transform.apply(y)) for y in mixed.yi] == pytest.approx([0.5, 0.6])


def test_another_measure_in_print_is_not_pooled_with_this_one() -> None:
    odds = Observation("Odds 2020", (), Reported("OR", 0.5, 0.2, 1.1))
    assert "reported as OR" in str(measure("RR").missing(odds))
    assert measure("ratio").missing(odds) is None


def test_a_cluster_trial_has_its_variance_widened_and_says_so() -> None:
    plain = of_counts(10, 100, 20, 100)
    cluster = Observation("Cluster 2020", plain.groups, design_effect=1.5)
    one, two = (measure("RR").scale([item], METAFOR) for item in (plain, cluster))
    assert two.vi[0] == pytest.approx(1.5 * one.vi[0])
    assert "design effect 1.5" in two.notes[0]


def test_standard_deviations_come_from_what_there_is() -> None:
    # Cochrane Handbook 6.5, 6.5.2.2: 0.9 to 6.2 with n = 25 would be SD √25 · 5.3 / (2 · 2.064).
    interval = spread(Group(n=25, mean=3.5, ci_low=0.9, ci_high=6.2))
    assert interval is not None
    assert interval.sd == pytest.approx(5 * 5.3 / (2 * 2.0639), rel=1e-4)
    assert interval.how == FROM_INTERVAL
    error = spread(Group(n=16, mean=1.0, se=0.5))
    assert error is not None
    assert (error.sd, error.how) == (2.0, FROM_SE)
    # Wan 2014, formula 15 for n = 100: (q3 - q1) / (2 Φ⁻¹((75 − 0.125)/100.25)) = 10 / 1.3296.
    quartiles = spread(Group(n=100, median=10.0, q1=5.0, q3=15.0))
    assert quartiles is not None
    assert quartiles.sd == pytest.approx(10 / 1.3296, rel=1e-3)
    assert quartiles.mean == pytest.approx(10.0)


def test_several_groups_as_one_are_all_their_patients() -> None:
    values = ([1.0, 2.0, 4.0], [3.0, 8.0])
    groups = [
        Group(
            "experimental",
            n=len(part),
            mean=sum(part) / len(part),
            sd=(sum((x - sum(part) / len(part)) ** 2 for x in part) / (len(part) - 1)) ** 0.5,
        )
        for part in values
    ]
    whole = combined(groups, "both doses")
    assert whole is not None
    everybody = [*values[0], *values[1]]
    mean = sum(everybody) / 5
    assert whole.mean == pytest.approx(mean)
    assert whole.sd == pytest.approx((sum((x - mean) ** 2 for x in everybody) / 4) ** 0.5)


def test_a_shared_control_group_is_split_without_losing_anybody() -> None:
    parts = shared(Group("control", n=41, events=17), 3)
    assert [part.n for part in parts] == [14, 14, 13]
    assert [part.events for part in parts] == [6, 6, 5]


def test_the_sides_of_an_axis_follow_what_is_good() -> None:
    risk = measure("RR")
    assert risk.sides("lower", "A", "B") == ("Favours A", "Favours B")
    assert risk.sides("higher", "A", "B") == ("Favours B", "Favours A")
    assert risk.sides("none", "A", "B") == ("Lower with A", "Higher with A")
    assert measure("proportion").sides("lower", "A", "B") is None


def test_an_outcome_may_depart_from_the_profile() -> None:
    own = departing(METAFOR, {"scale": "PLO", "tau2_method": "DL", "zero": "all"})
    assert measure("proportion").code(own) == "PLO"
    assert (own.profile.tau2_method, own.profile.two_arm_zero) == ("DL", "all")
    with pytest.raises(KeyError, match="tau_method"):
        departing(METAFOR, {"tau_method": "DL"})


def test_an_outcome_with_its_own_scale_and_estimator_gives_the_published_prevalence() -> None:
    # Hannum 2020, Chem Senses, doi 10.1093/chemse/bjaa064: smell loss by objective tests, six
    # studies, 77 % (61.4-89.2) in print; digits as printed.
    counts = ((44, 72), (13, 16), (17, 33), (241, 345), (59, 60), (38, 45))
    own = departing(METAFOR, {"scale": "PFT", "tau2_method": "ML"})
    studies = [Observation("Any", (Group(events=x, n=n),)) for x, n in counts]
    scale = measure("proportion").scale(studies, own)
    fit = pool(scale.yi, scale.vi, method=own.profile.tau2_method, test="z")
    found = [100 * float(scale.transform.apply(y)) for y in (fit.estimate, fit.ci_low, fit.ci_high)]
    assert round(found[0]) == 77
    assert [round(limit, 1) for limit in found[1:]] == [61.4, 89.2]
