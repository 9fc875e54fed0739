"""The same analyses by other programs, in alternating runs, in seconds of CPU time.

Every program runs in a process of its own that prints, for every analysis it knows, the CPU time of
one repetition (the best of several). The processes take turns, so that a busy hour is busy for
all. ``RIVALS_PYTHON`` names the Python where statsmodels, PyMARE and pimeta are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["measure", "section"]

ROUNDS = 3

#: What is compared, and how many times faster than metafor the engine should be.
ANALYSES = {
    "set": ("Complete set of one outcome, k = 15", 40),
    "dl15": ("DerSimonian–Laird, k = 15", None),
    "reml15": ("REML, k = 15", None),
    "reml1000": ("REML, k = 1,000", None),
    "loo200": ("Leave-one-out, REML, k = 200", 200),
    "process": ("Whole process: pool a file of 15 rows", 4),
}

_TIMER = """
import sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
def best(name, call, repeats):
    call()
    times = []
    for _ in range(repeats):
        start = time.process_time(); call(); times.append(time.process_time() - start)
    print(name, min(times))
def simulated(k):
    rng = np.random.default_rng(20260101)
    v = rng.uniform(0.01, 0.3, k)
    return rng.normal(0.3, np.sqrt(v + 0.1)), v
few, many, most = simulated(15), simulated(200), simulated(1000)
"""

_ENGINE = (
    _TIMER
    + """
from analysis.meta.influence import leave_one_out
from analysis.meta.models import pool
from tests.bench.test_bench_meta import complete_set
best("set", complete_set, 60)
best("dl15", lambda: pool(*few), 300)
best("reml15", lambda: pool(*few, method="REML"), 200)
best("reml1000", lambda: pool(*most, method="REML"), 50)
best("loo200", lambda: leave_one_out(*many, method="REML"), 10)
"""
)

_PYTHON = {
    "statsmodels": """
from statsmodels.stats.meta_analysis import combine_effects
best("dl15", lambda: combine_effects(*few, method_re="dl"), 100)
""",
    "PyMARE": """
from pymare import Dataset
from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator
def fit(estimator, data):
    return estimator.fit_dataset(Dataset(*data, add_intercept=True)).summary()
best("dl15", lambda: fit(DerSimonianLaird(), few), 50)
best("reml15", lambda: fit(VarianceBasedLikelihoodEstimator(method="REML"), few), 20)
best("reml1000", lambda: fit(VarianceBasedLikelihoodEstimator(method="REML"), most), 2)
""",
    "pimeta": """
import pimeta
best("dl15", lambda: pimeta.rma(*few, method="DL"), 50)
best("reml15", lambda: pimeta.rma(*few, method="REML"), 50)
best("reml1000", lambda: pimeta.rma(*most, method="REML"), 3)
best("loo200", lambda: pimeta.leave1out(*many, method="REML"), 2)
""",
}

_R = """
suppressMessages(suppressWarnings(library(metafor)))
best <- function(name, f, repeats, inner=1) {
  f(); times <- replicate(repeats, sum(system.time(for (i in 1:inner) f())[1:2])) / inner
  cat(name, min(times), "\\n")
}
simulated <- function(k) { set.seed(1); v <- runif(k, .01, .3)
  list(y=rnorm(k, .3, sqrt(v + .1)), v=v) }
