"""Pages that break the habits of pages: an invented article, laid out as nobody should."""

from __future__ import annotations

import json
from dataclasses import dataclass

TITLE = "Harbour board puts off the ferry line"
_STORY = """
The harbour board of Port Ellery has put off the new ferry line by a year, saying that the quay is not ready.

Its chair, Bo Ekdal, told the council that divers had found cracks in the wall; repairs would take months.

The board had planned to spend four million on the line. It will now spend half of it, and ask the county too.

Shopkeepers near the pier said they had hired staff for the summer and do not know whether they can keep them.

“We were told to be ready by May,” said Ada Lindqvist, who runs a bakery at the pier. “Now nobody else is.”

The board will meet again in March, and its members expect the county to pay for half of the work.
"""
PARAGRAPHS = tuple(_STORY.strip().split("\n\n"))
MENU = "<a href='/'>Home</a> <a href='/n'>News</a> <a href='/s'>Sport</a> <a href='/w'>Weather</a>"
FOOT = "<p>© The Quay. All rights reserved.</p><a href='/i'>Imprint</a> <a href='/p'>Privacy policy</a>"
OTHER = (
    "Tanker owners face new rules on ballast water",
    "Five things to know about the cape",
    "County votes on the winter timetable",
)
OTHERS = {
    OTHER[0]: (
        "Owners of tankers must clean their ballast water from next year, the shipping office says.",
        "The rule follows a study that found foreign mussels in three of four harbours along the coast.",
        "The office will check each ship once a year, and may fine those that do not keep to it.",
    ),
    OTHER[2]: (
        "The county council votes tonight on a timetable that would drop every second bus after eight.",
        "Commuters from the islands have protested, for the last ferry comes in at half past nine.",
        "A vote against it is expected from the members of the islands alone.",
    ),
}


@dataclass(frozen=True)
class HardPage:
    """A page and what must come of it.

    Attributes:
        content: The page.
        kept: Paragraphs that must be kept, whole, in this order, each once.
        dropped: Beginnings of texts that must not be kept.
        rules: Values of `sections.tag_rule` that must occur.
    """

    content: bytes
    kept: tuple[str, ...] = PARAGRAPHS
    dropped: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def paragraphs(texts: tuple[str, ...] = PARAGRAPHS) -> str:
    """Paragraphs as elements."""
    return "".join(f"<p>{text}</p>" for text in texts)


def article(inside: str | None = None) -> str:
    """The article with its headline."""
    return f"<h1>{TITLE}</h1>{paragraphs() if inside is None else inside}"


def page(body: str, head: str = "", attributes: str = "") -> bytes:
    """A whole page."""
    head = f"<head><title>{TITLE}</title>{head}</head>"
    return f"<!doctype html><html{attributes}>{head}<body>{body}</body></html>".encode()


def teasers() -> str:
    """Other pieces, each an article element with a line of its own."""
    line = "<p>Read what the county said, and what it may cost those who sail.</p>"
    return "".join(
        f"<article class='teaser'><h3><a href='/x'>{head}</a></h3>{line}</article>" for head in OTHER
    )


def others() -> str:
    """Other articles, whole, as a page for a day has them."""
    return "".join(f"<article><h2>{head}</h2>{paragraphs(texts)}</article>" for head, texts in OTHERS.items())


def thread(count: int = 40) -> str:
    """Readers' comments, longer than any article."""
    says = (
        "I have lived by the pier for forty years and nobody ever asked me what I think of the wall.",
        "Typical of the board! They knew about the cracks long ago, and they said nothing to the shops.",
        "Could somebody explain why the county should pay for this? We already pay the highest rates here.",
    )
    items = "".join(
        f"<li class='comment' id='comment-{k}'><div class='comment-author'>Reader {k}</div>"
        f"<div class='comment-body'><p>{says[k % 3]} That makes {k}.</p></div><a href='#'>Reply</a></li>"
        for k in range(count)
    )
    return (
        f"<section class='comments'><h2>{count} comments</h2><ol class='comment-list'>{items}</ol></section>"
    )


