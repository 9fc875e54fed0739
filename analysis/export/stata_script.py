"""The independent check for Stata, as a do-file that was written to the manuals and never run.

Stata is not free, so nobody ran this here, and the header says so. Text from the data appears in
comments only, reduced to letters, digits and a few signs; pools are chosen by number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.export.pooled_rows import RECOMPUTED, Cell, analyses, csv_bytes, kind_of, unit_name
from analysis.measures.registry import measure
from analysis.synthesis.conventions import conventions_of
from analysis.synthesis.reconstruction import reconstruction_warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.export.pooled_rows import Analysis
    from analysis.measures.conventions import Conventions
    from analysis.measures.measure import Measure
    from analysis.meta.profiles import Profile
    from analysis.synthesis.results import Pool, StudyEstimate, Synthesis
    from schemas.review_data import ReviewData

SCRIPT = "independent_check.do"
ROWS = "estimates.csv"

# A comment must not end early, continue on the next line or expand a macro.
_UNSAFE = re.compile(r"[^\w .,;:()%<>=+-]")
_USER_COMMANDS = "stata14"
#: In the name of a pool's method.
_BY_TABLES = "Mantel"
_CELLS = ("a", "b", "c", "d")

_HEAD = """\
* {title}, edition {edition}
* {provenance}
*
{warning}* Independent check for Stata under the profile {profile}.
* NOT RUN: written to the documented syntax of {commands}.
* Each command is followed by what this review's own program found, as a comment;
* limits of proportions that a raw scale puts below 0 or above 1 are cut there.
* Start Stata in the folder of this file and its data, {rows}.

