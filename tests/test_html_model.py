import json
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.clean.html import hints, model
from ingest.clean.html.context import look_around
from ingest.clean.html.features import _groups, choose, measure
from ingest.clean.html.hints import HintWeights, hint_columns
from ingest.clean.html.model import label_blocks
from ingest.clean.html.unity import unite
from ingest.extract import extract
from ingest.metadata import RawDocument
from ingest.models.files import load_model
from ingest.models.symmetric_trees import SymmetricTrees

CASES = json.loads((Path(__file__).parent / "cases" / "html" / "labels.json").read_text("utf-8"))
KEPT = {"body", "title", "subtitle", "byline", "dateline", "caption", "credit"}
DROPPED = {"navigation", "related", "comment", "promotion", "bio", "cookie", "share", "hidden", "other"}


def page_of(markup):
    return extract(RawDocument("page.html", "0" * 64, "text/html", "utf-8", markup))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_labels(case):
    """A case names blocks by their beginnings; an empty kind means dropped, of whatever kind."""
    page = page_of(case["html"])
    labels = label_blocks(page)
    found = {}
    for start in case["labels"]:
        places = [
            k
            for k, block in enumerate(page.blocks)
            if block.text.startswith(start) and block.kind != "hidden"
        ]
        assert len(places) == 1, start
        label = labels[places[0]]
        found[start] = label.kind if label.keep or case["labels"][start] else ""
    assert found == case["labels"]


PARTS = [
    "<p>The board met on Monday, and agreed to wait.</p>",
    "<p><a href='/x'>More</a></p>",
    "<nav><a href='/'>Home</a></nav>",
    "<h1>A head</h1>",
    "<ul><li>One</li><li><a href='/y'>A longer linked item of a list</a></li></ul>",
    "<div class='comment'><p>So it goes.</p></div>",
    "<figure><img><figcaption>A pier</figcaption></figure>",
    "<select><option>One</select>",
    "<table><tr><td>1</td><td>2</td></tr></table>",
    "<div>\u200b</div>",
    "text",
]


@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_every_block_has_a_label(parts):
    page = page_of("".join(["<p>Begin.</p>", *parts]))
    labels = label_blocks(page)
    assert len(labels) == len(page.blocks)
    for block, label in zip(page.blocks, labels, strict=True):
        assert label.kind in (KEPT if label.keep else DROPPED)
        assert 0 <= label.score <= 1
        assert block.kind != "hidden" or not label.keep
    assert sum(label.kind == "title" for label in labels) <= 1


def test_columns_are_those_of_the_models():
    page = page_of(CASES[0]["html"])
    columns, tree = measure(page, *choose(page)[:2])
    columns |= hint_columns(tree.forms, columns["form"], load_model(HintWeights, "html_hints"))
    assert set(load_model(SymmetricTrees, "html_first").names) <= set(columns)
    columns |= look_around(columns, tree, np.full(len(columns["words"]), 0.5))
    assert set(load_model(SymmetricTrees, "html_second").names) <= set(columns)
    assert all(np.isfinite(values).all() for values in columns.values())


def test_class_names_tell_by_their_distance():
    """Near are the three innermost elements, far the seven around these; a word weighs once on an element."""
    weights = HintWeights(
        ("story", "teaser", "page"),
        near=np.array([1.5, -2.0, np.nan], np.float32),
        far=np.array([0.5, np.nan, -1.0], np.float32),
    )
    page = page_of(
        "<div class='page teaser'><div class='story'><div><div class='story teaser story'>"
        "<p>It met.</p></div></div></div></div><p class='unheard-of'>It agreed.</p>"
    )
    columns, tree = measure(page, *choose(page)[:2])
    found = hint_columns(tree.forms, columns["form"], weights)
    assert {name: values.tolist() for name, values in found.items()} == {
        "hints_near_mean": [-0.25, 0],
        "hints_near_max": [1.5, 0],
        "hints_near_min": [-2, 0],
        "hints_near_sum": [-0.5, 0],
        "hints_far_mean": [-0.25, 0],
        "hints_far_max": [0.5, 0],
        "hints_far_min": [-1, 0],
        "hints_far_sum": [-0.5, 0],
    }


