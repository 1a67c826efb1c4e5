"""Two real articles, if they lie beside the checkout.

They are not part of the repository: set `INGEST_SEEDS` to their folder, or keep it at
`../shared/seeds`.  Everything here is read off the tables of one real run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ingest

SEEDS = Path(os.environ.get("INGEST_SEEDS", Path(__file__).parents[2] / "shared" / "seeds"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the two seed articles are not at {SEEDS}"),
]

FIRST, SECOND = "000_1416eec8ea7bb4fd.txt", "001_511a343d6acfd4a6.txt"


@pytest.fixture(scope="module")
def curated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeds")
    shutil.copytree(SEEDS, folder / "landing")
    command = [sys.executable, "-m", "flows.ingest", "--quiet", "--landing", str(folder / "landing")]
    subprocess.run(
        [*command, "--curated", str(folder / "curated")], check=True, cwd=Path(__file__).parents[1]
    )
    return folder / "curated"


@pytest.fixture(scope="module")
def table(curated):
    ids = ingest.read_table("documents", curated).set_index("document_id")["source_path"]

    def read(name):
        frame = ingest.read_table(name, curated)
        return frame.assign(source_path=frame["document_id"].map(ids)) if "document_id" in frame else frame

    return read


def entity_ids(table, *surfaces, document=None):
    """The entities that mentions with one of these surfaces were given; every surface must occur."""
    mentions = table("mentions")
    if document:
        mentions = mentions[mentions["source_path"] == document]
    for surface in surfaces:
        assert (mentions["surface"] == surface).any(), f"{surface!r} was not found as a name"
    return set(mentions[mentions["surface"].isin(surfaces)]["entity_id"])


def test_one_line_is_dropped_in_all(table):
    dropped = table("dropped")
    assert list(dropped["text"]) == ["Login"]
    assert list(dropped["source_path"]) == [FIRST]
    source = (SEEDS / FIRST).read_text(encoding="utf-8")
    assert source.rstrip().endswith("Login")
    assert dropped["source_start"].iloc[0] == source.rindex("Login")


def test_no_other_character_is_lost(table):
    for _, row in table("documents").iterrows():
        source = (SEEDS / row["source_path"]).read_bytes().decode(row["encoding"])
        kept = "".join(source.split())
        if row["source_path"] == FIRST:
            kept = kept.removesuffix("Login")
        assert "".join(row["text"].split()) == kept


def test_sections_of_the_first(table):
    sections = table("sections")
    first = sections[sections["source_path"] == FIRST].sort_values("section_index")
    assert "title" not in set(first["tag"])
    assert first["tag"].iloc[0] == "lede"
    assert first["text"].iloc[0].startswith("In a groundbreaking development")
    assert list(first["heading"].dropna()) == [
        "What This Means for U.S.-Japan Relations",
        "Expanding Bilateral Cooperation",
        "Enhancing Missile Capabilities",
        "Extended Deterrence: A New Era",
        "The Path Forward",
    ]
    conclusion = first[first["tag"] == "conclusion"]
    assert len(conclusion) == 1
    assert conclusion["text"].iloc[0].startswith("In summary, ")


def test_sections_of_the_second(table):
    sections = table("sections")
    second = sections[sections["source_path"] == SECOND].sort_values("section_index")
    assert list(second["tag"])[:3] == ["title", "lede", "body"]
    assert set(second["tag"]) == {"title", "lede", "body"}
    assert second["text"].iloc[0].startswith("Japan, U.S. unveil")


@pytest.mark.parametrize(
    "surfaces",
    [
        ("Lloyd J. Austin III", "Lloyd Austin", "Austin"),
        ("Antony Blinken", "Blinken"),
        ("Yoko Kamikawa", "Kamikawa"),
        ("Minoru Kihara", "Kihara"),
        ("U.S. Forces Japan", "USFJ"),
        ("Japan Joint Operations Command", "JJOC", "Joint Operations Command"),
        ("Japan Self-Defense Forces Joint Operations Command", "JJOC"),
        ("Self-Defense Forces", "SDF"),
        ("U.S.", "United States"),
    ],
    ids=lambda surfaces: surfaces[0],
)
def test_one_entity_each(table, surfaces):
    assert len(entity_ids(table, *surfaces)) == 1


def test_missiles(table):
    mentions = table("mentions")
    amraam = mentions[mentions["surface"].str.startswith("Advanced Medium-Range Air-to-Air")]
    assert set(amraam["source_path"]) == {FIRST, SECOND}
    assert amraam["entity_id"].nunique() == 1
    patriot = mentions[mentions["surface"].str.startswith("Patriot")]
    assert set(patriot["source_path"]) == {FIRST, SECOND}
    assert patriot["entity_id"].nunique() == 1
    names = table("entity_names")
    patriot_names = names[names["entity_id"].isin(patriot["entity_id"])]
    assert set(patriot_names["basis"]) <= {"authority", "family"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Japan", "U.S. Forces Japan"),
        ("Taiwan", "Taiwan Strait"),
        ("Washington", "U.S."),
        ("SDF", "JJOC"),
        ("North Korea", "South Korea"),
    ],
)
def test_kept_apart(table, one, other):
    assert not entity_ids(table, one) & entity_ids(table, other)


def test_seas_that_share_a_word(table):
    mentions = table("mentions")
    entity = mentions[mentions["source_path"] == SECOND].set_index("surface")["entity_name"]
    assert (entity["South"], entity["East China seas"]) == ("South China Sea", "East China Sea")


def test_a_common_acronym_is_no_name(table):
    assert "MOU" not in set(table("mentions")["surface"])


def test_the_list_knows_every_name(table):
    """The articles are of the desk's own field: no name stands for itself, none is of a wrong kind."""
    assert table("entities")["authority_id"].notna().all()
    mentions = table("mentions")
    assert mentions.groupby("source_path").size().to_dict() == {FIRST: 53, SECOND: 115}
    assert "self" not in set(mentions["method"])
    assert mentions[["evidence_start", "evidence_end"]].notna().all(axis=None)
    assert table("entity_names")["evidence_document_id"].notna().all()


