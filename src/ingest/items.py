"""What lies in the landing folder, by name: files, and items inside containers."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from ingest.decode.media import KEY_SEPARATOR
from ingest.reasons import REASONS
from ingest.records import Reject

if TYPE_CHECKING:
    from collections.abc import Mapping


# Line breaks and controls would break lists of paths; a backslash makes the escapes readable backwards, and
# `#` parts a container's path from the key of an item in it.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\\\\#]")
_ESCAPES = re.compile(rb"\\x([0-9a-f]{2})")

# Temporary files of editors, browsers, office programs and copying tools: nobody means them as documents.
TEMPORARY = re.compile(
    r"~\$.*"  # Microsoft Office locks
    r"|.*~"  # backups of editors
    r"|#.*#"  # Emacs
    r"|.*\.(?:tmp|temp|swp|swo|part|partial|filepart|crdownload|opdownload|download|lck|lock)"
    r"|Thumbs\.db|desktop\.ini|__MACOSX",
    re.IGNORECASE,
)


class Known(Protocol):
    """What the store remembers of an item of an earlier run."""

    @property
    def content_sha256(self) -> str | None:
        """Hash of its bytes; None where they could not be read."""

    @property
    def fingerprint(self) -> str:
        """Of the configuration and version that read it."""

    @property
    def is_reject(self) -> bool:
        """Whether it was refused."""


class Busy(Exception):  # noqa: N818 - a state of the file and no error: it is left for the next run
    """The file vanished or changed since it was planned, or while it was read."""


@dataclass(frozen=True, slots=True)
class Item:
    """A document to read: a file, or a stretch of one.

    Attributes:
        source_path: Its name in the tables; see `escape`.
        file_path: Path relative to the landing root as the file system knows it (bytes that are no UTF-8
            as lone surrogates, Python's `surrogateescape`).
        content_sha256: Hex digest of its bytes when it was planned.
        size_bytes: Its size then.
        offset: Where its bytes begin, for an item of a container; None for a file of its own.
        is_spooled: Whether `offset` counts in the run's spool, where items of packed containers
            wait unpacked, and not in the file.
    """

    source_path: str
    file_path: str
    content_sha256: str
    size_bytes: int
    offset: int | None = None
    is_spooled: bool = False


def refusal(item: Item, stage: str, reason: str, detail: str) -> Reject:
    """Refuse an item.

    Args:
        item: What is refused.
        stage: Where it was refused.
        reason: A code of `reasons.REASONS`.
        detail: What was wrong and where.

    Returns:
        The row of `rejects`; without a hash where the next run is to try again.
    """
    digest = None if REASONS[reason].is_of_moment else item.content_sha256
    return Reject(item.source_path, digest, item.size_bytes, stage, reason, detail)


@dataclass(frozen=True, slots=True)
class Container:
    """A container that was read to its end, or as far as it can be read.

    Attributes:
        source_path: Its name; those of its items are `source_path#key`.
        content_sha256: Hex digest of its bytes.
        fingerprint: Of the configuration and version that read it.
        item_count: Its items, refused ones included.
    """

    source_path: str
    content_sha256: str
    fingerprint: str
    item_count: int


@dataclass(frozen=True, slots=True)
class ObjectState:
    """An object of an object store as it was when it was read.

    Attributes:
        source_path: Its name.
        mark: What the store told with it, which is another when its content is.
        content_sha256: Hex digest of its bytes.
    """

    source_path: str
    mark: str
    content_sha256: str


@dataclass(frozen=True)
class Before:
    """What the store knows of earlier runs, and this run's fingerprint.

    Attributes:
        items: Items by `source_path`.
        fingerprint: Of this run's configuration and version; items read under another are read again.
        containers: Containers by `source_path`.
        limited: Fingerprint of what was refused because it met a limit that this run has too.
        kept: Fingerprint of documents that hold text which this run keeps by `--keep`.
        objects: Objects by `source_path`, where the landing folder lies in an object store.
    """

    items: Mapping[str, Known]
    fingerprint: str
    containers: Mapping[str, Container]
    limited: str = ""
    kept: str = ""
    objects: Mapping[str, ObjectState] = field(default_factory=dict)

    def is_current(self, known: Known) -> bool:
        """Whether an item was read as this run would read it."""
        return known.fingerprint in (self.fingerprint, self.kept) or (
            known.is_reject and known.fingerprint == self.limited
        )

    def inside(self, container: str) -> list[str]:
        """Paths of the items known in a container, and its own where it was refused."""
        own = [container] if container in self.items else []
        return own + self._by_container.get(container, [])

    @cached_property
    def _by_container(self) -> dict[str, list[str]]:
        inside: dict[str, list[str]] = {}
        for path in self.items:
            if KEY_SEPARATOR in path:
                inside.setdefault(container_of(path), []).append(path)
        return inside


def escape(file_path: str) -> str:
    r"""Name a file so that it is one line of valid Unicode, and no two files share a name.

    Bytes that are not UTF-8, control characters, line breaks, backslash and `#` become `\xNN`, one for each
    byte; all else stays.

    >>> escape("two\nlines#1.txt")
    'two\\x0alines\\x231.txt'
    """
    if not _UNPRINTABLE.search(file_path):
        return file_path
    return _UNPRINTABLE.sub(
        lambda match: "".join(f"\\x{byte:02x}" for byte in os.fsencode(match.group())), file_path
    )


def unescape(source_path: str) -> str:
    """Find the file that `escape` named."""
    raw = _ESCAPES.sub(lambda match: bytes([int(match[1], 16)]), source_path.encode("utf-8"))
    return os.fsdecode(raw)


def escape_key(key: str) -> str:
    r"""Name an item inside a container likewise; halves of surrogate pairs are escaped too.

    >>> escape_key("../a#b\ud800")
    '../a\\x23b\\xed\\xa0\\x80'
    """
    return _UNPRINTABLE.sub(
        lambda match: "".join(f"\\x{byte:02x}" for byte in match.group().encode("utf-8", "surrogatepass")),
        key,
    )


def container_of(source_path: str) -> str:
    """The file that an item lies in: itself, or the outermost container."""
    return source_path.partition(KEY_SEPARATOR)[0]


def is_same(known: Known, result: Item | Reject, before: Before) -> bool:
    """Whether the store holds this very item, read in the same way.

    An item whose bytes were never read is the same only as long as it is refused now as then.
    """
    if not before.is_current(known) or known.content_sha256 != result.content_sha256:
        return False
    return known.is_reject or isinstance(result, Item)
