"""What the analyst decides, and what the review file offers for decision."""

from __future__ import annotations

import csv

import pytest
from corpus_of import corpus_names, unmark
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import ConfigError
from ingest.names.given import identity
from ingest.names.link import link_names
from ingest.names.resolve import resolve
from ingest.names.resolve.decisions import as_cell, from_cell, load_decisions, unmatched
from ingest.names.resolve.review import ReviewRow, review_rows, write_review
from ingest.settings import DEFAULT_SETTINGS, Settings, fingerprints

DOCUMENTS = (
    "[PERSON|Harold T. Mercer] spoke for the [ORGANIZATION|Kestrel Patrol].",
    "[PERSON|Harold Mercer] and [PERSON|Harald Mercer] met the [ORGANIZATION|Kestrel Patrols].",
    "The [ORGANIZATION|Kestrel Patrol] and [PERSON|Anna Whitlock].",
    "The [ORGANIZATION|Read More] box; [PERSON|Brannock Steel] grew; [PERSON|A. Whitlock] left.",
    "The [ORGANIZATION|Northern Harbour Guard] (NHG) met. [ORGANIZATION|NHG] left.",
    "The [ORGANIZATION|Bornholm Rescue Squad] met. The [ORGANIZATION|Bornholm Rescue Squad] left.",
    "The [ORGANIZATION|Bornholm Rescue Squad] stayed.",
)


@pytest.fixture(scope="module")
def rows():
    return corpus_names([link_names(*unmark(text), DEFAULT_SETTINGS) for text in DOCUMENTS])


def decide(tmp_path, *lines, header="decision,entity_type,key,other_type,other_key,name"):
    path = tmp_path / "decisions.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return Settings(decisions_path=str(path))


def entities(rows, settings=DEFAULT_SETTINGS):
    return {row.key: link for row, link in zip(rows, resolve(rows, settings), strict=True)}


def test_same(rows, tmp_path):
    before = entities(rows)
    assert before["harald mercer"].entity != before["harold t mercer"].entity
    after = entities(rows, decide(tmp_path, "same,PERSON,harald mercer,PERSON,harold mercer,"))
    assert after["harald mercer"].entity == after["harold t mercer"].entity == after["harold mercer"].entity
    assert after["harald mercer"].basis == "decision"


def test_different(rows, tmp_path):
    before = entities(rows)
    assert before["harold mercer"].entity == before["harold t mercer"].entity
    after = entities(rows, decide(tmp_path, "different,PERSON,harold mercer,PERSON,harold t mercer,"))
    assert after["harold mercer"].entity != after["harold t mercer"].entity


def test_is_and_type(rows, tmp_path):
    settings = decide(
        tmp_path,
        "is:org:nato,ORGANIZATION,kestrel patrol,,,",
        "type:ORGANIZATION,PERSON,brannock steel,,,",
    )
    after = entities(rows, settings)
    assert after["kestrel patrol"].entity.authority_id == "org:nato"
    assert after["kestrel patrol"].basis == "decision"
    assert after["kestrel patrols"].entity.authority_id == "org:nato"
    assert after["brannock steel"].entity.entity_type == "ORGANIZATION"


def test_not_a_name(rows, tmp_path):
    after = entities(rows, decide(tmp_path, "not_a_name,ORGANIZATION,read more,,,"))
    assert not after["read more"].is_name
    assert all(link.is_name for key, link in after.items() if key != "read more")


def test_taking_rows_away_restores_what_was(rows, tmp_path):
    lines = [
        "same,PERSON,harald mercer,PERSON,harold mercer,",
        "not_a_name,ORGANIZATION,read more,,,",
        "is:org:nato,ORGANIZATION,kestrel patrol,,,",
    ]
    plain = resolve(rows, DEFAULT_SETTINGS)
    assert resolve(rows, decide(tmp_path, *lines)) != plain
    assert resolve(rows, decide(tmp_path, *[f",{line.partition(',')[2]}" for line in lines])) == plain
    assert resolve(rows, decide(tmp_path)) == plain


