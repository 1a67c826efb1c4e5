"""`report`: the report of a curated folder, or the page of one document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated
from ingest.errors import ConfigError
from ingest.outputs import whole_file
from ingest.settings import Settings

if TYPE_CHECKING:
    import argparse


def _report(arguments: argparse.Namespace) -> str:
    from ingest.report import refresh, write_reader
    from ingest.store import open_curated

    opened = open_curated(arguments.curated)
    if arguments.document is None:
        if arguments.output is not None:
            raise ConfigError("--output goes with --document; the report's place is DIR/report")
        settings = Settings(
            authority_path=arguments.authority,
            decisions_path=arguments.decisions,
            taxonomy_path=arguments.taxonomy,
        )
        return str(refresh(opened, settings))
    path = Path(arguments.output or f"{Path(arguments.document).name}.html")
    with whole_file(path) as draft:
        write_reader(opened, arguments.document, draft)
    return str(path)


def _describe(parse: argparse.ArgumentParser) -> None:
    add_curated(parse)
    parse.add_argument("--document", metavar="ID", help="write the page of this document alone")
    parse.add_argument("--output", metavar="FILE", help="where to, with --document (ID.html)")
    parse.add_argument("--authority", metavar="CSV", help="as the run had it")
    parse.add_argument("--decisions", metavar="CSV", help="as the run had it")
    parse.add_argument("--taxonomy", metavar="TSV", help="as the run had it")


REPORT = Command("write the report, or the page of one document", _report, _describe)
