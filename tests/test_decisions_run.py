"""The analyst's decisions in real runs: applied, told where they match nothing, taken back exactly."""

from __future__ import annotations

import pytest

import ingest
from ingest.names.forms.keys import fold
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.tables import public_tables

TEXTS = {
    "a.txt": "Marta R. Lindqvist left Veldmark. The Northern Harbour Guard agreed, said Otto Brandt.",
    "b.txt": "Marta Lindqvist left Veldmark. The Northern Harbour Guard stayed, said Otto Brand.",
    "c.txt": "Shares of Brannock Steel Corp. grew. The Northern Harbour Guard was silent in Veldmark.",
}
DECISIONS = (
    "decision,entity_type,key,other_type,other_key",
    "same,PERSON,otto brand,PERSON,otto brandt",
    "different,PERSON,marta lindqvist,PERSON,marta r lindqvist",
    "is:org:nato,ORGANIZATION,northern harbour guard,,",
    "type:FACILITY,ORGANIZATION,brannock steel corp,,",
    "not_a_name,LOCATION,veldmark,,",
    "not_a_name,ORGANIZATION,no such body,,",
)
LOGS = ("runs", "changes")


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Tables before, with and after the decisions, and what each run said."""
    folder = tmp_path_factory.mktemp("decided")
    landing, curated = folder / "landing", folder / "curated"
    landing.mkdir()
    for path, text in TEXTS.items():
        (landing / path).write_text(text + "\n", encoding="utf-8")
    sheet = folder / "decisions.csv"
    sheet.write_text("\n".join(DECISIONS) + "\n", encoding="utf-8")
    runs = []
    for settings in (Settings(), Settings(decisions_path=str(sheet)), Settings()):
        said = ingest_folder(Options(landing, curated, workers=1, settings=settings))
        opened = ingest.open_curated(curated)
        runs.append((said, {t.name: opened.arrow(t.name) for t in public_tables() if t.name not in LOGS}))
    return runs


def entities(tables, surface):
    rows = tables["mentions"].to_pylist()
    return {row["entity_id"] for row in rows if row["surface"] == surface}


def test_no_document_is_read_anew(states):
    (first, _), (decided, _), (after, _) = states
    assert (first.added, first.unchanged) == (3, 0)
    for said in (decided, after):
        assert (said.added, said.updated, said.unchanged) == (0, 0, 3)
        assert said.changed


def test_each_decision_takes_effect(states):
    (_, before), (_, decided), _ = states
    assert entities(before, "Otto Brand") != entities(before, "Otto Brandt")
    assert entities(decided, "Otto Brand") == entities(decided, "Otto Brandt")
    assert entities(before, "Marta Lindqvist") == entities(before, "Marta R. Lindqvist")
    assert entities(decided, "Marta Lindqvist") != entities(decided, "Marta R. Lindqvist")
    assert entities(decided, "Northern Harbour Guard") == {"org:nato"}
    kinds = {row["entity_id"]: row["entity_type"] for row in decided["entities"].to_pylist()}
    assert {kinds[ident] for ident in entities(decided, "Brannock Steel Corp.")} == {"FACILITY"}
    assert entities(before, "Veldmark")
    assert not entities(decided, "Veldmark")
    basis = {fold(row["surface"]): row["basis"] for row in decided["entity_names"].to_pylist()}
    assert basis["northern harbour guard"] == "decision"


def test_what_matches_nothing_is_told_with_its_line(states):
    _, (decided, _), _ = states
    (told,) = decided.unmatched
    assert "decisions.csv:7" in told
    assert "no such body" in told


def test_taking_them_back_restores_every_table(states):
    (_, before), (_, decided), (_, after) = states
    assert not decided["entities"].equals(before["entities"])
    for name, table in before.items():
        assert after[name].equals(table), name
