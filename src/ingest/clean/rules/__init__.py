"""The cleaning rules: one ordered registry, the first rule that fits a line names its drop.

A rule is one function or the rows of one name in `resources/artifacts.tsv`.  Each has a positive
and a negative case in `tests/cases/clean/`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ingest.clean.rules.bars import is_bar, is_menu_row, is_share_bar, is_trail
from ingest.clean.rules.bios import is_bio, is_third_person
from ingest.clean.rules.calls import is_call
from ingest.clean.rules.desk_lines import is_contact_line, is_desk_note
from ingest.clean.rules.end_marks import is_end_mark
from ingest.clean.rules.issuers import is_outlook
from ingest.clean.rules.notices import is_copyright, is_disclaimer, is_disclosure, is_hat_tip
from ingest.clean.rules.phrases import count_labels, furniture_words
from ingest.clean.rules.runs import EDITORS_NOTE
from ingest.edits import has_ink
from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.clean.rules.view import Line, View
    from ingest.records import BlockKind


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to tell page furniture from the article.

    Attributes:
        id: Value of the column `dropped.rule`.
        kind: Value of the column `dropped.kind`.
        reason: Why such a line is no part of the article, in words that an analyst can read.
        matches: Whether a whole line is meant; None for a rule whose wordings stand in the list.
        concerns: Whether a page holds anything that the rule could mean; None for a rule that asks each line.
    """

    id: str
    kind: str
    reason: str
    matches: Callable[[Line, View], bool] | None = None
    concerns: Callable[[View], bool] | None = None


_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]{0,2000}>")
LEADING_TAGS = re.compile(r"(?:<[a-zA-Z/!][^<>]{0,2000}>\s*)+")
TRAILING_TAGS = re.compile(r"(?:\s*<[a-zA-Z/!][^<>]{0,500}>)+\.?$")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_OMISSION = re.compile("[(\\[]?(?:\\.\\s?){2,}[)\\]]?|[(\\[]?\u2026\\.?[)\\]]?")
_LONGEST_CREDIT = 120
_CREDIT_LABEL = re.compile(
    r"^(?:photo|image|picture|foto|photograph)s?(?: credit| courtesy| by| via| from| source)*\b[:\s]*"
)
_CREDIT_BREAK = re.compile("\\s*(?:[/,|;()\u2013\u2014]|\\bvia\\b|\\s-\\s)\\s*")
_LONGEST_ROW = 240
_FEWEST_LABELS = 3
_FEWEST_INLINE_LABELS = 2
_MORE_ON_SITE = re.compile(r"(?:also|more|elsewhere|next) (?:on|from|in|at) [^.:]{2,40}:", re.IGNORECASE)
_MENU_LINES = 4
_BIO_LINES = 2
_FEWEST_LINES_WITH_BIO = 4
_NOTE_LINES = 2
_DATABASE_LABELS = frozenset({"abstract", "full text"})


def _invisible(line: Line, _view: View) -> bool:
    return not line.key and not has_ink(line.block.text)  # a key begins with a letter or digit


def _markup_remains(line: Line, _view: View) -> bool:
    text = line.block.text
    return "<" in text and ">" in text and _LETTER_OR_DIGIT.search(_MARKUP.sub("", text)) is None


def _separator(line: Line, view: View) -> bool:
    if line.key or _LETTER_OR_DIGIT.search(line.block.text) is not None:
        return False
    inside = 0 < line.place < len(view.lines) - 1
    return not (inside and _OMISSION.fullmatch(line.block.text))  # "[...]" says that something was left out


def _end_mark(line: Line, _view: View) -> bool:
    return line.place > 0 and is_end_mark(line.block.text)


