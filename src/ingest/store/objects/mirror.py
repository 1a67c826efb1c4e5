"""Tables in an object store, where there are no links: each snapshot is mirrored from a cache folder.

The run works on an ordinary curated folder, its cache, and brings what it published into the store:

<table>/part-*.parquet, <table>/_delta_log/   one Delta Lake table for each public table
_ingest/state/<table>/part-*.parquet          the store's own tables
_ingest/snapshots/000042.json                 the manifest of a snapshot, with the version of each table
_ingest/lock.json                             held by the writer (`ingest.store.objects.lease`)

First the parts, then a commit for each table that changed, then the manifest: it is written only if there is
none of that number, and makes the snapshot visible as one whole.  A push that was broken off at whatever
place is simply done again, for each step looks at what is there.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import secrets
import shutil
import socket
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import file_digest
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import StoreError
from ingest.events import tell
from ingest.objects import ObjectFolder
from ingest.store.files import (
    NOTHING,
    Manifest,
    current_number,
    link_tables,
    numbers,
    point_to,
    pointer,
    snapshot_folder,
    snapshots_folder,
    staging_folder,
    sync,
)
from ingest.store.objects.lease import Lease
from ingest.tables import TABLES, table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from ingest.tables.parts import Part

SNAPSHOTS = "_ingest/snapshots"
STATE = "_ingest/state"
_PUSHED = "pushed"
_AT_ONCE = 8
"""Objects on their way at a time."""
_LOG_ENTRY = re.compile(r"([^/]+)/_delta_log/(\d{20})\.json")
_PART = re.compile(rf"(?:{STATE}/)?([^/]+)/part-[0-9a-f]{{16}}\.parquet")


def object_name(name: str, part: Part) -> str:
    """Name of a table's part in the store."""
    return f"{STATE}/{name}/{part.name}" if name.startswith("_") else f"{name}/{part.name}"


@contextlib.contextmanager
def mirrored(url: str, cache: Path, keep_snapshots: int) -> Iterator[Mirror]:
    """Hold the folder of an object store, and make it and its cache one.

    Args:
        url: The folder.
        cache: A curated folder that this process holds.
        keep_snapshots: Snapshots that stay in the store.

    Raises:
        StoreError: Another run holds it, or it cannot be reached.
        ConfigError: A library is missing.
    """
    folder = ObjectFolder(url)
    with contextlib.ExitStack() as stack:
        with reached(url):
            lease = stack.enter_context(Lease(folder, _owner(cache)))
        mirror = Mirror(folder, cache, keep_snapshots, lease)
        mirror.settle()
        yield mirror


def _owner(cache: Path) -> str:
    """A name for the cache of this machine; made once."""
    path = snapshots_folder(cache) / "owner"
    if not path.exists():
        path.write_text(secrets.token_hex(8), encoding="ascii")
    return f"{path.read_text(encoding='ascii')} {socket.gethostname()}"