def linked_data(body: str) -> str:
    """The article for search engines."""
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "articleBody": body}
    return f"<script type='application/ld+json'>{json.dumps(thing)}</script>"


def layout_table() -> str:
    """Menu, article and advertisements side by side, as pages were made once."""
    cells = (
        f"<td width='150' valign='top'>{MENU.replace('</a> ', '</a><br>')}</td>",
        f"<td>{article()}</td>",
        "<td width='160'><b>Advertisement</b><br><a href='/ad'>Buy ropes and nets</a></td>",
    )
    rows = ("<td colspan='3'>The Quay</td>", "".join(cells), f"<td colspan='3'>{FOOT}</td>")
    return f"<table width='100%'>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def posts() -> str:
    """Readers' comments that nothing names but the line that counts them."""
    says = "I have lived by the pier for forty years and nobody ever asked me what I think of the wall."
    return "<h3>24 comments</h3>" + "".join(
        f"<div class='m'><div class='w'>reader{k} · {k} h</div><div>{says} That makes {k}.</div></div>"
        for k in range(24)
    )


def unlinked() -> str:
    """Other pieces in a box, their links in a script."""
    items = "".join(f"<div class='i'><h4>{head}</h4><p>Nobody was asked.</p></div>" for head in OTHER)
    return f"<div class='b'><h3>Related stories</h3>{items}</div>"


