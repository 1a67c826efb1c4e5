"""Which names a run can have given another entity: those of the blocks that it has changed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.totals import corpus_names, lacking
from ingest.names.authority import load_authority
from ingest.names.blocks import CROWD, LIMITED, Surroundings, blocks, with_a_gap, words_borne
from ingest.names.decisions import load_decisions
from ingest.names.variants import is_slip
from ingest.state_tables import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingest.corpus.totals import Totals
    from ingest.names.authority import Authority
    from ingest.names.blocks import Block
    from ingest.names.decisions import Decision
    from ingest.names.distinct import CorpusName
    from ingest.settings import Settings

HASH_BYTES = 8


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
    """Names reached so far, and what is known of their blocks."""

    def __init__(
        self, before: Totals, now: Totals, index: pa.Table, touched: pa.Array, authority: Authority
    ) -> None:
        self._now = now
        self._authority = authority
        self._were = corpus_names(before.of(touched))
        self._names = corpus_names(now.of(touched))
        self._touched = touched.to_pylist()
        self._reached: set[str] = set()
        self._seen: set[Block] = set()
        self._crowds: set[Block] = set()
        rest = lacking(index, touched)
        fresh = _index(self._names, authority)
        self.index = pa.concat_tables([rest, fresh])
        self._all = _Members(pa.concat_tables([rest, fresh, _index(self._were, authority)]))
        self._was = _Members(pa.concat_tables([rest, _index(self._were, authority)]))
        self._is = _Members(self.index)

    def reach(self, names: Iterable[str]) -> None:
        """Add names and all that share a block with them, and so on."""
        found = set(names)
        while found := found - self._reached:
            self._reached |= found
            self._read(found)
            fresh = {block for name in found for block in self._blocks_of(name)} - self._seen
            self._seen |= fresh
            found = {name for members in self._linking(fresh) for name in members}

    def words_that_changed(self) -> set[str]:
        """Names that are a word which a person bears now and did not, or the other way round."""
        words: set[Block] = set()
        for name in self._touched:
            now, was = (words_borne(rows[name]) if name in rows else () for rows in (self._names, self._were))
            words |= {("word", word) for word in {*now} ^ {*was}}
        return set[str]().union(*self._all.of(words).values())

    def decided(self, decisions: tuple[Decision, ...]) -> set[str]:
        """Names that decisions speak of, by type and key or by the entry of the authority."""
        spoken = {ref for d in decisions for ref in (d.name, d.other) if ref is not None}
        names = self._now.names
        refs = pc.binary_join_element_wise(names.column("entity_type"), names.column("key"), "\n")
        wanted = pa.array([f"{kind}\n{key}" for kind, key in sorted(spoken)], pa.string())
        found = set(names.filter(pc.is_in(refs, wanted)).column("name_id").to_pylist())
        entries: set[Block] = {("entry", d.value) for d in decisions if d.action == "is"}
        return found.union(*self._all.of(entries).values())

    def found(self) -> Affected:
        """Give what was reached."""
        ids = pa.array(sorted(self._reached), pa.string())
        names = corpus_names(self._now.of(ids))
        words: set[Block] = {block for block in self._seen if block[0] == "word"}
        bearers = self._is.of({("borne", word) for _, word in words})
        around = Surroundings(frozenset(self._crowds), frozenset(word for _, word in bearers))
        return Affected(names, ids, around, self.index)

    def _read(self, names: Iterable[str]) -> None:
        unread = pa.array([name for name in names if name not in self._names], pa.string())
        self._names |= corpus_names(self._now.of(unread))

    def _blocks_of(self, name: str) -> set[Block]:
        states = (rows[name] for rows in (self._names, self._were) if name in rows)
        return {block for row in states for block in blocks(row, self._authority)}

    def _linking(self, fresh: set[Block]) -> Iterable[set[str]]:
        """The names of the blocks in which names have a say on each other."""
        was = self._was.of({block for block in fresh if block[0] in LIMITED})
        now = self._is.of({block for block in fresh if block[0] in LIMITED})
        members = self._all.of(fresh)
        crowds = {block for block, names in now.items() if len(names) > CROWD}
        self._crowds |= crowds
        silent = {block for block in crowds if len(was.get(block, ())) > CROWD}
        slips = {block: names for block, names in members.items() if block[0] == "slip"}
        compared = {block: names for block, names in slips.items() if block not in silent}
        self._read({name for names in compared.values() for name in names})
        silent |= {block for block, names in compared.items() if not self._may_slip(block, names)}
        return [names for block, names in members.items() if block not in silent]

    def _may_slip(self, block: Block, names: set[str]) -> bool:
        rows = [rows[name] for name in names for rows in (self._names, self._were) if name in rows]
        words = {word for row in rows for rest, word in with_a_gap(row) if rest == block[1]}
        return any(is_slip(one, other) for one, other in combinations(sorted(words), 2))


class _Members:
    """The names of blocks."""

    def __init__(self, index: pa.Table) -> None:
        self._names = index.column("name_id")
        self._blocks = index.column("block").to_numpy()

    def of(self, wanted: set[Block]) -> dict[Block, set[str]]:
        """The names of some blocks."""
        by_hash = {_hash(block): block for block in wanted}
        at = np.flatnonzero(np.isin(self._blocks, np.fromiter(by_hash, np.int64, len(by_hash))))
        members: dict[Block, set[str]] = defaultdict(set)
        names = self._names.take(pa.array(at)).to_pylist()
        for name, block in zip(names, self._blocks[at].tolist(), strict=True):
            members[by_hash[block]].add(name)
        return members


def _index(names: Mapping[str, CorpusName], authority: Authority) -> pa.Table:
    """Rows of `_blocks`."""
    rows = [
        (ident, _hash(block))
        for ident, row in names.items()
        for block in blocks(row, authority) | {("borne", word) for word in words_borne(row)}
    ]
    columns = {"name_id": [ident for ident, _ in rows], "block": [block for _, block in rows]}
    return pa.table(columns, BLOCKS.schema())


def _hash(block: Block) -> int:
    digest = blake2b("\n".join(block).encode(), digest_size=HASH_BYTES).digest()
    return int.from_bytes(digest, "big", signed=True)
