"""Reading a file that the user has written: what is wrong with it is told by file and line."""

from __future__ import annotations

import os
import stat
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Content = TypeVar("Content")
_REMEMBERED = 4


def remembered(load: Callable[[str | None], Content]) -> Callable[[str | None], Content]:
    """Remember what a file of the user's says, as long as it is the same file.

    A process may see several runs, and the user may write into the file between two of them.
    """

    @lru_cache(maxsize=_REMEMBERED)
    def edition_loaded(path: str | None, _edition: tuple[int, ...]) -> Content:
        return load(path)

    @wraps(load)
    def loaded(path: str | None) -> Content:
        return edition_loaded(path, _edition(path))

    return loaded


def _edition(path: str | None) -> tuple[int, ...]:
    """What tells a file from the same after it was written again; nothing where there is none."""
    try:
        state = None if path is None else Path(path).stat()
    except OSError:  # whoever reads it says so
        state = None
    return () if state is None else (state.st_dev, state.st_ino, state.st_size, state.st_ctime_ns)


def check_commas(header: Sequence[str], where: str) -> None:
    """See that commas stand between the columns, for some spreadsheets write other marks.

    Args:
        header: The columns' names, as read with commas.
        where: File and line, for messages.

    Raises:
        ConfigError: It is one name with semicolons or tabulators in it.
    """
    for mark, name in ((";", "semicolons"), ("\t", "tabulators")):
        if len(header) == 1 and mark in header[0]:
            raise ConfigError(f"{where}: {name} stand between the values; save the file with commas")


def read_bytes(what: str, path: str) -> bytes:
    """Read a file of the user's, which is read again while a run lasts; `/dev/null` is an empty one.

    Args:
        what: The option that names it, for messages.
        path: The file.

    Raises:
        ConfigError: It cannot be read, or only once or without end, as a pipe or a device.
    """
    try:
        file = Path(path)
        mode = file.stat().st_mode
        if not stat.S_ISREG(mode) and path != os.devnull:
            kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or device, which cannot be read twice"
            raise ConfigError(f"{what}: {path} is {kind}; name a file")
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{what}: cannot read {path}: {error.strerror}; name a readable file") from error


def read_text(what: str, path: str) -> str:
    """Read a text file of the user's.

    Args:
        what: The option that names it, for messages.
        path: The file.

    Returns:
        Its text, without a byte order mark.

    Raises:
        ConfigError: As for `read_bytes`, or it is not UTF-8; the message names the line.
    """
    content = read_bytes(what, path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{what}: {path}:{line}: byte {content[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        ) from error
