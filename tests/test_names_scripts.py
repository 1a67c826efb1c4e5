"""People in scripts without capital letters: found where something proves them, linked by their surnames."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.names.find import find_names
from ingest.names.find.scripts import SCRIPT_LISTS, SCRIPT_NAMES
from ingest.names.link import link_names
from ingest.quotes.speakers.script_words import SCRIPT_WORD_LISTS, SCRIPT_WORDS
from ingest.settings import DEFAULT_SETTINGS
from ingest.word_lists import word_rows

CASES = Path(__file__).parent / "cases" / "names" / "scripts.tsv"


def rows():
    with CASES.open(encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["text"][:20])
def test_people_of_a_text(row):
    text = row["text"].replace("\\n", "\n")
    names, mentions = link_names(text, find_names(text, DEFAULT_SETTINGS), DEFAULT_SETTINGS)
    people = [f"{m.surface}={names[m.name_index].display}" for m in mentions if m.entity_type == "PERSON"]
    assert people == (row["people"].split(" | ") if row["people"] else [])


PIECES = st.sampled_from(
    [
        "최도현",
        " ",
        "장관",
        "周文清",
        "发言人",
        "·",
        "霍尔斯特",
        "氏",
        "高瀬",
        "سامي",
        "الحداد",
        "\n",
        "은",
        "Ann Lee",
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_spans_are_in_order_and_apart(text):
    spans = find_names(text, DEFAULT_SETTINGS)
    ends = [0, *(span.char_end for span in spans)]
    assert all(
        end <= span.char_start < span.char_end <= len(text) for end, span in zip(ends, spans, strict=False)
    )


@pytest.mark.parametrize(
    ("resource", "lists"), [(SCRIPT_NAMES, SCRIPT_LISTS), (SCRIPT_WORDS, SCRIPT_WORD_LISTS)]
)
def test_the_lists_have_known_kinds_and_no_entry_twice(resource, lists):
    found = list(word_rows(resource, lists))
    assert {kind for kind, _, _ in found} == set(lists)
    seen = Counter((kind, language, word) for kind, language, words in found for word in words)
    assert not [entry for entry, times in seen.items() if times > 1]
