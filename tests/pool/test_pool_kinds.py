"""Is every kind of effect pooled from the columns that hold it, as metafor pools it?

Expected numbers: R 4, metafor 3.8-1, the call beside each; ten digits as R printed them. The
iterative fits agree to 1e-6 relative (REML, with control=list(threshold=1e-10), since R stops at
1e-5 by default), closed forms to 1e-9. Data: dat.bcg and others of
metadat, as exported to CSV; small tables are written for the test.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.meta.beta_binomial import beta_binomial_odds_ratio
from analysis.meta.mixed_models import mixed_odds_ratios, mixed_rate_ratios
from analysis.pool.csv_layouts import ACCURACY, LAYOUTS
from analysis.pool.csv_results import CsvPool, PoolOptions
from analysis.pool.pool_csv import pool_csv
from analysis.pool.pool_report import summary
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from pathlib import Path

REML, CLOSED = 1e-6, 1e-9
BCG = """trial,author,year,tpos,tneg,cpos,cneg,ablat,alloc
1,Aronson,1948,4,119,11,128,44,random
2,Ferguson & Simes,1949,6,300,29,274,55,random
3,Rosenthal et al,1960,3,228,11,209,42,random
4,Hart & Sutherland,1977,62,13536,248,12619,52,random
5,Frimodt-Moller et al,1973,33,5036,47,5761,13,alternate
6,Stein & Aronson,1953,180,1361,372,1079,44,alternate
7,Vandiviere et al,1973,8,2537,10,619,19,random
8,TPT Madras,1980,505,87886,499,87892,13,random
9,Coetzee & Berjak,1968,29,7470,45,7232,27,random
10,Rosenthal et al,1961,17,1699,65,1600,42,systematic
11,Comstock et al,1974,186,50448,141,27197,18,systematic
12,Comstock & Webster,1969,5,2493,3,2338,33,systematic
13,Comstock et al,1976,27,16886,29,17825,33,systematic
"""
STROKE = """study,source,n1i,m1i,sd1i,n2i,m2i,sd2i
1,Edinburgh,155,55,47,156,75,64
2,Orpington-Mild,31,27,7,32,29,4
3,Orpington-Moderate,75,64,17,71,119,29
4,Orpington-Severe,18,66,20,18,137,48
5,Montreal-Home,8,14,8,13,18,11
6,Montreal-Transfer,57,19,7,52,18,4
7,Newcastle,34,52,45,33,41,34
8,Umea,110,21,16,183,31,27
9,Uppsala,60,30,27,52,23,20
"""
ONE_MEAN = "study,mean,sd,n\n" + "\n".join(
    ",".join((row[1], row[3], row[4], row[2]))
    for row in (line.split(",") for line in STROKE.splitlines()[1:])
)
CORRELATIONS = """authors,year,ni,ri
Axelsson et al.,2009,109,0.187
Axelsson et al.,2011,749,0.162
Bruce et al.,2010,55,0.340
Christensen et al.,1999,107,0.320
Christensen & Smith,1995,72,0.270
Cohen et al.,2004,65,0.000
Dobbels et al.,2005,174,0.175
Ediger et al.,2007,326,0.050
Insel et al.,2006,58,0.260
Jerant et al.,2011,771,0.010
Moran et al.,1997,56,-0.090
O'Cleirigh et al.,2007,91,0.370
Penedo et al.,2003,116,0.000
Quine et al.,2012,537,0.150
Stilley et al.,2004,158,0.240
Wiebe & Christensen,1997,65,0.040
"""
HAZARDS = """study,hr,lower,upper
REFLECT,0.92,0.79,1.06
IMbrave150,0.66,0.52,0.85
ORIENT-32,0.57,0.43,0.75
CARES-310,0.62,0.49,0.80
RATIONALE-301,0.85,0.71,1.02
HIMALAYA,0.78,0.67,0.92
"""
RATIOS = """study,RR,lower 95% CI,upper 95% CI
A,0.80,0.60,1.07
B,1.10,0.90,1.34
C,0.70,0.40,1.22
"""
GERMAN = """Studie;Ereignisse Intervention;n Intervention;Ereignisse Kontrolle;n Kontrolle
Aronson 1948;4;123;11;139
Ferguson 1949;6;306;29;303
Rosenthal 1960;3;231;11;220
"""
REVMAN = """Study,Experimental Events,Experimental Total,Control Events,Control Total,Weight
Aronson 1948,4,123,11,139,
Ferguson 1949,6,306,29,303,
Rosenthal 1960,3,231,11,220,
Hart 1977,62,13598,248,12867,
"""
MESS = """Study,Events treated,N treated,Events control,N control
A 2001,4,100,10,100
B 2005,0,50,0,50
C 2010,NR,80,12,82
"E 2015",3,"1,200",9,1180

