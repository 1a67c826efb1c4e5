"""The report: what its pages are made of, and how they behave in a real browser."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from conftest import missing

from ingest import open_curated
from ingest.__main__ import main
from ingest.errors import ConfigError, StoreError
from ingest.names.decisions import load_decisions
from ingest.report import site
from ingest.report.calendar import MOST_COLUMNS, calendar
from ingest.report.network import HEIGHT, WIDTH, lay_out
from ingest.report.overview import Ties, overview
from ingest.report.reader import Kept, Lost, read_documents
from ingest.report.rows import rows_where
from ingest.report.site import READERS, refresh, write_reader, write_report
from ingest.report.stories import read_stories
from ingest.run import Options, ingest_folder
from ingest.settings import DEFAULT_SETTINGS
from ingest.topics.taxonomy import load_taxonomy

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

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
def samples(curated_samples, tmp_path_factory):
    """The samples' tables, in a folder that a report can be written into."""
    curated = tmp_path_factory.mktemp("report") / "curated"
    shutil.copytree(curated_samples, curated, symlinks=True)
    refresh(open_curated(curated), DEFAULT_SETTINGS)
    return curated


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A report on a document that tries to run a script, and on one that is read from right to left."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "landing").mkdir()
    (root / "landing" / "<img src=x onerror=alert(1)>.html").write_text(HOSTILE, encoding="utf-8")
    (root / "landing" / "arabic.txt").write_text(RIGHT_TO_LEFT, encoding="utf-8")
    (root / "landing" / "broken<b>.html").write_bytes(b"")
    ingest_folder(Options(root / "landing", root / "curated", workers=1))
    refresh(open_curated(root / "curated"), DEFAULT_SETTINGS)
    return root / "curated"


@pytest.fixture(scope="module")
def told(curated_stories, tmp_path_factory):
    """The report on pairs of articles that tell stories."""
    curated = tmp_path_factory.mktemp("told") / "curated"
    shutil.copytree(curated_stories, curated, symlinks=True)
    refresh(open_curated(curated), DEFAULT_SETTINGS)
    return curated


def ids(opened):
    return opened.arrow("documents", ["document_id"]).column(0).to_pylist()


# What the pages are made of


def test_a_reader_holds_every_character_once_and_in_source_order(samples):
    opened = open_curated(samples)
    dropped = opened.read("dropped").groupby("document_id").size()
    for reader in read_documents(opened, ids(opened)):
        starts = []
        for part in reader.parts:
            if isinstance(part, Kept):
                read = "\n\n".join(
                    "".join(piece.text for saying in paragraph for piece in saying.pieces)
                    for paragraph in part.paragraphs
                )
                assert read == part.section["text"]
                starts.append(part.section["source_start"])
            else:
                starts.append(part.dropped["source_start"])
        assert starts == sorted(starts)
        ident = reader.document["document_id"]
        assert sum(isinstance(part, Lost) for part in reader.parts) == dropped.get(ident, 0)


def test_a_reader_marks_each_mention_and_quotation(samples):
    opened = open_curated(samples)
    for reader in read_documents(opened, ids(opened)):
        marked, quoted = {}, {}
        for part in reader.parts:
            for paragraph in part.paragraphs if isinstance(part, Kept) else ():
                for saying in paragraph:
                    for piece in saying.pieces:
                        if piece.mention:
                            at = piece.mention["mention_id"]
                            marked[at] = marked.get(at, "") + piece.text
                        if saying.quote:
                            at = saying.quote["quote_id"]
                            quoted[at] = quoted.get(at, "") + piece.text
        ident = reader.document["document_id"]
        mentions = opened.read("mentions").loc[lambda rows, ident=ident: rows["document_id"] == ident]
        assert marked == dict(zip(mentions["mention_id"], mentions["surface"], strict=True))
        quotes = opened.read("quotes").loc[lambda rows, ident=ident: rows["document_id"] == ident]
        assert {k: re.sub(r"\s+", "", v) for k, v in quoted.items()} == {
            k: re.sub(r"\s+", "", v) for k, v in zip(quotes["quote_id"], quotes["text"], strict=True)
        }
        assert {card.entity["entity_id"] for card in reader.cards} == set(mentions["entity_id"])


