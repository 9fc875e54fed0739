"""Can a person with a CSV and no protocol pool it, and is what is wrong said like in a review?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.meta.medians import medians
from analysis.meta.models import pool
from analysis.meta.profiles import PROFILES
from analysis.pool.csv_results import PoolOptions
from analysis.pool.pool_csv import pool_csv
from analysis.pool.pool_report import summary
from schemas.problems import DataProblems
from tests.meta.reference_comparison import all_cases, named

TWO_ARMS = """study;year;events_treatment;n_treatment;events_control;n_control;region
A;2001;4;123;11;139;EU
B;2002;6;306;29;303;EU
C;;0;231;11;220;US
D;2003;0;20;0;25;US
E;2004;62;13598;248;12867;
"""
RATIOS = """Author,HR,Lower CI,Upper CI
X,0.80,0.60,1.07
Y,0.70,0.50,0.98
Z,0.66,0.41,1.06
"""
MEDIANS = "study,median,ci_low,ci_high,n\nA,6.9,5.1,8.0,30\nB,10.2,7.7,NR,60\nC,4.1,3.0,5.5,25\n"
EFFECTS = "study,yi,vi\nA,-0.889311333920205,0.325\nB,-1.585388657,1.94581e-01\nC,-1.348,.4153\n"


@pytest.fixture
def table(tmp_path: Path) -> Any:
    def write(text: str | bytes, name: str = "my.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def review_pool(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["pool", *arguments], catch_exceptions=False)


def problems(path: str, options: PoolOptions | None = None) -> str:
    with pytest.raises(DataProblems) as raised:
        pool_csv(path, options or PoolOptions())
    return str(raised.value)


def reference(identity: str) -> dict[str, Any]:
    return next(case for case in all_cases() if case["id"] == identity)


@pytest.mark.parametrize(
    ("measure", "method", "test"),
    [
        *(
            ("PR", "REML", "z"),
            ("PR", "REML", "knha"),
            ("PLO", "REML", "z"),
            ("PLO", "REML", "knha"),
        ),
        *(("PAS", "REML", "z"), ("PFT", "DL", "z"), ("PFT", "SJ", "knha"), ("PFT", "PM", "knha")),
    ],
)
def test_proportions_come_out_as_metafor_gives_them(
    table: Any, measure: str, method: str, test: str
) -> None:
    """Are pooled proportion, limits, heterogeneity and weights those of a reference case?"""
    case = reference(f"pritz1997.{measure}.rma.{method}.{test}")
    rows = zip(case["data"]["events"], case["data"]["n"], strict=True)
    path = table("xi,ni\n" + "".join(f"{x},{n}\n" for x, n in rows))
    found = pool_csv(path, PoolOptions(measure=measure, method=method, test=test)).overall
    expected = case["expected"]
    back = expected.get("backtransformed") or expected["predict"]
    assert found.model_estimate == pytest.approx(expected["estimate"], rel=1e-8)
    assert [found.ci_low, found.ci_high, found.prediction_low, found.prediction_high] == (
        # A proportion does not exceed 1; metafor's limits on the raw scale do.
        pytest.approx([min(back[key], 1) for key in ("ci_lb", "ci_ub", "pi_lb", "pi_ub")], rel=1e-8)
    )
    assert found.tau2 == pytest.approx(expected["tau2"], rel=1e-8)
    assert found.tau2_high == pytest.approx(expected["confint"]["tau2"]["ub"], rel=1e-8)
    assert 100 * found.i2 == pytest.approx(expected["I2"], rel=1e-8)
    weights = [100 * (study.weight or 0) for study in found.studies]
    assert weights == pytest.approx(expected["weights_pct"], rel=1e-8)


def test_subgroups_and_the_test_between_them_as_metafor_gives_them(table: Any) -> None:
    """Are the levels pooled separately and compared as in a reference case?"""
    case = reference("bcg.RR.subgroup_separate.DL.z")
    data, expected = case["data"], case["expected"]
    names = ("ai", "n1i", "ci", "n2i", "group")
    rows = zip(*(data[name] for name in names), strict=True)
    path = table(",".join(names) + "\n" + "\n".join(",".join(map(str, r)) for r in rows))
    found = pool_csv(path, PoolOptions(measure="RR", method="DL", columns={"by": "group"}))
    assert [g.name for g in found.groups] == [g["level"] for g in expected["groups"]]
    estimates = [group.model_estimate for group in found.groups]
    assert estimates == pytest.approx([g["estimate"] for g in expected["groups"]], rel=1e-9)
    assert found.q_between == pytest.approx(expected["Q_between"], rel=1e-9)
    assert found.q_between_p == pytest.approx(expected["Q_between_p"], rel=1e-9)


def test_the_profile_meta_pools_proportions_by_the_logistic_model(table: Any) -> None:
    """Does the printed page of Pritz (1997) come out of a CSV, with no weight and no correction?"""
    case = named("published_cases.json")["proportions_raw_logit_glmm_pritz1997"]
    rows = zip(case["data"]["xi"], case["data"]["ni"], strict=True)
    path = table("xi,ni\n" + "".join(f"{x},{n}\n" for x, n in rows))
    found = pool_csv(path, PoolOptions(profile="meta"))
    page = case["expected"]["PLO_GLMM_ML"]
    assert found.overall.method == "GLMM"
    assert [found.overall.estimate, found.overall.ci_low, found.overall.ci_high] == pytest.approx(
        [page["pred"], page["ci_lb"], page["ci_ub"]], abs=6e-5
    )
    assert not found.corrected
    assert "gives its studies no weights" in summary(found)


@pytest.mark.parametrize("profile", sorted(PROFILES))
@pytest.mark.parametrize("text", [TWO_ARMS, RATIOS, MEDIANS, EFFECTS, "x,n\n3,10\n5,12\n9,20\n"])
def test_every_profile_pools_every_layout(table: Any, profile: str, text: str) -> None:
    """Is there a summary, and the same numbers in strict JSON, for everything that can be read?"""
    path = table(text)
    shown = review_pool(path, "--profile", profile)
    assert shown.exit_code == 0
    assert "Pooled" in shown.output
    assert f"profile {profile}" in shown.output
    result = json.loads(review_pool(path, "--profile", profile, "--json").stdout)
    overall = result["overall"]
    assert overall["ci_low"] < overall["estimate"] < overall["ci_high"]
    assert overall["k"] == len(overall["studies"])


def test_what_is_dropped_corrected_or_fitted_otherwise_is_said(table: Any) -> None:
    """Does the summary name the studies that a profile leaves out, changes or pools otherwise?"""
    proportions = "study,events,n,grp\nA,0,20,x\nB,20,20,x\nC,5,10,y\nD,6,12,y\nE,,9,y\n"
    shown = review_pool(table(proportions), "--profile", "stata14", "--by", "grp").output
    assert "E (line 6): no events." in shown
    assert "A (line 2): 0/20: standard error is 0" in shown
    assert "common effect instead of random effects (DL): k = 2 is below 3" in shown
    assert "grp = x: no study is left." in shown
    tables = review_pool(table(TWO_ARMS), "--profile", "stata14", "--by", "region").output
    assert "D 2003 (line 5): no events in both arms." in tables
    assert "C (line 4): 0.5 was added to all four cells." in tables
    assert "1 row without region: in the overall result only." in tables
    assert "separated by semicolons" in tables


def test_mantel_haenszel_and_peto(table: Any) -> None:
    """Are 2x2 tables pooled as tables, and studies named in what the method says of them?"""
    bcg = named("published_cases.json")["trim_and_fill_bcg"]["data"]
    names = ("tpos", "tneg", "cpos", "cneg")
    rows = zip(*(bcg[name] for name in names), strict=True)
    path = table(",".join(names) + "\n" + "\n".join(",".join(map(str, r)) for r in rows))
    # metafor, rma.mh(measure="RR") and rma.peto() of dat.bcg: -0.4537 and -0.4744.
    mh = pool_csv(path, PoolOptions(measure="RR", method="MH")).overall
    assert mh.model_estimate == pytest.approx(-0.4537, abs=5.1e-5)
    peto = pool_csv(path, PoolOptions(measure="OR", method="peto")).overall
    assert peto.model_estimate == pytest.approx(-0.4744, abs=5.1e-5)
    shown = review_pool(table(TWO_ARMS), "--measure", "OR", "--method", "PETO").output
    assert "D 2003 (line 5) carries no weight" in shown


def test_medians_and_ratios_are_the_engines(table: Any) -> None:
    """Are medians pooled with an open upper limit, and hazard ratios known by their column?"""
    found = pool_csv(table(MEDIANS), PoolOptions(profile="stata14"))
    sizes = medians(
        [6.9, 10.2, 4.1], [5.1, 7.7, 3.0], [8.0, float("nan"), 5.5], divisor="3.92", n=[30, 60, 25]
    )
    assert found.overall.estimate == pool(sizes.yi, sizes.vi, method="DL").estimate
    assert "7.7–NR" in summary(found)
    assert any("n < 50" in note for note in found.warnings)
    assert pool_csv(table(RATIOS), PoolOptions()).measure == "HR"


def test_logs_in_a_column_yi_come_back_as_ratios(table: Any) -> None:
    """Is `yi` taken as it is, and shown as a ratio when the measure is one?"""
    path = table(EFFECTS)
    plain, ratio = pool_csv(path, PoolOptions()), pool_csv(path, PoolOptions(measure="RR"))
    assert ratio.overall.model_estimate == plain.overall.estimate
    assert 0 < ratio.overall.estimate < 1


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfStudy,Events,N\r\nA,3,10\r\nB,5,12\r\n",
        b"sep=;\nstudy;events;n\nA;3;10\nB;5;12\n",
        b"study\tevents\tn\nA\t3\t10\nB\t5\t12\n",
        b'"study","xi","ni","note"\n"A",3,10,"x, y"\n"B",5,12,NA\n"C",NA,9,\n',
        b"events,n\n3.0,10\n 5 ,12\n\n",
    ],
)
def test_files_as_programs_write_them(table: Any, text: bytes) -> None:
    """Are a byte-order mark, Windows line ends, semicolons, tabs, quotes and NA no obstacle?"""
    assert [s.numbers[0] for s in pool_csv(table(text), PoolOptions()).overall.studies] == [
        "3/10",
        "5/12",
    ]


def test_several_outcomes_in_one_pool_are_told(table: Any) -> None:
    """Does the tool's own table of outcomes, pooled as it is, bring a warning?"""
    rows = "study,outcome,events,n\nA,ORR,9,20\nA,DCR,15,20\nB,ORR,8,25\nB,DCR,20,25\n"
    told = "The column outcome has several values (DCR, ORR)"
    mixed = pool_csv(table(rows), PoolOptions())
    assert any(told in note for note in mixed.warnings)
    apart = pool_csv(table(rows), PoolOptions(columns={"by": "outcome"}))
    one = pool_csv(table(rows.replace("DCR", "ORR")), PoolOptions())
    assert not any("several values" in note for found in (apart, one) for note in found.warnings)


