"""What is new in a container: its items compared with what the store knows of them."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from ingest.containers import read_container
from ingest.containers.entries import Budget, Source
from ingest.decode import container_type_of
from ingest.decode.fields import load_fields
from ingest.decode.media import KEY_SEPARATOR
from ingest.errors import ConfigError, DocumentError, os_detail
from ingest.items import Busy, Container, Item, is_same
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from ingest.containers.entries import Entry
    from ingest.items import Before
    from ingest.settings import Settings


class Spool:
    """A file for the items of packed containers: unpacked once, in the plan, and read by the workers.

    Attributes:
        path: The file.
        takes_all: Whether it takes all items, for workers cannot read the landing folder.
        size_bytes: Up to where it is taken; what stands behind is of no worth.
    """

    def __init__(self, path: Path, *, takes_all: bool = False, size_bytes: int = 0) -> None:
        self.path = path
        self.takes_all = takes_all
        self.size_bytes = size_bytes
        self._file: FileIO | None = None

    def append(self, content: bytes) -> int:
        """Add an item; give the place where it begins."""
        if self._file is None:  # without a buffer: another process may read it, or go on after this one
            self._file = open(self.path, "ab", buffering=0)  # noqa: PTH123, SIM115 - see `close`
            self._file.truncate(self.size_bytes)
        begins_at = self.size_bytes
        while content:
            written = self._file.write(content)
            self.size_bytes += written
            content = content[written:]
        return begins_at

    def close(self) -> None:
        """Let go of the file, until more is added."""
        if self._file is not None:
            self._file.close()
            self._file = None


@dataclass(slots=True)
class Contents:
    """What a container holds, against what is known.

    Attributes:
        items: New and changed items.
        rejects: Items refused unread, and what is wrong with the container itself; new ones only.
        unchanged: How many items are as the store knows them.
        withdrawn: Known items that are no longer there; none where the container breaks off.
        state: What to remember of it; None where it has to be looked into again next time.
    """

    items: list[Item] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    unchanged: int = 0
    withdrawn: tuple[str, ...] = ()
    state: Container | None = None


Look = Callable[[str, Item], Contents]
"""What looks into a container for the plan, given its file, and its name, hash and size."""

Watch = Callable[[int], None]
"""Is told, whenever a container is read on, how many of its entries have come out."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where to take a container for broken, for whoever reads on there is lost.

    Attributes:
        entries: How many of its entries come before.
        reason: A code of `reasons.REASONS`.
        detail: The same in words.
    """

    entries: int
    reason: str
    detail: str


def _unwatched(_entries: int) -> None:
    """Nobody wants to know how far a reader is."""


class Inventory:
    """A container that is looked into once, from front to back; memory holds one item, and their names.

    Attributes:
        closing: What is left to say of it when all its items have been given: counts, what it holds no
            longer, what to remember.
        spool: Where the bytes of changed items go that stand nowhere in the file as they are.
    """

    def __init__(self, path: str, container: Item, before: Before, settings: Settings, spool: Spool) -> None:
        """Say what to look into.

        Args:
            path: The file.
            container: Its name, hash and size.
            before: What the store knows.
            settings: Limits and names of fields.
            spool: Where the bytes of changed items go that stand nowhere in the file as they are.
        """
        self.closing = Contents()
        self._path = path
        self._container = container
        self._before = before
        self._settings = settings
        self.spool = spool
        self._names = _Names(container.source_path)

    def items(self, broken_at: Break | None = None, watch: Watch = _unwatched) -> Iterator[Item | Reject]:
        """Give its new and changed items, and those that are refused unread.

        Args:
            broken_at: Where to stop as if it broke off there.
            watch: Is told how far it is.

        Yields:
            Items in order; last, what is wrong with the container itself.

        Raises:
            Busy: The file is another than the one that was hashed.
            OSError: It cannot be opened, or the spool cannot be written.
            ConfigError: The user's names of fields are wrong.
        """
        count = 0
        with _open(self._path, self._container.size_bytes, lambda: watch(count)) as file:
            status = os.fstat(file.fileno())
            entries = read_container(self._source(file), *_kind(self._container.source_path))
            if broken_at is not None:
                entries = _up_to(broken_at, entries)
            entry, broken = _next(entries)
            while entry is not None:
                count += 1
                result = self._result(entry)
                if self._is_new(result):
                    yield self._kept(result, entry)
                watch(count)
                entry, broken = _next(entries)
            if broken is not None:
                yield from self._refused(broken.reason, broken.detail)
            now = os.fstat(file.fileno())
            if (now.st_size, now.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
                raise Busy(self._container.source_path)
        yield from self._close(broken)

    def _source(self, file: BinaryIO) -> Source:
        size, limit = self._container.size_bytes, self._settings.max_document_bytes
        fields = load_fields(self._settings.fields_path)
        return Source(file, size, limit, Budget(size, limit), fields, is_plain=True)

    def _result(self, entry: Entry) -> Item | Reject:
        name = self._names.give(entry.key)
        if entry.content is None:
            assert entry.problem is not None
            return Reject(name, None, entry.size_bytes, "landing", *entry.problem)
        digest = sha256(entry.content).hexdigest()
        return Item(name, self._container.file_path, digest, len(entry.content), entry.offset)

    def _is_new(self, result: Item | Reject) -> bool:
        known = self._before.items.get(result.source_path)
        if known is None or not is_same(known, result, self._before):
            return True
        self.closing.unchanged += 1
        return False

    def _kept(self, result: Item | Reject, entry: Entry) -> Item | Reject:
        """Put an item into the spool where a worker would not find its bytes elsewhere."""
        if entry.content is None or isinstance(result, Reject):
            return result
        if result.offset is not None and not self.spool.takes_all:
            return result
        return replace(result, offset=self.spool.append(entry.content), is_spooled=True)

    def _refused(self, reason: str, detail: str) -> Iterator[Reject]:
        """Refuse the container itself, unless that is known."""
        reject = Reject(self._names.own(), None, self._container.size_bytes, "landing", reason, detail)
        if self._is_new(reject):
            yield reject

    def _close(self, broken: DocumentError | None) -> Iterator[Reject]:
        """What is known of a container that breaks off may stand behind the break: nothing is withdrawn."""
        container, given = self._container, self._names.given
        if not given:
            yield from self._refused("empty", "the container holds no document")
        if broken is None:
            known = self._before.inside(container.source_path)
            self.closing.withdrawn = tuple(sorted(name for name in known if name not in given))
        if broken is None or broken.reason != "missing_extra":
            self.closing.state = Container(
                container.source_path, container.content_sha256, self._before.fingerprint, len(given)
            )


def look_into(inventory: Inventory, broken_at: Break | None = None) -> Contents:
    """Look into a container in this process; errors as for `Inventory.items`."""
    contents = inventory.closing
    for found in inventory.items(broken_at):
        if isinstance(found, Item):
            contents.items.append(found)
        else:
            contents.rejects.append(found)
    return contents


def _up_to(broken_at: Break, entries: Iterator[Entry]) -> Iterator[Entry]:
    """The entries before a break, then the error that stands for it."""
    yield from islice(entries, broken_at.entries)
    raise DocumentError("landing", broken_at.reason, broken_at.detail)


def _next(entries: Iterator[Entry]) -> tuple[Entry | None, DocumentError | None]:
    """The next entry of a container; None where there is no more, and why it breaks off, if it does.

    This is the plan's edge: whatever a reader meets in a container costs that container alone.
    """
    try:
        return next(entries, None), None
    except DocumentError as error:
        return None, error
    except (ConfigError, Busy):
        raise
    except OSError as error:
        return None, DocumentError("landing", "unreadable", os_detail(error))
    except MemoryError:
        return None, DocumentError("landing", "out_of_memory", "needs more memory to look into than there is")
    except Exception as error:  # noqa: BLE001 - see above
        return None, DocumentError("landing", "exception", f"{type(error).__name__}: {error}")


class _Names:
    """The names of a container's items: each once, whatever the keys are."""

    def __init__(self, container: str) -> None:
        self.given: set[str] = set()
        self._container = container
        self._next: dict[str, int] = {}

    def own(self) -> str:
        self.given.add(self._container)
        return self._container

    def give(self, key: str) -> str:
        name = first = f"{self._container}{KEY_SEPARATOR}{key}"
        while name in self.given:
            self._next[first] = self._next.get(first, 1) + 1
            name = f"{first}~{self._next[first]}"
        self.given.add(name)
        return name


def _kind(source_path: str) -> tuple[str, bool]:
    media_type, is_gzip = container_type_of(source_path)
    assert media_type is not None
    return media_type, is_gzip


class _Watched(io.FileIO):
    """A file that tells of each read."""

    def __init__(self, descriptor: int, on_read: Callable[[], None]) -> None:
        super().__init__(descriptor)
        self._on_read = on_read

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._on_read()
        return super().readinto(buffer)


def _open(path: str, size: int, on_read: Callable[[], None]) -> BinaryIO:
    """Open a regular file of a known size; a pipe that took its place cannot block."""
    raw = _Watched(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), on_read)
    status = os.fstat(raw.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size == size:
        return io.BufferedReader(raw, 1 << 20)
    raw.close()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "no regular file any more")
    raise Busy(path)