ACROSS = {
    "a.txt": "Minister Harold T. Mercer opened the quay on Monday. He was glad.",
    "b.txt": "On Tuesday Mercer left again. The crowd waved at Mercer.",
    "c.txt": "Anna Quist spoke. Then Quist left.",
    "d.txt": "Anna Beate Quist stayed. They thanked Anna Beate Quist.",
}


@pytest.fixture(scope="module")
def across(tmp_path_factory):
    """The report on documents of which one says who is meant in the others."""
    root = tmp_path_factory.mktemp("across")
    (root / "landing").mkdir()
    for name, text in ACROSS.items():
        (root / "landing" / name).write_text(text, encoding="utf-8")
    ingest_folder(Options(root / "landing", root / "curated", workers=1))
    refresh(open_curated(root / "curated"), DEFAULT_SETTINGS)
    return root / "curated"


def test_a_card_tells_the_reason_that_another_document_gives(across):
    opened = open_curated(across)
    documents = opened.read("documents").set_index("source_path")["document_id"]
    mentions = opened.read("mentions").set_index("mention_id")
    why = {}
    for reader in read_documents(opened, list(documents)):
        for ident, words in reader.why.items():
            why.setdefault((reader.document["source_path"], mentions["surface"][ident]), words)
    proof = "a.txt: “Minister [Harold T. Mercer] opened the quay on Monday.”"
    assert why["b.txt", "Mercer"] == f"the surname of a person who is named in full; {proof}"
    assert why["c.txt", "Quist"] == (
        "the surname of a person who is named in full; here “Anna Quist”. “Anna Quist”: "
        "a full name that agrees with a fuller one; d.txt: “[Anna Beate Quist] stayed.”"
    )
    for page in (f"documents/{documents['b.txt']}.html", "names.html"):
        text = (across / "report" / page).read_text(encoding="utf-8")
        assert "Minister [Harold T. Mercer] opened the quay on Monday." in text
        assert f'documents/{documents["a.txt"]}.html">a.txt</a>' in text
        assert "here by" not in text
        assert ">norp<" not in text


def test_an_untitled_document_has_a_heading_to_see(across):
    ident = open_curated(across).read("documents").set_index("source_path")["document_id"]["b.txt"]
    text = (across / "report" / "documents" / f"{ident}.html").read_text(encoding="utf-8")
    assert '<h1 dir="auto">b.txt</h1>' in text


def test_a_page_leads_to_the_document_that_it_repeats(samples):
    opened = open_curated(samples)
    copies = opened.read("documents").dropna(subset=["duplicate_of"])
    for copy in copies.itertuples():
        page = samples / "report" / "documents" / f"{copy.document_id}.html"
        assert f'<a href="../documents/{copy.duplicate_of}.html">' in page.read_text(encoding="utf-8")
        write_reader(opened, copy.document_id, page)
        alone = page.read_text(encoding="utf-8")
        assert f"python -m ingest report --document {copy.duplicate_of}" in alone
    assert len(copies)
    refresh(opened, DEFAULT_SETTINGS)


def test_the_overview_counts_what_the_tables_hold(samples):
    opened = open_curated(samples)
    whole = overview(opened, load_taxonomy(None))
    sections, dropped, documents = (opened.read(name) for name in ("sections", "dropped", "documents"))
    assert dict(whole.tags) == sections["tag"].value_counts().to_dict()
    assert sum(count for _, count in whole.rules) == (dropped["source_end"] - dropped["source_start"]).sum()
    assert sum(sum(row) for _, row in whole.calendar.rows) + whole.undated == len(documents)
    people = opened.read("entities").query("entity_type == 'PERSON'")
    assert whole.named["PERSON"][0]["document_count"] == people["document_count"].max()
    spoken = opened.read("quotes")["speaker_name"].value_counts()
    assert whole.quoted.rows[0][0] == spoken.index[0]
    assert sum(whole.quoted.rows[0][1]) == spoken.iloc[0]


def test_topics_are_counted_by_document_with_what_lies_below_them(samples):
    opened = open_curated(samples)
    topics, taxonomy = opened.read("topics"), load_taxonomy(None)
    found = {topic.name: topic for topic in overview(opened, taxonomy).topics}
    below = topics["topic_id"].map(lambda ident: "medtop:11000000" in taxonomy.chain(ident))
    assert found["politics"].documents == topics[below]["document_id"].nunique()
    assert (found["politics"].depth, found["national security"].depth) == (0, 2)
    assert set(topics["topic_name"]) <= set(found)