F 2020,7 (8%),90,11,91
Total,14,1440,30,1421
"""
ZEROS = "study,ai,n1i,ci,n2i\nA,0,20,0,25\nB,0,30,3,31\nC,25,25,20,22\nD,5,5,6,6\n"
RATES = """study,x1i,t1i,x2i,t2i
1,7,1344,11,1988
2,8,1600,8,1461
3,3,12012,14,10962
4,6,1536,10,1503
5,1,370,1,483
6,1,729,8,913
7,17,6760,15,6840
8,3,1107,7,1015
9,2,320,3,440
"""
ONE_RATE = "study,events,person_years\n" + "\n".join(
    ",".join(line.split(",")[:3]) for line in RATES.splitlines()[1:]
)
ACCURACY_TABLE = """study,TP,FN,FP,TN
Study 1,47,9,101,738
Study 2,126,51,272,1543
Study 3,19,10,12,192
Study 4,36,3,78,276
Study 5,130,19,211,959
Study 6,84,2,68,89
Study 7,68,0,112,423
Study 8,752,0,3226,1412
Study 9,59,5,55,136
Study 10,142,50,571,2788
"""


@pytest.fixture
def pooled(tmp_path: Path) -> Any:
    def run(text: str, **options: Any) -> CsvPool:
        path = tmp_path / "my.csv"
        path.write_text(text, encoding="utf-8")
        return pool_csv(str(path), PoolOptions(**options))

    return run


KINDS = [
    # rma(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg), exp
    (BCG, {}, "RR", (0.4894209398, 0.3440743061, 0.6961660667), 0.3132432581, REML),
    # rma.mh(measure="RR"), exp
    (BCG, {"method": "MH"}, "RR", (0.6352671851, 0.5881287297, 0.6861837827), 0, CLOSED),
    # rma.peto(), exp
    (BCG, {"measure": "PETO", "method": "PETO"}, "PETO",
     (0.6222294828, 0.5745681035, 0.6738444527), 0, CLOSED),
    # rma(measure="MD" / "SMD" / "ROM", n1i, m1i, sd1i, n2i, m2i, sd2i); ROM on the log scale
    (STROKE, {}, "MD", (-15.1060274735, -32.6409488252, 2.4288938782), 684.6461519297, REML),
    (STROKE, {"measure": "SMD"}, "SMD",
     (-0.5371082584, -1.1420736628, 0.0678571459), 0.7908429138, REML),
    (STROKE, {"measure": "rom"}, "ROM",
     tuple(map(math.exp, (-0.2183658864, -0.4492013526, 0.0124695797))), 0.1080224716, REML),
    # rma(measure="MN", mi=m1i, sdi=sd1i, ni=n1i)
    (ONE_MEAN, {}, "MN", (38.3247677874, 24.9018675550, 51.7476680199), 408.9277381011, REML),
    # rma(measure="ZCOR", ri, ni), tanh
    (CORRELATIONS, {}, "ZCOR", (0.1488040177, 0.0878338389, 0.2086634393), 0.0081095608, REML),
    # rma(log(hr), sei=(log(upper) - log(lower)) / (2 * qnorm(.975))), exp
    (HAZARDS, {}, "HR", (0.7407193394, 0.6385166439, 0.8592808738), 0.0232146274, REML),
    (RATIOS, {}, "RR", (0.9060596847, 0.6893743896, 1.1908538592), 0.0316590292, REML),
    ("study,or,lci,uci\nA,0.80,0.60,1.07\nB,1.10,0.90,1.34\n", {}, "OR",
     (0.9551270967, 0.7004810444, 1.3023446931), 0.0346619627, REML),
    # rma(measure="RR", ai, n1i, ci, n2i), exp
    (GERMAN, {}, "RR", (0.2644153414, 0.1448990910, 0.4825114655), 0, REML),
    (REVMAN, {}, "RR", (0.2412203778, 0.1875268518, 0.3102876739), 0, REML),
    (MESS, {}, "RR", (0.4873362937, 0.2643394501, 0.8984533451), 0, REML),
    # rma(measure="OR", ai, n1i, ci, n2i), exp
    (ZEROS, {"measure": "OR"}, "OR",
     (0.9316913597, 0.1386482225, 6.2607999881), 0.6661456095, REML),
    # rma(measure="IRR", x1i, t1i, x2i, t2i) and rma.mh, exp; rma(measure="IRLN", xi=x1i, ti=t1i)
    (RATES, {}, "IRR", (0.6728323757, 0.4313870463, 1.0494135361), 0.0936078052, REML),
    (RATES, {"method": "MH"}, "IRR", (0.6602245771, 0.4608376462, 0.9458786534), 0, CLOSED),
    (ONE_RATE, {}, "IRLN", (0.0026666927, 0.0014078036, 0.0050513082), 0.6393482879, REML),
]  # fmt: skip


@pytest.mark.parametrize(("text", "options", "measure", "expected", "tau2", "close"), KINDS)
def test_every_kind_is_pooled_as_in_metafor(
    pooled: Any,
    text: str,
    options: dict[str, str],
    measure: str,
    expected: tuple[float, ...],
    tau2: float,
    close: float,
) -> None:
    found = pooled(text, **options)
    fit = found.overall
    assert found.measure == measure
    # R printed ten decimals: a rate of 0.0027 has seven digits of them.
    got = (fit.estimate, fit.ci_low, fit.ci_high)
    assert got == pytest.approx(expected, rel=close, abs=6e-11)
    assert fit.tau2 == pytest.approx(tau2, rel=1e-5, abs=1e-9)
    assert summary(found)


def test_accuracy_is_pooled_by_the_bivariate_model(pooled: Any) -> None:
    """Do the means, variances and correlation agree with rma.mv(struct="UN") of the 2k logits?"""
    found = pooled(ACCURACY_TABLE)
    sens, spec = found.groups
    assert found.measure == ACCURACY
    # rma.mv(logits, v, mods = ~ g - 1, random = ~ g | study, struct = "UN"), 0.5 in every cell
    assert (sens.estimate, sens.ci_low, sens.ci_high) == pytest.approx(
        (0.900840176, 0.771291899, 0.960742710), rel=1e-5
    )
    assert (spec.estimate, spec.ci_low, spec.ci_high) == pytest.approx(
        (0.772250329, 0.654671579, 0.858451229), rel=1e-5
    )
    assert (sens.tau2, spec.tau2) == pytest.approx((2.368456728, 0.864344921), rel=1e-4)
    (section,) = found.sections
    assert section.data["correlation"] == pytest.approx(-0.962151690, abs=1e-4)
    region = section.data["confidence_region"]
    assert region[0] == region[-1]
    assert min(p[0] for p in region) < sens.estimate < max(p[0] for p in region)
    assert [s.numbers for s in sens.studies][:2] == [("47/56",), ("126/177",)]
    for measure in ("SENS", "SPEC", "OR"):
        assert pooled(ACCURACY_TABLE, measure=measure).overall.k == 10


def test_models_of_the_counts_by_name(pooled: Any) -> None:
    """Are mixed models and the beta-binomial those of the engine, which metafor's cases test?"""
    rows = [line.split(",") for line in BCG.splitlines()[1:]]
    a, b, c, d = ([float(row[i]) for row in rows] for i in (3, 4, 5, 6))
    n1, n2 = ([x + y for x, y in zip(*pair, strict=True)] for pair in ((a, b), (c, d)))
    for model in ("UM.FS", "CM.AL"):
        found = pooled(BCG, measure="OR", method=model).overall
        own = mixed_odds_ratios(a, n1, c, n2, model=model)
        assert found.model_estimate == own.estimate
        assert found.tau2 == own.tau2
    found = pooled(BCG, measure="OR", method="BB").overall
    assert found.model_estimate == beta_binomial_odds_ratio(a, n1, c, n2).estimate
    columns = zip(
        *(map(float, line.split(",")[1:]) for line in RATES.splitlines()[1:]), strict=True
    )
    rates = pooled(RATES, method="GLMM").overall
    assert rates.model_estimate == mixed_rate_ratios(*map(list, columns)).estimate
    assert pooled(ONE_RATE, method="GLMM").overall.method == "GLMM"


