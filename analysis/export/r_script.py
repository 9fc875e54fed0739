"""The independent check in R: every pooled number again, by metafor, from the extracted rows.

The script is the same for every review. What belongs to this one stands in tables beside it, so
that no text from the data becomes part of a program.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from analysis.export.pooled_rows import (
    Cell,
    analyses,
    csv_bytes,
    estimate_rows,
    expected_table,
    kind_of,
)
from analysis.measures.registry import measure
from analysis.synthesis.reconstruction import reconstruction_warning

if TYPE_CHECKING:
    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

SCRIPT = "independent_check.R"

_OVERVIEW = ("analysis", "kind", "overall", "sensitivity", "scale", "zero", "back")
# The options of a profile that the script obeys.
_OPTIONS = (
    *("proportion_model", "median_scale"),
    *("mantel_haenszel_zero", "rd_variance", "table_method", "dl_centre", "ratio_denominator"),
    *("continuity", "zero_add", "difference_correction", "smd_variance", "median_divisor"),
    *("tau2_method", "test", "i2", "prediction", "random_from_k", "glmm_i2", "glmm_prediction"),
    *("begg_method", "begg_tie_correction", "egger_model", "trim_fill_convention"),
    *("trim_fill_estimator", "regression_method", "regression_test", "regression_r2"),
)


def r_files(synthesis: Synthesis, data: ReviewData, provenance: str) -> dict[str, bytes]:
    """Give the script, its data, its settings and the expected results by file name.

    Parameters
    ----------
    synthesis, data
        The computed review and its tables.
    provenance
        The line of provenance.
    """
    from analysis.synthesis.conventions import profile_of
    from analysis.synthesis.groupings import groupings

    conventions = profile_of(synthesis)
    groups: list[list[Cell]] = [
        [grouping.id, level] for grouping in groupings(data) for level, _ in grouping.levels
    ]
    overview: list[list[Cell]] = [
        [
            entry.id,
            kind_of(measure(entry.measure)),
            "yes" if entry.overall else "no",
            "yes" if entry.sensitivity else "no",
            measure(entry.measure).code(entry.conventions),
            measure(entry.measure).zero_rule(entry.conventions),
            "exp" if measure(entry.measure).logarithmic(entry.conventions) else "identity",
            *(
                None if own == whole else own
                for own, whole in (
                    (getattr(entry.conventions.profile, name), getattr(conventions, name))
                    for name in _OPTIONS
                )
            ),
        ]
        for entry in analyses(synthesis)
    ]
    return {
        SCRIPT: files("analysis.export").joinpath(SCRIPT).read_bytes(),
        "settings.csv": csv_bytes(("name", "value"), _settings(synthesis, data, provenance)),
        "analyses.csv": csv_bytes(
            ("analysis", "kind", "overall", "sensitivity", "scale", "zero", "back", *_OPTIONS),
            overview,
        ),
        "groups.csv": csv_bytes(("variable", "level"), groups),
        "estimates.csv": csv_bytes(*estimate_rows(synthesis, data)),
        "expected.csv": csv_bytes(*expected_table(synthesis)),
    }


def _settings(synthesis: Synthesis, data: ReviewData, provenance: str) -> list[list[Cell]]:
    from analysis.synthesis.conventions import profile_of

    conventions = profile_of(synthesis)
    protocol = data.protocol
    found: dict[str, Cell] = {
        "title": synthesis.title,
        "edition": synthesis.edition,
        "profile": conventions.name,
        "program": conventions.program,
        "level": synthesis.level,
        "i2_below": protocol.model_rule.i2_below,
        "p_at_least": protocol.model_rule.p_at_least,
        "study_interval": protocol.study_interval,
        **{name: getattr(conventions, name) for name in _OPTIONS},
        "provenance": provenance,
        "warning": reconstruction_warning(synthesis),
    }
    return [[name, value] for name, value in found.items()]
