"""SQL over Parquet files, through DuckDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from ingest.errors import ConfigError, StoreError
from ingest.tables import table
from ingest.tables.parts import column_names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import ModuleType

    import duckdb

    from ingest.tables.columns import Column

SQL_TYPES = {
    "string": "VARCHAR",
    "strings": "VARCHAR[]",
    "hashes": "UINTEGER[]",
    "places": "INTEGER[]",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMPTZ",
}


def query(
    files: Mapping[str, Sequence[Path]],
    statement: str,
    parameters: Sequence[object] | Mapping[str, object] | None = None,
) -> pa.Table:
    """Run one statement over tables.

    Nothing is loaded from a network, and times are in UTC whatever the machine's zone.

    Args:
        files: Parquet files of each table.
        statement: The statement; each table is a view of its name.
        parameters: Values of `?` or `$name` in it.

    Raises:
        ConfigError: DuckDB is not installed, or refuses the statement.
        StoreError: A file is gone.
    """
    duckdb = duckdb_module()
    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            create_tables(connection, files, "VIEW")
            answer = connection.sql(statement, params=parameters)
            return pa.table({}) if answer is None else answer.to_arrow_table()
        except (duckdb.IOException, FileNotFoundError) as error:
            raise StoreError(f"a file of this snapshot cannot be read; open it anew ({error})") from error
        except duckdb.Error as error:
            raise ConfigError(_explained(error, files)) from error


def duckdb_module() -> ModuleType:
    """DuckDB, which only who asks in SQL needs.

    Raises:
        ConfigError: It is not installed.
    """
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise ConfigError(
            "this needs DuckDB, which is the extra `sql`: pip install 'document-ingest[sql]'"
        ) from error
    return duckdb


def create_tables(
    connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]], kind: Literal["VIEW", "TABLE"]
) -> None:
    """Create a view of each table's files, or a table with their rows."""
    for name, paths in files.items():
        connection.execute(f"CREATE {kind} {_selection(name, paths)}")


def _selection(name: str, paths: Sequence[Path]) -> str:
    """A table's name and the query for all its columns; one that no file has is null."""
    there = {column for path in paths for column in column_names(path)}
    columns = ", ".join(_selected(column, there) for column in table(name).columns)
    if not there:
        return f"{name} AS SELECT {columns} WHERE false"
    listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    return f"{name} AS SELECT {columns} FROM read_parquet([{listed}], union_by_name = true)"  # noqa: S608 - names of ours


def _selected(column: Column, there: set[str]) -> str:
    if column.name in there:
        return column.name
    return f"CAST(NULL AS {SQL_TYPES[column.type]}) AS {column.name}"


def _explained(error: duckdb.Error, files: Mapping[str, object]) -> str:
    message = f"DuckDB refuses the statement: {error}"
    if "does not exist" in message:
        message += f"\nThe tables are {', '.join(files)}."
    return message
