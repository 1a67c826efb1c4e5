"""Notices in an article: whose it is, whom to thank, who pays for its links, what it is no advice for."""

from __future__ import annotations

import re

from ingest.clean.rules.phrases import furniture_words, words_telling

# "Copyright law was amended in 2026" is a sentence, "Copyright held by Ann Lee, 2026" is none.
_SENTENCE = r"\s+(?!(?:by|of|held|owned)\b)(?-i:[a-z]+\s+[a-z])"
_COPYRIGHT = re.compile(
    rf"(?:©|\(c\)|copyright\b(?!{_SENTENCE})|&copy;)[^\d©]{{0,60}}(?:©|\b(?:19|20)\d\d\b)|^©", re.IGNORECASE
)
_LONGEST_NOTICE = 500
_LONGEST_RIGHTS = 120
_HAT_TIP = re.compile(r"(?:h/t|hat tip)\b[: ].{1,60}$")
_PAID = ("affiliate", "commission", "qualifying purchases", "provision", "percentage", "kickback")
_OWN_GAIN = re.compile(
    r"\b(?:we|i|site|website|blog) (?:[\w'()]+ ){0,3}(?:earns?|receives?|gets?|makes?)\b"
    r"|\bearns? (?:us|me|\w+) (?:a|an|some)\b|\b(?:erhalten|bekommen|verdienen) wir\b"
    r"|\bwir (?:\w+ ){0,4}(?:erhalten|bekommen|verdienen)\b|\b(?:receives|gets|makes) a (?:\w+ )?percentage"
)
_HAS_LINKS = re.compile(
    r"\b(?:article|post|page|site|website|blog|guide|recipe|story)\b[^.]{0,60}"
    r"\b(?:contains?|includes?|uses?|has|have)\b[^.]{0,20}\baffiliate links?\b"
)
_BOUGHT = re.compile(r"\b(?:purchases?|buy|bought|buying|click|use|einkauf|kauf\w*|bestell\w*)\b|affiliate")
_DISCLAIMS = re.compile(
    r"(?:\w+ )?disclaimer\b.*\b(?:advice|purposes|information)\b"
    r"|(?:\w+ ){0,2}(?:article|post|content|material|information|page|site|website|guide)\b[^.]{0,60}"
    r"\b(?:is|are|was|been)(?: \w+){0,3} (?:for|as) (?:\w+ ){0,4}purposes only\b"
    r"|(?:\w+ ){0,2}(?:article|post|content|material|information|page|site|website|guide)\b[^.]{0,60}"
    r"\bnot (?:intended|meant|a substitute|constitute|be construed)\b[^.]{0,80}\b(?:advice|advis[eo]r)\b"
)


def is_copyright(text: str, key: str) -> bool:
    """Whether a line says who owns the text.

    >>> [is_copyright(t, t.lower()) for t in ("© 2026 Norrhamn Ledger", "Copyright law was amended in 2026.")]
    [True, False]
    """
    if len(text) > _LONGEST_NOTICE:
        return False
    marked = "\u00a9" in text or "copyr" in key or "c)" in key or "copy;" in key  # a look before the search
    if marked and _COPYRIGHT.match(text.lstrip("( ")):
        return True
    if len(text) > _LONGEST_RIGHTS and not (marked and _COPYRIGHT.search(text)):
        return False
    return words_telling("rights").search(key) is not None and any(
        map(key.__contains__, furniture_words("rights"))
    )


def is_hat_tip(key: str) -> bool:
    """Whether a line thanks another site for the hint.

    >>> is_hat_tip("h/t harbour watch")
    True
    """
    return key.startswith("h") and _HAT_TIP.match(key) is not None


def is_disclosure(key: str) -> bool:
    """Whether a site says of itself that it is paid for links or for what is bought through them.

    >>> is_disclosure("we may earn a commission if you buy through links on our site")
    True
    >>> is_disclosure("streamers earn a commission when viewers buy games via affiliate links")
    False
    """
    if '"' in key or not any(map(key.__contains__, _PAID)):
        return False
    if "qualifying purchases" in key or _HAS_LINKS.search(key):
        return True
    return "link" in key and _OWN_GAIN.search(key) is not None and _BOUGHT.search(key) is not None


def is_disclaimer(key: str) -> bool:
    """Whether a site says what its article is no advice for.

    >>> is_disclaimer("this article is for informational purposes only and is not legal advice")
    True
    """
    return ("purposes" in key or "advi" in key) and _DISCLAIMS.match(key) is not None
