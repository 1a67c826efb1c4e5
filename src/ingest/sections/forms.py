"""What a line's own form says it is: a byline, a dateline, a credit, a caption, a heading, a summing-up."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from ingest.errors import ConfigError

_RESOURCE = "section_cues.tsv"
_CUES = (
    "byline",
    "conclusion",
    "conclusion_heading",
    "correction",
    "credit",
    "caption",
    "date_label",
    "month",
    "role",
)
_SENTENCE_STOP = re.compile(
    r"[.!?;,:\u2026\u3002\uff01\uff1f\uff1b\uff0c\uff1a\u061f\u060c][\"'\u201d\u2019\u00bb)\]]*$"
)
_FULL_STOP = re.compile(r"[.!\u2026\u3002\uff01\u06d4][\"'\u201d\u2019\u00bb)\]]*$")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W_]+(?:['\u2019.&-][^\W_]+)*\.?")
_AGENCY = r"\((?:[A-Z][\w./ -]{1,30})\)"
_CAPITALS = r"(?:[^\W\d_a-z\u3040-\u9fff]{2,}|[A-Z]\.(?:[A-Z]\.)*)"
_INLINE_DATELINE = re.compile(
    rf"(?P<place>{_CAPITALS}(?:[ .'\u2019-]+(?:{_CAPITALS}|[a-z]{{2,3}})){{0,5}}"
    r"(?:, ?[^\W\d_a-z][\w.]{1,14}\.?(?: [^\W\d_a-z][\w.]{1,14})?)?)"
    r"(?P<date>,? [^\W\d_]{3,9}\.? \d{1,2}(?:, \d{4})?)?"
    rf"(?P<agency>,? ?{_AGENCY})? ?(?:\u2014|\u2013|--|- )"
)
_DATE_NUMBERS = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\s?[\u5e74\ub144]|\d{1,2}\s?\u6708|\b(?:19|20)\d\d\b|\b\d{1,2}:\d{2}\b"
)
_FULL_DATE = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\s?[\u5e74\ub144]|\d{1,2}\s?\u6708|\b\d{1,2}:\d{2}\b"
)
_COLON = re.compile(r"[:\uff1a](?!\d)")
_CREDIT = re.compile(
    r"(?:photo|photograph|photos|image|images|picture|illustration|graphic|video|foto|fotos|bild|credit|"
    r"\u00a9)\s*(?:by\b|:|/|courtesy\b|credit\b)",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"(?:[^\W\d_a-z][\w.'\u2019-]*,? (?:and )?){1,12}"
    r"(?:contributed|reported)(?: reporting| to this| from| for this)\b"
)
_PICTURE_BY = re.compile(
    r"[(\[|\u2014](?P<whose>[^()\[\]]{0,50}[/, ])?"
    r"(?:getty images|getty|afp|ap photo|ap|reuters|epa|bloomberg|shutterstock)"
    r"\.?[)\]]?\.?[)\]]?$",
    re.IGNORECASE,
)
_SPEAKER = re.compile(r"(?![IVX]{1,4}\. )(?:[A-Z]{1,2}|[A-Z]{3,15}|[A-Z][A-Z .'-]{2,24})[:.] ")
_NAME_WORD = re.compile(
    r"[^\W\d_a-z](?:[\w'\u2019-]*|\.)|(?:de|van|von|der|la|bin|al)|(?:Jr|Sr|I{1,3}|IV)\.?"
)
_LONGEST_NAME = 5
_SMALL_WORD = 3
_LONGEST_CAPTION = 60
_LONGEST_BY_AGENCY = 30  # a longer text may be a report and name the agency that it is from
_LONGEST_CREDIT = 40
_LONGEST_ENTRY_DATE = 60
_CLOCK_WORDS = frozenset(
    {
        "am",
        "pm",
        "gmt",
        "utc",
        "est",
        "edt",
        "cst",
        "cdt",
        "pst",
        "pdt",
        "cet",
        "bst",
        "uhr",
        "at",
        "st",
        "nd",
        "rd",
        "th",
    }
)
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SHORT_LINE_WORDS = 14
_SHORT_LINE_CHARS = 100
_UNSPACED_HEADING_CHARS = 32


@cache
def cues(kind: str) -> re.Pattern[str]:
    """The reviewed openings of one kind (byline, conclusion, ...), as one pattern.

    Raises:
        ConfigError: There is no such kind, or a row of the list is not `cue, language, opening`.
    """
    ordered = sorted(_openings(kind), key=lambda opening: (-len(opening), opening))
    bounded = (
        re.escape(o) + (r"(?!\w)" if o[-1].isalnum() and not _UNSPACED.match(o[-1]) else "") for o in ordered
    )
    return re.compile("(?:" + "|".join(bounded) + ")", re.IGNORECASE)


@cache
def _openings(kind: str) -> frozenset[str]:
    if kind not in _CUES:
        raise ConfigError(f"no kind of cue {kind!r}; there are: {', '.join(_CUES)}")
    text = resources.files("ingest.resources").joinpath(_RESOURCE).read_text(encoding="utf-8")
    openings = []
    for number, row in enumerate(text.splitlines(), 1):
        if not row or row.startswith("#"):
            continue
        cells = row.split("\t")
        if len(cells) != 3 or cells[0] not in _CUES:  # noqa: PLR2004 - cue, language, opening
            raise ConfigError(f"{_RESOURCE}, line {number}: expected cue, language, opening; found {row!r}")
        if cells[0] == kind:
            openings.append(cells[2])
    return frozenset(openings)


def word_count(text: str) -> int:
    """Words of a text; two characters count as one where words are not spaced."""
    words = text.count(" ") + 1
    return words if text.isascii() else max(words, len(_UNSPACED.findall(text)) // 2)


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop or an exclamation mark."""
    return _FULL_STOP.search(text[-6:]) is not None