def test_decimal_commas_are_read_and_said(table: Any) -> None:
    """Are numbers of a German spreadsheet read, and the reader told to look?"""
    found = pool_csv(table("study;yi;vi\nA;0,5;0,04\nB;0,7;0,05\n"), PoolOptions())
    assert found.overall.studies[0].yi == 0.5
    assert any("the comma in 2 numbers" in note for note in found.warnings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("study,events,n\nA,12,10\n", "line 2, column events: “12”|more events (12)"),
        ("study,events,n\nA,3.5,10\n", "line 2, column events|whole number"),
        ("study,events,n\nA,45%,10\n", "not a number|without the percent sign"),
        ("study,events,n\nA,3/10,10\n", "two columns"),
        ("study,events,n\nA,-3,10\n", "cannot be negative"),
        ("study,events,n\nA,0,0\n", "A (line 2): no patients"),
        ('study,events,n\nA,3,"12,34"\n', "line 2, column n|not a number"),
        ("study,events,n\nA,3,10,x\n", "line 2|The row has 4 cells"),
        ("study,events,n\nA,,10\n", "No row has all the numbers|no events"),
        ("study,events,n\n", "no rows below the column names"),
        ("study,events,n,n\nA,1,2,3\n", "column n|occurs twice"),
        ("study,yi,vi\nA,1,-2\n", "column vi|above 0"),
        ("study,hr,lower,upper\nA,0.5,0.6,0.9\n", "outside its interval, 0.6 to 0.9"),
        ("study,hr,lower,upper\nA,0.5,0.5,0.5\n", "no width"),
        ("study,median,lower,upper\nA,5,-1,9\n", "median time is above 0"),
        ("study,estimate,lower,upper\nA,.5,.3,.83\n", "--measure LOGCI|balance on the log scale"),
        ("study,estimate,lower,upper\nA,5,3,7\n", "--measure GEN"),
        ("study,events\nA,3\n", "also n|--column n=NAME"),
        ("a,b2,e\n1,2,3\n", "Columns of the file: a, b2, e"),
        ("", "empty"),
        ("PK\x03\x04", "Excel workbook"),
        ('study,events,n\n"A,3,10\n', "quotation mark"),
        ("study,events,n\nA,=1+1,10\n", "not a number"),
    ],
)
def test_what_is_wrong_is_said_by_line_and_column(table: Any, text: str, said: str) -> None:
    """Does every mistake name its place and what to do, never a traceback?"""
    message = problems(table(text))
    for part in said.replace("“", '"').replace("”", '"').split("|"):
        assert part in message


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--profile", "stata"], "Did you mean 'stata14'"),
        (["--method", "REMLL"], "Did you mean 'REML'"),
        (["--measure", "PLOX"], "Did you mean 'PLO'"),
        (["--measure", "RR"], "Needed: ai (events in the first arm) and n1i"),
        (["--method", "MH"], "2x2 tables"),
        (["--measure", "PR", "--method", "GLMM"], "--measure PLO"),
        (["--test", "hksj"], "knha"),
        (["--prediction", "hts2"], "HTS"),
        (["--by", "coutry"], 'Did you mean "country"'),
        (["--column", "q=country"], "Roles: study"),
        (["--level", "0"], "confidence level of 0"),
        (["--plot", "x.gif"], ".svg, .png, .pdf or .tiff"),
        (["--plot", "no/where/x.svg"], "folder of this file does not exist"),
    ],
)
def test_what_is_asked_for_and_does_not_exist(table: Any, arguments: list[str], said: str) -> None:
    """Is a wrong option refused with the nearest right one, and exit code 1?"""
    path = table("study,country,events,n\nA,X,3,10\nB,Y,5,12\nC,Y,6,13\n")
    result = review_pool(path, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_missing_file_or_a_folder(tmp_path: Path) -> None:
    """Is a name that leads nowhere a message?"""
    assert "The file is missing" in problems(str(tmp_path / "none.csv"))
    assert "This is a folder" in problems(str(tmp_path))


def test_columns_named_by_hand(table: Any) -> None:
    """Can columns with names of their own be used, whatever else the file holds?"""
    path = table("who,answered,asked,yi,vi,ai\nA,3,10,1,1,1\nB,5,12,2,1,1\n")
    found = pool_csv(path, PoolOptions(columns={"events": "answered", "n": "asked"}))
    assert found.overall.studies[0].numbers[0] == "3/10"
    shown = review_pool(path, "--events", "answered", "--n", "asked", "--study", "who").output
    assert "Columns used: study = who, events = answered, n = asked." in shown


def test_names_cannot_steer_the_terminal(table: Any) -> None:
    """Is a control character in a cell neither printed nor drawn?"""
    path = table('study,events,n\n"A\x1b[31m\nB",3,10\nC,5,12\nD\u202e,,9\n')
    shown = review_pool(path).output
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "A [31m B" in shown


def test_studies_of_one_name_are_told_apart(table: Any) -> None:
    """Can a reader see which of two cohorts of a study a row is about?"""
    found = pool_csv(table("study,events,n\nA,3,10\nA,5,12\nB,2,9\n"), PoolOptions())
    assert [s.label for s in found.overall.studies] == ["A (1)", "A (2)", "B"]


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf", "tiff", "tif", "SVG"])
def test_the_forest_plot_in_every_format(table: Any, tmp_path: Path, suffix: str) -> None:
    """Is exactly the named file written, whatever the format, with ratios on a log axis?"""
    target = tmp_path / f"plot.{suffix}"
    result = review_pool(table(TWO_ARMS), "--by", "region", "--plot", str(target))
    assert result.exit_code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["my.csv", f"plot.{suffix}"]
    start = {"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "tif": b"II*"}[suffix.lower()[:3]]
    assert target.read_bytes().startswith(start)


def test_the_plot_is_the_same_bytes_every_time(table: Any, tmp_path: Path) -> None:
    """Is there no clock in the figure?"""
    path, target = table(MEDIANS), tmp_path / "a.svg"
    review_pool(path, "--plot", str(target))
    before = target.read_bytes()
    review_pool(path, "--plot", str(target))
    assert target.read_bytes() == before


def test_the_command_starts_without_heavy_imports() -> None:
    """Does the help come without NumPy, pandas, pydantic or matplotlib being loaded?"""
    code = (
        "import sys; from click.testing import CliRunner; from analysis.cli import main;"
        "print(CliRunner().invoke(main, ['pool', '--help']).output);"
        "heavy = ('numpy', 'pandas', 'matplotlib', 'scipy', 'pydantic');"
        "sys.exit(any(m in sys.modules for m in heavy))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "--measure" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("study,hr,lower,upper\nA,-0.2,-0.6,0.2\nB,0.9,0.7,1.1\n", "line 2, column hr"),
        ("study,hr,lower,upper\nA,0.9,0,1.2\nB,0.9,0.7,1.1\n", "line 2, column lower"),
        ("A,3,10\nB,5,20\n", "The first line must hold names of columns"),
        ("study,n1i,m1i,n2i,m2i,sd2i\nA,9,5,9,6,1\n", "also sd1i (its standard deviation)"),
        ("study,ai,n1i,n2i\nA,1,9,9\n", "also ci (events in the second arm)"),
    ],
)
def test_what_a_column_lacks_is_said_in_words(table: Any, text: str, said: str) -> None:
    """Does a clinician learn where a ratio is impossible, and what the short names stand for?"""
    shown = review_pool(table(text))
    assert shown.exit_code == 1
    assert said in " ".join(shown.output.split())
    assert "[0]" not in shown.output


def test_an_impossible_limit_of_a_proportion_is_named(table: Any) -> None:
    """Is a percentage below 0 or above 100 cut and said to be, and a possible one not?"""
    counts = "study,events,n\nA,0,10\nB,1,12\nC,0,20\n"
    assert "was cut" in " ".join(review_pool(table(counts)).output.split())
    assert "was cut" not in review_pool(table(counts), "--measure", "PLO").output