def test_class_names_tell_the_same_to_threads(monkeypatch):
    """What was told before is kept in one table, which pages that are read at once must not mix up."""
    monkeypatch.setattr(hints, "_MOST_MET", 60)
    words = tuple(f"w{k}" for k in range(200))
    weights = HintWeights(words, np.arange(200, dtype=np.float32), np.arange(200, dtype=np.float32))
    pages = [[(words[(7 * page + k) % 200],) for k in range(40)] for page in range(30)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(weights.told_by, pages * 20))
    finally:
        sys.setswitchinterval(before)
    sums = [told[:, 2].tolist() for told in found]
    assert sums == [[(7 * page + k) % 200 for k in range(40)] for page in range(30)] * 20


def test_an_article_of_json_ld_is_body():
    body = "The board met on Monday, and agreed to wait for the county. " * 3
    data = json.dumps({"@type": "NewsArticle", "articleBody": body})
    script = f'<script type="application/ld+json">{data}</script>'
    page = page_of(f'<title>Head</title><nav><a href="/">Home</a></nav>{script}')
    labels = label_blocks(page)
    assert [label.kind for label in labels] == ["hidden", "navigation", "body"]


def test_what_the_page_calls_comments_must_look_the_more_like_its_article(monkeypatch):
    """The same score is enough for a block of no name, and not for a reader's comment."""
    opening = "<p>The board met.</p><p>It agreed to wait.</p>"
    scores = np.array([0.9, 0.9, 0.5])
    monkeypatch.setattr(model, "_score", lambda *_: scores.copy())
    named = page_of(f"{opening}<div class='comment'>It never works.</div>")
    assert [label.keep for label in label_blocks(named)] == [True, True, False]
    unnamed = page_of(f"{opening}<div>It never works.</div>")
    assert [label.keep for label in label_blocks(unnamed)] == [True, True, True]


