"""What a worker process and its supervisor agree on: the jobs, and the progress mark."""

from __future__ import annotations

import json
import os
import struct
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from ingest.items import Item
from ingest.settings import Settings

JOB_FILE = "job.json"
SPOOL_FILE = "rows.spool"
MARK_FILE = "mark"
PROFILE_FILE = "profile.pstats"

MARK = struct.Struct("<qq")
"""Layout of the mark: index of the document in work, whole bytes of the spool."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost.

    Attributes:
        timeout_s: Seconds of wall time.
        memory_bytes: Data segment and private memory of the worker (`RLIMIT_DATA`).
    """

    timeout_s: float = 60.0
    memory_bytes: int = 2 * 1024**3

    def fingerprint(self, fingerprint: str) -> str:
        """Hash what the outcome of a document depends on that meets one of the limits.

        Args:
            fingerprint: Of the settings.

        Returns:
            16 hex digits.
        """
        return sha256(f"{fingerprint} {self.timeout_s!r} {self.memory_bytes!r}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Job:
    """One batch: which documents to read, and how.

    Attributes:
        landing_root: Absolute path of the landing folder.
        items: The documents, in order.
        settings: Settings of `process()`.
        limits: What one document may cost.
        spool_path: Where items of packed containers wait; None where there are none.
        is_profiled: Whether the worker writes a profile.
    """

    landing_root: Path
    items: tuple[Item, ...]
    settings: Settings
    limits: Limits
    spool_path: Path | None = None
    is_profiled: bool = False

    def write(self, folder: Path) -> None:
        """Write the job into its folder, where a worker on any machine finds it."""
        content = {
            "landing_root": str(self.landing_root),
            "items": [asdict(item) for item in self.items],
            "settings": asdict(self.settings),
            "limits": asdict(self.limits),
            "spool_path": str(self.spool_path) if self.spool_path else None,
            "is_profiled": self.is_profiled,
        }
        (folder / JOB_FILE).write_text(json.dumps(content), encoding="ascii")

    @classmethod
    def read(cls, folder: Path) -> Job:
        """Read the job that lies in a folder."""
        content = json.loads((folder / JOB_FILE).read_text(encoding="ascii"))
        return cls(
            landing_root=Path(content["landing_root"]),
            items=tuple(Item(**item) for item in content["items"]),
            settings=Settings(**content["settings"]),
            limits=Limits(**content["limits"]),
            spool_path=Path(content["spool_path"]) if content["spool_path"] else None,
            is_profiled=content["is_profiled"],
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a batch is.

    Attributes:
        index: The document in work; equal to the number of documents once all are read.
        spool_bytes: Length of the spool up to the last whole document.
    """

    index: int
    spool_bytes: int


def write_mark(folder: Path, mark: Mark) -> None:
    """Set the mark before a worker begins."""
    # In place: whoever looks at the progress meanwhile must not find an empty file.
    descriptor = os.open(folder / MARK_FILE, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.pwrite(descriptor, MARK.pack(mark.index, mark.spool_bytes), 0)
    finally:
        os.close(descriptor)


def read_mark(folder: Path) -> Mark:
    """Read the mark, while its worker lives or after it died."""
    return Mark(*MARK.unpack((folder / MARK_FILE).read_bytes()))
