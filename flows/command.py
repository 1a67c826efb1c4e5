"""The command line: what it accepts, in which order things start, and how they end."""

from __future__ import annotations

import argparse
import logging
import os
import pkgutil
import re
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from flows.server import start_server
from ingest.children import keep_small
from ingest.errors import ConfigError, IngestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_REJECTS = range(4)

_EPILOG = """\
exit codes:
  0  all well; refused documents are counted in a warning line
  1  the run failed or was stopped; the tables are as they were
  2  wrong usage or configuration; nothing was written
  3  --strict, and at least one document stands refused

Sizes take a suffix: 512K, 64M, 2G. Prefect's own settings hold: with PREFECT_API_URL set the
run is recorded by that server, else by a server that starts and ends with the run.
"""

_SUFFIXES = {"": 1, "K": 1024, "M": 1024**2, "G": 1024**3}


class Stopped(KeyboardInterrupt):
    """Ctrl-C or SIGTERM; in words, what became of the tables."""


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KMG]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write bytes, or 512K, 64M, 2G")
    return int(found[1]) * _SUFFIXES[found[2].upper()]


def parser() -> argparse.ArgumentParser:
    """Describe all options."""
    parse = argparse.ArgumentParser(
        prog="python -m flows.ingest",
        description="Read the documents in a landing folder; write the tables in a curated folder.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = parse.add_argument_group("folders and files")
    where.add_argument("--landing", metavar="DIR", default="data/landing", help="raw documents (%(default)s)")
    where.add_argument("--curated", metavar="DIR", default="data/curated", help="the tables (%(default)s)")
    where.add_argument("--authority", metavar="CSV", help="your own list of names, beside the bundled one")
    where.add_argument("--decisions", metavar="CSV", help="your decisions on names, which overrule all else")
    where.add_argument("--fields", metavar="TOML", help="your names of fields in JSON and CSV records")
    what = parse.add_argument_group("what the run does")
    what.add_argument("--prune", action="store_true", help="take out documents whose files are gone")
    what.add_argument("--strict", action="store_true", help="exit with 3 when a document is refused")
    what.add_argument("--keep-snapshots", metavar="N", type=int, default=5, help="states kept (%(default)s)")
    what.add_argument("--quiet", action="store_true", help="no progress; the summary is printed still")
    limits = parse.add_argument_group("what a document may cost; one that needs more is refused")
    limits.add_argument("--timeout", metavar="S", type=float, default=60.0, help="seconds (%(default)s)")
    limits.add_argument(
        "--memory", metavar="SIZE", type=_size, default="2G", help="of a worker (%(default)s)"
    )
    limits.add_argument("--max-bytes", metavar="SIZE", type=_size, default="64M", help="length (%(default)s)")
    how = parse.add_argument_group("how the work is shared out; the tables are the same whatever you choose")
    how.add_argument("--workers", metavar="N", type=int, help="worker processes (one for each processor)")
    how.add_argument(
        "--batch-bytes", metavar="SIZE", type=_size, default="1M", help="of a task (%(default)s)"
    )
    how.add_argument(
        "--dask",
        metavar="ADDRESS",
        type=_address,
        help="run the tasks on a Dask cluster: tcp://..., or `local`",
    )
    return parse


def _address(text: str) -> str:
    if text != "local" and not re.match(r"\w+://\S", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no scheduler; give its address, as tcp://host:8786, or local"
        )
    return text


def main(flow_name: str, argv: Sequence[str] | None = None) -> int:
    """Run the flow from the command line.

    Args:
        flow_name: The flow, as `module:name`; it is imported late, for it imports Prefect.
        argv: Arguments; those of the process by default.

    Returns:
        The exit code.
    """
    arguments = vars(parser().parse_args(argv))
    signal.signal(signal.SIGTERM, _stop)
    try:
        return _run(
            flow_name, strict=arguments.pop("strict"), quiet=arguments.pop("quiet"), arguments=arguments
        )
    except ConfigError as error:
        return _complain(EXIT_USAGE, str(error))
    except IngestError as error:
        return _complain(EXIT_FAILED, str(error))
    except KeyboardInterrupt as stop:
        state = str(stop) or "the tables are as they were"
        return _complain(EXIT_FAILED, f"stopped before it was done; {state}.")


def _run(flow_name: str, arguments: dict[str, Any], *, strict: bool, quiet: bool) -> int:
    """Start the server, plan and begin to read while it warms up, then run the flow."""
    keep_small()
    dask = arguments.pop("dask")
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "WARNING")  # the progress and the summary tell the rest
    logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # else Prefect warns of sending its last events
    server = start_server()
    from flows.progress import shown  # noqa: PLC0415 - what follows takes seconds to import
    from ingest.run import open_run, options  # noqa: PLC0415

    with open_run(options(**arguments)) as run, shown(run, quiet=quiet):
        if dask is None:
            run.begin()
        from flows.cluster import task_runner  # noqa: PLC0415

        flow = pkgutil.resolve_name(flow_name).with_options(
            task_runner=task_runner(dask, run.options.workers)
        )
        if server is not None:
            server.wait()
        try:
            summary = flow(**arguments)
        except KeyboardInterrupt as stop:
            raise Stopped(run.state_of_tables()) from stop
    print(summary.text())  # noqa: T201 - the command's output
    return EXIT_REJECTS if strict and summary.rejects else EXIT_OK


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise Stopped


def _complain(code: int, message: str) -> int:
    print(f"ingest: {message}", file=sys.stderr)  # noqa: T201 - the command's output
    return code