def _navigation_bar(line: Line, view: View) -> bool:
    if is_bar(line.key):
        return True
    if line.place >= _MENU_LINES:
        return False
    shown = [other.block for other in view.lines[:_MENU_LINES] if other.block.kind != "hidden"]
    if len(shown) < 2 or shown[0] is not line.block:  # noqa: PLR2004 - a line alone is no menu
        return False
    menu = line.block.kind == "paragraph" and "|" not in shown[1].text and is_menu_row(line.block.text)
    return menu or (line.place == 0 and is_trail(line.block.text))


def _photo_agency(line: Line, _view: View) -> bool:
    if len(line.block.text) > _LONGEST_CREDIT or not line.key.endswith(_agency_ends()):
        return False
    names = [n for n in _CREDIT_BREAK.split(_CREDIT_LABEL.sub("", line.key)) if n]
    agencies = furniture_words("photo_agency")
    return bool(names) and all(n in agencies for n in names)


@cache
def _agency_ends() -> tuple[str, ...]:
    return (*sorted(furniture_words("photo_agency")), "via")


def _close_button(line: Line, view: View) -> bool:
    return line.key == "x" and not view.keys & {"ix", "xi"}  # the tenth part of a text has neighbours


def _label_row(line: Line, _view: View) -> bool:
    if not line.key or len(line.key) > _LONGEST_ROW or line.block.kind == "heading":
        return False
    dom = line.block.dom
    fewest = _FEWEST_LABELS if dom is None or not dom.inline_tags else _FEWEST_INLINE_LABELS
    return count_labels(line.key, glued=dom is not None) >= fewest


def _more_on_site(line: Line, _view: View) -> bool:
    text = line.block.text.strip("\ufeff")
    return text.endswith(":") and _MORE_ON_SITE.fullmatch(text) is not None


def _author_bio(line: Line, view: View) -> bool:
    if view.authors and line.block.text.lstrip("\u2022*\u2014- ").startswith(view.authors):
        return is_third_person(line.block.text)
    last = len(view.lines) - 1
    if not last - _BIO_LINES < line.place <= last or last < _FEWEST_LINES_WITH_BIO:
        return False
    introduces = line.key in furniture_words("bio_heading") and line.place < last
    return is_bio(view.lines[line.place + introduces].block.text)


def _editors_note(line: Line, view: View) -> bool:
    if view.runs.get(line.place) == "editors_note":
        return True
    at_edge = line.place >= len(view.lines) - _NOTE_LINES or line.place < _NOTE_LINES
    return at_edge and len(view.lines) > _NOTE_LINES and EDITORS_NOTE.match(line.block.text) is not None


def _outlook_note(line: Line, view: View) -> bool:
    return view.runs.get(line.place) == "outlook_note" or is_outlook(line.block.text)


def _of_kind(kind: BlockKind) -> tuple[Callable[[Line, View], bool], Callable[[View], bool]]:
    return lambda line, _view: line.block.kind == kind, lambda view: kind in view.kinds


def _by_key(told: Callable[[str], bool]) -> Callable[[Line, View], bool]:
    return lambda line, _view: told(line.key)


def _in_run(rule: str) -> tuple[Callable[[Line, View], bool], Callable[[View], bool]]:
    return lambda line, view: view.runs.get(line.place) == rule, lambda view: bool(view.runs)


def _among(
    lines: Callable[[View], frozenset[int]],
) -> tuple[Callable[[Line, View], bool], Callable[[View], bool]]:
    """Both functions of a rule that means lines which the view has found."""
    return lambda line, view: line.place in lines(view), lambda view: bool(lines(view))


def _network_label(line: Line, view: View) -> bool:
    only_text = line.block.dom is None and 0 < line.place < len(view.lines) - 1
    return only_text and line.block.text.isupper() and line.key in furniture_words("social_network")


def _database_label(line: Line, view: View) -> bool:
    return line.key in _DATABASE_LABELS and view.keys >= _DATABASE_LABELS


def _repeated_title(line: Line, view: View) -> bool:
    return line.key != "" and line.key == view.title_key and line.place != view.title_index >= 0


