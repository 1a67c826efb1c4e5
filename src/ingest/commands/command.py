"""What a subcommand of `ingest` is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

CURATED = "data/curated"


@dataclass(frozen=True, slots=True)
class Command:
    """One subcommand that looks something up.

    Attributes:
        purpose: What it does, for `--help`.
        act: Does it, and gives what is printed.
        describe: Adds its options.
    """

    purpose: str
    act: Callable[[argparse.Namespace], str]
    describe: Callable[[argparse.ArgumentParser], None] = lambda _parse: None


@dataclass(frozen=True, slots=True)
class Program:
    """One subcommand that reads its own options, and prints as it goes.

    Attributes:
        purpose: What it does, for `--help`.
        main: Does it with the arguments that follow its name, and gives the exit code.
    """

    purpose: str
    main: Callable[[Sequence[str]], int]


def add_curated(parse: argparse.ArgumentParser) -> None:
    """Add the option that says where the tables are."""
    parse.add_argument(
        "--curated", metavar="DIR", default=CURATED, help="the tables, or their URL (%(default)s)"
    )