SCORED = {
    "a paragraph like its kept neighbours": (
        "<p>The board met.</p>" * 4 + "<p>It agreed to wait.</p>",
        [0.9, 0.9, 0.9, 0.9, 0.2],
        [True] * 5,
    ),
    "a paragraph of another form": (
        "<p>The board met.</p>" * 4 + "<p class=note>It agreed to wait.</p>",
        [0.9, 0.9, 0.9, 0.9, 0.2],
        [True] * 4 + [False],
    ),
    "three paragraphs are too few to say": (
        "<p>The board met.</p>" * 2 + "<p>It agreed to wait.</p>",
        [0.9, 0.9, 0.2],
        [True, True, False],
    ),
    "no sentence": (
        "<p>The board met.</p>" * 4 + "<p>More of the board</p>",
        [0.9, 0.9, 0.9, 0.9, 0.2],
        [True] * 4 + [False],
    ),
    "a heading wrapped once more than the text": (
        "<p>The board met.</p><div><h3>Why</h3></div><p>It agreed.</p>",
        [0.9, 0.2, 0.9],
        [True] * 3,
    ),
    "a heading wrapped three times": (
        "<p>The board met.</p><div><div><div><h3>Why</h3></div></div></div><p>It agreed.</p>",
        [0.9, 0.2, 0.9],
        [True, False, True],
    ),
    "a listing of code between paragraphs": (
        "<p>The board met.</p><pre>wall = 3</pre><p>It agreed.</p>",
        [0.9, 0.02, 0.9],
        [True] * 3,
    ),
    "listings under their labels": (
        "<p>The board met.</p><span>sh</span><pre>wall 3</pre><pre>pier 4</pre><p>It agreed.</p>",
        [0.9, 0.02, 0.02, 0.02, 0.9],
        [True, False, True, True, True],
    ),
    "a listing of code after the text": (
        "<p>The board met.</p><p>It agreed.</p><pre>wall = 3</pre>",
        [0.9, 0.9, 0.02],
        [True, True, False],
    ),
    "a listing of code in a box of its own": (
        "<p>The board met.</p><nav><div><div><div><pre>w = 3</pre></div></div></div></nav><p>It agreed.</p>",
        [0.9, 0.02, 0.9],
        [True, False, True],
    ),
    "a doubtful quotation between paragraphs": (
        "<p>The board met.</p><blockquote><p>We have a wall.</p></blockquote><p>It agreed.</p>",
        [0.9, 0.2, 0.9],
        [True] * 3,
    ),
    "a quotation that is surely none": (
        "<p>The board met.</p><blockquote><p>We have a wall.</p></blockquote><p>It agreed.</p>",
        [0.9, 0.02, 0.9],
        [True, False, True],
    ),
    "sentences in a list under the text": (
        "<p>The board met.</p><ul><li>It has a wall.</li><li>It has a pier.</li></ul>",
        [0.9, 0.2, 0.2],
        [True] * 3,
    ),
    "a list under the text that holds no sentences": (
        "<p>The board met.</p><ul><li>Walls</li><li>Piers</li></ul>",
        [0.9, 0.2, 0.2],
        [True, False, False],
    ),
    "a list in a box under the text": (
        "<p>The board met.</p><div><ul><li>It has a wall.</li><li>It has a pier.</li></ul></div>",
        [0.9, 0.2, 0.2],
        [True, False, False],
    ),
    "several articles, each with its date": (
        "".join(
            f"<div class=post><h2>{head}</h2><div class=date>May {k}</div><p>The board met again.</p></div>"
            for k, head in enumerate(("Walls", "Piers", "Boats"), 3)
        ),
        [0.2, 0.01, 0.9] * 3,
        [True, True, True, True, False, True, True, False, True],
    ),
    "two articles, each with its date": (
        "".join(
            f"<div class=post><h2>{head}</h2><div class=date>May {k}</div><p>The board met again.</p></div>"
            for k, head in enumerate(("Walls", "Piers"), 3)
        ),
        [0.2, 0.01, 0.9] * 2,
        [False, True, True, False, False, True],
    ),
    "a wrapped heading before what is dropped": (
        "<p>The board met.</p><div><h3>Why</h3></div><form>It agreed.</form>",
        [0.9, 0.2, 0.1],
        [True, False, False],
    ),
}


@pytest.mark.parametrize("name", SCORED)
def test_what_stands_together_stays_together(monkeypatch, name):
    markup, scores, kept = SCORED[name]
    monkeypatch.setattr(model, "_score", lambda *_: np.array(scores))
    labels = label_blocks(page_of(f"<body>{markup}</body>"))
    assert [label.keep for label in labels] == kept


STORY = "<p>The board met on Monday in the old hall of the harbour, and agreed to wait for the county.</p>"
PARTS_OF_KEPT = {
    "<div class='caption'><p>The old pier last week</p></div>": "caption",
    f"<div class='caption'><p>{'It is a long story, told beside a picture. ' * 12}</p></div>": "body",
    "<div class='caption'><ul><li>The old pier last week</li></ul></div>": "body",
    "<div class='slide-info'><p>The old pier last week. (Photo/Ann Lee)</p></div>": "caption",
    "<div class='slide-info'><p>The old pier was closed last week.</p></div>": "body",
    "<div><p>The old pier last week. (Photo/Ann Lee)</p></div>": "body",
}


@pytest.mark.parametrize("markup", PARTS_OF_KEPT)
def test_captions_that_the_model_takes_for_text(monkeypatch, markup):
    monkeypatch.setattr(model, "_score", lambda *_: np.array([0.9, 0.9, 0.9]))
    labels = label_blocks(page_of(f"<body>{STORY}{markup}{STORY}</body>"))
    assert [label.kind for label in labels] == ["body", PARTS_OF_KEPT[markup], "body"]


