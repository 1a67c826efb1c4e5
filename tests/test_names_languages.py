"""Names in other languages than English: which lines are, and the lists that say what counts there."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.names.find import find_names
from ingest.names.find.languages import OTHER_LANGUAGES, foreign_stretches, small_words
from ingest.settings import DEFAULT_SETTINGS
from ingest.word_lists import word_rows

ENGLISH = (
    "The ferry is at the pier, and it was not on time. Harbour Master Ann Lund told the crew that she is.\n"
)
GERMAN = "Die Fähre ist nicht an der Brücke, und das Wetter ist auch nicht gut. Kapitänin Anke Lund sah es.\n"
LISTS = ("function", "title", "article", "genitive", "place", "noun", "ending", "body")


def test_lines_are_told_apart_in_a_text_of_two_languages():
    text = ENGLISH + GERMAN * 6 + "Kurz.\n"
    (stretch,) = foreign_stretches(text)
    assert text[stretch.start : stretch.end] == GERMAN * 6 + "Kurz.\n"
    assert stretch.language == "de"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "Ursula von der Leyen met Jan van den Berg and Ana de la Cruz in Marwick.",
        "Ann Lund\nBo Dahl\n",
        "1 2 3",
        ENGLISH,
        ENGLISH + "Fin.\n",
    ],
)
def test_what_does_not_tell_is_english(text):
    assert foreign_stretches(text) == ()


def test_a_line_of_english_keeps_its_names_beside_german_ones():
    text = GERMAN * 3 + ENGLISH
    spans = find_names(text, DEFAULT_SETTINGS)
    assert [text[s.char_start : s.char_end] for s in spans] == ["Anke Lund"] * 3 + ["Ann Lund"]


def test_the_list_has_known_kinds_and_no_entry_twice():
    rows = list(word_rows(OTHER_LANGUAGES, LISTS))
    assert {kind for kind, _, _ in rows} == set(LISTS)
    seen = Counter((kind, language, word) for kind, language, words in rows for word in words)
    assert not [entry for entry, times in seen.items() if times > 1]
    assert all(word == word.lower() for _, _, word in seen)


def test_no_small_word_stands_in_both_lists_for_one_language():
    again = [word for word, languages in small_words().items() if len(set(languages)) < len(languages)]
    assert not again


PIECES = st.sampled_from(
    [
        "der",
        "die",
        "und",
        "ist",
        "nicht",
        "Anke",
        "Lund",
        "Lunds",
        "von",
        "WMK",
        "A.",
        ",",
        ".",
        "\n",
        "’",
        "é",
        "Frau",
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_spans_are_in_order_inside_the_text_and_begin_and_end_with_a_letter(text):
    text = GERMAN + text
    end = 0
    for span in find_names(text, DEFAULT_SETTINGS):
        assert end <= span.char_start < span.char_end <= len(text)
        assert text[span.char_start].isalnum()
        end = span.char_end
    assert end, "the opening holds names"
