"""`review`: a sheet of the names that deserve a look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated
from ingest.errors import IngestError
from ingest.places import place

if TYPE_CHECKING:
    import argparse


def _review(arguments: argparse.Namespace) -> str:
    from ingest.names.resolve.review import write_review
    from ingest.settings import Settings
    from ingest.store.review import review

    settings = Settings(authority_path=arguments.authority, decisions_path=arguments.decisions)
    rows = review(place(arguments.curated), settings)
    try:
        write_review(Path(arguments.output), rows)
    except OSError as error:
        told = (
            f"cannot write {arguments.output}: {error.strerror}; name a file in a folder that you may write"
        )
        raise IngestError(f"--output: {told}") from error
    carried = sum(row.reason == "decided" for row in rows)
    told = f", {carried} of them the decisions in force" if carried else ""
    return (
        f"{len(rows)} rows in {arguments.output}{told}; fill in `decision`, and give it back with "
        "--decisions: that file is the whole of all decisions"
    )


def _describe(parse: argparse.ArgumentParser) -> None:
    add_curated(parse)
    parse.add_argument("--authority", metavar="CSV", help="as the run had it")
    parse.add_argument("--decisions", metavar="CSV", help="as the run had it")
    parse.add_argument("--output", metavar="FILE", default="review.csv", help="the sheet (%(default)s)")


REVIEW = Command("write the names that deserve a look as a sheet to decide on", _review, _describe)
