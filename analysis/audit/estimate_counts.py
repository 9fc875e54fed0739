"""How many estimates each pool has, from everything the file says, and whether that adds up.

A k is known from a printed k, from I² and P, from a single estimate, or from a trim-and-fill
sentence ("3 imputed, 18 in all"). Subgroups of one variable add up to the overall of the same
outcome; and with few studies in all, what one outcome needs in a subgroup is not there for others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analysis.audit.heterogeneity import LARGEST_K
from analysis.audit.study_flow import steps_of_flow
from analysis.audit.whole_numbers import (
    Cap,
    Evidence,
    Sum,
    as_set,
    components,
    doubted,
    least,
    most,
    settle,
    weakest,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.audit.claims import Claim
    from analysis.audit.heterogeneity import ImpliedK

# Groups by these are not disjoint sets of studies: one study is in several.
_OVERLAPPING = re.compile(
    r"grade|severity|time|follow|month|year|threshold|cut.?off|criteri|sensitiv|model|method"
    r"|definition|analys|timepoint|dose|component",
    re.IGNORECASE,
)
_FILLED = re.compile(
    r"(\d+)\s+(?:studies|estimates|trials)?\s*(?:in all|in total|altogether|after (?:trim|filling))"
    r"|total of (\d+)",
    re.IGNORECASE,
)
_STUDY_WORDS = ("studies", "study", "trials", "estimates", "cohorts")
# Sets of numbers are as long as the largest of them; no meta-analysis has as many estimates.
_LARGEST_COUNTED = 10_000
_Pool = tuple[str, str, str, str, tuple[str, ...]]


@dataclass
class EstimateCounts:
    """The unknown numbers of estimates, the rules between them and the evidence.

    Attributes
    ----------
    pools
        What each unknown belongs to: outcome, variable, subgroup, statistic, context.
    rows
        The claims of each pool.
    start
        The numbers each may be before any evidence.
    evidence, sources, because
        What is known, from which claims, in which words.
    rules
        Sums and caps.
    limit_words
        Where a cap comes from.
    left
        What remains of each unknown after dropping what is doubted; empty if nothing can stand.
    doubts
        Indices of the evidence to doubt.
    choices
        The equally good sets of evidence to doubt; `doubts` is all of them.
    instead
        For doubted claims: which others might be doubted instead, in words.
    studies
        The number of included studies, if the file says it.
    """

    pools: list[_Pool] = field(default_factory=list)
    rows: list[list[Claim]] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    sources: list[tuple[str, ...]] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    rules: list[Sum | Cap] = field(default_factory=list)
    limit_words: str = ""
    limit_rows: tuple[str, ...] = ()
    left: list[int] = field(default_factory=list)
    doubts: frozenset[int] = frozenset()
    choices: list[frozenset[int]] = field(default_factory=list)
    instead: dict[str, str] = field(default_factory=dict)
    studies: Claim | None = None

    def without(self, dropped: frozenset[int]) -> list[int]:
        """Settle all numbers without some evidence; empty if they still contradict."""
        kept = [piece for i, piece in enumerate(self.evidence) if i not in dropped]
        return settle(self.start, kept, self.rules) or []

    def doubting(self, claim: Claim) -> EstimateCounts:
        """See the numbers as they are if, of equal choices, one is made that doubts this claim."""
        for choice in self.choices:
            own = [i for i in choice if claim.claim_id in self.sources[i]]
            if own:
                pools = {self.evidence[i].unknown for i in choice}
                parts = components(len(self.pools), self.rules)
                linked = frozenset().union(*(part for part in parts if part & pools))
                others = {i for i in self.doubts if self.evidence[i].unknown not in linked}
                dropped = choice | others
                return replace(self, doubts=dropped, left=self.without(dropped))
        return self

    def number_of(self, claim: Claim) -> int | None:
        """Give the set of k that remains for a claim's pool, None if it has no pool."""
        index = next((i for i, group in enumerate(self.rows) if claim in group), None)
        return None if index is None or not self.left else self.left[index]


def count_estimates(
    claims: Sequence[Claim], implied: Mapping[str, ImpliedK | None]
) -> EstimateCounts:
    """Collect unknowns, evidence and rules, and settle them."""
    counts = EstimateCounts()
    _collect_pools(counts, claims)
    _collect_evidence(counts, claims, implied)
    ceiling = max([LARGEST_K, *(most(piece.numbers) for piece in counts.evidence)])
    # A pool without evidence may have any number from 1.
    counts.start = [(1 << (ceiling + 1)) - 2] * len(counts.pools)
    _collect_sums(counts)
    _collect_caps(counts, claims)
    # An open set such as "8 or more" says little; a misprint hardly fits one or two k by chance.
    telling = [piece.numbers >> LARGEST_K & 1 == 0 for piece in counts.evidence]
    for part in components(len(counts.pools), counts.rules):
        chosen = [i for i, piece in enumerate(counts.evidence) if piece.unknown in part]
        rules = [rule for rule in counts.rules if _belongs(rule, part)]
        found = doubted(counts.start, [counts.evidence[i] for i in chosen], rules)
        solutions = [frozenset(chosen[i] for i in solution) for solution in found]
        best = weakest(solutions, telling)
        counts.choices.extend(solution for solution in best if solution)
        counts.doubts |= frozenset().union(*best)
        _name_alternatives(counts, solutions, best)
    counts.left = counts.without(counts.doubts)
    return counts


def _belongs(rule: Sum | Cap, part: frozenset[int]) -> bool:
    return rule.whole in part if isinstance(rule, Sum) else rule.groups[0][0] in part


