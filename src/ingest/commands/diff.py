"""`diff`: what changed between two snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated
from ingest.places import place

if TYPE_CHECKING:
    import argparse


def _diff(arguments: argparse.Namespace) -> str:
    from ingest.compare import FORMATS, compare_numbers  # noqa: PLC0415 - see the package

    return FORMATS[arguments.format](compare_numbers(place(arguments.curated), arguments.snapshots))


def _describe(parse: argparse.ArgumentParser) -> None:
    add_curated(parse)
    parse.add_argument("--format", choices=("text", "json", "csv"), default="text", help="(%(default)s)")
    parse.add_argument(
        "snapshots",
        metavar="SNAPSHOT",
        type=int,
        nargs="*",
        help="from the first to the second (the current)",
    )


DIFF = Command("tell what changed between two snapshots", _diff, _describe)
