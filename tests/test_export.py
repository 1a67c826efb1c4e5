"""Exports: each read back by its own library, or checked against its own description.

`tests/anno.jsonld` is the context of the Web Annotation vocabulary, http://www.w3.org/ns/anno.jsonld,
copyright W3C, under the W3C Software and Document License.  FollowTheMoney's library needs ICU, which is no
Python package: it lives in an environment of its own (`make .venv-ftm/.ready`).
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pyarrow.parquet as pq
import pytest
from conftest import missing
from made_records import Landing
from pyld import jsonld

import ingest
from ingest.__main__ import main
from ingest.commands.export import NAMES
from ingest.errors import ConfigError, IngestError
from ingest.export import FORMATS, export
from ingest.export.bundles import bundles
from ingest.export.gkg import FIELDS, kind_of_place
from ingest.tables import public_tables, table
from ingest.tables.counterparts import COUNTERPARTS

ROOT = Path(__file__).parents[1]
CONTEXT = json.loads((ROOT / "tests" / "anno.jsonld").read_text(encoding="utf-8"))
OA = "http://www.w3.org/ns/oa#"


@pytest.fixture(scope="module")
def opened(curated_samples):
    return ingest.open_curated(curated_samples)


@pytest.fixture(scope="module")
def written(opened, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    for name in FORMATS:
        export(opened, name, folder / name)
    assert sorted(path.name for path in folder.iterdir()) == sorted(FORMATS), "no drafts are left"
    return folder


def lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_bundles_hold_every_row_once(opened):
    found = list(bundles(opened))
    for name, key in (("mentions", "mention_id"), ("quotes", "quote_id")):
        ids = [row[key] for bundle in found for row in getattr(bundle, name)]
        assert ids == opened.table(name, [key])[key].tolist()
    assert sum(len(bundle.topics) for bundle in found) == len(opened.topics)
    assert [b.document["document_id"] for b in found] == opened.documents["document_id"].tolist()


def test_gkg_has_a_line_of_27_fields_for_each_document(opened, written):
    rows = [line.split("\t") for line in lines(written / "gkg")]
    assert len(FIELDS) == 27
    assert {len(row) for row in rows} == {27}
    documents = opened.documents.set_index("document_id")
    assert len({row[0] for row in rows}) == len(rows) == len(documents)
    for row in rows:
        fields = dict(zip(FIELDS, row, strict=True))
        assert re.fullmatch(r"\d{14}-[0-9a-f]{16}", fields["GKGRECORDID"])
        assert fields["GKGRECORDID"].startswith(fields["V2.1DATE"])
        text = documents.loc[fields["GKGRECORDID"][-16:], "text"]
        for name in ("V2ENHANCEDPERSONS", "V2ENHANCEDORGANIZATIONS", "V2.1ALLNAMES", "V2ENHANCEDTHEMES"):
            for part in filter(None, fields[name].split(";")):
                value, offset = part.rsplit(",", 1)
                assert value
                assert 0 <= int(offset) < len(text)
        for place in filter(None, fields["V2ENHANCEDLOCATIONS"].split(";")):
            assert len(place.split("#")) == 9
        for place in filter(None, fields["V1LOCATIONS"].split(";")):
            assert len(place.split("#")) == 7
        for quotation in filter(None, fields["V2.1QUOTATIONS"].split("#")):
            offset, length, _, words = quotation.split("|")
            spoken = text[int(offset) : int(offset) + int(length)]
            assert " ".join(spoken.split()) == words
        if fields["V2EXTRASXML"]:
            ET.fromstring(f"<x>{fields['V2EXTRASXML']}</x>")  # noqa: S314 - written just now


@pytest.mark.parametrize(
    ("authority_id", "country", "kind"),
    [
        ("country:FR", "FR", "1"),
        ("state:us-ohio", "US", "2"),
        ("city:washington-d-c", "US", "3"),
        ("city:new-delhi", "IN", "4"),
        ("own-state:x", "IN", "4"),
        ("state:in-kerala", "IN", "5"),
        ("sea:baltic", None, "4"),
        (None, None, "4"),
    ],
)
def test_gkg_tells_the_kind_of_a_place_as_far_as_it_is_known(authority_id, country, kind):
    assert kind_of_place(authority_id, country) == kind


def test_gkg_places_have_their_kind(opened, written):
    entities = opened.entities.set_index("entity_name")
    found = set()
    for line in lines(written / "gkg"):
        for place in filter(None, line.split("\t")[FIELDS.index("V1LOCATIONS")].split(";")):
            kind, name, *_ = place.split("#")
            if name in entities.index:
                entity = entities.loc[name]
                known = entity["authority_id"] if isinstance(entity["authority_id"], str) else ""
                assert (kind == "1") == known.startswith("country:")
                found.add(kind)
    assert {"1", "4"} <= found


def test_gkg_names_stand_where_they_are_said_to(opened, written):
    texts = opened.documents.set_index("document_id")["text"]
    names = opened.mentions[opened.mentions["entity_type"] == "PERSON"]
    first = names.iloc[0]
    row = next(line.split("\t") for line in lines(written / "gkg") if f"-{first['document_id']}\t" in line)
    name, offset = row[FIELDS.index("V2ENHANCEDPERSONS")].split(";")[0].split(",")
    assert (name, int(offset)) == (first["entity_name"], first["char_start"])
    assert texts[first["document_id"]][int(offset) :].startswith(first["surface"])


def test_delimiters_in_names_break_no_line(tmp_path):
    landing = Landing(tmp_path / "curated", {"a\tb;#|.txt": "Anna Bell said “one # two | three ; four”."})
    landing.run()
    export(ingest.open_curated(landing.curated), "gkg", tmp_path / "gkg")
    (row,) = (line.split("\t") for line in lines(tmp_path / "gkg"))
    assert len(row) == 27
    assert row[FIELDS.index("V2.1QUOTATIONS")].count("|") == 3


def test_ftm_entities_refer_to_each_other(opened, written):
    entities = {e["id"]: e for e in map(json.loads, lines(written / "ftm"))}
    kinds = [e["schema"] for e in entities.values()]
    people = opened.entities["entity_type"].value_counts()
    assert kinds.count("Person") == people["PERSON"]
    assert kinds.count("Organization") == people["ORGANIZATION"]
    assert len(opened.documents) == sum(kind in {"Document", "PlainText", "HyperText"} for kind in kinds)
    for entity in entities.values():
        assert set(entity) == {"id", "schema", "properties"}
        for values in entity["properties"].values():
            assert values
            assert all(isinstance(value, str) for value in values)
        if entity["schema"] == "Mention":
            (document,), (resolved,) = (entity["properties"][name] for name in ("document", "resolved"))
            assert entities[document]["schema"] in {"PlainText", "HyperText", "Document"}
            assert entities[resolved]["schema"] == entity["properties"]["detectedSchema"][0]


VALID_FTM = (ROOT / ".venv-ftm" / "bin" / "python", ROOT / "tests" / "children" / "valid_ftm.py")


@pytest.fixture(scope="module")
def valid_ftm():
    """Judge a file by FollowTheMoney's library."""
    if not (ROOT / ".venv-ftm" / ".ready").exists():
        missing(
            "followthemoney is not installed: `make .venv-ftm/.ready` (needs Debian's libicu-dev and g++)"
        )
    return lambda path: subprocess.run([*VALID_FTM, path], capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_ftm_is_valid_for_its_own_library(written, valid_ftm, tmp_path):
    judged = valid_ftm(written / "ftm")
    assert judged.returncode == 0, judged.stderr
    assert judged.stdout.startswith(f"{len(lines(written / 'ftm'))} valid for followthemoney ")
    spoilt = [line.replace('"Person"', '"Persona"') for line in lines(written / "ftm")]
    (tmp_path / "spoilt").write_text("\n".join(spoilt), encoding="utf-8")
    assert "No schema for entity" in valid_ftm(tmp_path / "spoilt").stderr
    undated = [line.replace('"publishedAt": ["2', '"publishedAt": ["x') for line in lines(written / "ftm")]
    (tmp_path / "undated").write_text("\n".join(undated), encoding="utf-8")
    assert "publishedAt" in valid_ftm(tmp_path / "undated").stderr


def load_context(url, _options):
    assert url == "http://www.w3.org/ns/anno.jsonld", "nothing else is asked for"
    return {"contextUrl": None, "documentUrl": url, "document": CONTEXT}


def test_annotations_expand_to_the_web_annotation_vocabulary(opened, written):
    jsonld.set_document_loader(load_context)
    annotations = [json.loads(line) for line in lines(written / "annotations")]
    assert len(annotations) == len(opened.mentions) + len(opened.quotes) + len(opened.topics)
    assert len({a["id"] for a in annotations}) == len(annotations)
    texts = opened.documents.set_index("document_id")["text"]
    for annotation in annotations[::7]:
        (expanded,) = jsonld.expand(annotation)
        assert expanded["@type"] == [f"{OA}Annotation"]
        assert expanded[f"{OA}motivatedBy"][0]["@id"].startswith(OA)
        (target,) = expanded[f"{OA}hasTarget"]
        kinds = {selector["@type"][0]: selector for selector in target[f"{OA}hasSelector"]}
        assert set(kinds) == {f"{OA}TextQuoteSelector", f"{OA}TextPositionSelector"}
        text = texts[target[f"{OA}hasSource"][0]["@id"].removeprefix("urn:ingest:document:")]
        position, quote = kinds[f"{OA}TextPositionSelector"], kinds[f"{OA}TextQuoteSelector"]
        start, end = (int(position[f"{OA}{edge}"][0]["@value"]) for edge in ("start", "end"))
        exact, prefix, suffix = (quote[f"{OA}{part}"][0]["@value"] for part in ("exact", "prefix", "suffix"))
        assert text[start:end] == exact
        assert text[:start].endswith(prefix)
        assert text[end:].startswith(suffix)
        lost = set(flat_keys(annotation)) - {"@context", "id", "type"} - set(CONTEXT["@context"])
        assert not lost, "every key has a meaning"


def flat_keys(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from flat_keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from flat_keys(inner)


def test_sqlite_holds_every_row(opened, written):
    with closing(sqlite3.connect(written / "sqlite")) as database:
        for one in public_tables():
            rows = database.execute(f"SELECT * FROM {one.name} ORDER BY {', '.join(one.key)}").fetchall()  # noqa: S608
            expected = opened.arrow(one.name).to_pylist()
            assert len(rows) == len(expected)
            for row, wanted in zip(rows[:50], expected, strict=False):
                for column, value in zip(one.columns, row, strict=True):
                    assert as_sqlite(wanted[column.name]) == value
        asked = "SELECT column_name, meaning FROM dictionary WHERE table_name = 'quotes'"
        meanings = dict(database.execute(asked))
        assert meanings["cue"] == table("quotes").column("cue").description
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def as_sqlite(value):
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if hasattr(value, "isoformat") else value


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_is_no_file_to_write(name, opened, tmp_path):
    with pytest.raises(IngestError, match=r"--output: cannot write .*: it is a folder; name a file"):
        export(opened, name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_is_no_file_to_write_and_a_link_is_followed(opened, tmp_path):
    pipe, file, link = (tmp_path / name for name in ("pipe", "file", "link"))
    os.mkfifo(pipe)
    with pytest.raises(IngestError, match=r"cannot write .*/pipe: it is a pipe or device; name a file"):
        export(opened, "gkg", pipe)
    assert pipe.is_fifo()
    link.symlink_to(file)
    export(opened, "gkg", link)
    assert link.is_symlink()
    assert file.stat().st_size > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "pipe"]


def test_duckdb_holds_every_row_and_what_columns_mean(opened, written):
    with duckdb.connect(str(written / "duckdb"), read_only=True) as database:
        database.execute("SET TimeZone = 'UTC'")
        for one in public_tables():
            rows = database.sql(f"SELECT * FROM {one.name} ORDER BY {', '.join(one.key)}")  # noqa: S608
            assert rows.to_arrow_table().to_pylist() == opened.arrow(one.name).to_pylist()
        meaning = database.sql(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'quotes' AND column_name = 'cue'"
        ).fetchall()
        assert meaning == [(table("quotes").column("cue").description,)]


def test_an_export_is_whole_or_not_there(opened, tmp_path, monkeypatch):
    (tmp_path / "x").write_text("as it was", encoding="utf-8")
    monkeypatch.setattr("ingest.export.gkg._fields", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        export(opened, "gkg", tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_text(encoding="utf-8") == "as it was"


def test_unknown_formats_and_places_are_told(opened, tmp_path):
    with pytest.raises(ConfigError, match="no format 'xml'; there are gkg, ftm, annotations, sqlite, duckdb"):
        export(opened, "xml", tmp_path / "x")
    with pytest.raises(IngestError, match="--output: cannot write"):
        export(opened, "gkg", tmp_path / "none" / "x")


def test_the_command_writes_a_file(curated_samples, tmp_path, capsys):
    assert sorted(FORMATS) == sorted(NAMES)
    output = tmp_path / "x.json"
    assert main(["export", "ftm", "--curated", str(curated_samples), "--output", str(output)]) == 0
    assert capsys.readouterr().out == f"snapshot 1 in {output}: FollowTheMoney entities, JSON lines\n"
    assert output.stat().st_size > 0


def test_columns_say_what_they_are_called_elsewhere(opened):
    for name, columns in COUNTERPARTS.items():
        assert not set(columns) - set(table(name).names), f"{name} in src/ingest/tables/counterparts.py"
        for elsewhere in columns.values():
            for one in filter(None, elsewhere.split(", ")):
                assert one.split(":")[0] in {"schema", "ninjs", "gkg", "oa"}
    without = {one.name for one in public_tables()} - set(COUNTERPARTS)
    assert without == {"dropped", "edits", "rejects", "runs", "changes"}
    for one in public_tables():
        schema = pq.read_schema(opened.paths(one.name)[0])
        assert all(schema.field(name).metadata[b"counterpart"] for name in one.names), "a name or `none`"
    assert pq.read_schema(opened.paths("runs")[0]).field("seen").metadata[b"counterpart"] == b"none"
    metadata = pq.read_schema(opened.paths("documents")[0]).field("title").metadata
    assert metadata[b"counterpart"] == b"schema:headline, ninjs:headlines, gkg:PAGE_TITLE"
    assert metadata[b"description"]
