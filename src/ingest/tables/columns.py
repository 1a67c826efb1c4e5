"""What a column and a table are; the shapes in which `tables.py` defines them once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal

from ingest.errors import ConfigError
from ingest.tables.counterparts import counterpart

if TYPE_CHECKING:
    import pyarrow as pa

ColumnType = Literal[
    "string", "strings", "hashes", "places", "int32", "int64", "float64", "bool", "timestamp"
]
Layout = Literal["documents", "corpus", "log"]

ARROW_NAMES: dict[ColumnType, str] = {
    "string": "string",
    "strings": "list<string>",
    "hashes": "list<uint32>",
    "places": "list<int32>",
    "int32": "int32",
    "int64": "int64",
    "float64": "double",
    "bool": "bool",
    "timestamp": "timestamp[us, UTC]",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column, defined once.

    Attributes:
        name: Its name, the same in every table where it means the same.
        type: Its type; `strings` is a list of strings, `hashes` one of 32-bit numbers, `places` one of
            offsets, `timestamp` is UTC in microseconds.
        description: One line for the dictionary and for the Arrow field metadata.
        nullable: Whether a row may lack it.
        references: `table.column` that every value must be found in; empty for none.
        allowed: The closed vocabulary; empty where any value goes.
        from_corpus: Whether the corpus step fills it in: staged rows lack it.
    """

    name: str
    type: ColumnType
    description: str
    nullable: bool = False
    references: str = ""
    allowed: tuple[str, ...] = ()
    from_corpus: bool = False


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: Its name; a leading underscore marks the store's own state.
        row: What one row is.
        key: Columns that tell rows apart and by which they are sorted.
        columns: All columns in order.
        layout: How the table grows: `documents` by document (rows of a document come and go
            together), `corpus` as a whole (written anew from all documents), `log` by run.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    layout: Layout = "documents"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def is_public(self) -> bool:
        """Whether analysts read it."""
        return not self.name.startswith("_")

    def column(self, name: str) -> Column:
        """Look a column up by name.

        Raises:
            ConfigError: There is no such column; the message lists those there are.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise ConfigError(f"table {self.name} has no column {name!r}; it has {', '.join(self.names)}")

    def schema(self) -> pa.Schema:
        """The Arrow schema of the finished table, descriptions in the field metadata."""
        return self._schema

    def staged_schema(self) -> pa.Schema:
        """The Arrow schema of staged rows: without descriptions and what the corpus step fills in."""
        return self._staged_schema

    @cached_property
    def _schema(self) -> pa.Schema:
        return _schema(self, staged=False)

    @cached_property
    def _staged_schema(self) -> pa.Schema:
        return _schema(self, staged=True)


def span(what: str) -> tuple[Column, Column, Column, Column]:
    """The four offset columns of a stretch of kept text."""
    return (
        Column("char_start", "int32", f"Where {what} begins in documents.text; 0-based code points."),
        Column("char_end", "int32", f"Where {what} ends in documents.text; exclusive."),
        *source_span(what),
    )


def source_span(what: str) -> tuple[Column, Column]:
    """The two offset columns of a stretch of source text."""
    return (
        Column("source_start", "int32", f"Where {what} begins in the document's source text."),
        Column("source_end", "int32", f"Where {what} ends in the document's source text; exclusive."),
    )


def optional(prefix: str, what: str, where: str = "documents.text") -> tuple[Column, Column]:
    """The two offset columns of a stretch that need not be there."""
    start = f"Where {what} begins in {where}; null where there is none."
    return (
        Column(f"{prefix}_start", "int32", start, nullable=True),
        Column(f"{prefix}_end", "int32", f"Where {what} ends; exclusive.", nullable=True),
    )


def counts(*whats: str) -> tuple[Column, ...]:
    """Columns `<what>_count` of the log of runs."""
    return tuple(Column(f"{what}_count", "int64", f"Number of {what} rows after the run.") for what in whats)


@cache
def arrow_type(column_type: ColumnType) -> pa.DataType:
    """The Arrow type of a column type."""
    import pyarrow as pa  # noqa: PLC0415  # the worker path names columns and must start without pyarrow

    return {
        "string": pa.string(),
        "strings": pa.list_(pa.field("element", pa.string(), nullable=False)),
        "hashes": pa.list_(pa.field("element", pa.uint32(), nullable=False)),
        "places": pa.list_(pa.field("element", pa.int32(), nullable=False)),
        "int32": pa.int32(),
        "int64": pa.int64(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
        "timestamp": pa.timestamp("us", tz="UTC"),
    }[column_type]


def _schema(table: Table, *, staged: bool) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415  # as above

    fields = [
        pa.field(c.name, arrow_type(c.type), c.nullable, None if staged else _metadata(table, c))
        for c in table.columns
        if not (staged and c.from_corpus)
    ]
    return pa.schema(fields, None if staged else {"description": f"One row per {table.row}."})


def _metadata(table: Table, column: Column) -> dict[str, str]:
    elsewhere = {"counterpart": counterpart(table.name, column.name)} if table.is_public else {}
    return {"description": column.description, **elsewhere}
