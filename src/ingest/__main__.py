"""The command `ingest`, also `python -m ingest`: the run, and what can be done beside it."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import TYPE_CHECKING

from ingest.stopping import TOO_EARLY, raise_stops, watch

if sys.argv[0].endswith(("/ingest", "/ingest/__main__.py")):
    watch(is_run=sys.argv[1:2] == ["run"])  # before all that takes time to import

from ingest.commands import COMMANDS, Command, Program
from ingest.errors import EXIT_FAILED, EXIT_OK, IngestError, exit_code
from ingest.streams import provide_streams, say
from ingest.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Do what a subcommand does.

    Args:
        argv: Arguments; those of the process by default.

    Returns:
        The exit code, one of `ingest.errors.EXIT_CODES`; where it is not 0, a line says why.
    """
    provide_streams()
    given = list(sys.argv[1:] if argv is None else argv)
    program = COMMANDS.get(given[0]) if given else None
    if isinstance(program, Program):
        return program.main(given[1:])
    raise_stops(signal.default_int_handler)
    try:
        arguments = parser().parse_args(given)
        say(arguments.act(arguments))
    except IngestError as error:
        sys.stderr.write(f"ingest: {error}\n")
        return exit_code(error)
    except KeyboardInterrupt:
        sys.stderr.write(f"ingest: {TOO_EARLY}.\n")
        return EXIT_FAILED
    return EXIT_OK


def parser() -> argparse.ArgumentParser:
    """Describe the command and all its subcommands."""
    parse = argparse.ArgumentParser(
        prog="ingest",
        description="Turn a folder of documents into tables, and look things up in them.",
        epilog="`ingest COMMAND --help` tells the options of a command.",
    )
    parse.add_argument("--version", action="version", version=f"document-ingest {__version__}")
    commands = parse.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        described = commands.add_parser(name, help=command.purpose, description=command.purpose)
        if isinstance(command, Command):
            command.describe(described)
            described.set_defaults(act=command.act)
    return parse


if __name__ == "__main__":
    sys.exit(main())
