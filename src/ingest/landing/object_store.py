"""The landing folder in an object store: what is there, what is new, and the bytes of that.

An object whose mark (its ETag, else size and time) is as it was when it was last read is not read again.
Whatever is new is fetched while the run is planned, several objects at a time, and waits for the workers in
the run's spool, so that these need no network.  Containers are copied into a file of this machine, one at a
time, and looked into there.  Names are the keys below the folder: a folder and its copy in an object store
give the same tables.
"""

from __future__ import annotations

import errno
import shutil
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING

from ingest.containers.archives import is_skipped
from ingest.containers.index import Contents
from ingest.decode import container_type_of
from ingest.errors import ConfigError, LandingError, StoreError
from ingest.events import tell
from ingest.items import Busy, Item, ObjectState, escape
from ingest.landing import Findings, as_before, problem_of
from ingest.objects import NO_ROOM, ObjectFolder, Unreachable
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from ingest.containers.index import Look, Spool
    from ingest.items import Before
    from ingest.landing import Plan
    from ingest.objects import ObjectInfo
    from ingest.settings import Settings

_AT_ONCE = 16
"""Objects that are fetched at a time."""
_AHEAD_BYTES = 64 << 20
"""Bytes that are fetched before they are looked at, at most; and one object more."""
_MAKE_ROOM = "make room there, or bring less at a time; the tables are as they were"


def plan(url: str, before: Before, settings: Settings, spool: Spool, look: Look) -> Plan:
    """List the folder and compare it with what is known; fetch what is new.

    Args:
        url: The folder.
        before: What the store of the tables knows.
        settings: `max_document_bytes` decides `too_large`, before anything is read.
        spool: Where new items go.
        look: Looks into containers, and puts their new items there too.

    Returns:
        The plan; the same for the same objects.

    Raises:
        ConfigError: There is no such folder, it may not be listed, or nothing lies in it.
        LandingError: The object store cannot be reached.
        StoreError: This machine has no room for what is new.
    """
    try:
        folder = ObjectFolder(url)  # some kinds of store are called at once
    except Unreachable as error:
        raise _gone(url, error) from error
    walk = _Walk(folder, before, settings, spool, look)
    found = walk.found()
    walk.find_room(found)
    findings = Findings()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        try:
            for info, content in walk.ahead(found, threads):
                walk.look(info, content, findings)
        finally:
            threads.shutdown(cancel_futures=True)
    return findings.plan(before, map(_path_of, found))


