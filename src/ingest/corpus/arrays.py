"""Sorting, counting and looking up in arrays and columns: what the corpus step is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingest.signature import GOLDEN
from ingest.tables.constraints import ID_BYTES, id_array

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.uint32]
Ids: TypeAlias = npt.NDArray[np.uint64]
Floats: TypeAlias = npt.NDArray[np.floating]

_Whole = TypeVar("_Whole", bound=np.integer)

_SIEVE_BITS = range(14, 23)
"""A sieve is as small as it may be, and stays near the processor so: 16 to 32 places for each value."""
_SIEVE_PLACES = 4


def ranks(groups: npt.NDArray[np.integer]) -> Ints:
    """The place of each element in its run of equal ones, from 0."""
    if not len(groups):
        return np.zeros(0, np.int64)
    begins = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    lengths = np.diff(np.append(begins, len(groups)))
    return np.arange(len(groups)) - np.repeat(begins, lengths)


def counted(values: npt.NDArray[_Whole]) -> tuple[npt.NDArray[_Whole], Ints]:
    """The distinct values, ascending, and how often each stands there.

    By sorting, which for many values is faster than NumPy's hash table.
    """
    ordered = np.sort(values, axis=None)
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    return ordered[begins], np.diff(np.append(begins, len(ordered)))


def distinct(values: npt.NDArray[_Whole]) -> npt.NDArray[_Whole]:
    """The distinct values, ascending."""
    return counted(values)[0]


def positions(ordered: npt.NDArray[np.generic], wanted: npt.NDArray[np.generic]) -> Ints:
    """Where each wanted value stands among ascending ones; -1 where it does not."""
    if not len(ordered):
        return np.full(len(wanted), -1, np.int64)
    at = np.searchsorted(ordered, wanted)
    at[at == len(ordered)] = 0
    return np.where(ordered[at] == wanted, at, -1).astype(np.int64)


def numbered(values: npt.NDArray[_Whole]) -> tuple[npt.NDArray[_Whole], Ints, Ints]:
    """The distinct values, ascending; the index of each element's value there; and how often each stands."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    is_first = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
    index = np.empty(len(values), np.int64)
    index[order] = np.cumsum(is_first) - 1
    begins = np.flatnonzero(is_first)
    return ordered[begins], index, np.diff(np.append(begins, len(ordered)))


def id_numbers(ids: pa.ChunkedArray | pa.Array) -> Ids:
    """Ids of 16 hexadecimal digits as numbers, which are in the same order and compare fast.

    Raises:
        StoreError: A value is missing or is not 16 characters long.
    """
    return np.frombuffer(bytes.fromhex(id_array(ids).tobytes().decode("ascii")), ">u8").astype(np.uint64)


def id_strings(numbers: Ids) -> pa.Array:
    """Numbers as ids of 16 hexadecimal digits."""
    text = numbers.astype(">u8").tobytes().hex().encode("ascii")
    offsets = np.arange(len(numbers) + 1, dtype=np.int32) * ID_BYTES
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(text))


def located(values: npt.NDArray[_Whole], wanted: npt.NDArray[_Whole]) -> tuple[Ints, Ints]:
    """Which values are among the wanted ones: through a sieve first, for most are not.

    Each place of the sieve tells one wanted value that falls there; another one is searched for.

    Args:
        values: Any values.
        wanted: In any order.

    Returns:
        The indexes of the values that are, ascending; and where each of them stands among the wanted ones.
    """
    if not len(wanted):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    bits = min(max(len(wanted).bit_length() + _SIEVE_PLACES, _SIEVE_BITS[0]), _SIEVE_BITS[-1])
    sieve, holder = np.zeros(1 << bits, np.bool_), np.empty(1 << bits, np.int32)
    fallen, drawn = _drawn(wanted, bits), _drawn(values, bits)
    sieve[fallen], holder[fallen] = True, np.arange(len(wanted), dtype=np.int32)
    at = np.flatnonzero(sieve[drawn])
    where = holder[drawn[at]].astype(np.int64)
    unlike = np.flatnonzero(wanted[where] != values[at])
    order = np.argsort(wanted)
    where[unlike] = np.append(order, -1)[positions(wanted[order], values[at[unlike]])]
    there = where >= 0
    return at[there], where[there]


