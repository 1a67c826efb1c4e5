"""The one writer: its lock, what it finds, and the swap."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import lookup
from ingest.errors import ConfigError, FolderHeldError, StoreError
from ingest.garbage import without_collection
from ingest.items import Container, ObjectState
from ingest.landing.remembered import Remembered
from ingest.places import cache_folder
from ingest.settings.keep import NOTHING
from ingest.store.files import (
    Manifest,
    check_pointer,
    check_ways,
    current_number,
    link_tables,
    numbers,
    point_to,
    snapshot_folder,
    snapshots_folder,
    staging_folder,
    sync,
)
from ingest.store.objects.mirror import mirrored
from ingest.store.part_files import whole_parts
from ingest.store.publish import Published, Snapshot
from ingest.tables import DROPPED, ITEMS
from ingest.tables.parts import read_groups, stacked
from ingest.tables.state import CONTAINERS, FILES, OBJECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.places import Place
    from ingest.settings.keep import Keep
    from ingest.store.objects.mirror import Mirror
    from ingest.store.publish.difference import PublishInput
    from ingest.tables.columns import Table


class Known(NamedTuple):
    """What is known of a landing item.

    Attributes:
        content_sha256: Hash of its bytes; None for a reject whose bytes could not be read.
        fingerprint: Version and settings it was read with.
        is_reject: Whether it was refused.
    """

    content_sha256: str | None
    fingerprint: str
    is_reject: bool


class Writer:
    """Holds a curated folder and publishes into it."""

    def __init__(
        self, curated: Path, staging_dir: Path, keep_snapshots: int, lock: _Lock, mirror: Mirror | None = None
    ) -> None:
        self.curated = curated
        self.staging_dir = staging_dir
        self._lock = lock
        self._mirror = mirror
        self._keep = keep_snapshots
        self._manifest = _current_manifest(curated)

    @property
    def published(self) -> int | None:
        """Number of the snapshot that readers get now; None before the first."""
        if self._mirror is not None:
            return self._mirror.published
        return current_number(self.curated)

    @property
    def predecessor(self) -> str | None:
        """What the run before this one signed with, where it died while it held the folder."""
        return self._lock.predecessor

    def sign(self, name: str) -> None:
        """Leave a name beside the lock: if this run dies, the next one finds it as `predecessor`."""
        self._lock.write(name)

    def known(self, keep: Keep = NOTHING) -> Mapping[str, Known]:
        """What is known of all landing items, by source path; `keep` as for `items`."""
        return by_path(self.items(keep))

    def items(self, keep: Keep = NOTHING) -> pa.Table:
        """What is known of all landing items: `source_path` and the attributes of `Known`.

        Args:
            keep: What the user wants kept: documents that it concerns are known by no fingerprint, so that
                they are read again.
        """
        columns = ("document_id", "source_path", *Known._fields)
        schema = pa.schema([ITEMS.schema().field(name) for name in columns])
        rows = stacked(schema, self._groups(ITEMS, columns))
        wrong = pc.is_in(rows.column("document_id"), pa.array(self._dropping_what_is_kept(keep), pa.string()))
        marks = pc.if_else(wrong, "", rows.column("fingerprint"))
        return rows.set_column(schema.get_field_index("fingerprint"), "fingerprint", marks)

    def _dropping_what_is_kept(self, keep: Keep) -> frozenset[str]:
        """Ids of the documents that lost text which the user wants kept."""
        columns = ("document_id", "rule", "text")
        rows = self._rows(DROPPED, columns) if keep else ()
        return frozenset(ident for ident, rule, text in rows if keep.reason(rule, text) is not None)

    def containers(self) -> Mapping[str, Container]:
        """What is known of containers, by source path."""
        return {row[0]: Container(*row) for row in self._rows(CONTAINERS, CONTAINERS.names)}

    def objects(self) -> Mapping[str, ObjectState]:
        """What is known of objects, by source path."""
        return {row[0]: ObjectState(*row) for row in self._rows(OBJECTS, OBJECTS.names)}

    def remembered(self, items: pa.Table) -> Remembered:
        """Files whose bytes are known, as they were when these were read.

        Args:
            items: What is known of all landing items.
        """
        schema = pa.schema([field for field in FILES.schema() if field.name != "content_sha256"])
        rows = stacked(schema, self._groups(FILES, schema.names))
        documents = items.filter(pc.invert(items.column("is_reject")))
        marks = lookup(rows.column("source_path"), documents, "source_path", "fingerprint")
        return Remembered(rows.append_column("fingerprint", marks))

    def _rows(self, table: Table, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
        """Rows of a table of the current snapshot, one by one."""
        for rows in self._groups(table, columns):
            yield from zip(*(rows.column(name).to_pylist() for name in columns), strict=True)

    def _groups(self, table: Table, columns: Sequence[str]) -> Iterator[pa.Table]:
        """The same in row groups; none where another version wrote the snapshot without that table."""
        if self._manifest is None:
            return
        folder = snapshot_folder(self.curated, self._manifest.snapshot) / table.name
        for part in self._manifest.tables.get(table.name, ()):
            yield from read_groups(folder / part.name, columns)

    def publish(self, given: PublishInput) -> Published:
        """Make the next snapshot and make it the current one.

        Raises:
            StoreError: A check failed, or the folder cannot be written; the old snapshot stays.
            ConfigError: A file of the user's was written since the run was planned; the same.
        """
        number = (self._manifest.snapshot if self._manifest else 0) + 1
        target = snapshot_folder(self.curated, number)
        with as_store_error(self.curated, "the tables are as they were"):
            folder = self.staging_dir / f"snapshot-{number:06}"
            if folder.exists():  # an attempt before this one failed
                shutil.rmtree(folder)
            folder.mkdir()
            old = snapshot_folder(self.curated, number - 1)
            manifest, published = Snapshot(given, self._manifest, old, folder).build(number)
            for name in manifest.tables:
                sync(folder / name)
            sync(folder)
            folder.rename(target)
            sync(target.parent)
            point_to(self.curated, number)
            self._manifest = manifest
        with as_store_error(self.curated, f"snapshot {number} is published all the same"):
            link_tables(self.curated)
            _forget_old(self.curated, self.staging_dir, number - self._keep)
        if self._mirror is not None:
            self._mirror.push(manifest)
        return published


@without_collection
def by_path(items: pa.Table) -> dict[str, Known]:
    """What is known of landing items, by source path.

    Args:
        items: What `Writer.items` gives.
    """
    same = cache(str)  # nearly all items share one fingerprint
    columns = (items.column(name).to_pylist() for name in ("source_path", *Known._fields))
    return {
        path: Known(content, same(fingerprint), is_reject)
        for path, content, fingerprint, is_reject in zip(*columns, strict=True)
    }


@contextlib.contextmanager
def open_writer(curated: Place, keep_snapshots: int = 5, cache: Path | None = None) -> Iterator[Writer]:
    """Hold a curated folder for writing, and clear away what a run that died has left.

    Args:
        curated: The curated folder, made where it does not exist; or the URL of one in an object store.
        keep_snapshots: Snapshots that stay, the current one included; at least 1.
        cache: Where the tables of an object store lie on this machine (`ingest.places.cache_folder`).

    Yields:
        The writer.

    Raises:
        StoreError: Another run holds the folder, or it cannot be written.
        ConfigError: `keep_snapshots` is less than 1.
    """
    if keep_snapshots < 1:
        raise ConfigError(f"keep_snapshots: {keep_snapshots} is too small; the current one has to stay")
    folder = curated if isinstance(curated, Path) else cache_folder(curated, cache) / "tables"
    with contextlib.ExitStack() as stack:
        with as_store_error(folder, "the tables are as they were"):
            snapshots_folder(folder).mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context(_locked(folder))
            _recover(folder, is_cache=isinstance(curated, str))
            mirror = None
            if isinstance(curated, str):
                mirror = stack.enter_context(mirrored(curated, folder, keep_snapshots))
            staging = Path(tempfile.mkdtemp(prefix="run-", dir=staging_folder(folder)))
            writer = Writer(folder, staging, keep_snapshots, lock, mirror)
        stack.callback(shutil.rmtree, staging, ignore_errors=True)
        yield writer


class _Lock:
    """The lock's file: whose process holds it, and the name that the run has signed with."""

    def __init__(self, file: TextIO) -> None:
        file.seek(0)
        _, *names = file.read().splitlines() or [""]
        self.predecessor = names[0] if names else None
        self._file = file

    def write(self, *names: str) -> None:
        self._file.truncate(0)
        self._file.write("\n".join([str(os.getpid()), *names]) + "\n")
        self._file.flush()