_WRONG = page(article(), "<meta charset='utf-8'>")
HARD_PAGES: dict[str, HardPage] = {
    "one giant div with breaks": HardPage(
        page(f"<div>{MENU}<br><br>{TITLE}<br><br>{'<br><br>'.join(PARAGRAPHS)}<br><br>{FOOT}</div>"),
        dropped=("© The Quay",),
    ),
    "one giant div with single breaks": HardPage(
        page(f"<h1>{TITLE}</h1><div>{'<br>'.join(PARAGRAPHS)}</div>"), kept=(" ".join(PARAGRAPHS),)
    ),
    "a headline and its text in one giant div": HardPage(
        page(f"<div>{TITLE}<br>{'<br>'.join(PARAGRAPHS)}</div>"), kept=(TITLE, *PARAGRAPHS)
    ),
    "a headline above its byline in a cell": HardPage(
        page(
            f"<table><tr><td><font><b>{TITLE}</b></font><br><font>By Ann Lee<br>May 3, 2026</font></td></tr>"
            f"<tr><td><font>{'<br><br>'.join(PARAGRAPHS)}</font></td></tr></table>"
        ),
        kept=(TITLE, "By Ann Lee", "May 3, 2026", *PARAGRAPHS),
        rules=("first_paragraph", "byline_form", "dateline_form"),
    ),
    "a menu without links": HardPage(
        page(
            "<div>Quay | News | Boats | Harbour | Fish<br><br>"
            + "<br><br>".join((TITLE, *PARAGRAPHS))
            + "</div>"
        ),
        kept=(TITLE, *PARAGRAPHS),
        dropped=("Quay |",),
    ),
    "a heading closed as another": HardPage(
        page(f"<h1>{TITLE}</h2>{''.join(f'<div><p>{text}</div>' for text in PARAGRAPHS)}"),
        rules=("first_paragraph", "paragraph"),
    ),
    "comments that only their number tells": HardPage(
        page(f"<nav>{MENU}</nav><div class='s'>{article()}</div><div class='x'>{posts()}</div>"),
        dropped=("24 comments", "reader", "I have lived"),
    ),
    "headlines without links in a box": HardPage(
        page(
            "<article>"
            + article(paragraphs(PARAGRAPHS[:3]) + unlinked() + paragraphs(PARAGRAPHS[3:]))
            + "</article>"
        ),
        dropped=("Related stories", *OTHER, "Nobody was asked"),
    ),
    "breaks with blanks between": HardPage(
        page(f"<h1>{TITLE}</h1><div>{'<br> &nbsp; <br/>'.join(PARAGRAPHS)}</div>")
    ),
    "tables for layout": HardPage(page(layout_table()), dropped=("© The Quay", "Advertisement", "Buy ropes")),
    "tables inside tables for layout": HardPage(
        page(f"<table><tr><td><table><tr><td>{layout_table()}</td></tr></table></td></tr></table>"),
        dropped=("© The Quay", "Buy ropes"),
    ),
    "an article among teasers that are articles": HardPage(
        page(
            f"<nav>{MENU}</nav><main><article>{article()}</article>{teasers()}</main><footer>{FOOT}</footer>"
        ),
        dropped=(*OTHER, "Read what the county"),
    ),
    "teasers before the article": HardPage(
        page(f"<nav>{MENU}</nav><div>{teasers()}</div><div><article>{article()}</article></div>"),
        dropped=(*OTHER, "Read what the county"),
    ),
    "several articles, each whole": HardPage(
        page(
            f"<nav>{MENU}</nav><main><article>{article()}</article>{others()}</main><footer>{FOOT}</footer>"
        ),
        kept=(*PARAGRAPHS, *(text for texts in OTHERS.values() for text in texts)),
    ),
    "a comment thread longer than the article": HardPage(
        page(f"<nav>{MENU}</nav><article>{article()}</article>{thread()}<footer>{FOOT}</footer>"),
        dropped=("I have lived", "Typical of", "Could somebody", "Reader", "Reply"),
    ),
    "a comment thread inside the article element": HardPage(
        page(f"<nav>{MENU}</nav><article>{article()}{thread(80)}</article><footer>{FOOT}</footer>"),
        dropped=("I have lived", "Typical of", "Could somebody", "Reader", "Reply"),
    ),
    "a hidden print version": HardPage(
        page(f"<article>{article()}</article><div class='print-only' style='display:none'>{article()}</div>")
    ),
    "a hidden print version before": HardPage(
        page(f"<div class='print' style='display: none'>{article()}</div><article>{article()}</article>")
    ),
    "a visible print version": HardPage(
        page(f"<nav>{MENU}</nav><article>{article()}</article><div class='print-version'>{article()}</div>")
    ),
    "the same article twice": HardPage(page(f"<article>{article()}</article><article>{article()}</article>")),
    "AMP": HardPage(
        page(
            f"<amp-sidebar id='s'><ul><li>{MENU.replace('</a> ', '</a></li><li>')}</li></ul></amp-sidebar>"
            f"<amp-ad type='x'><div placeholder>Advertisement</div></amp-ad><article>{article()}</article>"
            f"<amp-social-share type='email'>Email</amp-social-share><template>{{{{x}}}}</template>"
            f"<amp-consent><div>We use cookies.</div><button>Accept</button></amp-consent>",
            "<script async src='https://cdn.example/v0.js'></script>",
            " ⚡",
        ),
        dropped=("Advertisement", "Email", "We use cookies", "Accept"),
    ),
    "an article in JSON-LD alone": HardPage(
        page(f"<nav>{MENU}</nav><div id='app'>Loading</div>", linked_data("\n\n".join(PARAGRAPHS))),
        rules=("json_ld",),
    ),
    "an article in JSON-LD alone, as markup": HardPage(
        page(
            f"<div id='app'></div><footer>{FOOT}</footer>",
            linked_data(paragraphs()).replace("</p>", "<\\/p>"),
        ),
        dropped=("© The Quay",),
        rules=("json_ld",),
    ),
    "frames inside": HardPage(
        page(
            f"<iframe src='/ad'>Your browser shows no frames.</iframe><article>{article()}</article>"
            "<noscript><p>Please switch on JavaScript to read on.</p></noscript><object>No player</object>"
        ),
        dropped=("Your browser", "Please switch", "No player"),
    ),
    "broken nesting": HardPage(
        page(
            f"<h1><b>{TITLE}</h1></b>"
            + "".join(f"<p><b><i>{t[:30]}</b></i>{t[30:]}</div></span></p>" for t in PARAGRAPHS)
            + f"</table></td><footer>{FOOT}"
        ),
        dropped=("© The Quay",),
    ),
    "nothing closed": HardPage(
        f"<html><head><title>{TITLE}</title><body><h1>{TITLE}<p>{'<p>'.join(PARAGRAPHS)}<div>{FOOT}".encode(),
        dropped=("© The Quay",),
    ),
    "a link that is never closed": HardPage(
        page(
            f"<h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p><a href='/x'>{PARAGRAPHS[1]}</p>"
            + paragraphs(PARAGRAPHS[2:])
        )
    ),
    "entities inside entities": HardPage(
        page(
            article(
                paragraphs()
                + "<p>The firm, Ropes &amp;amp; Nets, says 5 &amp;lt; 6 &amp;mdash; so does AT&amp;T.</p>"
            )
        ),
        kept=(*PARAGRAPHS, "The firm, Ropes & Nets, says 5 < 6 — so does AT&T."),
    ),
    "no head, no html, no body": HardPage(article().encode()),
    "no markup at all": HardPage("\n\n".join((TITLE, *PARAGRAPHS)).encode()),
    "plaintext": HardPage(
        f"<title>{TITLE}</title><plaintext>{chr(10) * 2}".encode() + "\n\n".join(PARAGRAPHS).encode()
    ),
    "preformatted": HardPage(page(f"<pre>{TITLE}\n\n" + "\n\n".join(PARAGRAPHS) + "</pre>")),
    "declared UTF-8, written in Windows-1252": HardPage(_WRONG.decode().encode("cp1252")),
    "declared Latin-1, written in UTF-8": HardPage(page(article(), "<meta charset='iso-8859-1'>")),
    "declared UTF-16, written in UTF-8": HardPage(
        page(article(), "<meta http-equiv='content-type' content='text/html; charset=utf-16'>")
    ),
    "declared as what does not exist": HardPage(page(article(), "<meta charset='klingon-8'>")),
    "declared twice": HardPage(page(article(), "<meta charset='shift_jis'><meta charset='utf-8'>")),
    "everything in capitals of tags": HardPage(
        page(article()).replace(b"<p>", b"<P>").replace(b"</p>", b"</P>")
    ),
    "paragraphs as spans in a div": HardPage(
        page(f"<h1>{TITLE}</h1><div>{''.join(f'<div><span>{t}</span></div>' for t in PARAGRAPHS)}</div>")
    ),
    "paragraphs as list items": HardPage(
        page(f"<h1>{TITLE}</h1><ul>{''.join(f'<li>{t}</li>' for t in PARAGRAPHS)}</ul>")
    ),
    "paragraphs as headings": HardPage(
        page(f"<h1>{TITLE}</h1>{''.join(f'<h4>{t}</h4>' for t in PARAGRAPHS)}")
    ),
    "every paragraph linked": HardPage(
        page(f"<h1>{TITLE}</h1>{''.join(f'<p><a href=/a>{t}</a></p>' for t in PARAGRAPHS)}")
    ),
    "a text area": HardPage(
        page(f"<h1>{TITLE}</h1>{paragraphs()}<textarea>Write your comment</textarea>"),
        dropped=("Write your",),
    ),
    "two hundred divs around": HardPage(page("<div>" * 190 + article() + "</div>" * 190)),
    "custom elements": HardPage(
        page(f"<x-story><x-head><h1>{TITLE}</h1></x-head><x-body>{paragraphs()}</x-body></x-story>")
    ),
    "an article in a form": HardPage(
        page(f"<form id='aspnetForm'><div>{MENU}</div><div>{article()}</div></form>")
    ),
    "XHTML with a declaration": HardPage(
        b"<?xml version='1.0' encoding='utf-8'?>\n"
        + page(article(), "", " xmlns='http://www.w3.org/1999/xhtml'")
    ),
}
