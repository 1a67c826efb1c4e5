"""The corpus step: batches make no difference, one entity for each name, duplicates."""

from __future__ import annotations

import os
import random

import pyarrow as pa
import pytest
from made_records import contents, file_bytes, make_record, published, stage, with_first

from ingest import store
from ingest.corpus.conservation import check_batch
from ingest.corpus.names import _best_basis
from ingest.errors import StoreError
from ingest.settings import Settings
from ingest.tables import TABLES, parts, ranges

LINES = [
    "Anna Bell met Carl Dorn.",
    "Bell spoke.",
    "Dorn said “we go on”.",
    "Berta Bell came, and Bell said “no”.",
    "Login",
    "nothing here",
    "The United States and Japan agreed.",
    "Carl Dorn and CARL Dorn.",
]


@pytest.fixture(autouse=True, scope="module")
def _no_waiting_for_the_disk():
    """What survives a power cut is not the matter here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _descriptor: None)
        yield


@pytest.fixture(
    params=[None, (2_500, 2_500), (1, 1), (1, 1_000_000)],
    ids=["one part", "many parts", "parts never merged", "parts merged by their size alone"],
)
def tiny_parts(request):
    """Limits of normal size, or so small that a handful of documents fills many parts and ranges."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param:
            patch.setattr(parts, "GROUP_BYTES", 600)
            patch.setattr(parts, "PART_BYTES", 3_000)
            patch.setattr(parts, "SMALL_BYTES", request.param[0])
            patch.setattr(parts, "FULL_BYTES", request.param[1])
            patch.setattr(ranges, "RANGE_BYTES", 2_000)
        yield bool(request.param)


DECISIONS = {
    "none": "",
    "one person": "same,PERSON,carl dorn,PERSON,anna bell\n",
    "no names": "not_a_name,PERSON,bell,,\nnot_a_name,PERSON,carl dorn,,\ntype:EVENT,PERSON,japan,,\n",
    "other": "not_a_name,PERSON,anna bell,,\nnot_a_name,PERSON,nobody at all,,\n",
}


def decided(folder, name):
    path = folder / f"{name}.csv"
    path.write_text("decision,entity_type,key,other_type,other_key\n" + DECISIONS[name], encoding="utf-8")
    return Settings(decisions_path=str(path))


@pytest.mark.parametrize("seed", range(2))
def test_batches_and_order_make_no_difference_to_a_byte(seed, tiny_parts, tmp_path):
    rng = random.Random(seed)  # noqa: S311  # reproducible, not secret
    files = {
        f"{rng.random():.6f}.txt": "\n\n".join(rng.choices(LINES, k=rng.randint(1, 6))) for _ in range(60)
    }
    files["bad.txt"] = "!refused"
    expected = file_bytes(published(tmp_path / "once", files, batch=1000).curated)
    shuffled = published(
        tmp_path / "cut",
        files,
        batch=rng.randint(1, 20),
        order=lambda paths: rng.sample(list(paths), len(paths)),
    )
    assert file_bytes(shuffled.curated) == expected
    opened = store.open_curated(shuffled.curated)
    assert (len(opened.paths("sections")) > 5) == tiny_parts
    for name in ("documents", "mentions"):
        keys = opened.arrow(name).column(0).to_pylist()
        assert keys == sorted(keys)


def entities_by_surface(curated):
    mentions = store.read_table("mentions", curated)
    return mentions.groupby("surface")["entity_id"].agg(set).to_dict()


@pytest.mark.usefixtures("tiny_parts")
def test_a_later_document_can_change_what_an_earlier_one_means(tmp_path):
    """Rows already published follow: same entity in mentions, quotes and entity_names, counts right."""
    landing = published(tmp_path / "curated", {"a.txt": "Bell said “no”."})
    alone = entities_by_surface(landing.curated)["Bell"]
    landing.files["b.txt"] = "Anna Bell came."
    landing.run()
    found = entities_by_surface(landing.curated)
    entities = store.read_table("entities", landing.curated).set_index("entity_id")
    if found["Bell"] == found["Anna Bell"]:  # resolve() may or may not take one surname for proof
        assert found["Bell"] != alone
        assert entities["document_count"].tolist() == [2]
    speaker = store.read_table("quotes", landing.curated).iloc[0]
    assert {speaker.speaker_entity_id} == found["Bell"]
    assert entities.loc[speaker.speaker_entity_id, "entity_name"] == speaker.speaker_name


def test_every_link_between_tables_holds(tmp_path):
    rng = random.Random(7)  # noqa: S311  # as above
    files = {f"{i}.txt": "\n\n".join(rng.choices(LINES, k=5)) for i in range(30)}
    curated = published(tmp_path / "curated", files).curated
    tables = {name: store.read_table(name, curated) for name in store.open_curated(curated).tables}
    entities = tables["entities"].set_index("entity_id")
    for name in ("mentions", "entity_names"):
        assert set(tables[name]["entity_id"]) == set(entities.index)
    counted = tables["mentions"].groupby("entity_id")
    assert counted.size().to_dict() == entities["mention_count"].to_dict()
    assert counted["document_id"].nunique().to_dict() == entities["document_count"].to_dict()
    spelt = tables["mentions"].groupby(["entity_id", "surface"]).size()
    names = tables["entity_names"].set_index(["entity_id", "surface"])["mention_count"]
    assert spelt.to_dict() == names.to_dict()
    joined = tables["mentions"].merge(
        entities, left_on="entity_id", right_index=True, suffixes=("", "_there")
    )
    assert (joined.entity_name == joined.entity_name_there).all()
    assert (joined.entity_type == joined.entity_type_there).all()


