"""Statements: what is said twice in a story, in whatever words."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from made_records import published
from made_stories import BRIDGE, FIRE, OTHER_BRIDGE

from ingest import store
from ingest.corpus.stories.statements import Said, same_statements, unknown_rarity
from ingest.signature import content_hashes
from ingest.tables import parts

CASES = Path(__file__).parent / "cases"


def statement_cases():
    with (CASES / "statements.tsv").open(encoding="utf-8", newline="") as file:
        rows = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_same(one, other, rarity=unknown_rarity):
    return same_statements([Said("q1", "d1", "ana", one), Said("q2", "d2", "ana", other)], rarity) != {}


@pytest.mark.parametrize("case", statement_cases(), ids=lambda case: case["name"])
def test_statements(case):
    one, other = (content_hashes(case[key]) for key in ("one", "other"))
    assert is_same(one, other) == is_same(other, one) == (case["same"] == "yes")


def test_a_rare_word_in_common_weighs_more():
    one, other = (
        frozenset({"aa", "bb", "cc", "dd", "ee", "ff", "gg"}),
        frozenset({"aa", "bb", "cc", "x1", "x2", "x3", "x4", "x5"}),
    )
    assert not is_same(one, other)
    assert is_same(one, other, lambda word: 3.0 if word in {"aa", "bb"} else 0.0)


def test_statements_are_linked_across_documents_of_one_speaker_alone():
    text = "the harbour wall will hold another winter"
    quotes = [
        ("q1", "d1", "ana", text),
        ("q2", "d1", "ana", text),
        ("q3", "d2", "ana", f"{text}, I promise"),
        ("q4", "d2", "bo", text),
        ("q5", "d3", "ana", "nothing of the kind was ever agreed"),
    ]
    said = [Said(*who, content_hashes(words)) for *who, words in quotes]
    expected = {"q1": "q1", "q2": "q1", "q3": "q1"}
    assert same_statements(said) == same_statements(reversed(said)) == expected


def test_statement_ids_reach_the_table(tmp_path, monkeypatch):
    for limit in (
        "GROUP_BYTES",
        "PART_BYTES",
        "SMALL_BYTES",
        "FULL_BYTES",
    ):  # a part for each document, never merged
        monkeypatch.setattr(parts, limit, 1)
    files = {
        "a.txt": f"{BRIDGE}\n\nMona Ekdahl said “the bridge will carry heavier lorries than ever”.",
        "b.txt": f"Mona Ekdahl spoke. {OTHER_BRIDGE}\n\n“This bridge shall carry the heavier lorries”.",
        "c.txt": f"{FIRE}\n\nMona Ekdahl said “the bridge will carry heavier lorries than ever”.",
    }
    landing = published(tmp_path, files)
    quotes = {
        row["document_id"]: row for row in store.open_curated(landing.curated).arrow("quotes").to_pylist()
    }
    paths = store.read_table("documents", landing.curated).set_index("source_path")["document_id"]
    linked = [quotes[paths[path]]["same_statement_id"] for path in ("a.txt", "b.txt", "c.txt")]
    assert linked[0] == linked[1] == min(quotes[paths[path]]["quote_id"] for path in ("a.txt", "b.txt"))
    assert linked[2] is None, "it stands in another story"
    landing.files["b.txt"] = OTHER_BRIDGE
    landing.run()
    assert store.open_curated(landing.curated).arrow("quotes").column("same_statement_id").null_count == 2
