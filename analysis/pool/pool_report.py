"""What `review pool` prints: a summary for people, and the same as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import math
from typing import TYPE_CHECKING, Any

from analysis.formatting.numbers import number, p_value
from analysis.pool.value_text import FORMS
from schemas.problems import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pool.csv_results import CsvPool, Fit
    from analysis.pool.pool_sequential import Looks

__all__ = ["as_json", "heterogeneity_text", "method_text", "summary"]

_TESTS = {
    "z": "normal interval",
    "t": "t interval",
    "knha": "Knapp–Hartung interval",
    "adhoc": "Knapp–Hartung interval, not narrowed",
    "hybrid": "Knapp–Hartung interval, not narrower than the normal one",
    "iqwig": "Knapp–Hartung interval, not narrower than DerSimonian–Laird's",
    "KR": "Kenward–Roger interval",
}
# Of the model, by the way back from it.
_SCALES = {
    "expit": "logit scale",
    "arcsine": "arcsine scale",
    "freeman_tukey": "Freeman–Tukey scale",
    "freeman_tukey_rate": "Freeman–Tukey scale",
    "square": "root scale",
    "tanh": "Fisher's z scale",
    "exp": "log scale",
}
_PLAIN_SCALES = {"PR": "raw proportions", "MEDRAW": "natural scale"}
_PREDICTIONS = {
    "z": "normal",
    "t_k_minus_1": "t with k − 1",
    "t_k_minus_2": "t with k − 2",
    "HTS": "Higgins, Thompson & Spiegelhalter, t with k − 2",
    "V": "Veroniki, t with k − 1",
    "HK": "Hartung–Knapp, t with k − 1",
    "HK-PR": "Hartung–Knapp, t with k − 2",
    "KR": "Kenward–Roger",
    "KR-PR": "Kenward–Roger, one degree of freedom less",
    "S": "Skipka, normal",
}
_LONGEST_LABEL = 40


def method_text(fit: Fit, measure: str) -> str:
    """Say how a result was pooled."""
    from analysis.meta.effect_measures import definition
    from analysis.pool.csv_layouts import ACCURACY
    from analysis.pool.csv_methods import METHODS

    if measure == ACCURACY:
        return (
            f"Bivariate model of logit sensitivity and specificity, {fit.method}, normal interval"
        )
    method = METHODS[fit.method.upper()].words
    scale = _PLAIN_SCALES.get(measure) or _SCALES.get(definition(measure).transform.name)
    return ", ".join(filter(None, (method, scale, _TESTS[fit.test])))


def heterogeneity_text(fit: Fit, level: float) -> str:
    """Say how unlike the studies are."""
    if fit.k < 2:
        return "One study: no heterogeneity to look at."
    parts: list[str] = []
    if fit.method not in {"CE", "MH", "Peto"} and not math.isnan(fit.tau2):
        parts.append(f"τ² = {_small(fit.tau2)}{_span(fit.tau2_low, fit.tau2_high, level)}")
        parts.append(f"τ = {_small(math.sqrt(fit.tau2))}")
    if not math.isnan(fit.i2):
        between = _span(100 * fit.i2_low, 100 * fit.i2_high, level, "%")
        parts.append(f"I² = {number(100 * fit.i2, 1)}%{between}")
    if not math.isnan(fit.q):
        parts.append(f"Q = {number(fit.q, 2)} (df = {fit.q_df}, {p_value(fit.q_p)})")
    return ", ".join(parts) or "This model has no I² and no Q."


def summary(pool: CsvPool) -> str:
    """Write the result of a file as plain text."""
    overall = pool.overall
    rows = "study" if overall.k == 1 else "studies"
    lines = [
        f"{pool.file}: {overall.k} {rows} pooled (measure {pool.measure}, profile {pool.profile})",
        f"{_capital(method_text(overall, pool.measure))}.",
        "",
    ]
    if pool.by is not None or not pool.groups:
        studies = overall.studies if not pool.groups else ()
        lines += [*_result(overall, pool, pool.effect), "", *_table(studies, pool)]
    for group in pool.groups:
        rows = "study" if group.k == 1 else "studies"
        if pool.by is not None:
            lines += [f"{pool.by} = {printable(group.name)}: {group.k} {rows}"]
        effect = pool.effect if pool.by is not None else group.name
        lines += [*_result(group, pool, effect), "", *_table(group.studies, pool)]
    if not math.isnan(pool.q_between_p):
        test = f"df = {pool.q_between_df}, {p_value(pool.q_between_p)}"
        lines += [f"Between levels of {pool.by}: Q = {number(pool.q_between, 2)}, {test}", ""]
    for section in pool.sections:
        lines += [f"{section.title}:", *(f"  {_one_line(line)}" for line in section.lines), ""]
    for heading, entries in (
        ("Not pooled", pool.left_out),
        ("Corrected", pool.corrected),
        ("Fitted otherwise than asked", _fell_back(pool)),
        ("Worth knowing", _warnings(pool)),
    ):
        if entries:
            lines += [f"{heading}:", *(f"  – {_sentence(entry)}" for entry in entries), ""]
    used = ", ".join(f"{role} = {printable(name)}" for role, name in pool.columns.items())
    lines.append(f"Columns used: {used}.")
    return "\n".join(lines)


def as_json(pool: CsvPool, looks: Looks | None = None) -> str:
    """Write the result of a file as JSON: fractions, full digits, null for what does not exist."""
    content = dataclasses.asdict(pool)
    if looks is not None:
        content["sequential"] = dataclasses.asdict(looks)
    return json.dumps(_plain(content), ensure_ascii=False, indent=2)


def _result(fit: Fit, pool: CsvPool, effect: str) -> list[str]:
    unit = FORMS[pool.kind].sign
    level = number(100 * pool.level, 0 if (100 * pool.level).is_integer() else 1)
    limits = FORMS[pool.kind].limits(fit.ci_low, fit.ci_high)
    lines = [
        f"Pooled {effect}: {FORMS[pool.kind].value(fit.estimate)}{unit} ({level}% CI {limits})"
    ]
    if FORMS[pool.kind].compares and not math.isnan(fit.p):
        lines[0] += f", {p_value(fit.p)}"
    if not math.isnan(fit.prediction_low):
        name = _PREDICTIONS.get(fit.prediction_definition or "", "")
        limits = FORMS[pool.kind].limits(fit.prediction_low, fit.prediction_high)
        lines.append(f"Prediction interval: {limits}{unit} ({name})")
    return [*lines, heterogeneity_text(fit, pool.level)]


def _table(studies: Sequence[Any], pool: CsvPool) -> list[str]:
    if not studies:
        return []
    from analysis.pool.csv_layouts import LAYOUTS

    layout = LAYOUTS[pool.layout]
    arms = max(len(study.numbers) for study in studies)
    counted = layout.share_numbers if FORMS[pool.kind].shares else layout.numbers
    counted += " by arm" if arms > 1 else ""
    unit = FORMS[pool.kind].sign or _capital(pool.effect)
    rows = [["Study", counted, f"{unit} (CI)", "Weight, %"]]
    for study in studies:
        label = printable(study.label)
        limits = FORMS[pool.kind].limits(study.ci_low, study.ci_high)
        rows.append(
            [
                label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…",
                ("; " if "(" in "".join(study.numbers) else ", ").join(study.numbers),
                f"{FORMS[pool.kind].value(study.estimate)} ({limits})",
                "–" if study.weight is None else number(100 * study.weight, 1),
            ]
        )
    shown = [i for i in range(len(rows[0])) if any(row[i] not in {"", "–"} for row in rows[1:])]
    rows = [[row[i] for i in shown] for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        *(
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ),
        "",
    ]


def _fell_back(pool: CsvPool) -> list[str]:
    return [
        f"{fit.name or 'All studies'}: {fit.fell_back}"
        for fit in (pool.overall, *pool.groups)
        if fit.fell_back
    ]


def _warnings(pool: CsvPool) -> list[str]:
    notes = [*pool.warnings, *map(_capital, pool.overall.warnings)]
    notes += [f"{fit.name}: {note}" for fit in pool.groups for note in fit.warnings]
    if any(study.weight is None for study in pool.overall.studies) and pool.overall.k > 1:
        notes.append("This model gives its studies no weights.")
    return list(dict.fromkeys(notes))


def _span(low: float, high: float, level: float, unit: str = "") -> str:
    if math.isnan(low):
        return ""
    write = _small if not unit else lambda x: number(x, 1)
    return f" ({number(100 * level, 0)}% CI {write(low)} to {write(high)}{unit})"


def _small(value: float) -> str:
    """Write a variance with four decimals, or three digits where that would show nothing."""
    if value == 0 or not math.isfinite(value):
        return "∞" if value else "0"
    return f"{value:.2e}" if 0 < value < 0.001 else number(value, 4)


def _one_line(text: str) -> str:
    """Keep out what a terminal would obey; lines of a section may be long."""
    return "".join(c if c.isprintable() else " " for c in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
