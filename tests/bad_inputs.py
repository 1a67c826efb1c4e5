"""Documents that nobody should send, each in any size: a name, a path, and a function from size to bytes."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import string
import zipfile

from pdf_of import pdf

WORDS = "the ministers met on Monday and agreed to go on with the plan that nobody had read "


def repeated(unit, before="", after=""):
    """A document of about `size` characters that says one thing again and again."""
    return lambda size: (before + unit * (size // len(unit) + 1) + after).encode()


def numbered(form, before="", after="", end="\n"):
    """As `repeated`, but every unit is another: `{}` becomes a word of letters, without repetition."""

    def build(size):
        count = size // (len(form) + len(end) + 4) + 1
        return (before + end.join(form.replace("{}", word(i)) for i in range(count)) + after).encode()

    return build


def written(form, first, many, length):
    """As `numbered`, a paragraph a unit, `{}` being signs of another script: so many of them, from one on."""

    def signs(number):
        return "".join(chr(first + number // many**place % many) for place in range(length))

    def build(size):
        units = range(size // (len(form) + length) + 1)
        return "\n\n".join(form.replace("{}", signs(i)) for i in units).encode()

    return build


def word(number):
    """A different capitalised word for each number."""
    letters = ""
    while True:
        number, rest = divmod(number, 26)
        letters += string.ascii_lowercase[rest]
        if not number:
            return "Q" + letters + "en"


def page(unit, before="", after=""):
    return repeated(unit, f"<!doctype html><title>T</title><body>{before}", f"{after}</body>")


def nested(opening, closing, inside="text"):
    """Elements inside each other, as deep as the size allows."""

    def build(size):
        depth = size // (len(opening) + len(closing)) + 1
        return (f"<!doctype html><body>{opening * depth}{inside}{closing * depth}").encode()

    return build


def zalgo(size):
    marks = itertools.cycle(chr(code) for code in range(0x300, 0x36F))
    return "".join(c + "".join(itertools.islice(marks, 20)) for c in (WORDS * (size // 1600 + 1))).encode()


def json_ld(size):
    graph = [
        {"@type": "NewsArticle", "headline": f"Title {i}", "author": {"name": word(i)}}
        for i in range(size // 80)
    ]
    data = json.dumps({"@context": "https://schema.org", "@graph": graph})
    return f'<script type="application/ld+json">{data}</script><p>One paragraph.</p>'.encode()


def deep_json_ld(size):
    data = "[" * (size // 2) + "]" * (size // 2)
    return f'<script type="application/ld+json">{data}</script><p>One paragraph.</p>'.encode()


def entity_expansion(size):
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 30))
    doctype = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY l0 "lol">{levels}]>'
    return f"{doctype}<html><body><p>{'&l29; ' * (size // 6)}</p></body></html>".encode()


TEXT = {
    "citations": repeated("A v. B, 1 F.3d 2 (9th Cir. 1992); 3 U.S.C. § 4; "),
    "speakers on lines": repeated("Operator\n\nYes, it is so.\n\n"),
    "notes of issuers": repeated("About Orsund\nOrsund is a town of eight thousand people on the coast.\n"),
    "words on one line": repeated(WORDS),
    "one word": repeated("a"),
    "one capital word": repeated("A"),
    "only punctuation": repeated("?!.,;:"),
    "only full stops": repeated("."),
    "only dashes": repeated("-"),
    "one letter a line": repeated("a\n"),
    "one paragraph a letter": repeated("a\n\n"),
    "blank lines and a word": repeated("\n", "start", "end"),
    "blanks and a word": repeated(" ", "start", "end"),
    "doubled spaces": repeated("word  "),
    "mojibake": repeated("itâ€™s Ã© Â\u00a0 "),
    "invisible characters": repeated("a\u200b\u00ad"),
    "straight quotes": repeated('" '),
    "quoted words": repeated('"a" '),
    "odd straight quotes": repeated('He said "word and '),
    "opening curly quotes": repeated("“word "),
    "closing curly quotes": repeated("word” "),
    "single quotes": repeated("' "),
    "apostrophes": repeated("it's ''tis o' the boys' "),
    "mixed quotes": repeated("“a ‘b «c \"d 'e „f ”g "),
    "quotes across paragraphs": repeated("“One paragraph goes on\n\n"),
    "speech without end": repeated("“Yes,” he said. “No,” she said, “but Aldane said ‘so’.” "),
    "names": numbered("Tomas {} met Ilse {} in Brennick and {} left.", end=" "),
    "names in Korean": written('김{} 장관은 "우리는 간다"고 말했다.', 0xAC00, 300, 2),
    "names in Chinese": written("发言人王{}说：“我们不会离开。”", 0x4E00, 300, 2),
    "names in Japanese": written("{}氏は「新しい道だ」と述べた。", 0x4E00, 300, 4),
    "names in Arabic": written('قال محمد {} إن هذا صحيح، وأضاف: "نعم نعم".', 0x628, 18, 6),
    "names in Russian": written("«Это не так и не на год», — заявил министр Андрей К{}.", 0x430, 30, 5),
    "signs of names": repeated("阿·"),
    "offices in Portuguese": numbered(
        "A ministra do Mar, Ana {}, não falou. “É um acordo que não é bom”, disse a ministra na cidade.",
        end="\n\n",
    ),
    "names beside names": numbered(
        "The frigate {} left with my son, {}, and the Saint {}; {}, Kenya", end=" "
    ),
    "one surname": numbered("{} Aldane met Marcus Aldane.", end=" "),
    "one name": repeated("Marcus T. Aldane III and Aldane met Mr. Aldane. "),
    "capitalised words": numbered("{}", end=" "),
    "acronyms": numbered("The Joint {} Centre (JXC) refers to the {}.", end=" "),
    "one acronym": repeated("the Joint Strait Coordination Centre (JSCC), the JSCC, "),
    "opening brackets": repeated("(((Aldane "),
    "initials": repeated("J. K. "),
    "dotted letters": repeated("U.S.A."),
    "numbers": repeated("1,234.5 "),
    "hyphens": repeated("Non-Anti-"),
    "Arabic": repeated("قال الوزير إن الاجتماع كان ناجحا. "),
    "Hebrew with marks": repeated("\u202bאמר השר\u202c \u200f"),
    "emoji": repeated("👩‍👩‍👧🏳️‍🌈🇯🇵"),
    "Chinese": repeated("部长们星期一开会同意继续。"),
    "stacked accents": zalgo,
    "heading lines": repeated("What This Means for the Strait\n"),
    "title-cased lines": numbered("What {} Means for the Strait\n"),
    "login lines": repeated("Login\nShare\nSubscribe\n"),
    "cut words": repeated("minis-\ntry "),
    "wrapped lines": repeated("the ministers met on Monday and agreed to go on with the plan\n"),
    "addresses": repeated("https://a.example/b?c=d&e=f "),
    "mail addresses": repeated("a.b@c.example,"),
    "bullets": repeated("* item\n"),
    "numbered items": repeated("1. item\n"),
    "table rows": repeated("a | b | c\n"),
    "tabs": repeated("a\tb\t\n"),
    "carriage returns": repeated("line\r"),
    "line separators": repeated("line\u2028"),
    "replacement characters": repeated("a\ufffd "),
    "private characters": repeated("\ue000\U000f0000 "),
}

MARKDOWN = {
    "stars": repeated("*a **b "),
    "brackets": repeated("[a]("),
    "opening square brackets": repeated("["),
    "backticks": repeated("`a ``b "),
    "fences": repeated("```\na\n"),
    "quote marks": repeated("> " * 50 + "a\n"),
    "hashes": repeated("# a\n"),
    "underlines": repeated("a\n===\n"),
    "images": repeated("![a](b)"),
    "angle brackets": repeated("<a "),
}

HTML = {
    "nested div": nested("<div>", "</div>"),
    "unclosed div": nested("<div>", ""),
    "unclosed span": nested("<span>", ""),
    "unclosed b and i": nested("<b><i>", ""),
    "unclosed font and p": nested("<p><font>x", ""),
    "unclosed a": nested("<a href=x>x", ""),
    "nested tables": nested("<table><tr><td>", "</td></tr></table>"),
    "nested lists": nested("<ul><li>x", "</li></ul>"),
    "nested quotes": nested("<blockquote>", "</blockquote>"),
    "nested articles": nested("<article>x", "</article>"),
    "closing tags": page("</div>"),
    "wrong order": page("<b><i>x</b></i>"),
    "links": page('<a href="/x">Link text</a> '),
    "linked lines": page('<p><a href="/x">Link text</a></p>'),
    "paragraphs": page(f"<p>{WORDS}</p>"),
    "one-letter paragraphs": page("<p>a"),
    "empty paragraphs": page("<p></p>", after="x"),
    "line breaks": page("a<br>"),
    "long attribute": repeated("x", '<p class="', '">text</p>'),
    "long address": repeated("x", '<p><a href="', '">text</a></p>'),
    "many attributes": numbered("{}=1", "<p ", ">text</p>", end=" "),
    "many classes": numbered("share-{}", '<div class="', '"><p>text</p></div>', end=" "),
    "many ids": numbered('<p id="{}">x</p>'),
    "unclosed attribute": page('<a href="x>text '),
    "unclosed comment": page("<!-- x "),
    "many comments": page("a<!-- x -->"),
    "unclosed script": page("<script>x"),
    "unclosed title": page("<title>x"),
    "unclosed textarea": page("<textarea>x"),
    "unclosed tag": page("<p "),
    "less-than signs": page("<"),
    "ampersands": page("&"),
    "entities": page("&amp;&#160;&eacute;"),
    "unknown entities": page("&bogus;"),
    "entity expansion": entity_expansion,
    "character data sections": page("<![CDATA[x]]>"),
    "processing instructions": page("<?x y?>"),
    "options": page("<option>x", "<select>"),
    "frames": page("<iframe>x</iframe>"),
    "drawings": page("<svg><text>x</text></svg>"),
    "meta elements": repeated('<meta property="og:title" content="x">', "<html><head>", "</head><p>text"),
    "times": page('<time datetime="2024-01-01">1 January</time> '),
    "headings": page("<h2>What next</h2><p>x</p>"),
    "headings alone": page("<h2>What next</h2>"),
    "table rows": page("<tr><td>a<td>b", "<table>"),
    "images": page("<figure><img src=x><figcaption>x</figcaption></figure>"),
    "words beside each other": page(f"{WORDS}<br><br>"),
    "linked data": json_ld,
    "deep linked data": deep_json_ld,
    "invisible paragraphs": page("<p>\u200b</p>", after="x"),
    "preformatted": page("a\n\n", "<pre>"),
    "forms": page("<form><input><button>Go</button></form>"),
}


def parts(size):
    """A letter of very many parts."""
    part = "--b\r\nContent-Type: text/plain\r\n\r\nText.\r\n"
    return f"Content-Type: multipart/mixed; boundary=b\r\n\r\n{part * (size // len(part) + 1)}--b--".encode()


RECORDS = {
    "long text": repeated(WORDS, '{"title": "T", "text": "', '"}'),
    "escapes": repeated("\\u00e9\\n", '{"text": "', '"}'),
    "opening square brackets": repeated("[", '{"text": '),
    "nested objects": repeated('{"a":'),
    "fields": numbered('"{}": 1', "{", "}", end=","),
    "one field again": repeated('"text": "x",', "{", '"text": "y"}'),
    "tags in a text": repeated("<p>text", '{"title": "T", "text": "', '</p>"}'),
}

LETTERS = {
    "header lines": repeated("X-Y: z\r\n", after="\r\nText."),
    "a folded header": repeated("a\r\n ", "Subject: ", "\r\n\r\nText."),
    "encoded words": repeated("=?utf-8?q?x?= ", "Subject: ", "\r\n\r\nText."),
    "addresses": repeated("a@b, ", "From: ", "\r\n\r\nText."),
    "brackets in an address": repeated("(", "From: ", "\r\n\r\nText."),
    "parameters": repeated("; a=b", "Content-Type: text/plain", "\r\n\r\nText."),
    "parts": parts,
    "boundaries": repeated("--b\r\n", "Content-Type: multipart/mixed; boundary=b\r\n\r\n"),
    "quoted-printable": repeated("=E9=\r\n", "Content-Transfer-Encoding: quoted-printable\r\n\r\n", "x"),
}


def one_page(line, each=30):
    """A PDF of one page with very many lines, each where the one before it stood or lower."""
    return lambda size: pdf([[(72, 60 + n % 700, 11, line) for n in range(size // each + 1)]])


PAGES = {
    "lines": one_page("The ministers met on Monday."),
    "letters": one_page("a"),
    "cut words": one_page("minis-"),
    "pages": lambda size: pdf([[(72, 40, 9, "Head"), (72, 99, 11, WORDS)]] * (size // 200 + 1)),
}


def office(inside, before="", after=""):
    """A DOCX file with one thing again and again."""

    def build(size):
        out = io.BytesIO()
        body = before + inside * (size // len(inside) + 1) + after
        space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(
                "word/document.xml", f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
            )
        return out.getvalue()

    return build


OFFICE = {
    "paragraphs": office("<w:p><w:r><w:t>Text.</w:t></w:r></w:p>"),
    "runs": office("<w:r><w:t>Text.</w:t></w:r>", "<w:p>", "</w:p>"),
    "rows": office("<w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr>", "<w:tbl>", "</w:tbl>"),
    "cells": office("<w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>", "<w:tbl><w:tr>", "</w:tr></w:tbl>"),
    "unclosed paragraphs": office("<w:p>"),
}


def all_kinds():
    """Name, path and builder of every kind."""
    groups = ((".txt", TEXT), (".md", MARKDOWN), (".html", HTML), (".json", RECORDS), (".eml", LETTERS))
    for suffix, kinds in (*groups, (".pdf", PAGES), (".docx", OFFICE)):
        for name, build in kinds.items():
            yield f"{name}{suffix}", build


def packed(build):
    return lambda size: gzip.compress(build(size), mtime=0)