few <- simulated(15); many <- simulated(200); most <- simulated(1000)
set.seed(15); n <- sample(15:119, 15, TRUE); x <- rbinom(15, n, rbeta(15, 6, 12))
groups <- lapply(1:6, function(s) rep_len(letters[1:(2 + s %% 2)], 15))
complete <- function() {
  d <- escalc(measure="PLO", xi=x, ni=n); r <- rma(yi, vi, data=d); confint(r); predict(r)
  for (g in groups) for (l in unique(g)) rma(d$yi[g == l], d$vi[g == l])
  leave1out(r); regtest(r, model="lm"); ranktest(r); trimfill(r); invisible()
}
best("set", complete, 5)
best("dl15", function() rma(few$y, few$v, method="DL"), 3, 20)
best("reml15", function() rma(few$y, few$v), 3, 20)
best("reml1000", function() rma(most$y, most$v), 2)
fit <- rma(many$y, many$v)
best("loo200", function() leave1out(fit), 1)
"""

_R_PROCESS = """
suppressMessages(library(metafor))
d <- escalc(measure="PLO", xi=events, ni=n, data=read.csv("FILE"))
r <- rma(yi, vi, data=d); print(r); print(predict(r, transf=transf.ilogit)); print(confint(r))
"""
_ROWS = "study,events,n\n" + "".join(
    f"S{i},{3 + i * 7 % 11},{20 + i * 13 % 40}\n" for i in range(15)
)


def _cpu(command: list[str]) -> tuple[str, float]:
    """Return what a process prints and its CPU seconds."""
    before = os.times()
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    after = os.times()
    used = after.children_user - before.children_user
    return run.stdout, used + after.children_system - before.children_system


def _round(folder: Path) -> dict[str, dict[str, float]]:
    """Run every program once; the best times of each by analysis."""
    rivals = os.environ.get("RIVALS_PYTHON", sys.executable)
    commands = {"this engine": [sys.executable, "-c", _ENGINE]}
    modules = {"statsmodels": "statsmodels", "PyMARE": "pymare", "pimeta": "pimeta"}
    for name, module in modules.items():
        known = subprocess.run([rivals, "-c", f"import {module}"], capture_output=True, check=False)
        if known.returncode == 0:
            commands[name] = [rivals, "-c", _TIMER + _PYTHON[name]]
    with_r = shutil.which("Rscript") is not None
    if with_r:
        (folder / "metafor.R").write_text(_R, encoding="utf-8")
        commands["metafor"] = ["Rscript", "--vanilla", str(folder / "metafor.R")]
    found: dict[str, dict[str, float]] = {}
    for name, command in commands.items():
        words = _cpu(command)[0].split("\n")
        pairs = [line.split() for line in words if line.split(" ")[0] in ANALYSES]
        found[name] = {analysis: float(seconds) for analysis, seconds in pairs}
    rows = folder / "rows.csv"
    rows.write_text(_ROWS, encoding="utf-8")
    found["this engine"]["process"] = _cpu([sys.executable, "-m", "analysis", "pool", str(rows)])[1]
    if with_r:
        (folder / "pool.R").write_text(_R_PROCESS.replace("FILE", str(rows)), encoding="utf-8")
        found["metafor"]["process"] = _cpu(["Rscript", "--vanilla", str(folder / "pool.R")])[1]
    return found


def measure() -> dict[str, dict[str, float]]:
    """Return the best CPU seconds of each program and analysis over all rounds."""
    best: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(ROUNDS):
            for name, times in _round(Path(folder)).items():
                own = best.setdefault(name, {})
                for analysis, seconds in times.items():
                    own[analysis] = min(seconds, own.get(analysis, seconds))
    return best


def section() -> list[str]:
    """Measure, and return the section of the page as lines of Markdown."""
    best = measure()
    engine = best.pop("this engine")
    lines = [
        "## Beside other programs",
        "",
        f"CPU time, the best of {ROUNDS} rounds in which the programs took turns, in one hour on",
        "one machine; in brackets how many times faster the engine is. Programs that were not",
        "installed have no column, analyses that a program does not offer no entry.",
        "",
        "| analysis | this engine | " + " | ".join(best) + " | aim beside metafor |",
        "|---|--:|" + "--:|" * len(best) + "--:|",
    ]
    for analysis, (text, aim) in ANALYSES.items():
        others = [
            f"{_time(times[analysis])} ({times[analysis] / engine[analysis]:,.1f})"
            if analysis in times
            else "–"
            for times in best.values()
        ]
        lines.append(
            f"| {text} | {_time(engine[analysis])} | {' | '.join(others)} | {aim or '–'} |"
        )
    return [*lines, ""]


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.2g} ms"
