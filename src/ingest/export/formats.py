"""The formats, and how a file of one is written: whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from ingest.errors import ConfigError
from ingest.export import ftm, gkg, web_annotations
from ingest.export.bundles import bundles
from ingest.export.database import write_duckdb, write_sqlite
from ingest.outputs import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingest.store import Curated


@dataclass(frozen=True, slots=True)
class Format:
    """A form in which tables are taken away.

    Attributes:
        meaning: What it is, for `--help`.
        suffix: Of the file, by default.
        write: Writes it.
    """

    meaning: str
    suffix: str
    write: Callable[[Curated, Path], None]


def export(opened: Curated, name: str, output: Path) -> None:
    """Write a snapshot in another form; a file that is there is replaced at once.

    Args:
        opened: The snapshot.
        name: A format.
        output: The file.

    Raises:
        ConfigError: There is no such format; the message lists those there are.
        IngestError: The file cannot be written.
    """
    if name not in FORMATS:
        raise ConfigError(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    with whole_file(output) as draft:
        FORMATS[name].write(opened, draft)


def _write_lines(lines: Iterator[str], path: Path) -> None:
    with path.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _write_gkg(opened: Curated, path: Path) -> None:
    entities = opened.arrow("entities", ["entity_id", "authority_id", "country_code"]).to_pylist()
    kinds = {
        row["entity_id"]: gkg.kind_of_place(row["authority_id"], row["country_code"]) for row in entities
    }
    batch_at = pc.max(opened.arrow("runs", ["finished_at"]).column(0)).as_py()
    _write_lines(gkg.lines(bundles(opened), batch_at, kinds), path)


def _write_ftm(opened: Curated, path: Path) -> None:
    entities, names = (opened.arrow(name).to_pylist() for name in ("entities", "entity_names"))
    _write_lines(ftm.lines(bundles(opened), entities, names), path)


def _write_annotations(opened: Curated, path: Path) -> None:
    _write_lines(web_annotations.lines(bundles(opened)), path)


FORMATS = {
    "gkg": Format("GDELT GKG 2.1-style tab-separated lines", ".gkg.csv", _write_gkg),
    "ftm": Format("FollowTheMoney entities, JSON lines", ".ftm.json", _write_ftm),
    "annotations": Format("W3C Web Annotations, JSON-LD lines", ".jsonl", _write_annotations),
    "sqlite": Format("one SQLite file", ".sqlite", write_sqlite),
    "duckdb": Format("one DuckDB file (extra `sql`)", ".duckdb", write_duckdb),
}
