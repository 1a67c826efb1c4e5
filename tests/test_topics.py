"""Topics: the vocabulary is sound, terms are found, a user's file adds and replaces."""

from __future__ import annotations

import csv
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import open_curated, process
from ingest.errors import ConfigError
from ingest.records import Section
from ingest.run import Options, ingest_folder
from ingest.settings import DEFAULT_SETTINGS, Settings, fingerprints
from ingest.tables.rows import document_rows
from ingest.topics import find_topics
from ingest.topics.find import found_terms
from ingest.topics.taxonomy import load_taxonomy
from ingest.topics.words import key_of, read_words

CASES = Path(__file__).parent / "cases" / "topics.tsv"
RESOURCES = files("ingest.resources") / "topics"
HEADS = {f"medtop:{number:02}000000" for number in range(1, 18)}


def section(text):
    return Section("body", "made", None, 0, text, 0, len(text), 0, len(text))


def topics_of(text, settings=DEFAULT_SETTINGS):
    return find_topics((section(text),), settings)


def cases():
    with CASES.open(encoding="utf-8", newline="") as file:
        rows = [line for line in file if not line.startswith("#")]
    return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["name"])
def test_cases(case):
    found = {topic.topic_id: topic.topic_name for topic in topics_of(case["text"])}
    assert set(case["topics"].split()) <= set(found)
    assert not set(case["not"].split()) & set(found)


def test_the_heads_are_all_there_and_every_topic_lies_below_one():
    taxonomy = load_taxonomy(None)
    assert set(taxonomy.names) - set(taxonomy.broader) == HEADS
    for topic in taxonomy.names:
        assert list(taxonomy.chain(topic))[-1] in HEADS
        assert topic.startswith("medtop:")


def test_every_topic_has_terms_and_no_term_stands_twice_for_one():
    seen = set()
    for line in (RESOURCES / "terms.tsv").read_text(encoding="utf-8").splitlines()[4:]:
        topic, _, terms = line.split("\t")
        for term in terms.split("|"):
            assert term == term.lower().strip()
            assert (topic, key_of(term)) not in seen, (topic, term)
            seen.add((topic, key_of(term)))
    assert {topic for topic, _ in seen} == set(load_taxonomy(None).names)


def test_a_term_speaks_for_its_topic_and_for_the_head_one_less_at_each_step():
    assert load_taxonomy(None).terms["peacekeeper",] == {"medtop:20000059": 3, "medtop:16000000": 1}, (
        "not for armed conflict between them"
    )


def test_evidence_is_what_stands_in_the_text():
    text = "The ambassador met the foreign minister. Talks on the treaty go on; the ambassadors are hopeful."
    found = topics_of(text)
    assert found[0].evidence[0] in {"ambassador", "treaty", "foreign minister"}
    for topic in found:
        for term in topic.evidence:
            assert term in text


def test_a_noun_in_the_plural_is_no_adjective_in_the_singular():
    text = "The {} responsibility of the candidate was the ballot; {} followed, and the candidate lost."
    for word, is_term in (("primary", False), ("primaries", True)):
        topics = topics_of(text.format(word, word))
        assert topics
        assert any(word in topic.evidence for topic in topics) is is_term


def test_the_form_shown_is_the_usual_one():
    found = topics_of("AMBASSADORS met. The ambassador left. An ambassador signed the Treaty at the embassy.")
    assert {"ambassador", "Treaty"} <= {term for topic in found for term in topic.evidence}


def test_a_phrase_is_taken_before_its_words():
    terms = found_terms(read_words("a trade agreement"), load_taxonomy(None))
    assert list(terms) == [("trade", "agreement")]


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    found = topics_of(f"The navy sent a submarine and a frigate. {text}")
    assert found
    for topic in found:
        assert topic.score > 0
        assert topic.evidence
        assert topic.topic_id in load_taxonomy(None).names


def test_order_of_sentences_makes_no_difference():
    one = "The navy sent a submarine and a frigate. Parliament will vote on the defence budget."
    other = "Parliament will vote on the defence budget. The navy sent a submarine and a frigate."
    assert topics_of(one) == topics_of(other)


