"""`export`: a snapshot in the form of another program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated

if TYPE_CHECKING:
    import argparse

NAMES = ("annotations", "duckdb", "ftm", "gkg", "sqlite")


def _export(arguments: argparse.Namespace) -> str:
    from ingest.export import FORMATS, export
    from ingest.store import open_curated

    opened = open_curated(arguments.curated, arguments.snapshot)
    chosen = FORMATS[arguments.format]
    output = Path(arguments.output or f"curated{chosen.suffix}")
    export(opened, arguments.format, output)
    return f"snapshot {opened.number} in {output}: {chosen.meaning}"


def _describe(parse: argparse.ArgumentParser) -> None:
    add_curated(parse)
    parse.add_argument("--snapshot", metavar="N", type=int, help="an older state; the current one by default")
    parse.add_argument("--output", metavar="FILE", help="by default curated.<format>, here")
    parse.add_argument("format", choices=NAMES, help="docs/export.md tells what each holds")


EXPORT = Command("write the tables in the form of another program", _export, _describe)