def test_all_quotes_of_the_first_are_austins(table):
    quotes = table("quotes")
    first = quotes[(quotes["source_path"] == FIRST) & (quotes["quote_type"] != "mention_only")]
    assert len(first) == 6
    assert set(first["speaker_entity_id"]) == entity_ids(table, "Lloyd J. Austin III")


def test_an_interrupted_quotation_is_one_utterance(table):
    quotes = table("quotes")
    parts = quotes[
        quotes["text"].str.startswith("In this moment") | quotes["text"].str.startswith("and I know it will")
    ]
    assert len(parts) == 2
    assert parts["utterance_id"].nunique() == 1
    assert set(parts["speaker_entity_id"]) == entity_ids(table, "Antony Blinken")


def test_quoted_words_of_the_headline_have_no_speaker(table):
    quotes = table("quotes")
    documents = table("documents").set_index("source_path")
    title_end = len(documents.loc[SECOND, "title"])
    in_title = quotes[(quotes["source_path"] == SECOND) & (quotes["char_end"] <= title_end)]
    assert in_title["speaker"].isna().all()
    assert set(in_title["quote_type"]) <= {"mention_only"}


def test_both_tell_one_story_and_are_no_near_duplicates(table):
    documents = table("documents")
    assert documents["story_id"].notna().all()
    assert documents["story_id"].nunique() == 1
    assert documents["near_duplicate_of"].isna().all()
    (story,) = table("stories").to_dict("records")
    assert story["document_count"] == 2


def test_one_statement_stands_in_both_in_other_words(table):
    quotes = table("quotes")
    linked = quotes[quotes["same_statement_id"].notna()]
    assert len(linked) == 2
    assert linked["same_statement_id"].nunique() == 1
    assert set(linked["source_path"]) == {FIRST, SECOND}
    for words in (
        "one of the most robust improvements",
        "one of the strongest improvements in our military ties",
    ):
        assert linked["text"].str.contains(words, regex=False).sum() == 1
    assert set(linked["speaker_entity_id"]) == entity_ids(table, "Lloyd J. Austin III")