def test_what_has_no_interval_or_no_test_is_written_so(pooled: Any) -> None:
    """Are numbers that do not exist left out, instead of a failure while they are written?"""
    # Kenward and Roger's degrees of freedom of two such tables are all but 0.
    found = pooled(ZEROS, method="EE", test="KR", profile="stata14")
    assert math.isnan(found.overall.ci_low)
    assert "no interval" in summary(found)
    mixed = pooled(ZEROS, measure="OR", method="UM.RS", profile="cochrane2025")
    assert math.isnan(mixed.overall.q)
    assert "Q =" not in summary(mixed)
    every = pooled(HAZARDS, method="CE", test="knha", columns={"moderator 1": "study"})
    assert any("no interval" in line for line in every.sections[0].lines)


def test_dependent_rows(pooled: Any) -> None:
    """Is the model rma.mv(yi, vi, random = ~ 1 | alloc/trial), with a robust interval?"""
    found = pooled(BCG, columns={"cluster": "alloc"})
    fit = found.overall
    assert (fit.estimate, fit.ci_low, fit.ci_high) == pytest.approx(
        (0.4946066799, 0.3392832559, 0.7210369613), rel=1e-6
    )
    assert fit.tau2 == pytest.approx(0.0131863857 + 0.3093459430, rel=1e-5)
    (robust,) = found.sections
    assert robust.data["clusters"] == 3
    plain = pooled(BCG, columns={"cluster": "alloc"}, method="REML")
    assert plain.overall.estimate == pooled(BCG).overall.estimate
    assert plain.sections[0].data["estimate"] == pytest.approx(plain.overall.model_estimate)
    empty = BCG.replace("42,systematic", "42,")
    with pytest.raises(DataProblems, match=r"Rosenthal et al 1961 \(line 11\) has no alloc"):
        pooled(empty, columns={"cluster": "alloc"})