def is_byline(text: str) -> bool:
    """Whether a line names who wrote it and says nothing else."""
    if len(text) > 200:  # noqa: PLR2004 - characters; a list of authors is shorter
        return False
    match = cues("byline").match(text)
    if not match:
        return False
    rest = text[match.end() :].strip(" :\uff1a")
    words = [w for w in re.split(r"[\s,|/&]+", rest) if w]
    if not words or len(words) > 30:  # noqa: PLR2004 - words
        return False
    if _UNSPACED.match(rest):
        return len(rest) <= _UNSPACED_HEADING_CHARS
    lower = sum(w[0].islower() for w in words)
    sentence = ends_sentence(text) and lower > 2  # noqa: PLR2004 - "By noon the talks had ended."
    return not words[0][0].islower() and lower <= len(words) // 2 and not sentence


def is_bare_name(text: str) -> bool:
    """Whether a line is a person's name and nothing else; the first name must be one of the list."""
    words = text.rstrip(".").split()
    if not 2 <= len(words) <= _LONGEST_NAME or not all(_NAME_WORD.fullmatch(w) for w in words):  # noqa: PLR2004
        return False
    return words[0] in _given_names() and len(words[-1]) > 1


@cache
def _given_names() -> frozenset[str]:
    text = resources.files("ingest.resources").joinpath("given_names.csv").read_text(encoding="utf-8")
    return frozenset(row.partition(",")[0] for row in text.splitlines() if not row.startswith("#"))


def is_caption(text: str) -> bool:
    """Whether a line describes a picture: it says so, or ends with whom the picture is from."""
    if cues("caption").match(text):
        return True
    picture = _PICTURE_BY.search(text[-80:])
    longest = _LONGEST_CAPTION if picture and picture["whose"] else _LONGEST_BY_AGENCY
    return picture is not None and word_count(text) <= longest


def is_dateline(text: str) -> bool:
    """Whether a line gives a date or a place and date and nothing else."""
    if len(text) > 120 or word_count(text) > 16:  # noqa: PLR2004
        return False
    inline = _INLINE_DATELINE.match(text + " \u2014") if not ends_sentence(text) else None
    if inline and (inline["agency"] or inline["date"]) and inline.end() >= len(text):
        return True
    if not any(c.isdigit() for c in text):
        return False
    months = cues("month").search(text) is not None
    if not months and _DATE_NUMBERS.search(text) is None:
        return False
    return cues("date_label").match(text) is not None or _is_bare_date(text, months=months)


