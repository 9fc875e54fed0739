"""Data for RevMan in the layout of the Cochrane data package, as R's meta reads it.

The layout is the one that ``meta::read.cdir`` (meta 8) takes: a zip named ``CD…-dataPackage.zip``
with ``…-analysis-data/`` and in it settings, data rows and subgroups. Every estimate is a generic
inverse-variance entry on the scale of the model, because RevMan has no single-arm proportion and no
median. Neither RevMan nor meta was available here: the column names are checked, an import is not.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from analysis.export.pooled_rows import Cell, analyses, csv_bytes
from analysis.measures.registry import measure
from analysis.measures.spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.export.pooled_rows import Analysis
    from analysis.synthesis.results import StudyEstimate, Synthesis
    from schemas.review_data import ReviewData

# Not a Cochrane review: read.cdir takes the files' common beginning from the name of the zip.
PREFIX = "CD000000"
PACKAGE = f"{PREFIX}-dataPackage.zip"
README = "README.txt"
_NO_DATE = (1980, 1, 1, 0, 0, 0)

_ESTIMATORS = {"DL": "DerSimonian and Laird", "REML": "Restricted Maximum-Likelihood"}
_SCALES = {"PR": "Proportion", "PLO": "Logit proportion"}

_SETTINGS = (
    *("Analysis group", "Analysis number", "Analysis name", "Analysis group name"),
    *("Data source", "Data source eligibility", "Data type", "Log-scale data"),
    *("Experimental group label", "Control group label", "Statistical method"),
    *("Effect measure", "Unit of effect measure", "Analysis model", "Heterogeneity estimator"),
    *("Tau² CI", "Subgroup estimates", "Overall estimates", "Test for subgroup differences"),
    *("Prediction interval", "Swap event and non-event", "CI method", "CI/PI level"),
    *("Graph label (left)", "Graph label (right)", "Graph scale", "Show risk of bias"),
)
_ROWS = (
    *("Analysis group", "Analysis number", "Analysis name", "Subgroup", "Study", "Study year"),
    *("GIV Mean", "GIV SE", "CI start", "CI end"),
    *("Experimental cases", "Experimental N", "Experimental mean", "Experimental SD"),
    *("Control cases", "Control N", "Control mean", "Control SD"),
    *("O-E", "Variance", "Weight", "Footnotes"),
)
_SUBGROUPS = ("Analysis group", "Analysis number", "Subgroup number", "Subgroup")

_EXPLANATION = """\
{package} has the layout of the Cochrane data package as read.cdir() of the R package meta reads it:

  library(meta)
  metacr(read.cdir("{package}"))

Each estimate is generic inverse variance on the scale of the profile {profile}: proportions as
{proportions}, medians in {medians}. Analysis group 1 holds the outcomes, one more group
for each subgroup variable the same outcomes by its levels, the last one the adverse events.
The files and their columns are those that read.cdir() asks for; an import into RevMan or meta has
not been tried. A pool that this review fits with a binomial model appears by inverse variance.
Studies with the footnote "reconstructed" belong to no real study.
"""


def revman_files(synthesis: Synthesis, data: ReviewData) -> dict[str, bytes]:
    """Give the zip and an explanation by file name.

    Parameters
    ----------
    synthesis, data
        The computed review and its tables.
    """
    from analysis.synthesis.conventions import profile_of

    conventions = profile_of(synthesis)
    settings: list[list[Cell]] = []
    rows: list[list[Cell]] = []
    subgroups: list[list[Cell]] = []
    years = {study.study_id: study.year for study in synthesis.studies}
    for place, title, variable, analysis in _placed(synthesis, data):
        parts = analysis.groups[variable] if variable else (analysis.pool,)
        settings.append(_setting(place, title, analysis, synthesis, variable))
        for number, pool in enumerate(parts, start=1):
            name = (pool.level_label or pool.level) if variable else None
            if variable and pool.studies:
                subgroups.append([*place, number, name])
            rows += [
                _row((*place, analysis.label, name), study, years, synthesis)
                for study in pool.studies
            ]
    names = {
        "overall-estimates-and-settings": csv_bytes(_SETTINGS, settings),
        "data-rows": csv_bytes(_ROWS, rows),
        "subgroup-estimates": csv_bytes(_SUBGROUPS, subgroups),
    }
    scale = conventions.proportion_measure
    explanation = _EXPLANATION.format(
        package=PACKAGE,
        profile=conventions.name,
        proportions=_SCALES.get(scale, scale).lower(),
        medians="log months" if conventions.median_scale == "log" else "months",
    )
    return {PACKAGE: _zip(names), README: explanation.encode("utf-8")}


def _placed(
    synthesis: Synthesis, data: ReviewData
) -> Iterator[tuple[tuple[int, int], str, str | None, Analysis]]:
    """Give group and number of every analysis, the group's title, and its subgroup variable."""
    everything = [entry for entry in analyses(synthesis) if entry.pool.studies]
    outcomes = [entry for entry in everything if entry.pool.outcome in _ids(synthesis)]
    events = [entry for entry in everything if entry not in outcomes and entry.overall]
    groups: list[tuple[str, str | None, list[Analysis]]] = [("Outcomes", None, outcomes)]
    groups += [(f"By {entry.label}", entry.id, outcomes) for entry in data.protocol.subgroups]
    groups.append(("Adverse events", None, events))
    for group, (title, variable, members) in enumerate(groups, start=1):
        for number, analysis in enumerate(members, start=1):
            yield (group, number), title, variable, analysis


