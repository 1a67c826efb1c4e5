"""Why a landing item can be refused: every code of `rejects.reason`, with its remedy.

Code raises `DocumentError` or writes a `Reject` with one of these codes and no other; a test
reads the sources and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which an item fails.

    Attributes:
        code: Value of the column `rejects.reason`.
        meaning: What is wrong with the item.
        remedy: What its owner can do.
        is_of_limits: Whether it may go well under other limits (`--timeout`, `--memory`).
        is_of_moment: Whether it may go well with the same bytes next time, so that every run tries again.
    """

    code: str
    meaning: str
    remedy: str
    is_of_limits: bool = False
    is_of_moment: bool = False


_ALL = (
    Reason(
        "unsupported_type",
        "The item is no document of a supported type, by its name or by its first bytes.",
        "Convert it to text or HTML, or move it out of the landing folder.",
    ),
    Reason(
        "outside_landing",
        "A symbolic link leads out of the landing folder.",
        "Copy the file into the landing folder; links are followed inside it only.",
    ),
    Reason(
        "unreadable",
        "The operating system would not let the item be read.",
        "Look at permissions, dangling links and the disk; the next run tries again.",
        is_of_moment=True,
    ),
    Reason(
        "too_large",
        "The item, packed or unpacked, is larger than the limit.",
        "Split it, or raise the limit if it is really one document.",
    ),
    Reason(
        "empty",
        "The item holds no character that a person could read.",
        "Nothing, if it is meant to be empty; else fetch it again.",
    ),
    Reason(
        "truncated",
        "The item ends too early: its compressed data or its last character is cut off.",
        "Fetch it again; the copy is incomplete.",
    ),
    Reason(
        "corrupt",
        "The compressed data is damaged, or is not what the name says.",
        "Fetch it again, or correct the name.",
    ),
    Reason(
        "binary",
        "The bytes are not text in any encoding.",
        "Convert it to text or HTML, or move it out of the landing folder.",
    ),
    Reason(
        "undecodable",
        "The bytes look like text, but no encoding reads them without damage.",
        "Save it as UTF-8.",
    ),
    Reason(
        "unparsable",
        "The markup or the record cannot be read as what it says it is.",
        "Open it with a program of its kind and save it again, or save its text.",
    ),
    Reason(
        "no_text",
        "No field of the record holds a text under a name that is known.",
        "Name the field in a file, and give it with --fields.",
    ),
    Reason(
        "encrypted",
        "The item is encrypted.",
        "Decrypt it; no password is asked for.",
    ),
    Reason(
        "nested",
        "A container lies in a container that itself lies in one.",
        "Unpack the outer one.",
    ),
    Reason(
        "missing_extra",
        "The format needs a library that is not installed.",
        "Install what the detail names; the next run tries again.",
        is_of_moment=True,
    ),
    Reason(
        "inconsistent",
        "What was read contradicts itself, such as an offset that leads astray: a mistake of this program.",
        "Report it with the detail; the other documents are not touched.",
    ),
    Reason(
        "exception",
        "A stage failed on this document: a mistake of this program.",
        "Report it with the detail, which names file and line; the other documents are not touched.",
    ),
    Reason(
        "crashed",
        "The worker process died while it read this document.",
        "Look at the document; report it.",
    ),
    Reason(
        "killed",
        "The worker process was killed from outside while it read this document, and the next one too.",
        "Look for what kills: the kernel, for want of memory, or a person; the next run tries again.",
        is_of_moment=True,
    ),
    Reason(
        "timeout",
        "The document took longer than the time limit.",
        "Raise the limit if the document is as it should be; the next run tries again then.",
        is_of_limits=True,
    ),
    Reason(
        "out_of_memory",
        "The document asked for more memory than one document may have.",
        "Split it, or raise the limit; the next run tries again then.",
        is_of_limits=True,
    ),
)

REASONS: Mapping[str, Reason] = MappingProxyType({reason.code: reason for reason in _ALL})
