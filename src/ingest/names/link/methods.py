"""The reasons for a link, as `mentions.method` and `entity_names.basis` give them."""

from __future__ import annotations

METHODS = {
    "authority": "the authority spells it so, or names the body of the country that stands before it",
    "demonym": "a nationality word; the entity carries the country's code",
    "full_name": "a full name that agrees with a fuller one",
    "surname": "the surname of a person who is named in full",
    "given_name": "the given name of a person who is named in full",
    "acronym": "letters that a text defines, or that fit one name of the document alone",
    "alias": 'a text says that both are one ("formerly known as")',
    "short_name": "the end or the beginning of one longer name of the document",
    "shared_head": 'it shares a word with the name it is joined to ("the South and East China seas")',
    "same_spelling": "far more documents have this word for a place, a body or a product, so it is that here",
    "variant": "another spelling: conventions, transliteration or one slip of the pen",
    "decision": "the analyst has decided so",
    "self": "nothing else explains it: the name stands for itself",
}
"""What each reason means, in words; docs/linking.md says what counts as evidence for it."""
