"""`run` and `serve`: the job itself, now and on a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.commands.command import Program

if TYPE_CHECKING:
    from collections.abc import Sequence


def _run(argv: Sequence[str]) -> int:
    from flows.command import main

    return main(argv, prog="ingest run")


def _serve(argv: Sequence[str]) -> int:
    from flows.serve import main

    return main(argv, prog="ingest serve")


RUN = Program("read what is new in the landing folder, and publish the tables", _run)
SERVE = Program("run on a schedule, in one process that stays", _serve)