DAYS = ["2024-05-01", "2024-05-03", "2024-05-03"]


@pytest.mark.parametrize(
    ("days", "columns"),
    [
        ([], ()),
        (DAYS, ("2024-05-01", "2024-05-02", "2024-05-03")),
        (["2023-11-30", "2024-02-01"], ("2023-11", "2023-12", "2024-01", "2024-02")),
        (["2016-01-01", "2022-07-09"], ("2016", "2017", "2018", "2019", "2020", "2021", "2022")),
        (["1931-01-01", *DAYS * 10], ("before 2024-05-01", "2024-05-01", "2024-05-02", "2024-05-03")),
    ],
)
def test_time_has_no_gaps_and_old_dates_squeeze_nothing(days, columns):
    grid = calendar(days, ["a"] * len(days), ["a"])
    assert grid.columns == columns
    assert sum(sum(numbers) for _, numbers in grid.rows) == len(days)


def test_centuries_are_counted_too():
    days = [f"{year:04}-01-01" for year in range(1500, 2025)]
    grid = calendar(days, ["a"] * len(days), ["a"])
    assert (grid.columns[0], len(grid.columns)) == ("before 1963", MOST_COLUMNS + 1)
    assert sum(grid.rows[0][1]) == len(days)


def test_stories_show_their_documents_and_what_is_said_twice(told):
    opened = open_curated(told)
    stories = read_stories(opened, opened.read("documents").replace({np.nan: None}).to_dict("records"))
    assert [story.story["title"][:10] for story in stories] == [
        "Varnhem da",
        "Ingrid Sol",
        "Mill fire ",
        "Halvard Br",
    ], "the newest first"
    fire, command = stories[2:]
    kinships = [(telling.kinship, telling.of and telling.of["source_path"]) for telling in fire.tellings]
    assert kinships == [("own", None), ("near", "1/one.html")]
    (statement,) = command.statements
    assert statement.speaker == "Halvard Brekke"
    assert {document["source_path"] for _, document in statement.said} == {"0/one.html", "0/other.html"}
    assert not any(story.statements for story in stories[:3])


def test_a_copy_says_nothing_twice(samples):
    opened = open_curated(samples)
    stories = read_stories(opened, opened.read("documents").replace({np.nan: None}).to_dict("records"))
    assert any(telling.kinship == "copy" for story in stories for telling in story.tellings)
    assert not any(story.statements for story in stories)


def test_a_report_is_the_same_bytes_each_time(samples, tmp_path):
    opened = open_curated(samples)
    for name in ("one", "two"):
        write_report(opened, tmp_path / name, DEFAULT_SETTINGS)
    pages = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.html"))
    assert len(pages) == 7 + min(READERS, len(ids(opened)))
    for page in pages:
        assert (tmp_path / "one" / page).read_bytes() == (tmp_path / "two" / page).read_bytes()


def test_links_between_pages_lead_somewhere(samples):
    home = samples / "report"
    for page in home.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for target, anchor in re.findall(r'href="([^":#]*)(?:#([^"]*))?"', text):
            path = (page.parent / target).resolve() if target else page
            assert path.exists(), f"{page.name}: {target}"
            if anchor:
                assert f'id="{anchor}"' in path.read_text(encoding="utf-8"), f"{page.name}: #{anchor}"


def test_a_page_that_does_not_show_all_rows_says_so_and_how_to_get_them(samples, tmp_path, monkeypatch):
    opened = open_curated(samples)
    monkeypatch.setattr(site, "ROWS", 3)
    write_report(opened, tmp_path / "report", DEFAULT_SETTINGS)
    for page, table in (("documents", "documents"), ("names", "entities"), ("quotes", "quotes")):
        text = (tmp_path / "report" / f"{page}.html").read_text(encoding="utf-8")
        assert f"This page shows 3 of {opened.read(table).shape[0]:,}: " in text
        assert f"ingest.read_table(&#34;{table}&#34;)" in text or f'ingest.read_table("{table}")' in text
        assert text.count("<tr") == 4


def test_refresh_leaves_one_report_and_no_rubbish(samples):
    (samples / ".reports" / "next").mkdir()
    (samples / ".reports" / "000000").mkdir()
    first = refresh(open_curated(samples), DEFAULT_SETTINGS)
    assert first == samples / "report" / "index.html"
    assert first.is_file()
    assert [path.name for path in (samples / ".reports").iterdir()] == ["000001"]


