"""The command of a run as a person starts it, with a mark by which all its processes are known."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import subprocess
import sys
import urllib.request
from pathlib import Path

from ingest.workers.children import child_environment

MARK = "INGEST_TEST_MARK"


class Command:
    """Starts the command with a mark in its environment, by which its processes are known."""

    def __init__(self, home, tmp_path):
        self.mark = f"{MARK}={tmp_path}"
        self.environment = child_environment() | {"PREFECT_HOME": str(home), MARK: str(tmp_path)}
        for name in ("PREFECT_API_URL", "PREFECT_PROFILE"):
            self.environment.pop(name, None)

    def start(self, *arguments, **environment):
        return subprocess.Popen(
            [sys.executable, "-m", "flows.ingest", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment | environment,
        )

    @contextlib.contextmanager
    def in_terminal(self, *arguments, **environment):
        """Start it with a terminal of its own; gives the end at which a person would sit, too."""
        person, terminal = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "flows.ingest", *map(str, arguments)],
            preexec_fn=lambda: os.login_tty(terminal),  # noqa: PLW1509 - a system call and no more
            env=self.environment | {"TERM": "xterm"} | environment,
        ) as process:
            os.close(terminal)
            try:
                yield process, person
            finally:
                process.kill()
                os.close(person)

    def run(self, *arguments, **environment):
        with self.start(*arguments, **environment) as process:
            out, err = process.communicate()
        return process.returncode, out, err

    def processes(self):
        found = []
        for file in Path("/proc").glob("[0-9]*/environ"):
            try:
                environ = file.read_bytes().split(b"\0")
            except OSError:
                continue
            if self.mark.encode() in environ:
                found.append(file.parent.name)
        return found


def folders(landing, tmp_path):
    """The arguments for a landing folder, and a curated folder in a test's own."""
    return "--landing", landing, "--curated", tmp_path / "curated"


def api(server, path, **body):
    request = urllib.request.Request(  # noqa: S310 - our own server
        f"{server.api_url}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        return json.load(answer)
