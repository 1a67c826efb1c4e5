"""`ingest COMMAND`: one module for each command, and here the list of them.

A module imports what it shows when it acts, so that `--help` and its neighbours stay quick.
"""

from __future__ import annotations

from ingest.commands.command import Command, Program
from ingest.commands.diff import DIFF
from ingest.commands.explain import EXPLAIN
from ingest.commands.export import EXPORT
from ingest.commands.lists import DICTIONARY, OPTIONS, REASONS
from ingest.commands.report import REPORT
from ingest.commands.review import REVIEW
from ingest.commands.run import RUN, SERVE

__all__ = ["COMMANDS", "Command", "Program"]

COMMANDS: dict[str, Command | Program] = {
    "run": RUN,
    "serve": SERVE,
    "diff": DIFF,
    "dictionary": DICTIONARY,
    "explain": EXPLAIN,
    "export": EXPORT,
    "options": OPTIONS,
    "reasons": REASONS,
    "report": REPORT,
    "review": REVIEW,
}
