"""`diff`: what changed between two snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.commands.command import Command, add_curated
from ingest.places import place

if TYPE_CHECKING:
    import argparse


def _diff(arguments: argparse.Namespace) -> str:
    from ingest.compare import FORMATS, compare_numbers, snapshot_number

    curated = place(arguments.curated)
    numbers = [snapshot_number(curated, asked) for asked in arguments.snapshots]
    return FORMATS[arguments.format](compare_numbers(curated, numbers))


def _describe(parse: argparse.ArgumentParser) -> None:
    add_curated(parse)
    parse.add_argument("--format", choices=("text", "json", "csv"), default="text", help="(%(default)s)")
    parse.add_argument(
        "snapshots",
        metavar="SNAPSHOT",
        nargs="*",
        help="from the first to the second (the current): a number, or a day or time in UTC (2026-11-25, "
        "2026-11-25T18:00), for the last one published up to its end",
    )


DIFF = Command("tell what changed between two snapshots", _diff, _describe)
