"""The job on a schedule in one process: `python -m flows.serve --cron "0 * * * *"`.

It registers the flow as a deployment and runs it when it is due, each run in a process of its own, until it
is stopped.  With PREFECT_API_URL set it serves that server's schedule, else a server of its own.
"""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, Any

from flows.command import Arguments, add_options
from flows.server import importing_prefect, start_server
from ingest.errors import EXIT_OK, ConfigError, IngestError, exit_code
from ingest.options import OPTIONS
from ingest.options.choices import choose
from ingest.streams import provide_streams

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from prefect import Flow

_NOT_IN_NAMES = "/%&<>"
_CRON_FIELDS = 5  # Prefect takes a sixth, for seconds


def parser(prog: str = "python -m flows.serve") -> argparse.ArgumentParser:
    """Describe the command, under the name by which it was called."""
    parse = Arguments(
        prog=prog,
        description="Run the job on a schedule, in one process that stays.",
        epilog="The options of a run are checked now, and given to every run as its parameters.",
    )
    when = parse.add_argument_group("when to run")
    when.add_argument("--cron", default="0 * * * *", help="five fields, in UTC (%(default)s: every hour)")
    when.add_argument("--name", default="scheduled", help="of the deployment (%(default)s)")
    add_options(parse, of_command=False)
    return parse


def main(argv: Sequence[str] | None = None, *, prog: str = "python -m flows.serve") -> int:
    """Serve the flow until the process is stopped.

    Args:
        argv: Arguments; those of the process by default.
        prog: The name by which it was called, for `--help`.

    Returns:
        The exit code.
    """
    try:
        arguments, unknown = parser(prog).parse_known_args(argv)
        chosen = choose(vars(arguments), config=arguments.config, unknown=tuple(unknown))
        _check_name(arguments.name)
        server = start_server(keeps_schedules=True)
        with importing_prefect():
            from flows.ingest import ingest  # noqa: PLC0415 - after the server began to start
        _check_cron(arguments.cron)
        if server is not None:
            server.wait()
    except IngestError as error:
        print(f"ingest: {error}", file=sys.stderr)  # noqa: T201 - the command's output
        return exit_code(error)
    parameters = {name: chosen[name].value for name, option in OPTIONS.items() if option.is_parameter}
    _serve(ingest, arguments.name, arguments.cron, parameters)
    return EXIT_OK


def _serve(served: Flow[..., Any], name: str, cron: str, parameters: dict[str, Any]) -> None:
    """Register a deployment of the flow, and run it when it is due."""
    from prefect.client.schemas.objects import (  # noqa: PLC0415 - after the server began to start
        ConcurrencyLimitConfig,
        ConcurrencyLimitStrategy,
    )
    from prefect.runner import Runner  # noqa: PLC0415 - as above
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415 - as above

    # Prefect's own handler forgets to await what it stops (3.8); SIGINT ends all in good order, if it is not
    # ignored, as it is in a shell's background job.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Runner.handle_sigterm = lambda *_: signal.raise_signal(signal.SIGINT)  # type: ignore[method-assign]
    served.serve(
        name=name,
        cron=cron,
        parameters=parameters,
        limit=1,
        # By path, `flows/ingest.py` would hide the package `ingest` from itself.
        entrypoint_type=EntrypointType.MODULE_PATH,
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
    )


def _check_name(name: str) -> None:
    """See that Prefect takes the name of a deployment."""
    if not name.strip() or any(sign in name for sign in _NOT_IN_NAMES):
        raise ConfigError(f"--name: {name!r} is no name; give one without {' '.join(_NOT_IN_NAMES)}")


def _check_cron(cron: str) -> None:
    """Look at the schedule as Prefect does, in a sentence."""
    from prefect.client.schemas.schedules import CronSchedule  # noqa: PLC0415 - after the server began to start

    wrong = ConfigError(
        f"--cron: {cron!r} is no schedule; give five fields (minute, hour, day, month, day of the week), "
        "such as '0 * * * *' for every hour"
    )
    if len(cron.split()) > _CRON_FIELDS:
        raise wrong
    try:
        CronSchedule(cron=cron)
    except ValueError as error:
        raise wrong from error


if __name__ == "__main__":
    provide_streams()
    sys.exit(main())
