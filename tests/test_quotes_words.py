"""The word lists of the quotations' room: well-formed, without doubles, every class in use."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files

import pytest

from ingest.quotes.decide import ranker
from ingest.quotes.paragraphs import lexicon, read_scene
from ingest.quotes.speakers import foreign
from ingest.word_lists import word_rows

FOLDER = files("ingest") / "resources" / "quotes"


def words(name):
    found = []
    for line in FOLDER.joinpath(name).read_text(encoding="utf-8").splitlines():
        if not line.startswith(("#", "[")):
            found.extend(line.split())
    return found


def test_no_cue_form_stands_twice():
    doubled = [form for form, n in Counter(words("cues.txt")).items() if n > 1]
    assert doubled == []


def test_no_word_stands_in_two_classes():
    """Classes without a letter of their own ("surname", "time", "field") may share words with others."""
    sets = {name: words for name, words in lexicon.word_sets().items() if lexicon.CLASSES[name]}
    counts = Counter(word for members in sets.values() for word in members)
    assert [word for word, n in counts.items() if n > 1] == []


def test_surnames_are_words_of_another_class_or_cues():
    known = set(lexicon.word_classes()) | set(lexicon.cues())
    assert lexicon.word_sets()["surname"] <= known


def test_other_languages_take_no_english_word():
    """A form of another language that English has too would be read as a verb of saying there."""
    english = set(words("cues.txt")) | set(lexicon.word_classes())
    assert sorted(english & set(lexicon.other_cues())) == []
    assert {cue.lemma for cue in lexicon.other_cues().values()} <= {
        cue.lemma for cue in lexicon.cues().values() if cue.letter == "V"
    }


def test_other_languages_have_each_entry_once():
    rows = list(word_rows("quotes/attribution.tsv", foreign.LISTS))
    assert {kind for kind, _, _ in rows} == set(foreign.LISTS)
    seen = Counter((kind, language, word) for kind, language, words in rows for word in words)
    assert [entry for entry, n in seen.items() if n > 1] == []
    assert all(word == word.lower() for _, _, word in seen)
    assert {language for _, language, _ in rows} == set(lexicon.cues_by_language())


def test_no_form_of_another_language_stands_twice_in_it():
    counts = Counter()
    language = ""
    for line in FOLDER.joinpath("cues_other.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line
        elif not line.startswith("#"):
            counts.update((language, form) for form in line.split()[1:])
    assert [form for form, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("language", sorted(foreign.grammars()))
def test_no_verb_of_saying_is_a_small_word(language):
    """A word that ends a noun phrase or says when would hide the verb."""
    grammar = foreign.grammars()[language]
    small = frozenset().union(*(grammar.lists[name] for name in ("auxiliary", "time", "ends", "article")))
    assert grammar.verbs & small == frozenset()


def test_every_class_has_words():
    assert all(lexicon.word_sets().values())


def test_words_are_lower_case():
    assert [w for w in words("cues.txt") + words("lexicon.txt") if w != w.lower()] == []


def test_unknown_class_is_named(monkeypatch):
    monkeypatch.setattr(lexicon, "_lines", lambda _: ["[adverbs]", "so"])
    lexicon.word_sets.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"unknown class \[adverbs\].*determiner"):
            lexicon.word_sets()
    finally:
        lexicon.word_sets.cache_clear()


@pytest.mark.parametrize("form", ["said", "says", "told", "wrote", "replied", "quipped", "marvelled", "put"])
def test_inflected_forms(form):
    assert form in lexicon.cues()


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Sen. Smith (D-Mo.) also said on Monday", "NV"),
        ("Ursula von der Leyen told the ministers that", "NVDT"),
        ("according to the report, he had called it", "AD,PBUP"),
        ("Smith's lawyer said", "NsSV"),
        ("the former Harbour Party spokesman, who spoke", "D,WV"),
    ],
)
def test_shape(text, shape):
    assert read_scene(text, 0, len(text), ()).shape == shape


def test_weights_are_small_and_hold_no_names():
    content = (files("ingest") / "resources" / "models" / ranker.MODEL).read_bytes()
    assert len(content) < 1_000_000
    model = ranker.parse_model(content)
    assert len(model.speech) > 500
    assert len(model.speaker) > 500
    # The only words in a feature are closed-class words, cue verbs and nouns in lower case.
    capital = [f for f in model.speaker if any(c.isupper() for c in f[1:]) and f[:1] == "H"]
    assert capital == []