def among(values: npt.NDArray[_Whole], wanted: npt.NDArray[_Whole]) -> Flags:
    """Which values are among the wanted ones."""
    found = np.zeros(len(values), np.bool_)
    found[located(values, wanted)[0]] = True
    return found


def _drawn(values: npt.NDArray[np.integer], bits: int) -> npt.NDArray[np.integer]:
    """Where values fall in a sieve; 32 bits are hashes, of which some bits do."""
    if values.dtype == np.uint32:
        return values & np.uint32((1 << bits) - 1)
    return values.astype(np.uint64) * GOLDEN >> np.uint64(64 - bits)


def stretches(begins: Ints, lengths: Ints) -> Ints:
    """The numbers of all stretches that begin there and are so long, one after another."""
    ends = np.cumsum(lengths)
    return np.repeat(begins - ends + lengths, lengths) + np.arange(int(lengths.sum()))


@dataclass(frozen=True)
class Rows:
    """Lists of numbers of different lengths, one after another.

    Attributes:
        starts: Where each list begins, and the length of all at the end.
        values: Their numbers.
    """

    starts: Ints
    values: Numbers

    @classmethod
    def of(cls, lists: pa.ChunkedArray) -> Rows:
        """A column of lists."""
        whole = lists.combine_chunks()
        lengths = pc.list_value_length(whole).to_numpy().astype(np.int64)
        return cls(np.append(0, np.cumsum(lengths)), whole.flatten().to_numpy())

    @classmethod
    def grouped(cls, owners: Ints, values: Numbers, count: int) -> Rows:
        """Values by their owners, which ascend, for so many owners."""
        return cls(np.searchsorted(owners, np.arange(count + 1)), values)

    @classmethod
    def stacked(cls, several: Sequence[Rows]) -> Rows:
        """All lists of several, one after another."""
        lengths = np.concatenate([rows.lengths for rows in several])
        return cls(np.append(0, np.cumsum(lengths)), np.concatenate([rows.values for rows in several]))

    def __len__(self) -> int:
        """Number of lists."""
        return len(self.starts) - 1

    @property
    def lengths(self) -> Ints:
        """Length of each list."""
        return np.diff(self.starts)

    @property
    def owners(self) -> Ints:
        """Whose list each value stands in."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, which: Ints) -> Rows:
        """Some of the lists; Arrow copies each whole, which numbers picked one by one take far longer for."""
        begins = pa.py_buffer(self.starts * self.values.itemsize)
        kind = pa.large_binary()
        lists = pa.Array.from_buffers(kind, len(self), [None, begins, pa.py_buffer(self.values)])
        _, ends, content = lists.take(pa.array(which)).buffers()
        starts = np.frombuffer(ends, np.int64, len(which) + 1) // self.values.itemsize
        return Rows(starts, np.frombuffer(content, self.values.dtype, int(starts[-1])))

    def any_of(self, flags: Flags) -> Flags:
        """Which lists hold a value that is flagged."""
        before = np.append(0, np.cumsum(flags))
        return before[self.starts[1:]] > before[self.starts[:-1]]


def lookup(keys: pa.ChunkedArray, table: pa.Table, key: str, value: str) -> pa.ChunkedArray:
    """The value that `table` gives for each key; null where it gives none."""
    return table.column(value).take(pc.index_in(keys, table.column(key).combine_chunks()))


def differing(before: pa.Table, now: pa.Table, key: str, columns: Sequence[str]) -> pa.Array:
    """Keys of rows whose values are not what they were; a row that was not there counts as null.

    Args:
        before: The rows that were.
        now: The rows that are.
        key: The column that tells rows apart.
        columns: The columns to compare.
    """
    at = pc.index_in(now.column(key), before.column(key).combine_chunks())
    same = reduce(pc.and_, (_is_same(now.column(name), before.column(name).take(at)) for name in columns))
    return now.column(key).filter(pc.invert(same)).combine_chunks()


def _is_same(one: pa.ChunkedArray, other: pa.ChunkedArray) -> pa.ChunkedArray:
    both_missing = pc.and_(pc.is_null(one), pc.is_null(other))
    return pc.or_(pc.fill_null(pc.equal(one, other), fill_value=False), both_missing)
