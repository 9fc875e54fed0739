"""Table 1: what the included studies are and whom they treated.

Fourteen facts a study do not fit side by side on a portrait page, so facts that are read together
share a column and stand below one another in the cell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analysis.formatting.dates import written
from analysis.paper.tables.assembly import Column, Line, assemble, unread_note, without_unread
from analysis.paper.tables.cells import (
    DAGGER,
    DAGGER_NOTE,
    NOT_APPLICABLE,
    NOT_READ,
    NOT_REPORTED,
    abbreviations_note,
    lines,
    ranges,
    study_name,
    text,
)
from analysis.paper.tables.links import registrations
from analysis.synthesis.patients import patients_by_study
from schemas.vocabulary import DESIGNS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Study, Synthesis

#: Heading of the treatment where studies name a partner of it; `TREATMENT` where none does.
COMBINED: Final = "Combined with"
#: Heading where studies have several groups.
GROUPS: Final = "Groups"
TREATMENT: Final = "Treatment"
_COLUMNS: Final = (
    Column("study", "Study"),
    Column("design", "Design"),
    Column("treatment", COMBINED),
    Column("patients", "Patients", "center"),
    Column("people", "Age, median (range), years; men"),
    Column("disease", "Condition"),
    Column("assessment", "Response and toxicity criteria"),
)
_OPTIONAL: Final = frozenset({"treatment", "people", "disease", "assessment"})
# Columns of studies.csv that every review has; what else is there belongs to the condition.
_COMMON: Final = frozenset(
    (
        "line",
        "study_id",
        "citation_key",
        "label",
        "year",
        "country",
        "design",
        "partner",
        "line_of_treatment",
        "enrolment_start",
        "enrolment_end",
        "n_total",
        "n_arm",
        "age_mean",
        "age_sd",
        "age_median",
        "age_low",
        "age_high",
        "male_percent",
        "ecog",
        "dose",
        "response_criteria",
        "ctcae_version",
        "control",
        "registry_id",
        "evidence",
        "source",
        "location",
        "note",
    )
)
_ROLES: Final = ("experimental", "control", "other")
_UNCLASSIFIED: Final = "Not classified"


def build(synthesis: Synthesis) -> Table:
    """Build the table, grouped by the levels of the protocol's first subgroup variable.

    Parameters
    ----------
    synthesis : Synthesis
        Studies, the labels of their levels and of the columns that only this review has.
    """
    levels = _level_labels(synthesis)
    # A variable of results, such as a judgement, is none of studies: it has no groups of them.
    grouping = next(
        (name for name in levels if any(study.levels.get(name) for study in synthesis.studies)),
        None,
    )
    columns_of_review = {*_COMMON, *synthesis.characteristics}
    known = {c for study in synthesis.studies for c in columns_of_review if _read(study, c)}
    characteristics = {c: label for c, label in synthesis.characteristics.items() if c in known}
    patients = patients_by_study(synthesis)
    body: list[Line] = []
    for level, name in _groups(synthesis, grouping):
        members = [
            study
            for study in synthesis.studies
            if grouping is None or study.levels.get(grouping) == level
        ]
        count = f"{len(members)} {'study' if len(members) == 1 else 'studies'}"
        group = None if grouping is None else f"{name}, {count}"
        others = {variable: named for variable, named in levels.items() if variable != grouping}
        body += [
            _line(study, others, characteristics, group, known, patients.get(study.study_id))
            for study in members
        ]
    headings = _headings(synthesis, known)
    columns = [replace(c, heading=headings.get(c.id, c.heading)) for c in _COLUMNS]
    columns, body = without_unread(columns, body, _OPTIONAL, NOT_READ)
    shown = " ".join(" ".join((*line.cells, line.group or "")) for line in body)
    notes = [
        DAGGER_NOTE if DAGGER in shown else "",
        unread_note(body),
        abbreviations_note(
            shown,
            # These two are told apart in this table whether the protocol spells them out or not.
            {NOT_REPORTED: "not reported", NOT_APPLICABLE: "not applicable"}
            | dict(synthesis.abbreviations),
        ),
    ]
    return assemble(columns, body, notes, "No study has been included.")


def _headings(synthesis: Synthesis, known: Collection[str]) -> dict[str, str]:
    """Head columns by what the studies of this review have."""
    headings = {"patients": synthesis.people.capitalize()}
    if any(study.arms for study in synthesis.studies):
        headings["treatment"] = GROUPS
    elif synthesis.studies and "partner" not in known:
        headings["treatment"] = TREATMENT
    if people := _people_heading(known):
        headings["people"] = people
    return headings


def _people_heading(known: Collection[str]) -> str:
    """Name of age and sex what any study reports."""
    ages = [
        f"{name} ({words})" if spread in known else name
        for column, name, spread, words in (
            ("age_median", "median", "age_low", "range"),
            ("age_mean", "mean", "age_sd", "SD"),
        )
        if column in known
    ]
    age = f"Age, {' or '.join(ages)}, years" if ages else ""
    heading = "; ".join(filter(None, (age, "men" if "male_percent" in known else "")))
    return f"{heading[:1].upper()}{heading[1:]}"


def _level_labels(synthesis: Synthesis) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for outcome in synthesis.outcomes:
        for variable, pools in outcome.subgroups.items():
            named = labels.setdefault(variable, {})
            for pool in pools:
                if pool.level is not None:
                    named.setdefault(pool.level, pool.level_label or pool.level)
    return labels


def _groups(synthesis: Synthesis, grouping: str | None) -> list[tuple[str | None, str]]:
    if grouping is None:
        return [(None, "")]
    known = _level_labels(synthesis)[grouping]
    present = dict.fromkeys(study.levels.get(grouping) for study in synthesis.studies)
    further = [(level, level or _UNCLASSIFIED) for level in present if level not in known]
    return [(level, name) for level, name in known.items() if level in present] + further


def _line(
    study: Study,
    levels: Mapping[str, Mapping[str, str]],
    characteristics: Mapping[str, str],
    group: str | None,
    known: Collection[str],
    patients: int | None,
) -> Line:
    criteria = [("", _read(study, "response_criteria")), ("CTCAE", _read(study, "ctcae_version"))]
    if "ctcae_version" not in known:
        criteria.pop()
    return Line(
        (
            _name(study, placed="country" in known),
            _design(study, levels),
            _treatment(study, partnered="partner" in known),
            _patients(study, patients),
            _people(study, known),
            _condition(study, characteristics, graded="ecog" in known),
            lines(_shared(criteria)),
        ),
        group,
    )


def _name(study: Study, *, placed: bool) -> str:
    name = study_name(study.label, study.citation_key, reconstructed=study.reconstructed)
    year = None if study.year is None else str(study.year)
    facts = [("", _read(study, "country"))] if placed else []
    if year is None or year not in study.label:
        facts.append(("", year))
    if study.reconstructed:
        # What belongs to no real study has nothing that somebody might still read.
        facts = [fact for fact in facts if fact[1] is not None]
    shown = _shared(facts) if facts else []
    return lines([name, *shown, registrations(study.characteristics.get("registry_id"))])


def _design(study: Study, levels: Mapping[str, Mapping[str, str]]) -> str:
    design = _read(study, "design")
    name = None if design is None else text(DESIGNS.get(design, design))
    parts = [name or NOT_READ]
    for variable, named in levels.items():
        level = study.levels.get(variable)
        label = text(named.get(level, level)) if level is not None else NOT_READ
        # "Retrospective cohort" says that it is retrospective.
        if label.casefold() not in parts[0].casefold():
            parts.append(label)
    start, end = _read(study, "enrolment_start"), _read(study, "enrolment_end")
    if start or end:
        span = [NOT_READ if date is None else text(written(date)) for date in (start, end)]
        parts.append(f"Enrolment {' to '.join(span)}")
    return lines(parts)


def _treatment(study: Study, *, partnered: bool) -> str:
    if study.arms:
        # The experimental group first, whatever the order of the table.
        arms = sorted(study.arms, key=lambda arm: _ROLES.index(arm.role))
        return lines(
            text(arm.label) + ("" if arm.n_randomised is None else f", n = {arm.n_randomised}")
            for arm in arms
        )
    parts = [_optional(study, "partner") or NOT_READ] if partnered else []
    for column, heading in (
        ("dose", "Dose"),
        ("line_of_treatment", "Line"),
        ("control", "Control"),
    ):
        if value := _optional(study, column):
            parts.append(f"{heading}: {value}")
    return lines(parts or [NOT_READ])


def _patients(study: Study, patients: int | None) -> str:
    """Say how many were in the group; where nobody read that, how many its outcomes count."""
    counted = patients if study.n_arm is None else study.n_arm
    shown = NOT_READ if counted is None else str(counted)
    alone = study.n_total in (None, counted) or (study.n_arm is None and study.arms)
    return shown if alone else f"{shown} of {study.n_total}"


def _people(study: Study, known: Collection[str]) -> str:
    median, low, high = (_read(study, f"age_{name}") for name in ("median", "low", "high"))
    men = _read(study, "male_percent")
    mean, sd = _read(study, "age_mean"), _read(study, "age_sd")
    if median is low is high is men is mean is None:
        return NOT_READ
    span = NOT_READ if low is None or high is None else f"{text(low)}–{text(high)}"
    spread = f" ({span})" if "age_low" in known else ""
    share = NOT_READ
    if men is not None:
        share = text(men) if men in (NOT_REPORTED, NOT_APPLICABLE) else f"{text(men)}%"
    age = f"{NOT_READ if median is None else text(median)}{spread}"
    if median is None and mean is not None:
        age = text(mean) if sd is None else f"{text(mean)} ({text(sd)})"
    parts = [age] if {"age_median", "age_mean"} & set(known) else []
    return lines([*parts, *([f"Men {share}"] if "male_percent" in known else [])])


def _condition(study: Study, characteristics: Mapping[str, str], *, graded: bool) -> str:
    facts: list[tuple[str, str | None]] = [("ECOG", _read(study, "ecog"))] if graded else []
    facts += [(label, _read(study, column)) for column, label in characteristics.items()]
    return lines(_shared(facts))


def _shared(facts: list[tuple[str, str | None]]) -> list[str]:
    """Name the facts of a cell one by one, or say once that none of them has been read."""
    if all(value is None for _, value in facts):
        return [NOT_READ]
    return [_fact(heading, value) for heading, value in facts]


def _fact(heading: str, value: str | None) -> str:
    """Set a value behind what it is: ``ECOG 0–1``, ``Patients: practitioners``."""
    if value is None:
        return f"{text(heading)} {NOT_READ}".strip()
    # Two words without a sign between them read as one name.
    worded = value[:2].isalpha() and value not in (NOT_REPORTED, NOT_APPLICABLE)
    mark = ":" if heading and worded else ""
    return f"{text(heading)}{mark} {ranges(value)}".strip()


def _read(study: Study, column: str) -> str | None:
    value = study.characteristics.get(column)
    return None if value is None or not value.strip() else value.strip()


def _optional(study: Study, column: str) -> str:
    """Return a fact that is shown where it is known and passed over where it is not."""
    value = _read(study, column)
    return "" if value is None else ranges(value)
