"""`python -m ingest COMMAND`: what can be done beside the run itself."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ingest.reasons import REASONS
from ingest.tables import dictionary

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _reasons() -> str:
    lines = [f"{reason.code}\n  {reason.meaning}\n  {reason.remedy}" for reason in REASONS.values()]
    return "\n".join(lines)


COMMANDS: Mapping[str, tuple[str, Callable[[], str]]] = {
    "dictionary": ("print the data dictionary: every table and column", dictionary),
    "reasons": ("print why an item can be refused, and what to do about it", _reasons),
}


def main() -> int:
    """Print what a command gives."""
    parse = argparse.ArgumentParser(
        prog="python -m ingest",
        description="Look things up. The run itself is `python -m flows.ingest`.",
    )
    commands = parse.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (purpose, _) in COMMANDS.items():
        commands.add_parser(name, help=purpose, description=purpose)
    _, act = COMMANDS[parse.parse_args().command]
    sys.stdout.write(act().rstrip("\n") + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