def test_what_matches_nothing_is_told(rows, tmp_path):
    settings = decide(
        tmp_path,
        "same,PERSON,harald mercer,PERSON,nobody at all,",
        "not_a_name,ORGANIZATION,read more,,,",
        "type:EVENT,ORGANIZATION,gone,,,",
    )
    left = unmatched(load_decisions(settings.decisions_path), rows)
    assert [(d.action, d.where.rpartition(":")[2]) for d in left] == [("same", "2"), ("type", "4")]
    resolve(rows, settings)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["maybe,PERSON,a b,,,"], r"decisions.csv:2: decision 'maybe' is not one of same"),
        (["is,PERSON,a b,,,"], r"decisions.csv:2: decision 'is'"),
        (["same:x,PERSON,a b,,,"], r"decisions.csv:2: decision 'same:x'"),
        (["type:HERO,PERSON,a b,,,"], r"decisions.csv:2: type 'HERO' is not one of EVENT"),
        (["same,PERSON,a b,,,"], r"decisions.csv:2: other_type is empty"),
        (["not_a_name,PERSON,,,,"], r"decisions.csv:2: key is empty"),
        (
            ["same,PERSON,a b,PERSON,a c,", "different,PERSON,a c,PERSON,a b,"],
            r"decisions.csv:3: 'different' contradicts 'same' at .*decisions.csv:2",
        ),
        (["is:org:nowhere,PERSON,a b,,,"], r"decisions.csv:2: the authority has no entry 'org:nowhere'"),
        (['same,PERSON,"a b,,,'], r"decisions.csv:2: not a CSV row"),
    ],
)
def test_a_wrong_decision_names_file_and_line(rows, tmp_path, lines, message):
    with pytest.raises(ConfigError, match=message):
        resolve(rows, decide(tmp_path, *lines))


def test_a_file_that_is_no_decisions_file(rows, tmp_path):
    with pytest.raises(ConfigError, match=r"decisions.csv:1: columns are missing: key, other_type"):
        resolve(rows, decide(tmp_path, header="decision,entity_type"))
    header = "decision;entity_type;key;other_type;other_key"
    with pytest.raises(ConfigError, match=r"decisions.csv:1: semicolons stand between the values"):
        resolve(rows, decide(tmp_path, header=header))
    with pytest.raises(ConfigError, match=r"nowhere.csv"):
        resolve(rows, Settings(decisions_path=str(tmp_path / "nowhere.csv")))


def test_decisions_are_no_reason_to_read_documents_again(tmp_path):
    settings = decide(tmp_path, "not_a_name,ORGANIZATION,read more,,,")
    ours, plain = fingerprints(settings), fingerprints(DEFAULT_SETTINGS)
    assert (ours.documents, ours.kept) == (plain.documents, plain.kept)
    assert ours.corpus != plain.corpus


def snippets(name):
    return ((f"... {name.display} ...", "d0000"),)


def together(pairs):
    return [False for _ in pairs]


def test_review_offers_each_kind(rows):
    found = review_rows(rows, resolve(rows, DEFAULT_SETTINGS), snippets, together)
    kinds = {(row.reason, row.key, row.other_key) for row in found}
    assert ("unlinked", "bornholm rescue squad", "") in kinds
    assert any(r == "likely_same" and {k, o} >= {"harald mercer"} for r, k, o in kinds)
    assert any(r == "one_document" and k == "harold mercer" for r, k, o in kinds)
    assert all(row.snippet_1.startswith("...") for row in found)
    assert not any(row.decision for row in found)


@pytest.mark.parametrize(("met", "offered"), [(True, True), (False, False)])
def test_an_acronym_and_a_phrase_of_its_letters_have_met(met, offered):
    """Where no document has both and none explains it, the letters fit by chance."""
    texts = ("The [ORGANIZATION|Morrow Tidal Works] met.", "The [ORGANIZATION|MTW] met.")
    rows = corpus_names([link_names(*unmark(text), DEFAULT_SETTINGS) for text in texts])
    asked = []

    def meet(pairs):
        asked.extend({one.key, two.key} for one, two in pairs)
        return [met for _ in pairs]

    found = review_rows(rows, resolve(rows, DEFAULT_SETTINGS), snippets, meet)
    assert [row.reason for row in found] == ["likely_same"] * offered
    assert asked == [{"mtw", "morrow tidal works"}]