def test_a_run_writes_the_report_where_the_snapshot_has_none(tmp_path):
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "brief.txt").write_text("The quay opened on Monday.", encoding="utf-8")
    asked = Options(tmp_path / "landing", tmp_path / "curated", workers=1, report=True)
    page = tmp_path / "curated" / "report" / "index.html"
    ingest_folder(replace(asked, report=False))
    assert not page.exists()
    ingest_folder(asked)
    first = page.stat()
    ingest_folder(asked)
    assert page.stat() == first, "nothing has changed"
    (tmp_path / "landing" / "brief.txt").write_text("The quay closed on Tuesday.", encoding="utf-8")
    ingest_folder(asked)
    assert "snapshot 2" in page.read_text(encoding="utf-8")


def test_what_is_in_the_way_is_named(curated_samples, tmp_path):
    shutil.copytree(curated_samples, tmp_path / "curated", symlinks=True)
    (tmp_path / "curated" / "report").mkdir()
    with pytest.raises(StoreError, match="in the way"):
        refresh(open_curated(tmp_path / "curated"), DEFAULT_SETTINGS)


def test_rows_of_an_older_version_are_told(samples, monkeypatch):
    opened = open_curated(samples)
    documents = opened.arrow("edits", ["document_id"]).column(0).to_pylist()
    monkeypatch.setattr(type(opened), "_paths", lambda *_: list(samples.glob("edits/*.parquet")))
    with pytest.raises(StoreError, match="lack the column dropped_index"):
        rows_where(opened, "dropped", "document_id", documents)


def test_a_page_on_demand(samples, tmp_path):
    opened = open_curated(samples)
    write_reader(opened, ids(opened)[0], tmp_path / "one.html")
    text = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "<nav" not in text, "it stands alone"
    with pytest.raises(ConfigError, match="there is no document 'nowhere'"):
        write_reader(opened, "nowhere", tmp_path / "two.html")


def test_the_command_writes_the_report_and_single_pages(samples, tmp_path, capsys):
    ident = ids(open_curated(samples))[0]
    assert main(["report", "--curated", str(samples)]) == 0
    assert Path(capsys.readouterr().out.strip()) == samples / "report" / "index.html"
    page = tmp_path / "one.html"
    assert main(["report", "--curated", str(samples), "--document", ident, "--output", str(page)]) == 0
    assert page.is_file()
    assert main(["report", "--curated", str(samples), "--document", "nowhere", "--output", str(page)]) == 2
    assert "no document 'nowhere'" in capsys.readouterr().err
    assert main(["report", "--curated", str(samples), "--output", str(page)]) == 2
    assert main(["report", "--curated", str(samples), "--document", ident, "--output", str(tmp_path)]) == 1


def test_the_network_is_laid_out_apart(samples):
    ties = overview(open_curated(samples), load_taxonomy(None)).ties
    dots = lay_out(ties)
    assert set(dots) == {name for one, two, _ in ties.ties for name in (one, two)}
    boxes = [dot.label_box for dot in dots.values()]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
    for one, two in combinations(boxes, 2):
        assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1], "labels overlap"
    assert lay_out(Ties((), ())) == {}


def luminance(colour):
    """Relative luminance, WCAG 2.1."""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    channels = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_colours_have_contrast(scheme):
    style = Path("src/ingest/report/templates/report.css")
    style = (Path(__file__).parents[1] / style).read_text(encoding="utf-8")
    colours = {
        name: pair[scheme] for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", style)
    }

    def contrast(name):
        one, two = sorted((luminance(colours[name]), luminance(colours["page"])))
        return (two + 0.05) / (one + 0.05)

    for name in ("text", "quiet", "link", "lost"):
        assert contrast(name) >= 4.5, f"{name}: text needs 4.5 to 1 (WCAG 2.1, 1.4.3)"
    for name in colours:
        if name.startswith("series"):
            assert contrast(name) >= 3, f"{name}: graphics need 3 to 1 (WCAG 2.1, 1.4.11)"


