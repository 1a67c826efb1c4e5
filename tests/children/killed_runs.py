"""Runs that are killed at a chosen step: a server that forks, so that each costs no imports.

Reads lines of JSON, `[landing, curated, step]`; the run's process group is killed with SIGKILL just before it
takes that step (a change of the file system below the curated folder), or never where the step is -1.
Answers `[exit status, steps taken]`.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from ingest.run import Options, ingest_folder

CHANGES = {"os.rename", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.symlink", "os.truncate"}


def watch(curated, last_step, steps):
    def hook(event, args):
        if event == "open":
            if not isinstance(args[2], int) or not args[2] & (os.O_WRONLY | os.O_RDWR):
                return
        elif event not in CHANGES:
            return
        paths = [os.fsdecode(a) for a in args if isinstance(a, str | bytes | os.PathLike)]
        if any(path.startswith(curated) for path in paths) or event in {"os.remove", "os.rmdir"}:
            if len(steps) == last_step:
                os.killpg(0, signal.SIGKILL)
            steps.append(f"{event} {' '.join(Path(path).name for path in paths)}")

    sys.addaudithook(hook)


def run(landing, curated, last_step):
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        steps = []
        watch(curated, last_step, steps)
        ingest_folder(Options(Path(landing), Path(curated), workers=1, prune=True, keep_snapshots=1))
        os.write(write_end, json.dumps(steps).encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        steps = answer.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(steps or "[]")


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(run(*json.loads(line))) + "\n")
        sys.stdout.flush()
