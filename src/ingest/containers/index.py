"""What is new in a container: its items compared with what the store knows of them."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO

from ingest.containers import read_container
from ingest.containers.entries import Budget, Source
from ingest.decode import container_type_of
from ingest.decode.fields import load_fields
from ingest.errors import ConfigError, DocumentError, os_detail
from ingest.items import KEY_SEPARATOR, Busy, Container, Item, is_same
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.containers.entries import Entry
    from ingest.items import Before
    from ingest.settings import Settings


class Spool:
    """A file for the items of packed containers: unpacked once, in the plan, and read by the workers.

    Attributes:
        path: The file.
        takes_all: Whether it takes all items, for workers cannot read the landing folder.
    """

    def __init__(self, path: Path, *, takes_all: bool = False) -> None:
        self.path = path
        self.takes_all = takes_all
        self._file: BinaryIO | None = None
        self._size = 0

    def append(self, content: bytes) -> int:
        """Add an item; give the place where it begins."""
        if self._file is None:
            self._file = self.path.open("wb")
        self._file.write(content)
        self._size += len(content)
        return self._size - len(content)

    def close(self) -> None:
        """Write what is still in memory."""
        if self._file is not None:
            self._file.close()


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


def look_into(path: str, container: Item, before: Before, settings: Settings, spool: Spool) -> Contents:
    """Read through a container once; memory holds one item, and the index.

    Args:
        path: The file.
        container: Its name, hash and size.
        before: What the store knows.
        settings: Limits and names of fields.
        spool: Where the bytes of changed items go that stand nowhere in the file as they are.

    Returns:
        Its contents.

    Raises:
        Busy: The file is another than the one that was hashed.
        OSError: It cannot be opened, or the spool cannot be written.
        ConfigError: The user's names of fields are wrong.
    """
    index = _Index(container, before, spool)
    limit = settings.max_document_bytes
    with _open(path, container.size_bytes) as file:
        status = os.fstat(file.fileno())
        budget = Budget(container.size_bytes, limit)
        source = Source(
            file, container.size_bytes, limit, budget, load_fields(settings.fields_path), is_plain=True
        )
        entries = read_container(source, *_kind(container.source_path))
        entry, broken = _next(entries)
        while entry is not None:
            index.add(entry)
            entry, broken = _next(entries)
        if broken is not None:
            index.refuse_container(broken.reason, broken.detail)
        now = os.fstat(file.fileno())
        if (now.st_size, now.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
            raise Busy(container.source_path)
    index.close(broken)
    return index.contents


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


class _Index:
    """The contents of one container, entry by entry."""

    def __init__(self, container: Item, before: Before, spool: Spool) -> None:
        self.contents = Contents()
        self._container = container
        self._before = before
        self._spool = spool
        self._names = _Names(container.source_path)

    def add(self, entry: Entry) -> None:
        name = self._names.give(entry.key)
        if entry.content is None:
            assert entry.problem is not None
            self._refuse(name, entry.size_bytes, *entry.problem)
            return
        digest = sha256(entry.content).hexdigest()
        item = Item(name, self._container.file_path, digest, len(entry.content), entry.offset)
        if self._is_new(item):
            if item.offset is None or self._spool.takes_all:
                item = replace(item, offset=self._spool.append(entry.content), is_spooled=True)
            self.contents.items.append(item)

    def refuse_container(self, reason: str, detail: str) -> None:
        self._refuse(self._names.own(), self._container.size_bytes, reason, detail)

    def close(self, broken: DocumentError | None) -> None:
        """What is known of a container that breaks off may stand behind the break: nothing is withdrawn."""
        given = self._names.given
        if not given:
            self.refuse_container("empty", "the container holds no document")
        if broken is None:
            known = self._before.inside(self._container.source_path)
            self.contents.withdrawn = tuple(sorted(name for name in known if name not in given))
        if broken is None or broken.reason != "missing_extra":
            container, fingerprint = self._container, self._before.fingerprint
            self.contents.state = Container(
                container.source_path, container.content_sha256, fingerprint, len(given)
            )

    def _refuse(self, source_path: str, size: int | None, reason: str, detail: str) -> None:
        reject = Reject(source_path, None, size, "landing", reason, detail)
        if self._is_new(reject):
            self.contents.rejects.append(reject)

    def _is_new(self, result: Item | Reject) -> bool:
        known = self._before.items.get(result.source_path)
        if known is None or not is_same(known, result, self._before):
            return True
        self.contents.unchanged += 1
        return False


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


def _open(path: str, size: int) -> BinaryIO:
    """Open a regular file of a known size; a pipe that took its place cannot block."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=1 << 20)
    status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode) and status.st_size == size:
        return file
    file.close()
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "no regular file any more")
    raise Busy(path)
