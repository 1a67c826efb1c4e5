"""From a document's words to labels: scores summed over the features, then the best path (Viterbi)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ingest.names.features import DOCUMENT_FLAGS, Words, document_flags, joined_features

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ingest.names.model import Model
    from ingest.names.tokens import Tokens

SURE = 9.0
"""A word whose score for O leads by this much is taken for O: no path through it is searched."""


def sentence_firsts(tokens: Tokens) -> NDArray[np.bool_]:
    """Whether a word begins a sentence."""
    first = np.zeros(len(tokens.words), np.bool_)
    first[tokens.sentences[:-1]] = True
    return first


def emission_scores(tokens: Tokens, model: Model) -> NDArray[np.float32]:
    """Score of each label for each word, from its features and its neighbours'."""
    rows = model.rows_of(tokens.words)
    memory = model.memory
    count = len(rows)
    first = sentence_firsts(tokens)
    sentence = np.cumsum(first)
    table = memory.scores
    scores = table[rows, 2]
    for place, step in ((0, -2), (1, -1), (3, 1), (4, 2)):
        if count <= abs(step):
            continue
        here, there = (
            (slice(-step, None), slice(None, step)) if step < 0 else (slice(None, -step), slice(step, None))
        )
        inside = sentence[here] == sentence[there]
        scores[here] += table[rows[there], place] * inside[:, None]
    words = Words(memory.facts[rows, 0], memory.facts[rows, 1], memory.marks[rows, 0], memory.marks[rows, 1])
    where, keys = joined_features(words, first)
    np.add.at(scores, where, model.look_up(keys))
    flags = document_flags(tokens, model.lexicon.gazetteer)
    flagged = np.flatnonzero(flags)
    bits = (flags[flagged, None] >> np.arange(len(DOCUMENT_FLAGS))) & 1
    scores[flagged] += bits.astype(np.float32) @ model.flags
    return scores


def best_labels(
    scores: NDArray[np.float32], first: NDArray[np.bool_], transitions: NDArray[np.float32]
) -> NDArray[np.int8]:
    """The best label of each word.

    Words that are surely O cut the text into short stretches; all stretches are searched side by side.
    """
    count = len(scores)
    labels = np.zeros(count, np.int8)
    if not count:
        return labels
    unsure = scores[:, 1:].max(axis=1) + SURE > scores[:, 0]
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
        choice = paths.argmax(axis=1).astype(np.int8)
        back.append(choice)
        best = (
            np.take_along_axis(paths, choice[:, None].astype(np.int64), axis=1)[:, 0]
            + scores[starts[:alive] + step]
        )
        state = np.concatenate([best, state[alive:]])
    label = (state + transitions[:, 0]).argmax(axis=1)
    for step in range(longest - 1, 0, -1):
        alive = int(active[step])
        labels[starts[:alive] + step] = label[:alive]
        label = np.concatenate([back[step - 1][np.arange(alive), label[:alive]], label[alive:]])
    labels[starts] = label
    return labels
