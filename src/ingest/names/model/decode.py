"""From a document's words to labels: scores summed over the features, then the best path (Viterbi)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest.names.model.facts import authority_flags, document_flags
from ingest.names.model.features import DOCUMENT_FLAGS, Words, joined_features, phrase_features

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ingest.names.authority import AuthorityHit
    from ingest.names.model import Model, Reading
    from ingest.names.model.features import Lexicon
    from ingest.names.model.tokens import Tokens

SURE = 2.5
"""A word whose score for O leads by this much is taken for O; on development text more changes nothing."""


def document_features(
    tokens: Tokens, words: Words, shouted: NDArray[np.bool_], hits: Sequence[AuthorityHit], lexicon: Lexicon
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.int64]]:
    """Features that need more than one word.

    Returns:
        Indexes of words, the numbers of their features (a word occurs as often as it has features), and
        for each word its `DOCUMENT_FLAGS`.
    """
    joined_at, joined = joined_features(words)
    phrase_at, phrases = phrase_features(words, lexicon.phrases)
    flags = document_flags(tokens, words, shouted, lexicon.gazetteer) | authority_flags(tokens, hits)
    return np.concatenate([joined_at, phrase_at]), np.concatenate([joined, phrases]), flags


def emission_scores(reading: Reading, hits: Sequence[AuthorityHit], model: Model) -> NDArray[np.float32]:
    """Score of each label for each word, from its features and its neighbours'.

    Args:
        reading: The document's words.
        hits: Names that the authority knows.
        model: The model.
    """
    rows, words = reading.rows, reading.words
    count = len(rows)
    sentence = np.cumsum(words.first)
    table = model.memory.scores
    scores: NDArray[np.float32] = table[rows, 2]
    for place, step in ((0, -2), (1, -1), (3, 1), (4, 2)):
        if count <= abs(step):
            continue
        here, there = (
            (slice(-step, None), slice(None, step)) if step < 0 else (slice(None, -step), slice(step, None))
        )
        inside = sentence[here] == sentence[there]
        scores[here] += table[rows[there], place] * inside[:, None]
    where, keys, flags = document_features(reading.tokens, words, reading.shouted, hits, model.lexicon)
    known, weights = model.known(keys)
    np.add.at(scores, where[known], weights)
    flagged = np.flatnonzero(flags)
    bits = (flags[flagged, None] >> np.arange(len(DOCUMENT_FLAGS))) & 1
    scores[flagged] += bits.astype(np.float32) @ model.flags
    scores[:, 0] -= model.boldness
    return scores


def best_labels(
    scores: NDArray[np.float32],
    first: NDArray[np.bool_],
    transitions: NDArray[np.float32],
    sure: float = SURE,
) -> NDArray[np.int8]:
    """The best label of each word.

    Words that are surely O cut the text into short stretches; all stretches are searched side by side.

    Args:
        scores: Score of each label (column) for each word; label 0 is O.
        first: Whether a word begins a sentence.
        transitions: From label (row) to label (column); O stands before and after each stretch.
        sure: By how much O must lead to be taken without a search.
    """
    count = len(scores)
    labels = np.zeros(count, np.int8)
    if not count:
        return labels
    unsure = scores[:, 1:].max(axis=1) + sure > scores[:, 0]
    begins = unsure.copy()
    begins[1:] &= ~unsure[:-1] | first[1:]
    starts = np.flatnonzero(begins)
    if not len(starts):
        return labels
    ends_mark = unsure.copy()
    ends_mark[:-1] &= ~unsure[1:] | first[1:]
    lengths = np.flatnonzero(ends_mark) + 1 - starts
    order = np.argsort(-lengths, kind="stable")
    starts, lengths = starts[order], lengths[order]
    longest = int(lengths[0])
    active = np.searchsorted(
        -lengths, -np.arange(1, longest + 1), side="right"
    )  # stretches longer than each step
    state = transitions[0] + scores[starts]
    back = []
    for step in range(1, longest):
        alive = int(active[step])
        paths = state[:alive, :, None] + transitions
        back.append(paths.argmax(axis=1).astype(np.int8))
        best = paths.max(axis=1) + scores[starts[:alive] + step]
        state = np.concatenate([best, state[alive:]])
    label = (state + transitions[:, 0]).argmax(axis=1)
    for step in range(longest - 1, 0, -1):
        alive = int(active[step])
        labels[starts[:alive] + step] = label[:alive]
        label = np.concatenate([back[step - 1][np.arange(alive), label[:alive]], label[alive:]])
    labels[starts] = label
    return labels
