"""The text a new review begins with: headings, passages and figures that fit its protocol.

What every review has stands in ``starter/``. There, ``%when condition`` and ``%end`` enclose lines
that only some reviews have, and another line that begins with % is replaced by what depends on the
outcomes. Sentences that follow from protocol and data are passages, so none of them is here.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from analysis.manuscript.value import escape, slug
from analysis.measures.registry import measure_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.protocol import Outcome, Protocol

__all__ = ["display_text", "filled", "placed", "used_references"]

_DAGGER = "{{< var evidence.dagger_note >}}"
_DIRECTION = f"Direction of the effect in every study, outcome by outcome. {_DAGGER}"
_SYNTHESES = "How the outcomes were brought together, and with what result."
_ID = re.compile(r"\{[^}\n]*#([\w-]+)")
_ENTRY = re.compile(r"^@\w+\{(\w+),.*$", re.MULTILINE)
#: What passages cite where something is pooled, and where proportions are.
_OF_POOLS = frozenset(
    {"Begg1994", "Egger1997", "DuvalTweedie2000", "Higgins2003", "Sterne2011", "Ioannidis2007"}
)
_OF_COUNTS = frozenset({"Hunter2014"})
#: What they cite where outcomes are brought together without pooling.
_OF_NARRATIVES = frozenset({"Campbell2020"})
#: What they cite where the certainty of the evidence is rated.
_OF_RATINGS = frozenset({"GRADE2011", "Santesso2020"})


def conditions(protocol: Protocol) -> frozenset[str]:
    """Give the conditions of ``%when`` that hold for a protocol."""
    pooled = bool(protocol.pooled)
    holding = {
        "pooled": pooled,
        "narrative": not pooled,
        "unpooled": bool(protocol.unpooled),
        "compared": any(outcome.two_groups for outcome in protocol.unpooled),
        "harms": protocol.adverse_events is not None,
        "explained": pooled and bool(protocol.subgroups or protocol.moderators),
        "moderated": pooled and bool(protocol.moderators),
        "rated": protocol.certainty is not None,
        "living": protocol.review.living,
        "once": not protocol.review.living,
    }
    return frozenset(name for name, holds in holding.items() if holds)


def filled(text: str, protocol: Protocol, *, whole: bool) -> str:
    """Replace the lines of a starting text that depend on the protocol.

    Parameters
    ----------
    text
        A file of ``starter/``.
    protocol
        The choices of the new review.
    whole
        Whether the program is in the review's folder.
    """
    parts = {"findings": _summaries(protocol), "outcomes": _outcomes(protocol)}
    title = protocol.review.title.replace("\\", "\\\\").replace('"', '\\"')
    holding = conditions(protocol) | {"program" if whole else "installed"}
    lines: list[str] = []
    kept = True
    people = "participants" if protocol.review.intervention is None else "patients"
    for line in text.replace("%title", title).replace("%people", people).split("\n"):
        word, _, name = line.strip().removeprefix("%").partition(" ")
        if not line.strip().startswith("%"):
            lines += [line] if kept else []
        elif word == "when":
            kept = name in holding
        elif word == "end":
            kept = True
        elif kept:
            lines += parts[word]
    return "\n".join(lines)


#: Items of the checklist that only some reviews can report, and the condition of these.
_ITEMS = {"13e": "explained", "13f": "pooled", "14": "pooled", "20c": "explained"}


def placed(checklist: str, manuscript: str, protocol: Protocol) -> str:
    """Take those places out of a checklist that the new text does not have.

    Parameters
    ----------
    checklist
        The CSV file as it is shipped.
    manuscript
        All files of the new text.
    protocol
        Whether the review is living, and what it analyses: of what it does not do, no place is
        named.
    """
    holding = conditions(protocol)
    known = {"title", "abstract", "keywords", *_ID.findall(manuscript)}
    rows = [
        row
        for row in csv.DictReader(io.StringIO(checklist))
        if "living" in holding or row["checklist"] != "living"
    ]
    for row in rows:
        row["location"] = " ".join(name for name in row["location"].split() if name in known)
        if row["checklist"] == "main" and _ITEMS.get(row["item"], "") not in {"", *holding}:
            row["location"] = ""
    written = io.StringIO()
    table = csv.DictWriter(written, list(rows[0]), lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def used_references(entries: str, manuscript: str, protocol: Protocol) -> str:
    """Keep the entries of a reference list that the new text, or one of its passages, cites."""
    measures = [measure_of(entry) for entry in protocol.pooled]
    counted = any(entry.counted and entry.null is None for entry in measures)
    cited: frozenset[str] = frozenset().union(
        *(
            keys
            for keys, holds in (
                (_OF_POOLS, protocol.pooled),
                (_OF_COUNTS, counted),
                (_OF_NARRATIVES, protocol.unpooled),
                (_OF_RATINGS, protocol.certainty),
            )
            if holds
        )
    )
    kept = [
        match[0]
        for match in _ENTRY.finditer(entries)
        if match[1] in cited or re.search(rf"@{match[1]}\b", manuscript)
    ]
    return "\n\n".join(kept) + "\n"


def display_text(protocol: Protocol) -> str:
    """Write the protocol's list of figures and tables, as the starting text shows them."""
    holding = conditions(protocol)
    every = f"outcomes: [{', '.join(outcome.id for outcome in protocol.pooled)}]"
    items = ["fig-flow, kind: flow", "tbl-baseline, kind: baseline", "tbl-quality, kind: quality"]
    for outcome in protocol.pooled:
        items.append(f"{_figure(outcome)}, kind: forest, outcomes: [{outcome.id}]")
        if protocol.subgroups:
            by = ", ".join(entry.id for entry in protocol.subgroups)
            what = f"kind: subgroup_forest, outcomes: [{outcome.id}], by: [{by}]"
            items.append(f"{_figure(outcome)}-subgroups, {what}")
    of_pools = ("leave_one_out", "specification", "baujat", "cumulative", "funnel")
    tables = ("prisma", "searches", "awaiting", "excluded")
    for condition, entries in (
        ("unpooled", ("tbl-syntheses, kind: syntheses", "stbl-findings, kind: findings")),
        (
            "compared",
            ("fig-direction, kind: effect_direction", "sfig-albatross, kind: albatross"),
        ),
        (
            "rated",
            (
                "tbl-summary-of-findings, kind: summary_of_findings",
                "stbl-evidence-profile, kind: evidence_profile, landscape: true",
                "stbl-certainty, kind: certainty_proposals",
            ),
        ),
        (
            "harms",
            (
                "tbl-adverse-events, kind: adverse_events",
                "fig-adverse-events, kind: adverse_event_forest",
                "stbl-terms, kind: terms",
            ),
        ),
        ("living", ("tbl-ongoing, kind: ongoing",)),
        (
            "pooled",
            tuple(f"sfig-{kind.replace('_', '-')}, kind: {kind}, {every}" for kind in of_pools),
        ),
        ("moderated", (f"sfig-bubble, kind: bubble, {every}",)),
        ("living", ("sfig-changes, kind: changes", "stbl-versions, kind: versions")),
        (
            "pooled",
            (
                "stbl-pools, kind: pools",
                "stbl-study-data, kind: study_data, landscape: true",
                "stbl-statistics, kind: statistics, landscape: true",
                "stbl-asymmetry, kind: asymmetry",
                "stbl-left-out, kind: left_out",
            ),
        ),
        (
            "living",
            (
                "stbl-changes, kind: changes, landscape: true",
                "stbl-sentences, kind: changed_sentences, landscape: true",
            ),
        ),
        ("explained", ("stbl-moderators, kind: moderators",)),
    ):
        items += entries if condition in holding else ()
    items += ["sfig-quality, kind: quality", "stbl-quality-support, kind: quality_support"]
    items += [f"stbl-{kind}, kind: {kind}" for kind in tables]
    about = (
        "# The figures and tables, by the id of the div in the manuscript that they fill.\n"
        "# placement: main, supplement or none puts one elsewhere, or leaves it out."
    )
    return "\n".join([about, "display:", *(f"  - {{id: {item}}}" for item in items), ""])


