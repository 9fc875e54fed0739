"""What is looked at beside a pool when it is asked for: each a section of text with its data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from analysis.formatting.numbers import number, p_value
from analysis.pool.csv_columns import MODERATOR
from analysis.pool.csv_methods import METHODS
from analysis.pool.csv_results import Section
from analysis.pool.csv_shared import sampling_covariance
from analysis.pool.value_text import FORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.meta.asymmetry import AsymmetryResult
    from analysis.meta.effect_sizes import EffectSizes
    from analysis.pool.csv_model import Model
    from analysis.pool.value_text import Form

__all__ = ["sections_of"]

# Models of the counts have no refits by inverse variance: these stand in, and the title says it.
_STAND_IN = "REML"


def sections_of(model: Model, kind: str) -> tuple[Section, ...]:
    """Return everything that was asked for beside the pool.

    Parameters
    ----------
    model
        Of all studies.
    kind
        Key of `value_text.FORMS`.

    Raises
    ------
    MetaInputError
        If it cannot be computed from these studies; they are named.
    """
    from analysis.meta.naming import studies_named

    part = model.part(range(model.sizes.k))
    with studies_named([model.table.named(int(i)) for i in part.index]):
        return tuple(_sections(model, part, FORMS[kind]))


def _sections(model: Model, part: EffectSizes, form: Form) -> Iterator[Section]:
    if "cluster" in model.table.columns:
        yield _robust(model, part, form)
    if any(role.startswith(MODERATOR) for role in model.table.texts):
        yield _regression(model, part)
    if model.options.leave_one_out:
        yield _leave_one_out(model, part, form)
    if model.options.small_study:
        yield _small_study(model, part, form)


def _method(model: Model) -> str:
    counted = METHODS[model.method].pools_counts or METHODS[model.method].clusters
    return _STAND_IN if counted else model.method


def _shown(part: EffectSizes, form: Form, estimate: float, low: Any, high: Any) -> str:
    values = [
        part.transform.apply(x) for x in (estimate, *(v for v in (low, high) if v is not None))
    ]
    if len(values) == 1:
        return form.value(values[0]) + form.sign
    return f"{form.value(values[0])}{form.sign} ({form.limits(*values[1:])})"


def _robust(model: Model, part: EffectSizes, form: Form) -> Section:
    from analysis.meta.cluster_robust import robust_mean, robust_three_level
    from analysis.meta.models import pool
    from analysis.meta.three_level import three_level

    clusters, level = model.clusters(part), model.options.level
    if model.method == "3L":
        covariance, _ = sampling_covariance(model, part, clusters)
        fit = three_level(part.yi, part.vi, clusters, covariance=covariance, level=level)
        found = robust_three_level(part.yi, fit, correction="CR2", level=level)
    else:
        tau2 = pool(part.yi, part.vi, method=_method(model), level=level).tau2
        found = robust_mean(part.yi, part.vi, clusters, tau2=tau2, correction="CR2", level=level)
    text = _shown(part, form, found.estimate, found.ci_low, found.ci_high)
    line = f"{text}, df = {number(found.df, 1)}{_p(found.p)}; {found.clusters} clusters"
    data = {
        name: getattr(found, name)
        for name in ("estimate", "se", "df", "p", "ci_low", "ci_high", "clusters", "correction")
    }
    return Section("Cluster-robust interval (CR2, Satterthwaite)", (line,), data)


def _regression(model: Model, part: EffectSizes) -> Section:
    from analysis.meta.meta_regression import REGRESSION_TESTS, meta_regression

    table, profile = model.table, model.profile
    moderators = {
        table.columns[role]: [_value(cells[int(i)]) for i in part.index]
        for role, cells in table.texts.items()
        if role.startswith(MODERATOR)
    }
    asked = model.options.test
    found = meta_regression(
        part.yi,
        part.vi,
        moderators,
        method=_method(model) if model.options.method else profile.regression_method,
        test=asked if asked in REGRESSION_TESTS else profile.regression_test,
        level=model.options.level,
        r2=profile.regression_r2,
    )
    scale = "" if part.transform.name == "identity" else ", on the scale of the model"
    width = max(len(name) for name in found.coef_names)
    lines = [
        f"{name.ljust(width)}  {_span(b, low, high)}{_p(p)}"
        for name, b, low, high, p in zip(
            found.coef_names, found.coef, found.ci_low, found.ci_high, found.p, strict=True
        )
    ]
    if not math.isnan(found.qm_p):
        kind = "Q" if found.qm_df2 is None else "F"
        free = f"{found.qm_df1}" if found.qm_df2 is None else f"{found.qm_df1}, {found.qm_df2}"
        test = f"{kind} = {number(found.qm, 2)} (df = {free}{_p(found.qm_p)})"
        lines.append(f"All moderators: {test}")
    r2 = "" if math.isnan(found.r2) else f", R² = {number(100 * max(0.0, found.r2), 1)}%"
    lines.append(f"Residual τ² = {number(found.tau2, 4)}, I² = {number(100 * found.i2, 1)}%{r2}")
    lines += [f"{table.named(int(part.index[i]))}: {why}" for i, why in found.dropped]
    lines += [_capital(note) for note in found.warnings]
    data = {
        "terms": list(found.coef_names),
        **{n: getattr(found, n).tolist() for n in ("coef", "se", "p", "ci_low", "ci_high")},
        **{n: getattr(found, n) for n in ("tau2", "i2", "r2", "qm", "qm_df1", "qm_df2", "qm_p")},
        **{n: getattr(found, n) for n in ("k", "method", "test")},
    }
    title = f"Meta-regression ({found.method}, {found.test}, k = {found.k}){scale}"
    return Section(title, tuple(lines), data)


def _span(value: float, low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return f"{number(value, 4)} (no interval)"
    return f"{number(value, 4)} ({number(low, 4)} to {number(high, 4)})"


def _p(value: float) -> str:
    """Write a P value after a comma; nothing where there is no test."""
    return "" if math.isnan(value) else f", {p_value(value)}"


def _value(cell: str) -> float | str | None:
    """Take a cell as a number where it is one, with a point or a comma."""
    if not cell:
        return None
    try:
        return float(cell.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
    except ValueError:
        return cell


def _leave_one_out(model: Model, part: EffectSizes, form: Form) -> Section:
    from analysis.meta.errors import MetaInputError
    from analysis.meta.influence import leave_one_out

    if part.k < 2:
        raise MetaInputError("One study cannot be left out: there would be none.")
    method = _method(model)
    found = leave_one_out(
        part.yi, part.vi, method=method, test=model.test, level=model.options.level
    )
    refits = found.refits
    labels = [model.table.labels[int(i)] for i in part.index]
    width = max(map(len, labels))
    lines = [
        f"without {label.ljust(width)}  {_shown(part, form, e, low, high)}, "
        f"I² = {number(100 * i2, 1)}%"
        for label, e, low, high, i2 in zip(
            labels, refits.estimate, refits.ci_low, refits.ci_high, refits.i2, strict=True
        )
    ]
    least, most = (form.value(part.transform.apply(x)) for x in found.estimate_range)
    lines.append(
        f"From {least} to {most}{form.sign}; {labels[found.most_influential]} moves it most."
    )
    names = ("estimate", "ci_low", "ci_high")
    data = {
        "without": labels,
        **{n: part.transform.apply(getattr(refits, n)).tolist() for n in names},
        "i2": refits.i2.tolist(),
        "tau2": refits.tau2.tolist(),
    }
    return Section(f"Leave-one-out ({method})", tuple(lines), data)


def _small_study(model: Model, part: EffectSizes, form: Form) -> Section:
    from analysis.meta.funnel_data import funnel_data
    from analysis.meta.small_study_results import small_study_results

    values = model.table.values
    names = {"events1": "ai", "n1": "n1i", "events2": "ci", "n2": "n2i"}
    if "n1i" not in values:
        names = {"events": "events", "n": "n"} if "n" in values else {}
    if model.share and model.measure in {"SENS", "SPEC"}:
        names = dict(zip(("events", "n"), model.share, strict=True))
    given = {
        name: [values[role][int(i)] for i in part.index]
        for name, role in names.items()
        if role in values and not any(map(math.isnan, values[role]))
    }
    found = small_study_results(
        funnel_data(part.yi, part.vi, measure=model.measure, **given),
        method=_method(model),
        test=model.test if model.test in {"z", "t", "knha", "adhoc"} else "z",
        level=model.options.level,
        trim_convention=model.profile.trim_fill_convention,
        verdict_below_ten=model.options.verdict,
    )
    lines = [_test_line(test) for test in found.tests]
    withheld = dict.fromkeys(test.withheld for test in found.tests if test.withheld)
    lines += [f"No verdict: {why}." for why in withheld]
    lines += [
        f"{row.label}: {_shown(part, form, row.estimate, row.ci_low, row.ci_high)}"
        for row in found.adjusted
    ]
    lines += [f"Not run: {item.label}: {item.reason}" for item in found.not_run]
    data = {
        "recommended": found.recommended,
        "tests": [
            {"test": t.test, "p": t.p_value, "suits": t.suits, "verdict": t.verdict}
            for t in found.tests
        ],
        "adjusted": [
            {
                "method": row.label,
                **{
                    n: None if (v := getattr(row, n)) is None else part.transform.apply(v)
                    for n in ("estimate", "ci_low", "ci_high")
                },
            }
            for row in found.adjusted
        ],
        "not_run": {item.name: item.reason for item in found.not_run},
    }
    return Section("Small-study effects", tuple(lines), data)


def _test_line(test: AsymmetryResult) -> str:
    found = "nothing to test" if test.p_value is None else p_value(test.p_value)
    verdict = f"; {test.verdict}" if test.verdict else ""
    reason = f" ({test.suits}: {test.reason})" if test.reason else ""
    return f"{test.label}: {found}{verdict}{reason}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