version {version}
clear all
set more off
import delimited using "{rows}", varnames(1) case(preserve) encoding("UTF-8") stringcols(3 4) clear
"""

_BY_LOGITS = "* of logits; here each study left out is a logistic model fitted again"
_COMMANDS = {
    True: (
        "metan 3.04, metaprop (18nov2013), metareg 2.6.1, metabias (SJ9-2, sbe19_6), metatrim and "
        "metainf; install them with ssc install or net search"
    ),
    False: "Stata's own meta suite and melogit, Stata 17 or newer",
}


def stata_files(synthesis: Synthesis, data: ReviewData, provenance: str) -> dict[str, bytes]:
    """Give the do-file and its data by file name.

    Parameters
    ----------
    synthesis, data
        The computed review and its tables.
    provenance
        The line of provenance.
    """
    from analysis.synthesis.conventions import profile_of

    conventions = profile_of(synthesis)
    old = conventions.name == _USER_COMMANDS
    warning = _comment(reconstruction_warning(synthesis))
    lines = [
        _HEAD.format(
            title=_comment(synthesis.title),
            edition=_comment(synthesis.edition),
            provenance=provenance,
            profile=conventions.name,
            commands=_COMMANDS[old],
            version=14 if old else 17,
            rows=ROWS,
            warning=f"* {warning}\n*\n" if warning else "",
        ),
        *_effects(conventions),
    ]
    pools = list(_numbered(synthesis))
    for number, analysis, pool in pools:
        name = analysis.label if pool.level is None else f"{analysis.label}, {pool.level}"
        lines += ["", f"* ---- {number}. {_comment(name)} ({pool.k} estimates)"]
        lines += _pool_commands(number, pool, analysis.conventions)
        lines.append(f"* here: {_found(pool)}")
        if pool is analysis.pool and pool.model in {"common", "random"}:
            lines += _further(number, analysis, pool, data, analysis.conventions.profile)
    return {
        SCRIPT: ("\n".join(lines) + "\n").encode("utf-8"),
        ROWS: csv_bytes(*_rows(synthesis, data, pools)),
    }


def _numbered(synthesis: Synthesis) -> Iterator[tuple[int, Analysis, Pool]]:
    number = 0
    for analysis in analyses(synthesis):
        own = (analysis.pool,) if analysis.overall else ()
        groups = [pool for pools in analysis.groups.values() for pool in pools]
        for pool in (*own, *groups):
            if pool.estimate is not None:
                number += 1
                yield number, analysis, pool


def _rows(
    synthesis: Synthesis, data: ReviewData, pools: list[tuple[int, Analysis, Pool]]
) -> tuple[list[str], list[list[Cell]]]:
    """Give one row for each pool and estimate; levels of groups are numbered as in the protocol."""
    studies = {study.study_id: study for study in synthesis.studies}
    subgroups, moderators = data.protocol.subgroups, data.protocol.moderators
    header = [
        *("pool", "proportion", "unit", "label", "year", "events", "n"),
        *("median", "lower", "upper", "effect", "stderr", *_CELLS),
        *(f"group{place}" for place, _ in enumerate(subgroups, start=1)),
        *(f"moderator{place}" for place, _ in enumerate(moderators, start=1)),
    ]
    rows: list[list[Cell]] = []
    for number, analysis, pool in pools:
        measured = measure(analysis.measure)
        counted = measured.counted and measured.null is None
        own, whole = analysis.conventions, conventions_of(synthesis)
        usual = measured.code(own) == measured.code(whole)
        usual &= measured.zero_rule(own) == measured.zero_rule(whole)
        recomputed = usual and kind_of(measured) in RECOMPUTED
        for row in pool.studies:
            study = studies[row.study_id]
            codes: list[Cell] = []
            for subgroup in subgroups:
                names = [level.id for level in subgroup.levels]
                level = study.levels.get(subgroup.id)
                codes.append(None if level is None else names.index(level) + 1)
            rows.append(
                [
                    *(number, int(counted), unit_name(row), row.label, study.year),
                    *(row.events, row.n),
                    *((None, None, None) if counted else (row.estimate, row.ci_low, row.ci_high)),
                    # Counts and intervals of clusters give no standard error by themselves.
                    *((None, None) if recomputed and row.design_effect == 1 else (row.yi, row.sei)),
                    *_cells(row, measured),
                    *codes,
                    *(study.characteristics.get(entry.column) for entry in moderators),
                ]
            )
    return header, rows


def _cells(study: StudyEstimate, measured: Measure) -> list[Cell]:
    """Give events and non-events of both groups; empty where no such table was pooled."""
    if not (measured.counted and study.groups and study.tabled):
        return [None] * len(_CELLS)
    pairs = [(group.events or 0, group.n or 0) for group in study.groups]
    return [cell for events, n in pairs for cell in (events, n - events)]


def _effects(profile: Profile) -> list[str]:
    """Give the commands that make effect sizes of counts and of medians."""
    lines = ["", "generate double x = events", "generate double m = n"]
    if profile.proportion_zero == "only0":
        lines += [
            "generate byte edge = (events == 0 | events == n) if proportion",
            "replace x = events + 0.5 if proportion & edge",
            "replace m = n + 1 if proportion & edge",
        ]
    if profile.proportion_measure == "PLO":
        lines += [
            "generate double theta = ln(x / (m - x)) if proportion",
            "generate double se = sqrt(1 / x + 1 / (m - x)) if proportion",
        ]
    else:
        lines += [
            "generate double theta = x / m if proportion",
            "generate double se = sqrt(theta * (1 - theta) / m) if proportion",
        ]
    width = "3.92" if profile.median_divisor == "3.92" else "(2 * invnormal(0.975))"
    log = "ln" if profile.median_scale == "log" else ""
    one_sided = f"2 * ({log}(median) - {log}(lower)) / {width}"
    return [
        *lines,
        "* Intervals of medians are taken as 95%; twice the distance to the lower limit where the",
        "* upper limit was not reached.",
        f"replace theta = {log}(median) if !proportion",
        f"replace se = ({log}(upper) - {log}(lower)) / {width} if !proportion & !missing(upper)",
        f"replace se = {one_sided} if !proportion & missing(upper)",
        "* Comparisons, other measures and outcomes with a scale of their own: effects as pooled.",
        "replace theta = effect if !missing(effect)",
        "replace se = stderr if !missing(effect)",
    ]


def _pool_commands(number: int, pool: Pool, conventions: Conventions) -> list[str]:
    profile, measured = conventions.profile, measure(pool.measure)
    chosen = f"if pool == {number}"
    if pool.model == "single":
        return [
            "* one study: its own interval",
            f"list unit events n median lower upper {chosen}, noobs",
        ]
    if _BY_TABLES in pool.method:
        return _of_tables(chosen, measured, old=profile.name == _USER_COMMANDS)
    clusters = any(study.design_effect != 1 for study in pool.studies)
    if profile.name == _USER_COMMANDS:
        if measured.counted and measured.null is None and not clusters:
            model = "random" if pool.model == "random" else "fixed"
            return [f"metaprop events n {chosen}, {model} nograph"]
        model = "randomi" if pool.model == "random" else "fixedi"
        return [f"metan theta se {chosen}, {model} nograph"]
    if pool.model == "random" and measured.likelihood(conventions) and not pool.refused:
        if clusters:
            return ["* counts of clusters, divided by their design effects, are no whole numbers"]
        return [
            "preserve",
            f"keep {chosen}",
            "generate long study = _n",
            "melogit events || study:, binomial(n) intpoints(7)",
            'display "pooled proportion " invlogit(_b[_cons])',
            "restore",
        ]
    model = _model(pool.model == "random", profile.tau2_method, profile.test)
    return [
        "preserve",
        f"keep {chosen}",
        "quietly meta set theta se, studylabel(label)",
        f"meta summarize, {model} nostudies",
        "restore",
    ]


def _of_tables(chosen: str, measured: Measure, *, old: bool) -> list[str]:
    """Give the commands of Mantel and Haenszel's common effect."""
    cells = " ".join(_CELLS)
    if not measured.counted:
        return ["* Mantel-Haenszel's method for rates: no command of Stata's has it"]
    if old:
        return [f"metan {cells} {chosen}, {measured.name.lower()} fixed nograph"]
    return [
        "preserve",
        f"keep {chosen}",
        f"quietly meta esize {cells}, esize({measured.stata}) common(mhaenszel)",
        "meta summarize, common(mhaenszel) nostudies",
        "restore",
    ]


