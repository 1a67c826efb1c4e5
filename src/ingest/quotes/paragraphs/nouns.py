"""Tell nouns and adjectives before a name from cue verbs of the same form: "said state Sen. Ann Lee"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.paragraphs.lexicon import cues, word_classes
from ingest.quotes.paragraphs.tokens import is_capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.paragraphs.capitals import Token

_BEFORE = 4  # words between the verb of saying and the form
_AFTER = 3  # words between the form and the name
_OPENS = frozenset(("", ",", ";", ".", "-", "–", "—"))  # noqa: RUF001 - a dash
_MAY_NAME = frozenset(("", "t", "r", "y"))  # classes of a lower-cased word that may begin a name
_SINGLE = frozenset(("one", "another", "each", "this", "that"))  # a verb in -s may follow


def is_noun_before_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a form of a cue verb is part of the noun phrase that ends in the name after it.

    So it is right after a verb of saying ("said head coach Lee", "said Norrhamn fire chief Lee", "said
    retired teacher Lee"), and before a noun for a person whose name is the subject of another verb
    ("project leader Lee said").  "Lund said Aas told Lee" and "..., claimed chief Lee" hold verbs.

    Args:
        tokens: The paragraph's tokens.
        i: The form's place.
    """
    name, nouns = _name_after(tokens, i)
    if name < 0:
        return False
    form = tokens[i][0].lower()
    cue = cues().get(form)
    is_base = cue is not None and form == cue.lemma
    return _follows_saying(tokens, i, is_base=is_base, nouns=nouns) or _opens_subject(
        tokens, i, name, is_base=is_base
    )


def is_noun_after(letters: Sequence[str], words: Sequence[str], form: str, lemma: str) -> bool:
    """Whether a form of a cue verb is a noun by the words before it.

    So it is after a verb and "that" ("added that talks with", "called that label “odd”"), and in its base
    form after a quoted adjective: "a “high-priority” plan", "pledged “ironclad” support".

    Args:
        letters: The paragraph's shape so far.
        words: Its words.
        form: The form, lower case.
        lemma: Its base form.
    """
    last = letters[-1] if letters else ""
    before = letters[-2] if len(letters) > 1 else ""
    if last == "T":
        to_whom = before in {"D", "N", "R", "o"} and form == lemma and letters[-3:-2] in (["V"], ["v"])
        return (before in {"V", "U", "v", "u"} and not form.endswith("ed")) or to_whom
    if last != "Q" or form != lemma:
        return False
    return before in {"V", "U", "v", "u", "d"} or (
        before == "x" and word_classes().get(words[-2], "") in {"D", "H"}
    )


def is_verb_of_few(tokens: Sequence[Token], i: int) -> bool:
    """Whether a cue verb says what "another" does: "another told", not "another alleged victim"."""
    form = tokens[i][0]
    cue = cues().get(form)
    following = tokens[i + 1][0] if i + 1 < len(tokens) else "."
    if cue is None or cue.letter not in "VU" or (form == cue.lemma and following != "it"):
        return False
    if form.endswith("s") and tokens[i - 1][0].lower() not in _SINGLE:
        return False  # "any emails that": several email
    return not following[:1].islower() or word_classes().get(following, "") in {*"DHPoTI"}


def leads_to_name(tokens: Sequence[Token], i: int) -> bool:
    """Whether a noun or two and a name stand at `i`, after the first word of "Chief negotiator Ann Lee"."""
    known, classes = cues(), word_classes()
    for j in range(i, min(i + 3, len(tokens))):
        word = tokens[j][0]
        if word and is_capital(word) and word[0].isalpha():
            return j > i
        if not word or not word.islower() or word in known or classes.get(word, "") not in {"", "r", "t"}:
            return False
    return False


def is_plural_noun(word: str) -> bool:
    """Whether a form of a cue verb is rather a noun: "Holding signs, ..."."""
    return word.endswith("s") and word != "says"


def _name_after(tokens: Sequence[Token], i: int) -> tuple[int, int]:
    """Where the name begins that the words after `i` lead up to, and how many they are; (-1, 0) for none."""
    known, classes = cues(), word_classes()
    for j in range(i + 1, min(i + 2 + _AFTER, len(tokens))):
        word = tokens[j][0]
        if not word or not word[0].isalpha():
            break
        if is_capital(word):
            return (j, j - i - 1) if classes.get(word.lower(), "") in _MAY_NAME else (-1, 0)
        cue = known.get(word)
        is_noun = classes.get(word, "") in ("", "r", "t") and (cue is None or word == cue.lemma)
        if not is_noun or word.endswith("ly"):
            break
    return -1, 0


def _follows_saying(tokens: Sequence[Token], i: int, *, is_base: bool, nouns: int) -> bool:
    """Whether the form stands in the phrase that is the subject or object of a verb of saying before it."""
    known, classes = cues(), word_classes()
    is_plural = False
    for j in range(i - 1, max(i - 2 - _BEFORE, -1), -1):
        word = tokens[j][0]
        low = word.lower()
        cue = known.get(low)
        if cue is not None and low != cue.lemma and cue.letter == "V":
            if j == i - 1:
                return is_base or nouns > 0
            before = [tokens[k][0] for k in range(max(0, j - 2), j)]
            if before[-1:] == [""] or before == ["", ","]:  # right after a quotation
                return is_base or nouns > 0
            return is_base and not is_plural and before[-1:] in ([], [","], ["."])
        if not word[:1].isalpha() or classes.get(low, "") not in ("", "r", "t"):
            return False
        is_plural = is_plural or (j == i - 1 and low.endswith("s"))  # "said officials claim"
    return False


def _opens_subject(tokens: Sequence[Token], i: int, name: int, *, is_base: bool) -> bool:
    """Whether "project leader Lee said" begins at `i`."""
    if name == i + 1 or (i and tokens[i - 1][0] not in _OPENS):
        return False
    stop = name + 1
    while stop < len(tokens) and tokens[stop][0] and is_capital(tokens[stop][0]):
        stop += 1
    following = tokens[stop][0] if stop < len(tokens) else ""
    cue = cues().get(following)
    is_verb = cue is not None and cue.lemma != following
    return is_verb or (is_base and (following == "," or word_classes().get(following, "") == "B"))
