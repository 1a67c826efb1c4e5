"""How the report looks: contrast, small screens, dark and light, paper."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from browser import opened_at

from ingest import open_curated


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
def test_all_text_has_contrast_where_it_stands(page, reported, reported_stories, scheme):
    """Of at least 4.5 to 1, 3 to 1 for large text (WCAG 2.1, 1.4.3), over whatever lies behind it."""
    page.emulate_media(color_scheme=scheme)
    ident = open_curated(reported).read("dropped")["document_id"].iloc[0]
    for curated, name in [
        *(
            (reported, f"{name}.html")
            for name in ("index", "documents", "names", "quotes", "dropped", "decisions")
        ),
        (reported_stories, "stories.html"),
        (reported, f"documents/{ident}.html"),
    ]:
        opened_at(page, curated, name)
        if "/" in name:
            page.get_by_label("what was dropped").check()
        assert page.evaluate(CONTRASTS) == {}, name


@pytest.mark.slow
def test_no_page_is_wider_than_a_small_screen(page, reported, reported_stories):
    page.set_viewport_size({"width": 360, "height": 700})
    for curated in (reported, reported_stories):
        pages = sorted((curated / "report").resolve().rglob("*.html"))
        assert pages
        for path in pages:
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name


def printed(page):
    """The text of each page of paper."""
    document = pypdfium2.PdfDocument(page.pdf(format="A4"))
    return [document[number].get_textpage().get_text_range() for number in range(len(document))]


@pytest.mark.slow
def test_it_prints_without_what_is_for_the_screen(page, reported):
    opened_at(page, reported)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("figure svg").first.is_visible()
    text = "\n".join(printed(page))
    assert "What the tables hold" in text
    assert "Numbers" not in text


@pytest.mark.slow
def test_a_reader_prints_what_it_shows(page, reported):
    ident = open_curated(reported).read("dropped").query("rule == 'cookie'")["document_id"].iloc[0]
    opened_at(page, reported, f"documents/{ident}.html")
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
def test_a_table_prints_all_rows_inside_the_paper_with_its_heads_on_each_page(
    page, reported, reported_stories
):
    for name, least in (("names", 3), ("quotes", 2), ("decisions", 1)):
        opened_at(page, reported, f"{name}.html")
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
    opened_at(page, reported_stories, "stories.html")
    assert "89% the same" in "\n".join(printed(page))


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "colour"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(21, 23, 27)")])
def test_it_follows_the_reader_s_colours(page, reported, scheme, colour):
    page.emulate_media(color_scheme=scheme)
    opened_at(page, reported)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
