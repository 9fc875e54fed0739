"""The data dictionary: data/README.md, written from the schemas and the protocol."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from pydantic import BaseModel

from schemas.problems import DataProblems
from schemas.protocol import Protocol
from schemas.protocol_file import read_protocol
from schemas.quality_files import shipped_tools
from schemas.tables import MODELS, table_schemas
from schemas.vocabulary import DESIGNS, EVIDENCE, FLOW_STAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandera.pandas as pa

DICTIONARY_FILE = "data/README.md"

_HEAD = """\
<!-- Written by `review dictionary` from schemas/ and data/protocol.yml. Do not edit. -->

# The review's tables

Each table is a CSV file in UTF-8, with commas between the cells, decimal points, and the column
names in the first line. `review check` reads all of them and says what is wrong and what to look
at. Percentages are in percent as printed, ages in years, times in months, confidence levels
fractions.

An empty cell means: not read, or not reported. Zero is a number and is written 0. An upper limit
that was not reached is an empty `ci_high` with `upper_not_reached` = yes; a median that was not
reached is an empty `median` besides.

A value nobody has read is left empty. Never fill one in.
"""

_EVIDENCE = """\
## How each row is known

The column `evidence` says it for every row that holds a result:

{rows}

`verified` and `data set` need `source` and `location`, `derived` needs `source` and `note`. A
reconstructed study carries no citation key, no registration and no name that could be taken for a
real report. A real study has no reconstructed row. To replace a reconstructed study, delete its
rows in every table and add those of the real one.
"""

_HOW_TO = """\
## How to add a study

1. Add the report to `manuscript/references.bib`.
2. Add one row to `studies.csv`, with the report's key as `citation_key`. Was the study waiting in
   `awaiting_extraction.csv`? Delete its row there.
3. Add one row to `outcomes.csv` for each outcome and criterion, and one to `adverse_events.csv` for
   each adverse event and grade, in the words of the report; words that are new go into
   `adverse_event_terms.csv` with their standard term. Groups that share no patient are cohorts
   A, B, …
4. Judge it in `quality.csv`, by a tool that fits its design (the files in `schemas/quality_tools`
   and your own in `data/quality_tools`): one row for each domain or question. The tables
   `quality_jbi.csv` and `quality_jadad.csv` of older editions are read too. Update
   `flow.csv` and `searches.csv` if a new search found it.
5. Run `review check` until it reports no error, and look at each warning.

In Excel, set all columns to Text before typing, so that 2020-08 stays 2020-08, and save as
"CSV UTF-8 (comma delimited)".
"""


def data_dictionary(protocol: Protocol) -> str:
    """Write the data dictionary.

    Parameters
    ----------
    protocol
        Its subgroups, characteristics, outcomes and grades complete the tables.

    Returns
    -------
    str
        Markdown, the same for the same schemas and protocol; no numbers from the data.
    """
    parts = [
        _HEAD,
        _EVIDENCE.format(rows=_list_rows(EVIDENCE)),
        _HOW_TO,
        "## Closed lists used by several tables\n",
        "Design of a study:\n",
        _list_rows(DESIGNS) + "\n",
        "Box of the flow diagram:\n",
        _list_rows(FLOW_STAGES) + "\n",
    ]
    for name, schema in table_schemas(protocol).items():
        parts.append(_table_section(name, schema))
        if name == "quality" and (tools := _tools_section(protocol)):
            parts.append(tools)
    parts.append(_protocol_section())
    return "\n".join(parts)


def _tools_section(protocol: Protocol) -> str:
    """List what each tool of the protocol asks, and what may be answered."""
    lines = []
    for name in protocol.quality_tools:
        tool = shipped_tools().get(name)
        if tool is None:  # one of the team's own, which it knows
            continue
        items = "; ".join(f"`{item.id}` {item.label}" for item in tool.items)
        scales = (*tool.answers.values(), *tool.judgements.values())
        values = dict.fromkeys(f"`{level.value}`" for levels in scales for level in levels)
        lines.append(f"* `{tool.id}` – {tool.label}: {items}. Entries: {', '.join(values)}.")
    return "\n".join(["Items of this review's tools:\n", *lines, ""]) if lines else ""


def _list_rows(values: Mapping[str, str]) -> str:
    return "\n".join(f"* `{name}` – {meaning}" for name, meaning in values.items())


def _table_section(name: str, schema: pa.DataFrameSchema) -> str:
    doc = inspect.cleandoc(MODELS[name].__doc__ or "")  # Python 3.13 does so itself
    *first, last = [f"`{column}`" for column in schema.unique or []]
    key = f"{', '.join(first)} and {last}" if first else last
    lines = [
        f"## {name}.csv",
        "",
        doc,
        "",
        f"No two rows have the same {key}.",
        "",
        "| Column | Holds | Must be filled | Meaning |",
        "|---|---|---|---|",
    ]
    for column_name, column in schema.columns.items():
        required = "no" if column.nullable else "yes"
        meaning = _cell(column.description or "")
        lines.append(f"| `{column_name}` | {_holds(column)} | {required} | {meaning} |")
    lines.append("")
    return "\n".join(lines)


def _holds(column: pa.Column) -> str:
    metadata: dict[str, Any] = column.metadata or {}
    values = metadata.get("values")
    if values in (DESIGNS, FLOW_STAGES, EVIDENCE):
        return "one of the list above"
    if values:
        return "one of: " + ", ".join(f"`{_cell(str(value))}`" for value in values)
    kind = {"Int64": "whole number", "float64": "number"}.get(str(column.dtype), "text")
    if metadata.get("unit"):
        return f"{kind}; {_cell(metadata['unit'])}"
    if metadata.get("role") == "date":
        return "date: YYYY-MM-DD, YYYY-MM or YYYY"
    if metadata.get("role") == "registry":
        return "registry number, such as NCT and 8 digits; several are separated by `; `"
    if metadata.get("form"):
        return f"{kind}: {metadata['form']}"
    return kind


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _protocol_section() -> str:
    lines = [
        "## protocol.yml",
        "",
        "Every choice the program makes. A name with `[]` is an item of a list.",
        "",
        "| Entry | Must be there | Meaning |",
        "|---|---|---|",
    ]
    for path, required, meaning in _entries(Protocol, ""):
        lines.append(f"| `{path}` | {'yes' if required else 'no'} | {_cell(meaning)} |")
    lines.append("")
    return "\n".join(lines)


def _entries(model: type[BaseModel], before: str) -> Iterator[tuple[str, bool, str]]:
    for name, entry in model.model_fields.items():
        inner = _inner_model(entry.annotation)
        is_list = str(entry.annotation).startswith("tuple")
        path = f"{before}{name}"
        yield path + ("[]" if is_list else ""), entry.is_required(), entry.description or ""
        if inner is not None:
            yield from _entries(inner, path + ("[]." if is_list else "."))


def _inner_model(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_inner_model(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)


@click.command()
@click.option("--write", is_flag=True, help=f"Write {DICTIONARY_FILE} instead of printing it.")
@click.option(
    "--root",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder of the review.",
)
def main(write: bool, root: Path) -> None:
    """Print or write the data dictionary."""
    protocol, problems = read_protocol(root / "data" / "protocol.yml")
    if protocol is None:
        click.echo(str(DataProblems(problems)), err=True)
        sys.exit(1)
    text = data_dictionary(protocol)
    if write:
        (root / DICTIONARY_FILE).write_text(text, encoding="utf-8", newline="\n")
    else:
        click.echo(text, nl=False)


if __name__ == "__main__":
    main()
