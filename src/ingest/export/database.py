"""All tables in one file: SQLite, or DuckDB (extra `sql`)."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ingest.store.sql import create_tables, duckdb_module
from ingest.tables import public_tables
from ingest.tables.parts import column_names, conformed, read_groups

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from ingest.store import Curated
    from ingest.tables.columns import Column, Table

SQLITE_TYPES = {
    "string": "TEXT",
    "strings": "TEXT",
    "hashes": "TEXT",
    "places": "TEXT",
    "int32": "INTEGER",
    "int64": "INTEGER",
    "float64": "REAL",
    "bool": "INTEGER",
    "timestamp": "TEXT",
}


def write_sqlite(opened: Curated, path: Path) -> None:
    """Write an SQLite file: lists as JSON, times as ISO 8601 in UTC, what columns mean in `dictionary`.

    Raises:
        OSError: It cannot be written.
    """
    try:
        with closing(sqlite3.connect(path)) as database, database:
            _fill(database, opened)
    except sqlite3.OperationalError as error:
        raise OSError(str(error)) from error


def _fill(database: sqlite3.Connection, opened: Curated) -> None:
    for table in public_tables():
        columns = [*map(_sqlite_column, table.columns), f"PRIMARY KEY ({', '.join(table.key)})"]
        database.execute(f"CREATE TABLE {table.name} ({', '.join(columns)}) WITHOUT ROWID")
        _insert(database, opened, table)
    database.execute("CREATE TABLE dictionary (table_name TEXT, column_name TEXT, meaning TEXT)")
    rows = [(t.name, column.name, column.description) for t in public_tables() for column in t.columns]
    database.executemany("INSERT INTO dictionary VALUES (?, ?, ?)", rows)


def _sqlite_column(column: Column) -> str:
    null = "" if column.nullable else " NOT NULL"
    return f"{column.name} {SQLITE_TYPES[column.type]}{null}"


def _insert(database: sqlite3.Connection, opened: Curated, table: Table) -> None:
    marks = ", ".join("?" * len(table.columns))
    for path in opened.paths(table.name):
        there = [name for name in column_names(path) if name in table.names]
        for group in read_groups(path, there):
            rows = conformed(group, table.schema())
            plain = (_plain(column, rows.column(column.name).to_pylist()) for column in table.columns)
            statement = f"INSERT INTO {table.name} VALUES ({marks})"  # noqa: S608 - names of ours
            database.executemany(statement, zip(*plain, strict=True))


def _plain(column: Column, values: list[Any]) -> list[Any]:
    """Values as SQLite holds them."""
    if column.type in {"strings", "hashes", "places"}:
        return [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
    if column.type == "timestamp":
        return [_iso(value) for value in values]
    return values


def _iso(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def write_duckdb(opened: Curated, path: Path) -> None:
    """Write a DuckDB file, what columns mean as their comments.

    Raises:
        ConfigError: DuckDB is not installed.
        OSError: It cannot be written.
    """
    duckdb = duckdb_module()
    try:
        with duckdb.connect(str(path), config={"autoinstall_known_extensions": "false"}) as database:
            database.execute("SET TimeZone = 'UTC'")
            create_tables(database, {t.name: opened.paths(t.name) for t in public_tables()}, "TABLE")
            for table in public_tables():
                database.execute(f"COMMENT ON TABLE {table.name} IS {_quoted(f'One row per {table.row}.')}")
                for column in table.columns:
                    meaning = _quoted(column.description)
                    database.execute(f"COMMENT ON COLUMN {table.name}.{column.name} IS {meaning}")
    except duckdb.Error as error:
        raise OSError(" ".join(str(error).split())) from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
