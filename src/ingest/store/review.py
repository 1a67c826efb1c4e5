"""The names of a curated folder that deserve a look, each with places where it stands."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.totals import add_up, corpus_names, rows_of
from ingest.names.given import identity
from ingest.names.resolve import resolve
from ingest.names.resolve.decisions import load_decisions
from ingest.names.resolve.review import ReviewRow, review_rows
from ingest.store.read import Curated, open_curated
from ingest.tables.parts import read_groups
from ingest.tables.state import NAMES, SPELLINGS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.names.resolve import CorpusName
    from ingest.places import Place
    from ingest.settings import Settings

SNIPPETS = 3
AROUND = 60
"""Characters shown before and after a name."""


def review(curated: Place, settings: Settings) -> tuple[ReviewRow, ...]:
    """Choose the names that deserve a look, and carry the decisions in force along.

    Args:
        curated: A curated folder, or its URL.
        settings: The authority and the decisions that the names are resolved with.

    Raises:
        StoreError: There are no tables.
        ConfigError: A user's file is wrong.
    """
    opened = open_curated(curated)
    names_of, spelt = (rows_of(table, opened.paths(table.name)) for table in (NAMES, SPELLINGS))
    corpus = corpus_names(add_up(names_of, spelt))
    names = tuple(corpus.values())
    ids = {identity(name): ident for ident, name in corpus.items()}
    places = _first_places(opened)
    text_of = _texts(opened)

    def snippets(name: CorpusName) -> list[tuple[str, str]]:
        found = places.get(ids[identity(name)], [])
        return [(_snippet(text_of(document), start, end), document) for document, start, end in found]

    def together(pairs: Sequence[tuple[CorpusName, CorpusName]]) -> list[bool]:
        named = [(ids[identity(one)], ids[identity(two)]) for one, two in pairs]
        having = documents_with(opened, sorted({ident for pair in named for ident in pair}))
        return [not having[one].isdisjoint(having[two]) for one, two in named]

    decisions = load_decisions(settings.decisions_path)
    return review_rows(names, resolve(names, settings), snippets, together, decisions)


def documents_with(opened: Curated, names: Sequence[str]) -> dict[str, set[str]]:
    """Find the documents that have each of some names.

    Args:
        opened: A curated folder.
        names: Name ids.

    Returns:
        Document ids by name id.
    """
    having: dict[str, set[str]] = {name: set() for name in names}
    wanted = pa.array(names, pa.string())
    for path in opened.paths("_names") if names else ():
        for rows in read_groups(path, ["name_id", "document_id"]):
            found = rows.filter(pc.is_in(rows.column("name_id"), wanted))
            columns = (column.to_pylist() for column in found.select(["name_id", "document_id"]).columns)
            for name, document in zip(*columns, strict=True):
                having[name].add(document)
    return having


def _first_places(opened: Curated) -> dict[str, list[tuple[str, int, int]]]:
    """For each name its first mentions, of different documents where there are such."""
    columns = ["name_id", "document_id", "char_start", "char_end"]
    places: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(dict)
    for table in ("mentions", "_hidden_mentions"):
        for path in opened.paths(table):
            for rows in read_groups(path, columns):
                of_name = rows.group_by(["name_id", "document_id"], use_threads=False).aggregate(
                    [("char_start", "list"), ("char_end", "list")]
                )
                columns_read = (column.to_pylist() for column in of_name.columns)
                for name, document, starts, ends in zip(*columns_read, strict=True):
                    if len(places[name]) < SNIPPETS:
                        first = list(zip(starts[:SNIPPETS], ends[:SNIPPETS], strict=True))
                        places[name].setdefault(document, first)
    return {name: _spread(found) for name, found in places.items()}


def _spread(found: dict[str, list[tuple[int, int]]]) -> list[tuple[str, int, int]]:
    """The first place of each document, then the second of each, and so on; in order of documents."""
    turns = sorted(
        (turn, document, place) for document, places in found.items() for turn, place in enumerate(places)
    )
    return sorted((document, *place) for _, document, place in turns[:SNIPPETS])


def _texts(opened: Curated) -> Callable[[str], str]:
    """Texts by document id."""

    @lru_cache(maxsize=256)
    def text_of(document: str) -> str:
        rows = opened.rows("documents", document, ["text"])
        return str(rows.column("text")[0].as_py()) if rows.num_rows else ""

    return text_of


def _snippet(text: str, start: int, end: int) -> str:
    """The name with some words around, on one line."""
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    before = before.partition(" ")[2] if start > AROUND else before
    after = after.rpartition(" ")[0] if end + AROUND < len(text) else after
    return " ".join(f"{before}[{text[start:end]}]{after}".split())
