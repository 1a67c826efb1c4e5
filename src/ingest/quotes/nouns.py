"""Tell nouns and adjectives before a name from cue verbs of the same form: "said state Sen. Ann Lee"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.quotes.lexicon import cues, word_classes
from ingest.quotes.tokens import is_capital

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.quotes.capitals import Token

_BEFORE = 4  # words between the verb of saying and the form
_AFTER = 3  # words between the form and the name
_OPENS = frozenset(("", ",", ";", ".", "-", "–", "—"))  # noqa: RUF001 - a dash
_MAY_NAME = frozenset(("", "t", "r", "y"))  # classes of a lower-cased word that may begin a name


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
