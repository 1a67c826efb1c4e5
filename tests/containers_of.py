"""Landing folders with containers in them, and what a run makes of them."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import uuid
import zipfile
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING

from invariants import check

from ingest.containers import read_container
from ingest.containers.entries import Budget, Source
from ingest.containers.index import Inventory, Spool, look_into
from ingest.decode import container_type_of
from ingest.decode.fields import DEFAULT_FIELDS
from ingest.errors import DocumentError
from ingest.items import Before
from ingest.landing import plan
from ingest.pipeline import process
from ingest.reasons import REASONS
from ingest.run import Options, ingest_folder
from ingest.settings import Settings
from ingest.store import open_curated

if TYPE_CHECKING:
    from pathlib import Path

SETTINGS = Settings(max_document_bytes=100_000)
BODY = (
    "The mayor of Port Ellery, Wanda Pellerin, spoke about the harbour on {}, and said the work goes on.\n\n"
    "“We agree on part {},” she said.\n"
)


def text(number) -> str:
    return BODY.format("Tuesday", number)


HEADLINE = "<h1>Harbour news</h1>"
PAGE = f"<html><title>Harbour news</title><body>{HEADLINE}<p>{text('naïve')}</p></body></html>"
HEADERS = {
    "Subject": "Harbour news – the week",
    "From": "Ann Lee <ann@post.example>",
    "Date": "Fri, 03 May 2024 10:00:00 +0200",
    "Message-ID": "<17@post.example>",
    "List-Id": '"The Ellery Post" <news.post.example>',
    "Archived-At": "<https://post.example/17>",
}


def record(number, **more) -> dict:
    return {"id": f"a-{number}", "title": f"Harbour news {number}", "text": text(number), **more}


def json_lines(*records) -> bytes:
    return b"".join(r if isinstance(r, bytes) else json.dumps(r).encode() + b"\n" for r in records)


class _Pipe(io.BytesIO):
    """What cannot seek: zip archives written into it tell lengths after each file."""

    def seekable(self):
        return False

    def tell(self):
        raise io.UnsupportedOperation

    seek = tell


def zipped(files: dict, *, is_streamed=False, method=zipfile.ZIP_DEFLATED) -> bytes:
    out = _Pipe() if is_streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name) if isinstance(name, str) else name
            archive.writestr(info, content, method)
    return out.getvalue()


def packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


@dataclass
class Folder:
    """A landing folder beside its curated one."""

    root: Path
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        (self.root / "landing").mkdir(parents=True, exist_ok=True)

    def put(self, **files: bytes) -> None:
        for name, content in files.items():
            (self.root / "landing" / name.replace("__", ".")).write_bytes(content)

    def run(self, **more):
        options = Options(
            self.root / "landing", self.root / "curated", workers=1, settings=self.settings, **more
        )
        return ingest_folder(options)

    def rows(self, table: str) -> list[dict]:
        return open_curated(self.root / "curated").arrow(table).to_pylist()

    def documents(self) -> dict[str, dict]:
        return {row["source_path"]: row for row in self.rows("documents")}

    def rejects(self) -> dict[str, str]:
        return {row["source_path"]: row["reason"] for row in self.rows("rejects")}

    def changes(self) -> dict[str, str]:
        """What the last run did, by path."""
        rows = self.rows("changes")
        last = max((row["run_id"] for row in rows), default=None)
        return {row["source_path"]: row["change"] for row in rows if row["run_id"] == last}


def web_archive(*answers, is_packed=False) -> bytes:
    """A WARC file, packed record by record; each answer a dict of `url`, `body`, and what differs."""
    records = (_warc_record(number, answer) for number, answer in enumerate(answers))
    return b"".join(map(packed, records) if is_packed else records)


def _warc_record(number: int, answer: dict) -> bytes:
    kind = answer.get("kind", "response")
    media_type = answer.get("type", "text/html; charset=utf-8")
    payload = answer["body"]
    if kind == "response":
        lines = [f"HTTP/1.1 {answer.get('status', '200 OK')}", f"Content-Type: {media_type}"]
        lines += [f"{name}: {value}" for name, value in answer.get("http", ())]
        payload = "\r\n".join([*lines, "", ""]).encode() + payload
        media_type = "application/http; msgtype=response"
    head = (
        *("WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {answer['url']}"),
        *("WARC-Date: 2024-05-04T10:00:00Z", f"WARC-Record-ID: <urn:uuid:{uuid.UUID(int=number)}>"),
        *(f"Content-Type: {media_type}", f"Content-Length: {len(payload)}", "", ""),
    )
    return "\r\n".join(head).encode() + payload + b"\r\n\r\n"


def tarred(files: dict, mode="w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, content in files.items():
            if isinstance(name, tarfile.TarInfo):
                archive.addfile(name)
                continue
            info = tarfile.TarInfo(name)
            data = content.encode() if isinstance(content, str) else content
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def letter(body, html=None, attachment=None, **headers) -> bytes:
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    if attachment is not None:
        message.add_attachment(attachment, filename="a.txt")
    return message.as_bytes()


def entries(content: bytes, name: str, tmp_path, limit: int = 100_000):
    """All entries of a container, and the reason for which it breaks off."""
    path = tmp_path / "container"
    path.write_bytes(content)
    found = []
    with path.open("rb") as file:
        budget = Budget(len(content), limit)
        source = Source(file, len(content), limit, budget, DEFAULT_FIELDS, is_plain=True)
        try:
            for entry in read_container(source, *container_type_of(name)):
                found.append(entry)  # noqa: PERF402 - those before the break count
        except DocumentError as error:
            broken = error
        else:
            broken = None
    for entry in found:
        if entry.offset is not None:
            assert content[entry.offset : entry.offset + len(entry.content)] == entry.content
    if broken is None:
        return found, None
    assert broken.stage == "landing"
    return found, REASONS[broken.reason].code


def planned_in(root):
    before, spool = Before({}, "f", {}), Spool(root / "spool")
    return plan(
        root / "landing",
        before,
        SETTINGS,
        lambda path, container: look_into(Inventory(path, container, before, SETTINGS, spool)),
    )


def keys(found):
    return [entry.key for entry in found]


def problems(found):
    return {entry.key: entry.problem[0] for entry in found if entry.problem}


def only(content, name, tmp_path):
    """The one entry of a container, processed."""
    (entry,), broken = entries(content, name, tmp_path)
    assert broken is None
    found = process(entry.content, f"{name}#{entry.key}")
    check(found)
    return found


def answer(number=0, body=None, **more):
    return {"url": f"https://x.example/{number}", "body": PAGE.encode() if body is None else body, **more}


def sent(body, **more):
    headers = {name.replace("-", "_"): value for name, value in HEADERS.items()}
    return letter(body, **(headers | more))
