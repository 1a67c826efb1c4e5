"""Archives of files: zip.  Nothing is ever extracted to disk under a name that an archive gives."""

from __future__ import annotations

import errno
import io
import shutil
import stat
import struct
import tempfile
import zipfile
import zlib
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, cast

from ingest.containers.cut_zip import members_before_cut
from ingest.containers.entries import Entry, Exhausted
from ingest.decode.media import CONTAINER_TYPES, MEDIA_TYPES, container_type_of, media_type_of
from ingest.errors import DocumentError
from ingest.items import TEMPORARY, escape_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.containers.entries import Source

MOST_NESTED = 1
"""Containers that may stand around a container."""

# What zipfile raises, beside its own error, over archives that are damaged or made to harm.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    ValueError,  # UnicodeError among them
    OverflowError,
    IndexError,
    OSError,  # a place before the file's beginning; see `_check_damage`
)
_ENCRYPTED = 0x1
_METHODS = frozenset(
    {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}
)  # LZMA may ask for gigabytes


def read_zip(source: Source) -> Iterator[Entry]:
    """Give each file of a zip archive, in the order of its directory."""
    try:
        archive = zipfile.ZipFile(source.file)
    except _DAMAGED as error:
        _check_damage(error)
        yield from _before_cut(source)
        return
    except NotImplementedError as error:
        raise DocumentError(
            "landing", "unsupported_type", f"a zip archive of another kind: {error}"
        ) from error
    with archive:
        for info in archive.infolist():
            name = info.filename
            if name.endswith("/") or is_skipped(name):
                continue
            key = escape_key(name)
            if info.flag_bits & _ENCRYPTED:
                detail = "encrypted; no password is asked for"
                yield Entry(key, None, problem=("encrypted", detail), size_bytes=info.file_size)
            elif info.compress_type not in _METHODS:
                detail = f"packed by method {info.compress_type}, which is not read; deflate is"
                yield Entry(key, None, problem=("unsupported_type", detail), size_bytes=info.file_size)
            elif stat.S_ISLNK(info.external_attr >> 16):
                yield Entry(key, None, problem=("unsupported_type", NOT_REGULAR), size_bytes=info.file_size)
            else:
                yield from _guarded(source, key, info, archive)


NOT_REGULAR = "a link, pipe or device inside an archive; only regular files are read"


def _before_cut(source: Source) -> Iterator[Entry]:
    """The files that stand before the cut in an archive without its list."""
    for name, content in members_before_cut(source.file, source.limit, source.budget):
        if not name.endswith("/") and not is_skipped(name):
            yield from read_member(source, escape_key(name), len(content), partial(io.BytesIO, content))


def _guarded(source: Source, key: str, info: zipfile.ZipInfo, archive: zipfile.ZipFile) -> Iterator[Entry]:
    """One member; what is wrong with it is its own problem."""
    try:
        yield from read_member(source, key, info.file_size, lambda: cast("BinaryIO", archive.open(info)))
    except _DAMAGED as error:
        _check_damage(error)
        yield Entry(
            key, None, problem=("corrupt", f"damaged in its archive: {error}"), size_bytes=info.file_size
        )
    except (NotImplementedError, RuntimeError) as error:
        detail = f"packed in a way that is not read: {error}"
        yield Entry(key, None, problem=("unsupported_type", detail), size_bytes=info.file_size)


def _check_damage(error: Exception) -> None:
    """Let the operating system's own errors through, which say nothing of the archive."""
    if isinstance(error, OSError) and error.errno != errno.EINVAL:
        raise error


def is_skipped(name: str) -> bool:
    """Whether nobody means a member as a document: as for names in the landing folder."""
    return any(part.startswith(".") and part not in {".", ".."} for part in name.split("/")) or any(
        TEMPORARY.fullmatch(part) for part in name.split("/")
    )


def read_member(source: Source, key: str, size: int, open_member: Callable[[], BinaryIO]) -> Iterator[Entry]:
    """Give a member of an archive, or the items of the container that it is."""
    container_type, is_gzip = container_type_of(key)
    if container_type is not None:
        if source.depth >= MOST_NESTED:
            detail = f"a container inside {source.depth + 1} containers; unpack the outer one"
            yield Entry(key, None, problem=("nested", detail), size_bytes=size)
            return
        yield from _nested(source, key, size, (container_type, is_gzip), open_member)
    elif media_type_of(key)[0] is None:
        detail = f"no supported suffix; {', '.join((*MEDIA_TYPES, *CONTAINER_TYPES))} are, each also with .gz"
        yield Entry(key, None, problem=("unsupported_type", detail), size_bytes=size)
    else:
        with open_member() as stream:
            content = stream.read(source.limit + 1)
        source.budget.spend(len(content))
        if len(content) > source.limit:
            detail = f"unpacks to more than the limit of {source.limit} bytes"
            yield Entry(key, None, problem=("too_large", detail), size_bytes=size)
        else:
            yield Entry(key, content)


def _nested(
    source: Source, key: str, size: int, kind: tuple[str, bool], open_member: Callable[[], BinaryIO]
) -> Iterator[Entry]:
    """The items of a container inside this one; where it breaks off, that is a problem of its own."""
    assert source.read_inside is not None
    with open_member() as stream, tempfile.TemporaryFile() as copy:
        inner = source.inside(stream)
        try:
            if kind[0] == "application/zip":  # it has to be read from its end
                shutil.copyfileobj(inner.file, copy)
                copy.seek(0)
                inner = replace(inner, file=cast("BinaryIO", copy))
            for entry in source.read_inside(inner, *kind):
                yield replace(entry, key=f"{key}#{entry.key}", offset=None)
        except Exhausted:
            raise
        except DocumentError as error:
            yield Entry(key, None, problem=(error.reason, error.detail), size_bytes=size)
