"""Plain text and Markdown to blocks: paragraphs, wrapped lines, marks; nothing lost."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.edits import EDIT_RULES, apply_edits
from ingest.extract.text import extract_text
from ingest.metadata import RawDocument

ONE = (
    "The harbour board met on Tuesday evening and agreed to spend forty million on a new breakwater, which "
    "has been asked for since the flood of last autumn. Work is to begin in March, when the fleet is away."
)
TWO = (
    "Two members voted against the plan because the city has not yet said who will pay for the dredging that "
    "the new wall makes necessary. The chair said that a decision would come in time."
)


def page_of(text, media_type="text/plain"):
    return extract_text(RawDocument("a", "", media_type, "utf-8", text))


def texts(text, media_type="text/plain"):
    return [b.text for b in page_of(text, media_type).blocks]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\x85"])
@pytest.mark.parametrize("blank", [0, 1, 3])
def test_paragraphs_by_line_or_by_blank_line(newline, blank):
    assert texts(newline * 2 + (newline * (1 + blank)).join([ONE, "A Heading", TWO])) == [
        ONE,
        "A Heading",
        TWO,
    ]


@pytest.mark.parametrize("width", [60, 72, 79, 100])
@pytest.mark.parametrize("separator", ["\n\n", "\n \n"])
def test_wrapped_paragraphs_are_joined(width, separator):
    wrapped = separator.join(textwrap.fill(p, width) for p in (ONE, TWO, ONE))
    page = page_of(wrapped)
    assert [b.text for b in page.blocks] == [ONE, TWO, ONE]
    assert {e.before for b in page.blocks for e in b.edits} == {"\n"}
    assert {e.after for b in page.blocks for e in b.edits} == {" "}


def test_wrapped_paragraphs_marked_by_indent():
    wrapped = "\n".join(textwrap.fill(p, 70, initial_indent="    ") for p in (ONE, TWO, ONE))
    assert texts(wrapped) == [ONE, TWO, ONE]


def test_wrapped_heading_stays_apart():
    assert texts(
        "The Harbour\n\n" + textwrap.fill(ONE, 70) + "\n\nThe Vote\n\n" + textwrap.fill(TWO, 70)
    ) == [
        "The Harbour",
        ONE,
        "The Vote",
        TWO,
    ]


def test_short_lines_are_not_joined():
    lines = [
        "Ministers present:",
        "Jane Roe, Fisheries",
        "Omar Diaz, Ports",
        "Li Wei, Finance",
        "Ana Sousa, Health",
    ]
    assert texts("\n".join(lines)) == lines


def test_hyphen_at_the_line_end_goes_only_with_evidence():
    text = (
        "The breakwater will be long, and the plan for the new break-\n"
        "water was drawn up by the harbour's own engineers and well-\n"
        "known builders from the south of the country, who have built\n"
        "three of the kind in recent years and are asked for everywhere."
    )
    shown = texts(text)[0]
    assert "the new breakwater was" in shown
    assert "and well-known builders" in shown


def test_chinese_lines_meet_without_a_space():
    line = "港务局周二晚间开会并同意拨款四千万元修建新的防波堤工程将于三月开始"
    page = page_of(f"{line}\n{line}\n{line}\n{line}")
    assert [b.text for b in page.blocks] == [line * 4]
    assert {e.rule for e in page.blocks[0].edits} == {"unwrap"}


def test_list_items():
    kinds = [
        b.kind for b in page_of(f"{ONE}\n- one\n• two\n1. three\n(a) four\nJ. Edgar Roe spoke\n{TWO}").blocks
    ]
    assert kinds == ["paragraph", *["list_item"] * 4, "paragraph", "paragraph"]


def test_invisible_line_is_hidden():
    assert [b.kind for b in page_of(f"{ONE}\n\u200b\n{TWO}").blocks] == ["paragraph", "hidden", "paragraph"]


MARKDOWN = """---
title: "Harbour Reopens"
authors:
  - Jane Roe
  - Omar Diaz
date: 2024-03-05
lang: en
---

# Harbour *Reopens* #

