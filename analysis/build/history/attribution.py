"""What moved a pooled estimate: the changes are made one kind after the other, and computed.

The order is fixed: the present program on the old tables, rows that went, rows that came, rows
that were corrected, the present protocol. A part of a change depends on what was done before it;
that the parts add up to the whole does not.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from analysis.storage.cache import Cache
from analysis.synthesis.pool_states import as_content, pool_rows, pool_states
from analysis.synthesis.versions import PoolChange, Step
from schemas.profile_files import OWN_PROFILES
from schemas.quality_files import OWN
from schemas.quality_records import OLD_TABLES
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from analysis.build.history.tables import Rows, Tables
    from analysis.synthesis.pool_states import Content, PoolKey
    from analysis.synthesis.versions import Cause, PoolState

    _State = tuple[
        dict[PoolKey, PoolState], dict[PoolKey, dict[tuple[str, ...], tuple[str, tuple[Any, ...]]]]
    ]

# Differences of this size are rounding of floating-point sums.
_NOTHING = 1e-12
# The tables that results are computed from; judgements of quality are, where studies are grouped
# by them.
_MIXED = (
    *("studies", "arms", "outcomes", "contrasts", "adverse_events", "adverse_event_terms"),
    *("quality", *OLD_TABLES),
)


def pool_changes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    states: Sequence[tuple[Cause, Content | None]],
) -> tuple[PoolChange, ...]:
    """Set all pools of two versions side by side, with what moved each.

    Parameters
    ----------
    old, new
        The entry ``synthesis`` of two results.json.
    states
        What the review would have been after each kind of change, in the order they are made,
        with the cause; None where that could not be computed. The last is `new`.
    """
    before, after = pool_states(old), pool_states(new)
    path: list[tuple[Cause, _State | None]] = [
        (cause, None if state is None else (pool_states(state), pool_rows(state)))
        for cause, state in states
    ]
    start = before, pool_rows(old)
    return tuple(
        PoolChange(before.get(key), after.get(key), _steps(key, start, path))
        for key in dict.fromkeys((*after, *before))
    )


def _steps(
    key: PoolKey, start: _State, path: Iterable[tuple[Cause, _State | None]]
) -> tuple[Step, ...]:
    states, rows = start
    if key not in states or states[key].estimate is None:
        return ()
    estimate, members = states[key].estimate or 0.0, rows[key]
    found: list[Step] = []
    waiting: list[Cause] = []
    for cause, state in path:
        waiting.append(cause)
        now = None if state is None else state[0].get(key)
        if state is None or now is None or now.estimate is None:
            continue  # the part up to here has no number; the next one holds both
        others = state[1][key]
        touched = [
            row for row in dict.fromkeys((*members, *others)) if members.get(row) != others.get(row)
        ]
        names = dict.fromkeys((others.get(row) or members[row])[0] for row in touched)
        difference = now.estimate - estimate
        if abs(difference) > _NOTHING or names:
            found.append(Step(tuple(waiting), difference, tuple(names)))
        estimate, members, waiting = now.estimate, others, []
    return () if waiting else tuple(found)


def path_between(
    folders: tuple[Path, Path], old: Tables, new: Tables, synthesis: Content
) -> list[tuple[Cause, Content | None]]:
    """Compute the review after each kind of change that was made.

    Parameters
    ----------
    folders
        The two versions, for their protocols and references.
    old, new
        Their tables.
    synthesis
        The results of the newer one, where the path ends.

    Returns
    -------
    list of tuple
        What was changed, and the results then; None where the tables do not hold together.
    """
    protocols = [folder / "data" / "protocol.yml" for folder in folders]
    mixed = {name: _mixed(old.get(name, {}), new.get(name, {})) for name in _MIXED}
    stages = [{name: rows[stage] for name, rows in mixed.items()} for stage in range(4)]
    made: list[tuple[Cause, int]] = [("program", 0)]
    causes: tuple[Cause, ...] = ("removed", "added", "corrected")
    for stage, cause in enumerate(causes, start=1):
        if stages[stage] != stages[stage - 1]:
            made.append((cause, stage))
    if _choices(protocols[0]) != _choices(protocols[1]):
        made.append(("protocol", 3))
    path: list[tuple[Cause, Content | None]] = [
        (cause, _computed(stages[stage], protocols[0], folders)) for cause, stage in made[:-1]
    ]
    return [*path, (made[-1][0], synthesis)]


def _mixed(old: Rows, new: Rows) -> tuple[Rows, Rows, Rows, Rows]:
    """Give a table as it was, without rows that went, with rows that came, and as it is."""
    kept = {key: old[key] for key in new if key in old}
    with_new = {key: old.get(key, row) for key, row in new.items()}
    return old, kept, with_new, new


def _computed(
    tables: Mapping[str, Rows], protocol: Path, folders: tuple[Path, Path]
) -> Content | None:
    """Compute a state, or remember it; None if its tables do not hold together."""
    references = _references([folder / REFERENCES_FILE for folder in folders])
    rows = {name: list(table.values()) for name, table in tables.items()}
    own = {
        f"{folder}/{path.name}": path.read_text(encoding="utf-8")
        for folder in (OWN, OWN_PROFILES)
        for path in sorted((protocol.parents[1] / folder).glob("*.yml"))
    }
    parts = json.dumps([rows, own]), protocol.read_bytes(), references
    make = partial(_compute, tables, protocol, references, own)
    return json.loads(Cache.of(folders[1]).take("state of a review", parts, make))


def _compute(
    tables: Mapping[str, Rows], protocol: Path, references: bytes, own: Mapping[str, str]
) -> bytes:
    import tempfile
    from pathlib import Path

    from analysis.paper.choices import check
    from analysis.synthesis.computation import synthesise

    with tempfile.TemporaryDirectory(prefix="review-state-") as place:
        root = Path(place)
        _write(root, tables, protocol, references)
        for name, text in own.items():
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        data = check(root).data
        # Only the pools are compared.
        content = None if data is None else as_content(synthesise(data, pools_only=True))
    if content is not None:
        content = {name: content[name] for name in ("outcomes", "adverse_events")}
    return json.dumps(content).encode()


def _write(root: Path, tables: Mapping[str, Rows], protocol: Path, references: bytes) -> None:
    from analysis.storage.table_files import table_bytes, table_path
    from schemas.protocol_file import read_protocol
    from schemas.tables import all_schemas

    (root / "data").mkdir()
    text = protocol.read_bytes()
    (root / "data" / "protocol.yml").write_bytes(text)
    choices, _ = read_protocol(root / "data" / "protocol.yml")
    for name, schema in all_schemas(choices).items():
        columns = [str(column) for column in schema.columns]
        rows = [
            {column: row.get(column, "") for column in columns}
            for row in tables.get(name, {}).values()
        ]
        (root / table_path(name)).write_bytes(table_bytes(columns, rows))
    target = root / REFERENCES_FILE
    target.parent.mkdir(parents=True)
    target.write_bytes(references)


def _references(files: Iterable[Path]) -> bytes:
    """Join reference lists, every key once: the checks of the tables only look for keys."""
    from schemas.references import read_references

    keys = sorted({key for file in files for key in read_references(file).keys})
    return "".join(f"@misc{{{key},\n}}\n\n" for key in keys).encode()


def _choices(protocol: Path) -> Any:
    from schemas.yaml_text import read_yaml

    content = read_yaml(protocol.read_text(encoding="utf-8-sig")).content
    content.get("review", {}).pop("edition", None)
    return content
