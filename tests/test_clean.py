"""Cleaning: every rule by its cases, wordings in many languages, nothing lost, nothing twice."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdf_of import pdf

from ingest import process
from ingest.clean import clean
from ingest.clean.glue import cut_block
from ingest.clean.lines.keys import line_key
from ingest.clean.rules import RULES, rule_by_id
from ingest.clean.rules.phrases import (
    compiled_phrases,
    count_labels,
    furniture_words,
    match_tail,
    read_phrases,
)
from ingest.clean.rules.verdicts import apply_rules
from ingest.clean.rules.view import view_page
from ingest.decode import decode
from ingest.edits import apply_edits
from ingest.errors import ConfigError
from ingest.extract import extract
from ingest.extract.html import extract_html
from ingest.extract.text import extract_text
from ingest.metadata import RawDocument
from ingest.settings import DEFAULT_SETTINGS

CASES = Path(__file__).parent / "cases" / "clean"

# Neighbours of the line under test; none of them may be touched.
PARAGRAPHS = (
    "The harbour board met on Tuesday evening and agreed to spend forty million on a new breakwater.",
    "Work is to begin in March, when the fishing fleet is away, and should be done before the autumn storms.",
    "Two members voted against the plan because the city has not yet said who will pay for the dredging.",
)


def page_of(text, media_type="text/plain"):
    return extract_text(RawDocument("a.txt", "", media_type, "utf-8", text))


def article(*lines):
    """Lines of an article; `*` stands for a paragraph of text."""
    paragraphs = iter(PARAGRAPHS * 3)
    return "\n".join(next(paragraphs) if line == "*" else line for line in lines)


def read_case(case):
    if isinstance(case, str):
        return page_of(article("*", case, "*", "*")), None
    if "pages" in case:
        return extract(decode(pdf(case["pages"]), "a.pdf", DEFAULT_SETTINGS)), case["dropped"]
    if "html" in case:
        return extract_html(RawDocument("a.html", "", "text/html", "utf-8", case["html"])), case["dropped"]
    if "markdown" in case:
        return page_of(case["markdown"], "text/markdown"), case["dropped"]
    return page_of(article(*case["lines"])), case["dropped"]


def cases(side):
    for path in sorted(CASES.glob("*.json")):
        rows = json.loads(path.read_text(encoding="utf-8"))
        for i, case in enumerate(rows[side]):
            yield pytest.param(rows["rule"], case, id=f"{rows['rule']}-{i}")


@pytest.mark.parametrize(("rule", "case"), list(cases("positive")))
def test_rule_drops(rule, case):
    page, expected = read_case(case)
    kept, dropped = clean(page)
    assert [d.text for d in dropped] == (expected or [case])
    assert rule in {d.rule for d in dropped}
    assert {d.kind for d in dropped} <= {r.kind for r in RULES}
    for paragraph in PARAGRAPHS:
        assert (paragraph in page.source_text) == (paragraph in {b.text for b in kept})


@pytest.mark.parametrize(("rule", "case"), list(cases("negative")))
def test_rule_spares(rule, case):
    page, expected = read_case(case)
    _, dropped = clean(page)
    assert [d.text for d in dropped] == (expected or [])
    assert rule_by_id(rule)


def test_every_rule_has_cases():
    with_cases = {json.loads(p.read_text(encoding="utf-8"))["rule"] for p in CASES.glob("*.json")}
    assert with_cases == {rule.id for rule in RULES}


def test_every_rule_is_a_function_or_a_list():
    listed = {phrase.rule for phrase in read_phrases()}
    for rule in RULES:
        assert (rule.matches is None) == (rule.id in listed), rule.id
    assert listed <= {rule.id for rule in RULES}


def test_unknown_rule_lists_the_valid_ones():
    with pytest.raises(ConfigError, match=r"no cleaning rule .logn.; there are: .*login"):
        rule_by_id("logn")


def test_unknown_word_list_names_the_valid_ones():
    with pytest.raises(ConfigError, match=r"no list .netwrk.; there are: .*network"):
        furniture_words("netwrk")


def test_phrases_do_not_collide():
    seen = {}
    for phrase in read_phrases():
        form = "line" if phrase.form == "weak" else phrase.form
        place = (form, phrase.text if set("*#") & set(phrase.text) else line_key(phrase.text))
        assert place not in seen, f"{phrase} and {seen[place]}"
        seen[place] = phrase


def test_labels_are_found_by_their_first_two_characters():
    labels = [key for key, (_, form) in compiled_phrases().exact.items() if form != "weak"]
    assert min(map(len, labels)) > 1
    for key in (label for label in labels if len(label) <= 40):
        assert count_labels(f"{key} | {key}", glued=False) > 1, key


def test_phrases_cover_the_languages():
    for rule in ("login", "share", "subscribe", "read_more", "advert", "cookie", "follow", "newsletter"):
        languages = {p.language for p in read_phrases() if p.rule == rule}
        assert languages >= {"en", "de", "fr", "es", "ja", "zh", "ar", "ru"}, rule


def plain_wordings():
    """Every wording without wildcards that is furniture wherever it stands."""
    return sorted({p.text for p in read_phrases() if p.form == "line" and not set("*#") & set(p.text)})


def test_every_wording_is_dropped_between_paragraphs():
    for form in ("{}", "» {} …", "{}:"):
        wordings = [form.format(text) for text in plain_wordings()]
        lines = [
            line for i, w in enumerate(wordings) for line in (w, f"{PARAGRAPHS[i % 3]} It was item {i}.")
        ]
        verdicts, _ = apply_rules(view_page(page_of("\n".join(lines))))
        assert [line for line, verdict in zip(lines, verdicts, strict=True) if verdict] == wordings


def test_every_tail_is_cut_off():
    for text in sorted({p.text for p in read_phrases() if p.form == "tail" and "*" not in p.text}):
        glued = text[0].upper() + text[1:]
        kept, dropped = clean(page_of("\n".join((PARAGRAPHS[0], PARAGRAPHS[1] + " " + glued, PARAGRAPHS[2]))))
        assert [d.text for d in dropped] == [glued]
        assert [b.text for b in kept] == list(PARAGRAPHS)
        assert [b.after_drop for b in kept] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "furniture"),
    [
        ("The vote is set for Friday.Login", "Login"),
        ("The vote is set for Friday. Read more »", "Read more »"),
        (
            "The vote is set for Friday.” Follow Jane Roe on Twitter @janeroe.",
            "Follow Jane Roe on Twitter @janeroe.",
        ),
        ("The board, which met for the third time this year, set the vote for the last FridayLogin", "Login"),
        ("投票は金曜日に行われる。続きを読む", "続きを読む"),
        ("The vote is set for Friday. Share this article. Read more", "Share this article.|Read more"),
    ],
)
def test_glued_tail(text, furniture):
    kept, dropped = clean(page_of("\n".join((PARAGRAPHS[0], text, PARAGRAPHS[2]))))
    assert "|".join(d.text for d in dropped) == furniture
    assert len(kept) == 3


@pytest.mark.parametrize(
    "text",
    [
        "She pressed the button that said Share.",
        "What should readers do? Share.",
        "The button on the left says “Login”",
        "He told them to log in",
        "Nothing is as hard as to Subscribe",
    ],
)
def test_words_at_the_end_of_a_sentence_stay(text):
    assert match_tail(text) is None
    assert clean(page_of("\n".join((PARAGRAPHS[0], text, PARAGRAPHS[2]))))[1] == ()


@pytest.mark.parametrize(
    ("text", "furniture"),
    [
        ("Share this article The board met on Tuesday.", "Share this article"),
        ("AdvertisementThe board met on Tuesday.", "Advertisement"),
        ("Advertisement Week opened on Tuesday.", None),
        ("Listen to this article on the radio, said the host.", None),
    ],
)
def test_glued_head(text, furniture):
    _, dropped = clean(page_of("\n".join((PARAGRAPHS[0], text, PARAGRAPHS[2]))))
    assert [d.text for d in dropped] == ([furniture] if furniture else [])


@pytest.mark.parametrize(
    "brief",
    [
        "A ferry ran aground off the northern cape on Sunday. Nobody was hurt.",
        "Parliament rose at noon.",
        "Share prices fell.\nTrading was thin.",
        "Port closed",
        "議会は正午に閉会した。",
        "Quake hits coast\n\nA quake of magnitude 5.1 hit the coast at dawn, a survey said. All is well.",
    ],
)
def test_brief_is_kept_whole(brief):
    kept, dropped = clean(page_of(brief))
    assert dropped == ()
    assert [b.text for b in kept] == [line for line in brief.split("\n") if line]


WORDS = st.sampled_from(
    [
        "Login",
        "Share",
        "Read more",
        "Home",
        "World",
        "* * *",
        "Getty.",
        "© 2020 X",
        *PARAGRAPHS,
        "Health",
        "a\u00a0b",
    ]
)


@given(st.lists(WORDS, max_size=12), st.sampled_from(["\n", "\n\n", "\r\n", " "]))
def test_every_character_is_kept_or_dropped_once(lines, separator):
    page = page_of(separator.join(lines))
    kept, dropped = clean(page)
    spans = sorted(
        [(b.source_start, b.source_end) for b in kept] + [(d.source_start, d.source_end) for d in dropped]
    )
    at = 0
    for start, end in spans:
        assert start >= at
        assert not page.source_text[at:start].strip()
        at = end
    assert not page.source_text[at:].strip()
    for block in kept:
        shown = apply_edits(page.source_text, block.source_start, block.source_end, block.edits)
        assert shown == block.text
    for drop in dropped:
        assert drop.text == page.source_text[drop.source_start : drop.source_end]


@given(st.text(alphabet="ab \n\t\u00a0\u00ad\u200b.", min_size=2, max_size=40), st.data())
def test_cut_keeps_every_character(text, data):
    source = "x" + text + "y"
    block = extract_text(RawDocument("a", "", "text/plain", "utf-8", re.sub(r"\n+", " ", source))).blocks[0]
    source = re.sub(r"\n+", " ", source)
    at = data.draw(st.integers(1, len(block.text) - 1))
    first, second = cut_block(block, source, at)
    assert (first.source_start, second.source_end) == (block.source_start, block.source_end)
    assert not source[first.source_end : second.source_start].strip()
    for part in (first, second):
        assert apply_edits(source, part.source_start, part.source_end, part.edits) == part.text
        assert part.text.strip()


def test_many_tails_cost_little():
    text = PARAGRAPHS[0] + " Read more." * 20_000
    kept, dropped = clean(page_of(text))
    assert "".join(b.text for b in kept).startswith(PARAGRAPHS[0])
    assert len(dropped) <= 8


@pytest.mark.parametrize(("count", "is_dropped"), [(2, True), (40, False)])
def test_many_signed_quotations_are_a_collection_of_them(count, is_dropped):
    said = [f"\u201cWe shall rebuild the {i}th quay before winter\u201d" for i in range(count)]
    lines = [f"{quoted}, the mayor told the council on Monday." for quoted in said]
    for quoted in said:
        lines += [quoted, "\u2014 Mayor Ann Lee"]
    _, runs = clean(page_of("\n\n".join(lines)))
    assert any(one.rule == "pull_quote" for one in runs) == is_dropped


def test_where_the_items_of_a_dropped_menu_meet_is_known():
    menu = "".join(f"<li><a href=/{name}>{name}</a></li>" for name in ("Markets", "Pre-Markets", "World"))
    text = "The quay of Orsund was opened on Monday, two years later than promised, the harbour office said."
    page = (
        f"<html><body><nav><ul>{menu}</ul><div>Share</div><div> Print</div></nav><p>{text}</p><p>{text}</p>"
    )
    pieces = []
    for run in process(page.encode(), "a.html").dropped:
        pieces += [run.text[start:end] for start, end in pairwise([0, *run.seams, len(run.text)])]
    assert [piece.strip() for piece in pieces[:5]] == ["Markets", "Pre-Markets", "World", "Share", "Print"]
