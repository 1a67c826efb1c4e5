"""Lines that desks, mail programs and press offices put around a text: notes, headers, whom to call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.clean.lines.keys import letters_of
from ingest.front.cues import word_count
from ingest.front.labels import is_contact, is_contact_label

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# "(ATTN: UPDATES with comments)", "(Adds analyst, background)", "ATTN: Assignment editors"; a note that
# corrects something is told to readers, and is none of these.
_TO_DESKS = re.compile(
    r"[(\[]?(?:attn|attention|eds|editors)\s?:\s.*"
    r"|\((?:adds|updates|recasts|refiles|rewrites|repeats|changes|removes|trims|inserts|leads with"
    r"|new throughout|writethru)\b[^()]*\)",
    re.IGNORECASE,
)
_LONGEST_NOTE = 200
_FIRST_LINES = 12
_FORWARDED = re.compile(
    r"[->_ ]*(?:original message|forwarded message|begin forwarded message|weitergeleitete nachricht"
    r"|urspr\u00fcngliche nachricht|message transf\u00e9r\u00e9|message d'origine|mensaje reenviado)[-_: ]*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"[>* ]*(?P<field>from|sent|date|subject|to|cc|bcc|reply-to|von|gesendet|an|betreff|datum"
    r"|de|envoy\u00e9|objet|\u00e0|enviado|para|asunto|fecha)\*? ?:\*?(?: .*)?",
    re.IGNORECASE,
)
_SENDERS = frozenset(("from", "von", "de"))
_SUBJECTS = frozenset(("subject", "betreff", "objet", "asunto"))
_FEWEST_FIELDS = 3
_MOST_HEADERS = 3
_WROTE = re.compile(
    r"(?:on|am|le|el) .{6,80}@.{2,60}(?:wrote|schrieb|a \u00e9crit|escribi\u00f3) ?:", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?:e-?mail ?: ?)?[<(]?[\w.+-]+@[\w-]+(?:\.[\w-]+)+[>)]?", re.IGNORECASE)
# "((ann.lee@quay.example; +47 555 0114))": how other desks reach who wrote a report
_TO_WRITERS = re.compile(r"\({1,2}[\w.+-]+@[\w-]+(?:\.[\w-]+)+[^()]{0,120}\){1,2}")
_TO_CALL = re.compile(
    r"(?:for )?(?:(?:media|press|news|public|investor|more|further|additional) )?"
    r"(?:contacts?|inquiries|enquiries|relations|information|queries|kontakt|contactos?)\b[^.?!]{0,40}:",
    re.IGNORECASE,
)
_LONGEST_CONTACT = 160
_MOST_CONTACT_LINES = 7
_LONGEST_CONTACT_LINE = 60
_SENTENCE_WORDS = 6
# Only where a run of them begins, so that no run is read again from each of its dots.
_LEADERS = re.compile(
    r"(?:(?<=[^\s.\u2026])|(?<=[^\s.\u2026] ))(?:(?:\. ?){4,}|\u2026{2,})\s?(?:\d{1,4}|[ivxl]{1,6})\Z"
)
_PAGE_SIGNS = "0123456789ivxl"
_CONTENTS = frozenset(
    ("contents", "table of contents", "inhalt", "inhaltsverzeichnis", "sommaire", "\u00edndice")
)
_FEWEST_ENTRIES = 3
_SIGNED = re.compile(r"[\u2014\u2013-]{1,2} ?[^\W\d_a-z][^.!?:]{3,80}")
_MARKED = re.compile('["\u201c\u201e\u00ab\u300c].{20,300}["\u201d\u201c\u00bb\u300d]')
_MOST_PULLED = 12
_CLOSING_STOPS = (".", "!", "?")


def is_desk_note(text: str, place: int) -> bool:
    """Whether a line near the top tells other desks what is new in this version of a report.

    >>> [is_desk_note(t, 0) for t in ("(Adds comment in paragraph 3)", "(Corrects the name of the port)")]
    [True, False]
    """
    return place < _FIRST_LINES and len(text) <= _LONGEST_NOTE and _TO_DESKS.fullmatch(text) is not None


def is_contact_line(text: str) -> bool:
    """Whether a line is an e-mail address and nothing else, or says whom to call and how, in one line.

    >>> [is_contact_line(t) for t in ("lee@quay.example", "Media contact: Ann Lee, lee@quay.example")]
    [True, True]
    >>> is_contact_line("Write to lee@quay.example before Friday, she said.")
    False
    """
    if len(text) > _LONGEST_CONTACT:
        return False
    has_address = "@" in text
    if has_address and (_ADDRESS.fullmatch(text) or _TO_WRITERS.fullmatch(text)):
        return True
    # A colon is found at once, a telephone number is searched for.
    return ":" in text and _TO_CALL.match(text) is not None and (has_address or is_contact(text))


def mail_headers(lines: Sequence[str]) -> Iterator[range]:
    """The headers of mails that another one holds: "From:", "Date:", "Subject:", maybe announced.

    Many of them are a collection of mails, where they say who writes.
    """
    found = tuple(_mail_headers(lines))
    return iter(found if len(found) <= _MOST_HEADERS else ())


def _mail_headers(lines: Sequence[str]) -> Iterator[range]:
    i = 0
    while i < len(lines):
        opening = _FORWARDED.fullmatch(lines[i]) is not None or _WROTE.fullmatch(lines[i]) is not None
        first = i + opening
        fields: list[str] = []
        while first + len(fields) < len(lines) and (field := _FIELD.fullmatch(lines[first + len(fields)])):
            fields.append(field["field"].lower())
        is_header = opening or (len(fields) >= _FEWEST_FIELDS and not _SUBJECTS.isdisjoint(fields))
        if is_header and (opening or not _SENDERS.isdisjoint(fields)):
            yield range(i, first + len(fields))
        i = max(i + 1, first + len(fields))


def contact_blocks(lines: Sequence[str]) -> Iterator[range]:
    """Short lines from "Contact:" to the last address or telephone number."""
    for i, line in enumerate(lines):
        if not is_contact_label(line):
            continue
        last = i
        for k in range(i + 1, min(i + 1 + _MOST_CONTACT_LINES, len(lines))):
            closed = lines[k].endswith(_CLOSING_STOPS) and word_count(lines[k]) >= _SENTENCE_WORDS
            if len(lines[k]) > _LONGEST_CONTACT_LINE or closed:  # "Northgate Corp." closes no sentence
                break
            if is_contact(lines[k]):
                last = k
        if last > i:
            yield range(i, last + 1)


def signed_pull_quotes(lines: Sequence[str]) -> Iterator[range]:
    """A quotation that the text holds word for word elsewhere, and on the line below it a dash and a name.

    Many signed quotations are a collection of them, and each is searched for in the whole text.
    """
    signed = [
        i for i in range(len(lines) - 1) if _MARKED.fullmatch(lines[i]) and _SIGNED.fullmatch(lines[i + 1])
    ]
    if not 0 < len(signed) <= _MOST_PULLED:
        return
    letters = [letters_of(line).lower() for line in lines]
    for i in signed:
        if any(k != i and letters[i] in other for k, other in enumerate(letters)):
            yield range(i, i + 2)


def contents(lines: Sequence[str]) -> Iterator[range]:
    """A table of contents: lines whose dots lead to the number of a page, and its heading."""
    i = 0
    while i < len(lines):
        end = i
        while end < len(lines) and _leads_to_a_page(lines[end]):
            end += 1
        if end - i >= _FEWEST_ENTRIES:
            headed = i > 0 and lines[i - 1].lower().strip(" .:") in _CONTENTS
            yield range(i - headed, end)
        i = max(i + 1, end)


def _leads_to_a_page(line: str) -> bool:
    before = line.rstrip(_PAGE_SIGNS).rstrip()  # most lines end with a full stop: they are not looked through
    return before != line and before.endswith((".", "\u2026")) and _LEADERS.search(line) is not None
