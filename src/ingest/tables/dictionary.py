"""The data dictionary: the definitions of `ingest.tables` as a page to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.clean import RULE_REASONS
from ingest.edits import EDIT_RULES
from ingest.names.link.methods import METHODS
from ingest.tables import public_tables
from ingest.tables.columns import ARROW_NAMES
from ingest.tables.counterparts import counterpart

if TYPE_CHECKING:
    from ingest.tables.columns import Column


def dictionary() -> str:
    """Write the data dictionary as Markdown: every public table and column, and what values of some mean."""
    lines = ["# Data dictionary", "", _INTRODUCTION, ""]
    for t in public_tables():
        lines += [f"## {t.name}", "", f"One row per {t.row}. Key: {', '.join(f'`{k}`' for k in t.key)}.", ""]
        lines += ["| column | type | null | meaning | elsewhere |", "|---|---|---|---|---|"]
        lines += [_dictionary_row(column, counterpart(t.name, column.name)) for column in t.columns]
        lines.append("")
    for column, meanings in _MEANINGS.items():
        lines += [f"## Values of {column}", "", "| value | meaning |", "|---|---|"]
        lines += [f"| `{value}` | {meaning} |" for value, meaning in meanings.items()]
        lines.append("")
    return "\n".join(lines)


_MEANINGS = {"mentions.method": METHODS, "dropped.rule": RULE_REASONS, "edits.rule": EDIT_RULES}
_INTRODUCTION = """\
Generated from `src/ingest/tables/__init__.py` by `make dictionary`. Each table is a folder of Parquet files
below the curated folder, sorted by its key. All offsets are 0-based, end-exclusive and count Unicode
code points. Times are UTC in microseconds. `elsewhere` names what comes nearest in schema.org (`schema:`),
ninjs (`ninjs:`), GDELT GKG 2.1 (`gkg:`) and Web Annotations (`oa:`), or `none` where nothing
does; the Parquet files hold both in their metadata."""


def _dictionary_row(column: Column, elsewhere: str) -> str:
    meaning = column.description
    if column.allowed:
        meaning += " One of " + ", ".join(f"`{value}`" for value in column.allowed) + "."
    if column.references:
        meaning += f" Refers to `{column.references}`."
    null = "yes" if column.nullable else ""
    meaning = meaning.replace("|", "\\|")
    return f"| `{column.name}` | {ARROW_NAMES[column.type]} | {null} | {meaning} | {elsewhere} |"