class Mirror:
    """A cache folder and the folder of an object store that follows it."""

    def __init__(self, folder: ObjectFolder, cache: Path, keep_snapshots: int, lease: Lease) -> None:
        self.url = folder.url
        self.folder = folder
        self._cache = cache
        self._keep = keep_snapshots
        self._lease = lease

    def latest(self) -> Manifest | None:
        """The newest snapshot of the store; None before the first."""
        with reached(self.url):
            there = snapshot_numbers(self.folder)
            return read_manifest(self.folder, there[-1]) if there else None

    def settle(self) -> None:
        """Make cache and store hold the same snapshot: what is newer in the store wins.

        What an earlier run published into the cache and could not bring into the store is brought there now.

        Raises:
            StoreError: The store cannot be reached, or is damaged.
        """
        latest, own = self.latest(), _current(self._cache)
        if own is not None and _name_of(own) == _name_of(latest):
            self._note(own)
        elif own is not None and (latest is None or self.pushed == _name_of(latest)):
            self.push(own)  # the cache is ahead: it was made from just that snapshot
            tell(
                "caught_up",
                f"published snapshot {own.snapshot}, which an earlier run left unpublished",
                level=logging.WARNING,
                snapshot=own.snapshot,
                left_by=own.run_id,
            )
        elif latest is not None:
            with reached(self.url):
                self._restore(latest)
            self._note(latest)
        elif current_number(self._cache) == NOTHING:  # both are empty
            pointer(self._cache).unlink()

    def push(self, manifest: Manifest) -> None:
        """Bring a snapshot of the cache into the store and make it the current one there.

        Args:
            manifest: The snapshot.

        Raises:
            StoreError: The store cannot be reached, or another run was faster; the old snapshot stays.
        """
        with reached(self.url):
            there = {info.name: info.size_bytes for info in self.folder.list()}
            self._upload(manifest, there)
            versions = self._commit(manifest, there)
            self._lease.check()
            text = replace(manifest, versions=versions).text().encode()
            name = f"{SNAPSHOTS}/{manifest.snapshot:06}.json"
            if self.folder.create(name, text) is None:
                other = read_manifest(self.folder, manifest.snapshot)
                if other.run_id != manifest.run_id:
                    raise StoreError(
                        f"another run ({other.run_id}) has published snapshot {manifest.snapshot} meanwhile; "
                        "run again"
                    )
        self._note(manifest)
        with reached(self.url, f"; snapshot {manifest.snapshot} is published all the same"):
            self._clean(manifest.snapshot, there)

    def _upload(self, manifest: Manifest, there: Mapping[str, int]) -> None:
        folder = snapshot_folder(self._cache, manifest.snapshot)
        ways = {
            object_name(name, part): (folder / name / part.name, part.size) for name, part in _parts(manifest)
        }
        missing = [name for name, (_, size) in ways.items() if there.get(name) != size]
        each(lambda name: self.folder.upload(name, ways[name][0]), missing)

    def _commit(self, manifest: Manifest, there: Mapping[str, int]) -> dict[str, int]:
        """Commit each table that is not as the newest snapshot of the store has it already."""
        # Here, before threads would import it all at once, for they may see halves of such a package.
        from ingest.store.objects.lake import commit  # noqa: PLC0415 - with an extra

        known = snapshot_numbers(self.folder, there)
        before = read_manifest(self.folder, known[-1]) if known else None
        logged: dict[str, int] = {}
        for entry in filter(None, map(_LOG_ENTRY.fullmatch, there)):
            logged[entry[1]] = max(int(entry[2]), logged.get(entry[1], 0))
        public = [name for name in manifest.tables if table(name).is_public]
        kept = before.versions if before else {}
        versions = {
            name: kept[name]
            for name in public
            if before
            and before.tables.get(name) == manifest.tables[name]
            and kept.get(name) == logged.get(name)
        }

        def commit_one(name: str) -> None:
            self._lease.check()
            versions[name] = commit(f"{self.url}/{name}", table(name), manifest, is_new=name not in logged)

        each(commit_one, [name for name in public if name not in versions])
        return {name: versions[name] for name in public}

    def _clean(self, current: int, before: Mapping[str, int]) -> None:
        """Remove snapshots that are not kept, and parts that belong to none."""
        known = snapshot_numbers(self.folder)
        kept = [number for number in known if current - self._keep < number <= current]
        old = [f"{SNAPSHOTS}/{number:06}.json" for number in known if number <= current - self._keep]
        manifests = [read_manifest(self.folder, number) for number in kept]
        used = {object_name(name, part) for one in manifests for name, part in _parts(one)}
        each(self.folder.remove, old)
        parts = (name for name in before if (found := _PART.fullmatch(name)) and found[1] in TABLES)
        each(self.folder.remove, [name for name in parts if name not in used])

    def _restore(self, manifest: Manifest) -> None:
        """Make a snapshot of the store the current one of the cache."""
        fresh = Path(tempfile.mkdtemp(prefix="restore-", dir=staging_folder(self._cache)))
        have = {path.name: path for path in snapshots_folder(self._cache).glob("[0-9]*/*/part-*.parquet")}
        wanted = {}
        for name in manifest.tables:
            (fresh / name).mkdir()
        for name, part in _parts(manifest):
            path = fresh / name / part.name
            if part.name in have:
                os.link(have[part.name], path)
            else:
                wanted[object_name(name, part)] = path
        fetch(self.folder, wanted)
        replace(manifest, versions={}).write(fresh)
        for name in manifest.tables:
            sync(fresh / name)
        target = snapshot_folder(self._cache, manifest.snapshot)
        point_to(self._cache, NOTHING)  # stopped from here on, the cache counts as empty
        for number in numbers(self._cache):
            if number >= manifest.snapshot:  # of another history, which the store does not know
                shutil.rmtree(snapshot_folder(self._cache, number))
        fresh.rename(target)
        sync(target.parent)
        point_to(self._cache, manifest.snapshot)
        link_tables(self._cache)

    @property
    def published(self) -> int | None:
        """Number of the snapshot that the store holds, as far as this run knows."""
        return int(self.pushed.split()[0]) if self.pushed else None

    @property
    def pushed(self) -> str:
        """Name of the snapshot that cache and store had in common last; empty before the first."""
        path = snapshots_folder(self._cache) / _PUSHED
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _note(self, manifest: Manifest) -> None:
        path = snapshots_folder(self._cache) / _PUSHED
        fresh = path.with_name(f"{_PUSHED}.next")
        fresh.write_text(_name_of(manifest), encoding="utf-8")
        fresh.rename(path)
        sync(path.parent)


