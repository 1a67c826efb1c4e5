"""One writer at a time, in an object store: an object that is written only if it is not there.

The writer renews it while it lives.  A run that was killed leaves it behind: the next run with the same
cache takes it at once (the cache's own lock died with its process, so the holder is dead), one on another
machine when it has not been renewed for `LIFETIME_S`.

It keeps two runs from doing the same work and from writing to a table's log in turn.  The tables are safe
without it: the object that makes a snapshot visible can be written once only (`ingest.store.objects.mirror`).
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from ingest.errors import FolderHeldError, StoreError

if TYPE_CHECKING:
    from types import TracebackType

    from ingest.objects import ObjectFolder

LOCK = "_ingest/lock.json"
LIFETIME_S = 300.0
"""A hold that was not renewed for so long has no holder any more."""
_RENEWALS = 5


class Lease:
    """The hold of one run; a context."""

    def __init__(self, folder: ObjectFolder, owner: str) -> None:
        """Prepare.

        Args:
            folder: What is held.
            owner: Name of the cache; who has its lock may take over what a run with that cache has left.
        """
        self._folder = folder
        self._owner = owner
        self._lifetime_s = LIFETIME_S
        self._token = secrets.token_hex(8)
        self._since = datetime.now(UTC)
        self._mark: str | None = None
        self._renewed_s = 0.0
        self._ended = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)

    def __enter__(self) -> Self:
        """Take it.

        Raises:
            FolderHeldError: Another run has it.
            StoreError: The store cannot keep such an object.
            OSError: The store cannot be reached.
        """
        self._renewed_s = time.monotonic()
        self._mark = self._folder.create(LOCK, self._content()) or self._take_over()
        if self._folder.create(LOCK, b"{}") is not None:
            raise StoreError(
                f"{self._folder.url}: this store ignores the condition 'only if it is not there' of a write, "
                "so two runs could overwrite each other; use a store that keeps it, as S3 does"
            )
        self._keeper.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give it back; where the store is gone it becomes void by itself."""
        self._ended.set()
        self._keeper.join()
        try:
            if self._read()["token"] == self._token:
                self._folder.remove(LOCK)
        except OSError:
            return

    def check(self) -> None:
        """Make sure that it is ours still.

        Raises:
            StoreError: It is not, or may not be: it could not be renewed in time.
        """
        if self._mark is None or time.monotonic() - self._renewed_s > self._lifetime_s:
            raise StoreError(
                f"the hold of {self._folder.url} was lost, for it could not be renewed for "
                f"{self._lifetime_s:g} s or another run took it"
            )

    def _take_over(self) -> str:
        held = self._read()
        if held["token"] == self._token:  # ours after all: the answer to the first attempt was lost
            return str(held["mark"])
        if not held["mark"] and (mark := self._folder.create(LOCK, self._content())):
            return mark  # given back a moment ago
        age_s = datetime.now(UTC).timestamp() - float(held["renewed"])
        if held["owner"] == self._owner or age_s > float(held["lifetime_s"]):
            mark = self._folder.replace(LOCK, self._content(), held["mark"])
            if mark is not None:
                return mark
        raise FolderHeldError(
            f"another run holds {self._folder.url} (process {held['process']} on {held['host']}, since "
            f"{held['since']}, last sign of life {max(0, age_s):.0f} s ago); wait until it has ended. If it "
            f"is dead, its hold is void {float(held['lifetime_s']):g} s after that sign"
        )

    def _read(self) -> dict[str, Any]:
        """The object as it is, with its mark; one that is damaged counts as very old."""
        none = {
            "token": "",
            "owner": "",
            "process": "?",
            "host": "?",
            "since": "?",
            "renewed": 0,
            "lifetime_s": 0,
        }
        try:
            mark = self._folder.info(LOCK).mark
            content = json.loads(self._folder.read(LOCK))
        except FileNotFoundError:
            return {**none, "mark": ""}
        except ValueError:
            content = {}
        return {**none, **content, "mark": mark}

    def _content(self) -> bytes:
        held = {
            "token": self._token,
            "owner": self._owner,
            "process": os.getpid(),
            "host": socket.gethostname(),
            "since": f"{self._since:%Y-%m-%dT%H:%M:%SZ}",
            "renewed": datetime.now(UTC).timestamp(),
            "lifetime_s": self._lifetime_s,
        }
        return json.dumps(held).encode()

    def _keep(self) -> None:
        """Renew it now and then, until it is given back or lost."""
        while self._mark is not None and not self._ended.wait(self._lifetime_s / _RENEWALS):
            began_s = time.monotonic()
            try:
                mark = self._folder.replace(LOCK, self._content(), self._mark)
                if mark is None:  # another's, or ours after all: the answer to an attempt was lost
                    held = self._read()
                    mark = str(held["mark"]) if held["token"] == self._token else None
            except OSError:
                continue  # `check` decides when it has been too long
            self._mark = mark
            self._renewed_s = began_s
