"""`python -m ingest COMMAND`: what can be done beside the run itself."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ingest.commands import COMMANDS
from ingest.errors import ConfigError, IngestError

if TYPE_CHECKING:
    from collections.abc import Sequence


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
