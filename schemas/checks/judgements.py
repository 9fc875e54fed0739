"""Whether quality.csv says what its tools know, wholly, and why it departs from their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.quality_records import OLD_TABLES, Assessment, assessments, quality_records
from schemas.quality_tool import OVERALL
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row
    from schemas.quality_tool import QualityTool


def check_judgements(context: Context) -> None:
    """Check tool, item and values of each row, and each study's judgements as a whole."""
    sound = {row.line: row for row in context.rows("quality") if _check_row(row, context)}
    broken = {
        (row.text("study_id"), row.text("tool"))
        for row in context.rows("quality")
        if row.line not in sound
    }
    frames = {name: context.tables[name].frame for name in ("quality", *OLD_TABLES)}
    records = [
        record
        for record in quality_records(frames)
        if record.table != "quality" or record.line in sound
    ]
    in_old = {(r.study_id, r.tool): r for r in records if r.table != "quality"}
    told: set[tuple[str, str]] = set()
    for found in assessments(records, context.tools):
        pair = found.study_id, found.tool
        rows = [sound[r.line] for r in found.records.values() if r.table == "quality"]
        if not rows or pair in broken:
            continue  # what was wrong there is told; what is missing may follow from it
        if pair in in_old:
            if pair not in told:
                other = in_old[pair]
                rows[0].report(
                    "quality-twice",
                    "study_id",
                    f"This study is judged by the same tool in line {other.line} of "
                    f"data/{other.table}.csv.",
                    "Keep one of the two; review migrate moves the old table into this one.",
                )
            told.add(pair)
            continue
        _check_whole(found, context.tools[found.tool], rows, sound)


def _check_row(row: Row, context: Context) -> bool:
    """Check a row by itself, and say whether it can be used."""
    name, item_name = row.text("tool"), row.text("item")
    if name is None or item_name is None or row.text("study_id") is None:
        return False
    tool = context.tools.get(name)
    if tool is None:
        row.report(
            "quality-tool",
            "tool",
            "There is no quality tool of this name.",
            f"{list_hint(name, sorted(context.tools))} A team's own is a file in "
            "data/quality_tools.",
        )
        return False
    if row.text("outcome") is not None and not tool.per_outcome:
        row.report(
            "quality-outcome",
            "outcome",
            f"{tool.label} judges a study as a whole, not the result of an outcome.",
            "Leave the cell empty.",
        )
        return False
    item = tool.item(item_name)
    if item is None and item_name != OVERALL:
        names = [*(each.id for each in tool.items), OVERALL]
        what = f"{tool.label} has no item of this name."
        row.report("quality-item", "item", what, list_hint(item_name, names))
        return False
    scale = tool.overall.scale if item is None else item.scale
    if scale is None:
        what = f"{tool.label} has no judgement of the whole study."
        row.report("quality-item", "item", what, "Delete the row.")
        return False
    judged = item is None or tool.is_judged(item)
    column, other = ("judgement", "answer") if judged else ("answer", "judgement")
    return _check_value(row, tool, scale, column, other)


def _check_value(row: Row, tool: QualityTool, scale: str, column: str, other: str) -> bool:
    value = row.text(column)
    if row.has(other):
        row.report(
            f"quality-{other}",
            other,
            f"This item of {tool.label} has a {column}, not a {other}."
            if column == "judgement"
            else f"This item of {tool.label} has an {column}, not a {other}.",
            f"Write it into the column {column}.",
        )
        return False
    if value is None:
        if (row.line, column) in row.table.bad_cells:
            return False
        row.report(
            "quality-empty",
            column,
            "The item is listed but not judged."
            if column == "judgement"
            else "The question is listed but not answered.",
            f"One of: {', '.join(level.value for level in tool.levels(scale))}.",
        )
        return False
    allowed = [level.value for level in tool.levels(scale)]
    if value not in allowed:
        what = f"This is no {column} that {tool.label} has."
        row.report(f"quality-{column}", column, what, list_hint(value, allowed))
        return False
    return True


def _check_whole(
    found: Assessment, tool: QualityTool, rows: list[Row], sound: dict[int, Row]
) -> None:
    rules = found.rules
    own = found.own_overall
    only_overall = own is not None and set(found.records) == {OVERALL}
    if rules.missing and not only_overall:
        domains = any(tool.is_judged(item) for item in tool.shown)
        words = "domains are not judged" if domains else "questions are not answered"
        rows[0].report(
            "quality-incomplete",
            "item",
            f"Of this study, {words}: {', '.join(rules.missing)} of {tool.label}.",
            "Add a row for each; their signalling questions are enough where they decide."
            if domains
            else "Add a row for each.",
            # Without a domain the rule for the whole cannot be used; a question may be left open.
            "error" if domains else "warning",
        )
    for item, proposed in rules.proposed.items():
        record = found.records.get(item)
        if record is not None and record.value != proposed and not record.support:
            sound[record.line].report(
                "quality-override",
                "support",
                f"The answers make this domain {proposed}, the judgement is {record.value}.",
                "Say in support why, or look at the answers again.",
            )
    if own is None:
        if rules.several is not None and rules.several.level == rules.overall:
            rows[0].report(
                "quality-several",
                "item",
                f"At least {rules.several.at_least} domains have {rules.several.level}: people "
                f"say whether the whole is {rules.overall} or {rules.several.may_be}.",
                f"Add a row with the item {OVERALL}.",
                "warning",
            )
        return
    needs_reason = found.departs or only_overall
    if needs_reason and not own.support:
        sound[own.line].report(
            "quality-override",
            "support",
            f"By the rule of {tool.label} the whole is {rules.overall}, not {own.judgement}."
            if found.departs
            else "The whole is judged, but no domain and no question.",
            "Say in support why, or look at the judgements again.",
        )
