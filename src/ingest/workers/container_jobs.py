"""What a worker process that looks into a container and who has it look agree on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.containers.index import Break, Contents, Inventory, Spool
from ingest.items import Before, Container, Item
from ingest.records import Reject
from ingest.settings import Settings
from ingest.workers.jobs import JOB_FILE, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingest.containers.index import Watch

_KNOWN_FILE = "known.jsonl"
_AT_ONCE = 1000
"""Items that are told in one answer."""

_Answer = tuple[str, dict[str, Any]]
"""Its kind, and what it says."""


class _Known(NamedTuple):
    """What the store remembers of an item, as `ingest.items.Known`."""

    content_sha256: str | None
    fingerprint: str
    is_reject: bool


@dataclass(frozen=True, slots=True)
class ContainerJob:
    """One container: to be looked into, and how.

    Attributes:
        path: The file.
        container: Its name, hash and size.
        settings: Limits and names of fields.
        limits: What it may cost to come from one item to the next.
        spool_path: Where new items go that stand nowhere in the file as they are.
        spool_bytes: Up to where that is taken.
        takes_all: Whether all new items go there.
        fingerprint: Of this run's configuration and version.
        limited: Fingerprint of what was refused because it met a limit that this run has too.
        kept: Fingerprint of documents that hold text which this run keeps by `--keep`.
        broken_at: Where to stop as if it broke off there.
    """

    path: str
    container: Item
    settings: Settings
    limits: Limits
    spool_path: Path
    spool_bytes: int
    takes_all: bool
    fingerprint: str
    limited: str
    kept: str
    broken_at: Break | None = None

    def write(self, folder: Path) -> None:
        """Write the job into its folder."""
        content = asdict(self) | {"spool_path": str(self.spool_path)}
        (folder / JOB_FILE).write_text(json.dumps(content), encoding="ascii")

    @classmethod
    def read(cls, folder: Path) -> ContainerJob:
        """Read the job that lies in a folder."""
        content = json.loads((folder / JOB_FILE).read_text(encoding="ascii"))
        broken_at = content["broken_at"]
        content |= {
            "container": Item(**content["container"]),
            "settings": Settings(**content["settings"]),
            "limits": Limits(**content["limits"]),
            "spool_path": Path(content["spool_path"]),
            "broken_at": Break(**broken_at) if broken_at else None,
        }
        return cls(**content)

    def inventory(self, before: Before) -> Inventory:
        """What is to be looked into."""
        spool = Spool(self.spool_path, takes_all=self.takes_all, size_bytes=self.spool_bytes)
        return Inventory(self.path, self.container, before, self.settings, spool)

    def before(self, folder: Path) -> Before:
        """What the store knows of the container's items, as it lies in the job's folder."""
        with (folder / _KNOWN_FILE).open(encoding="ascii") as lines:
            known = {path: _Known(*known) for path, *known in map(json.loads, lines)}
        return Before(known, self.fingerprint, {}, self.limited, self.kept)


def write_known(folder: Path, container: str, before: Before) -> None:
    """Put what the store knows of a container's items into a job's folder; memory holds one of them."""
    with (folder / _KNOWN_FILE).open("w", encoding="ascii") as lines:
        for path in before.inside(container):
            known = before.items[path]
            row = [path, known.content_sha256, known.fingerprint, known.is_reject]
            lines.write(json.dumps(row) + "\n")


def tell_contents(inventory: Inventory, broken_at: Break | None, watch: Watch) -> Iterator[_Answer]:
    """Look into a container; give what was found as plain values, many items at a time, as `Heard` takes it.

    Args:
        inventory: What to look into.
        broken_at: Where to stop as if it broke off there.
        watch: Is told how far it is.

    Yields:
        Answers of kind `found`, then one of `closing`; errors are those of `Inventory.items`.
    """
    items: list[list[object]] = []
    rejects: list[list[object]] = []
    for found in inventory.items(broken_at, watch):
        if isinstance(found, Item):
            items.append(
                [found.source_path, found.content_sha256, found.size_bytes, found.offset, found.is_spooled]
            )
        else:
            rejects.append([*asdict(found).values()])
        if len(items) + len(rejects) == _AT_ONCE:
            yield "found", {"items": items, "rejects": rejects}
            items, rejects = [], []
    yield "found", {"items": items, "rejects": rejects}
    closing = inventory.closing
    item_count = closing.state.item_count if closing.state else None
    said = {"unchanged": closing.unchanged, "withdrawn": closing.withdrawn, "item_count": item_count}
    yield "closing", said | {"spool_bytes": inventory.spool.size_bytes}


@dataclass(slots=True)
class Heard:
    """What a worker has told of a container.

    Attributes:
        job: What it was told to look into.
        contents: What it found.
        spool_bytes: Up to where the spool is taken now.
        outcome: `whole`; else `busy` or `vanished`, where the contents are of no worth.
        cpu_ns: CPU time that it took.
    """

    job: ContainerJob
    contents: Contents = field(default_factory=Contents)
    spool_bytes: int = 0
    outcome: str = ""
    cpu_ns: int = 0

    def take(self, kind: str, answer: Mapping[str, Any]) -> None:
        """Take an answer of `tell_contents`, or the worker's last."""
        contents, container = self.contents, self.job.container
        if kind == "found":
            contents.items += [
                Item(path, container.file_path, digest, size, offset, is_spooled)
                for path, digest, size, offset, is_spooled in answer["items"]
            ]
            contents.rejects += [Reject(*row) for row in answer["rejects"]]
        elif kind == "closing":
            contents.unchanged = answer["unchanged"]
            contents.withdrawn = tuple(answer["withdrawn"])
            self.spool_bytes = answer["spool_bytes"]
            if answer["item_count"] is not None:
                contents.state = Container(
                    container.source_path,
                    container.content_sha256,
                    self.job.fingerprint,
                    answer["item_count"],
                )
        else:
            self.outcome = answer["outcome"]
            self.cpu_ns = answer["cpu_ns"]
