"""The landing folder: what is there, what is new, and the bytes of one item.

`plan` walks the folder once and compares content hashes with what the store knows, for a container
those of its items; a file that is as it was when it was hashed is not read again (`landing.remembered`).
`read_item` fetches one planned item again, in the worker.  Neither opens anything but regular files, and
neither follows a link out of the folder.

What is skipped in silence, because nobody means it as a document: names that begin with a dot, and the
temporary files of editors, browsers, office programs and copying tools (`TEMPORARY`).  Links to folders
inside the landing folder are not followed: what they lead to is read at its own place, so loops cannot
arise.  Everything else is a document, a reject, or busy.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from hashlib import sha256
from itertools import compress
from typing import TYPE_CHECKING

from ingest.containers.index import Contents
from ingest.decode import CONTAINER_TYPES, MEDIA_TYPES, container_type_of, media_type_of
from ingest.errors import DocumentError, LandingError, os_detail
from ingest.garbage import without_collection
from ingest.items import Busy, Item, container_of, is_same
from ingest.landing.regular_files import hashed, size_of, stretch, whole
from ingest.landing.remembered import Remembered, state_of
from ingest.landing.walk import OUTSIDE, is_inside, walk
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from ingest.containers.index import Look
    from ingest.items import Before, Container, Known, ObjectState
    from ingest.landing.remembered import FileState
    from ingest.landing.walk import Entry
    from ingest.settings import Settings

_UNCHANGED = Contents(unchanged=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run has to do.

    Attributes:
        items: New and changed documents, in order of `source_path`, those of a container together.
        unchanged: How many items are as the store knows them, rejects included.
        removed: Paths that the store knows and that are no longer there; none from a folder that could not be
            listed.
        rejects: Items refused without reading them as documents, new or changed ones only.
        busy: Paths that changed while they were read: left for the next run.
        vanished: Paths that were listed and gone a moment later.
        withdrawn: Paths that the store knows in containers that hold them no longer.
        containers: What to remember of the containers that are there.
        objects: What to remember of objects, where the folder lies in an object store.
        files: What to remember of files that were hashed.
    """

    items: tuple[Item, ...]
    unchanged: int
    removed: tuple[str, ...]
    rejects: tuple[Reject, ...]
    busy: tuple[str, ...]
    vanished: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    containers: tuple[Container, ...] = ()
    objects: tuple[ObjectState, ...] = ()
    files: tuple[FileState, ...] = ()

    def check_prune(self) -> None:
        """Refuse to take everything out: a folder that is not mounted is empty, too.

        Raises:
            LandingError: All that the store knows is gone, and nothing else lies there.
        """
        if self.removed and not (self.items or self.unchanged or self.rejects or self.busy):
            raise LandingError(
                f"the landing folder holds nothing, and --prune would take all {len(self.removed)} out; "
                "see that it is the right one, and mounted, or remove the curated folder to begin anew"
            )


@without_collection
def plan(
    landing_root: Path, before: Before, settings: Settings, look: Look, remembered: Remembered | None = None
) -> Plan:
    """Walk the landing folder and compare it with what is known.

    Args:
        landing_root: The folder.
        before: What the store knows.
        settings: `max_document_bytes` decides `too_large`, before anything is read.
        look: Looks into containers.
        remembered: Files whose bytes `before` knows as long as they are as they were; by default none.

    Returns:
        The plan; the same for the same folder, in whatever order the file system lists it.

    Raises:
        ConfigError: The landing root is no folder that can be listed.
    """
    root = os.path.realpath(landing_root)
    looking = _Looking(root, before, settings, look)
    findings = looking.findings
    found = list(walk(root))
    same, settled = (remembered or Remembered()).same(found, (before.fingerprint, before.kept))
    findings.unchanged = sum(settled)  # most files, to which nothing more is done
    others = compress(zip(found, same, strict=True), (not one for one in settled))
    for entry, is_as_it_was in sorted(others):
        try:
            findings.add(looking.compare(entry, is_as_it_was=is_as_it_was))
        except Busy:
            findings.busy.append(entry.source_path)
        except FileNotFoundError:
            findings.vanished.append(entry.source_path)
    there = (entry.source_path for entry in found)
    return findings.plan(before, there, tuple(entry.source_path for entry in found if entry.is_folder))


class Findings:
    """What has been found so far."""

    def __init__(self) -> None:
        self.busy: list[str] = []
        self.vanished: list[str] = []
        self.objects: list[ObjectState] = []
        self.files: list[FileState] = []
        self.unchanged = 0
        self._items: list[Item] = []
        self._rejects: list[Reject] = []
        self._withdrawn: list[str] = []
        self._states: list[Container] = []

    def add(self, contents: Contents) -> None:
        """Take what one file holds."""
        self._items += contents.items
        self._rejects += contents.rejects
        self.unchanged += contents.unchanged
        self._withdrawn += contents.withdrawn
        self._states += [contents.state] if contents.state else []

    def plan(self, before: Before, there: Iterable[str], closed: tuple[str, ...] = ()) -> Plan:
        """Make the plan.

        Args:
            before: What the store knows.
            there: Names of all files that were found.
            closed: Names of folders that could not be listed.
        """
        return Plan(
            items=tuple(self._items),
            unchanged=self.unchanged,
            removed=_removed(before.items, set(there).difference(self.vanished), closed),
            rejects=tuple(self._rejects),
            busy=tuple(self.busy),
            vanished=tuple(self.vanished),
            withdrawn=tuple(self._withdrawn),
            containers=tuple(self._states),
            objects=tuple(self.objects),
            files=tuple(self.files),
        )


