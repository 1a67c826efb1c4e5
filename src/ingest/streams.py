"""Standard streams: opened where the caller has closed them, and written to the end or told about."""

from __future__ import annotations

import io
import os
import sys

from ingest.errors import IngestError

_OUTPUT = 1
_LAST = 2


def provide_streams() -> None:
    """Open what the caller has closed (`2>&-`), before any other file takes its number."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST:
        os.set_inheritable(descriptor, True)  # noqa: FBT003 - the system's own signature
    os.close(descriptor)
    if isinstance(sys.stdout, io.TextIOWrapper):  # a locale may lack letters that names have
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdin = sys.stdin or open(0, encoding="utf-8")  # noqa: SIM115 - it stays open
    sys.stdout = sys.stdout or open(_OUTPUT, "w", encoding="utf-8")  # noqa: SIM115 - as above
    sys.stderr = sys.stderr or open(_LAST, "w", encoding="utf-8")  # noqa: SIM115 - as above


def say(text: str) -> None:
    """Write a line, or several, to standard output; whoever reads no further has had enough.

    Raises:
        IngestError: It cannot be written.
    """
    try:
        sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
    except OSError as error:
        # What is left in Python's buffer would be tried again when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), _OUTPUT)
        if not isinstance(error, BrokenPipeError):
            raise IngestError(f"cannot write to standard output: {error.strerror}") from error
