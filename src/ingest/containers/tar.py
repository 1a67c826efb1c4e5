"""Tar archives, read as a stream from front to back."""

from __future__ import annotations

import re
import tarfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, NoReturn, cast

from ingest.containers.archives import NOT_REGULAR, is_skipped, read_member
from ingest.containers.entries import Entry
from ingest.errors import DocumentError
from ingest.items import escape_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.containers.entries import Source

_CUT = re.compile("truncated|empty|unexpected end")  # as tarfile says it
_LONGEST_HEADER = 1 << 20
_EXTENDED = (
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
)


class _Member(tarfile.TarInfo):
    """A member whose headers are bounded: tarfile reads extended ones, and maps of sparse files, whole."""

    def _proc_member(self, archive: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _EXTENDED and self.size > _LONGEST_HEADER:
            raise DocumentError("landing", "corrupt", f"a header of {self.size} bytes at byte {self.offset}")
        if self.type == tarfile.GNUTYPE_SPARSE:
            self._proc_gnusparse_10()
        return cast("tarfile.TarInfo", super()._proc_member(archive))  # type: ignore[misc]  # meant to be overridden

    def _proc_gnusparse_10(self, *_: object) -> NoReturn:
        raise DocumentError(
            "landing", "unsupported_type", f"a sparse file at byte {self.offset}; unpack it first"
        )


def read_tar(source: Source) -> Iterator[Entry]:
    """Give each file of a tar archive in its order.

    Raises:
        DocumentError: The archive ends before its end mark, or is damaged: what came before stands.
    """
    try:
        yield from _members(source)
    except (tarfile.TarError, ValueError, OverflowError) as error:
        reason = "truncated" if _CUT.search(str(error)) else "corrupt"
        raise DocumentError("landing", reason, f"the tar archive breaks off: {error}") from error


def _members(source: Source) -> Iterator[Entry]:
    with tarfile.open(fileobj=source.file, mode="r|", tarinfo=_Member, errorlevel=1) as archive:
        # `next` takes a damaged header for the end; `fromtarfile` tells them apart.
        member: tarfile.TarInfo | None = archive.firstmember  # type: ignore[attr-defined]  # read by `open`
        while member is not None:
            yield from _read(source, archive, member)
            archive.fileobj.seek(archive.offset)
            try:
                member = _Member.fromtarfile(archive)
            except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # the end mark
                return


def _read(source: Source, archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[Entry]:
    if member.isdir() or is_skipped(member.name):
        return
    key = escape_key(member.name)
    if not member.isreg():
        yield Entry(key, None, problem=("unsupported_type", NOT_REGULAR), size_bytes=member.size)
        return
    try:
        yield from read_member(
            source, key, member.size, lambda: cast("BinaryIO", archive.extractfile(member))
        )
    except zlib.error as error:
        yield Entry(
            key, None, problem=("corrupt", f"damaged in its archive: {error}"), size_bytes=member.size
        )
