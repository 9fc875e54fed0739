"""Which rows a figure or table of the protocol shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.trace.computed import Row

# Parts of the synthesis whose rows each kind of item shows. `outcomes` are the pools of the item's
# outcomes, all outcomes if it names none; a kind without a part shows no row of a study.
PARTS: dict[str, tuple[str, ...]] = {
    "flow": ("flow",),
    "forest": ("outcomes",),
    "subgroup_forest": ("outcomes",),
    "adverse_event_forest": ("adverse_events",),
    "leave_one_out": ("outcomes", "adverse_events"),
    "funnel": ("outcomes",),
    "labbe": ("outcomes",),
    "radial": ("outcomes",),
    "drapery": ("outcomes",),
    "baujat": ("outcomes",),
    "cumulative": ("outcomes",),
    "sequential": ("outcomes",),
    "bubble": ("outcomes",),
    "specification": ("outcomes",),
    "quality": ("ratings",),
    "quality_support": ("ratings",),
    "summary_of_findings": ("outcomes", "narratives"),
    "evidence_profile": ("outcomes", "narratives"),
    "certainty_proposals": ("outcomes", "narratives", "ratings"),
    "baseline": ("studies",),
    "adverse_events": ("adverse_events",),
    "ongoing": ("ongoing",),
    "comparison": ("outcomes", "adverse_events", "comparators"),
    "searches": ("searches",),
    "pools": ("outcomes",),
    "left_out": ("left_out",),
    "study_data": ("outcomes", "adverse_events"),
    "excluded": ("flow", "excluded"),
    "awaiting": ("awaiting",),
    "statistics": ("outcomes",),
    "asymmetry": ("outcomes",),
    "moderators": ("outcomes",),
    "terms": ("adverse_events",),
    "effect_direction": ("narratives",),
    "albatross": ("narratives",),
    "findings": ("narratives",),
    "syntheses": ("narratives",),
    "prisma": (),
    "published": ("outcomes", "adverse_events"),
    # What differs between versions: the rows themselves stand in the other items.
    "versions": (),
    "changes": (),
    "changed_sentences": (),
}


def rows_shown(item: dict[str, Any], synthesis: dict[str, Any]) -> set[Row]:
    """Give file and line of each row that an item shows.

    Parameters
    ----------
    item
        Entry of the protocol's ``display``.
    synthesis
        Fields of `Synthesis`.

    Raises
    ------
    KeyError
        If the kind of the item is not known here; a test holds `PARTS` against all kinds.
    """
    unpooled = [entry["outcome"] for entry in synthesis.get("narratives", ())]
    every = [outcome["id"] for outcome in (*synthesis["outcomes"], *unpooled)]
    chosen = item.get("outcomes") or every
    return {row for part in PARTS[item["kind"]] for row in _rows(part, synthesis, chosen)}


def _rows(part: str, synthesis: dict[str, Any], chosen: list[str]) -> Iterator[Row]:
    if part == "outcomes":
        for outcome in synthesis["outcomes"]:
            if outcome["id"] in chosen:
                yield from _rows_of(outcome["overall"]["studies"])
    elif part == "adverse_events":
        for event in synthesis["adverse_events"]:
            yield from _rows_of(event["pool"]["studies"])
    elif part == "left_out":
        pools = [outcome["overall"] for outcome in synthesis["outcomes"]]
        pools += [event["pool"] for event in synthesis["adverse_events"]]
        for pool in pools:
            yield from map(_row, pool["left_out"])
    elif part == "narratives":
        for entry in synthesis.get("narratives", ()):
            if entry["outcome"]["id"] in chosen:
                yield from map(_row, entry["findings"])
    else:
        for entry in synthesis[part]:
            if entry["row"]:
                yield _row(entry)
            yield from ((row["file"], row["line"]) for row in entry.get("rows") or ())


def _rows_of(studies: list[dict[str, Any]]) -> Iterator[Row]:
    """Give the rows of estimates, those of a control group too."""
    for entry in studies:
        yield _row(entry)
        yield from ((row["file"], row["line"]) for row in entry.get("others") or ())


def _row(entry: dict[str, Any]) -> Row:
    return entry["row"]["file"], entry["row"]["line"]
