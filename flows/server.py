"""Prefect's server for one run: started before Prefect is imported, ended with the run.

Left to itself, Prefect starts such a server when the first flow begins, waits for it, and
leaves it behind when the flow is killed.  Started first and in a process of its own, it warms
up while this process imports Prefect and reads documents; on a port that this process owns;
and it dies with this process, however that ends.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from http import HTTPStatus
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

from ingest.errors import ConfigError, IngestError
from ingest.workers.children import child_environment, die_with_parent, importing

if TYPE_CHECKING:
    from collections.abc import Iterator

_END = signal.SIGUSR1
_START_TIMEOUT_S = 180
_END_TIMEOUT_S = 5
_ANSWER_TIMEOUT_S = 10
_WELL = b"true"
"""What a Prefect server says of its health."""
_CLOUD = "prefect.cloud"
_FOLLOWS = "default_factory_not_called"
"""What pydantic calls an error that another one brings."""
_OTHER_REVISION = "Can't locate revision"
"""What Alembic says of a database whose tables it does not know."""

# No flow of ours needs the web pages or the reports home that a standing server has.
_QUIET = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
_EMBEDDED = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_FINAL": "1"}
_WITHOUT_SCHEDULES = {"PREFECT__SERVER_EPHEMERAL": "1"}


class Server:
    """An embedded Prefect server, from its start to its end.

    Args:
        keeps_schedules: Whether it looks after schedules; a server for one run has none, and starts sooner.
    """

    def __init__(self, *, keeps_schedules: bool = False) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        descriptor = self._listener.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no input from outside
            [sys.executable, "-P", "-m", "flows.server", str(os.getpid()), str(descriptor)],
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=child_environment() | _EMBEDDED | ({} if keeps_schedules else _WITHOUT_SCHEDULES),
            start_new_session=True,  # Ctrl-C is for the flow, which then ends the server
        )
        self._listener.close()  # held by the child alone, so that its end closes the port

    @property
    def api_url(self) -> str:
        """What `PREFECT_API_URL` should be."""
        return f"http://127.0.0.1:{self.port}/api"

    def wait(self) -> None:
        """Wait until it answers; the request itself waits in the port's queue.

        Raises:
            IngestError: It ended, or did not answer in time.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_START_TIMEOUT_S)
        with contextlib.closing(connection):
            try:
                connection.request("GET", "/api/health")
                if connection.getresponse().status == http.client.OK:
                    return
            except (OSError, http.client.HTTPException) as error:
                problem: object = error
            else:
                problem = "it answers, but is not well"
        said = self._last_words()
        newer = "a newer Prefect wrote its database; update Prefect, or name another folder in PREFECT_HOME"
        told = newer if _OTHER_REVISION in said else f"{problem}; what it said last stands below"
        raise IngestError(f"Prefect's embedded server did not start: {told}:\n{indent(said, '  ')}")

    def end(self) -> None:
        """Ask it to end, then make it."""
        self._process.send_signal(_END)
        try:
            self._process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 4000))
        return self._log.read().decode("utf-8", "replace")


def start_server(*, keeps_schedules: bool = False) -> Server | None:
    """Start a server for this run, unless the user has one; call it before Prefect is imported.

    It ends when this process exits: after Prefect has sent its last events and logs, for Prefect
    registers its own clean-up later than this function does, and the last comes first.

    Args:
        keeps_schedules: Whether a server of its own looks after schedules.

    Returns:
        The server, or None where the user's settings name one.

    Raises:
        IngestError: The user's server does not answer.
        ConfigError: A file of the user's that may hold Prefect's settings is no TOML.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    if (url := _users_api_url()) is not None:
        _knock(url)
        return None
    _provide_home()
    server = Server(keeps_schedules=keeps_schedules)
    atexit.register(server.end)
    os.environ["PREFECT_API_URL"] = server.api_url
    return server


def _knock(api_url: str) -> None:
    """Make sure that a Prefect server answers, for Prefect itself would end with a traceback."""
    try:
        with urllib.request.urlopen(f"{api_url.rstrip('/')}/health", timeout=_ANSWER_TIMEOUT_S) as answer:  # noqa: S310 - the user's own
            is_prefect = answer.read(len(_WELL) + 1) == _WELL
    except urllib.error.HTTPError as error:
        is_prefect = error.code != HTTPStatus.NOT_FOUND  # it may want a password, or be busy
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise IngestError(
            f"PREFECT_API_URL: no server answers at {api_url} ({reason}); start it, or unset the address "
            "and a server starts and ends with the run"
        ) from error
    if not is_prefect and _CLOUD not in api_url:  # who knows what that one says
        raise IngestError(
            f"PREFECT_API_URL: what answers at {api_url} is no Prefect server; the address of one is like "
            "http://127.0.0.1:4200/api"
        )


@contextlib.contextmanager
def importing_prefect() -> Iterator[None]:
    """Import Prefect in the block: of a setting of its own that is wrong it would tell by a traceback.

    Raises:
        ConfigError: Prefect does not take one of its settings.
    """
    try:
        with importing():
            yield
    except ValueError as error:
        if not type(error).__module__.startswith("pydantic"):
            raise
        told = (one for one in error.errors() if one["type"] != _FOLLOWS)  # type: ignore[attr-defined]
        wrong = "; ".join(f"{'.'.join(one['loc'])} is {one['input']!r}: {one['msg']}" for one in told)
        raise ConfigError(
            f"Prefect does not take its settings ({error.title}: {wrong}); "  # type: ignore[attr-defined]
            "they stand in the environment (PREFECT_...), in prefect.toml or in the active profile"
        ) from error


def _users_api_url() -> str | None:
    """Find the API address in the user's Prefect settings, in Prefect's own order."""
    project = _toml(Path("prefect.toml"))
    if "api" not in project:
        project = _toml(Path("pyproject.toml")).get("tool", {}).get("prefect", {})
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    profiles = _toml(Path(os.environ.get("PREFECT_PROFILES_PATH", home / "profiles.toml")))
    active = os.environ.get("PREFECT_PROFILE", profiles.get("active"))
    url = (
        os.environ.get("PREFECT_API_URL")
        or project.get("api", {}).get("url")
        or profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    )
    return str(url) if url else None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # Prefect reads it too, and would end with a traceback.
        raise ConfigError(f"{path}, where Prefect looks for settings, is no TOML: {error}") from error


def _provide_home() -> None:
    """Give Prefect a folder of its own where the user's home cannot be written."""
    home = Path(os.environ.get("PREFECT_HOME", "~/.prefect")).expanduser()
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        os.environ["PREFECT_HOME"] = str(Path(tempfile.gettempdir()) / f"prefect-{os.getuid()}")


def _serve(parent_pid: int, descriptor: int) -> None:
    """Run the server in this process on a listening socket until it is told to end."""
    die_with_parent(parent_pid)
    # Whoever stops the run may send SIGTERM to all its processes; the server must live until the
    # flow has told it of its end, for Prefect would wait minutes for an answer.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with importing():
        import uvicorn  # noqa: PLC0415 - only in the child
        from prefect.server.api.server import create_app  # noqa: PLC0415 - only in the child

        app = create_app()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    signal.signal(_END, server.handle_exit)
    server.run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    _serve(int(sys.argv[1]), int(sys.argv[2]))