def _figure(outcome: Outcome) -> str:
    return f"fig-{slug(outcome.id).replace('_', '-').replace('.', '-').lower()}"


def _value(name: str) -> str:
    return f"{{{{< var {name} >}}}}"


def _summaries(protocol: Protocol) -> list[str]:
    pooled = [
        f"The pooled {_compared(entry)}{_value(f'{entry.id}.label')} was "
        f"{_value(f'{entry.id}.summary')}."
        for entry in protocol.pooled
    ]
    return pooled + [
        f"For the {_value(f'{entry.id}.label')}: {_value(f'{entry.id}.summary')}."
        for entry in protocol.unpooled
    ]


def _compared(outcome: Outcome) -> str:
    """Name the measure of a comparison: *risk ratio for*; one group's stands in its label."""
    measured = measure_of(outcome)
    return "" if measured.null is None else f"{measured.label} for "


def _passage(name: str) -> tuple[str, ...]:
    return (f"::: {{#passage-{name}}}", ":::", "")


def _outcomes(protocol: Protocol) -> list[str]:
    return [line for entry in protocol.outcomes for line in _outcome(entry, protocol)]


def _outcome(outcome: Outcome, protocol: Protocol) -> Iterator[str]:
    figure, measured = _figure(outcome), measure_of(outcome)
    label = escape(outcome.label)
    yield from (f"## {label} {{#sec-outcome-{figure.removeprefix('fig-')}}}", "")
    yield from _passage(f"{outcome.id}-results")
    judged = [*_passage(f"{outcome.id}-quality")]
    if protocol.certainty is not None and protocol.certainty.outcome(outcome.id) is not None:
        judged += _passage(f"{outcome.id}-certainty")
    if outcome.synthesis is not None:
        yield from judged
        # Where the text refers to them first: figures and tables stand in that order.
        if outcome.two_groups and outcome == next(o for o in protocol.unpooled if o.two_groups):
            yield from _float("fig-direction", _DIRECTION)
        if outcome == protocol.unpooled[0]:
            yield from _float("tbl-syntheses", _SYNTHESES)
            yield from _passage("see-syntheses")
        return
    yield from _passage(f"{outcome.id}-heterogeneity")
    yield from judged
    limits = f"{_value('protocol.level')} confidence intervals"
    caption = (
        f"{label}. Squares are study {measured.plural(outcome.unit).removesuffix(',')} with "
        f"{limits}, sized by weight; the diamond is the pooled result. {_DAGGER}"
    )
    yield from _float(figure, caption)
    if protocol.subgroups:
        yield from (f"Results by group are shown in @{figure}-subgroups.", "")
        yield from _passage(f"{outcome.id}-subgroups")
        yield from _float(f"{figure}-subgroups", f"{label} by subgroup. {_DAGGER}")


def _float(name: str, caption: str) -> tuple[str, ...]:
    return (f"::: {{#{name}}}", "", caption, "", ":::", "")
