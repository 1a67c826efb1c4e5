"""Spools and their sealing."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from made_records import make_record

from ingest.tables import STAGED, staging
from ingest.tables.rows import document_id

SOURCES = [f"Anna Bell met Carl Dorn.\n\nBell said “number {i}”.\n\nLogin" for i in range(12)]
RECORDS = [make_record(f"{i}.txt", source) for i, source in enumerate(SOURCES)]


def spool(path, records):
    with path.open("ab") as file:
        for record in records:
            staging.append(file, record)
    return path


def read(folder, table):
    with pa.memory_map(str(folder / f"{table}.arrow")) as file:
        return pa.ipc.open_file(file).read_all()


def test_sealing_sorts_by_key_and_counts(tmp_path):
    batch = staging.seal(spool(tmp_path / "spool", RECORDS), tmp_path / "batch")
    assert batch.documents == 12
    assert batch.rows["mentions"] == sum(len(record.mentions) for record in RECORDS)
    for table in STAGED:
        rows = read(batch.folder, table.name)
        assert rows.schema.equals(table.staged_schema())
        assert rows.num_rows == batch.rows[table.name]
        assert rows.equals(rows.sort_by([(key, "ascending") for key in table.key]))


def test_the_order_of_appending_makes_no_difference(tmp_path):
    for name, records in (("a", RECORDS), ("b", RECORDS[::-1])):
        staging.seal(spool(tmp_path / f"spool-{name}", records), tmp_path / name)
    for table in STAGED:
        assert (tmp_path / "a" / f"{table.name}.arrow").read_bytes() == (
            tmp_path / "b" / f"{table.name}.arrow"
        ).read_bytes()


def test_a_document_appended_twice_counts_once(tmp_path):
    batch = staging.seal(spool(tmp_path / "spool", [*RECORDS, RECORDS[3]]), tmp_path / "batch")
    assert batch.documents == 12
    assert batch.rows["documents"] == 12


@given(cut=st.integers(min_value=0))
def test_a_torn_spool_is_read_up_to_its_last_whole_document(cut, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spool")
    path = folder / "spool"
    ends = [0]
    for record in RECORDS[:4]:
        spool(path, [record])
        ends.append(path.stat().st_size)
    cut %= ends[-1] + 1
    path.write_bytes(path.read_bytes()[:cut])
    whole = sum(end <= cut for end in ends) - 1
    found = [rows.document_id for rows in staging.read_spool(path)]
    assert found == [document_id(f"{i}.txt") for i in range(whole)]


def test_an_empty_spool_seals_to_empty_files(tmp_path):
    batch = staging.seal(spool(tmp_path / "spool", []), tmp_path / "batch")
    assert batch.documents == 0
    assert all(read(batch.folder, table.name).num_rows == 0 for table in STAGED)