def test_evidence_points_at_the_text_that_proves_a_spelling(tmp_path):
    curated = published(tmp_path / "curated", {"a.txt": "Anna Bell came.\n\nBell left."}).curated
    row = store.read_table("entity_names", curated).set_index("surface").loc["Bell"]
    text = (
        store.read_table("documents", curated).set_index("document_id").loc[row.evidence_document_id, "text"]
    )
    assert row.basis == "surname"
    assert text[row.evidence_start : row.evidence_end] == "Anna Bell"


def test_a_proven_reason_for_a_spelling_comes_before_a_frequent_one():
    def spelt(basis, count, proof):
        return {"entity_id": "e", "surface": "Bell", "basis": basis, "mention_count": count} | dict(
            zip(("evidence_document_id", "evidence_start", "evidence_end"), proof, strict=True)
        )

    rows = [
        spelt("self", 9, ("d0", 0, 4)),
        spelt("surname", 2, ("d2", 5, 9)),
        spelt("surname", 3, ("d1", 7, 9)),
        spelt("acronym", 4, ("d3", 1, 2)),
    ]
    schema = TABLES["entity_names"].schema()
    for order in (rows, rows[::-1]):
        found = _best_basis(pa.Table.from_pylist(order, schema)).to_pylist()
        assert found == [spelt("surname", 18, ("d1", 7, 9))]


@pytest.mark.usefixtures("tiny_parts")
def test_duplicates_point_at_the_smallest_path_and_follow_it(tmp_path):
    same = "Anna Bell came."
    landing = published(
        tmp_path / "curated", {"m.txt": same, "z.txt": same + "\n\nLogin", "other.txt": "Else."}
    )

    def originals():
        documents = store.read_table("documents", landing.curated).set_index("document_id")
        paths = documents["source_path"]
        return {paths[i]: paths.get(copy) for i, copy in documents["duplicate_of"].items()}

    assert originals() == {"m.txt": None, "z.txt": "m.txt", "other.txt": None}
    landing.files["a.txt"] = same
    landing.run()
    assert originals() == {"a.txt": None, "m.txt": "a.txt", "z.txt": "a.txt", "other.txt": None}
    landing.files |= {"a.txt": "Changed.", "m.txt": "Login"}
    landing.run()
    assert originals() == {"a.txt": None, "m.txt": None, "z.txt": None, "other.txt": None}


def test_documents_without_text_are_no_duplicates_of_each_other(tmp_path):
    curated = published(tmp_path / "curated", {"a.txt": "Login", "b.txt": "Login"}).curated
    assert store.read_table("documents", curated)["duplicate_of"].isna().all()


RECORD = make_record("a.txt", "Anna Bell said “no”.\n\nLogin\n\nBell left.")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (with_first(RECORD, "sections", char_end=999), "sections: a char span is outside the text"),
        (with_first(RECORD, "sections", source_end=999), "sections: a source span is outside the text"),
        (with_first(RECORD, "dropped", source_start=3, source_end=8), "kept and dropped spans overlap"),
        (with_first(RECORD, "dropped", source_start=0), "are not source_chars"),
        (with_first(RECORD, "mentions", char_end=999), "mentions: a char span is outside the text"),
        (with_first(RECORD, "quotes", char_start=19), "quotes: a char span is outside the text"),
    ],
)
def test_a_batch_that_lost_something_is_not_published(record, said, tmp_path):
    stage([RECORD], tmp_path / "sound")
    check_batch(tmp_path / "sound")
    stage([record], tmp_path / "batch")
    with pytest.raises(StoreError, match=rf"document 18b7cb099a9ea3f5: .*{said}"):
        check_batch(tmp_path / "batch")


@pytest.mark.usefixtures("tiny_parts")
@pytest.mark.parametrize("name", ["one person", "no names"])
def test_a_decision_is_applied_without_reading_documents_and_can_be_taken_back(name, tmp_path):
    files = {"a.txt": "Carl Dorn spoke.", "b.txt": "Anna Bell said “no”.\n\nJapan agreed."}
    landing = published(tmp_path / "curated", files, settings=decided(tmp_path, "none"))
    before = contents(landing.curated)
    done = landing.run(settings=decided(tmp_path, name))
    assert done.changed
    assert (done.added, done.updated) == (0, 0)
    assert not landing.run(settings=decided(tmp_path, name)).changed
    landing.run(settings=decided(tmp_path, "none"))
    assert contents(landing.curated) == before


@pytest.mark.usefixtures("tiny_parts")
def test_what_is_no_name_is_in_no_public_table(tmp_path):
    landing = published(
        tmp_path / "curated", {"a.txt": "Anna Bell said “no”.", "b.txt": "Carl Dorn met Anna Bell."}
    )
    done = landing.run(settings=decided(tmp_path, "other"))
    shown = {
        name: store.read_table(name, landing.curated) for name in ("mentions", "entities", "entity_names")
    }
    assert list(shown["mentions"]["surface"]) == ["Carl Dorn"]
    assert list(shown["entities"]["entity_name"]) == ["Carl Dorn"]
    assert list(shown["entity_names"]["surface"]) == ["Carl Dorn"]
    quote = store.read_table("quotes", landing.curated).iloc[0]
    assert quote.isna()[["speaker_entity_id", "speaker_name"]].all()
    assert len(done.unmatched_decisions) == 1
    assert "not_a_name PERSON nobody at all: the corpus has no such name" in done.unmatched_decisions[0]
