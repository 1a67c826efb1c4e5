"""A real S3-speaking server on loopback, and a proxy before it that makes the faults of networks and servers.

Both are processes of their own: a client that holds Python's lock while it waits would stop a proxy with it.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_MAX_ATTEMPTS": "2",
}
CONTROL = "/-/"
WRITES = "PUT|POST|DELETE"


@dataclass(frozen=True)
class Fault:
    """What happens to requests, and to which.

    Attributes:
        match: Regular expression that "METHOD path" begins with.
        skip: So many of them go through unharmed first.
        times: So many meet the fault then; None for all.
        after: Index of a fault in the list that has to have happened before.
        status: Answer with this status instead of asking the server.
        delay_s: Wait before.
        cut_after: Break the connection off after so many bytes of the answer's body.
        lose_answer: Do what is asked, and break the connection off instead of answering.
        refuse: Break the connection off without doing anything.
        unconditional: Do it whatever the condition of the request says.
    """

    match: str = ""
    skip: int = 0
    times: int | None = None
    after: int | None = None
    status: int = 0
    delay_s: float = 0
    cut_after: int | None = None
    lose_answer: bool = False
    refuse: bool = False
    unconditional: bool = False


def gone_after(writes: int) -> list[Fault]:
    """The server dies after so many requests that write; the last of them is done but never answered."""
    last = Fault(WRITES, skip=writes - 1, times=1, lose_answer=True)
    return [last, Fault(refuse=True, after=0)]


@dataclass(frozen=True)
class Server:
    """A process that speaks HTTP on loopback."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def faults(self, *faults: Fault) -> None:
        """From now on, and counting anew; none for a server that is well."""
        self._control("POST", "faults", json.dumps([asdict(fault) for fault in faults]))

    def seen(self) -> list[str]:
        """All requests since `faults`, as "METHOD path"."""
        return json.loads(self._control("GET", "seen"))

    def writes(self) -> int:
        return sum(bool(re.match(WRITES, one)) for one in self.seen())

    def _control(self, method: str, name: str, body: str = "") -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, CONTROL + name, body)
        content = connection.getresponse().read()
        connection.close()
        return content


@contextlib.contextmanager
def moto(log: Path):
    """An S3-speaking server with nothing in it, ended by its process id."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with _process(["-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], port, log) as server:
        yield server


@contextlib.contextmanager
def proxy(before: Server, log: Path):
    """A proxy before a server."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with _process([__file__, str(port), str(before.port)], port, log) as server:
        yield server


def new_bucket(server: Server, folder: Path, monkeypatch) -> str:
    """Make a bucket, and set the environment of its clients; gives its URL."""
    import s3fs  # noqa: PLC0415 - the proxy needs none

    environment = {**ENVIRONMENT, "AWS_ENDPOINT_URL": server.url, "INGEST_CACHE": str(folder / "cache")}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    s3fs.S3FileSystem.clear_instance_cache()  # they remember the server of another test
    bucket = re.sub("[^a-z0-9]", "-", f"bucket-{folder.name.lower()}-{time.time_ns()}")
    s3fs.S3FileSystem().mkdir(bucket)
    return f"s3://{bucket}"


@contextlib.contextmanager
def _process(arguments: list[str], port: int, log: Path):
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, *arguments], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        for _ in range(1200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        yield Server(port)
    finally:
        process.terminate()
        process.wait()


class _Rules:
    """Which faults are asked for, and how often each has been met."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.set([])

    def set(self, faults: list[Fault]) -> None:
        with self._lock:
            self._faults = faults
            self._matched = [0] * len(faults)
            self.seen: list[str] = []

    def next(self, request: str) -> Fault:
        with self._lock:
            self.seen.append(request)
            for index, fault in enumerate(self._faults):
                if fault.after is not None and not self._has_happened(fault.after):
                    continue
                if not re.match(fault.match, request):
                    continue
                self._matched[index] += 1
                if self._has_happened(index) and (
                    fault.times is None or self._matched[index] <= fault.skip + fault.times
                ):
                    return fault
        return Fault()

    def _has_happened(self, index: int) -> bool:
        return self._matched[index] > self._faults[index].skip


class _Handler(BaseHTTPRequestHandler):
    """Hands each request on, unless a fault is due."""

    server: _Proxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith(CONTROL):
            self.control(body)
            return
        fault = self.server.rules.next(f"{self.command} {self.path}")
        time.sleep(fault.delay_s)
        if fault.refuse:
            self.hang_up()
        elif fault.status:
            self.answer(fault.status, [], _error(fault.status), fault)
        else:
            self.forward(body, fault)

    def control(self, body):
        if self.command == "POST":
            self.server.rules.set([Fault(**fault) for fault in json.loads(body)])
        self.answer(200, [], json.dumps(self.server.rules.seen).encode(), Fault())

    def forward(self, body, fault):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.upstream, timeout=30)
        try:
            headers = {name.lower(): value for name, value in self.headers.items()}
            if fault.unconditional:
                headers.pop("if-none-match", None)
            connection.request(self.command, self.path, body, headers)
            response = connection.getresponse()
            content = response.read()
            if fault.lose_answer:
                self.hang_up()
            else:
                self.answer(response.status, response.getheaders(), content, fault)
        finally:
            connection.close()

    def answer(self, status, headers, content, fault):
        self.send_response_only(status)
        told = {name.lower(): value for name, value in headers}
        for name, value in told.items():
            if name not in {"connection", "transfer-encoding", "content-length"}:
                self.send_header(name, value)
        is_head = self.command == "HEAD"
        self.send_header("Content-Length", told.get("content-length", "0") if is_head else str(len(content)))
        self.end_headers()
        if is_head:
            return
        self.wfile.write(content if fault.cut_after is None else content[: fault.cut_after])
        if fault.cut_after is not None:
            self.hang_up()

    def hang_up(self):
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_any  # noqa: N815 - as the base class asks


class _Proxy(ThreadingHTTPServer):
    """A server before the one that listens at the port `upstream`."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, upstream: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.rules = _Rules()
        self.upstream = upstream

    def handle_error(self, *_arguments):
        """A client that hung up is no news."""


def _error(status: int) -> bytes:
    code = {503: "SlowDown", 404: "NoSuchKey", 403: "AccessDenied"}[status]
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()


if __name__ == "__main__":
    _Proxy(int(sys.argv[1]), int(sys.argv[2])).serve_forever()
