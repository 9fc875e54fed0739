"""The comparison of two workbooks for the terminal, and as data."""

from __future__ import annotations

from dataclasses import asdict
from itertools import groupby
from typing import TYPE_CHECKING, Any

from schemas.problems import count_text, printable

if TYPE_CHECKING:
    from analysis.update.reconciliation.comparison import Comparison, Count, Side
    from analysis.update.screening.agreement import Kappa


def comparison_text(comparison: Comparison) -> str:
    """Write the comparison as plain text; the last lines count."""
    lines = [f"A = {comparison.a}", f"B = {comparison.b}", ""]
    for table, group in groupby(comparison.disagreements, key=lambda each: each.table):
        lines.append(table)
        for each in group:
            lines.append(f"  {printable(each.row)}, {each.column}")
            lines += [f"    A  {_side(each.a)}", f"    B  {_side(each.b)}"]
        lines.append("")
    if comparison.only:
        lines.append("Rows in one workbook only")
        for only in comparison.only:
            name = printable(only.row) or "(no key)"
            lines.append(f"  {only.book}  {only.table}, row {only.number}: {name}")
            if only.hint:
                lines.append(f"     → {only.hint}")
        lines.append("")
    lines += _agreement(comparison)
    lines += [f"Note: {note}" for note in comparison.notes]
    cells = count_text(len(comparison.disagreements), "disagreement")
    rows = count_text(len(comparison.only), "row")
    lines.append(f"{cells[0].upper()}{cells[1:]}; {rows} in one workbook only.")
    return "\n".join(lines)


def _side(side: Side) -> str:
    value = printable(side.value) or "(empty)"
    return f"{value}   [row {side.row}; {printable(side.source) or 'no source given'}]"


def _agreement(comparison: Comparison) -> list[str]:
    total = comparison.total
    if not total.compared:
        return ["No cell could be compared: the workbooks have no row in common.", ""]
    lines = [f"Agreement: {_share(total)} in {count_text(comparison.rows_in_both, 'row')} of both."]
    for (table, column), count in comparison.counts.items():
        if count.agreed < count.compared:
            lines.append(f"  {table}, {column}: {_share(count)}")
    for table, (judged, kappa) in comparison.kappas.items():
        lines.append(f"  {table}: {_kappa(kappa)} over {count_text(judged, 'judgement')}")
    return [*lines, ""]


def _share(count: Count) -> str:
    return f"{count.agreed} of {count.compared} cells ({100 * (count.share or 0):.1f} %)"


def _kappa(kappa: Kappa | None) -> str:
    if kappa is None:
        return "Cohen's κ cannot be given"
    if kappa.low == kappa.high:  # one of the two gave the same answer everywhere, or all agree
        return f"Cohen's κ {kappa.estimate:.2f}, without an interval"
    return f"Cohen's κ {kappa.estimate:.2f} (95% CI {kappa.low:.2f} to {kappa.high:.2f})"


def comparison_data(comparison: Comparison) -> dict[str, Any]:
    """Give the comparison as plain data for another program."""
    return {
        "a": comparison.a,
        "b": comparison.b,
        "disagreements": [asdict(each) for each in comparison.disagreements],
        "only_in_one": [asdict(each) for each in comparison.only],
        "rows_in_both": comparison.rows_in_both,
        "cells": {**asdict(comparison.total), "share": comparison.total.share},
        "columns": [
            {"table": table, "column": column, **asdict(count), "share": count.share}
            for (table, column), count in comparison.counts.items()
        ],
        "kappa": {
            table: {"judgements": judged, **(asdict(kappa) if kappa is not None else {})}
            for table, (judged, kappa) in comparison.kappas.items()
        },
        "notes": comparison.notes,
    }
