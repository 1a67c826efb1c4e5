"""Which names a run can have given another entity: those of the blocks that it has changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import among
from ingest.corpus.totals import corpus_names, lacking
from ingest.names.authority import load_authority
from ingest.names.forms.variants import is_slip
from ingest.names.resolve.blocks import (
    CROWD,
    LIMITED,
    OTHER_SIDE,
    SILENT,
    Surroundings,
    block_hash,
    blocks,
    gaps,
    is_of,
    may_be_misread,
    words_borne,
)
from ingest.names.resolve.decisions import load_decisions
from ingest.tables.state import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingest.corpus.arrays import Ints
    from ingest.corpus.totals import Totals
    from ingest.names.authority import Authority
    from ingest.names.resolve.decisions import Decision
    from ingest.names.resolve.distinct import CorpusName
    from ingest.settings import Settings


@dataclass(frozen=True, slots=True)
class Affected:
    """The names to resolve, which share no block with any other.

    Attributes:
        names: Those that there are now, by id.
        ids: Ids of all, those included that are no more.
        around: What the other names say of them.
        index: Rows of `_blocks` now.
    """

    names: Mapping[str, CorpusName]
    ids: pa.Array
    around: Surroundings
    index: pa.Table


def everything(totals: Totals, settings: Settings) -> Affected:
    """Take all names of a corpus."""
    names = corpus_names(totals)
    index = _index(names, load_authority(settings))
    return Affected(names, pa.array(names, pa.string()), Surroundings(), index)


def affected(before: Totals, now: Totals, index: pa.Table, touched: pa.Array, settings: Settings) -> Affected:
    """Find the names that share a block with a name that has changed, directly or by way of others.

    Blocks are looked at as they were and as they are, for a name that goes sets others free.  What the
    analyst's decisions speak of is always among them.

    Args:
        before: Totals before the run.
        now: Totals after it.
        index: `_blocks` before the run.
        touched: Ids of names that are new, gone, or have other counts.
        settings: Settings that names are resolved with.
    """
    search = _Search(before, now, index, touched, load_authority(settings))
    search.reach(touched.to_pylist())
    search.reach(search.words_that_changed())
    search.reach(search.decided(load_decisions(settings.decisions_path)))
    return search.found()


class _Search:
    """Names reached so far, and their blocks, as they were and as they are."""

    def __init__(
        self, before: Totals, now: Totals, index: pa.Table, touched: pa.Array, authority: Authority
    ) -> None:
        self._now, self._both = now, (before, now)
        self._touched = [corpus_names(totals.of(touched)) for totals in (before, now)]
        were, are = (_index(names, authority) for names in self._touched)
        rest = lacking(index, touched)
        self.index = pa.concat_tables([rest, are])
        both = pa.concat_tables([self.index, were])
        self._ids = pc.unique(pa.concat_arrays([both.column("name_id").combine_chunks(), touched]))
        self._names = pc.index_in(both.column("name_id"), self._ids).to_numpy()
        self._blocks = both.column("block").to_numpy()
        self._is_now = np.arange(both.num_rows) < self.index.num_rows
        self._was = (np.arange(both.num_rows) < rest.num_rows) | ~self._is_now
        self._reached = np.zeros(len(self._ids), np.bool_)
        self._seen = np.zeros(0, np.int64)
        self._crowds: set[int] = set()

    def reach(self, names: Iterable[str]) -> None:
        """Add names and all that share a block with them, and so on."""
        found = pc.index_in(pa.array(names, pa.string()), self._ids).to_numpy()
        while len(found := found[~self._reached[found]]):
            self._reached[found] = True
            mine = np.unique(self._blocks[np.isin(self._names, found)])
            fresh = np.setdiff1d(mine, self._seen, assume_unique=True)
            self._seen = np.union1d(self._seen, fresh)
            found = np.unique(self._names[among(self._blocks, self._linking(fresh))])

    def words_that_changed(self) -> list[str]:
        """Names that are a word which a person bears now and did not, or the other way round."""
        were, are = ({(i, w) for i, n in names.items() for w in words_borne(n)} for names in self._touched)
        return self._holding(block_hash(("word", word)) for _, word in were ^ are)

    def decided(self, decisions: tuple[Decision, ...]) -> list[str]:
        """Names that decisions speak of, by type and key or by the entry of the authority."""
        spoken = {ref for d in decisions for ref in (d.name, d.other) if ref is not None}
        names = self._now.names
        refs = pc.binary_join_element_wise(names.column("entity_type"), names.column("key"), "\n")
        wanted = pa.array([f"{kind}\n{key}" for kind, key in sorted(spoken)], pa.string())
        found: list[str] = names.filter(pc.is_in(refs, wanted)).column("name_id").to_pylist()
        entries = self._holding(block_hash(("entry", d.value)) for d in decisions if d.action == "is")
        return list({*found, *entries})

    def found(self) -> Affected:
        """Give what was reached."""
        ids = self._ids.filter(pa.array(self._reached))
        names = corpus_names(self._now.of(ids))
        words = {name.key for name in names.values() if may_be_misread(name)}
        now = set(self._blocks[self._is_now].tolist())
        borne = frozenset(word for word in words if block_hash(("borne", word)) in now)
        return Affected(names, ids, Surroundings(frozenset(self._crowds), borne), self.index)

    def _holding(self, hashes: Iterable[int]) -> list[str]:
        """Names of some blocks."""
        at = among(self._blocks, np.array(list(hashes), np.int64))
        held: list[str] = self._ids.take(pa.array(np.unique(self._names[at]))).to_pylist()
        return held

    def _linking(self, fresh: Ints) -> Ints:
        """The blocks in which names have a say on each other: of a short form only if it is a name."""
        limited = is_of(fresh, LIMITED)
        crowds, were = (fresh[limited & (self._sizes(fresh, at) > CROWD)] for at in (self._is_now, self._was))
        self._crowds |= set(crowds.tolist())
        silent = np.intersect1d(crowds, were)
        compared = np.setdiff1d(fresh[is_of(fresh, ("slip",))], silent)
        explained = fresh[is_of(fresh, ("means", "meant"))]
        told = among(explained ^ OTHER_SIDE, self._blocks)
        says_nothing = fresh[is_of(fresh, SILENT)]
        none = (silent, compared[~self._may_slip(compared)], explained[~told], says_nothing)
        both_sides = np.union1d(fresh, explained[told] ^ OTHER_SIDE)
        return np.setdiff1d(both_sides, np.concatenate(none))

    def _sizes(self, blocks: Ints, at: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Ints:
        held = self._blocks[at & among(self._blocks, blocks)]
        return np.bincount(np.searchsorted(blocks, held), minlength=len(blocks)).astype(np.int64)

    def _may_slip(self, compared: Ints) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Of which blocks two words may be one, misspelt."""
        at = among(self._blocks, compared)
        held, times = np.unique(self._blocks[at], return_counts=True)
        at &= among(self._blocks, held[times > 1])
        ids = self._ids.take(pa.array(np.unique(self._names[at])))
        words: dict[int, set[str]] = defaultdict(set)
        keys = {
            key for totals in self._both for key in pc.unique(totals.of(ids).names.column("key")).to_pylist()
        }
        for key in keys:
            for rest, word in gaps(key):
                words[block_hash(("slip", rest))].add(word)
        pairs = (combinations(sorted(words[block]), 2) for block in compared.tolist())
        return np.array([any(is_slip(*pair) for pair in found) for found in pairs], np.bool_)


def _index(names: Mapping[str, CorpusName], authority: Authority) -> pa.Table:
    """Rows of `_blocks`."""
    rows = [
        (ident, block_hash(block))
        for ident, row in names.items()
        for block in blocks(row, authority) | {("borne", word) for word in words_borne(row)}
    ]
    columns = {"name_id": [ident for ident, _ in rows], "block": [block for _, block in rows]}
    return pa.table(columns, BLOCKS.schema())