def _model(random: bool, method: str, test: str) -> str:
    if not random:
        return "common"
    name = {"DL": "dlaird", "PM": "pmandel", "SJ": "sjonkman", "HE": "hedges"}.get(method)
    interval = {"knha": " se(khartung)", "adhoc": " se(khartung, truncated)"}.get(test, "")
    return f"random({name or method.lower()}){interval}"


def _further(
    number: int, analysis: Analysis, pool: Pool, data: ReviewData, profile: Profile
) -> list[str]:
    """Give leave-one-out, small-study effects and meta-regression of an overall pool."""
    sensitivity = analysis.sensitivity
    full = sensitivity is not None and sensitivity.small_study is not None
    terms = [
        *(f"i.group{place}" for place, _ in enumerate(data.protocol.subgroups, start=1)),
        *(f"moderator{place}" for place, _ in enumerate(data.protocol.moderators, start=1)),
    ]
    names = [
        *(entry.id for entry in data.protocol.subgroups),
        *(entry.column for entry in data.protocol.moderators),
    ]
    random = pool.model == "random"
    chosen = f"if pool == {number}"
    if profile.name == _USER_COMMANDS:
        lines = [f"metainf theta se {chosen}, id(unit) print{' random' if random else ''}"]
        if full:
            lines += [f"metabias theta se {chosen}, {test}" for test in ("begg", "egger")]
            lines.append(f"metatrim theta se {chosen}, print{' reffect' if random else ''}")
            # xi: because this metareg is older than Stata's factor variables.
            regress = "capture noisily xi: metareg theta"
            lines += [f"{regress} {term} {chosen}, wsse(se)" for term in terms]
    else:
        model = _model(random, profile.tau2_method, profile.test)
        regression = _model(True, profile.regression_method, profile.regression_test)
        egger = "traditional" if profile.egger_model == "lm" else _model(True, "REML", "z")
        lines = [
            "preserve",
            f"keep {chosen}",
            "quietly meta set theta se, studylabel(label)",
            *([_BY_LOGITS] if "logistic" in pool.method else []),
            f"meta summarize, {model} leaveoneout",
        ]
        if full:
            lines += ["meta bias, begg", f"meta bias, egger {egger}", "meta trimfill"]
            lines += [f"capture noisily meta regress {term}, {regression}" for term in terms]
        lines.append("restore")
    if sensitivity is None or sensitivity.small_study is None:
        return lines
    small = sensitivity.small_study
    lines.append(
        f"* here: Begg P {_number(small.begg_p)} ({small.begg_method}); "
        f"Egger P {_number(small.egger_p)}; {small.imputed} imputed, then "
        f"{_number(small.filled_estimate)} ({_number(small.filled_ci_low)} to "
        f"{_number(small.filled_ci_high)})"
    )
    tested = {name: test.regression_p for name, test in sensitivity.comparisons.items()}
    tested |= {name: line.slope_p for name, line in sensitivity.regressions.items()}
    for term, name in zip(terms, names, strict=True):
        lines.append(f"* here: {term} is {_comment(name)}; P {_number(tested.get(name))}")
    return lines


def _found(pool: Pool) -> str:
    text = f"{_number(pool.estimate)} ({_number(pool.ci_low)} to {_number(pool.ci_high)})"
    if pool.q is None:
        return text
    return (
        f"{text}, tau2 {_number(pool.tau2)}, I2 {_number(pool.i2)}, Q {_number(pool.q)}, "
        f"P {_number(pool.q_p)}, {pool.model} effect"
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.8g}"


def _comment(text: str) -> str:
    return " ".join(_UNSAFE.sub(" ", text).split())
