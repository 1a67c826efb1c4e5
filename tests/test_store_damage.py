"""Curated folders that were damaged: what is wrong is named, and nothing wrong is read."""

from __future__ import annotations

from contextlib import ExitStack

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from ingest import store
from ingest.errors import StoreError
from ingest.tables import TABLES, parts, ranges


def test_a_damaged_manifest_is_named(on_disk):
    on_disk.run()
    (on_disk.curated / ".snapshots" / "000001" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"manifest\.json is damaged"):
        store.read_table("quotes", on_disk.curated)


@pytest.mark.parametrize("damage", ["cut", "missing"])
def test_a_copy_that_is_not_whole_is_told_by_readers_and_writers(on_disk, damage):
    on_disk.run()
    opened = store.open_curated(on_disk.curated)
    (path,) = opened.paths("quotes")
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:100])
    else:
        path.unlink()
    told = "has 100 bytes instead of" if damage == "cut" else "is missing; copy the curated folder again"
    with pytest.raises(StoreError, match=told):
        opened.sql("select count(*) from quotes")
    with pytest.raises(StoreError, match=told):
        store.read_table("quotes", on_disk.curated)
    with pytest.raises(StoreError, match=told), store.open_writer(on_disk.curated):
        pass


def test_a_damaged_part_is_named(on_disk):
    on_disk.run()
    (part,) = store.open_curated(on_disk.curated).paths("quotes")
    part.write_bytes(b"PAR1 no more".ljust(part.stat().st_size))
    with pytest.raises(StoreError, match=rf"{part.name} is damaged"):
        store.read_table("quotes", on_disk.curated)


def read_all(landing):
    for name in TABLES:
        if not name.startswith("_"):
            store.read_table(name, landing.curated)


def write_next(landing):
    landing.files = {"a/one.txt": "Anna Bell left.", "z.txt": "Carl Dorn, again."}
    landing.run(prune=True)


@pytest.mark.parametrize("content", [b"", b"PAR1"], ids=["zeros", "with a magic word"])
@pytest.mark.parametrize("table", ["documents", "quotes", "_items", "_names", "runs"])
def test_a_part_that_is_damaged_is_named_by_whoever_reads_it(on_disk, table, content):
    on_disk.run()
    (part,) = (on_disk.curated / ".snapshots" / "000001" / table).iterdir()
    part.write_bytes((content + bytes(part.stat().st_size))[: part.stat().st_size - len(content)] + content)
    for read in (write_next, *([] if table.startswith("_") else [read_all])):
        with pytest.raises(StoreError, match=rf"{part} is damaged \(.*\); copy the curated folder"):
            read(on_disk)


@pytest.mark.parametrize("table", ["entities", "quotes", "_said"])
def test_a_bit_that_has_turned_is_no_other_value(on_disk, table):
    """Most such bytes unpack as others do, and would be shown, and written on, as if they were right."""
    on_disk.run()
    (part,) = (on_disk.curated / ".snapshots" / "000001" / table).iterdir()
    whole, group, key = part.read_bytes(), pq.read_metadata(part).row_group(0), TABLES[table].key[0]
    for column in map(group.column, range(group.num_columns)):
        begin = column.dictionary_page_offset or column.data_page_offset
        turned = bytearray(whole)
        turned[begin + column.total_compressed_size - 1] ^= 4
        part.write_bytes(turned)
        name = column.path_in_schema.partition(".")[0]
        with pytest.raises(StoreError, match=rf"{part} is damaged"):
            store.open_curated(on_disk.curated).arrow(table, [name])
        with pytest.raises(StoreError, match=rf"{part} is damaged"):
            store.open_curated(on_disk.curated).where(table, pc.field(key) != "", [name])
        with pytest.raises(StoreError, match=rf"{part} is damaged"):
            list(parts.read_groups(part, [name]))


def test_a_part_whose_groups_do_not_say_what_they_hold_is_damaged(tmp_path):
    path = tmp_path / "part.parquet"
    pq.write_table(pa.table({"document_id": ["0" * 16]}), path, write_statistics=False)
    with ExitStack() as stack, pytest.raises(StoreError, match=rf"{path} is damaged"):
        ranges.PartSource(path, ["document_id"], stack)


@pytest.mark.parametrize("runs", [1, 3])
def test_a_pointer_that_is_lost_is_no_empty_folder(on_disk, runs):
    """Documents whose files are gone since stand in the tables alone: nothing is begun anew over them."""
    for number in range(runs):
        on_disk.files["n.txt"] = f"number {number}"
        on_disk.run()
    (on_disk.curated / ".snapshots" / "current").unlink()
    there = ", ".join(str(n) for n in range(1, runs + 1))
    told = rf"current is missing, though there are snapshots \({there}\); make it anew, .* to 00000{runs}"
    with pytest.raises(StoreError, match=told):
        on_disk.run()
    with pytest.raises(StoreError, match=told):
        store.open_curated(on_disk.curated)
    (on_disk.curated / ".snapshots" / "current").symlink_to(f"00000{runs}")
    assert on_disk.run().snapshot == runs + 1


def test_a_pointer_that_leads_nowhere_costs_no_snapshot(on_disk):
    """Who follows the advice to point it to an older one may name one that is no longer kept."""
    on_disk.keep_snapshots = 2
    for number in range(4):
        on_disk.files["n.txt"] = f"number {number}"
        on_disk.run()
    pointer = on_disk.curated / ".snapshots" / "current"
    for wrong in ("000001", "000000", "-1", "000009"):
        pointer.unlink()
        pointer.symlink_to(wrong)
        with pytest.raises(StoreError, match=r"which is not there; point it to one that is \(3, 4\)"):
            on_disk.run()
    pointer.unlink()
    pointer.symlink_to("000003")
    assert on_disk.run().snapshot == 4


def test_a_lock_file_of_rubbish_is_taken_over(on_disk):
    on_disk.run()
    (on_disk.curated / ".snapshots" / "lock").write_bytes(b"\xff\xfe\n\xff\x00")
    assert on_disk.run().snapshot == 2