# In a browser


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        missing("there is no chromium on this machine (Debian's package `chromium`)")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - with a browser alone

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that must not complain, and must fetch nothing but pages of the report."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    complaints, fetched = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in fetched if not re.match(r"(file:///.*\.html(#.*)?|blob:.*|data:,)$", url)] == []


def opened_at(page, curated, name="index.html"):
    page.goto((curated / "report" / name).as_uri())
    return page


@pytest.mark.slow
def test_all_pages_open_without_a_word(page, samples):
    for path in sorted((samples / "report").resolve().rglob("*.html")):
        page.goto(path.as_uri())
        assert page.locator("main").inner_text().strip()


@pytest.mark.slow
def test_the_search_finds_and_the_heads_sort(page, samples):
    opened_at(page, samples, "names.html")
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
def test_dropped_text_is_one_switch_away(page, samples):
    opened = open_curated(samples)
    ident = opened.read("dropped").query("rule == 'cookie'")["document_id"].iloc[0]
    opened_at(page, samples, f"documents/{ident}.html")
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
def test_a_name_shows_its_card_to_mouse_and_keyboard(page, samples):
    opened = open_curated(samples)
    mention = opened.read("mentions").query("method == 'surname'").iloc[0]
    opened_at(page, samples, f"documents/{mention['document_id']}.html")
    page.hover(f"[id='{mention['mention_id']}']")
    assert mention["entity_name"] in page.locator("#hover").inner_text()
    proof = open_curated(samples).table("documents").set_index("document_id")["text"][mention["document_id"]]
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
def test_a_tap_shows_the_card_of_a_name(browser, across):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 360, "height": 700})
    page = context.new_page()
    ident = open_curated(across).read("documents").set_index("source_path")["document_id"]["b.txt"]
    opened_at(page, across, f"documents/{ident}.html")
    page.locator(".reader a.m").first.tap()
    assert "Minister [Harold T. Mercer] opened" in page.locator("#hover").inner_text()
    assert "#card" not in page.url
    page.locator("h1").tap()
    assert page.locator("#hover").count() == 0
    context.close()


@pytest.mark.slow
def test_a_quotation_names_its_speaker_behind_its_closing_mark(page, samples):
    quotes = open_curated(samples).read("quotes").query("quote_type != 'mention_only'")
    quote = quotes.query("attribution == 'pronoun'").iloc[0]
    opened_at(page, samples, f"documents/{quote['document_id']}.html")
    told = page.locator(f"[id='{quote['quote_id']}']").evaluate(
        "e => [e.nextSibling.textContent, e.nextElementSibling.className, e.nextElementSibling.textContent]"
    )
    assert told == ["”", "who", f"{quote['speaker_name']} (pronoun)"]
    here = quotes[quotes["document_id"] == quote["document_id"]]
    assert page.locator(".who").count() == len(here)
    page.get_by_label("speakers").uncheck()
    assert not page.locator(".who").first.is_visible()


@pytest.mark.slow
def test_topics_stand_beside_their_section_with_their_words(page, samples):
    topic = open_curated(samples).read("topics").sort_values("score").iloc[-1]
    opened_at(page, samples, f"documents/{topic['document_id']}.html")
    beside = page.locator(f"[id='{topic['section_id']}'] .topic", has_text=topic["topic_name"])
    assert beside.get_attribute("title") == ", ".join(topic["evidence"])
    about = page.locator(".about dt", has_text=re.compile(f"^{topic['topic_name']}$"))
    assert topic["evidence"][0] in about.locator("xpath=following-sibling::dd[1]").inner_text()
    opened_at(page, samples)
    assert page.locator(".topics tbody tr").count() > 10


@pytest.mark.slow
def test_stories_lie_side_by_side_and_are_found(page, told):
    opened_at(page, told, "stories.html")
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
def test_decisions_are_saved_as_the_next_run_reads_them(page, samples, tmp_path):
    opened_at(page, samples, "decisions.html")
    first = page.locator("#pending tbody tr").first
    first.locator("input").fill("not_a_name")
    key, kind = first.get_attribute("data-key"), first.get_attribute("data-entity_type")
    assert page.locator("#chosen").inner_text() == "1 chosen"
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(tmp_path / "decisions.csv")
    (decision,) = load_decisions(str(tmp_path / "decisions.csv"))
    assert (decision.action, decision.name) == ("not_a_name", (kind, key))


@pytest.fixture
def decided(across, tmp_path):
    """The report of a run with decisions, one of them on a name that there is not."""
    given = "decision,entity_type,key,other_type,other_key\ntype:EVENT,PERSON,gone,,\n"
    (tmp_path / "decisions.csv").write_text(
        given + "different,PERSON,anna quist,PERSON,anna beate quist\n", encoding="utf-8"
    )
    shutil.copytree(across, tmp_path / "curated", symlinks=True)
    settings = replace(DEFAULT_SETTINGS, decisions_path=str(tmp_path / "decisions.csv"))
    refresh(open_curated(tmp_path / "curated"), settings)
    return tmp_path