@contextlib.contextmanager
def _locked(curated: Path) -> Iterator[_Lock]:
    """Hold the lock; it dies with this process, however that ends.  An end that is told empties its file."""
    path = snapshots_folder(curated) / "lock"
    with path.open("a+", encoding="ascii", errors="replace") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.readline().strip() or "unknown"
            raise FolderHeldError(
                f"another run holds {curated} (process {holder}); wait until it has ended"
            ) from error
        lock = _Lock(file)
        lock.write(*filter(None, [lock.predecessor]))
        try:
            yield lock
        finally:
            file.truncate(0)


def _recover(curated: Path, *, is_cache: bool) -> None:
    """Remove what a run that died has left, and mend links.

    Args:
        curated: The folder.
        is_cache: Whether an object store has all that stands in it.

    Raises:
        StoreError: The pointer leads nowhere, or something is in the way of a table's link.
    """
    staging = staging_folder(curated)
    staging.mkdir(exist_ok=True)
    for rubbish in staging.iterdir():
        if rubbish.is_dir() and not rubbish.is_symlink():
            shutil.rmtree(rubbish)
        else:
            rubbish.unlink()
    check_ways(curated)
    current = current_number(curated)
    if current not in (None, *numbers(curated)) and not is_cache:
        check_pointer(curated, current)  # before later snapshots are taken for what a run has left
    for number in numbers(curated):
        if current is None or number > current:
            _remove_snapshot(curated, staging, number)
    if current is not None:
        link_tables(curated)


