"""Finding names: cases, properties, and the pieces that can be checked one by one."""

from __future__ import annotations

import csv
import itertools
import re
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import word_lists
from ingest.errors import ConfigError
from ingest.names import model
from ingest.names.find import find_names
from ingest.names.find.bare_names import polish
from ingest.names.find.bearers import honours
from ingest.names.find.consistency import agree
from ingest.names.find.spans import Found
from ingest.names.forms.word_classes import WordClass
from ingest.names.model import decode, load_model, read_model, types
from ingest.names.model.features import DOCUMENT_FLAGS, KeyTable, key, split_places
from ingest.names.model.tokens import MAX_SENTENCE, Tokens, tokenize
from ingest.settings import DEFAULT_SETTINGS, Settings

CASES = Path(__file__).parent / "cases" / "names"
ROOT = Path(__file__).parents[1]


def rows(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def found_in(text: str) -> list[tuple[str, str]]:
    return [(text[s.char_start : s.char_end], s.entity_type) for s in find_names(text, DEFAULT_SETTINGS)]


@pytest.mark.parametrize("row", rows("find.tsv"), ids=lambda row: row["text"][:40])
def test_names_of_a_text(row):
    text = row["text"].replace("\\n", "\n")
    found = found_in(text)
    for expected in row["names"].split(" | "):
        if expected.startswith("~"):
            assert expected[1:] not in [surface for surface, _ in found]
        else:
            assert tuple(expected.rsplit("=", 1)) in found


@pytest.mark.parametrize("row", rows("split.tsv"), ids=lambda row: row["text"][:40])
def test_words_and_sentences(row):
    tokens = tokenize(row["text"].replace("\\n", "\n"), lambda _: None)
    bounds = tokens.sentences.tolist()
    sentences = ["|".join(tokens.words[a:b]) for a, b in itertools.pairwise(bounds)]
    assert "||".join(sentences) == row["tokens"]


@pytest.mark.parametrize("row", rows("polish.tsv"), ids=lambda row: row["rule"] + ":" + row["name"])
def test_polish_rules(row):
    tokens = tokenize(row["words"].replace(" / ", "\n"), lambda _: None)
    place, kind = row["name"].split()
    first, stop = map(int, place.split("-"))
    left = polish([Found(first, stop, kind)], tokens, load_model().lexicon.cases)
    assert [" ".join(tokens.words[f.first : f.stop]) for f in left] == ([row["left"]] if row["left"] else [])


TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(
        st.sampled_from(
            ["The", "Minoru", "Kihara", "U.S.", "’s", "'s", "Japan", "F-35", "of", "and", "-", "\n", "\n\n",
             ".", "“", "NATO", "Mr.", "said", "in", "Camp", "David", "\u200b", "é", "東京", "\ud800", "&",
             "Ltd", "(", ")", "III"]
        ),
        max_size=60,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_spans_are_exact_bare_and_in_order(text):
    spans = find_names(text, DEFAULT_SETTINGS)
    end = 0
    for span in spans:
        assert end <= span.char_start < span.char_end <= len(text)
        end = span.char_end
        surface = text[span.char_start : span.char_end]
        assert surface == surface.strip()
        assert not re.search(r"\n\s*\n", surface)
        assert not re.match(r"(?:the|an?)\s", surface, re.IGNORECASE)
        assert not re.search(r"['\u2019]s$", surface)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_words_cover_all_but_white_space(text):
    tokens = tokenize(text, lambda _: None)
    assert [text[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)] == tokens.words
    assert "".join(tokens.words) == "".join(text.split())
    bounds = tokens.sentences.tolist()
    assert bounds[0] == 0
    assert bounds[-1] == len(tokens.words)
    assert all(0 < b - a <= MAX_SENTENCE for a, b in itertools.pairwise(bounds))


def test_what_was_read_before_changes_nothing():
    text = "Marta Lindqvist met Chinese officials at Yokota Air Base. Lindqvist praised NATO."
    fresh = read_model(
        str(ROOT / "src/ingest/resources/models/names.npz"),
        str(ROOT / "src/ingest/resources/models/names_lexicon.npz"),
    )
    before = found_in(text)
    found_in("PAUL SMITH of ACME went to the U.S.-Japan summit in Foo-Bar with Marta.\n\nother words here")
    assert found_in(text) == before
    load_model().memory.clear()
    assert found_in(text) == before
    assert fresh.labels == load_model().labels


def best_path(scores, transitions):
    """The best path by trying step by step, one sentence: the definition."""
    count, labels = scores.shape
    best = transitions[0] + scores[0]
    back = []
    for step in range(1, count):
        paths = best[:, None] + transitions
        back.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + scores[step]
    label = int((best + transitions[:, 0]).argmax())
    path = [label]
    for choice in reversed(back):
        label = int(choice[label])
        path.append(label)
    assert labels > 1
    return path[::-1]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 7), min_size=1, max_size=6))
