"""The report in a real browser: it is searched, sorted, opened and closed, and runs nothing that it shows."""

from __future__ import annotations

import re

import pytest
from browser import opened_at
from made_tables import ingested, with_report

from ingest import open_curated

HOSTILE = """<!doctype html><html lang="en"><head>
<title>Harbour &lt;script&gt;document.body.id='owned'&lt;/script&gt;</title>
<link rel="canonical" href="javascript:document.body.id='owned'">
<meta name="author" content="&lt;img src=x onerror=document.body.id='owned'&gt;"></head><body><article>
<h1>Harbour &lt;script&gt;document.body.id='owned'&lt;/script&gt; opens</h1>
<p>“The quay &lt;b&gt;is&lt;/b&gt; open,” said
Ilse "&gt;&lt;script&gt;document.body.id='owned'&lt;/script&gt;
Brandvold of the Harbour Office on Monday.</p>
<p>Brandvold added that the &lt;/style&gt;&lt;/script&gt; sheds would
follow in the spring, once the roof is mended.</p>
<p>Login</p></article></body></html>"""
RIGHT_TO_LEFT = """افتتاح الميناء

قال مدير الميناء سالم الحداد يوم الاثنين إن السفن الكبيرة (مثل MV Orsund) ستعود إلى الرصيف الشمالي في الربيع.

وأضاف أن العمل سيستمر شهرين آخرين قبل أن يفتح الرصيف أبوابه أمام الركاب.
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report on a document that tries to run a script, and on one that is read from right to left."""
    documents = {
        "<img src=x onerror=alert(1)>.html": HOSTILE,
        "arabic.txt": RIGHT_TO_LEFT,
        "broken<b>.html": b"",
    }
    return with_report(ingested(tmp_path_factory.mktemp("hostile"), documents))


@pytest.mark.slow
def test_all_pages_open_without_a_word(page, reported):
    paths = sorted((reported / "report").resolve().rglob("*.html"))
    assert paths
    for path in paths:
        page.goto(path.as_uri())
        assert page.locator("main").inner_text().strip()


@pytest.mark.slow
def test_the_search_finds_and_the_heads_sort(page, reported):
    opened_at(page, reported, "names.html")
    page.fill("[data-filter=names]", "  KESTREL ")
    rows = page.locator("#names tbody tr:visible")
    assert rows.count() == 1
    assert "Soraya D. Kestrel" in rows.first.inner_text()
    assert page.locator("[data-count=names]").inner_text() == "1 row"
    page.fill("[data-filter=names]", "")
    page.get_by_role("button", name="mentions").click()
    page.get_by_role("button", name="mentions").click()
    assert page.locator("#names th[aria-sort]").get_attribute("aria-sort") == "descending"
    counts = [int(text) for text in page.locator("#names tbody tr td:nth-of-type(4)").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


@pytest.mark.slow
def test_dropped_text_is_one_switch_away(page, reported):
    opened = open_curated(reported)
    ident = opened.read("dropped").query("rule == 'cookie'")["document_id"].iloc[0]
    opened_at(page, reported, f"documents/{ident}.html")
    lost = page.locator(".lost")
    assert lost.count() > 0
    assert not lost.first.is_visible()
    page.get_by_label("what was dropped").check()
    assert all(lost.nth(k).is_visible() for k in range(lost.count()))
    assert "line-through" in lost.locator("del").first.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert any("dropped by cookie" in text for text in lost.locator(".margin").all_inner_texts())
    page.set_viewport_size({"width": 400, "height": 800})
    assert lost.first.is_visible()
    page.get_by_label("what was dropped").uncheck()
    assert not lost.first.is_visible()


@pytest.mark.slow
def test_a_name_shows_its_card_to_mouse_and_keyboard(page, reported):
    opened = open_curated(reported)
    mention = opened.read("mentions").query("method == 'surname'").iloc[0]
    opened_at(page, reported, f"documents/{mention['document_id']}.html")
    page.hover(f"[id='{mention['mention_id']}']")
    assert mention["entity_name"] in page.locator("#hover").inner_text()
    proof = open_curated(reported).table("documents").set_index("document_id")["text"][mention["document_id"]]
    proof = proof[mention["evidence_start"] : mention["evidence_end"]]
    why = f"the surname of a person who is named in full; here “{proof}”"
    assert page.locator("#hover").inner_text().endswith(why)
    page.mouse.move(0, 0)
    assert page.locator("#hover").count() == 0
    page.focus(f"[id='{mention['mention_id']}']")
    assert page.locator("#hover").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#hover").count() == 0


@pytest.mark.slow
def test_a_tap_shows_the_card_of_a_name(browser, reported_across):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 700})
    page = context.new_page()
    ident = open_curated(reported_across).read("documents").set_index("source_path")["document_id"]["b.txt"]
    opened_at(page, reported_across, f"documents/{ident}.html")
    page.locator(".reader a.m").first.tap()
    assert "Minister [Harold T. Mercer] opened" in page.locator("#hover").inner_text()
    assert "#card" not in page.url
    page.locator("h1").tap()
    assert page.locator("#hover").count() == 0
    context.close()