RULES = (
    Rule("invisible", "hidden", "Nothing but characters without width or ink.", _invisible),
    Rule(
        "hidden",
        "hidden",
        "A reader never sees it in this place: title element, options, front matter, ...",
        *_of_kind("hidden"),
    ),
    Rule("running_head", "running_head", "Stands at the edge of page after page.", *_of_kind("running_head")),
    Rule("page_number", "page_number", "The number of a page.", *_of_kind("page_number")),
    Rule("markup_remains", "embed", "Nothing but tags that were left over as text.", _markup_remains),
    Rule(
        "separator", "separator", "A line without a letter or a digit divides, and says nothing.", _separator
    ),
    Rule("end_mark", "separator", "Says that the text ends here, as desks and press offices do.", _end_mark),
    Rule(
        "end_word", "separator", "The word with which an agency ends its reports, alone or behind the last."
    ),
    Rule(
        "desk_note",
        "note",
        "Tells other desks what is new in this version, or for whom it is.",
        lambda line, _: is_desk_note(line.block.text, line.place),
    ),
    Rule(
        "mail_header",
        "mail",
        "The header of a mail that is quoted or passed on.",
        *_in_run("mail_header"),
    ),
    Rule("mail_notice", "mail", "What a mail program or a firm puts below every mail."),
    Rule("contact_block", "contact", "Whom the press may call, and how.", *_in_run("contact_block")),
    Rule(
        "contact_line",
        "contact",
        "An address alone, or whom to call, in one line.",
        lambda line, _: is_contact_line(line.block.text),
    ),
    Rule("contents", "navigation", "A table of contents: headings and pages.", *_in_run("contents")),
    Rule("login", "login", "Asks the reader to log in or to register."),
    Rule("paywall", "paywall", "Tells who may read on and what it costs."),
    Rule("newsletter", "newsletter", "Offers a newsletter or asks for an address."),
    Rule("subscribe", "subscribe", "Sells a subscription or asks for money."),
    Rule("share", "share", "Buttons to pass the page on, to print or to keep it."),
    Rule(
        "share_bar",
        "share",
        "A row of social networks and nothing else.",
        lambda line, _: is_share_bar(line.key),
    ),
    Rule("follow", "follow", "Asks to follow the publication or its author elsewhere."),
    Rule("advert", "advert", "Marks an advertisement."),
    Rule("cookie", "cookie", "Asks for consent to cookies."),
    Rule("comments", "comments", "Belongs to the readers' comments, not to the article."),
    Rule("related_link", "related", "A link to another piece, announced as such."),
    Rule("related", "related", "The heading of a list of other pieces."),
    Rule("read_more", "read_more", "A link to the rest of this piece or to more."),
    Rule("media_prompt", "media", "A label of a player, an embed or an app."),
    Rule("counter", "counter", "Counts minutes, views or shares."),
    Rule("navigation", "navigation", "A link of the site's frame."),
    Rule("navigation_word", "navigation", "A one-word link among other furniture."),
    Rule("navigation_bar", "navigation", "A row of links of the site's frame.", _navigation_bar),
    Rule(
        "copyright",
        "copyright",
        "Says who owns the text.",
        lambda line, _: is_copyright(line.block.text, line.key),
    ),
    Rule("photo_agency", "photo_credit", "The name of a picture agency and nothing else.", _photo_agency),
    Rule(
        "call_to_action",
        "promotion",
        "Tells the reader to do something on this site or a network.",
        lambda line, _: is_call(line.block.text, line.key),
    ),
    Rule("survey", "promotion", "Asks the reader to answer questions about the site."),
    Rule(
        "close_button",
        "control",
        "The button that closes a box.",
        _close_button,
        lambda view: "x" in view.keys,
    ),
    Rule(
        "label_row",
        "control",
        "Buttons or links side by side, each of them furniture by itself.",
        _label_row,
    ),
    Rule("network_label", "share", "A social network, in capitals: its posts follow.", _network_label),
    Rule("slide_counter", "counter", "Which picture of how many, in three lines.", *_in_run("slide_counter")),
    Rule(
        "graphic", "graphic", "The words of a lost chart: labels, shares, their source.", *_in_run("graphic")
    ),
    Rule("standings", "graphic", "A box of places, each with the place before.", *_in_run("standings")),
    Rule("headlines", "related", "Headlines at the end with nothing under them.", *_in_run("headlines")),
    Rule("hat_tip", "source_credit", "Thanks another site for the hint.", _by_key(is_hat_tip)),
    Rule("more_on_site", "related", "The heading of a list of other pieces, by its colon.", _more_on_site),
    Rule(
        "related_list",
        "related",
        "Headlines after the heading of a list of pieces, to the end.",
        *_among(lambda view: view.related_list),
    ),
    Rule(
        "related_box",
        "related",
        "Stands in a box inside the article under the heading of a list of other pieces.",
        *_among(lambda view: view.related_boxes),
    ),
    Rule(
        "teaser_row",
        "related",
        "Stands in a row of teasers: headlines that are links, each with a line or two under it.",
        *_among(lambda view: view.teaser_rows),
    ),
    Rule("references", "references", "A list of sources below the text.", *_among(lambda v: v.references)),
    Rule("republished", "source_credit", "Says where the piece stood first."),
    Rule(
        "author_bio",
        "bio",
        "Introduces the author, under the last paragraph or by the name of the byline.",
        _author_bio,
    ),
    Rule(
        "editors_note",
        "note",
        "The desk's note before or after the piece; it corrects nothing.",
        _editors_note,
    ),
    Rule(
        "issuer_note",
        "bio",
        "Who issued the release, in the words that stand below every release of theirs.",
        *_in_run("issuer_note"),
    ),
    Rule(
        "outlook_note",
        "notice",
        "Says that what a release expects may not come, as the law of securities asks.",
        _outlook_note,
    ),
    Rule("disclosure", "notice", "Says that the site is paid for its links.", _by_key(is_disclosure)),
    Rule("disclaimer", "notice", "Says what the article is no advice for.", _by_key(is_disclaimer)),
    Rule(
        "database_label",
        "label",
        "A field name of a press database, standing above the field.",
        _database_label,
        lambda view: view.keys >= _DATABASE_LABELS,
    ),
    Rule(
        "comment_thread",
        "comments",
        "Stands in a thread of readers' comments.",
        *_among(lambda view: view.comments),
    ),
    Rule(
        "second_copy",
        "repeated_text",
        "The article stands on the page twice; this copy is hidden, or the second one.",
        *_among(lambda view: view.second_copy),
    ),
    Rule(
        "repeated_part",
        "repeated_text",
        "A part of the article that it holds already, as for another width of screen.",
        *_among(lambda view: view.repeated_parts),
    ),
    Rule(
        "pull_quote",
        "repeated_text",
        "A sentence of the article once more, set apart to catch the eye.",
        lambda line, view: line.place in view.pull_quotes or view.runs.get(line.place) == "pull_quote",
        lambda view: bool(view.pull_quotes or view.runs),
    ),
    Rule(
        "repeated_title",
        "repeated_title",
        "The title stands there already.",
        _repeated_title,
        lambda view: view.title_index >= 0,
    ),
)

RULES_BY_ID: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in RULES})
FUNCTION_RULES = tuple(rule for rule in RULES if rule.matches)


def rule_by_id(rule_id: str) -> Rule:
    """Look a rule up.

    Raises:
        ConfigError: There is no such rule; the message lists those there are.
    """
    try:
        return RULES_BY_ID[rule_id]
    except KeyError:
        raise ConfigError(f"no cleaning rule {rule_id!r}; there are: {', '.join(RULES_BY_ID)}") from None
