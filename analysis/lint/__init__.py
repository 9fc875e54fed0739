"""The linter: finds what a careful co-author would correct in the manuscript.

Numbers typed by hand, an abstract that says something else than the body, items nobody mentions,
abbreviations, uncited references, statements of significance, decimals, causal verbs. A rule is a
function of the facts and the sentences; `RULES` names all that an entry of manuscript/lint.yml can
allow.

In: a `Manuscript`, values, data. Out: problems with file and line. May import: the rooms down to
`paper`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.lint.facts import Facts, facts_of
from schemas.problems import sort_problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analysis.manuscript.placement import Place
    from analysis.paper.values import Value
    from schemas.problems import Problem
    from schemas.review_data import ReviewData

__all__ = ["RULES", "lint", "lint_facts", "lint_review"]

RULES = (
    "number",
    "abstract",
    "abbreviation",
    "significance",
    "decimals",
    "causal",
    "certainty",
    "entry-uncited",
    "title",
)


def lint(
    root: Path,
    data: ReviewData,
    values: Mapping[str, Value],
    passages: Mapping[str, str] | None = None,
    places: Mapping[str, Place] | None = None,
) -> tuple[Problem, ...]:
    """Read the manuscript and give everything that is wrong with it.

    Parameters
    ----------
    root
        The project's folder.
    data
        The checked tables.
    values
        As `named_values` gives them.
    passages
        What fills the divs of passages; None takes those of the last build.
    places
        The items that do not stand where they are written; None takes those of the last build.

    Returns
    -------
    tuple of Problem
        Errors and warnings, sorted by file and line.

    Raises
    ------
    DataProblems
        If the manuscript cannot be read.
    """
    return lint_facts(facts_of(root, data, values, RULES, passages, places))


def lint_facts(facts: Facts) -> tuple[Problem, ...]:
    """Apply all rules; the same as `lint` for facts that have been gathered already."""
    from analysis.lint.rules.abbreviations import abbreviations
    from analysis.lint.rules.abstract import abstract_numbers
    from analysis.lint.rules.causal import causal_verbs
    from analysis.lint.rules.certainty import overstated
    from analysis.lint.rules.citations import uncited_entries
    from analysis.lint.rules.decimals import decimals
    from analysis.lint.rules.display_items import display_items
    from analysis.lint.rules.numbers import typed_numbers
    from analysis.lint.rules.pictures import undescribed_pictures
    from analysis.lint.rules.significance import significance
    from analysis.lint.rules.titles import titles
    from analysis.lint.sentences import sentences

    found = sentences(facts.manuscript, facts.values, facts.float_kinds)
    rules = (
        *(typed_numbers, abstract_numbers, display_items, undescribed_pictures, abbreviations),
        *(uncited_entries, significance, decimals, causal_verbs, overstated, titles),
    )
    problems = [problem for rule in rules for problem in rule(facts, found)]
    return sort_problems((*facts.allowed.problems, *facts.allowed.unused(found), *problems))


def lint_review(root: Path) -> tuple[Problem, ...]:
    """Check the data, compute, and lint the manuscript as it stands now.

    Parameters
    ----------
    root
        The project's folder.

    Returns
    -------
    tuple of Problem
        Unknown names in the manuscript and all findings of the rules.

    Raises
    ------
    DataProblems
        If the data or the protocol are wrong, or the manuscript cannot be read.
    """
    from analysis.audit.published import with_published_where_shown
    from analysis.manuscript.bibliography import own_keys
    from analysis.manuscript.generated_text import passage_problems
    from analysis.manuscript.pictures import picture_problems
    from analysis.manuscript.placement_checks import items_of, unknown_places
    from analysis.manuscript.source_checks import check_sources
    from analysis.paper.choices import check
    from analysis.paper.item_contents import places_of
    from analysis.paper.passages import written_passages
    from analysis.paper.values import named_values
    from analysis.synthesis.computation import synthesise
    from schemas.problems import DataProblems

    report = check(root)
    if report.data is None:
        raise DataProblems(report.problems)
    protocol = report.data.protocol
    synthesis = with_published_where_shown(synthesise(report.data), report.data)
    values = named_values(synthesis, report.data)
    passages = written_passages(root, synthesis, report.data, values)
    places = places_of(protocol, synthesis)
    facts = facts_of(root, report.data, values, RULES, passages, places)
    keys, unknown = own_keys(root, facts.manuscript)
    unknown += [*facts.manuscript.problems, *unknown_places(root, facts.manuscript, protocol)]
    unknown += picture_problems(root, facts.pictures)
    unknown += passage_problems(facts.manuscript, passages)
    unknown += check_sources(
        facts.manuscript,
        variables=values.keys(),
        citation_keys=report.data.citation_keys | keys,
        items=items_of(facts.manuscript, protocol),
        float_kinds=facts.float_kinds,
    )
    return sort_problems((*unknown, *lint_facts(facts)))
