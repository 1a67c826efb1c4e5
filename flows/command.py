"""The command line: what it accepts, in which order things start, and how they end."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import pkgutil
import textwrap
import time
from typing import TYPE_CHECKING, NoReturn, cast

from flows.logs import leave_errors_to_the_command, log_to_prefect, log_to_terminal
from flows.server import importing_prefect, start_server
from ingest.errors import EXIT_CODES, EXIT_FAILED, EXIT_OK, EXIT_REJECTS, ConfigError, IngestError, exit_code
from ingest.events import tell
from ingest.options import CONFIG_MEANING, GROUPS, OPTIONS
from ingest.options.choices import choose
from ingest.stopping import hold_stops, keep_code, raise_stops, was_stopped
from ingest.streams import say
from ingest.workers.children import keep_heap, keep_small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

    from ingest.options import LogFormat
    from ingest.options.choices import Choice
    from ingest.summary import Summary

_FLOW = "flows.ingest:ingest"  # by name and late: it imports Prefect
_CODES = "\n".join(
    textwrap.fill(meaning, 100, initial_indent=f"  {code}  ", subsequent_indent="     ")
    for code, meaning in EXIT_CODES.items()
)
_EPILOG = f"""\
exit codes:
{_CODES}

The last line of the output judges the run: OK, DEGRADED (something deserves a look) or FAILED.

Every option can stand in the environment too (INGEST_KEEP_SNAPSHOTS=9), or in a file (keep-snapshots = 9);
flags count first, then the environment, then the file. Sizes take a suffix: 512K, 64M, 2G. Prefect's own
settings hold: with PREFECT_API_URL set the run is recorded by that server, else by a server that starts and
ends with the run.
"""


class Stopped(KeyboardInterrupt):
    """Ctrl-C or SIGTERM; in words, what became of the tables."""


class Arguments(argparse.ArgumentParser):
    """A parser that raises what is wrong with the arguments, and leaves it to the command to tell."""

    def error(self, message: str) -> NoReturn:
        """Raise it.

        Raises:
            ConfigError: Always.
        """
        raise ConfigError(f"{message.removeprefix('argument ')}; `{self.prog} --help` shows how to write it")


def add_options(parse: argparse.ArgumentParser, *, of_command: bool = True) -> None:
    """Describe all options to a parser, or those alone that a Prefect run has too."""
    for group, title in GROUPS.items():
        described = parse.add_argument_group(title)
        if group == "where":
            described.add_argument("--config", metavar="FILE", help=CONFIG_MEANING)
        for option in OPTIONS.values():
            if option.group != group or not (of_command or option.is_parameter):
                continue
            default = option.default_in_words
            meaning = option.meaning + (f" ({default})" if default and option.kind != "switch" else "")
            if option.kind == "switch":
                action = argparse.BooleanOptionalAction
                described.add_argument(option.flag, action=action, default=None, help=meaning)
            else:
                described.add_argument(option.flag, metavar=option.metavar, help=meaning)


def parser(prog: str = "python -m flows.ingest") -> argparse.ArgumentParser:
    """Describe the command, under the name by which it was called."""
    parse = Arguments(
        prog=prog,
        description="Read the documents in a landing folder; write the tables in a curated folder.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_options(parse)
    return parse


def main(argv: Sequence[str] | None = None, *, prog: str = "python -m flows.ingest") -> int:
    """Run the flow from the command line.

    Args:
        argv: Arguments; those of the process by default.
        prog: The name by which it was called, for `--help`.

    Returns:
        The exit code.
    """
    began_s = time.monotonic()
    log_to_terminal("text")
    try:
        arguments, unknown = parser(prog).parse_known_args(argv)
        # Mistakes in options are told so too.
        log_to_terminal("json" if arguments.log_format == "json" else "text")
        raise_stops(_stop)
        chosen = choose(vars(arguments), config=arguments.config, unknown=tuple(unknown))
        log_to_terminal(cast("LogFormat", chosen["log_format"].value))
        summary = _run(chosen)
        hold_stops()
    except IngestError as error:
        return _complain(exit_code(error), str(error))
    except KeyboardInterrupt as stop:
        state = str(stop) or "the tables are as they were"
        return _complain(EXIT_FAILED, f"stopped before it was done; {state}.")
    is_strict = bool(chosen["strict"].value)
    try:
        say(summary.text())
        say(summary.health_line(time.monotonic() - began_s, is_strict=is_strict))
    except IngestError as error:
        return _complain(EXIT_FAILED, f"{error}; the tables are published")
    return keep_code(EXIT_REJECTS if is_strict and summary.rejects else EXIT_OK)


def _run(chosen: Mapping[str, Choice]) -> Summary:
    """Start the server, plan and begin to read while it warms up, then run the flow."""
    keep_small()
    keep_heap()
    dask = cast("str | None", chosen["dask"].value)
    is_quiet = bool(chosen["quiet"].value) or chosen["log_format"].value == "json"
    shows_log = "PREFECT_LOGGING_LEVEL" in os.environ
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")  # the progress and the summary tell the rest
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # else Prefect warns of sending its last events
    server = start_server()
    from flows.progress import shown  # noqa: PLC0415 - what follows takes seconds to import
    from ingest.options.run_options import options_of  # noqa: PLC0415
    from ingest.run import open_run  # noqa: PLC0415

    with open_run(options_of(chosen)) as run, shown(run, quiet=is_quiet):
        if dask is None:
            run.begin()
        with importing_prefect():
            from flows.cluster import task_runner  # noqa: PLC0415
            from flows.crashed_runs import without_heartbeats  # noqa: PLC0415

            flow = pkgutil.resolve_name(_FLOW)
        if not shows_log:
            leave_errors_to_the_command()
        flow = flow.with_options(task_runner=task_runner(dask, run.options.workers))
        # The log of a server that ends with the run is read by nobody but for what went wrong.
        log_to_prefect(logging.INFO if server is None else logging.WARNING)
        if server is not None:
            server.wait()
        signs = contextlib.nullcontext() if server is None else without_heartbeats()
        try:
            with signs:
                summary: Summary = flow(**{n: chosen[n].value for n, o in OPTIONS.items() if o.is_parameter})
        except BaseException as error:
            # The signal tells: pydantic makes errors of its own of a Ctrl-C that comes while it works.
            if not was_stopped():
                raise
            raise Stopped(run.state_of_tables()) from error
    return summary


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def _complain(code: int, message: str) -> int:
    hold_stops()
    tell("run_failed", message, level=logging.ERROR, exit_code=code)
    with contextlib.suppress(IngestError):  # the log has it
        reason = " ".join(message.partition(":\n  ")[0].split())  # a path in it may have two lines
        say(f"FAILED: {reason.rstrip('.')}")
    return keep_code(code)
