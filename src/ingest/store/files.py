"""Where everything lies below the curated folder, and how it reaches the disk.

<table> -> .snapshots/current/<table>    one link per public table
.snapshots/current -> 000042             the one pointer
.snapshots/000042/manifest.json          every part of every table
.snapshots/000042/<table>/part-*.parquet
.snapshots/lock                          held by the writer
.staging/<token>/                        a run at work; rubbish after a crash
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from ingest.errors import StoreError
from ingest.places import SNAPSHOTS
from ingest.tables import public_tables
from ingest.tables.parts import Part

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
MANIFEST = "manifest.json"
NOTHING = 0
"""Where the pointer of a cache leads while its snapshots are exchanged: numbers begin at 1."""
NO_HARD_LINKS = frozenset({errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EACCES})


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one snapshot holds.

    Attributes:
        snapshot: Its number.
        run_id: The run that published it.
        fingerprint: Version and settings that the corpus step ran with (`settings.Fingerprints.corpus`).
        tables: The parts of each table, in key order.
        versions: In an object store, the version of each public table that has just these parts.
    """

    snapshot: int
    run_id: str
    fingerprint: str
    tables: dict[str, tuple[Part, ...]]
    versions: dict[str, int] = field(default_factory=dict)

    def rows(self, table: str) -> int:
        """Rows of a table; none of one that the version which published it did not know."""
        return sum(part.rows for part in self.tables.get(table, ()))

    def write(self, folder: Path) -> None:
        """Write it into its snapshot's folder."""
        path = folder / MANIFEST
        with path.open("w", encoding="utf-8") as file:
            file.write(self.text())
            file.flush()
            os.fsync(file.fileno())

    def text(self) -> str:
        """The manifest as JSON."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read the manifest of the snapshot in a folder; errors as for `parse`."""
        path = folder / MANIFEST
        return cls.parse(path.read_bytes(), str(path))

    @classmethod
    def parse(cls, text: bytes, path: str) -> Manifest:
        """Understand the text of a manifest.

        Args:
            text: JSON in UTF-8.
            path: Where it stands.

        Raises:
            StoreError: It is damaged, or a later version of this program wrote it.
        """
        try:
            content = json.loads(text)
            if content.pop("format") != FORMAT:
                raise StoreError(
                    f"{path} has another format than {FORMAT}: a newer version wrote it; use that one"
                )
            content["tables"] = {
                name: tuple(Part(**part) for part in parts) for name, parts in content["tables"].items()
            }
            return cls(**content)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            told = error if isinstance(error, ValueError) else "JSON, but no manifest"
            raise StoreError(f"{path} is damaged ({told}); restore it, or open an older snapshot") from error


def snapshots_folder(curated: Path) -> Path:
    """The folder of all snapshots."""
    return curated / SNAPSHOTS


def staging_folder(curated: Path) -> Path:
    """The folder in which runs work."""
    return curated / ".staging"


def snapshot_folder(curated: Path, number: int) -> Path:
    """The folder of one snapshot."""
    return snapshots_folder(curated) / f"{number:06}"


def pointer(curated: Path) -> Path:
    """The link that names the current snapshot."""
    return snapshots_folder(curated) / "current"


def current_number(curated: Path) -> int | None:
    """The current snapshot's number; None before the first.

    Raises:
        StoreError: What names it is no link, or is lost.
    """
    try:
        return int(pointer(curated).readlink().name)
    except FileNotFoundError:
        if not _has_lost_pointer(curated):
            return None
        there = numbers(curated)
        raise StoreError(
            f"{pointer(curated)} is missing, though there are snapshots ({', '.join(map(str, there))}); "
            f"make it anew, a symbolic link to {there[-1]:06}"
        ) from None
    except NotADirectoryError:
        raise StoreError(f"{curated} is a file; name the folder with the tables") from None
    except PermissionError as error:
        raise StoreError(
            f"{curated} cannot be looked into: {error.strerror}; see that it is yours to read"
        ) from error
    except (ValueError, OSError) as error:
        raise StoreError(
            f"{pointer(curated)} is no link to a snapshot ({error}); "
            "replace it by a symbolic link to the newest folder beside it"
        ) from error


def _has_lost_pointer(curated: Path) -> bool:
    """Whether there was a pointer: a first publish makes it after its snapshot, and before tables' links."""
    there = numbers(curated)
    was = bool(there) and (there != [1] or any((curated / t.name).is_symlink() for t in public_tables()))
    return was and not pointer(curated).is_symlink()  # nor was it made since


def numbers(curated: Path) -> list[int]:
    """Numbers of all snapshot folders, ascending."""
    folder = snapshots_folder(curated)
    if not folder.is_dir():
        return []
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdecimal())


def check_pointer(curated: Path, number: int | None) -> None:
    """Tell of a pointer that rests on a snapshot which could not be opened.

    Raises:
        StoreError: It does; the message lists the snapshots that there are.
    """
    if number == current_number(curated):
        there = ", ".join(str(n) for n in numbers(curated)) or "none"
        raise StoreError(
            f"{pointer(curated)} leads to snapshot {number}, which is not there; "
            f"point it to one that is ({there})"
        )


def sync(folder: Path) -> None:
    """Flush a folder's entries to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def link_or_copy(source: Path, target: Path) -> None:
    """Give a file a second name; copy it where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        shutil.copyfile(source, target)
        with target.open("rb") as file:
            os.fsync(file.fileno())


def point_to(curated: Path, number: int) -> None:
    """Make a snapshot the current one: the one step that readers see."""
    fresh = snapshots_folder(curated) / "current.next"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(f"{number:06}")
    fresh.rename(pointer(curated))
    sync(snapshots_folder(curated))


def check_ways(curated: Path) -> None:
    """Check that nothing but links stands where the tables' links go.

    Raises:
        StoreError: Something does; the message names it.
    """
    for table in public_tables():
        link = curated / table.name
        if link.exists() and not link.is_symlink():
            raise StoreError(f"{link} is in the way of the table's link; move it out of the curated folder")


def link_tables(curated: Path) -> None:
    """Make sure that each public table has its link."""
    for table in public_tables():
        link, target = curated / table.name, f".snapshots/current/{table.name}"
        if not (link.is_symlink() and str(link.readlink()) == target):
            link.unlink(missing_ok=True)
            link.symlink_to(target)
    sync(curated)