def test_comparisons_that_share_their_second_arm(pooled: Any) -> None:
    """Is their covariance that of metafor's V, and is it said when a pool counts people twice?"""
    text = (
        "trial,ai,n1i,ci,n2i\nA,5,50,12,51\nA,8,52,12,51\nB,6,60,10,61\nC,3,40,7,42\nD,9,80,11,79\n"
    )
    plain = pooled(text)
    assert any("(line 2) and A (2) (line 3) have the same second arm" in n for n in plain.warnings)
    found = pooled(text, columns={"cluster": "trial"}).overall
    # V <- diag(vi); V[1,2] <- V[2,1] <- 1/12 - 1/51; rma.mv(yi, V, random = ~ 1 | trial/row)
    assert found.model_estimate == pytest.approx(-0.4849419305, rel=1e-8)
    assert found.se == pytest.approx(0.2239066204, rel=1e-8)
    assert found.q == pytest.approx(1.3729629600, rel=1e-8)
    smd = "trial,n1i,m1i,sd1i,n2i,m2i,sd2i\nA,20,5,2,21,6,2\nA,22,4,2,21,6,2\nB,30,4,2,31,5,2\n"
    unknown = pooled(smd, measure="SMD", columns={"cluster": "trial"}).overall
    assert any("covariance of SMD is not known" in note for note in unknown.warnings)
    same = pooled(smd.replace("A,22,4,2,21,6,2", "C,22,4,2,21,6,2"))
    assert not any("same second arm" in note for note in same.warnings)


