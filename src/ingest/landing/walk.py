"""All that lies in the landing folder: what may be a document, and what cannot be one.

Paths are strings here: `Path` objects would take most of the time of a run that changes nothing.
"""

from __future__ import annotations

import os
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from ingest.errors import ConfigError, os_detail
from ingest.items import TEMPORARY, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

Standing: TypeAlias = tuple[int, int, int, int]

STANDING = attrgetter("st_ino", "st_size", "st_mtime_ns", "st_ctime_ns")
"""What tells one state of a file from another: inode, size, last change of its bytes, and of anything."""
OUTSIDE = "a symbolic link leads out of the landing folder; put a copy in its place"
_NOT_REGULAR = "a pipe, socket or device; only regular files are read"


class Entry(NamedTuple):
    """What the walk found; entries sort by name.

    Attributes:
        source_path: Its name in the tables.
        file_path: Relative to the root.
        problem: Why it cannot be a document, as reason and detail; None for a file to look at.
        is_folder: Whether it is a folder that could not be listed.
        standing: Of a file that is no link, what `STANDING` tells of it.
    """

    source_path: str
    file_path: str
    problem: tuple[str, str] | None = None
    is_folder: bool = False
    standing: Standing | None = None


def walk(root: str) -> Iterator[Entry]:
    """List all items below the root; folders wait on a list of their own, so depth costs no stack.

    Raises:
        ConfigError: The root is no folder that can be listed.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            entries = _listed(os.path.join(root, folder))  # noqa: PTH118 - see above
        except OSError as error:
            if not folder:
                why = f"{os_detail(error)}; see that it is there, and yours to list and read"
                raise ConfigError(f"the landing folder {root} cannot be listed: {why}") from error
            if not isinstance(error, FileNotFoundError):
                yield Entry(escape(folder) + "/", folder, ("unreadable", os_detail(error)), is_folder=True)
            continue
        for entry, standing in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if standing is not None:
                yield Entry(escape(path), path, None, False, standing)  # noqa: FBT003 - one of 100,000
            elif entry.is_symlink():
                yield from _link(root, path)
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(path)
            elif entry.is_file(follow_symlinks=False):
                yield Entry(escape(path), path)
            else:
                yield Entry(escape(path), path, ("unsupported_type", _NOT_REGULAR))


def _listed(folder: str) -> list[tuple[os.DirEntry[str], Standing | None]]:
    """What stands in a folder, with how its files stand: the open folder is asked, which saves the way."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with os.scandir(descriptor) as listing:
            return [
                (entry, _standing(entry))
                for entry in listing
                if not (entry.name.startswith(".") or TEMPORARY.fullmatch(entry.name))
            ]
    finally:
        os.close(descriptor)


def _standing(entry: os.DirEntry[str]) -> Standing | None:
    """How a file stands; None for what is no file, or is gone, which is found out later."""
    try:
        if entry.is_file(follow_symlinks=False):
            told: Standing = STANDING(entry.stat(follow_symlinks=False))
            return told
    except OSError:
        pass
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