def snapshot_numbers(folder: ObjectFolder, there: Iterable[str] | None = None) -> list[int]:
    """Numbers of the snapshots in a store, ascending.

    Args:
        folder: The store.
        there: Names of its objects, where they are known.
    """
    if there is None:
        there = (f"{SNAPSHOTS}/{info.name}" for info in ObjectFolder(f"{folder.url}/{SNAPSHOTS}").list())
    found = (re.fullmatch(rf"{SNAPSHOTS}/(\d+)\.json", name) for name in there)
    return sorted(int(match[1]) for match in found if match)


def read_manifest(folder: ObjectFolder, number: int) -> Manifest:
    """Read the manifest of a snapshot in a store."""
    name = f"{SNAPSHOTS}/{number:06}.json"
    return Manifest.parse(folder.read(name), f"{folder.url}/{name}")


def fetch(folder: ObjectFolder, wanted: Mapping[str, Path]) -> None:
    """Copy parts out of a store, several at a time; each is whole or not there.

    Args:
        folder: The store.
        wanted: Where each object goes, by its name.

    Raises:
        StoreError: One of them is damaged.
        FileNotFoundError: One of them is gone.
        OSError: The store cannot be reached.
    """

    def one(name: str) -> None:
        path = wanted[name]
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            folder.download(name, draft)
            with draft.open("rb") as file:
                os.fsync(file.fileno())
                if f"part-{file_digest(file, 'sha256').hexdigest()[:16]}.parquet" != path.name:
                    raise StoreError(f"{folder.url}/{name} is damaged; restore it, or open an older snapshot")
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)

    each(one, wanted)


def each(act: Callable[[str], None], names: Iterable[str]) -> None:
    """Do something with several objects at a time; the first error stops the rest."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        waiting = [threads.submit(act, name) for name in names]
        try:
            for one in waiting:
                one.result()
        finally:
            threads.shutdown(cancel_futures=True)


@contextlib.contextmanager
def reached(url: str, state: str = "; the tables there are as they were") -> Iterator[None]:
    """Say that the store could not be reached, and how the tables are then.

    Raises:
        StoreError: It could not.
    """
    try:
        yield
    except OSError as error:
        what = error.filename or url
        raise StoreError(f"{url}: {error.strerror or error} ({what}){state}") from error


def _parts(manifest: Manifest) -> Iterator[tuple[str, Part]]:
    return ((name, part) for name, parts in manifest.tables.items() for part in parts)


def _current(cache: Path) -> Manifest | None:
    """What the cache holds; one that cannot be read is as good as none."""
    try:
        number = current_number(cache)
        return None if number is None else Manifest.read(snapshot_folder(cache, number))
    except (StoreError, OSError):
        return None


def _name_of(manifest: Manifest | None) -> str:
    return "" if manifest is None else f"{manifest.snapshot:06} {manifest.run_id}"
