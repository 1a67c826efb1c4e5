"""What the search for stories needs to know of one document: its words and runs of words, as numbers."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files

from made_records import make_record
from made_stories import BRIDGE, made_words

from ingest.metadata import Metadata
from ingest.signature import (
    MAX_WORDS,
    SKETCH_SIZE,
    content_hashes,
    signature,
    stop_words,
)


def dated(day):
    record = make_record("a.txt", BRIDGE)
    return replace(record, metadata=Metadata(published_at=day))


def test_a_signature_is_a_function_of_the_words():
    one = signature(dated(None), None)
    assert one == signature(make_record("b.txt", BRIDGE), None)
    assert one.published_day is None
    assert sorted(one.words) == one.words
    assert len(one.shingles) <= SKETCH_SIZE
    assert signature(make_record("c.txt", ""), None)[1:] == ([], [], [])
    spoken = signature(make_record("d.txt", "Ana Bo said “we shall mend the old bridge soon”."), None)
    assert spoken.quoted


def test_long_documents_keep_the_words_that_they_use_most():
    many = made_words(2 * MAX_WORDS, 3)
    kept = content_hashes(" ".join([*many, *many[:5], *many[:5]]))
    assert len(kept) == MAX_WORDS
    assert set(content_hashes(" ".join(many[:5]))) <= set(kept)


def test_stop_words_are_lower_case_and_say_nothing():
    resources = files("ingest.resources")
    listed = (resources / "stories" / "stop_words.txt").read_text(encoding="utf-8")
    words = [word for line in listed.splitlines() if not line.startswith("#") for word in line.split()]
    assert sorted(words) == sorted(stop_words()), "one stands twice"
    assert all(word == word.lower() and len(word) > 2 for word in words)
    assert content_hashes("They would have been there with those others") == []