def test_topics_reach_the_rows():
    text = "The ambassador met the foreign minister on Monday. Talks on the treaty go on, said the embassy."
    record = process(text.encode(), "a.txt")
    tables = document_rows(record).tables
    assert tables["topics"]
    by_section = {row[0]: row[-1] for row in tables["sections"]}
    for section_id, topic_id, document_id, name, score, evidence in tables["topics"]:
        assert topic_id in by_section[section_id]
        assert section_id.startswith(document_id)
        assert (bool(name), score > 0, bool(evidence)) == (True, True, True)


HEADER = "topic_id\ttopic_name\tbroader\tweight\tterms\n"


def user_file(folder, *rows):
    path = folder / "topics.tsv"
    path.write_text(HEADER + "\n".join("\t".join(row) for row in rows), encoding="utf-8")
    return Settings(taxonomy_path=str(path))


WHALES = "Whales and krill: the krill fleet follows the whales."


def test_a_users_file_adds_a_topic_below_another(tmp_path):
    settings = user_file(
        tmp_path, ("own:whaling", "whaling", "medtop:06000000", "3", "krill|krill fleet|whales")
    )
    assert "own:whaling" not in {t.topic_id for t in topics_of(WHALES)}
    found = {t.topic_id: t for t in topics_of(WHALES, settings)}
    assert found["own:whaling"].topic_name == "whaling"
    assert found["medtop:06000000"].evidence, "its terms speak for the environment too"
    assert fingerprints(settings).documents != fingerprints(DEFAULT_SETTINGS).documents, (
        "documents are read anew"
    )


def test_a_users_file_changes_the_next_run(tmp_path):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "whales.txt").write_text(WHALES, encoding="utf-8")
    without = Options(tmp_path / "landing", tmp_path / "curated", workers=1)
    settings = user_file(tmp_path, ("own:whaling", "whaling", "", "3", "krill|krill fleet|whales"))
    for options, topics in (
        (without, []),
        (replace(without, settings=settings), ["own:whaling"]),
        (without, []),
    ):
        ingest_folder(options)
        assert open_curated(tmp_path / "curated").read("topics")["topic_id"].tolist() == topics
        (found,) = open_curated(tmp_path / "curated").read("sections")["topics"]
        assert list(found) == topics


def test_a_users_topic_stands_for_the_bundled_one(tmp_path):
    text = "The ambassador went to the embassy. The envoy spoke of diplomacy."
    assert "medtop:20000639" in {t.topic_id for t in topics_of(text)}
    gone = user_file(tmp_path, ("medtop:20000639", "", "", "", ""))
    assert "medtop:20000639" not in {t.topic_id for t in topics_of(text, gone)}
    other = tmp_path / "other"
    other.mkdir()
    renamed = user_file(other, ("medtop:20000639", "statecraft", "", "3", "embassy|envoy"))
    (found,) = [t for t in topics_of(text, renamed) if t.topic_id == "medtop:20000639"]
    assert (found.topic_name, found.evidence) == ("statecraft", ("embassy", "envoy"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("", "x", "", "3", "y"), ":2: a row without topic_id"),
        (("own:x", "", "", "3", "y"), "the new topic own:x needs a topic_name"),
        (("own:x", "x", "own:y", "3", "y"), "put below own:y, which is no topic"),
        (("own:x", "x", "own:x", "3", "y"), "put below itself"),
        (("own:x", "x", "", "9", "y"), "weight is '9'; give 1, 2 or 3"),
        (("own:x", "x", "", "3", "..."), "'...' has no words"),
        (("own:x", "x", "", "3", "a b c d e"), "more than 4"),
        (("own:x", "x", "", "3", "y", "z"), "6 fields; there are 5 columns"),
    ],
)
def test_mistakes_in_a_users_file_are_told_with_their_place(tmp_path, row, message):
    with pytest.raises(ConfigError, match=message.replace(".", r"\.")):
        topics_of("x", user_file(tmp_path, row))


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(ConfigError, match="--taxonomy: cannot read"):
        topics_of("x", Settings(taxonomy_path=str(tmp_path / "none.tsv")))
    (tmp_path / "latin.tsv").write_bytes(HEADER.encode() + b"\xe9")
    with pytest.raises(ConfigError, match="byte 0xe9 is not UTF-8"):
        topics_of("x", Settings(taxonomy_path=str(tmp_path / "latin.tsv")))
    (tmp_path / "wrong.tsv").write_text("a,b\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r":1: the columns are a,b; .* topic_id, topic_name"):
        topics_of("x", Settings(taxonomy_path=str(tmp_path / "wrong.tsv")))
