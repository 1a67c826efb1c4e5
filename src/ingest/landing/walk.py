"""All that lies in the landing folder: what may be a document, and what cannot be one.

Paths are strings here: `Path` objects would take most of the time of a run that changes nothing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from ingest.errors import ConfigError, os_detail
from ingest.items import TEMPORARY, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTSIDE = "a symbolic link leads out of the landing folder; put a copy in its place"
_NOT_REGULAR = "a pipe, socket or device; only regular files are read"


class Entry(NamedTuple):
    """What the walk found; entries sort by name.

    Attributes:
        source_path: Its name in the tables.
        file_path: Relative to the root.
        problem: Why it cannot be a document, as reason and detail; None for a file to look at.
        is_folder: Whether it is a folder that could not be listed.
        state: Of a file that is no link, what the file system tells of it.
    """

    source_path: str
    file_path: str
    problem: tuple[str, str] | None = None
    is_folder: bool = False
    state: os.stat_result | None = None


def walk(root: str) -> Iterator[Entry]:
    """List all items below the root; folders wait on a list of their own, so depth costs no stack.

    Raises:
        ConfigError: The root is no folder that can be listed.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:  # noqa: PTH118 - see above
                entries = list(listing)
        except OSError as error:
            if not folder:
                why = f"{os_detail(error)}; see that it is there, and yours to list and read"
                raise ConfigError(f"the landing folder {root} cannot be listed: {why}") from error
            if not isinstance(error, FileNotFoundError):
                yield Entry(escape(folder) + "/", folder, ("unreadable", os_detail(error)), is_folder=True)
            continue
        for entry in entries:
            if entry.name.startswith(".") or TEMPORARY.fullmatch(entry.name):
                continue
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.is_symlink():
                yield from _link(root, path)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_file(follow_symlinks=False):
                yield Entry(escape(path), path, None, False, _state(entry))  # noqa: FBT003 - one of 100,000
            else:
                yield Entry(escape(path), path, ("unsupported_type", _NOT_REGULAR))


def _state(entry: os.DirEntry[str]) -> os.stat_result | None:
    """What the file system tells of a file; None where it is gone, say, which is found out later."""
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _link(root: str, path: str) -> Iterator[Entry]:
    """A symbolic link: a file inside the landing folder, nothing at all, or a problem."""
    problem = None
    try:
        real = os.path.realpath(os.path.join(root, path), strict=True)  # noqa: PTH118 - see above
    except OSError as error:
        problem = ("unreadable", f"the link leads nowhere: {os_detail(error)}")
    else:
        if not is_inside(real, root):
            problem = ("outside_landing", OUTSIDE)
        elif os.path.isdir(real):  # noqa: PTH112 - see above
            return  # read at its own place
        elif not os.path.isfile(real):  # noqa: PTH113 - see above
            problem = ("unsupported_type", _NOT_REGULAR)
    yield Entry(escape(path), path, problem)


def is_inside(real: str, root: str) -> bool:
    """Whether a path without links lies below the root, or is it."""
    return real == root or real.startswith(root.rstrip("/") + "/")