@pytest.mark.slow
def test_a_quotation_names_its_speaker_behind_its_closing_mark(page, reported):
    quotes = open_curated(reported).read("quotes").query("quote_type != 'mention_only'")
    quote = quotes.query("attribution == 'pronoun'").iloc[0]
    opened_at(page, reported, f"documents/{quote['document_id']}.html")
    told = page.locator(f"[id='{quote['quote_id']}']").evaluate(
        "e => [e.nextSibling.textContent, e.nextElementSibling.className, e.nextElementSibling.textContent]"
    )
    assert told == ["”", "who", f"{quote['speaker_name']} (pronoun)"]
    here = quotes[quotes["document_id"] == quote["document_id"]]
    assert page.locator(".who").count() == len(here)
    page.get_by_label("speakers").uncheck()
    assert not page.locator(".who").first.is_visible()


@pytest.mark.slow
def test_topics_stand_beside_their_section_with_their_words(page, reported):
    topic = open_curated(reported).read("topics").sort_values("score").iloc[-1]
    opened_at(page, reported, f"documents/{topic['document_id']}.html")
    beside = page.locator(f"[id='{topic['section_id']}'] .topic", has_text=topic["topic_name"])
    assert beside.get_attribute("title") == ", ".join(topic["evidence"])
    about = page.locator(".about dt", has_text=re.compile(f"^{topic['topic_name']}$"))
    assert topic["evidence"][0] in about.locator("xpath=following-sibling::dd[1]").inner_text()
    opened_at(page, reported)
    assert page.locator(".topics tbody tr").count() > 10


@pytest.mark.slow
def test_stories_lie_side_by_side_and_are_found(page, reported_stories):
    opened_at(page, reported_stories, "stories.html")
    fire = page.locator(".story", has_text="Mill fire in Kvarnby")
    assert fire.locator(".mark").all_inner_texts() == ["its own words", "89% the same"]
    assert "2 documents · 2 sources · 2031-04-11 · " in fire.inner_text()
    boxes = [box.bounding_box() for box in page.locator(".side blockquote").all()]
    assert len(boxes) == 2
    assert boxes[0]["y"] == boxes[1]["y"]
    page.fill("[data-filter=stories]", "varnhem ekström")
    assert page.locator(".story:visible h2").all_inner_texts() == ["Varnhem dam: engineers warn of cracks"]
    page.fill("[data-filter=stories]", "")
    page.locator(".side a").first.click()
    assert page.locator("q:target").inner_text().startswith(("This is the boldest", "one of the strongest"))
    page.get_by_role("link", name="side by side").click()
    assert "Halvard Brekke" in page.locator(".story:target").inner_text()


@pytest.mark.slow
def test_everything_is_reached_by_keyboard(page, reported):
    opened_at(page, reported, "names.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.focus("[data-filter=names]")
    page.keyboard.type("kestrel")
    assert page.locator("#names tbody tr:visible").count() == 1
    for _ in range(3):  # the box around the table, then its first two heads
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#names th[aria-sort=ascending]").inner_text().startswith("type")


@pytest.mark.slow
def test_what_documents_hold_is_text(page, hostile):
    for path in sorted((hostile / "report").resolve().rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.body.id") == ""
        assert page.locator("main img, main b:has-text('is'), main script").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
    opened_at(page, hostile, "documents.html")
    assert "<img src=x onerror=alert(1)>.html" in page.locator("#documents").inner_text()
    page.locator("#documents a", has_text="Harbour").click()
    assert "“The quay <b>is</b> open" in page.locator(".reader").inner_text()


@pytest.mark.slow
def test_text_from_right_to_left_is_set_so(page, hostile):
    ident = (
        open_curated(hostile).read("documents").query("source_path == 'arabic.txt'")["document_id"].iloc[0]
    )
    opened_at(page, hostile, f"documents/{ident}.html")
    paragraph = page.locator(".reader p", has_text="MV Orsund")
    assert paragraph.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert "(مثل MV Orsund)" in paragraph.inner_text()
