"""Which quotations of the corpus say the same: those of speakers that a run touched are compared anew."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.arrays import Rows, among, counted, distinct
from ingest.corpus.stories.rarity import WORD, coded
from ingest.corpus.stories.statements import Said, same_statements
from ingest.tables.parts import read_groups
from ingest.tables.state import SAID

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.corpus.arrays import Flags, Ints, Numbers
    from ingest.corpus.stories import Stories

_SAME = pa.schema([("quote_id", pa.string()), ("same_statement_id", pa.string())])


@dataclass(frozen=True, slots=True)
class Touched:
    """What makes a quotation one that has to be compared anew.

    Attributes:
        documents: Ids of documents that were read anew, or whose story is another.
        names: Ids of names that are linked otherwise.
        words: Words of another rarity; None where all may be so.
    """

    documents: pa.Array
    names: pa.Array
    words: Numbers | None


def statement_ids(
    said: Sequence[Path], stories: Stories, links: pa.Table, touched: Touched, before: pa.Table
) -> pa.Table:
    """Link quotations of one speaker that say the same within a story.

    Read are first the speakers alone, then the words of those whom two documents of a story quote.

    Args:
        said: Parts of `_said`.
        stories: The stories.
        links: Rows of `_links` that are names.
        touched: What changed.
        before: `quote_id` and `same_statement_id` of the quotations of the current snapshot, as far as
            they are linked.

    Returns:
        `quote_id` and `same_statement_id`, one row for each linked quotation.
    """
    voices = _Voices(stories.documents, links)
    fresh, stays = voices.to_compare(said, touched, before)
    quotes: dict[int, list[Said]] = defaultdict(list)
    for path in said if len(fresh) else ():
        for rows in read_groups(path, SAID.names):
            voice = voices.of(rows)
            kept = np.isin(voice, fresh)
            fields = ("quote_id", "document_id", "words")
            columns = (rows.column(name).filter(pa.array(kept)).to_pylist() for name in fields)
            for ident, document, words, speaker in zip(*columns, voice[kept].tolist(), strict=True):
                quotes[speaker].append(Said(ident, document, speaker, words))
    word_weights = stories.rarity.word_weights() if quotes else np.zeros(0)

    def rarity(word: int) -> float:
        return float(word_weights[word & (len(word_weights) - 1)])

    linked: dict[str, str] = {}
    for speaker in sorted(quotes):
        linked |= same_statements(quotes[speaker], rarity)
    made = pa.table({"quote_id": list(linked), "same_statement_id": list(linked.values())}, _SAME)
    return pa.concat_tables([before.filter(stays).cast(_SAME), made])


class _Voices:
    """Who speaks in which story, as one number; -1 where nobody does, or in none."""

    def __init__(self, documents: pa.Table, links: pa.Table) -> None:
        told = documents.filter(pc.is_valid(documents.column("story_id")))
        self._documents = told.column("document_id").combine_chunks()
        self._stories = _codes(told.column("story_id"))
        self._names = links.column("name_id").combine_chunks()
        self._speakers = _codes(links.column("entity_id"))

    def of(self, rows: pa.Table) -> Ints:
        """The voice of each quotation."""
        document = pc.fill_null(pc.index_in(rows.column("document_id"), self._documents), -1).to_numpy()
        name = pc.fill_null(pc.index_in(rows.column("speaker_name_id"), self._names), -1).to_numpy()
        voice = np.full(rows.num_rows, -1, np.int64)
        there = (document >= 0) & (name >= 0)
        width = len(self._names)
        voice[there] = self._stories[document[there]] * width + self._speakers[name[there]]
        return voice

    def to_compare(self, said: Sequence[Path], touched: Touched, before: pa.Table) -> tuple[Ints, pa.Array]:
        """Voices whose quotations are compared, and which links of before stay.

        A voice is touched that has a touched quotation, or one that was linked with a quotation which is
        touched or gone.
        """
        pairs, read = [np.zeros(0, np.int64)], []
        for path in said:
            for rows in read_groups(path, SAID.names):  # all of a document
                voice = self.of(rows)
                keys = voice * rows.num_rows + _codes(rows.column("document_id"))
                pairs.append(distinct(keys[voice >= 0]) // max(1, rows.num_rows))
                read.append((rows.column("quote_id"), voice, _is_touched(rows, touched)))
        if not read:
            return np.zeros(0, np.int64), pa.nulls(before.num_rows, pa.bool_())
        idents = pa.chunked_array([chunk for ids, _, _ in read for chunk in ids.chunks], pa.string())
        voice, is_touched = (np.concatenate([columns[i] for columns in read]) for i in (1, 2))
        at = pc.fill_null(pc.index_in(before.column("quote_id"), idents.combine_chunks()), -1).to_numpy()
        lost = np.append(is_touched, True)[at]
        statements = before.column("same_statement_id")
        broken = pc.is_in(statements, statements.filter(pa.array(lost)).combine_chunks()).to_numpy()
        again = distinct(np.concatenate([voice[is_touched], np.append(voice, -1)[at[broken]]]))
        voices, documents = counted(np.concatenate(pairs))
        fresh = np.intersect1d(voices[documents > 1], again)
        return fresh, pa.array((at >= 0) & ~np.isin(np.append(voice, -1)[at], np.append(again, -1)))


def _is_touched(rows: pa.Table, touched: Touched) -> Flags:
    if touched.words is None:
        return np.ones(rows.num_rows, np.bool_)
    words = Rows.of(rows.column("words"))
    of_words: Flags = words.any_of(among(coded(WORD, words.values), touched.words))
    for name, values in (("document_id", touched.documents), ("speaker_name_id", touched.names)):
        of_words |= pc.is_in(rows.column(name), values).to_numpy()
    return of_words


def _codes(column: pa.ChunkedArray) -> Ints:
    """The same number for the same value."""
    codes: Ints = column.combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
    return codes