def test_meta_regression_and_leave_one_out(pooled: Any) -> None:
    """Do rma(mods = ~ ablat) and leave1out() give the same numbers?"""
    found = pooled(BCG, columns={"moderator 1": "ablat"}, leave_one_out=True)
    regression, without = (section.data for section in found.sections)
    assert regression["coef"] == pytest.approx([2.514682100e-01, -2.910172501e-02], rel=1e-6)
    assert regression["se"] == pytest.approx([2.490953967e-01, 7.195327223e-03], rel=1e-6)
    assert regression["tau2"] == pytest.approx(7.634796400e-02, rel=1e-6)
    # metafor prints R² in percent.
    assert regression["r2"] == pytest.approx(0.7562662180, rel=1e-6)
    assert regression["qm"] == pytest.approx(16.35823214, rel=1e-6)
    assert (min(without["estimate"]), max(without["estimate"])) == pytest.approx(
        (0.4516861926, 0.5334396317), rel=1e-6
    )


def test_small_study_effects_have_a_verdict_from_ten_estimates(pooled: Any) -> None:
    """Is there none below ten unless asked, and are both trimming models shown?"""
    few, many = pooled(HAZARDS, small_study=True), pooled(BCG, measure="OR", small_study=True)
    asked = pooled(HAZARDS, small_study=True, verdict=True)
    told = [[test["verdict"] for test in f.sections[0].data["tests"]] for f in (few, many, asked)]
    assert not any(told[0])
    assert any(told[1])
    assert any(told[2])
    trimmed = [r["method"] for r in many.sections[0].data["adjusted"] if "Trim" in r["method"]]
    assert len(trimmed) == 2
    assert many.sections[0].data["recommended"]


def test_what_does_not_fit_is_refused_with_what_does(pooled: Any) -> None:
    """Are suggestions made only among measures of the columns, studies named with the line?"""
    for text, options, said in (
        (STROKE, {"measure": "RD"}, "These columns give MD, SMD, SMD1, SMDH, ROM, CVR, VR."),
        (STROKE, {"measure": "SMDD"}, "Did you mean 'SMD'"),
        (BCG, {"measure": "RR", "method": "PETO"}, "--measure OR or --measure PETO"),
        (STROKE, {"method": "MH"}, "the file has no such columns"),
        (HAZARDS, {"measure": "OR", "method": "GLMM"}, "the file has no such columns"),
        (BCG, {"method": "3L"}, "--cluster COLUMN"),
        (ACCURACY_TABLE, {"method": "DL"}, "REML"),
        (STROKE.replace("31,27,7", "31,27,-7"), {}, "2 (line 3): sd1i is -7"),
        (CORRELATIONS.replace("0.340", "1.340"), {}, "line 4, column ri"),
    ):
        with pytest.raises(DataProblems) as raised:
            pooled(text, **options)
        assert said in str(raised.value)


def test_a_method_chooses_the_measure_where_one_only_suits(pooled: Any) -> None:
    """Is Peto's odds ratio had without saying that it is one?"""
    assert pooled(BCG, method="peto").measure == "OR"
    assert pooled(BCG, method="MH").measure == "RR"
    one = pooled("study,events,n\nA,3,9\n", method="GLMM")
    assert one.measure == "PLO"
    assert "one study" in (one.overall.fell_back or "")


def test_every_layout_gives_measures_that_the_engine_knows() -> None:
    """Can no entry of the table name a measure that does not exist?"""
    from analysis.meta.effect_measures import MEASURES

    for name, layout in LAYOUTS.items():
        assert set(layout.measures) - {ACCURACY} <= set(MEASURES), name


@pytest.mark.parametrize("text", [BCG, STROKE, ACCURACY_TABLE, RATES, CORRELATIONS])
def test_plot_and_json_of_every_kind(tmp_path: Path, text: str) -> None:
    """Does the whole command work, with ratios on an axis of ratios?"""
    path, plot = tmp_path / "my.csv", tmp_path / "my.svg"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["pool", str(path), "--json", "--plot", str(plot)])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["overall"]["k"] > 1
    assert "Log " not in plot.read_text(encoding="utf-8")
