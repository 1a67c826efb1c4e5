"""The line models of plain text, and the evaluator of their trees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.clean.text.features import cue_words, measure_lines
from ingest.clean.text.model import label_lines
from ingest.errors import ConfigError
from ingest.extract.text import extract_text
from ingest.metadata import Metadata, RawDocument
from ingest.models.files import load_model
from ingest.models.trees import Forest
from ingest.sections import plan_sections
from ingest.sections.habits import measure_candidates

MODELS = ("text_keep", "text_parts", "text_kinds", "text_headings")

ARTICLE = (
    "The harbour board met on Tuesday evening and agreed to spend forty million on a new breakwater.",
    "Work is to begin in March, when the fishing fleet is away, and should be done before the storms.",
    "“We have waited for this wall since the flood,” said the chair, Jane Roe, after the vote.",
    "Two members voted against it because the city has not yet said who will pay for the dredging.",
    "The wall will be four hundred metres long and is to stand on the sand bank that closes the bay.",
    "Engineers from the south, who built three of the kind, were asked to look at the drawings again.",
)
FRAME_ABOVE = (
    *("Home", "News", "World", "Politics", "Business", "Sports", "Weather", "Video", "Log in", "Subscribe"),
    *("Search", "Local", "Obituaries", "Classifieds", "Jobs", "Shopping", "Contact Us", "Newsletters"),
)
FRAME_BELOW = (
    *("Share this article", "Print this article", "Most read", "Ferry runs aground", "Bread gets dearer"),
    *("Council votes on bridge", "About us", "Privacy Policy", "Terms of Use", "Site Map"),
    "© 2024 Orsund Gazette. All rights reserved.",
)


def blocks_of(lines):
    return extract_text(RawDocument("a", "", "text/plain", "utf-8", "\n".join(lines))).blocks


def clean_lines(lines):
    return clean(extract_text(RawDocument("a", "", "text/plain", "utf-8", "\n".join(lines))))


def test_a_frame_is_cut_off_and_the_headline_stays():
    title = "Harbour board backs new breakwater"
    kept, dropped = clean_lines([*FRAME_ABOVE, title, *ARTICLE, *FRAME_BELOW])
    texts = [block.text for block in kept]
    assert texts[-len(ARTICLE) :] == list(ARTICLE)
    assert title in texts
    assert len(texts) <= len(ARTICLE) + 3
    assert "model" in {drop.rule for drop in dropped}
    assert {s.tag for s in plan_sections(kept, Metadata())} >= {"title", "lede", "body"}


def test_a_clean_article_is_left_alone():
    lines = [
        "Harbour board backs new breakwater",
        "The vote",
        *ARTICLE[:3],
        "What comes next",
        *ARTICLE[3:],
        "Login",
    ]
    kept, dropped = clean_lines(lines)
    assert [block.text for block in kept] == lines[:-1]
    assert [drop.text for drop in dropped] == ["Login"]


def test_a_guide_keeps_what_only_sounds_like_furniture():
    """Furniture in the middle of much text is no frame: a frame begins or ends the page."""
    middle = ("Share this article", "Most read", "Log in", "Privacy Policy", "Subscribe", "Site Map")
    lines = [*ARTICLE, *ARTICLE, "Buttons you will see", *middle, *ARTICLE, *ARTICLE]
    _, dropped = clean_lines(lines)
    assert "model" not in {drop.rule for drop in dropped}


SHORT = st.sampled_from(
    ["Ports", "Fish: 40", "A. Roe", "Table 3", "12", "Section 4", "See annex", "Orsund", *ARTICLE]
)


@given(st.lists(SHORT, min_size=1, max_size=40))
def test_without_a_sign_of_a_frame_nothing_is_dropped(lines):
    blocks = blocks_of(lines)
    labels = label_lines(blocks, [False] * len(blocks), [False] * len(blocks))
    assert len(labels) == len(blocks)
    assert all(label.keep for label in labels)


def test_more_lines_than_a_page_has_are_left_to_the_rules():
    blocks = blocks_of(["Home"] * 20_001)
    labels = label_lines(blocks, [True] * len(blocks), [True] * len(blocks))
    assert all(label.keep for label in labels)


@given(st.lists(st.text(min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=30))
def test_measures_are_finite_and_named(texts):
    names, rows = measure_lines(texts, [False] * len(texts), [False] * len(texts))
    assert rows.shape == (len(texts), len(names))
    assert len(set(names)) == len(names)
    assert np.isfinite(rows).all()


@given(st.lists(st.text(min_size=1, max_size=60).filter(str.strip), min_size=1, max_size=30))
def test_habits_are_finite_and_named(texts):
    names, rows = measure_candidates(texts, [False] * len(texts))
    assert rows.shape == (len(texts), len(names))
    assert len(set(names)) == len(names)
    assert np.isfinite(rows).all()


def test_a_line_is_measured_the_same_wherever_the_page_ends():
    names, rows = measure_lines(ARTICLE, [False] * 6, [False] * 6)
    _, again = measure_lines(ARTICLE, [False] * 6, [False] * 6)
    assert (rows == again).all()
    words = rows[:, names.index("words")]
    assert list(words) == [len(text.split()) for text in ARTICLE]


@pytest.mark.parametrize("model", MODELS)
def test_models_want_what_is_measured(model):
    if model == "text_headings":
        names, rows = measure_candidates(ARTICLE, [False] * 6)
    else:
        names, rows = measure_lines(ARTICLE, [False] * 6, [False] * 6)
    forest = load_model(Forest, model)
    scores = forest.scores(forest.arrange(names, rows))
    assert scores.shape == (6, len(forest.outputs))
    assert np.isfinite(scores).all()


def test_cue_words_are_lower_case():
    assert all(word == word.lower() for word in cue_words())


def forest_of_stumps():
    """Two trees: x0 <= 1 ? 10 : (x1 <= 5 ? 20 : 30), and x1 <= 2 ? 1 : 2, for two outputs."""
    return Forest(
        feature=np.array([0, 0, 1, 0, 0, 1, 0, 0], np.int32),
        threshold=np.array([1, 0, 5, 0, 0, 2, 0, 0], np.float32),
        left=np.array([1, 1, 3, 3, 4, 6, 6, 7], np.int32),
        right=np.array([2, 1, 4, 3, 4, 7, 6, 7], np.int32),
        value=np.array([0, 10, 0, 20, 30, 0, 1, 2], np.float32),
        root=np.array([0, 5], np.int32),
        output=np.array([0, 1], np.int32),
        depth=2,
        names=("x0", "x1"),
        outputs=("a", "b"),
    )


def test_trees_by_hand():
    rows = np.array([[1, 9], [2, 5], [2, 6], [1, 2]], np.float32)
    assert forest_of_stumps().scores(rows).tolist() == [[10, 2], [20, 2], [30, 2], [10, 1]]


def test_columns_are_put_in_order():
    rows = np.array([[9, 0, 1]], np.float32)
    assert forest_of_stumps().arrange(("x1", "other", "x0"), rows).tolist() == [[1, 9]]
    with pytest.raises(ConfigError, match=r"columns that are not measured: x1; train it anew"):
        forest_of_stumps().arrange(("x0",), rows[:, :1])


def test_an_unknown_model_says_what_to_do():
    with pytest.raises(ConfigError, match=r"no model .none.*training"):
        load_model(Forest, "none")