def _current_manifest(curated: Path) -> Manifest | None:
    current = current_number(curated)
    if current is None:
        return None
    folder = snapshot_folder(curated, current)
    try:
        manifest = Manifest.read(folder)
        for name, parts in manifest.tables.items():
            whole_parts(folder, name, parts)
    except FileNotFoundError as error:
        raise StoreError(
            f"{folder} is missing or has no manifest; point .snapshots/current to another"
        ) from error
    return manifest


def _forget_old(curated: Path, staging: Path, last: int) -> None:
    for number in numbers(curated):
        if number <= last:
            _remove_snapshot(curated, staging, number)


def _remove_snapshot(curated: Path, staging: Path, number: int) -> None:
    """Take a snapshot away in one step, then remove it: nobody opens the half of one."""
    away = Path(tempfile.mkdtemp(prefix="old-", dir=staging))
    snapshot_folder(curated, number).rename(away / "snapshot")
    shutil.rmtree(away)


@contextlib.contextmanager
def as_store_error(curated: Place, state: str) -> Iterator[None]:
    """Tell what cannot be written, in what state the tables are then, and what to do.

    Args:
        curated: The curated folder.
        state: What readers see.

    Raises:
        StoreError: In place of any `OSError`.
    """
    try:
        yield
    except OSError as error:
        words = (
            os.strerror(error.errno) if error.errno else str(error)
        )  # libraries say more, and less plainly
        place = f": {error.filename}" if error.filename else ""
        in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
        advice = "Move that file out of the curated folder" if in_the_way else "Check space and permissions"
        raise StoreError(f"cannot write {curated}: {words}{place}; {state}. {advice}") from error
