"""The flow of records: its numbers, and sentences that hold for first editions and updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count
from analysis.manuscript.value import Value, count_value, escape, join_words, phrase
from analysis.synthesis import screening_flow as flow
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.listings import FlowStage
    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

NOT_REPORTED = "not reported"
_NAMES = {
    "identified": (flow.IDENTIFIED, flow.IDENTIFIED_ELSEWHERE),
    "screened": (flow.SCREENED,),
    "full_texts": (flow.ASSESSED,),
    "excluded": (flow.EXCLUDED,),
    "included": (flow.INCLUDED,),
}


def flow_values(synthesis: Synthesis, data: ReviewData) -> Iterator[Value]:
    """Give the numbers of the flow and the sentences around them."""
    stages: dict[str, list[FlowStage]] = {}
    for stage in synthesis.flow:
        stages.setdefault(stage.stage, []).append(stage)
    method = "screening log" if synthesis.flow_from_log else "flow table"
    for name, boxes in _NAMES.items():
        found = [stage for box in boxes for stage in stages.get(box, [])]
        yield _number(f"flow.{name}", found, method)
    # Without an earlier edition, all studies are those of this one.
    total = stages.get(flow.TOTAL_STUDIES) or stages.get(flow.INCLUDED, [])
    yield _number("flow.total", total, method)
    reasons = stages.get(flow.EXCLUDED, [])
    yield phrase(
        "flow.excluded_reasons",
        "; ".join(map(_reason, reasons))
        if any(stage.records != 0 for stage in reasons)
        else "none",
        method,
        [stage.row for stage in reasons if stage.row is not None],
    )
    since = synthesis.flow_since
    searched = "The search" if since is None else f"The searches since version {escape(since)}"
    yield phrase("flow.search", searched, method)
    for name, number, one, several in (
        ("identification", "identified", "record", "records"),
        ("assessment", "full_texts", "full text was assessed", "full texts were assessed"),
        ("exclusion", "excluded", "was excluded", "were excluded"),
    ):
        counted = _sum([stage for box in _NAMES[number] for stage in stages.get(box, [])])
        yield phrase(f"flow.{name}", _counted(counted, one, several), method)
    yield phrase("flow.inclusion", _inclusion(synthesis, stages), method)
    yield phrase("flow.statement", _statement(synthesis, data, stages), method)


def _number(name: str, found: list[FlowStage], method: str) -> Value:
    rows = [stage.row for stage in found if stage.row is not None]
    total = _sum(found)
    if total is None:
        return phrase(name, NOT_REPORTED, method, rows)
    return count_value(name, total, method, rows)


def _sum(found: list[FlowStage]) -> int | None:
    numbers = [stage.records for stage in found if stage.records is not None]
    return sum(numbers) if found and len(numbers) == len(found) else None


def _reason(stage: FlowStage) -> str:
    records = NOT_REPORTED if stage.records is None else count(stage.records)
    return f"{escape(stage.reason or 'reason not given')}, {records}"


def _inclusion(synthesis: Synthesis, stages: dict[str, list[FlowStage]]) -> str:
    """Say how many studies were included, as the end of a sentence."""
    included = _sum(stages.get(flow.INCLUDED, []))
    if synthesis.flow_since is None:
        return _counted(included, "study was included", "studies were included")
    new = _counted(included, "new study was included", "new studies were included")
    previous = _sum(stages.get(flow.PREVIOUS_STUDIES, []))
    total = _sum(stages.get(flow.TOTAL_STUDIES, []))
    if previous is None or total is None:
        return new
    earlier = _counted(previous, "study", "studies")
    return f"{new}, besides the {earlier} of earlier editions: {count(total)} in all"


def _counted(number: int | None, one: str, several: str) -> str:
    if number is None:
        of = "" if several.startswith("were ") else "of "
        return f"an unreported number {of}{several}"
    return f"{count(number)} {one if number == 1 else several}"


def _from_sources(data: ReviewData) -> str:
    """Say where the rows of the flow table are from: by citation, or in the words of the table."""
    cells = [record["source"] for record in records(data.flow) if record["records"] is not None]
    told = dict.fromkeys(
        part.strip() for cell in cells if cell for part in str(cell).split(";") if part.strip()
    )
    if not told:
        return "The source of these numbers is not recorded." if cells else ""
    published = data.protocol.review.first_published
    if published is not None and set(told) == {published.doi}:
        return f"These numbers are those of the published review [@{published.citation_key}]."
    keys = {source: data.keys_by_doi.get(source.casefold()) for source in told}
    cited = "; ".join(f"@{key}" for key in keys.values() if key)
    named = [escape(source) for source, key in keys.items() if not key]
    taken = join_words([*(["the source cited here"] if cited else []), *named])
    part = "" if all(cells) else "; the source of some is not recorded"
    return f"These numbers were taken from {taken}{f' [{cited}]' if cited else ''}{part}."


def _statement(synthesis: Synthesis, data: ReviewData, stages: dict[str, list[FlowStage]]) -> str:
    """Say where the numbers come from, what is open, and where the tables differ."""
    parts = [
        "These numbers are counted from the screening log of this review."
        if synthesis.flow_from_log
        else _from_sources(data)
    ]
    for box, one, several in (
        (flow.NOT_SCREENED, "record", "records"),
        (flow.NOT_ASSESSED, "report", "reports"),
    ):
        waiting = _sum(stages.get(box, []))
        if waiting:
            parts.append(f"The decision on {_counted(waiting, one, several)} is still open.")
    not_extracted = _sum(stages.get(flow.NOT_EXTRACTED, []))
    if not_extracted:
        have = "has" if not_extracted == 1 else "have"
        parts.append(
            f"Of the new studies, {count(not_extracted)} {have} not been extracted yet, without "
            "a part in any result."
        )
    total = _sum(stages.get(flow.TOTAL_STUDIES) or stages.get(flow.INCLUDED, []))
    studies = len(synthesis.studies)
    if not synthesis.flow_from_log and total is not None and total != studies:
        parts.append(
            f"The flow of records has not been updated since: it includes {count(total)} "
            f"studies, the tables of this version hold {count(studies)}."
        )
    return " ".join(filter(None, parts))