def test_side_by_side_search_finds_the_best_path(seed, lengths):
    random = np.random.default_rng(seed)
    scores = random.normal(size=(sum(lengths), 5)).astype(np.float32)
    transitions = random.normal(size=(5, 5)).astype(np.float32)
    starts = np.cumsum([0, *lengths])
    first = np.zeros(len(scores), np.bool_)
    first[starts[:-1]] = True
    expected = [
        label for a, b in itertools.pairwise(starts.tolist()) for label in best_path(scores[a:b], transitions)
    ]
    assert decode.best_labels(scores, first, transitions, sure=np.inf).tolist() == expected


def test_sure_words_part_the_search():
    scores = np.array([[0, 1], [9, 0], [0, 1]], np.float32)
    first = np.array([True, False, False])
    transitions = np.zeros((2, 2), np.float32)
    assert decode.best_labels(scores, first, transitions).tolist() == [1, 0, 1]


def test_one_spelling_one_kind():
    words = ["Trump", "Organization", "said", "Trump", "paid", ";", "Trump", "denied", "and", "Trump", "left"]
    tokens = Tokens(words, np.arange(11), np.arange(1, 12), np.array([0, 11]))
    found = [Found(3, 4, "ORG"), Found(6, 7, "PER"), Found(9, 10, "PER")]
    assert agree(found, tokens) == [
        Found(0, 1, "PER"),
        Found(3, 4, "PER"),
        Found(6, 7, "PER"),
        Found(9, 10, "PER"),
    ]


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("Russia-Ukraine", ["Russia", "-", "Ukraine"]),
        ("Guinea-Bissau", None),
        ("Suk-yeol", None),
        ("Coca-Cola", None),
    ],
)
def test_places_joined_by_a_hyphen(word, pieces):
    assert split_places(word, load_model().lexicon.gazetteer) == pieces


def test_every_cue_tells_its_type():
    cues = types.load_cues()
    weights = load_model().type_weights
    for table, name in (
        (cues.last, "Xyz {}"),
        (cues.first, "{} Xyz"),
        (cues.any, "Abc {} Xyz"),
        (cues.before_of, "{} of Xyz"),
    ):
        for word, kind in table.items():
            words = name.format(word.title()).split()
            assert types.entity_type("ORG", words, (), weights) == kind
    assert not set(cues.any) & set(cues.first)


def test_a_cue_alone_is_no_cue():
    weights = load_model().type_weights
    assert types.entity_type("ORG", ["Base"], (), weights) == "ORGANIZATION"


@pytest.mark.parametrize("line", ["middle\tbase\tFACILITY", "last\tbase\tPLACE"])
def test_a_wrong_cue_is_refused(line, monkeypatch, tmp_path):
    folder = tmp_path / "resources" / "names"
    folder.mkdir(parents=True)
    (folder / "type_cues.tsv").write_text("where\tword\ttype\n" + line + "\n", "utf-8")
    monkeypatch.setattr(word_lists.resources, "files", lambda _: tmp_path / "resources")
    types.load_cues.cache_clear()
    with pytest.raises(ConfigError, match="base"):
        types.load_cues()
    types.load_cues.cache_clear()


