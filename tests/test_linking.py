"""Linking inside a document and over a corpus, on texts of our own with the shapes of real ones."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from corpus_of import corpus_names, link_corpus, numbered, unmark
from hypothesis import given
from hypothesis import strategies as st
from same_surnames import differ, same_surname_document

import ingest
from ingest.errors import ConfigError
from ingest.names.authority import load_authority
from ingest.names.forms.bodies import is_generic
from ingest.names.forms.keys import fold
from ingest.names.given import identity, resolve_corpus
from ingest.names.link import link_names
from ingest.names.link.groups import Form, Groups
from ingest.names.link.methods import METHODS
from ingest.names.resolve import resolve
from ingest.names.resolve.merge import merge_authority
from ingest.names.resolve.merger import Merger, Reason
from ingest.records import Span
from ingest.settings import DEFAULT_SETTINGS

AUTHORITY = load_authority(DEFAULT_SETTINGS)
RESOURCES = Path(ingest.__file__).parent / "resources"
CASES = json.loads((Path(__file__).parent / "cases" / "names" / "linking.json").read_text(encoding="utf-8"))


def pick(found, label):
    """The mention that a label means: `Austin`, `Austin@2` (second text), `Jordan#2` (the second one)."""
    surface, document, place = label, None, 1
    if "@" in surface:
        surface, _, number = surface.partition("@")
        document = int(number) - 1
    if "#" in surface:
        surface, _, number = surface.partition("#")
        place = int(number)
    same = [m for m in found if m.surface == surface and document in (None, m.document)]
    assert len(same) >= place, f"no mention {label}"
    return same[place - 1]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case):
    assert case.keys() & {"same", "apart", "method", "evidence", "country", "basis"}, "it expects nothing"
    found = link_corpus(case["docs"])
    for group in case.get("same", []):
        entities = {pick(found, label).entity.entity_id for label in group}
        assert len(entities) == 1, {label: pick(found, label) for label in group}
    for left, right in case.get("apart", []):
        assert pick(found, left).entity != pick(found, right).entity, (left, right)
    for label, method in case.get("method", {}).items():
        assert pick(found, label).method == method
    for label, text in case.get("evidence", {}).items():
        assert pick(found, label).evidence == text
    for label, code in case.get("country", {}).items():
        assert pick(found, label).entity.country_code == code
    for basis, count in case.get("basis", {}).items():
        assert sum(m.basis == basis for m in found) == count


@pytest.mark.parametrize("size", [1, 200])
def test_no_two_people_of_one_surname_are_merged(size):
    """200 documents, linked one by one and as one corpus: whoever shares an entity is one person by name."""
    rng = random.Random(20240728)  # noqa: S311 (a test's dice)
    documents = [same_surname_document(rng) for _ in range(200)]
    wrong = right = 0
    for first in range(0, len(documents), size):
        batch = documents[first : first + size]
        linked = [link_names(text, spans, DEFAULT_SETTINGS) for text, spans, _ in batch]
        people = {}
        for (_, _, meant), links in zip(batch, resolve_corpus(numbered(linked)).values(), strict=True):
            for who, link in zip(meant, links, strict=True):
                people.setdefault(link.entity.entity_id, set()).add(who)
                right += 1
        wrong += sum(differ(who) for who in people.values())
    assert right > 800
    assert wrong == 0


def test_two_entries_of_the_authority_never_join():
    """Whatever a document or the corpus suggests; the analyst alone can say so."""
    rows = corpus_names([link_names(*unmark("[LOCATION|Japan], [LOCATION|China]"), DEFAULT_SETTINGS)])
    merger = Merger(rows)
    merge_authority(merger)
    assert not merger.join(0, 1, Reason("variant"))
    known = [AUTHORITY.lookup(name)[0] for name in ("Japan", "China")]
    groups = Groups([Form(e.name, e.name.lower(), e.entity_type, [(0, 5)], e) for e in known])
    assert not groups.join(0, 1, "short_name")
    assert merger.join(0, 1, Reason("decision"), forced=True)


def test_order_of_names_makes_no_difference():
    documents = [text for case in CASES for text in case["docs"]]
    rows = corpus_names([link_names(*unmark(document), DEFAULT_SETTINGS) for document in documents])
    expected = dict(zip(map(identity, rows), resolve(rows, DEFAULT_SETTINGS), strict=True))
    rng = random.Random(7)  # noqa: S311 (a test's dice)
    for _ in range(5):
        rng.shuffle(rows)
        assert dict(zip(map(identity, rows), resolve(rows, DEFAULT_SETTINGS), strict=True)) == expected


def test_an_entity_id_means_one_entity():
    documents = [text for case in CASES for text in case["docs"]]
    entities = {m.entity for m in link_corpus(documents)}
    assert len({e.entity_id for e in entities}) == len(entities)


WORDS = st.sampled_from(
    [
        "Anna",
        "Smith",
        "U.S.",
        "USFJ",
        "Japan",
        "Smith's",
        "(SDF)",
        "al-Nasri",
        "III",
        "Jr.",
        "the",
        "Corp.",
        ",",
        "Ñu",
        "—",
    ]
)
TYPES = st.sampled_from(["PERSON", "ORGANIZATION", "LOCATION", "NORP", "PRODUCT", "OTHER"])


@given(st.lists(st.tuples(WORDS, st.booleans(), TYPES), max_size=30))
def test_every_span_becomes_one_mention(words):
    text, spans = "", []
    for word, is_name, kind in words:
        if is_name:
            spans.append(Span(len(text), len(text) + len(word), kind))
        text += word + " "
    names, mentions = link_names(text, spans, DEFAULT_SETTINGS)
    assert [(m.char_start, m.char_end) for m in mentions] == [(s.char_start, s.char_end) for s in spans]
    assert all(m.surface == text[m.char_start : m.char_end] for m in mentions)
    assert sorted({m.name_index for m in mentions}) == list(range(len(names)))
    assert all(m.entity_type == names[m.name_index].entity_type for m in mentions)
    for m in mentions:
        assert 0 <= m.evidence.char_start < m.evidence.char_end <= len(text)
        assert m.method in METHODS
    assert len({identity(n) for n in names}) == len(names)
    assert (names, mentions) == link_names(text, spans, DEFAULT_SETTINGS)


def test_every_method_is_explained():
    page = (Path(__file__).parents[1] / "docs" / "linking.md").read_text(encoding="utf-8")
    page = page[: page.index("## Decisions")]
    explained = {line.split("`")[1] for line in page.splitlines() if line.startswith("| `")}
    found = [m for case in CASES for m in link_corpus(case["docs"])]
    used = {m.method for m in found} | {m.basis for m in found}
    assert explained == set(METHODS)
    assert used == set(METHODS) - {"decision"}


@pytest.mark.parametrize("name", ["branches", "descriptors", "nouns", "tails"])
def test_words_around_an_organisations_name(name):
    """In comparison form, each once; what goes off the front is no word that goes off the end."""
    lists = {
        file.stem: [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
        for file in RESOURCES.glob("org_*.txt")
    }
    words = lists[f"org_{name}"]
    assert [word for word in words if fold(word) != word or words.count(word) > 1] == []
    assert set(lists["org_descriptors"]).isdisjoint({*lists["org_tails"], *lists["org_nouns"]})


def test_words_for_kinds_of_places():
    """In comparison form, each once, in order; no kind of body."""
    lines = (RESOURCES / "place_nouns.txt").read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if line and line[0] != "#"]
    assert [word for word in words if fold(word) != word] == []
    assert words == sorted(set(words))
    assert not any(map(is_generic, words))


def test_an_odd_name_of_one_document_names_no_body():
    """`Acme Kestrel` of one document is Kestrel, and the entity is shown as the others call it."""
    (case,) = (case for case in CASES if case["id"] == "a_body_called_something_in_one_document")
    assert {m.entity.entity_name for m in link_corpus(case["docs"])} == {"Kestrel"}


def test_a_usual_spelling_is_no_variant_of_another():
    """Else two spellings change places and meet nowhere."""
    lines = (RESOURCES / "spellings.csv").read_text(encoding="utf-8").splitlines()
    variants = dict(line.split(",") for line in lines if line and line[0] != "#")
    assert {common for common in variants.values() if common in variants} == set()


@pytest.mark.parametrize(
    ("span", "told"),
    [
        ((0, 9), r"spans\[1\]: 0 to 9 is no part of a text of 8 characters"),
        ((-3, 3), "-3 to 3 is no part"),
        ((3, 3), "3 to 3 is no part"),
        (Span(5, 3, "PERSON"), "5 to 3 is no part"),
        ((0, 8, "HUMAN"), r"spans\[1\]: there is no type 'HUMAN'; there are PERSON, ORGANIZATION"),
    ],
)
def test_mentions_that_are_none_are_told(span, told):
    with pytest.raises(ConfigError, match=told):
        ingest.link_mentions("Ann Bell", [(0, 8), span])