@pytest.mark.parametrize(
    ("lines", "kinds"),
    [
        (["<div class='date'>Friday, 3 May 2024, 19:25</div>", STORY], ["dateline", "body"]),
        (["<div>Friday, 3 May 2024, 19:25</div>", STORY], ["body", "body"]),
        ([STORY, "<div class='date'>3 May 2024</div>"], ["body", "body"]),
        (["<div class='date'>On 3 May the board met again</div>", STORY], ["body", "body"]),
    ],
)
def test_a_date_above_the_text_is_no_text(monkeypatch, lines, kinds):
    monkeypatch.setattr(model, "_score", lambda *_: np.array([0.9, 0.9]))
    labels = label_blocks(page_of(f"<body>{''.join(lines)}</body>"))
    assert [label.kind for label in labels] == kinds


def test_many_blocks_are_judged_in_slices():
    page = page_of("<p>One short line, and more of it.</p>" * 9000)
    assert len(label_blocks(page)) == 9000


@pytest.mark.parametrize("name", ["hints", "cues"])
def test_word_lists_hold_no_word_twice(name):
    names, bits = _groups(name)
    lines = (
        (Path(__file__).parents[1] / f"src/ingest/resources/html/{name}.txt").read_text("utf-8").splitlines()
    )
    words = [w for line in lines if line and not line.startswith("#") for w in line.partition(":")[2].split()]
    assert sorted(words) == sorted(bits)
    assert len(names) == len(set(names)) <= 31
    assert all(a != b for a, b in pairwise(sorted(words)))


KINDS = {
    "<div class='share-buttons'><a href='/f'>Facebook</a> <a href='/m'>Mail</a></div>": "share",
    "<nav><a href='/w'>World</a> <a href='/b'>Business</a></nav>": "navigation",
    "<div class='x1'><a href='/1'>Tanker owners face new rules on ballast</a></div>": "related",
    "<div class='related'><h3>Storm closes the northern pier for a third day</h3></div>": "related",
    "<div class='author-box'><p>Ann Lee has sailed for ten years.</p></div>": "bio",
    "<div id='onetrust-consent'><p>We would like to measure how you read our pages.</p></div>": "cookie",
    "<div class='product'><div class='price'>40 crowns</div></div>": "promotion",
}


@pytest.mark.parametrize("markup", KINDS)
def test_kinds_of_what_is_dropped(markup):
    """Each stands under an article that is kept; the name of the whole page says nothing of any block."""
    story = (
        "<p>The harbour board has put off the ferry line by a year, saying that the quay is not ready.</p>"
        * 3
    )
    page = page_of(f"<body class='cookie-wall'><article><h1>Ferry line</h1>{story}</article>{markup}</body>")
    labels = label_blocks(page)
    dropped = [label.kind for label in labels if not label.keep and label.kind != "hidden"]
    assert set(dropped) == {KINDS[markup]}


KEY_POINTS = "<div><h2>Key points</h2><ul><li>The quay is closed</li><li>It opens in May</li></ul></div>"
TEXT = "<div><p>The quay has been closed since March.</p><p>Divers found cracks in its wall.</p></div>"


@pytest.mark.parametrize(
    ("markup", "score", "kept"),
    [
        (KEY_POINTS + TEXT, 0.6, ["Key points", "The quay is closed", "It opens in May"]),
        (KEY_POINTS + TEXT, 0.4, []),
        (TEXT + KEY_POINTS, 0.6, []),
    ],
    ids=["above the article", "too doubtful", "below it"],
)
def test_key_points_above_an_article_need_be_half_as_sure(markup, score, kept):
    page = page_of(markup)
    places, menus, _ = choose(page)
    columns, tree = measure(page, places, menus)
    blocks = [page.blocks[k] for k in places]
    scores = np.array([1.5 if block.text.endswith(".") else score for block in blocks])
    body = unite(blocks, columns, tree, scores, scores >= 1)
    found = [block.text for block, keep in zip(blocks, body, strict=True) if keep]
    assert [text for text in found if not text.endswith(".")] == kept
    assert sum(text.endswith(".") for text in found) == 2