class _Looking:
    """One look at all files.

    Attributes:
        findings: What has been found so far.
    """

    def __init__(self, root: str, before: Before, settings: Settings, look: Look) -> None:
        self.findings = Findings()
        self._root = root
        self._before = before
        self._settings = settings
        self._look = look
        self._now_ns = time.time_ns()

    def compare(self, entry: Entry, *, is_as_it_was: bool) -> Contents:
        """What is new in one file.

        Raises:
            Busy: It changed while it was read.
            FileNotFoundError: It is gone.
        """
        path = f"{self._root}/{entry.file_path}"
        result = self._examine(path, entry, is_as_it_was=is_as_it_was)
        if result is None:
            return _UNCHANGED
        if unchanged := as_before(result, self._before):
            return unchanged
        if isinstance(result, Reject):
            return Contents(rejects=[result])
        if container_type_of(result.source_path)[0] is None:
            return Contents(items=[result])
        return self._look(path, result)

    def _examine(self, path: str, entry: Entry, *, is_as_it_was: bool) -> Item | Reject | None:
        """Decide what an entry is, by the hash of its bytes.

        Returns:
            None for a document that is as the store knows it, for most files are.

        Raises:
            Busy: It changed while it was read.
            FileNotFoundError: It is gone.
        """
        name = entry.source_path
        if entry.problem:
            return Reject(name, None, None, "landing", *entry.problem)
        known = self._before.items.get(name)
        try:
            size, digest = self._known(entry) if is_as_it_was else self._hashed(path, entry)
        except FileNotFoundError:
            raise
        except OSError as error:
            return Reject(name, None, size_of(path), "landing", "unreadable", os_detail(error))
        is_current = known and not known.is_reject and self._before.is_current(known)
        if known and is_current and known.content_sha256 == digest:
            return None
        problem = problem_of(name, size, self._settings)
        if problem is None:
            assert digest is not None
            return Item(name, entry.file_path, digest, size)
        return Reject(name, digest, size, "landing", *problem)

    def _known(self, entry: Entry) -> tuple[int, str | None]:
        """The size of a file that is as it was, and its hash; none where it is too large by now."""
        assert entry.standing is not None
        size, name = entry.standing[1], entry.source_path
        if size > self._settings.max_document_bytes and container_type_of(name)[0] is None:
            return size, None
        known = self._before.items.get(name)
        digest = known.content_sha256 if known else None
        return size, digest or self._before.containers[name].content_sha256

    def _hashed(self, path: str, entry: Entry) -> tuple[int, str | None]:
        """The size and the hash of a file, which is read once; no hash where it is too large."""
        name = entry.source_path
        state, digest = hashed(path, self._settings.max_document_bytes)
        if digest is None and container_type_of(name)[0] is not None:  # its items have limits
            state, digest = hashed(path)
        if digest is not None and entry.standing is not None:
            settled = state_of(name, state, digest, self._now_ns)
            self.findings.files += [settled] if settled else []
        return state.st_size, digest


def as_before(result: Item | Reject, before: Before) -> Contents | None:
    """What a file holds if that is what the store knows of it; None if something is new."""
    path = result.source_path
    known = before.items.get(path)
    if known and not known.is_reject:  # a document: most files are
        return Contents(unchanged=1) if is_same(known, result, before) else None
    if isinstance(result, Item) and container_type_of(path)[0] is not None:
        state = before.containers.get(path)
        same = state and (state.content_sha256, state.fingerprint) == (
            result.content_sha256,
            before.fingerprint,
        )
        if state and same and all(before.is_current(before.items[one]) for one in before.inside(path)):
            return Contents(unchanged=state.item_count, state=state)
        return None
    return Contents(unchanged=1) if known and is_same(known, result, before) else None


def read_item(landing_root: Path, item: Item, spool_path: Path | None = None) -> bytes:
    """Fetch the bytes of a planned item.

    Args:
        landing_root: The folder.
        item: What `plan` gave.
        spool_path: The run's spool, for items that wait there.

    Returns:
        The bytes that were planned.

    Raises:
        Busy: The file is gone, or its bytes are no longer those.
        DocumentError: It cannot be read, or is no regular file any more.
    """
    root = os.path.realpath(landing_root)
    try:
        if item.is_spooled:
            assert spool_path is not None
            content = stretch(str(spool_path), item.offset or 0, item.size_bytes)
        else:
            real = os.path.realpath(os.path.join(root, item.file_path), strict=True)  # noqa: PTH118 - as walked
            if not is_inside(real, root):
                raise DocumentError("landing", "outside_landing", OUTSIDE)
            if item.offset is None:
                content = whole(real, item.size_bytes)
            else:
                content = stretch(real, item.offset, item.size_bytes)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise Busy(item.source_path) from error
    except OSError as error:
        raise DocumentError("landing", "unreadable", os_detail(error)) from error
    if sha256(content).hexdigest() != item.content_sha256:
        raise Busy(item.source_path)
    return content


_SUFFIXES = ", ".join((*MEDIA_TYPES, *CONTAINER_TYPES))


def problem_of(source_path: str, size: int, settings: Settings) -> tuple[str, str] | None:
    """Why a file of this name and size is refused unread, as reason and detail; None where it is not."""
    if media_type_of(source_path)[0] is None:
        if container_type_of(source_path)[0] is not None:  # its items have limits
            return None
        return "unsupported_type", f"no supported suffix; {_SUFFIXES} are, each also with .gz"
    limit = settings.max_document_bytes
    return ("too_large", f"{size} bytes; the limit is {limit} bytes") if size > limit else None


def _removed(known: Mapping[str, Known], there: AbstractSet[str], closed: tuple[str, ...]) -> tuple[str, ...]:
    """Known paths that are gone, but for those in folders that could not be listed."""
    return tuple(
        sorted(
            path
            for path in known
            if path not in there and container_of(path) not in there and not path.startswith(closed)
        )
    )
