"""A folder of an object store, through fsspec: listed, read and written object by object.

What the libraries behind fsspec raise reaches the callers as three kinds: `FileNotFoundError`,
`PermissionError`, and `Unreachable` for all that may be better a moment later.  They have tried again by
then: how often, and how long they wait, is said by the store's own settings (for S3 `AWS_MAX_ATTEMPTS`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MARKS = ("ETag", "etag", "md5Hash", "content_md5")
"""What stores call the mark of a content: another content has another."""
TIMES = ("LastModified", "last_modified", "updated", "mtime", "modified", "created")
"""What they call the time of the last change, where there is no such mark."""

# Bases of what the libraries behind fsspec raise, which are no OSErrors.
_LIBRARY_ERRORS = (
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
    ("aiohttp", "ClientError"),
    ("azure.core.exceptions", "AzureError"),
    ("google.auth.exceptions", "GoogleAuthError"),
    ("gcsfs.retry", "HttpError"),
    ("paramiko", "SSHException"),
)
_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of this machine's disk, which say nothing of the store."""
_PRECONDITION = ("PreconditionFailed", "ConditionalRequestConflict", "412", "409")


class Unreachable(OSError):  # noqa: N818 - a state of the store
    """The store does not answer, or answers that it cannot now."""


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as a listing tells of it.

    Attributes:
        name: Its name below the folder.
        size_bytes: Its size.
        mark: Changes with its content; None where the store tells nothing that does.
    """

    name: str
    size_bytes: int
    mark: str | None


class ObjectFolder:
    """A folder of an object store."""

    def __init__(self, url: str) -> None:
        """Prepare; nothing is asked of the store yet.

        Raises:
            ConfigError: A library is missing, or the URL or a setting of the store's means nothing.
        """
        import fsspec  # noqa: PLC0415 - who works on folders of this machine needs none of it

        self.url = url
        try:
            with _told_apart(url):
                self._files, self._root = fsspec.core.url_to_fs(url, use_listings_cache=False)
        except (ImportError, ValueError, TypeError) as error:
            raise ConfigError(f"{url}: {error}") from error
        if attempts := os.environ.get("AWS_MAX_ATTEMPTS"):  # else s3fs would try five times as often
            if not attempts.isdecimal():
                raise ConfigError(f"AWS_MAX_ATTEMPTS: {attempts!r} is no whole number; write digits alone")
            self._files.retries = int(attempts)
        for name in _ENDPOINTS:
            if (address := os.environ.get(name)) and "://" not in address:
                raise ConfigError(
                    f"{name}: {address!r} is no address; write one such as http://127.0.0.1:9000"
                )

    def list(self) -> Iterator[ObjectInfo]:
        """Give all objects below the folder, in no order.

        Raises:
            FileNotFoundError: There is no such bucket.
        """
        with _told_apart(self.url):
            found: Mapping[str, dict[str, Any]] = self._files.find(self._root, detail=True)
        begin = self._root.rstrip("/") + "/"
        for path, info in found.items():
            if path.startswith(begin) and not path.endswith("/"):  # some tools make objects for folders
                yield _info(path.removeprefix(begin), info)

    def knock(self) -> None:
        """Make sure that the store answers: some file systems list nothing where it does not.

        Raises:
            Unreachable: It does not.
        """
        with contextlib.suppress(FileNotFoundError), _told_apart(self.url):
            self._files.ls(self._root, detail=False)

    def info(self, name: str) -> ObjectInfo:
        """Look at one object."""
        with _told_apart(name):
            return _info(name, self._files.info(self._path(name)))

    def read(self, name: str) -> bytes:
        """Read an object."""
        with _told_apart(name):
            return bytes(self._files.cat_file(self._path(name)))

    def download(self, name: str, path: Path) -> None:
        """Copy an object into a file.

        Raises:
            OSError: The file finds no room; errno `ENOSPC` or one of its kind.
        """
        with _told_apart(name):
            self._files.get_file(self._path(name), str(path))

    def upload(self, name: str, path: Path) -> None:
        """Copy a file into an object."""
        with _told_apart(name):
            self._files.put_file(str(path), self._path(name))

    def remove(self, name: str) -> None:
        """Remove an object; one that is gone is no error."""
        with contextlib.suppress(FileNotFoundError), _told_apart(name):
            self._files.rm_file(self._path(name))

    def create(self, name: str, content: bytes) -> str | None:
        """Write an object if there is none of this name (S3 only).

        Returns:
            Its mark; None where there was one, which stays.
        """
        try:
            with _told_apart(name):
                return str(self._files.pipe_file(self._path(name), content, mode="create")["ETag"])
        except FileExistsError:
            return None

    def replace(self, name: str, content: bytes, mark: str) -> str | None:
        """Write an object if it is the one of this mark still (S3 only).

        Returns:
            Its new mark; None where it was another, which stays.
        """
        try:
            with _told_apart(name):
                return str(self._files.pipe_file(self._path(name), content, IfMatch=mark)["ETag"])
        except (FileExistsError, FileNotFoundError):
            return None

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def _info(name: str, info: Mapping[str, Any]) -> ObjectInfo:
    size = int(info.get("size") or 0)
    mark = next((str(info[key]) for key in MARKS if info.get(key)), None)
    if mark is None:
        time = next((info[key] for key in TIMES if info.get(key)), None)
        mark = None if time is None else f"{size} {time}"
    return ObjectInfo(name, size, mark)


@contextlib.contextmanager
def _told_apart(what: str) -> Iterator[None]:
    """Turn what the libraries raise into the errors of this module."""
    try:
        yield
    except (FileNotFoundError, PermissionError, FileExistsError, ImportError):
        raise
    except library_errors() as error:
        if getattr(error, "errno", None) in NO_ROOM:
            raise
        if _is_precondition(error):
            raise FileExistsError(errno.EEXIST, "there is another", what) from error
        words = " ".join((getattr(error, "strerror", None) or str(error)).split()) or type(error).__name__
        if "locate credentials" in words:  # as botocore says it
            words += " (set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE)"
        raise Unreachable(getattr(error, "errno", None) or errno.EIO, words, what) from error


def library_errors() -> tuple[type[Exception], ...]:
    """What can be raised by the libraries that are loaded."""
    found = (
        getattr(sys.modules[module], name, None) for module, name in _LIBRARY_ERRORS if module in sys.modules
    )
    return (OSError, TimeoutError, EOFError, *(kind for kind in found if kind is not None))


def _is_precondition(error: BaseException | None) -> bool:
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, dict):
            return str(response.get("Error", {}).get("Code")) in _PRECONDITION
        error = error.__cause__
    return False