def test_the_users_names_are_found(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "authority_id,entity_type,name,aliases\nown:zq,ORGANIZATION,zeta quorum board,ZQB\n", "utf-8"
    )
    text = "They asked the zeta quorum board about it, and ZQB said nothing."
    spans = find_names(text, Settings(authority_path=str(path)))
    assert ("zeta quorum board", "ORGANIZATION") in [
        (text[s.char_start : s.char_end], s.entity_type) for s in spans
    ]
    assert "ZQB" in [text[s.char_start : s.char_end] for s in spans]


def test_a_model_of_other_features_is_refused(tmp_path):
    models = ROOT / "src/ingest/resources/models"
    with np.load(models / "names.npz") as data:
        arrays = dict(data)
    arrays["flags"] = arrays["flags"][:-1]
    np.savez(tmp_path / "old.npz", **arrays)
    with pytest.raises(ConfigError, match=f"{len(DOCUMENT_FLAGS)}.*train_names"):
        read_model(str(tmp_path / "old.npz"), str(models / "names_lexicon.npz"))


def test_key_table():
    table = KeyTable(np.array([3, 9], np.uint32), np.array([5, 7], np.uint16))
    assert (table.get(3), table.get(9), table.get(4), table.get(10)) == (5, 7, None, None)
    assert table.get_many(np.array([9, 1, 3, 11], np.uint32)).tolist() == [7, 0, 5, 0]
    assert key("\ud800") == key("\ud800")


@pytest.mark.parametrize("name", ["teams.txt", "organizations.txt"])
def test_training_lists_have_no_doubles(name):
    lines = (ROOT / "training/name_lists" / name).read_text("utf-8").splitlines()
    names = [part for line in lines if not line.startswith("#") for part in line.split("|")]
    assert sorted(names) == sorted(set(names))
    assert all(part == part.strip() and part for part in names)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["a", "A", "A.", "a-", "A-b ", "Abc ", "ABC ", "Abc-Def ", ". ", "\n", "1,", "’s", "é\u0301", "東",
     "Abc of ",
     "Minoru Kihara ", "U.S.-Japan "],
)  # fmt: skip
def test_much_of_one_kind_on_one_line(unit):
    text = unit * (400_000 // len(unit))
    for span in find_names(text, DEFAULT_SETTINGS):
        assert span.char_start < span.char_end


def test_models_are_small():
    models = ROOT / "src/ingest/resources/models"
    assert sum(path.stat().st_size for path in models.glob("names*.npz")) < 8_000_000


def test_very_many_different_words_are_read_alike(monkeypatch):
    text = (
        "Marta Lindqvist left. "
        + " ".join(f"w{n}x Qa{n}b" for n in range(50))
        + "\nThen Marta Lindqvist left."
    )
    load_model().memory.clear()
    monkeypatch.setattr(model, "_MAX_DISTINCT", 20)
    found = found_in(text)
    assert ("Marta Lindqvist", "PERSON") in found
    assert len(load_model().memory.rows) <= 20 + 3


def test_a_missed_name_is_not_added_across_sentences():
    words = ["Acme", "Corp", "grew", ".", "Acme", "Corp"]
    tokens = Tokens(words, np.arange(6), np.arange(1, 7), np.array([0, 5, 6]))
    assert agree([Found(0, 2, "ORG")], tokens) == [Found(0, 2, "ORG")]


def test_honours_stand_once_and_are_no_everyday_words():
    lines = (
        (resources.files("ingest") / "resources" / "names" / "honours.txt").read_text("utf-8").splitlines()
    )
    listed = [line for line in lines if line and not line.startswith("#")]
    assert len(listed) == len(set(listed)) == len(honours())
    assert not [word for word in listed if word.islower() or not word.isalpha()]


def test_word_classes_are_all_used_and_hold_no_word_twice():
    rows = list(word_lists.word_rows("names/word_classes.tsv", get_args(WordClass)))
    seen = Counter((name, word) for name, _, words in rows for word in words)
    assert not [entry for entry, times in seen.items() if times > 1]
    assert {name for name, _, _ in rows} == set(get_args(WordClass))
    source = "".join(path.read_text("utf-8") for path in (ROOT / "src/ingest/names").rglob("*.py"))
    assert not [name for name in get_args(WordClass) if f'word_class("{name}")' not in source]