def spoken(path):
    return [(d.action, d.value, d.name, d.other) for d in load_decisions(str(path))]


@pytest.mark.slow
def test_a_saved_file_is_the_whole_of_all_decisions(page, decided):
    before = spoken(decided / "decisions.csv")
    opened_at(page, decided / "curated", "decisions.html")
    assert "The file is the whole of all decisions: 2 decisions in force" in page.locator("main").inner_text()
    row = page.locator("#pending tbody tr").first
    row.locator("input").fill("not_a_name")
    assert page.locator("#chosen").inner_text() == "3 chosen"
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(decided / "new.csv")
    after = spoken(decided / "new.csv")
    assert after[1:] == before
    assert after[0][0] == "not_a_name"
    page.locator("#decided input").first.fill("")
    with page.expect_download() as download:
        page.click("#save")
    download.value.save_as(decided / "new.csv")
    assert spoken(decided / "new.csv") == [after[0], before[1]]


@pytest.mark.slow
def test_choices_that_are_not_saved_are_not_left_unasked(page, decided):
    opened_at(page, decided / "curated", "decisions.html")
    asked = []

    def leave():
        page.evaluate("location.reload()")
        page.wait_for_timeout(300)

    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    leave()
    assert asked == []
    page.locator("#pending tbody input").first.fill("not_a_name")
    leave()
    assert asked == ["beforeunload"]
    with page.expect_download():
        page.click("#save")
    leave()
    assert asked == ["beforeunload"]


def test_what_a_rule_dropped_leads_to_a_document_that_lost_it(samples):
    opened = open_curated(samples)
    lost = opened.read("dropped").query("rule == 'cookie'")["document_id"]
    text = (samples / "report" / "dropped.html").read_text(encoding="utf-8")
    (row,) = re.findall(r'<tr id="r-cookie">.*?</tr>', text)
    assert set(re.findall(r'href="documents/(\w+)\.html"', row)) <= set(lost)
    assert "href=" in row


def test_a_row_of_decisions_leads_to_its_documents(across):
    ident = open_curated(across).read("documents").set_index("source_path")["document_id"]["b.txt"]
    text = (across / "report" / "decisions.html").read_text(encoding="utf-8")
    assert f'(<a href="documents/{ident}.html">b.txt</a>)' in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("decision", "said"),
    [
        ("sme", "there is no sme; write "),
        ("Same", "there is no Same; write "),
        ("type:Person", "type: is followed by one of PERSON, "),
        ("type:", "type: is followed by one of PERSON, "),
        ("is:", "is: is followed by the id"),
        ("not_a_name:x", "not_a_name takes nothing after it"),
    ],
)
def test_a_slip_in_a_decision_is_told_and_not_saved(page, samples, decision, said):
    opened_at(page, samples, "decisions.html")
    field = page.locator("#pending tbody input").nth(1)
    field.fill(decision)
    page.click("#save")
    assert page.get_by_role("alert").inner_text() == "Not saved: 1 decision is wrong."
    assert field.get_attribute("aria-invalid") == "true"
    assert page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text().startswith(said)
    assert field.evaluate("e => e === document.activeElement")
    field.fill("not_a_name")
    assert field.get_attribute("aria-invalid") is None
    assert page.get_by_role("alert").inner_text() == ""
    with page.expect_download():
        page.click("#save")


@pytest.mark.slow
def test_same_needs_a_second_name(page, samples):
    opened_at(page, samples, "decisions.html")
    alone = page.locator("#pending tr[data-other_key='']").first
    alone.locator("input").fill("same")
    alone.locator("input").blur()
    assert "needs a second name" in alone.locator(".wrong").inner_text()
    pair = page.locator("#pending tbody tr:not([data-other_key=''])")
    for decision in ("same", "different", "is:x", "type:EVENT"):
        if pair.count():
            pair.first.locator("input").fill(decision)
            pair.first.locator("input").blur()
            assert pair.first.locator(".wrong").inner_text() == ""


