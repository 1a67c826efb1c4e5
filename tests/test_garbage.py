"""Reading a document is not interrupted by a search for garbage."""

from __future__ import annotations

import gc

import pytest

from ingest import process
from ingest.garbage import without_collection


@without_collection
def outer(fault: Exception | None = None) -> tuple[bool, bool]:
    inside = inner()
    if fault:
        raise fault
    return inside, gc.isenabled()


@without_collection
def inner() -> bool:
    return gc.isenabled()


def test_it_goes_on_after_the_outermost_function():
    assert outer() == (False, False)
    assert gc.isenabled()
    with pytest.raises(ValueError, match="torn"):
        outer(ValueError("torn"))
    assert gc.isenabled()


def test_what_was_off_stays_off():
    gc.disable()
    try:
        outer()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_document_is_read_without_one():
    seen = []
    gc.collect()
    gc.callbacks.append(lambda phase, info: seen.append(info["generation"]) if phase == "start" else None)
    try:
        paragraphs = "".join(f"<p>The harbour board met {k} times, its chair said.</p>" for k in range(800))
        process(f"<html><body><article>{paragraphs}</article></body></html>".encode(), "a.html")
        seen_inside = len(seen)
    finally:
        gc.callbacks.pop()
    assert seen_inside <= 1  # the next one may come right before or after
