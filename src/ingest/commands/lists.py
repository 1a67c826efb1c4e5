"""`dictionary`, `options` and `reasons`: lists that need no tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.commands.command import Command

if TYPE_CHECKING:
    import argparse


def _dictionary(_arguments: argparse.Namespace) -> str:
    from ingest.tables.dictionary import dictionary

    return dictionary()


def _reasons(_arguments: argparse.Namespace) -> str:
    from ingest import reasons

    return "\n".join(f"{r.code}\n  {r.meaning}\n  {r.remedy}" for r in reasons.REASONS.values())


def _options(_arguments: argparse.Namespace) -> str:
    from ingest.options import options_page

    return options_page()


DICTIONARY = Command("print the data dictionary: every table and column", _dictionary)
OPTIONS = Command("print every option of a run, as docs/options.md has them", _options)
REASONS = Command("print why an item can be refused, and what to do about it", _reasons)
