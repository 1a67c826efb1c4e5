"""`python -m ingest COMMAND`: what can be done beside the run itself."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, IngestError
from ingest.reasons import REASONS
from ingest.settings import Settings
from ingest.tables import dictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand.

    Attributes:
        purpose: What it does, for `--help`.
        act: Does it, and gives what is printed.
        describe: Adds its options.
    """

    purpose: str
    act: Callable[[argparse.Namespace], str]
    describe: Callable[[argparse.ArgumentParser], None] = lambda _parse: None


def _reasons(_arguments: argparse.Namespace) -> str:
    return "\n".join(f"{r.code}\n  {r.meaning}\n  {r.remedy}" for r in REASONS.values())


def _review(arguments: argparse.Namespace) -> str:
    from ingest.names.review import write_review  # noqa: PLC0415 - the other commands need no tables
    from ingest.store.review import review  # noqa: PLC0415

    settings = Settings(authority_path=arguments.authority, decisions_path=arguments.decisions)
    rows = review(Path(arguments.curated), settings)
    try:
        write_review(Path(arguments.output), rows)
    except OSError as error:
        raise IngestError(f"--output: cannot write {arguments.output}: {error.strerror}") from error
    return f"{len(rows)} rows in {arguments.output}; fill in `decision`, and give it back with --decisions"


def _describe_review(parse: argparse.ArgumentParser) -> None:
    parse.add_argument("--curated", metavar="DIR", default="data/curated", help="the tables (%(default)s)")
    parse.add_argument("--authority", metavar="CSV", help="as the run had it")
    parse.add_argument("--decisions", metavar="CSV", help="as the run had it")
    parse.add_argument("--output", metavar="FILE", default="review.csv", help="the sheet (%(default)s)")


def _diff(arguments: argparse.Namespace) -> str:
    from ingest.compare import FORMATS, compare_numbers  # noqa: PLC0415 - as above

    return FORMATS[arguments.format](compare_numbers(Path(arguments.curated), arguments.snapshots))


def _describe_diff(parse: argparse.ArgumentParser) -> None:
    parse.add_argument("--curated", metavar="DIR", default="data/curated", help="the tables (%(default)s)")
    parse.add_argument("--format", choices=("text", "json", "csv"), default="text", help="(%(default)s)")
    parse.add_argument(
        "snapshots",
        metavar="SNAPSHOT",
        type=int,
        nargs="*",
        help="from the first to the second (the current)",
    )


COMMANDS = {
    "diff": Command("tell what changed between two snapshots", _diff, _describe_diff),
    "dictionary": Command("print the data dictionary: every table and column", lambda _: dictionary()),
    "reasons": Command("print why an item can be refused, and what to do about it", _reasons),
    "review": Command(
        "write the names that deserve a look as a sheet to decide on", _review, _describe_review
    ),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Do what a subcommand does.

    Args:
        argv: Arguments; those of the process by default.

    Returns:
        The exit code: 0, or with a line that says why 1, and 2 for a mistake in a file of the user's.
    """
    parse = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Look things up. The run itself is `python -m flows.ingest`.",
    )
    commands = parse.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        command.describe(commands.add_parser(name, help=command.purpose, description=command.purpose))
    arguments = parse.parse_args(argv)
    try:
        sys.stdout.write(COMMANDS[arguments.command].act(arguments).rstrip("\n") + "\n")
    except IngestError as error:
        sys.stderr.write(f"ingest: {error}\n")
        return 2 if isinstance(error, ConfigError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
