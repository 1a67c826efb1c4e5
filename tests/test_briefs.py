"""Briefs of one to three sentences: kept whole, as text and on pages that hold a hundred times as much."""

from __future__ import annotations

import pytest
from hard_pages import FOOT, MENU, teasers
from invariants import check

from ingest.pipeline import process

TITLES = {
    "en": "Harbour closed",
    "de": "Hafen gesperrt",
    "fr": "Port fermé",
    "es": "Puerto cerrado",
    "ja": "港を閉鎖",
    "zh": "港口关闭",
    "ar": "إغلاق الميناء",
    "ru": "Порт закрыт",
}
BRIEFS = {
    "one": ("en", "Parliament rose at noon on Friday."),
    "one, longer": (
        "en",
        "A ferry ran aground off the cape on Sunday, and the coast guard took forty people off.",
    ),
    "two": (
        "en",
        "A ferry ran aground off the northern cape on Sunday.",
        "Nobody was hurt, the coast guard said.",
    ),
    "three": (
        "en",
        "A quake of magnitude 5.1 hit the coast at dawn, the survey said.",
        "No damage was reported.",
        "Schools in the harbour district stay closed until Tuesday.",
    ),
    "three in one": ("en", "The mayor has resigned. Her deputy will lead the council. No reason was given."),
    "a quotation": ("en", "“We are leaving,” the minister said on Monday."),
    "German": (
        "de",
        "Der Hafen von Altenfurt bleibt bis Freitag gesperrt.",
        "Grund ist der Sturm, wie die Verwaltung mitteilte.",
    ),
    "French": ("fr", "Le port de Belrive reste fermé jusqu'à vendredi, a annoncé la mairie."),
    "Spanish": (
        "es",
        "El puerto de Valmar permanecerá cerrado hasta el viernes.",
        "Nadie resultó herido.",
    ),
    "Japanese": ("ja", "海原市の港は金曜日まで閉鎖される。", "けが人はいない。"),
    "Chinese": ("zh", "海原港将关闭至周五。", "没有人员受伤。"),
    "Arabic": ("ar", "أعلنت سلطات ميناء المرسى إغلاقه حتى يوم الجمعة بسبب العاصفة."),
    "Russian": ("ru", "Порт Белогавани закрыт до пятницы из-за шторма, сообщила администрация."),
}
_COOKIES = "<div class='cookie-banner'><p>We use cookies to show you ports.</p><button>Accept</button></div>"
_LIST = f"<nav><ul><li>{MENU.replace('</a> ', '</a></li><li>')}</li></ul></nav>"
_BYLINE = "<p class='byline'>By Ann Lee</p><time datetime='2024-05-03'>3 May 2024</time>"
_RELATED = f"<aside class='related'><h2>Related articles</h2>{teasers()}</aside>"
_ABOUT = "<p>The Quay is published by Harbour Press. It is sold in all ports.</p>"
_OFFER = "<div><p>Sign up for our newsletter and never miss a story.</p></div>"
FRAMES = {
    "text without an element": "{words}",
    "bare paragraphs": "{paragraphs}",
    "headline and paragraphs": "<title>{title}</title><h1>{title}</h1>{paragraphs}",
    "all that a site puts around it": (
        f"<title>{{title}} | The Quay</title><body>{_COOKIES}<header>{_LIST}</header><main><article>"
        f"<h1>{{title}}</h1>{_BYLINE}{{paragraphs}}</article>{_RELATED}</main><footer>{FOOT}</footer>"
    ),
    "a div with breaks among divs": (
        f"<title>{{title}} | The Quay</title><body><div class='header'>{MENU}</div><div class='content'>"
        f"<h1>{{title}}</h1><div>{{broken}}</div></div><div class='sidebar'>{teasers()}</div>"
        f"<div class='footer'>{FOOT}{_ABOUT}</div>"
    ),
    "markup that says nothing": (
        f"<title>{{title}}</title><body><div>{MENU}</div><div><h2>{{title}}</h2>{{paragraphs}}</div>"
        f"{_OFFER}<div>{FOOT}</div>"
    ),
}
NO_BODY = {"title", "byline", "dateline"}


def body_of(record):
    return [
        text
        for section in record.sections
        if section.tag not in NO_BODY
        for text in section.text.split("\n\n")
    ]


@pytest.mark.parametrize("brief", BRIEFS)
@pytest.mark.parametrize("frame", FRAMES)
def test_a_brief_on_a_page_is_kept_whole_and_alone(brief, frame):
    language, *sentences = BRIEFS[brief]
    markup = FRAMES[frame].format(
        title=TITLES[language],
        paragraphs="".join(f"<p>{sentence}</p>" for sentence in sentences),
        broken="<br><br>".join(sentences),
        words=" ".join(sentences),
    )
    record = process(markup.encode(), "a.html")
    check(record)
    assert " ".join(body_of(record)) == " ".join(sentences)
    assert record.metadata.title == (TITLES[language] if "{title}" in FRAMES[frame] else None)


@pytest.mark.parametrize("brief", BRIEFS)
@pytest.mark.parametrize("gap", [" ", "\n", "\n\n"])
@pytest.mark.parametrize("titled", [True, False])
def test_a_brief_in_plain_text_is_kept_whole(brief, gap, titled):
    language, *sentences = BRIEFS[brief]
    head = f"{TITLES[language]}\n\n" if titled else ""
    record = process((head + gap.join(sentences)).encode(), "a.txt")
    check(record)
    assert record.dropped == ()
    assert " ".join(body_of(record)).endswith(" ".join(sentences))