def test_an_acronym_that_documents_explain_in_two_ways_is_offered():
    texts = (
        "The [ORGANIZATION|Morrow Tidal Works] (MTW) met. [ORGANIZATION|MTW] left.",
        "The [ORGANIZATION|Marsh Towing Wardens] (MTW) met. [ORGANIZATION|MTW] left.",
        "The [ORGANIZATION|MTW] met.",
    )
    rows = corpus_names([link_names(*unmark(text), DEFAULT_SETTINGS) for text in texts])
    found = review_rows(rows, resolve(rows, DEFAULT_SETTINGS), snippets, together)
    offered = {frozenset((row.key, row.other_key)) for row in found if row.reason == "likely_same"}
    assert offered == {frozenset(("mtw", k)) for k in ("morrow tidal works", "marsh towing wardens")}


def asked(rows, settings):
    decisions = load_decisions(settings.decisions_path)
    found = review_rows(rows, resolve(rows, settings), snippets, together, decisions)
    kinds = [(row.reason, row.key, row.other_key) for row in found if row.reason != "decided"]
    return kinds, [row for row in found if row.reason == "decided"]


@pytest.mark.parametrize(
    ("line", "gone"),
    [
        ("different,PERSON,harald mercer,PERSON,harold mercer,", {"harald mercer", "harold mercer"}),
        ("different,PERSON,harold mercer,PERSON,harald mercer,", {"harald mercer", "harold mercer"}),
        ("type:EVENT,ORGANIZATION,bornholm rescue squad,,,", {"bornholm rescue squad", ""}),
        ("not_a_name,ORGANIZATION,bornholm rescue squad,,,", {"bornholm rescue squad", ""}),
        ("is:org:nato,ORGANIZATION,bornholm rescue squad,,,", {"bornholm rescue squad", ""}),
    ],
)
def test_what_is_decided_is_not_asked_again_but_carried_along(rows, tmp_path, line, gone):
    before, _ = asked(rows, DEFAULT_SETTINGS)
    assert any({key, other} == gone for _, key, other in before)
    settings = decide(tmp_path, line)
    after, (carried,) = asked(rows, settings)
    assert not any({key, other} == gone for _, key, other in after)
    values = (carried.decision, carried.entity_type, carried.key, carried.other_type, carried.other_key)
    assert ",".join(values) == line.removesuffix(",")
    assert carried.snippet_1.startswith("... ")


def test_a_sheet_is_the_whole_of_all_decisions(rows, tmp_path):
    settings = decide(
        tmp_path,
        "different,PERSON,harald mercer,PERSON,harold mercer,",
        "type:EVENT,ORGANIZATION,gone,,,",
    )
    decisions = load_decisions(settings.decisions_path)
    path = tmp_path / "review.csv"
    write_review(path, review_rows(rows, resolve(rows, settings), snippets, together, decisions))
    again = load_decisions(str(path))
    assert [(d.action, d.value, d.name, d.other) for d in again] == [
        (d.action, d.value, d.name, d.other) for d in decisions
    ]


def test_review_does_not_depend_on_order(rows):
    links = resolve(rows, DEFAULT_SETTINGS)
    turned = review_rows(rows[::-1], links[::-1], snippets, together)
    assert turned == review_rows(rows, links, snippets, together)


def test_a_review_file_filled_in_is_a_decisions_file(rows, tmp_path):
    path = tmp_path / "review.csv"
    write_review(path, review_rows(rows, resolve(rows, DEFAULT_SETTINGS), snippets, together))
    assert load_decisions(str(path)) == ()
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        if line["reason"] == "likely_same" and "harald mercer" in (line["key"], line["other_key"]):
            line["decision"] = "same"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, lines[0].keys())
        writer.writeheader()
        writer.writerows(lines)
    after = entities(rows, Settings(decisions_path=str(path)))
    assert after["harald mercer"].entity == after["harold t mercer"].entity


def test_cells_are_no_formulas(tmp_path):
    row = ReviewRow("", "PERSON", "a", "", "", "unlinked", "=1+1", "", "@x", "self", 1, 1, 0, 0)
    write_review(tmp_path / "review.csv", [row])
    text = (tmp_path / "review.csv").read_text(encoding="utf-8-sig")
    assert ",'=1+1," in text
    assert ",'@x," in text


@given(st.text(alphabet="=+-@'\t\r ax1", max_size=6))
def test_cells_are_read_as_they_were_written(text):
    assert from_cell(as_cell(text)) == text
    assert not as_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_identity_is_unique(rows):
    assert len({identity(row) for row in rows}) == len(rows)
