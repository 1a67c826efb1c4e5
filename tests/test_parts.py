"""Parts: equal rows give equal bytes, whole documents, right keys."""

from __future__ import annotations

from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.errors import StoreError
from ingest.store.publish.rebuild import merged_with
from ingest.tables import DROPPED, ENTITIES, TABLES, parts
from ingest.tables.constraints import check_key_order
from ingest.tables.parts import FULL_BYTES, SMALL_BYTES, Part, PartWriter, read_groups, write_empty


def dropped_rows(documents, each=3):
    pairs = [(d, i) for d in range(documents) for i in range(each)]
    columns = {
        "document_id": [f"{d:016x}" for d, _ in pairs],
        "dropped_index": [i for _, i in pairs],
        "text": [f"Login {d} {'x' * (d % 7 * 20)}" for d, _ in pairs],
        "kind": ["login" for _ in pairs],
        "rule": ["login" for _ in pairs],
        "source_start": [i * 10 for _, i in pairs],
        "source_end": [i * 10 + 5 for _, i in pairs],
        "seams": [[] for _ in pairs],
    }
    return pa.table(columns, DROPPED.schema())


@pytest.fixture
def _small(monkeypatch):
    monkeypatch.setattr(parts, "GROUP_BYTES", 2_000)
    monkeypatch.setattr(parts, "PART_BYTES", 8_000)


def write(folder, pieces):
    writer = PartWriter(DROPPED, folder)
    for piece in pieces:
        writer.write(piece)
    return writer.close()


@pytest.mark.usefixtures("_small")
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.sets(st.integers(1, 199)))
def test_how_rows_arrive_makes_no_difference_to_a_byte(cuts, tmp_path_factory):
    rows, each = dropped_rows(200), 3
    bounds = [0, *sorted(cuts), 200]
    pieces = [rows.slice(a * each, (b - a) * each) for a, b in pairwise(bounds)]
    folder = tmp_path_factory.mktemp("parts")
    whole, cut = write(folder / "whole", [rows]), write(folder / "cut", pieces)
    assert whole == cut
    assert len(whole) > 1
    for part in whole:
        assert (folder / "whole" / part.name).read_bytes() == (folder / "cut" / part.name).read_bytes()


@pytest.mark.usefixtures("_small")
def test_rows_come_back_and_no_document_is_cut(tmp_path):
    rows = dropped_rows(200)
    made = write(tmp_path, [rows])
    groups = [group for part in made for group in read_groups(tmp_path / part.name, DROPPED.names)]
    assert pa.concat_tables(groups).equals(rows)
    seen = set()
    for group in groups:
        found = set(group.column("document_id").to_pylist())
        assert not found & seen
        seen |= found
    assert sum(part.rows for part in made) == rows.num_rows
    assert [(part.first, part.last) for part in made] == sorted((part.first, part.last) for part in made)
    assert [part.size for part in made] == [(tmp_path / part.name).stat().st_size for part in made]
    assert {path.name for path in tmp_path.iterdir()} == {part.name for part in made}


def test_parts_carry_descriptions_and_no_pandas_metadata(tmp_path):
    (part,) = write(tmp_path, [dropped_rows(3)])
    schema = pq.read_schema(tmp_path / part.name)
    assert schema.field("rule").metadata[b"description"] == b"Rule that dropped it, or `model`."
    assert b"pandas" not in (schema.metadata or {})
    file = pq.ParquetFile(tmp_path / part.name)
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_a_table_without_rows_still_shows_its_schema(table, tmp_path):
    (part,) = write_empty(table, tmp_path)
    assert pq.read_table(tmp_path / part.name).schema.equals(table.schema())


def test_a_key_that_stands_twice_is_refused(tmp_path):
    rows = dropped_rows(3)
    with pytest.raises(
        StoreError, match="dropped: the key '0000000000000002', 2 stands twice or out of order"
    ):
        write(tmp_path, [pa.concat_tables([rows, rows.slice(rows.num_rows - 1)])])


def test_rows_out_of_order_are_refused_across_calls_too(tmp_path):
    rows = dropped_rows(3)
    with pytest.raises(StoreError, match="'0000000000000000', 0 stands twice or out of order"):
        write(tmp_path, [rows, rows.slice(0, 3)])


def entity(**changes):
    row = {
        "entity_id": "e",
        "entity_name": "E",
        "entity_type": "PERSON",
        "document_count": 1,
        "mention_count": 1,
    }
    return pa.Table.from_pylist(
        [row | changes], pa.schema([f.with_nullable(nullable=True) for f in ENTITIES.schema()])
    )


def test_a_value_outside_the_vocabulary_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"entities\.entity_type: 'ANIMAL' is none of PERSON, ORGANIZATION"):
        PartWriter(ENTITIES, tmp_path).write(entity(entity_type="ANIMAL"))


def test_a_missing_value_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"entities\.entity_name: 1 rows lack a value"):
        PartWriter(ENTITIES, tmp_path).write(entity(entity_name=None))


@given(keys=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3)), max_size=6))
def test_key_order_is_what_sorting_says(keys):
    rows = pa.table(
        {"document_id": [a for a, _ in keys], "dropped_index": pa.array([i for _, i in keys], pa.int32())}
    )
    if keys == sorted(set(keys)):
        check_key_order(DROPPED, rows)
    else:
        with pytest.raises(StoreError):
            check_key_order(DROPPED, rows)


BYTES_A_ROW = 40


def part_of(rows, name):
    return Part(f"part-{name}.parquet", rows, rows * BYTES_A_ROW, "", "")


@settings(max_examples=20)
@given(first=st.integers(0, 2_000_000), runs=st.lists(st.integers(1, 20_000), min_size=200, max_size=400))
def test_parts_stay_few_and_are_seldom_written_again(first, runs):
    parts, written = [part_of(first, "first")] if first else [], 0
    for number, new in enumerate(runs):
        pool = merged_with(new, parts, [])
        parts = [part for part in parts if part not in pool]
        parts.append(part_of(new + sum(part.rows for part in pool), number))
        written += parts[-1].rows
        open_parts = [part for part in parts if not part.is_full]
        assert len(open_parts) <= 6
        assert sum(part.is_small for part in parts) <= 1
    small = SMALL_BYTES // BYTES_A_ROW
    assert written <= len(runs) * small + 20 * sum(runs) + min(first, FULL_BYTES // BYTES_A_ROW)


def test_a_part_that_must_be_written_takes_the_small_ones_along():
    large, small, full = part_of(400_000, "large"), part_of(10, "small"), part_of(900_000, "full")
    assert merged_with(0, [large, small, full], []) == []
    assert merged_with(5, [large, small, full], []) == [small]
    assert merged_with(0, [large, small, full], [large]) == [large, small]
    assert merged_with(0, [large, small, full], [full]) == []
    assert merged_with(300_000, [large, small, full], []) == [small, large]