def _name_alternatives(
    counts: EstimateCounts, solutions: list[frozenset[int]], best: list[frozenset[int]]
) -> None:
    doubts = frozenset().union(*best)
    for i in doubts:
        others = frozenset().union(*(s for s in solutions if i not in s))
        spared = sorted({source for j in others - doubts for source in counts.sources[j]})
        if any(i not in solution for solution in best):
            rivals = sorted({source for j in others & doubts for source in counts.sources[j]})
            words = (
                f" One of this row and {', '.join(rivals)} is wrong; the numbers do not tell which."
            )
        elif spared:
            words = (
                f" Without {', '.join(spared)} the rest would agree too, but there the numbers "
                "fit too narrowly for chance."
            )
        else:
            continue
        counts.instead.update(dict.fromkeys(counts.sources[i], words))


def _collect_pools(counts: EstimateCounts, claims: Sequence[Claim]) -> None:
    uncounted = {claim.outcome.casefold() for claim in claims if (claim.k or 0) > _LARGEST_COUNTED}
    for claim in claims:
        if claim.outcome.casefold() in uncounted:
            continue
        has_evidence = claim.k is not None or claim.i2 is not None or claim.limits is not None
        if not claim.outcome or claim.is_trim_and_fill or not has_evidence:
            continue
        group = "" if claim.is_overall else claim.subgroup.casefold()
        variable = claim.variable.casefold() if group else ""
        words = (claim.outcome.casefold(), variable, group, claim.statistic.casefold())
        pool = (*words, claim.context)
        if pool in counts.pools:
            counts.rows[counts.pools.index(pool)].append(claim)
        else:
            counts.pools.append(pool)
            counts.rows.append([claim])


def _collect_evidence(
    counts: EstimateCounts, claims: Sequence[Claim], implied: Mapping[str, ImpliedK | None]
) -> None:
    for index, group in enumerate(counts.rows):
        for claim in group:
            own = implied.get(claim.claim_id)
            if claim.k is not None and 1 <= claim.k <= 2 * LARGEST_K:
                numbers, because = as_set([claim.k]), claim.k_source
            elif own is not None and own.numbers:
                numbers, because = as_set(own.numbers), "I² and P"
                if own.numbers[-1] == LARGEST_K:
                    # The set has no end; a printed k elsewhere may be beyond the search.
                    numbers |= ((1 << 1000) - 1) << LARGEST_K
            else:
                continue
            counts.evidence.append(Evidence(index, numbers))
            counts.sources.append((claim.claim_id,))
            counts.because.append(because)
    for claim in claims:
        if not claim.is_trim_and_fill or claim.kind != "count" or claim.estimate is None:
            continue
        if claim.unit.casefold() not in _STUDY_WORDS or claim.estimate.value.denominator != 1:
            continue
        match = _FILLED.search(claim.note)
        filled = int(match[1] or match[2]) if match else claim.k
        imputed = int(claim.estimate.value)
        if filled is None or not imputed < filled <= LARGEST_K:
            continue
        for index, pool in enumerate(counts.pools):
            if pool[0] == claim.outcome.casefold() and not pool[2]:
                counts.evidence.append(Evidence(index, as_set([filled - imputed])))
                counts.sources.append((claim.claim_id,))
                counts.because.append(f"{filled} in all − {imputed} imputed")


def _parts_by_variable(counts: EstimateCounts) -> dict[tuple[int, str], list[int]]:
    """Give the subgroups by each variable under the overall pool they belong to."""
    found: dict[tuple[int, str], list[int]] = {}
    overall = {(p[0], p[3], p[4]): i for i, p in enumerate(counts.pools) if not p[2]}
    for index, pool in enumerate(counts.pools):
        whole = overall.get((pool[0], pool[3], pool[4]))
        if pool[2] and whole is not None and not _OVERLAPPING.search(pool[1]):
            found.setdefault((whole, pool[1]), []).append(index)
    return {key: parts for key, parts in found.items() if len(parts) >= 2}


def _collect_sums(counts: EstimateCounts) -> None:
    for (whole, _), parts in _parts_by_variable(counts).items():
        counts.rules.append(Sum(whole, tuple(parts)))


def _collect_caps(counts: EstimateCounts, claims: Sequence[Claim]) -> None:
    """One study belongs to one subgroup, whatever outcomes it reports."""
    counts.studies = steps_of_flow(claims).get("included")
    if counts.studies is None or counts.studies.estimate is None:
        return
    included = int(counts.studies.estimate.value)
    # As many estimates as the file admits beyond one a study are allowed everywhere.
    known = [
        (least(piece.numbers), i)
        for i, piece in enumerate(counts.evidence)
        if piece.numbers.bit_count() == 1 and not counts.pools[piece.unknown][2]
    ]
    limit, source = max(known, default=(0, -1))
    counts.limit_words = f"{included} studies"
    counts.limit_rows = (counts.studies.claim_id,)
    if limit > included:
        outcome = counts.rows[counts.evidence[source].unknown][0].outcome
        because = counts.because[source]
        counts.limit_words += f", {limit} estimates of {outcome} ({because})"
        counts.limit_rows += counts.sources[source]
    groups: dict[str, dict[str, list[int]]] = {}
    for (_, variable), parts in _parts_by_variable(counts).items():
        for part in parts:
            groups.setdefault(variable, {}).setdefault(counts.pools[part][2], []).append(part)
    for by_group in groups.values():
        members_of = tuple(tuple(parts) for parts in by_group.values())
        counts.rules.append(Cap(members_of, max(limit, included)))