def _is_bare_date(text: str, *, months: bool) -> bool:
    """Whether a line that holds a date holds little else: a place, a weekday, a clock."""
    known = _CLOCK_WORDS | _openings("month")
    letters = [w for w in _LETTERS.findall(text) if w.lower() not in known]
    if letters and (_COLON.search(text) or not (months or _FULL_DATE.search(text))):
        return False  # "Week ahead: May 3", "Report of 2003"
    sentence = any(w[0].islower() for w in letters)  # "In 2024 prices rose"
    return not sentence and len(letters) <= (5 if months else 3)


def is_entry_date(text: str) -> bool:
    """Whether a line is a date, maybe with the time, as entries of blogs, forums and diaries carry it."""
    if len(text) > _LONGEST_ENTRY_DATE or not any(c.isdigit() for c in text):
        return False
    months = _openings("month")
    words = [w.lower() for w in _LETTERS.findall(text)]
    if any(w not in months and w not in _CLOCK_WORDS for w in words):
        return False
    return not months.isdisjoint(words) or _DATE_NUMBERS.search(text) is not None


def inline_dateline(text: str) -> str | None:
    """The dateline in front of a paragraph ("WASHINGTON, March 3 (AP) -") without its dash, if it has one."""
    match = _INLINE_DATELINE.match(text)
    if not match or match.end() >= len(text):
        return None
    return text[: match.end()].rstrip(" -\u2013\u2014") or None


def is_credit(text: str) -> bool:
    """Whether a line says who took a picture or who else reported."""
    bare = text.lstrip("([\u2014\u2013- ")
    if cues("credit").match(bare) or _CONTRIBUTED.match(bare):
        return word_count(text) <= _LONGEST_CREDIT
    return _CREDIT.match(bare) is not None and word_count(text) <= _SHORT_LINE_WORDS


def is_correction(text: str) -> bool:
    """Whether a paragraph corrects or updates the piece."""
    return cues("correction").match(text.lstrip("([*")) is not None


def is_conclusion(text: str) -> bool:
    """Whether a paragraph announces that it sums up."""
    return cues("conclusion").match(text) is not None


def is_conclusion_heading(text: str) -> bool:
    """Whether a heading says that what follows sums up; numbering before it does not matter."""
    match = cues("conclusion_heading").match(text.lstrip("0123456789.): -"))
    return match is not None and not match.string[match.end() :].strip(" .:")


def is_spoken(text: str) -> bool:
    """Whether a line begins with who speaks, as interviews and minutes have it ("Q:", "ROE:")."""
    return _SPEAKER.match(text) is not None


def has_heading_form(text: str) -> bool:
    """Whether a line could be a heading: short, no final stop, begins like one."""
    if len(text) > _SHORT_LINE_CHARS or _SENTENCE_STOP.search(text[-6:].rstrip("?\uff1f")) is not None:
        return False
    if _UNSPACED.search(text):
        return len(text) <= _UNSPACED_HEADING_CHARS
    words = _WORD.findall(text)
    if is_spoken(text):
        return False
    if not 0 < len(words) <= _SHORT_LINE_WORDS or text[0] in "\"'\u201c\u2018\u00ab(@#":
        return False
    return not words[0][0].islower() and any(c.isalpha() for c in text)


def title_case_share(text: str) -> float:
    """Share of the longer words after the first that begin with a capital."""
    words = [w for w in _WORD.findall(text)[1:] if len(w) > 3]  # noqa: PLR2004 - short words stay small in titles
    return sum(w[0].isupper() for w in words) / len(words) if words else 1.0


def has_title_form(text: str) -> bool:
    """Whether a first line could be a headline."""
    if len(text) > 220 or word_count(text) > 30:  # noqa: PLR2004
        return False
    if not ends_sentence(text):
        return not text.endswith((",", ";"))
    return word_count(text) <= 20 and title_case_share(text) >= 0.75  # noqa: PLR2004 - "Poll: A Leads B."
