"""Compares thousands of random analyses with R's metafor, or without it with `independent`.

python -m tests.random_analyses [--count 5000] [--seed 1]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from tests.random_analyses import engine, independent
from tests.random_analyses.analyses import random_analyses

Case = dict[str, Any]

#: metafor ends its iterations at 1e-12 here; its own rounding near a likelihood without curvature
#: leaves the square root of the machine's.
TOLERANCE = 1e-6
_R_NAMES = {"events": "xi", "n": "ni"}
_CONTROL = "control=list(threshold=1e-14, tol=1e-14, maxiter=10000, tau2.max=1e6)"
_SCRIPT = """\
suppressMessages(suppressWarnings(library(metafor)))
out <- function(id, r) {
  tau2 <- if (is.null(r$tau2)) 0 else r$tau2
  n <- length(r$beta)
  cat(id, n, sprintf("%.17g", c(r$beta, r$se, r$ci.lb, r$ci.ub, tau2, r$QE)), "\\n")
}
try1 <- function(id, f) {
  r <- try(suppressWarnings(f()), silent=TRUE)
  if (inherits(r, "try-error")) cat(id, 0, "\\n") else out(id, r)
}
"""


def r_statement(case: Case) -> str:
    """Return the R statements of one case."""
    data = {_R_NAMES.get(name, name): column for name, column in case["data"].items()}
    columns = ", ".join(
        f"{name}=c({','.join(repr(value) for value in column)})"
        for name, column in data.items()
        if name != "x"
    )
    measure = case["measure"]
    if case["kind"] in {"rma.mh", "rma.peto"}:
        extra = "" if case["kind"] == "rma.peto" else f"measure='{measure}', "
        return f"try1({case['id']}, function() {case['kind']}({extra}{columns}))"
    fit = f"method='{case['args']['method']}', test='{case['args']['test']}', {_CONTROL}"
    if "x" in data:
        fit += f", mods=~ x, data=list(x=c({','.join(map(repr, data['x']))}))"
    effects = (
        "list(yi=yi, vi=vi)" if measure == "GEN" else f"escalc(measure='{measure}', {columns})"
    )
    given = "; ".join(f"{part}" for part in columns.replace("), ", ")\n").splitlines())
    before = f"{given}; " if measure == "GEN" else ""
    return f"try1({case['id']}, function() {{ {before}d <- {effects}; rma(d$yi, d$vi, {fit}) }})"


def r_answers(cases: list[Case]) -> dict[int, dict[str, np.ndarray] | None]:
    """Run all cases in one R process; None where R refuses."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "analyses.R"
        script.write_text(_SCRIPT + "\n".join(map(r_statement, cases)), encoding="utf-8")
        run = subprocess.run(
            ["Rscript", "--vanilla", str(script)], capture_output=True, text=True, check=True
        )
    found: dict[int, dict[str, np.ndarray] | None] = {}
    for line in run.stdout.splitlines():
        number, n, *values = line.split()
        size = int(n)
        numbers = np.array([np.nan if v == "NA" else float(v) for v in values])
        parts = np.split(numbers, [size, 2 * size, 3 * size, 4 * size, 4 * size + 1])
        found[int(number)] = dict(zip(engine.FIELDS, parts, strict=True)) if size else None
    return found


def main() -> int:
    """Compare, print a line for every kind, and every analysis that differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cases = list(random_analyses(options.count, options.seed))
    with_r = shutil.which("Rscript") is not None
    if not with_r:
        cases = [case for case in cases if case["kind"] in {"rma", "metareg"}]
    others = r_answers(cases) if with_r else {c["id"]: independent.answer(c) for c in cases}
    tally: Counter[tuple[str, str]] = Counter()
    for case in cases:
        ours, theirs = engine.answer(case), others[case["id"]]
        if ours is None or theirs is None:
            outcome = "refused by both" if ours is theirs else "refused by one"
        else:
            outcome = "agree" if engine.distance(ours, theirs) < TOLERANCE else "differ"
        tally[case["kind"], outcome] += 1
        if outcome in {"differ", "refused by one"}:
            print(outcome, case, ours, theirs, sep="\n  ")
    print(f"Compared with {'metafor' if with_r else 'the independent formulation'}:")
    for (kind, outcome), count in sorted(tally.items()):
        print(f"{kind:10} {outcome:16} {count:6,}")
    return int(any(outcome == "differ" for _, outcome in tally))


if __name__ == "__main__":
    raise SystemExit(main())
