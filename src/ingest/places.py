"""Where data lies: a folder of this machine, or the URL of one in an object store."""

from __future__ import annotations

import os
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

Place = Path | str
"""A folder; as text it is a URL that `fsspec` understands, without a slash at its end."""

SNAPSHOTS = ".snapshots"
"""The folder of all snapshots, below the curated folder."""
TABLE_SCHEMES = ("s3",)
"""Where tables can go: a store that writes an object only if it is not there yet."""


def place(given: Path | str) -> Place:
    """Understand what somebody gave as a folder; `file://` is a folder of this machine.

    >>> place("s3://news/landing/")
    's3://news/landing'
    >>> place("file:///data/landing"), place("data/landing")
    (PosixPath('/data/landing'), PosixPath('data/landing'))
    """
    text = str(given)
    if "://" not in text:
        return Path(given)
    if text.startswith("file://") and urlsplit(text).netloc in {"", "localhost"}:
        return Path(unquote(urlsplit(text).path) or "/")
    scheme, _, rest = text.partition("://")
    return f"{scheme}://{rest.rstrip('/')}"


def trouble_with_landing(url: str) -> str | None:
    """Say why documents cannot be read from a URL; None if nothing is known against it."""
    from fsspec.registry import get_filesystem_class, known_implementations  # noqa: PLC0415 - hardly ever wanted

    scheme = url.partition("://")[0].split("::")[-1]
    if scheme == "file":
        return f"{url} {_OF_ANOTHER_MACHINE}"
    if scheme not in known_implementations:
        return f"{url}: there is no kind of store {scheme!r}; s3, gs, abfs, sftp and others of fsspec are"
    if scheme in {"s3", "s3a"}:
        if not url.partition("://")[2].strip("/"):
            return f"{url} names no bucket; write {scheme}://bucket/landing"
        return None if find_spec("s3fs") else f"{url} {_EXTRA}"
    try:
        get_filesystem_class(scheme)
    except ImportError as error:
        return f"{url} needs a library that is not installed: {error}"
    return None


def trouble_with_curated(url: str) -> str | None:
    """Say why tables cannot lie at a URL; None if nothing is known against it."""
    scheme, rest = url.partition(":")[0], url.partition("://")[2]
    if scheme == "file":
        return f"{url} {_OF_ANOTHER_MACHINE}"
    if scheme not in TABLE_SCHEMES:
        return f"{url}: tables go into a folder or to s3://bucket/path, not to {scheme}://"
    if not rest.strip("/").partition("/")[2]:
        return f"{url}: name a folder inside the bucket, as s3://bucket/curated"
    if not (find_spec("s3fs") and find_spec("deltalake")):
        return f"{url} {_EXTRA}"
    return None


def cache_folder(url: str, cache: Path | None = None) -> Path:
    """The folder of this machine that belongs to a URL; it need not exist.

    Args:
        url: The URL.
        cache: The folder for all of them; by default `INGEST_CACHE`, else one in the user's cache folder.
    """
    given = cache or os.environ.get("INGEST_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "document-ingest"
    return Path(given or home) / sha256(url.encode()).hexdigest()[:16]


def tables_around(folder: Path) -> Path | None:
    """The curated folder in whose own folders this one lies: a table, a snapshot, the report; else None."""
    resolved = folder.resolve()
    own = (one for one in (resolved, *resolved.parents) if one.name.startswith("."))
    return next((one.parent for one in own if os.path.lexists(one.parent / SNAPSHOTS / "current")), None)


def absolute(where: Place) -> Place:
    """The place as it is called from anywhere."""
    return where if isinstance(where, str) else where.resolve()


def is_inside(where: Place, other: Place) -> bool:
    """Whether one place lies below another, or is the same.

    >>> is_inside("s3://news/landing/tables", "s3://news/landing"), is_inside("s3://news/landing2", "s3://news/landing")
    (True, False)
    """
    if isinstance(where, str) or isinstance(other, str):
        return f"{where}/".startswith(f"{other}/")
    return where.resolve().is_relative_to(other.resolve())


_OF_ANOTHER_MACHINE = "names another machine; write a folder of this one in full, as file:///data/landing"
_EXTRA = "needs the extra `s3`: pip install 'document-ingest[s3]'"
