"""E-mail: the text of a letter or newsletter, its subject, sender and date (RFC 5322, MIME)."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from ingest.decode.envelope import Envelope
from ingest.errors import DocumentError
from ingest.metadata import OuterMetadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

    from ingest.settings import Settings

_TAG = re.compile(rb"<(?:style|script)\b.*?</(?:style|script)\s*>|<[^<>]{0,5000}>", re.IGNORECASE | re.DOTALL)
# `Ann Lee <ann@post.example>`, or `ann@post.example (Ann Lee)`; the standard library's parser recurses.
_SENDER = re.compile(r"(?P<name>[^<>()]+)<|[^<>()]*\((?P<comment>[^()]*)\)")
_BROKEN_LINE = re.compile(r"[\r\n]+[ \t]*")
_LONGEST_HEADER = 2000
_MOST_PARTS = 1000
# A newsletter's plain part is its text without the layout, unless it only says where to find it.
_PLAIN_SHARE = 0.5


def read_mail(data: bytes, _settings: Settings) -> Envelope:
    """Take the text out of a letter.

    Args:
        data: The letter with its header.

    Returns:
        Its plain part, or its HTML part where the plain one lacks most of the words; attachments are no
        part of it.  The subject is its title, the sender its author, the list its source.

    Raises:
        DocumentError: `empty` or `unparsable`.
    """
    try:
        message = message_from_bytes(data)
        parts = {kind: part for part in reversed(list(_texts(message))) if (kind := part.get_content_type())}
        bodies = {kind: _body(part) for kind, part in parts.items()}
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise DocumentError(
            "decode", "unparsable", f"no letter that can be read: {type(error).__name__}"
        ) from error
    fuller = _fuller(bodies)
    if fuller is None:
        raise DocumentError("decode", "empty", "a letter without a text part")
    return Envelope(fuller, bodies[fuller], _outer_metadata(message), parts[fuller].get_content_charset())


def _texts(message: Message) -> Iterator[Message]:
    """The text parts that are shown, in order."""
    for count, part in enumerate(message.walk()):
        if count >= _MOST_PARTS:
            return
        if part.get_content_type() in {"text/plain", "text/html"} and not part.is_multipart():
            disposition = str(part.get("Content-Disposition") or "").lower()
            if not disposition.startswith("attachment") and _body(part).strip():
                yield part


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def _fuller(bodies: dict[str, bytes]) -> str | None:
    plain, html = bodies.get("text/plain"), bodies.get("text/html")
    if plain is None or html is None:
        return "text/html" if html else "text/plain" if plain else None
    words = len(_TAG.sub(b" ", html).split())
    return "text/plain" if len(plain.split()) >= _PLAIN_SHARE * words else "text/html"


def _outer_metadata(message: Message) -> OuterMetadata:
    sender = _SENDER.match(_header(message, "From"))
    name = (sender["name"] or sender["comment"] or "").strip(' "') if sender else ""
    archived = _header(message, "Archived-At").strip("<> ")
    mailing_list = _header(message, "List-Id").partition("<")[0].strip(' "')
    return OuterMetadata(
        title=_header(message, "Subject") or None,
        authors=(name,) if name else (),
        published_at=_date(_header(message, "Date")),
        source_name=mailing_list or None,
        url=archived or None,
        language=_header(message, "Content-Language").partition(",")[0] or None,
    )


def _header(message: Message, name: str) -> str:
    """A header's text, decoded where it can be, on one line."""
    raw = str(message.get(name) or "")[:_LONGEST_HEADER]
    try:
        text = str(make_header(decode_header(raw)))
    except (MessageError, LookupError, ValueError):
        text = raw
    return " ".join(_BROKEN_LINE.sub(" ", text).split())


def _date(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
