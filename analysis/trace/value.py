"""From a value to its formula and its rows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from analysis.trace.pools import pool_of, pools_by_name
from analysis.trace.rows import Tables, TracedRow
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from analysis.trace.computed import Computed, Row

# Fields of a pool that a value of several numbers is made of.
_PARTS = {
    "ci": ("ci_low", "ci_high"),
    "summary": ("estimate", "ci_low", "ci_high", "i2", "q_p", "k"),
    "brief": ("estimate", "ci_low", "ci_high", "i2", "q_p", "k"),
    "heterogeneity": ("i2", "q_p"),
    "model_reason": ("i2", "q_p"),
}


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A row of the same outcome that did not enter the pool, with the reason."""

    label: str
    reason: str
    row: TracedRow


@dataclass(frozen=True, slots=True)
class ValueTrace:
    """Everything about one value.

    Attributes
    ----------
    name, text
        The value and what it prints, as markdown.
    raw, unit
        The unrounded number and its unit; None for words and for several numbers together.
    unrounded
        Every unrounded number the text is made of, by its name in the results; a limit that was
        not reached is None.
    method, formula, reference
        How it was computed, by which formula, and where that comes from.
    used
        File and line of each place of the manuscript that prints it.
    model
        Model of the pool it belongs to, with what there is to know about it; None outside pools.
    rows, left_out
        The rows it rests on, and those of the same pool that were left out.
    """

    name: str
    text: str
    raw: float | None
    unit: str | None
    unrounded: dict[str, float | None]
    method: str
    formula: str | None
    reference: str | None
    used: tuple[Row, ...]
    model: str | None
    notes: tuple[str, ...]
    rows: tuple[TracedRow, ...]
    left_out: tuple[LeftOutRow, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the trace as plain dictionaries and lists, for JSON."""
        return {**asdict(self), "used": [{"file": f, "line": n} for f, n in self.used]}


def trace_value(computed: Computed, name: str) -> ValueTrace:
    """Follow a value to its rows.

    Parameters
    ----------
    computed
        The results.
    name
        Name of the value.

    Raises
    ------
    LookupError
        If there is no such value; the message names the nearest.
    """
    value = computed.values.get(name)
    if value is None:
        hint = did_you_mean(name, computed.values)
        raise LookupError(f"There is no value called {name}. {hint}`review values` lists them.")
    tables = Tables(computed.root)
    pool = pool_of(name, pools_by_name(computed.synthesis)) if value["rows"] else None
    entries = {_place(entry): entry for entry in (pool["studies"] if pool else ())}
    rows = []
    for place in dict.fromkeys((row["file"], row["line"]) for row in value["rows"]):
        entry = entries.get(place, {})
        rows.append(tables.row(*place, estimate=entry.get("estimate"), weight=entry.get("weight")))
    return ValueTrace(
        name=name,
        text=value["text"],
        raw=value["raw"],
        unit=value["unit"],
        unrounded=_unrounded(value, pool),
        method=value["method"],
        formula=value["formula"],
        reference=value["reference"],
        used=computed.used.get(name, ()),
        model=None if pool is None else str(pool["model"]),
        notes=tuple(pool["notes"]) if pool else (),
        rows=tuple(rows),
        left_out=tuple(
            LeftOutRow(entry["label"], entry["reason"], tables.row(*_place(entry)))
            for entry in (pool["left_out"] if pool else ())
        ),
    )


def _unrounded(value: dict[str, Any], pool: dict[str, Any] | None) -> dict[str, float | None]:
    last = value["name"].rsplit(".", 1)[-1]
    if value["raw"] is not None:
        return {last: value["raw"]}
    if pool is None or pool["estimate"] is None:
        return {}
    if last == "range":
        estimates = [entry["estimate"] for entry in pool["studies"]]
        return {"smallest": min(estimates), "largest": max(estimates)}
    if last == "prediction" and pool["prediction"]:
        low, high = pool["prediction"]
        return {"prediction_low": low, "prediction_high": high}
    return {name: pool[name] for name in _PARTS.get(last, ())}


def _place(entry: dict[str, Any]) -> Row:
    return entry["row"]["file"], entry["row"]["line"]
