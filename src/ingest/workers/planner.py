"""Have containers looked into by a worker process: one that kills who reads it costs itself alone.

As with a document, a container over which the worker died is tried once more; then it is taken for broken at
the place where that happened: the items before stand, the rest is one reject.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.containers.index import Break, Contents, look_into
from ingest.items import Busy
from ingest.workers.batches import WORKERS
from ingest.workers.container_jobs import ContainerJob, Heard, write_known
from ingest.workers.jobs import Mark, read_mark, write_mark
from ingest.workers.supervised import Death

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.containers.index import Spool
    from ingest.items import Before, Item
    from ingest.settings import Settings
    from ingest.workers.jobs import Limits

_DETAILS = {
    "timeout": "to come to its next item takes longer than one document may take (--timeout)",
    "out_of_memory": "to look into it needs more memory than one document may have (--memory)",
}


@dataclass(slots=True)
class Planner:
    """Looks into containers, one after the other, in this thread's worker.

    Attributes:
        folder: Where the jobs go, one after the other; it exists.
        before: What the store knows.
        settings: Limits and names of fields.
        limits: What it may cost to come from one item to the next.
        spool: Where new items go that stand nowhere in a file as they are.
        losses: Workers that died, each in words.
        cpu_ns: CPU time of the workers that lived to tell.
    """

    folder: Path
    before: Before
    settings: Settings
    limits: Limits
    spool: Spool
    losses: list[str] = field(default_factory=list)
    cpu_ns: int = 0

    def look(self, path: str, container: Item) -> Contents:
        """Look into a container.

        Args:
            path: The file.
            container: Its name, hash and size.

        Returns:
            Its contents, as `look_into` gives them.

        Raises:
            Busy: The file is another than the one that was hashed.
            FileNotFoundError: It is gone.
            ConfigError: The user's names of fields are wrong.
            StoreError: New items cannot be written.
            IngestError: No worker process can be started.
            CancelledError: The run was stopped.
        """
        self.spool.close()
        write_known(self.folder, container.source_path, self.before)
        job = ContainerJob(
            path=path,
            container=container,
            settings=self.settings,
            limits=self.limits,
            spool_path=self.spool.path,
            spool_bytes=self.spool.size_bytes,
            takes_all=self.spool.takes_all,
            fingerprint=self.before.fingerprint,
            limited=self.before.limited,
            kept=self.before.kept,
        )
        is_tried_again = False
        while isinstance(found := self._try(job), Death):
            self.losses.append(f"{container.source_path}: {found.detail}")
            detail = _DETAILS.get(found.reason, found.detail)
            if job.broken_at is not None:  # what comes before does it too
                return look_into(job.inventory(self.before), Break(0, found.reason, detail))
            if is_tried_again or found.reason == "timeout":
                job = replace(job, broken_at=Break(read_mark(self.folder).index, found.reason, detail))
            is_tried_again = True
        return found

    def _try(self, job: ContainerJob) -> Contents | Death:
        job.write(self.folder)
        write_mark(self.folder, Mark(0, 0))
        heard = Heard(job)
        death = WORKERS.do("container", self.folder, heard.take)
        if death is not None:
            return death
        self.cpu_ns += heard.cpu_ns
        if heard.outcome == "vanished":
            raise FileNotFoundError(job.path)
        if heard.outcome == "busy":
            raise Busy(job.container.source_path)
        self.spool.size_bytes = heard.spool_bytes
        return heard.contents
