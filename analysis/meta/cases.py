"""Analyses handed in from outside as JSON, run one by one.

The schema of a case and of its result is ``tests/reference/SCHEMA.md``; `run_cases` is what the
command ``review meta`` calls. Conventions are metafor's, because the schema is.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from analysis.meta.case_effects import complete_case
from analysis.meta.checks import choice
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["KINDS", "run_case", "run_cases"]

Case = dict[str, Any]

# Each module exposes RUNNERS, from the name of a kind to a function; imported when first needed.
_MODULES = {
    "escalc": "cases_effects",
    "study_ci": "cases_effects",
    "rma": "cases_models",
    "subgroup_separate": "cases_models",
    "subgroup_common": "cases_models",
    "metareg": "cases_models",
    "leave1out": "cases_influence",
    "cumul": "cases_influence",
    "influence": "cases_influence",
    "baujat": "cases_influence",
    "ranktest": "cases_small_study",
    "regtest": "cases_small_study",
    "peters": "cases_small_study",
    "trimfill": "cases_small_study",
    "trimfill_fe_re": "cases_small_study",
    "meta.metabias": "cases_bias",
    "meta.trimfill": "cases_trimfill",
    "selmodel": "cases_bias",
    "hc": "cases_bias",
    "tes": "cases_bias",
    "fsn": "cases_bias",
    "glmm": "cases_glmm",
    "rma.mh": "cases_sums",
    "rma.peto": "cases_sums",
    "rma.glmm": "cases_mixed",
    "rma.mv": "cases_dependent",
    "robust": "cases_dependent",
    "meta.pool": "cases_meta",
    "meta.study_ci": "cases_meta",
    "meta.subgroup": "cases_meta_parts",
    "meta.metainf": "cases_meta_parts",
    "meta.metacum": "cases_meta_parts",
    "meta.metareg": "cases_meta_parts",
}
KINDS = tuple(_MODULES)


def run_cases(cases: Iterable[Any]) -> list[Case]:
    """Run every case; one that is refused gets an ``error`` and the rest go on.

    Parameters
    ----------
    cases : iterable of dict
        Cases without need of ``expected``, ``call`` or a meaningful ``id``.

    Returns
    -------
    list of dict
        ``{"id": ..., "result": ...}`` or ``{"id": ..., "error": ...}``, in the order handed in.
    """
    return [_attempt(case) for case in cases]


def _attempt(case: Any) -> Case:
    identity = case.get("id") if isinstance(case, dict) else None
    try:
        return {"id": identity, "result": run_case(case)}
    except MetaInputError as error:
        return {"id": identity, "error": str(error)}
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        # A stranger's case can be malformed in ways no check foresees; it must not stop the others.
        return {"id": identity, "error": f"not computable: {type(error).__name__}: {error}"}


def run_case(case: Any) -> Case:
    """Run one case and return its result in the shape of ``expected``.

    Raises
    ------
    MetaInputError
        If the case is malformed, of an unknown kind, or not computable.
    """
    if not isinstance(case, dict):
        msg = f"A case is an object with id, kind, args and data; this is a {type(case).__name__}."
        raise MetaInputError(msg)
    kind = choice("kind of case", str(case.get("kind")), KINDS)
    module = import_module(f"analysis.meta.{_MODULES[kind]}")
    runners: dict[str, Callable[[Case], Case]] = module.RUNNERS
    return runners[kind](complete_case(case))
