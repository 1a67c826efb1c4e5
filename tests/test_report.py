"""The report: what its pages are made of, and how they behave in a real browser."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from conftest import missing

from ingest import open_curated
from ingest.__main__ import main
from ingest.errors import ConfigError, StoreError
from ingest.names.decisions import load_decisions
from ingest.report.network import HEIGHT, WIDTH, lay_out
from ingest.report.overview import Ties, overview
from ingest.report.reader import Kept, Lost, read_documents
from ingest.report.site import READERS, refresh, write_reader, write_report
from ingest.run import Options, ingest_folder
from ingest.settings import DEFAULT_SETTINGS

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


def test_the_overview_counts_what_the_tables_hold(samples):
    opened = open_curated(samples)
    whole = overview(opened)
    sections, dropped, documents = (opened.read(name) for name in ("sections", "dropped", "documents"))
    assert dict(whole.tags) == sections["tag"].value_counts().to_dict()
    assert sum(count for _, count in whole.rules) == (dropped["source_end"] - dropped["source_start"]).sum()
    assert sum(sum(row) for _, row in whole.calendar.rows) + whole.undated == len(documents)
    people = opened.read("entities").query("entity_type == 'PERSON'")
    assert whole.named["PERSON"][0]["document_count"] == people["document_count"].max()


def test_a_report_is_the_same_bytes_each_time(samples, tmp_path):
    opened = open_curated(samples)
    for name in ("one", "two"):
        write_report(opened, tmp_path / name, DEFAULT_SETTINGS)
    pages = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.html"))
    assert len(pages) == 6 + min(READERS, len(ids(opened)))
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
    assert main(["report", "--curated", str(samples), "--output", str(page)]) == 1
    assert main(["report", "--curated", str(samples), "--document", ident, "--output", str(tmp_path)]) == 1


def test_the_network_is_laid_out_apart(samples):
    ties = overview(open_curated(samples)).ties
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
    assert "cookie" in lost.locator(".rule").all_inner_texts()


@pytest.mark.slow
def test_a_name_shows_its_card_to_mouse_and_keyboard(page, samples):
    opened = open_curated(samples)
    mention = opened.read("mentions").query("method == 'surname'").iloc[0]
    opened_at(page, samples, f"documents/{mention['document_id']}.html")
    page.hover(f"[id='{mention['mention_id']}']")
    assert mention["entity_name"] in page.locator("#hover").inner_text()
    proof = open_curated(samples).table("documents").set_index("document_id")["text"][mention["document_id"]]
    proof = proof[mention["evidence_start"] : mention["evidence_end"]]
    why = f"surname: the surname of a person who is named in full (“{proof}”)"
    assert page.locator("#hover").inner_text().startswith(why)
    page.mouse.move(0, 0)
    assert page.locator("#hover").count() == 0
    page.focus(f"[id='{mention['mention_id']}']")
    assert page.locator("#hover").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("#hover").count() == 0


@pytest.mark.slow
def test_a_quotation_names_its_speaker(page, samples):
    quote = open_curated(samples).read("quotes").query("attribution == 'pronoun'").iloc[0]
    opened_at(page, samples, f"documents/{quote['document_id']}.html")
    who = page.locator(f"[id='{quote['quote_id']}']").evaluate("e => getComputedStyle(e, '::after').content")
    assert f"{quote['speaker_name']} (pronoun)" in who


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


@pytest.mark.slow
def test_it_prints_without_what_is_for_the_screen(page, samples):
    opened_at(page, samples)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("figure svg").first.is_visible()
    assert page.pdf()[:5] == b"%PDF-"


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(22, 24, 28)")])
def test_it_follows_the_reader_s_colours(page, samples, scheme, colour):
    page.emulate_media(color_scheme=scheme)
    opened_at(page, samples)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
