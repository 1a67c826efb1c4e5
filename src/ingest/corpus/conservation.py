"""Checks of staged documents before they are published: nothing lost, nothing out of place."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Ints: TypeAlias = npt.NDArray[np.int64]

CHILDREN = ("sections", "topics", "mentions", "quotes", "dropped", "edits", "_names", "_spellings", "_said")


def check_batch(folder: Path) -> None:
    """Check the documents of one sealed batch.

    That every row belongs to a document of the batch, that spans lie in their texts and in
    their section, that kept and dropped spans do not overlap and add up, and that every name
    that is used is there.

    Raises:
        StoreError: The message names the table, the rule and a document.
    """
    documents = _read(folder, "documents")
    ids = documents.column("document_id")
    texts = pc.utf8_length(documents.column("text")).to_numpy()
    sources = _ints(documents, "source_chars")
    rows = {name: _read(folder, name) for name in CHILDREN}
    owner = {name: _owner(name, table, ids) for name, table in rows.items()}
    for name in ("sections", "mentions", "quotes"):
        _in_text(name, rows[name], "char", texts[owner[name]])
    for name in ("sections", "mentions", "quotes", "dropped", "edits"):
        _in_text(name, rows[name], "source", sources[owner[name]])
    for name in ("mentions", "quotes"):
        _in_section(name, rows[name], rows["sections"])
    _check_conservation(documents, rows["sections"], rows["dropped"], owner["sections"], owner["dropped"])
    _check_names(rows["mentions"], "name_id", rows["_names"], "mentions")
    quoted = rows["quotes"].filter(pc.is_valid(rows["quotes"].column("speaker_name_id")))
    _check_names(quoted, "speaker_name_id", rows["_names"], "quotes")


def _read(folder: Path, name: str) -> pa.Table:
    with pa.memory_map(str(folder / f"{name}.arrow")) as file:
        return pa.ipc.open_file(file).read_all()


def _ints(rows: pa.Table, name: str) -> Ints:
    values: Ints = rows.column(name).to_numpy().astype(np.int64)
    return values


def _demand(holds: npt.NDArray[np.bool_], rows: pa.Table, message: str) -> None:
    """Raise with the first document for which something does not hold."""
    if not holds.all():
        ident = rows.column("document_id")[int(np.argmin(holds))].as_py()
        raise StoreError(f"document {ident}: {message}; nothing was published")


def _owner(name: str, rows: pa.Table, ids: pa.ChunkedArray) -> Ints:
    at = pc.fill_null(pc.index_in(rows.column("document_id"), ids.combine_chunks()), -1)
    owner: Ints = at.to_numpy().astype(np.int64)
    _demand(owner >= 0, rows, f"{name} has rows of it, documents has none")
    return owner


def _in_text(name: str, rows: pa.Table, prefix: str, lengths: Ints) -> None:
    start, end = _ints(rows, f"{prefix}_start"), _ints(rows, f"{prefix}_end")
    _demand(
        (start >= 0) & (start <= end) & (end <= lengths), rows, f"{name}: a {prefix} span is outside the text"
    )


def _in_section(name: str, rows: pa.Table, sections: pa.Table) -> None:
    at = pc.fill_null(
        pc.index_in(rows.column("section_id"), sections.column("section_id").combine_chunks()), -1
    )
    section = at.to_numpy()
    _demand(section >= 0, rows, f"{name}: a section_id is not in sections")
    start = _ints(rows, "char_start")
    inside = _ints(sections, "char_start")[section] <= start
    inside &= start <= _ints(sections, "char_end")[section]
    _demand(inside, rows, f"{name}: a span does not begin in its section")


def _check_conservation(
    documents: pa.Table, sections: pa.Table, dropped: pa.Table, of_section: Ints, of_dropped: Ints
) -> None:
    """Kept and dropped spans of a document do not overlap, and add up to its counts."""
    count = documents.num_rows
    kept = _lengths(sections, of_section, count)
    lost = _lengths(dropped, of_dropped, count)
    blank = _ints(documents, "blank_chars")
    _demand(kept == _ints(documents, "kept_chars"), documents, "section spans do not add up to kept_chars")
    _demand(
        lost == _ints(documents, "dropped_chars"), documents, "dropped spans do not add up to dropped_chars"
    )
    whole = kept + lost + blank == _ints(documents, "source_chars")
    _demand(whole & (blank >= 0), documents, "kept, dropped and blank characters are not source_chars")
    owner = np.concatenate([of_section, of_dropped])
    start = np.concatenate([_ints(sections, "source_start"), _ints(dropped, "source_start")])
    end = np.concatenate([_ints(sections, "source_end"), _ints(dropped, "source_end")])
    order = np.lexsort((end, start, owner))
    owner, start, end = owner[order], start[order], end[order]
    apart = (owner[1:] != owner[:-1]) | (start[1:] >= end[:-1])
    _demand(
        apart, documents.select(["document_id"]).take(pa.array(owner[1:])), "kept and dropped spans overlap"
    )


def _lengths(rows: pa.Table, owner: Ints, count: int) -> Ints:
    spans = _ints(rows, "source_end") - _ints(rows, "source_start")
    return np.bincount(owner, spans, count).astype(np.int64)


def _check_names(rows: pa.Table, column: str, names: pa.Table, table: str) -> None:
    known = pc.binary_join_element_wise(names.column("document_id"), names.column("name_id"), "-")
    used = pc.binary_join_element_wise(rows.column("document_id"), rows.column(column), "-")
    found = pc.is_in(used, known.combine_chunks()).to_numpy()
    _demand(found, rows, f"{table}: a {column} is not among the document's names")