@pytest.mark.slow
def test_everything_is_reached_by_keyboard(page, samples):
    opened_at(page, samples, "names.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.focus("[data-filter=names]")
    page.keyboard.type("kestrel")
    assert page.locator("#names tbody tr:visible").count() == 1
    for _ in range(3):  # the box around the table, then its first two heads
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#names th[aria-sort=ascending]").inner_text().startswith("type")


CONTRASTS = """() => {
  const parse = (text) => {
    const numbers = text.match(/[-.\\d]+(e-?\\d+)?/g).map(Number);
    const srgb = text.startsWith("color(") ? numbers.map((n, i) => i < 3 ? n * 255 : n) : numbers;
    return srgb.length === 3 ? [...srgb, 1] : srgb;
  };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3]));
  const behind = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) layers.unshift(parse(getComputedStyle(e).backgroundColor));
    return layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (c) => {
    const linear = (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const [r, g, b] = c.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = {};
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.checkVisibility({visibilityProperty: true})) continue;
    if (e.closest("script, style, svg, .skip, .unseen, option, datalist")) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), ground = behind(e);
    const [one, two] = [light(over(parse(style.color), ground)), light(ground)].sort((a, b) => b - a);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const contrast = (one + 0.05) / (two + 0.05);
    if (contrast < least) poor[`${e.tagName} ${e.className}`] = contrast;
  }
  return poor;
}"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_contrast_where_it_stands(page, samples, told, scheme):
    """Of at least 4.5 to 1, 3 to 1 for large text (WCAG 2.1, 1.4.3), over whatever lies behind it."""
    page.emulate_media(color_scheme=scheme)
    ident = open_curated(samples).read("dropped")["document_id"].iloc[0]
    for curated, name in [
        *(
            (samples, f"{name}.html")
            for name in ("index", "documents", "names", "quotes", "dropped", "decisions")
        ),
        (told, "stories.html"),
        (samples, f"documents/{ident}.html"),
    ]:
        opened_at(page, curated, name)
        if "/" in name:
            page.get_by_label("what was dropped").check()
        assert page.evaluate(CONTRASTS) == {}, name


@pytest.mark.slow
def test_no_page_is_wider_than_a_small_screen(page, samples, told):
    page.set_viewport_size({"width": 360, "height": 700})
    for curated in (samples, told):
        for path in sorted((curated / "report").resolve().rglob("*.html")):
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name


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


def printed(page):
    """The text of each page of paper."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    return [document[number].get_textpage().get_text_range() for number in range(len(document))]


@pytest.mark.slow
def test_it_prints_without_what_is_for_the_screen(page, samples):
    opened_at(page, samples)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("figure svg").first.is_visible()
    text = "\n".join(printed(page))
    assert "What the tables hold" in text
    assert "Numbers" not in text


@pytest.mark.slow
def test_a_reader_prints_what_it_shows(page, samples):
    ident = open_curated(samples).read("dropped").query("rule == 'cookie'")["document_id"].iloc[0]
    opened_at(page, samples, f"documents/{ident}.html")
    lost = page.locator(".lost", has_text="dropped by cookie").locator("del").text_content()[:30]
    shown = "\n".join(printed(page))
    last = page.locator(".reader section .prose").last.inner_text()[-30:].strip()
    assert "What it is about" in shown
    assert last.split()[-1] in shown
    assert "what was dropped" not in shown
    assert lost not in shown
    page.get_by_label("what was dropped").check()
    assert lost in "\n".join(printed(page))


@pytest.mark.slow
def test_a_table_prints_all_rows_inside_the_paper_with_its_heads_on_each_page(page, samples, told):
    for name, least in (("names", 3), ("quotes", 2), ("decisions", 1)):
        opened_at(page, samples, f"{name}.html")
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 688, "height": 900})  # 182 mm, what A4 leaves between the margins
        assert page.evaluate("document.documentElement.scrollWidth") <= 688, name
        assert not page.locator("input[type=search]").is_visible()
        papers = printed(page)
        assert len(papers) >= least
        heads = [text.strip() for text in page.locator("thead th").all_inner_texts()]
        assert all(heads[0] in paper and heads[1] in paper for paper in papers), name
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 900})
    opened_at(page, told, "stories.html")
    assert "89% the same" in "\n".join(printed(page))


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(21, 23, 27)")])
def test_it_follows_the_reader_s_colours(page, samples, scheme, colour):
    page.emulate_media(color_scheme=scheme)
    opened_at(page, samples)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
