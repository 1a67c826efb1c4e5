"""The table of quotes after one real run over the articles: marks left out, speakers that join entities."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import ingest

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "tests" / "cases" / "quotes" / "articles"
MARKS = '“”"«»„「」'

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def curated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("articles")
    shutil.copytree(ARTICLES, folder / "landing", ignore=shutil.ignore_patterns("*.rows"))
    command = [sys.executable, "-m", "flows.ingest", "--quiet", "--landing", str(folder / "landing")]
    subprocess.run([*command, "--curated", str(folder / "curated")], check=True, cwd=ROOT)
    return folder / "curated"


def test_speakers_join_entities(curated):
    quotes, entities = ingest.read_table("quotes", curated), ingest.read_table("entities", curated)
    named = quotes.dropna(subset=["speaker_entity_id"])
    assert len(named) > 30
    joined = named.merge(entities, left_on="speaker_entity_id", right_on="entity_id", validate="many_to_one")
    assert len(joined) == len(named)
    assert (joined["speaker_name"] == joined["entity_name"]).all()
    assert set(named["attribution"]) <= {"explicit", "pronoun", "continuation"}


def test_attribution_says_how_the_speaker_was_found(curated):
    quotes = ingest.read_table("quotes", curated)
    assert set(quotes["attribution"]) == {"explicit", "pronoun", "continuation", "collective", "none"}
    assert (quotes["speaker"].isna() == (quotes["attribution"] == "none")).all()
    assert quotes.loc[quotes["attribution"] == "collective", "speaker_entity_id"].isna().all()
    assert quotes.loc[quotes["quote_type"] == "mention_only", "speaker"].isna().all()


def test_texts_stand_where_their_offsets_say_without_their_marks(curated):
    texts = ingest.read_table("documents", curated).set_index("document_id")["text"]
    quotes = ingest.read_table("quotes", curated)
    assert len(quotes)
    for quote in quotes.itertuples():
        assert texts[quote.document_id][quote.char_start : quote.char_end] == quote.text
        assert quote.text[0] not in MARKS
    for what in ("speaker", "cue"):
        found = quotes.dropna(subset=[what])
        spans = zip(found["document_id"], found[f"{what}_start"], found[f"{what}_end"], strict=True)
        assert [texts[i][start:end] for i, start, end in spans] == found[what].tolist()


def test_an_utterance_has_one_speaker_and_one_document(curated):
    quotes = ingest.read_table("quotes", curated)
    utterances = quotes.groupby("utterance_id")
    assert (utterances["document_id"].nunique() == 1).all()
    assert (utterances["speaker_name"].nunique() <= 1).all()
    assert (utterances.size() > 1).sum() > 8
