"""Reading tables in an object store: parts are brought into a folder of this machine as they are asked for.

A part's name is the hash of its content, so one that is there is right for ever, whichever snapshot it was
brought for.  Parts that nobody has asked for in `UNUSED_DAYS` are removed.
"""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, StoreError
from ingest.objects import ObjectFolder
from ingest.places import cache_folder, trouble_with_curated
from ingest.store.objects.mirror import fetch, object_name, reached, read_manifest, snapshot_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ingest.store.files import Manifest
    from ingest.tables.parts import Part

UNUSED_DAYS = 7
_DAY_S = 24 * 3600
_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Source:
    """Where the parts of a snapshot come from.

    Attributes:
        url: The folder in the object store.
        folder: Where its parts go on this machine: `<table>/part-*.parquet`.
    """

    url: str
    folder: Path

    def numbers(self) -> list[int]:
        """Numbers of the snapshots that are kept, ascending."""
        with reached(self.url, ""):
            return snapshot_numbers(ObjectFolder(self.url))

    def paths(self, name: str, parts: Iterable[Part]) -> list[Path]:
        """Bring parts of a table here, those that are not; give their files.

        Raises:
            StoreError: One is no longer kept, or damaged, or the store cannot be reached.
        """
        ways = {object_name(name, part): self.folder / name / part.name for part in parts}
        missing = {}
        for known, path in ways.items():
            try:
                os.utime(path)
            except FileNotFoundError:
                missing[known] = path
        if missing:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            try:
                with reached(self.url, ""):
                    fetch(ObjectFolder(self.url), missing)
            except StoreError as error:
                if isinstance(error.__cause__, FileNotFoundError):
                    raise StoreError(
                        f"this snapshot of {self.url} is no longer kept; open it anew, or keep more with "
                        "--keep-snapshots"
                    ) from error
                raise
        return list(ways.values())


def open_source(url: str, number: int | None) -> tuple[Path, Manifest, Source]:
    """Find a snapshot in an object store, the newest by default.

    Returns:
        The folder of this machine for its parts, what it holds, and where the parts come from.

    Raises:
        ConfigError: No tables can lie there, a library is missing, or there is no snapshot of this number.
        StoreError: There are no tables yet, or the store cannot be reached.
    """
    if trouble := trouble_with_curated(url):
        raise ConfigError(trouble)
    source = Source(url, cache_folder(url) / "read" / "parts")
    _forget_unused(source.folder)
    for _ in range(_ATTEMPTS):
        known = source.numbers()
        if not known:
            raise StoreError(f"{url} holds no tables yet; fill it with `ingest run`")
        if number is not None and number not in known:
            raise ConfigError(f"{url} has no snapshot {number}; kept are {', '.join(map(str, known))}")
        try:
            with reached(url, ""):
                manifest = read_manifest(ObjectFolder(url), known[-1] if number is None else number)
                return source.folder, manifest, source
        except StoreError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise  # else it was removed since the numbers were listed
    raise StoreError(f"{url}: snapshots go faster than they can be opened; raise --keep-snapshots")


def _forget_unused(folder: Path) -> None:
    oldest = time.time() - UNUSED_DAYS * _DAY_S
    for path in folder.glob("*/*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < oldest:
                path.unlink()
