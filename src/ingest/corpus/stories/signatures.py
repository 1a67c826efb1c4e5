"""Signatures of documents in memory: what the search for stories and near-duplicates reads of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import Rows, among, id_numbers, positions
from ingest.corpus.stories.profiles import NO_DAY, Entries, word_entries
from ingest.corpus.stories.rarity import QUOTED, WORD, WORD_BITS, coded
from ingest.tables.parts import read_groups
from ingest.tables.state import SIGNATURES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.corpus.arrays import Flags, Ids, Ints, Numbers
    from ingest.corpus.stories.rarity import Rarity

_AT_ONCE = 1 << 14


@dataclass(frozen=True)
class Signatures:
    """What documents left for the search, in ascending order of their ids.

    Attributes:
        days: Days since 1970-01-01 of their publication, or `NO_DAY`.
        words: Codes of their words.
        quoted: Codes of runs of words inside their quotations.
        shingles: The smallest hashes of all their runs of words.
    """

    days: Ints
    words: Rows
    quoted: Rows
    shingles: Rows

    @classmethod
    def read(cls, paths: Sequence[Path], ids: Ids) -> Signatures:
        """The signatures of these documents, which are ascending."""
        found = [SIGNATURES.schema().empty_table()]
        at = [np.zeros(0, np.int64)]
        for path in paths if len(ids) else ():
            for rows in read_groups(path, SIGNATURES.names):
                index = positions(ids, id_numbers(rows.column("document_id")))
                found.append(rows if (index >= 0).all() else rows.filter(pa.array(index >= 0)))
                at.append(index[index >= 0])
        order = np.concatenate(at)
        rows = pa.concat_tables(found)
        days = pc.fill_null(rows.column("published_day"), NO_DAY).to_numpy().astype(np.int64)
        lists = [Rows.of(rows.column(name)) for name in ("words", "quoted", "shingles")]
        if (order[1:] < order[:-1]).any():
            by_id = np.argsort(order)
            days, lists = days[by_id], [one.take(by_id) for one in lists]
        words, quoted, shingles = lists
        return cls(
            days,
            Rows(words.starts, coded(WORD, words.values)),
            Rows(quoted.starts, coded(QUOTED, quoted.values)),
            shingles,
        )

    def count(self, some: Ints) -> tuple[Ints, Numbers]:
        """In how many of some documents each word stands, by its code; and the quoted words of each."""
        whole = len(some) == len(self.days)
        words, quoted = (rows if whole else rows.take(some) for rows in (self.words, self.quoted))
        return np.bincount(words.values, minlength=1 << WORD_BITS), quoted.values

    def holding(self, codes: Numbers) -> Flags:
        """Which documents have one of these words or quoted words."""
        return self.words.any_of(among(self.words.values, codes)) | self.quoted.any_of(
            among(self.quoted.values, codes)
        )

    def entries(self, some: Ints, rarity: Rarity) -> Entries:
        """The rarest words and quoted words of some documents, whose indexes the entries hold."""
        found = []
        for at in range(0, len(some), _AT_ONCE):
            part = some[at : at + _AT_ONCE]
            found.append(word_entries(part, self.words.take(part), rarity))
            found.append(word_entries(part, self.quoted.take(part), rarity))
        return Entries.stacked(found)
