"""Groups of studies beside each other, in neutral words: a large P is no proof of sameness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import upper_first
from analysis.manuscript.value import escape, join_words, slug
from analysis.paper.passages.passage import Passage, in_brackets, named, sentences
from analysis.paper.values.sensitivity import quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.paper.passages.passage import Material
    from analysis.synthesis.results import Outcome, Pool


def passages(material: Material) -> Iterator[Passage]:
    """Write the groups of each outcome, and each subgroup variable over all outcomes."""
    for outcome in material.synthesis.outcomes:
        told = [_groups(material, outcome, variable) for variable in outcome.subgroups]
        yield Passage(f"{outcome.id}-subgroups", sentences(*told))
    for variable, label in material.synthesis.subgroup_labels.items():
        yield Passage(f"subgroups-{variable}", _variable(material, variable, label))
    yield Passage("moderators", _moderators(material))


def _moderators(material: Material) -> str:
    """Say of each numeric variable for which outcomes a relation was found, and for which not."""
    told = [
        sentence
        for column, label in material.synthesis.moderator_labels.items()
        for sentence in _related(material, column, label)
    ]
    figure, table = material.reference("bubble"), material.reference("moderators")
    shows = join_words(
        (
            *([f"the regression lines are drawn in {figure}"] if figure else []),
            *([f"all tests are listed in {table}"] if table else []),
        ),
        none="",
    )
    return sentences(*told, f"{upper_first(shows)}." if shows else "")


def _related(material: Material, column: str, label: str) -> Iterator[str]:
    alpha = material.synthesis.significance_level
    found: dict[bool, list[str]] = {True: [], False: []}
    for outcome in material.synthesis.outcomes:
        line = outcome.sensitivity and outcome.sensitivity.regressions.get(column)
        if line:
            p = material.value(f"{outcome.id}.regression_p.{slug(column)}")
            found[line.slope_p < alpha].append(f"{material.label(outcome)} ({p})")
    lead = "In meta-regression, "
    if found[True]:
        verb = "was" if len(found[True]) == 1 else "were"
        told = f"the {join_words(found[True])} {verb} related to the {escape(quantity(label))}"
        yield f"{lead}{told}."
        lead = ""
    if found[False]:
        unclear = "there was no clear evidence of a relation between"
        listed = join_words(found[False], last="or")
        text = f"{lead}{unclear} the {escape(quantity(label))} and the {listed}."
        yield upper_first(text)


def _groups(material: Material, outcome: Outcome, variable: str) -> str:
    """Give the estimate of each group that has one, and the test between them."""
    pools = [pool for pool in outcome.subgroups[variable] if pool.estimate is not None]
    if not pools:
        return ""
    name = named(material.synthesis.subgroup_labels[variable])
    listed = "; ".join(
        f"{named(pool.level_label or pool.level or '')}, "
        f"{material.value(f'{_group(outcome, pool)}.summary')}"
        for pool in pools
    )
    figure = in_brackets(material.reference("subgroup_forest", outcome.id, variable))
    return sentences(
        f"By {name}{figure}: {listed}.",
        material.says(f"{outcome.id}.{slug(variable)}.test_sentence"),
    )


def _variable(material: Material, variable: str, label: str) -> str:
    """Say for which outcomes the groups differ, and for which there is no clear evidence of it."""
    alpha = material.synthesis.significance_level
    tested: dict[bool, list[Outcome]] = {True: [], False: []}
    untested: list[Outcome] = []
    for outcome in material.synthesis.outcomes:
        p = _p(outcome, variable)
        (untested if p is None else tested[p < alpha]).append(outcome)
    if not any(pool.estimate for o in material.synthesis.outcomes for pool in _pools(o, variable)):
        return ""
    differing, alike = tested[True], tested[False]
    lead = f"By {named(label)}{_figures(material, variable)}, "
    parts = []
    if alike:
        listed = join_words((_tested(material, o, variable) for o in alike), last="or")
        parts.append(f"there was no clear evidence of a difference in the {listed}")
    if differing:
        listed = join_words(_tested(material, outcome, variable) for outcome in differing)
        parts.append(f"there was evidence of a difference in the {listed}")
    told = f"{lead}{'; '.join(parts)}." if parts else ""
    few = f"The {_names(material, untested)} could not be compared." if untested else ""
    return sentences(told, _differences(material, differing, variable), few)


def _group(outcome: Outcome, pool: Pool) -> str:
    return f"{outcome.id}.{slug(pool.variable or '')}.{slug(pool.level or '')}"


def _p(outcome: Outcome, variable: str) -> float | None:
    found = outcome.sensitivity and outcome.sensitivity.comparisons.get(variable)
    return found.q_between_p if found else None


def _pools(outcome: Outcome, variable: str) -> Sequence[Pool]:
    return outcome.subgroups.get(variable, ())


def _tested(material: Material, outcome: Outcome, variable: str) -> str:
    test = material.value(f"{outcome.id}.{slug(variable)}.test")
    return f"{material.label(outcome)} ({test})"


def _differences(material: Material, outcomes: Sequence[Outcome], variable: str) -> str:
    """Give the estimates of the groups, where they differ."""
    told = []
    for outcome in outcomes:
        groups = join_words(
            f"{material.value(f'{_group(outcome, pool)}.estimate')} "
            f"({named(pool.level_label or pool.level or '')})"
            for pool in _pools(outcome, variable)
            if pool.estimate is not None
        )
        told.append(f"The {material.label(outcome)} was {groups}.")
    return sentences(*told)


def _figures(material: Material, variable: str) -> str:
    found = dict.fromkeys(
        material.reference("subgroup_forest", outcome.id, variable)
        for outcome in material.synthesis.outcomes
    )
    return in_brackets(" and ".join(filter(None, found)))


def _names(material: Material, outcomes: Sequence[Outcome]) -> str:
    return join_words(material.label(outcome) for outcome in outcomes)
