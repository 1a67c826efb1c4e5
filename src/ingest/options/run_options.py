"""What a run is asked to do, as the engine takes it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.options.choices import Choice, by_default, complain, out_of_range, wrong_places
from ingest.places import place
from ingest.settings import Settings
from ingest.workers.jobs import Limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.options import Value
    from ingest.places import Place

_MEBIBYTE = 1024 * 1024


def default_workers() -> int:
    """One worker for each processor that this process may use."""
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked to do.

    Attributes:
        landing: Folder with the raw documents, or its URL.
        curated: Folder with the tables, made where it does not exist; or its URL.
        workers: Worker processes at a time.
        settings: Settings of `process()`.
        limits: What one document may cost.
        batch_bytes: Bytes of documents that one task reads.
        prune: Take out documents whose files are gone.
        verify: Read every file anew, even one that is as it was.
        keep_snapshots: How many snapshots stay, the new one included.
        profile: File for a profile of the workers, or None.
        report: Write the pages of the report too.
        cache: Where tables of an object store lie on this machine; None for the user's cache folder.
    """

    landing: Place
    curated: Place
    workers: int = field(default_factory=default_workers)
    settings: Settings = field(default_factory=Settings)
    limits: Limits = field(default_factory=Limits)
    batch_bytes: int = 2 * _MEBIBYTE
    prune: bool = False
    verify: bool = False
    keep_snapshots: int = 5
    profile: Path | None = None
    report: bool = False
    cache: Path | None = None

    def __post_init__(self) -> None:
        """Check what no other room checks.

        Raises:
            ConfigError: Options are out of their range, or folders are not what they should be.
        """
        values: dict[str, Value] = {
            "landing": str(self.landing),
            "curated": str(self.curated),
            "cache": None if self.cache is None else str(self.cache),
            "keep_snapshots": self.keep_snapshots,
            "profile": None if self.profile is None else str(self.profile),
            "timeout": self.limits.timeout_s,
            "memory": self.limits.memory_bytes,
            "max_bytes": self.settings.max_document_bytes,
            "workers": self.workers,
            "batch_bytes": self.batch_bytes,
        }
        complain([*out_of_range(values), *wrong_places(by_default(values))])

    def user_files(self) -> dict[str, Choice]:
        """The files of the user's that are looked into before a run."""
        names: dict[str, Value] = {
            "authority": self.settings.authority_path,
            "decisions": self.settings.decisions_path,
            "keep": self.settings.keep_path,
            "fields": self.settings.fields_path,
            "taxonomy": self.settings.taxonomy_path,
        }
        return by_default(names)


def options_of(choices: Mapping[str, Choice]) -> Options:
    """Make options from what was chosen.

    Raises:
        ConfigError: One of them is out of its range.
    """
    chosen: dict[str, Any] = {name: choice.value for name, choice in choices.items()}
    return Options(
        landing=place(chosen["landing"]),
        curated=place(chosen["curated"]),
        workers=chosen["workers"] or default_workers(),
        settings=Settings(
            chosen["authority"],
            chosen["max_bytes"],
            chosen["decisions"],
            chosen["fields"],
            chosen["taxonomy"],
            chosen["keep"],
        ),
        limits=Limits(chosen["timeout"], chosen["memory"]),
        batch_bytes=chosen["batch_bytes"],
        prune=chosen["prune"],
        verify=chosen["verify"],
        keep_snapshots=chosen["keep_snapshots"],
        profile=Path(chosen["profile"]) if chosen["profile"] else None,
        report=chosen["report"],
        cache=Path(chosen["cache"]) if chosen["cache"] else None,
    )
