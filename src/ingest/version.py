"""The version of what `process()` returns."""

from __future__ import annotations

PIPELINE_VERSION = "0.2.0"
"""Raised whenever `process()` may answer differently for the same bytes: every document is then read anew."""