def _ids(synthesis: Synthesis) -> set[str]:
    return {outcome.id for outcome in synthesis.outcomes}


def _setting(
    place: tuple[int, int],
    title: str,
    analysis: Analysis,
    synthesis: Synthesis,
    variable: str | None,
) -> list[Cell]:
    measured, conventions = measure(analysis.measure), analysis.conventions
    profile = conventions.profile
    log = measured.logarithmic(conventions)
    named = measured.revman if measured.null is not None else ""
    named = named or measured.scale_name(conventions, analysis.pool.unit).capitalize()
    left, right = _sides(synthesis, analysis)
    model = "Fixed effect" if analysis.pool.model == "common" else "Random effect"
    wide = profile.test in {"knha", "adhoc"} and model == "Random effect"
    by_groups = "TRUE" if variable else "FALSE"
    return [
        *(*place, analysis.label, title, "", "", "Contrast level", "TRUE" if log else "FALSE"),
        *(*_groups(synthesis, analysis), "IV"),
        *(named, "", model),
        *(_ESTIMATORS.get(profile.tau2_method, profile.tau2_method), "FALSE", by_groups),
        *("TRUE", by_groups, "FALSE", "FALSE"),
        "Hartung-Knapp-Sidik-Jonkman" if wide else "Wald-type",
        *(f"{synthesis.level * 100:g}%", left, right, "", "FALSE"),
    ]


def _groups(synthesis: Synthesis, analysis: Analysis) -> tuple[str, str]:
    """Name the groups of a comparison; one group alone is the intervention."""
    for outcome in synthesis.outcomes:
        if outcome.id == analysis.id and outcome.experimental and outcome.control:
            return outcome.experimental, outcome.control
    return "Intervention", ""


def _sides(synthesis: Synthesis, analysis: Analysis) -> tuple[str, str]:
    better = {outcome.id: outcome.better for outcome in synthesis.outcomes}
    names = _groups(synthesis, analysis)
    found = measure(analysis.measure).sides(better.get(analysis.id, "none"), *names)
    return found or ("", "")


def _row(
    name: tuple[Cell, ...],
    study: StudyEstimate,
    years: dict[str, int | None],
    synthesis: Synthesis,
) -> list[Cell]:
    from analysis.meta.distributions import z_quantile

    yi, se = study.yi, study.sei
    if yi is None or se is None:
        raise ValueError(f"{study.label}: no effect on the scale of the model")
    half = z_quantile(synthesis.level) * se
    return [
        *(*name, study.label, years[study.study_id], yi, se, yi - half, yi + half),
        *_numbers(study),
        *(None, None),
        None if study.weight is None else study.weight * 100,
        "reconstructed" if study.reconstructed else "",
    ]


def _numbers(study: StudyEstimate) -> list[Cell]:
    """Give events, patients, mean and standard deviation of both groups."""
    cells: list[Cell] = []
    for role in ("experimental", "control"):
        group = study.group(role)
        found = None if group is None else spread(group)
        cells += [
            *((None, None) if group is None else (group.events, group.n)),
            *((None, None) if found is None else (found.mean, found.sd)),
        ]
    return cells if study.groups else [study.events, study.n, *[None] * 6]


def _zip(names: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        for name, content in names.items():
            entry = zipfile.ZipInfo(f"{PREFIX}-analysis-data/{PREFIX}-{name}.csv", _NO_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content)
    return buffer.getvalue()
