"""Tables and columns: defined once, described, found by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ingest import tables
from ingest.clean import RULE_REASONS
from ingest.edits import EDIT_RULES
from ingest.errors import ConfigError
from ingest.store import open_curated
from ingest.tables import TABLES
from ingest.tables.dictionary import dictionary

CONTRACT = {
    "documents": "document_id source_path content_sha256 media_type encoding url source_name title authors"
    " dateline published_at modified_at language text word_count source_chars kept_chars dropped_chars"
    " duplicate_of near_duplicate_of near_duplicate_score story_id pipeline_version",
    "sections": "section_id document_id section_index tag tag_rule heading level text char_start char_end"
    " source_start source_end word_count topics",
    "mentions": "mention_id document_id section_id entity_id entity_name entity_type surface char_start"
    " char_end source_start source_end method",
    "entities": "entity_id entity_name entity_type country_code authority_id document_count mention_count",
    "entity_names": "entity_id surface basis evidence_document_id evidence_start evidence_end mention_count",
    "quotes": "quote_id utterance_id document_id section_id text quote_type char_start char_end source_start"
    " source_end speaker speaker_start speaker_end speaker_entity_id speaker_name attribution cue cue_start"
    " cue_end same_statement_id",
    "stories": "story_id title document_count source_count first_published_at last_published_at entity_names",
    "topics": "section_id topic_id document_id topic_name score evidence",
    "dropped": "document_id dropped_index text kind rule source_start source_end",
    "edits": "document_id edit_index rule before after source_start source_end",
    "rejects": "source_path content_sha256 size_bytes stage reason detail",
    "runs": "run_id started_at finished_at status pipeline_version config_sha256 seen added updated unchanged"
    " removed rejected",
    "changes": "run_id source_path document_id change",
}


@pytest.mark.parametrize("name", CONTRACT)
def test_each_table_has_the_columns_that_were_promised_in_their_order(name):
    promised = CONTRACT[name].split()
    assert [column for column in tables.table(name).names if column in promised] == promised


def test_the_public_tables_are_those_that_were_promised():
    assert [table.name for table in tables.public_tables()] == list(CONTRACT)


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_the_schema_carries_the_descriptions(table):
    schema = table.schema()
    assert schema.names == list(table.names)
    for column in table.columns:
        field = schema.field(column.name)
        assert field.metadata[b"description"].decode() == column.description
        assert field.nullable == column.nullable
        assert column.description.endswith(".") or column.description.endswith("...")


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_keys_and_references_name_columns_that_exist(table):
    assert set(table.key) <= set(table.names)
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        if column.references:
            other, _, key = column.references.partition(".")
            assert tables.table(other).column(key).type == column.type


@pytest.mark.parametrize("run", ["curated_samples", "curated_stories"])
def test_every_reference_leads_to_a_row(run, request):
    curated = open_curated(request.getfixturevalue(run))
    there = {name: curated.table(name) for name, table in TABLES.items() if table.is_public}
    followed = lost = 0
    for name, rows in there.items():
        for column in TABLES[name].columns:
            if column.references:
                other, _, key = column.references.partition(".")
                values = rows[column.name].dropna()
                followed += len(values)
                lost += len(set(values) - set(there[other][key]))
    assert followed > 500
    assert lost == 0


def test_one_name_means_one_type_everywhere():
    types = {}
    for table in TABLES.values():
        for column in table.columns:
            types.setdefault(column.name, set()).add(column.type)
    # Counts are small within a document and may be large over all of them.
    assert {name for name, found in types.items() if len(found) > 1} <= {"mention_count"}


def test_an_unknown_table_names_those_there_are():
    with pytest.raises(ConfigError, match="no table 'quote'; there are documents, sections, mentions"):
        tables.table("quote")


def test_an_unknown_column_names_those_there_are():
    with pytest.raises(ConfigError, match="quotes has no column 'who'; it has quote_id, utterance_id"):
        tables.table("quotes").column("who")


def test_the_dictionary_tells_of_every_public_column_and_of_no_other_table():
    text = dictionary()
    for table in tables.public_tables():
        section = text.split(f"## {table.name}\n")[1].split("\n## ")[0]
        assert [line.split("`")[1] for line in section.splitlines() if line.startswith("| `")] == list(
            table.names
        )
    assert "## _" not in text


def test_the_dictionary_tells_of_every_rule():
    text = dictionary()
    for rule, reason in (*RULE_REASONS.items(), *EDIT_RULES.items()):
        assert f"| `{rule}` | {reason} |" in text


def test_workers_start_without_pyarrow():
    code = "import sys, ingest.tables.staging, ingest.checks; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
