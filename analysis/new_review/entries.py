"""Entries of a protocol from the words of a command: ids and codes are made from labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.measures.registry import MEASURES, measure
from analysis.new_review.protocol_changes import protocol_of, refusal
from analysis.new_review.starting_entries import id_of
from schemas.protocol_file import PROTOCOL_FILE
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def outcome_entry(
    root: Path,
    *,
    label: str,
    name: str | None,
    unpooled: str | None,
    **said: str | None,
) -> dict[str, Any]:
    """Write an outcome as the protocol has it.

    It is pooled as the review's other outcomes of its measure are, where they agree; in a narrative
    review it is brought together without pooling, for the reason of the others.

    Parameters
    ----------
    root
        The review's folder.
    label, name, unpooled
        Its label, its id if it was said, and why it is not pooled.
    **said
        Further entries; those that are None are left out.

    Raises
    ------
    DataProblems
        If there is no such measure, or no id can be made.
    """
    chosen = said["measure"] or ""
    if chosen not in MEASURES:
        what = "There is no measure of this name."
        raise refusal(PROTOCOL_FILE, what, list_hint(chosen, list(MEASURES)), chosen)
    made = name or _needed(label, "--id")
    code = said.pop("code", None) or made.upper()
    entry: dict[str, Any] = {"id": made, "code": code, "label": label}
    entry |= {key: value for key, value in said.items() if value is not None}
    protocol = protocol_of((root / PROTOCOL_FILE).read_text(encoding="utf-8-sig"))
    if unpooled is None and protocol.review.kind == "narrative":
        # There the reason of the outcomes before it holds for this one, too.
        reasons = [entry.synthesis.why for entry in protocol.unpooled if entry.synthesis]
        unpooled = reasons[0] if reasons else None
    if unpooled is not None:
        ways = ["direction", "effects"] if measure(chosen).null is not None else ["effects"]
        return entry | {"synthesis": {"by": ways, "why": unpooled}}
    alike = [o.model for o in protocol.pooled if o.measure == measure(chosen).name]
    if alike and alike[0] and all(model == alike[0] for model in alike):
        entry["model"] = dict(alike[0])
    return entry


def subgroup_entry(*, label: str, column: str | None, levels: Sequence[str]) -> dict[str, Any]:
    """Write a subgroup variable as the protocol has it."""
    made = column or _needed(label, "--column")
    parts = [level.partition("=") for level in levels]
    groups = [{"id": level, "label": words or level} for level, _, words in parts]
    return {"id": made, "column": made, "label": label, "levels": groups}


def comparison_entry(
    *, label: str, experimental: str, control: str, name: str | None, several: str | None
) -> dict[str, Any]:
    """Write a comparison as the protocol has it."""
    sides = {"experimental": {"label": experimental}, "control": {"label": control}}
    rule = {} if several is None else {"several": several}
    return {"id": name or _needed(label, "--id"), "label": label, **sides, **rule}


def _needed(label: str, option: str) -> str:
    made = id_of(label)
    if made is None:
        raise refusal(PROTOCOL_FILE, "No id can be made from this label.", f"Give {option}.", label)
    return made
