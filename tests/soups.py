"""Texts that look like documents and are none: words, names, quotation marks and tags in any order."""

from __future__ import annotations

import html

from hypothesis import strategies as st

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
PHRASES = st.sampled_from(
    [
        *(
            "Marcus T. Aldane III",
            "Aldane",
            "Mr. Aldane’s",
            "JSCC",
            "U.S.",
            "Japan’s",
            "he said",
            "東京で会った。",
        ),
        *("the Joint Strait Coordination Centre (JSCC)", "“We will go,” she said, “but not today.”"),
        *(
            '"No," said Aldane.',
            "‘one’",
            "“",
            "”",
            '"',
            "'",
            "«",
            "»",
            "„",
            "Login",
            "Share",
            "Subscribe now",
        ),
        *("What Happens Next", "In summary, it works.", "By Wanda Pellerin", "LINDHAVEN —", "© 2024"),
        *("Advertisement", "# Title", "* item", "---", "|", "| a | b |", "naïve café", "سلام علیکم", "🏳️‍🌈"),
        *("The ministers met on Monday and agreed to go on.", "â€™", "Â ", "co\u00adop", "\ufeff", "\u200b"),
        *(
            "\u00a0",
            "3 June 2024",
            "[link](http://x.example)",
            "**bold**",
            "&amp;",
            "<b>",
            "</p>",
            "1.",
            "- ",
        ),
        *("\t", "> quoted"),
    ]
)
LINES = st.lists(st.one_of(PHRASES, st.text(CHARACTERS, max_size=12)), max_size=8).map(" ".join)
BREAKS = st.sampled_from(
    ["\n", "\n\n", "\r\n", "\r\n\r\n", "\n \n", "\u2028", "\x0b", "\x0c", "\r", "\u2029"]
)
TEXTS = st.lists(st.tuples(LINES, BREAKS), max_size=12).map(
    lambda lines: "".join(line + end for line, end in lines)
)

MARKS = st.sampled_from(
    [
        "“",
        "”",
        '"',
        "''",
        "'",
        "‘",
        "’",
        "«",
        "»",
        "„",
        "「",
        "」",
        "『",
        "』",
        "‚",
        "‟",
        "‹",
        "›",
        " ",
        "\n\n",
        "\n",
        ". ",
        ", ",
        ": ",
        "— ",
        "(",
        ")",
        "We will stay",
        "Mara Lindqvist",
        "she",
        "said",
        "told",
        "the ministers",
        "according to",
        "who",
        "5",
        "'s ",
        "a",
        "Q: ",
        "A: ",
        "\u00a0",
        "\ud800",
        "İ",
        "ß",
    ]
)
MARK_SOUPS = st.lists(MARKS, max_size=40).map("".join)

TAGS = st.sampled_from(
    [
        *(
            "p",
            "div",
            "span",
            "a",
            "q",
            "h1",
            "h2",
            "li",
            "ul",
            "ol",
            "table",
            "tr",
            "td",
            "b",
            "i",
            "q",
            "blockquote",
        ),
        *(
            "article",
            "nav",
            "footer",
            "aside",
            "figure",
            "figcaption",
            "script",
            "style",
            "title",
            "br",
            "hr",
            "img",
        ),
        *("pre", "textarea", "select", "option", "svg", "math", "template", "noscript", "iframe"),
        *("!--", "![CDATA[", "?xml"),
    ]
)
TAG_SOUPS = st.lists(
    st.one_of(
        st.builds("<{}>".format, TAGS),
        st.builds("</{}>".format, TAGS),
        st.builds(
            '<{} class="{}" href="{}">'.format, TAGS, st.sampled_from(["share", "byline", "ad"]), LINES
        ),
        LINES,
        LINES.map(html.escape),
        st.sampled_from(
            ["&nbsp;", "&#0;", "&#xd800;", "&bogus;", "&lt;p&gt;", "<", ">", "-->", "]]>", '<p "', "\n"]
        ),
    ),
    max_size=25,
).map("".join)