The [board](https://example.org/board "The board") met **on Tuesday** and
agreed to spend `forty` million \\*in all\\*.

The Vote
--------

> Two members voted
> against it.

- first item
- second _item_
  goes on

| a | b |
|---|---|
| 1 | 2 |

![The harbour](harbour.jpg)

***

```
code  here
```

See snake_case_name and <https://example.org>.
"""


def test_markdown():
    page = page_of(MARKDOWN, "text/markdown")
    shown = [(b.kind, b.level, b.text) for b in page.blocks if b.kind != "hidden"]
    assert shown == [
        ("heading", 1, "Harbour Reopens"),
        ("paragraph", 0, "The board met on Tuesday and agreed to spend forty million *in all*."),
        ("heading", 2, "The Vote"),
        ("block_quote", 0, "Two members voted against it."),
        ("list_item", 0, "first item"),
        ("list_item", 0, "second item goes on"),
        ("table_row", 0, "| a | b |"),
        ("table_row", 0, "| 1 | 2 |"),
        ("caption", 0, "The harbour"),
        ("preformatted", 0, "``` code here ```"),
        ("paragraph", 0, "See snake_case_name and https://example.org."),
    ]
    assert page.metadata.title == "Harbour Reopens"
    assert page.metadata.authors == ("Jane Roe", "Omar Diaz")
    assert page.metadata.published_at == "2024-03-05"
    assert page.metadata.language == "en"
    assert {e.rule for b in page.blocks for e in b.edits} <= set(EDIT_RULES)


def test_markdown_without_front_matter():
    assert texts("---\nThis is no front matter at all: a line.\n", "text/markdown")[-1].startswith("This is")


PIECES = (
    "a",
    "Word",
    " ",
    "\t",
    "\n",
    "\n\n",
    "\r\n",
    "-",
    "# ",
    "> ",
    "**",
    "[",
    "](x)",
    "```",
    "|",
    "---",
    "1. ",
)
ODD_PIECES = ("é", "漢字", "\u00a0", "\u200b", "\x0c", "\\*", "_", ".")


@given(
    st.lists(st.sampled_from(PIECES + ODD_PIECES), max_size=60).map("".join),
    st.sampled_from(["text/plain", "text/markdown"]),
)
def test_every_character_lies_in_one_block(source, media_type):
    page = page_of(source, media_type)
    assert page.source_text == source
    at = 0
    for block in page.blocks:
        assert block.source_start >= at
        assert not source[at : block.source_start].strip()
        assert not source[block.source_start].isspace()
        assert not source[block.source_end - 1].isspace()
        assert block.text.strip() or block.kind == "hidden"
        shown = apply_edits(source, block.source_start, block.source_end, block.edits)
        assert shown == block.text
        at = block.source_end
    assert not source[at:].strip()


@pytest.mark.parametrize(
    "source", ["**a " * 40_000, "[" * 200_000, "_a" * 100_000, "> " * 100_000, "-\n" * 100_000]
)
@pytest.mark.parametrize("media_type", ["text/plain", "text/markdown"])
def test_hostile_input_ends(source, media_type):
    assert page_of(source, media_type).source_text == source


def test_a_footnote_is_text_and_a_link_target_is_not():
    page = extract_text(
        RawDocument(
            "a",
            "",
            "text/markdown",
            "utf-8",
            "Text.[^1]\n\n[^1]: A note.\n\n[home]: https://orsund.example\n",
        )
    )
    assert [(b.kind, b.text) for b in page.blocks] == [
        ("paragraph", "Text.[^1]"),
        ("paragraph", "[^1]: A note."),
        ("hidden", "[home]: https://orsund.example"),
    ]


PAGES = "\n\n\f".join(f"ORSUND INSTITUTE  PAPER 7\n\n{{}}\n\n{number}" for number in (1, 2, 3))


def kinds_of(text):
    return [block.kind for block in page_of(text).blocks]


def test_heads_and_numbers_of_pages_that_were_read_as_text():
    page = ["running_head", "paragraph", "page_number"]
    assert kinds_of(PAGES.format(ONE, TWO, ONE)) == page * 3
    without_feeds = PAGES.replace("\f", "").format(*[f"{ONE} {TWO} {ONE} {TWO}"] * 3)
    assert kinds_of(without_feeds) == page * 3


@pytest.mark.parametrize(
    "text",
    [
        f"Orsund\n\n{ONE}\n\n1\n\nTwo\n\n{TWO}\n\n2\n\nThree",
        f"The wall\n\n{ONE}\n\n7\n\nThe wall\n\n{TWO}\n\n3\n\nThe wall",
        f"The wall\n\n{ONE}\n\nThe wall\n\n{TWO}",
        f"1\n\nThe wall\n\n{ONE}\n\n2\n\nThe wall\n\n{TWO}\n\n3\n\nThe pier\n\n{ONE}",
        "\n\n".join(f"{number}\n\nArticle {number}\n\n{ONE}\n\n{TWO}\n\n{ONE}" for number in (1, 2, 3)),
    ],
    ids=[
        "other lines beside the numbers",
        "numbers that do not count",
        "no numbers",
        "numbered verses",
        "numbered articles",
    ],
)
def test_other_short_lines_are_text(text):
    assert set(kinds_of(text)) == {"paragraph"}


def test_rows_of_a_table():
    table = "Harbour       2021    2022\nPort Orsund   41,000  38,500\nUlvsund       22,300  20,900"
    blocks = page_of(f"{ONE}\n\n{table}\n\n{TWO}").blocks
    assert [b.kind for b in blocks] == ["paragraph", *["table_row"] * 3, "paragraph"]
    assert blocks[2].text == "Port Orsund | 41,000 | 38,500"


@pytest.mark.parametrize(
    "rows",
    [
        "Jane Roe   Orsund\nOmar Diaz   Ulvsund\nPetra Holm   Lanskoya",
        "Harbour   2021   2022\nUlvsund   22   20",
        "Harbour   2021   2022\nUlvsund   22\nOrsund   41   38   12",
    ],
    ids=["two columns by spaces", "two rows", "rows of different length"],
)
def test_wide_gaps_alone_are_no_table(rows):
    assert "table_row" not in kinds_of(f"{ONE}\n\n{rows}\n\n{TWO}")


RELEASE = """Ministry of Ports

PRESS RELEASE
No. 114/2026

Minister Lee opens the wall

The Minister of Ports, Ann Lee, opened the new wall of the outer harbour
on Monday and thanked those who had built it. The work took nine years,
and cost three times as much as the council had expected.

The two ministers also:
- signed a memorandum on search and rescue at sea;
- welcomed a consulate in Orsund.

Media contact:
Jane Roe
jroe@ports.example"""

VERSE = """The harbour lay in fog that day, and nobody could see the shore,
nor hear the bell,
nor see the ships
that had gone out to fish the bank an hour or two before the fog,
and some fell
asleep."""


def test_wrapped_paragraphs_among_many_short_lines_are_joined():
    for text in (RELEASE, RELEASE.replace("\n", "\r\n"), RELEASE.replace("\n", "\r")):
        blocks = texts(text)
        assert any(b.startswith("The Minister of Ports") and b.endswith("had expected.") for b in blocks)
        assert {"PRESS RELEASE", "No. 114/2026", "Media contact:", "Jane Roe"} <= set(blocks)


def test_verses_that_go_on_with_small_letters_are_lines():
    assert len(texts(VERSE)) == len(VERSE.split("\n"))
