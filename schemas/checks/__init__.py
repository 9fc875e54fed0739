"""What must hold between the cells, rows and tables of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.checks.arms import check_arms
from schemas.checks.certainty import check_certainty
from schemas.checks.clusters import check_clusters
from schemas.checks.contrasts import check_contrasts
from schemas.checks.counts import check_counts
from schemas.checks.evidence import check_evidence
from schemas.checks.exchanged import check_exchanged
from schemas.checks.flow import check_flow
from schemas.checks.forms import check_forms
from schemas.checks.identity import check_identity
from schemas.checks.intervals import check_intervals
from schemas.checks.means import check_means
from schemas.checks.order import check_order
from schemas.checks.person_time import check_person_time
from schemas.checks.quality import check_quality
from schemas.checks.results import check_results
from schemas.checks.screening import check_screening
from schemas.checks.searches import check_searches
from schemas.checks.stand_ins import check_stand_ins
from schemas.checks.terms import check_terms

if TYPE_CHECKING:
    from schemas.checks.context import Context


def run_checks(context: Context) -> None:
    """Run every check; problems are added to the tables' files.

    Parameters
    ----------
    context
        All tables, the protocol and the reference list.
    """
    check_identity(context)
    check_counts(context)
    check_results(context)
    check_terms(context)
    check_intervals(context)
    check_means(context)
    check_person_time(context)
    check_arms(context)
    check_contrasts(context)
    check_clusters(context)
    check_exchanged(context)
    check_order(context)
    check_evidence(context)
    check_forms(context)
    check_quality(context)
    check_certainty(context)
    check_searches(context)
    check_screening(context)
    check_flow(context)
    check_stand_ins(context)
