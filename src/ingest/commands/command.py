"""What a subcommand of `python -m ingest` is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

CURATED = "data/curated"


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


def add_curated(parse: argparse.ArgumentParser) -> None:
    """Add the option that says where the tables are."""
    parse.add_argument("--curated", metavar="DIR", default=CURATED, help="the tables (%(default)s)")
