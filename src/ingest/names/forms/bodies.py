"""Names of bodies: the words at their end that say what kind of body, and what is left without them."""

from __future__ import annotations

import re

from ingest.names.forms.word_classes import word_class
from ingest.word_lists import bundled_set

LEGAL_FORMS = word_class("legal_form")
"""Legal forms as they are written at the end of a company's name."""
_LONGEST_TOLD = 3  # words of what is told of a body before its name: `consumer goods giant`
_WITH_DEPARTMENT = word_class("with_department")


def is_generic(key: str) -> bool:
    """Tell whether a name ends with a word for a kind of body (`Supreme Court`): many bear it."""
    return key.rpartition(" ")[2] in bundled_set("org_nouns.txt")


def core(key: str) -> str:
    """Take the generic words off the end of an organisation's comparison form.

    What a headline says of it goes off the front.

    >>> core("boeing co"), core("bank of america corp"), core("group")
    ('boeing', 'bank of america', 'group')
    >>> core("server innovator kestrel"), core("northgate police department")
    ('kestrel', 'northgate police')
    """
    words = key.split()
    while len(words) > 1 and words[-1] in bundled_set("org_tails.txt"):
        words.pop()
    if len(words) > 2 and words[-1] == "department" and words[-2] in _WITH_DEPARTMENT:  # noqa: PLR2004 (a name too)
        words.pop()
    told = [
        at
        for at in range(min(_LONGEST_TOLD, len(words) - 1))
        if words[at] in bundled_set("org_descriptors.txt")
    ]
    return " ".join(words[told[-1] + 1 :] if told else words)


_KIND_OF = re.compile(
    r"(?:(?P<before>\w+) )?"
    r"(?P<kind>agency|authority|bureau|commission|committee|department|directorate|ministry|office)"
    r" (?:of|for) (?:the )?(?P<what>(?:(?!of\b|for\b|in\b|to\b)\w+ ?){1,4})$"
)


def kind_last(key: str) -> str:
    """Put the kind of an office behind what it is for: both orders are one name.

    >>> kind_last("ministry of tides"), kind_last("central commission for harbours and canals")
    ('tides ministry', 'central harbours and canals commission')
    >>> kind_last("university of northgate")
    'university of northgate'
    """
    match = _KIND_OF.fullmatch(key)
    return " ".join(filter(None, match.group("before", "what", "kind"))) if match else key


def is_company(key: str) -> bool:
    """Tell whether a name of three words and more has its legal form: a company, no unit of one."""
    return core(key) != key and core(key).count(" ") > 1


def is_body(key: str) -> bool:
    """Tell whether a name ends with a word for a kind of body or with a legal form."""
    return is_generic(key) or core(key) != key
