"""What differs between the tables and protocols of two versions: studies, evidence, searches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.build.history.tables import STUDY_TABLES, row_changes
from analysis.formatting.dates import written
from analysis.synthesis.versions import CellChange, RowChange, StudyChange, TableChange, Upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from analysis.build.history.tables import Row, Tables
    from analysis.synthesis.versions import Action

_KNOWN = ("reconstructed", "data set", "derived", "verified")
# Every version has its own number: that is no choice of the protocol.
_EDITION = "review.edition"


def study_changes(old: Tables, new: Tables, groups: Sequence[str]) -> tuple[StudyChange, ...]:
    """Give the studies that came, went, or have other rows.

    Parameters
    ----------
    old, new
        As `read_tables` gives them.
    groups
        Columns of the studies table by which studies are grouped. A study that was read stands for
        a reconstructed one that went if they agree in these, and if the searches of the older
        version could find it.
    """
    before, after = _studies(old), _studies(new)
    rows: dict[str, list[RowChange]] = {}
    for table in STUDY_TABLES:
        for change in row_changes(table, old.get(table, {}), new.get(table, {})):
            rows.setdefault(change.study or "", []).append(change)
    gone = [_study(study, before[study], "removed") for study in before if study not in after]
    come = [_study(study, after[study], "added") for study in after if study not in before]
    corrected = [
        _study(study, after[study], "corrected", rows[study])
        for study in after
        if study in before and study in rows
    ]

    def kind(row: Row) -> tuple[str, ...]:
        return tuple(row.get(column, "") for column in groups)

    def eligible(study: StudyChange) -> bool:
        return _was_read(study) and after[study.study_id].get("year", "") <= last

    last = _last_year(old)
    free = [(study, kind(before[study.study_id])) for study in gone if not _was_read(study)]
    paired = []
    for study in come:
        own = kind(after[study.study_id])
        same = next((other for other in free if other[1] == own), None)
        if same and eligible(study):
            free.remove(same)
            paired.append(replace(study, replaced=same[0].label))
        else:
            paired.append(study)
    return (*paired, *gone, *corrected)


def upgrades(old: Tables, new: Tables, studies: Sequence[StudyChange]) -> tuple[Upgrade, ...]:
    """Give the rows that are better known than before, and the studies that were replaced."""
    found = []
    labels = {study: row.get("label", study) for study, row in _studies(new).items()}
    for table in STUDY_TABLES:
        for change in row_changes(table, old.get(table, {}), new.get(table, {})):
            for cell in change.cells:
                if cell.column == "evidence" and _rank(cell.after) > _rank(cell.before) >= 0:
                    what = ", ".join(
                        (labels.get(change.study or "", change.study or ""), *_rest(table, change))
                    )
                    found.append(Upgrade(what, cell.before, cell.after))
    found += [
        Upgrade(f"{study.replaced}, replaced by {study.label}", "reconstructed", study.evidence)
        for study in studies
        if study.replaced
    ]
    return tuple(found)


def new_searches(old: Tables, new: Tables) -> tuple[RowChange, ...]:
    """Give the searches that were not there before, by database and day."""
    rows = new.get("searches", {})
    changes = row_changes("searches", old.get("searches", {}), rows)
    return tuple(
        replace(change, key=_searched(rows[change.key]) or change.key)
        for change in changes
        if change.action == "added"
    )


def table_changes(old: Tables, new: Tables) -> tuple[TableChange, ...]:
    """Count the changed rows of the tables that belong to no included study."""
    found = []
    for table in dict.fromkeys((*old, *new)):
        if table in STUDY_TABLES:
            continue
        actions = [
            change.action for change in row_changes(table, old.get(table, {}), new.get(table, {}))
        ]
        if actions:
            counts = (actions.count(name) for name in ("added", "removed", "corrected"))
            found.append(TableChange(table, *counts))
    return tuple(found)


def protocol_changes(old: Path, new: Path) -> tuple[CellChange, ...]:
    """Give the entries of two protocols that differ, one by one, without the edition.

    Parameters
    ----------
    old, new
        The files.
    """
    before, after = dict(_entries(_yaml(old), ())), dict(_entries(_yaml(new), ()))
    return tuple(
        CellChange(name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys((*after, *before))
        if before.get(name, "") != after.get(name, "") and name != _EDITION
    )


def is_method(entry: str) -> bool:
    """Tell whether an entry of the protocol decides on results, and not only on words or layout."""
    parts = entry.split(".")
    if parts[0] in {"outcomes", "subgroups", "moderators"}:
        return parts[-1] not in {"label", "description"}
    return parts[0] in {
        *("profile", "confidence_level", "model_rule", "significance_level"),
        *("study_interval", "adverse_events"),
    }


def _studies(tables: Tables) -> dict[str, Row]:
    return {row.get("study_id", ""): row for row in tables.get("studies", {}).values()}


def _searched(row: Row) -> tuple[str, ...]:
    day = row.get("search_date", "")
    return tuple(part for part in (row.get("database", ""), day and written(day)) if part)


def _last_year(tables: Tables) -> str:
    """Give the year of the last search; without one, a year that no study is later than."""
    days = [row.get("search_date", "") for row in tables.get("searches", {}).values()]
    return max(days, default="")[:4] or "9999"


def _was_read(study: StudyChange) -> bool:
    return study.evidence != "reconstructed"


def _study(study: str, row: Row, action: Action, rows: Sequence[RowChange] = ()) -> StudyChange:
    label = row.get("label") or study
    note = row.get("note", "") if action == "added" else ""
    return StudyChange(study, label, row.get("evidence", ""), action, None, tuple(rows), note)


def _rank(evidence: str) -> int:
    return _KNOWN.index(evidence) if evidence in _KNOWN else -1


def _rest(table: str, change: RowChange) -> list[str]:
    """Name a row behind its study: what its key says besides, or its table."""
    return [part for part in change.key[1:] if part] or [table.replace("_", " ")]


def _yaml(path: Path) -> object:
    from schemas.yaml_text import UnreadableYaml, read_yaml

    try:
        return read_yaml(path.read_text(encoding="utf-8-sig")).content
    except (OSError, ValueError, UnreadableYaml):
        return {}


def _entries(content: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield from _entries(value, (*path, str(name)))
    elif isinstance(content, list) and any(isinstance(entry, dict) for entry in content):
        for position, value in enumerate(content):
            # An entry keeps its name when another is put before it.
            own = value.get("id", value.get("column")) if isinstance(value, dict) else None
            yield from _entries(value, (*path, str(own or position + 1)))
    elif isinstance(content, list):
        yield ".".join(path), ", ".join(map(str, content))
    elif content is not None:
        yield ".".join(path), str(content)