class _Walk:
    """One look at all objects."""

    def __init__(
        self, folder: ObjectFolder, before: Before, settings: Settings, spool: Spool, look: Look
    ) -> None:
        self._folder = folder
        self._before = before
        self._settings = settings
        self._spool = spool
        self._look_into = look
        self._copy = spool.path.with_name("container.copy")

    def found(self) -> list[ObjectInfo]:
        """All objects that may be documents, in order of their names."""
        url = self._folder.url
        try:
            found = [info for info in self._folder.list() if not is_skipped(info.name)]
            if not found:
                self._folder.knock()
        except FileNotFoundError as error:
            raise ConfigError(
                f"the landing folder {url} cannot be listed: there is no such bucket"
            ) from error
        except PermissionError as error:
            raise ConfigError(f"the landing folder {url} cannot be listed: {error}") from error
        except Unreachable as error:
            raise _gone(url, error) from error
        if not found:  # a folder without anything in it is none: perhaps its name is misspelt
            raise ConfigError(f"nothing lies in the landing folder {url}; name the one with the documents")
        return sorted(found, key=_path_of)

    def find_room(self, found: Sequence[ObjectInfo]) -> None:
        """Tell what is to be fetched, and make sure that there is room for it, before anything is.

        Raises:
            StoreError: There is not.
        """
        new = [info.size_bytes for info in found if self._is_wanted(info)]
        containers = [info.size_bytes for info in found if self._is_unread_container(info)]
        if not new and not containers:
            return
        folder = self._spool.path.parent
        needed, free = sum(new) + max(containers, default=0), shutil.disk_usage(folder).free
        tell(
            "fetching",
            f"{len(new) + len(containers)} new objects of {_in_mb(sum(new) + sum(containers))} to fetch, for "
            f"which {folder} needs {_in_mb(needed)} or more and has {_in_mb(free)}",
            objects=len(new) + len(containers),
            fetched_bytes=sum(new) + sum(containers),
            needed_bytes=needed,
            free_bytes=free,
        )
        if needed > free:
            raise StoreError(
                f"{self._folder.url} holds new documents for which {folder} needs {_in_mb(needed)} at least, "
                f"and has {_in_mb(free)}; {_MAKE_ROOM}"
            )

    def ahead(
        self, found: Sequence[ObjectInfo], threads: ThreadPoolExecutor
    ) -> Iterator[tuple[ObjectInfo, Future[bytes] | None]]:
        """Give the objects in order, those that have to be read with their content on its way."""
        waiting: deque[tuple[ObjectInfo, Future[bytes] | None]] = deque()
        size = 0
        for info in found:
            content = threads.submit(self._folder.read, info.name) if self._is_wanted(info) else None
            size += info.size_bytes if content else 0
            waiting.append((info, content))
            while waiting and (size > _AHEAD_BYTES or len(waiting) > 2 * _AT_ONCE):
                first = waiting.popleft()
                size -= first[0].size_bytes if first[1] else 0
                yield first
        yield from waiting

    def look(self, info: ObjectInfo, content: Future[bytes] | None, findings: Findings) -> None:
        """Look at one object, and at its content where it has to be read."""
        path = _path_of(info)
        try:
            contents, digest = self._contents(info, content)
        except Busy:
            self._leave(path, findings)
        except FileNotFoundError:
            findings.vanished.append(path)
        except PermissionError as error:
            detail = f"{error.strerror or 'Permission denied'} ({errno.errorcode[errno.EACCES]})"
            reject = Reject(path, None, info.size_bytes, "landing", "unreadable", " ".join(detail.split()))
            findings.add(as_before(reject, self._before) or Contents(rejects=[reject]))
        except Unreachable as error:
            self._check(info, error)
            self._leave(path, findings)
        else:
            findings.add(contents)
            if digest is not None and info.mark is not None:
                findings.objects.append(ObjectState(path, info.mark, digest))

    def _leave(self, path: str, findings: Findings) -> None:
        """Leave an object for the next run; what is remembered of it stays."""
        findings.busy.append(path)
        if state := self._before.objects.get(path):
            findings.objects.append(state)

    def _is_wanted(self, info: ObjectInfo) -> bool:
        """Whether an object has to be read, and is no container."""
        path = _path_of(info)
        if container_type_of(path)[0] is not None or info.size_bytes > self._settings.max_document_bytes:
            return False
        known = self._unread(info)
        return known is None or as_before(known, self._before) is None

    def _is_unread_container(self, info: ObjectInfo) -> bool:
        """Whether an object is a container that has to be looked into."""
        if container_type_of(_path_of(info))[0] is None:
            return False
        known = self._unread(info)
        return known is None or as_before(known, self._before) is None

    def _unread(self, info: ObjectInfo) -> Item | Reject | None:
        """What is known of an object without reading it; None where it has to be read."""
        path = _path_of(info)
        problem = problem_of(path, info.size_bytes, self._settings)
        if problem is not None and info.size_bytes > self._settings.max_document_bytes:
            return Reject(path, None, info.size_bytes, "landing", *problem)
        state = self._before.objects.get(path)
        if state is None or state.mark != info.mark:
            return None
        return self._result(info, state.content_sha256)

    def _result(self, info: ObjectInfo, digest: str) -> Item | Reject:
        path = _path_of(info)
        problem = problem_of(path, info.size_bytes, self._settings)
        if problem is not None:
            return Reject(path, digest, info.size_bytes, "landing", *problem)
        return Item(path, path, digest, info.size_bytes)

    def _contents(self, info: ObjectInfo, content: Future[bytes] | None) -> tuple[Contents, str | None]:
        """What an object holds that is new, and the hash of its bytes; none where they were never read."""
        known = self._unread(info)
        unchanged = None if known is None else as_before(known, self._before)
        if known is not None and unchanged is not None:
            return unchanged, known.content_sha256
        if container_type_of(_path_of(info))[0] is not None:
            return self._container(info)
        if content is None:
            assert isinstance(known, Reject)  # too large
            return Contents(rejects=[known]), None
        read = content.result()
        self._check_size(info, len(read))
        result = self._result(info, sha256(read).hexdigest())
        if unchanged := as_before(result, self._before):
            return unchanged, result.content_sha256
        if isinstance(result, Reject):
            return Contents(rejects=[result]), result.content_sha256
        item = replace(result, offset=self._spool.append(read), is_spooled=True)
        return Contents(items=[item]), item.content_sha256

    def _container(self, info: ObjectInfo) -> tuple[Contents, str]:
        """Copy a container here, and look into it unless its bytes are as they were."""
        try:
            self._folder.download(info.name, self._copy)
            self._check_size(info, self._copy.stat().st_size)
            with self._copy.open("rb") as file:
                digest = file_digest(file, "sha256").hexdigest()
            item = Item(_path_of(info), _path_of(info), digest, info.size_bytes)
            unchanged = as_before(item, self._before)
            if unchanged is not None:
                return unchanged, digest
            return self._look_into(str(self._copy), item), digest
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            raise StoreError(
                f"{_path_of(info)} of {_in_mb(info.size_bytes)} cannot be copied into {self._copy.parent}: "
                f"{error.strerror}; {_MAKE_ROOM}"
            ) from error
        finally:
            self._copy.unlink(missing_ok=True)

    def _check_size(self, info: ObjectInfo, size: int) -> None:
        """Make sure that what was read is as long as it was listed.

        An object that was replaced by one of the same length is read as it is now.  It has another mark than
        the one that is remembered, so the next run looks at it again.

        Raises:
            Busy: It is not.
        """
        if size != info.size_bytes:
            raise Busy(info.name)

    def _check(self, info: ObjectInfo, error: Unreachable) -> None:
        """Make sure that the store answers still, and that only this object could not be read.

        Raises:
            LandingError: It does not.
        """
        try:
            self._folder.info(info.name)
        except Unreachable:
            raise _gone(self._folder.url, error) from error
        except OSError:
            return


def _gone(url: str, error: Unreachable) -> LandingError:
    return LandingError(f"{url} cannot be reached: {error.strerror}; the tables are as they were")


def _in_mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def _path_of(info: ObjectInfo) -> str:
    return escape(info.name)
