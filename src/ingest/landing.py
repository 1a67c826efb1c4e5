"""The landing folder: what is there, what is new, and the bytes of one item.

`plan` walks the folder once and compares content hashes with what the store knows; `read_item` fetches
one planned item again, in the worker.  Neither opens anything but regular files, and neither follows a link
out of the folder.

What is skipped in silence, because nobody means it as a document: names that begin with a dot, and the
temporary files of editors, browsers, office programs and copying tools (`TEMPORARY`).  Links to folders
inside the landing folder are not followed: what they lead to is read at its own place, so loops cannot
arise.  Everything else is a document, a reject, or busy.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from ingest.decode import MEDIA_TYPES, media_type_of
from ingest.errors import ConfigError, DocumentError
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ingest.settings import Settings

TEMPORARY = re.compile(
    r"~\$.*"  # Microsoft Office locks
    r"|.*~"  # backups of editors
    r"|#.*#"  # Emacs
    r"|.*\.(?:tmp|temp|swp|swo|part|partial|filepart|crdownload|opdownload|download|lck|lock)"
    r"|Thumbs\.db|desktop\.ini|__MACOSX",
    re.IGNORECASE,
)

_CHUNK = 1 << 20
# Line breaks and controls would break lists of paths; a backslash makes the escapes readable backwards, and
# `#` parts a container's path from the key of an item in it.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\\\#]")
_ESCAPES = re.compile(rb"\\x([0-9a-f]{2})")


class Known(Protocol):
    """What the store remembers of an item of an earlier run."""

    @property
    def content_sha256(self) -> str | None:
        """Hash of its bytes; None where they could not be read."""

    @property
    def fingerprint(self) -> str:
        """Of the configuration and version that read it."""

    @property
    def is_reject(self) -> bool:
        """Whether it was refused."""


class Busy(Exception):  # noqa: N818 - a state of the file and no error: it is left for the next run
    """The file vanished or changed since it was planned, or while it was read."""


@dataclass(frozen=True, slots=True)
class Item:
    """A file to read.

    Attributes:
        source_path: Its name in the tables; see `escape`.
        file_path: Path relative to the landing root as the file system knows it (bytes that are no UTF-8
            as lone surrogates, Python's `surrogateescape`).
        content_sha256: Hex digest of its bytes when it was planned.
        size_bytes: Its size then.
    """

    source_path: str
    file_path: str
    content_sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do.

    Attributes:
        items: New and changed files, in order of `source_path`.
        unchanged: How many items are as the store knows them, rejects included.
        removed: Paths that the store knows and that are no longer there; none from a folder that could not be
            listed.
        rejects: Items refused without reading them as documents, new or changed ones only.
        busy: Paths that changed while they were read: left for the next run.
        vanished: Paths that were listed and gone a moment later.
    """

    items: tuple[Item, ...]
    unchanged: int
    removed: tuple[str, ...]
    rejects: tuple[Reject, ...]
    busy: tuple[str, ...]
    vanished: tuple[str, ...] = ()


def escape(file_path: str) -> str:
    r"""Name a file so that it is one line of valid Unicode, and no two files share a name.

    Bytes that are not UTF-8, control characters, line breaks, backslash and `#` become `\xNN`, one for each
    byte; all else stays.

    >>> escape("two\nlines#1.txt")
    'two\\x0alines\\x231.txt'
    """
    return _UNPRINTABLE.sub(
        lambda match: "".join(f"\\x{byte:02x}" for byte in os.fsencode(match.group())), file_path
    )


def unescape(source_path: str) -> str:
    """Find the file that `escape` named."""
    raw = _ESCAPES.sub(lambda match: bytes([int(match[1], 16)]), source_path.encode("utf-8"))
    return os.fsdecode(raw)


def plan(
    landing_root: Path,
    known: Mapping[str, Known],
    fingerprint: str,
    settings: Settings,
) -> Plan:
    """Walk the landing folder and compare it with what is known.

    Args:
        landing_root: The folder.
        known: What the store holds, by `source_path`.
        fingerprint: Of this run's configuration and version; items read under another are read again.
        settings: `max_document_bytes` decides `too_large`, before anything is read.

    Returns:
        The plan; the same for the same folder, in whatever order the file system lists it.

    Raises:
        ConfigError: The landing root is no folder that can be listed.
    """
    root = os.path.realpath(landing_root)
    found = sorted(_walk(root), key=lambda entry: entry.source_path)
    items: list[Item] = []
    rejects: list[Reject] = []
    busy: list[str] = []
    vanished: list[str] = []
    unchanged = 0
    for entry in found:
        try:
            result = _examine(root, entry, settings)
        except Busy:
            busy.append(entry.source_path)
            continue
        except FileNotFoundError:
            vanished.append(entry.source_path)
            continue
        before = known.get(entry.source_path)
        if before and _is_same(before, result, fingerprint):
            unchanged += 1
        elif isinstance(result, Item):
            items.append(result)
        else:
            rejects.append(result)
    return Plan(
        items=tuple(items),
        unchanged=unchanged,
        removed=_removed(known, found, vanished),
        rejects=tuple(rejects),
        busy=tuple(busy),
        vanished=tuple(vanished),
    )


def read_item(landing_root: Path, item: Item) -> bytes:
    """Fetch the bytes of a planned item.

    Args:
        landing_root: The folder.
        item: What `plan` gave.

    Returns:
        The bytes that were planned.

    Raises:
        Busy: The file is gone, or its bytes are no longer those.
        DocumentError: It cannot be read, or is no regular file any more.
    """
    root = os.path.realpath(landing_root)
    try:
        real = os.path.realpath(os.path.join(root, item.file_path), strict=True)  # noqa: PTH118 - see _walk
        if not _is_inside(real, root):
            raise DocumentError("landing", "outside_landing", _OUTSIDE)
        content = b"".join(_chunks(real, item.size_bytes))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Busy(item.source_path) from error
    except OSError as error:
        raise DocumentError("landing", "unreadable", _os_detail(error)) from error
    if sha256(content).hexdigest() != item.content_sha256:
        raise Busy(item.source_path)
    return content


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the walk found.

    Attributes:
        source_path: Its name in the tables.
        file_path: Relative to the root.
        problem: Why it cannot be a document, as reason and detail; None for a file to look at.
        is_folder: Whether it is a folder that could not be listed.
    """

    source_path: str
    file_path: str
    problem: tuple[str, str] | None = None
    is_folder: bool = False


_OUTSIDE = "a symbolic link leads out of the landing folder; put a copy in its place"
_NOT_REGULAR = "a pipe, socket or device; only regular files are read"
_SUFFIXES = ", ".join(MEDIA_TYPES)


def _walk(root: str) -> Iterator[_Entry]:
    """List all items below the root; folders wait on a list of their own, so depth costs no stack.

    Paths are strings here: `Path` objects would take most of the time of a run that changes nothing.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(os.path.join(root, folder)) as listing:  # noqa: PTH118
                entries = list(listing)
        except OSError as error:
            if not folder:
                raise ConfigError(f"the landing folder cannot be listed: {_os_detail(error)}") from error
            if not isinstance(error, FileNotFoundError):
                yield _Entry(escape(folder) + "/", folder, ("unreadable", _os_detail(error)), is_folder=True)
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
                yield _Entry(escape(path), path)
            else:
                yield _Entry(escape(path), path, ("unsupported_type", _NOT_REGULAR))


def _link(root: str, path: str) -> Iterator[_Entry]:
    """A symbolic link: a file inside the landing folder, nothing at all, or a problem."""
    problem = None
    try:
        real = os.path.realpath(os.path.join(root, path), strict=True)  # noqa: PTH118 - see _walk
    except OSError as error:
        problem = ("unreadable", f"the link leads nowhere: {_os_detail(error)}")
    else:
        if not _is_inside(real, root):
            problem = ("outside_landing", _OUTSIDE)
        elif os.path.isdir(real):  # noqa: PTH112 - see _walk
            return  # read at its own place
        elif not os.path.isfile(real):  # noqa: PTH113 - see _walk
            problem = ("unsupported_type", _NOT_REGULAR)
    yield _Entry(escape(path), path, problem)


def _is_inside(real: str, root: str) -> bool:
    return real == root or real.startswith(root.rstrip("/") + "/")


def _examine(root: str, entry: _Entry, settings: Settings) -> Item | Reject:
    """Decide what an entry is, reading its bytes once for the hash.

    Raises:
        Busy: It changed while it was read.
        FileNotFoundError: It is gone.
    """
    if entry.problem:
        return Reject(entry.source_path, None, None, "landing", *entry.problem)
    path = os.path.join(root, entry.file_path)  # noqa: PTH118 - see _walk
    size = None
    try:
        size = os.stat(path).st_size  # noqa: PTH116 - see _walk
        limit = settings.max_document_bytes
        too_large = f"{size} bytes; the limit is {limit} bytes" if size > limit else None
        media_type, _ = media_type_of(entry.source_path)
        if media_type is None:
            detail = f"no supported suffix; {_SUFFIXES} are, each also with .gz"
            digest = None if too_large else _digest(path, size)
            return Reject(entry.source_path, digest, size, "landing", "unsupported_type", detail)
        if too_large:
            return Reject(entry.source_path, None, size, "landing", "too_large", too_large)
        return Item(entry.source_path, entry.file_path, _digest(path, size), size)
    except FileNotFoundError:
        raise
    except OSError as error:
        return Reject(entry.source_path, None, size, "landing", "unreadable", _os_detail(error))


def _digest(path: str, size: int) -> str:
    """Hash a file in bounded memory."""
    digest = sha256()
    for chunk in _chunks(path, size):
        digest.update(chunk)
    return digest.hexdigest()


def _chunks(path: str, size: int) -> Iterator[bytes]:
    """Read a regular file of a known size.

    It is opened so that a pipe which took the file's place cannot block.

    Raises:
        Busy: Its size is another, or it changed while it was read.
        OSError: It cannot be read; `EINVAL` where it is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "no regular file any more")
        if before.st_size != size:
            raise Busy(path)
        left = size
        while left and (chunk := os.read(descriptor, min(left, _CHUNK))):
            left -= len(chunk)
            yield chunk
        after = os.fstat(descriptor)
        if left or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise Busy(path)
    finally:
        os.close(descriptor)


def _is_same(before: Known, result: Item | Reject, fingerprint: str) -> bool:
    """Whether the store holds this very item, read in the same way.

    An item whose bytes were never read is the same only as long as it is refused now as then.
    """
    if before.fingerprint != fingerprint or before.content_sha256 != result.content_sha256:
        return False
    return before.is_reject or isinstance(result, Item)


def _removed(known: Mapping[str, Known], found: Iterable[_Entry], vanished: Iterable[str]) -> tuple[str, ...]:
    """Known paths that are gone, but for those in folders that could not be listed."""
    there = {entry.source_path for entry in found}.difference(vanished)
    closed = tuple(entry.source_path for entry in found if entry.is_folder)
    return tuple(sorted(path for path in known if path not in there and not path.startswith(closed)))


def _os_detail(error: OSError) -> str:
    """What the operating system said, without the path of this machine."""
    return f"{error.strerror} ({errno.errorcode.get(error.errno or 0, error.errno)})"
