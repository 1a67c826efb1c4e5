"""Stories, near-duplicates and statements: invented texts, real publishes."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import Landing, contents, published
from made_stories import BRIDGE, FIRE, OTHER_BRIDGE, OTHER_FIRE, made_words
from story_pages import pairs

from ingest import store
from ingest.corpus.stories import candidates, cells, linkage
from ingest.corpus.stories import groups as story_groups
from ingest.corpus.stories.candidates import candidate_pairs, still_candidates
from ingest.corpus.stories.groups import alike_pairs, regroup
from ingest.corpus.stories.linkage import find_groups
from ingest.corpus.stories.profiles import NO_DAY, make_profiles, name_entries
from ingest.corpus.stories.rarity import NAME, PLACE, WORD_BITS, Rarity, coded
from ingest.corpus.stories.similar import resemblance
from ingest.signature import (
    SHINGLE_WORDS,
    SKETCH_SIZE,
)

CASES = Path(__file__).parent / "cases"

ALONE = "Nobody knows where the goats of Tuva Lindh went last winter."
FILES = {
    "a/bridge.txt": BRIDGE,
    "a/fire.txt": FIRE,
    "b/alone.txt": ALONE,
    "b/bridge.txt": OTHER_BRIDGE,
    "b/copy.txt": BRIDGE,
    "b/fire.txt": OTHER_FIRE,
}


def grouped(curated):
    """Paths by story, those that tell one alone left out."""
    rows = store.open_curated(curated).arrow("documents", ["source_path", "story_id"]).to_pylist()
    groups: dict[str, set[str]] = {}
    for row in rows:
        if row["story_id"]:
            groups.setdefault(row["story_id"], set()).add(row["source_path"])
    return {frozenset(group) for group in groups.values()}


EXPECTED = {
    frozenset({"a/bridge.txt", "b/bridge.txt", "b/copy.txt"}),
    frozenset({"a/fire.txt", "b/fire.txt"}),
}


def test_documents_on_one_event_are_one_story_and_copies_join_their_original(tmp_path):
    curated = published(tmp_path, FILES).curated
    assert grouped(curated) == EXPECTED
    opened = store.open_curated(curated)
    documents = {row["source_path"]: row for row in opened.arrow("documents").to_pylist()}
    stories = {row["story_id"]: row for row in opened.arrow("stories").to_pylist()}
    bridge = stories[documents["a/bridge.txt"]["document_id"]]
    assert bridge["document_count"] == 3
    assert {"Mona Ekdahl", "Pelle Grahn"} <= set(bridge["entity_names"])
    assert not any(row["near_duplicate_of"] for row in documents.values()), "rewrites are no near-duplicates"


@pytest.mark.parametrize("case", list(enumerate(pairs())), ids=lambda case: case[1]["name"])
def test_pairs_of_articles(case, curated_stories):
    number, pair = case
    opened = store.open_curated(curated_stories)
    rows = {row["source_path"]: row for row in opened.arrow("documents").to_pylist()}
    one, other = (rows[f"{number}/{which}.html"] for which in ("one", "other"))
    with_one = {path for path, row in rows.items() if row["story_id"] and row["story_id"] == one["story_id"]}
    assert with_one == ({one["source_path"], other["source_path"]} if pair["story"] else set())
    assert one["near_duplicate_of"] is None
    assert other["near_duplicate_of"] == (one["document_id"] if pair["near"] else None)
    groups: dict[str, set[str]] = {}
    for quote in opened.arrow("quotes").to_pylist():
        if quote["same_statement_id"] and quote["document_id"] in {one["document_id"], other["document_id"]}:
            groups.setdefault(quote["same_statement_id"], set()).add(quote["text"])
    expected = sorted(sorted(beginnings) for beginnings in pair["same"])
    assert len(groups) == len(expected)
    for texts, beginnings in zip(sorted(sorted(group) for group in groups.values()), expected, strict=True):
        assert all(text.startswith(begin) for text, begin in zip(texts, beginnings, strict=True))


def test_copies_alone_are_a_story(tmp_path):
    curated = published(tmp_path, {"a.txt": ALONE, "b.txt": ALONE}).curated
    (story,) = store.open_curated(curated).arrow("stories").to_pylist()
    assert (story["document_count"], story["entity_names"]) == (2, [])


@pytest.mark.parametrize("seed", range(3))
def test_neither_order_nor_history_matters(seed, tmp_path):
    rng = random.Random(seed)  # noqa: S311 - reproducible, not secret
    at_once = published(tmp_path / "once", FILES, batch=2)
    grown = Landing(tmp_path / "grown")
    for path in rng.sample(sorted(FILES), len(FILES)):
        grown.files[path] = rng.choice(list(FILES.values()))
        grown.run()
        grown.files[path] = FILES[path]
        if rng.random() < 0.5:
            grown.run()
    grown.files["z.txt"] = OTHER_FIRE + " Smoke."
    grown.run()
    del grown.files["z.txt"]
    grown.run(prune=True)
    assert contents(grown.curated) == contents(at_once.curated)
    assert grouped(grown.curated) == EXPECTED


def test_rows_follow_when_a_story_goes(tmp_path):
    landing = published(tmp_path, FILES)
    del landing.files["b/fire.txt"]
    landing.run(prune=True)
    assert grouped(landing.curated) == {frozenset({"a/bridge.txt", "b/bridge.txt", "b/copy.txt"})}
    assert not landing.run().changed


def test_near_duplicates_are_marked_with_their_score_and_point_to_the_smallest_path(tmp_path):
    words = made_words(300, 1)
    edited, more = list(words), list(words)
    edited[150:153] = ["quite", "other", "things"]
    more[40], more[220] = "altered", "again"
    half = words[:150] + made_words(150, 2)
    texts = {"c.txt": words, "b.txt": edited, "d.txt": more, "e.txt": half}
    curated = published(tmp_path, {path: " ".join(text) for path, text in texts.items()}).curated
    rows = {row["source_path"]: row for row in store.open_curated(curated).arrow("documents").to_pylist()}
    first = rows["b.txt"]["document_id"]
    assert {path: rows[path]["near_duplicate_of"] for path in rows} == {
        "b.txt": None,
        "c.txt": first,
        "d.txt": first,
        "e.txt": None,
    }
    truth = jaccard(words, edited)
    assert abs(rows["c.txt"]["near_duplicate_score"] - truth) < 0.15


def jaccard(one, other):
    runs = [
        {tuple(t[i : i + SHINGLE_WORDS]) for i in range(len(t) - SHINGLE_WORDS + 1)} for t in (one, other)
    ]
    return len(runs[0] & runs[1]) / len(runs[0] | runs[1])


@given(st.sets(st.integers(0, 200), max_size=60), st.sets(st.integers(0, 200), max_size=60))
def test_resemblance_is_exact_for_short_texts(one, other):
    sketches = np.full((2, SKETCH_SIZE), 1 << 32, np.uint64)
    for row, values in enumerate((one, other)):
        sketches[row, : len(values)] = sorted(values)
    (found,) = resemblance(sketches, np.array([[0, 1]]))
    whole = sorted(one | other)[:SKETCH_SIZE]
    assert found == pytest.approx(len(one & other & set(whole)) / max(1, len(whole)))


@given(st.randoms(use_true_random=False))
def test_resemblance_estimates_the_share_in_common(rng):
    both = rng.sample(range(1 << 32), 900)
    one, other = both[:600], both[300:]
    sketches = np.array([sorted(values)[:SKETCH_SIZE] for values in (one, other)], np.uint64)
    (found,) = resemblance(sketches, np.array([[0, 1]]))
    assert abs(found - 1 / 3) < 0.35  # six standard errors


def profiles(*documents, places=()):
    """Documents by hand, a day and the numbers of some names for each; all names are equally rare."""
    owners = np.repeat(np.arange(len(documents)), [len(features) for _, features in documents])
    numbers = np.concatenate([np.array(features, np.int64) for _, features in documents])
    codes = coded(np.where(np.isin(numbers, list(places)), PLACE, NAME), numbers)
    known = np.unique(codes)
    rarity = Rarity(10, np.zeros(1 << WORD_BITS, np.uint8), known, np.ones(len(known), np.uint8))
    ids = np.arange(len(documents), dtype=np.uint64)
    entries = name_entries(owners, codes, np.ones(len(codes), np.int64))
    return make_profiles(ids, np.array([day for day, _ in documents]), entries, rarity), rarity


def find_stories(made):
    found, rarity = made
    pairs, alike = alike_pairs(found, rarity, np.ones(len(found), np.bool_))
    return find_groups(pairs, alike, found.days, found.ids)


SAME = [1, 2, 3, 4]


def test_the_window_parts_what_is_alike():
    days = [10, 10 + linkage.WINDOW_DAYS, 11 + linkage.WINDOW_DAYS]
    assert find_stories(profiles((days[0], SAME), (days[1], SAME))) == [[0, 1]]
    assert find_stories(profiles((days[0], SAME), (days[2], SAME))) == []


def test_what_has_no_date_may_join_but_builds_no_bridge():
    assert find_stories(profiles((NO_DAY, SAME), (NO_DAY, SAME))) == [[0, 1]]
    groups = find_stories(profiles((10, SAME), (NO_DAY, SAME), (100, SAME)))
    assert [len(group) for group in groups] == [2]
    assert {0, 2} - set(groups[0]), "two dates that lie far apart are not one story"


def test_places_alone_make_no_story():
    assert find_stories(profiles((1, SAME), (1, SAME), places=SAME)) == []
    assert find_stories(profiles((1, SAME), (1, SAME), places=SAME[:1])) == [[0, 1]]


def made_up(count, days, kinds, seed=5):
    rng = random.Random(seed)  # noqa: S311 - as above
    return profiles(*((rng.choice(days), rng.sample(range(kinds), 6)) for _ in range(count)))[0]


@pytest.mark.parametrize(
    "days", [[NO_DAY], range(9), [NO_DAY, *range(20)]], ids=["undated", "dated", "mixed"]
)
@pytest.mark.parametrize("size", [2, 64])
def test_pairs_of_some_documents_are_the_pairs_of_all_that_have_one(days, size, monkeypatch):
    monkeypatch.setattr(cells, "CELL_DOCUMENTS", size)
    made = made_up(150, days, 40)
    every = candidate_pairs(made, np.ones(150, np.bool_))
    assert len(every) > 20
    some = np.random.default_rng(3).random(150) < 0.2
    expected = every[some[every].any(axis=1)]
    assert candidate_pairs(made, some).tolist() == expected.tolist()
    monkeypatch.setattr(candidates, "ENTRIES_AT_ONCE", 7)
    assert candidate_pairs(made, some).tolist() == expected.tolist()


@pytest.mark.parametrize(
    "days", [[NO_DAY], range(9), [NO_DAY, *range(20)]], ids=["undated", "dated", "mixed"]
)
@pytest.mark.parametrize("size", [2, 64])
def test_pairs_are_the_same_however_many_documents_are_taken_at_a_time(days, size, monkeypatch):
    monkeypatch.setattr(cells, "CELL_DOCUMENTS", size)
    rng = random.Random(7)  # noqa: S311 - as above
    made, rarity = profiles(*((rng.choice(days), rng.sample(range(15), 6)) for _ in range(150)))
    some = np.random.default_rng(3).random(150) < 0.6
    for of in (np.ones(150, np.bool_), some):
        pairs, alike = alike_pairs(made, rarity, of)
        assert len(pairs) > 20
        for count in (1, 7, 50):
            with monkeypatch.context() as limited:
                limited.setattr(story_groups, "DOCUMENTS_AT_ONCE", count)
                again = alike_pairs(made, rarity, of)
            assert (again[0].tolist(), again[1].tolist()) == (pairs.tolist(), alike.tolist())


@pytest.mark.parametrize(
    "days", [[NO_DAY], range(9), [NO_DAY, *range(20)]], ids=["undated", "dated", "mixed"]
)
def test_pairs_come_with_what_changed_or_shares_a_cell_of_fewer_parts_and_go_as_they_are_told(
    days, monkeypatch
):
    monkeypatch.setattr(cells, "CELL_DOCUMENTS", 2)
    made = made_up(300, days, 60)
    came, went, stood = 0, 0, 0
    for seed in range(6):
        rng = np.random.default_rng(seed)
        held = [
            np.flatnonzero(rng.random(300) < share) for share in ((0.98, 1), (1, 0.98), (0.9, 0.9))[seed % 3]
        ]
        before, now = (made.take(some) for some in held)
        changed, gone = (~np.isin(one, other) for one, other in (held[::-1], held))
        every = cells.CellEntries.of(now)
        fewer, more = cells.recut(before, now, changed, gone, every)
        of = np.ones(300, np.bool_)
        of[held[1]] = changed | fewer
        old, new = (
            some[candidate_pairs(p, np.ones(len(p), np.bool_))]
            for p, some in zip((before, now), held, strict=True)
        )
        are = {tuple(pair) for pair in new}
        assert all(of[list(pair)].any() for pair in are - {tuple(pair) for pair in old})
        old = old[~of[old].any(axis=1)]
        stays = np.array([tuple(pair) in are for pair in old], np.bool_)
        assert still_candidates(now, np.searchsorted(held[1], old), every).tolist() == stays.tolist()
        is_more = np.zeros(300, np.bool_)
        is_more[held[1]] = more
        assert is_more[old[~stays]].any(axis=1).all()
        came, went, stood = came + fewer.sum(), went + (~stays).sum(), stood + stays.sum()
    assert min(came, went, stood)


@pytest.mark.parametrize("seed", range(60))
def test_groups_beside_what_is_touched_stand(seed):
    """Pairs change at random; what is grouped anew and what stands are what all pairs give."""
    rng = np.random.default_rng(seed)
    count = 60
    days = np.where(rng.random(count) < 0.2, NO_DAY, rng.integers(0, 12, count))
    every = np.array([(i, j) for i in range(count) for j in range(i + 1, count) if abs(i - j) < 9])
    before = every[rng.random(len(every)) < 0.3]
    alike = rng.random((count, count)).round(2)
    labels = np.arange(count).astype(np.uint64)
    made = profiles(*((day, SAME) for day in days))[0]
    for group in find_groups(before, alike[before[:, 0], before[:, 1]], days, made.ids):
        labels[group] = group[0]
    changed = np.zeros(count, np.bool_)
    changed[rng.choice(count, 3)] = True
    ours = changed[every].any(axis=1)
    was, stays = ({tuple(pair) for pair in some} for some in (before, before[~changed[before].any(axis=1)]))
    now = np.array(sorted(stays | {tuple(pair) for pair in every[ours][rng.random(ours.sum()) < 0.3]}))
    touched = changed.copy()
    touched[np.array(sorted(was - stays)).ravel()] = True
    found, looked_at = regroup(now, alike[now[:, 0], now[:, 1]], made, labels, touched)
    labels[looked_at] = np.flatnonzero(looked_at)
    for group in found:
        labels[group] = group[0]
    expected = np.arange(count)
    for group in find_groups(now, alike[now[:, 0], now[:, 1]], days, made.ids):
        expected[group] = group[0]
    assert labels.tolist() == expected.tolist()
    assert not looked_at.all()


def test_a_chain_is_cut_where_its_ends_are_strangers():
    chain = [(1, range(i * 4, i * 4 + 10)) for i in range(12)]
    assert max(map(len, find_stories(profiles(*chain)))) < 12


def test_a_story_without_documents_and_a_corpus_without_any():
    assert find_stories(profiles((1, []))) == []
    made, rarity = profiles((1, []))
    assert find_stories((made.take(np.zeros(0, int)), rarity)) == []


def test_empty_tables_compare(tmp_path):
    landing = published(tmp_path, {"bad.txt": "!refused"})
    opened = store.open_curated(landing.curated)
    assert opened.arrow("stories").num_rows == 0
    assert isinstance(opened.arrow("_signatures"), pa.Table)
