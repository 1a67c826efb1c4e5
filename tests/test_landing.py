"""What lies in the landing folder, what is new, and reading it while others write."""

from __future__ import annotations

import json
import os
import socket
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import landing
from ingest.containers.index import Inventory, Spool, look_into
from ingest.errors import ConfigError, DocumentError
from ingest.items import Before, Busy, Item, escape, unescape
from ingest.landing import plan, read_item
from ingest.reasons import REASONS
from ingest.settings import Settings

SETTINGS = Settings(max_document_bytes=1000)


@dataclass(frozen=True)
class Seen:
    content_sha256: str | None
    fingerprint: str = "f"
    is_reject: bool = False


def put(root: Path, *paths: str, content: bytes = b"text") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def look(root: Path, known=None, fingerprint: str = "f"):
    before, no_spool = Before(known or {}, fingerprint, {}), Spool(root / "no" / "such" / "folder")
    return plan(
        root,
        before,
        SETTINGS,
        lambda path, container: look_into(Inventory(path, container, before, SETTINGS, no_spool)),
    )


def reasons(result):
    return {reject.source_path: reject.reason for reject in result.rejects}


def paths(result):
    return [item.source_path for item in result.items]


def test_nested_folders_in_one_order(tmp_path):
    names = ["b.txt", "a/z.html", "a/b/c.md.gz", "a.text", "É.HTM", "x.xhtml"]
    put(tmp_path, *names)
    assert paths(look(tmp_path)) == sorted(names)
    assert look(tmp_path) == look(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".hidden.txt",
            ".git/config.txt",
            "~$report.txt",
            ".~lock.a.txt#",
            "a.txt~",
            "#a.txt#",
            "a.txt.tmp",
        ),
        *("a.txt.part", "a.html.crdownload", ".a.txt.swp", "a.TXT.TMP", "Thumbs.db", "__MACOSX/a.txt"),
    ],
)
def test_hidden_and_temporary_files_are_skipped(tmp_path, name):
    put(tmp_path, name, "kept.txt")
    result = look(tmp_path)
    assert paths(result) == ["kept.txt"]
    assert not result.rejects


@pytest.mark.parametrize("name", ["part.txt", "tmp.txt", "a.part.txt", "lock.md", "100~200.txt", "#1 a.txt"])
def test_names_that_only_look_temporary_are_read(tmp_path, name):
    put(tmp_path, name)
    assert [item.file_path for item in look(tmp_path).items] == [name]


@pytest.mark.parametrize("name", ["a.jpg", "a.xls", "noext", "a.gz", "a.txt.bz2", "txt"])
def test_other_types_are_rejected_with_hash(tmp_path, name):
    put(tmp_path, name)
    (reject,) = look(tmp_path).rejects
    assert (reject.stage, reject.reason, reject.size_bytes) == ("landing", "unsupported_type", 4)
    assert reject.content_sha256
    assert ".xhtml" in reject.detail


def test_too_large_is_decided_before_reading(tmp_path):
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(1 << 40)  # a terabyte of nothing: reading it would never end
    (reject,) = look(tmp_path).rejects
    assert (reject.reason, reject.size_bytes, reject.content_sha256) == ("too_large", 1 << 40, None)


def test_pipes_sockets_and_devices_are_never_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo.txt")
    (tmp_path / "link.txt").symlink_to("fifo.txt")
    with socket.socket(socket.AF_UNIX) as server:
        before = Path.cwd()
        os.chdir(tmp_path)  # the path of a socket may not be long
        try:
            server.bind("socket.txt")
        finally:
            os.chdir(before)
        result = look(tmp_path)
    assert reasons(result) == dict.fromkeys(["fifo.txt", "link.txt", "socket.txt"], "unsupported_type")


def test_links(tmp_path):
    root = tmp_path / "landing"
    put(root, "a/doc.txt")
    put(tmp_path, "secret.txt")
    (root / "inside.txt").symlink_to("a/doc.txt")
    (root / "outside.txt").symlink_to("../secret.txt")
    (root / "outside_folder").symlink_to(tmp_path)
    (root / "dangling.txt").symlink_to("nowhere.txt")
    (root / "round.txt").symlink_to("round.txt")
    (root / "a" / "loop").symlink_to(root)
    result = look(root)
    assert paths(result) == ["a/doc.txt", "inside.txt"]
    assert reasons(result) == {
        "outside.txt": "outside_landing",
        "outside_folder": "outside_landing",
        "dangling.txt": "unreadable",
        "round.txt": "unreadable",
    }
    assert read_item(root, result.items[1]) == b"text"


def test_a_neighbour_with_the_same_beginning_is_outside(tmp_path):
    put(tmp_path, "landing2/secret.txt", "landing/a.txt")
    (tmp_path / "landing" / "b.txt").symlink_to("../landing2/secret.txt")
    assert reasons(look(tmp_path / "landing")) == {"b.txt": "outside_landing"}


def test_the_landing_root_may_be_a_link(tmp_path):
    put(tmp_path, "real/a.txt")
    (tmp_path / "landing").symlink_to("real")
    assert paths(look(tmp_path / "landing")) == ["a.txt"]


@pytest.fixture
def as_nobody():
    """A folder that the test may close to itself: root has to become somebody else for that."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        user = os.geteuid()
        if user == 0:
            os.chown(folder, 65534, -1)
            os.seteuid(65534)
        yield Path(folder)
        os.seteuid(user)


def test_unreadable_files_and_folders(as_nobody):
    put(as_nobody, "file.txt", "closed/a.txt", "kept.txt")
    known = {path: Seen("0") for path in ("closed/a.txt", "closed/deep/b.txt", "gone.txt")}
    (as_nobody / "file.txt").chmod(0)
    (as_nobody / "closed").chmod(0)
    try:
        result = look(as_nobody, known)
    finally:
        (as_nobody / "closed").chmod(0o700)
    assert reasons(result) == {"closed/": "unreadable", "file.txt": "unreadable"}
    assert result.removed == ("gone.txt",), "what lies in a folder that cannot be listed is not gone"
    assert str(as_nobody) not in str(result.rejects)


def test_a_missing_landing_folder_is_a_wrong_configuration(tmp_path):
    with pytest.raises(ConfigError, match=r"the landing folder \S+ cannot be listed: .*; see that it is"):
        look(tmp_path / "nowhere")


def test_known_items_are_unchanged_until_bytes_or_configuration_change(tmp_path):
    put(tmp_path, "a.txt", "b.txt", "c.jpg", "sub/big.txt")
    put(tmp_path, "sub/big.txt", content=b"x" * 2000)
    first = look(tmp_path)
    known = {item.source_path: Seen(item.content_sha256) for item in first.items} | {
        reject.source_path: Seen(reject.content_sha256, is_reject=True) for reject in first.rejects
    }
    again = look(tmp_path, known)
    assert (again.items, again.rejects, again.removed, again.unchanged) == ((), (), (), 4)
    put(tmp_path, "a.txt", content=b"other")
    (tmp_path / "b.txt").unlink()
    changed = look(tmp_path, known)
    assert (paths(changed), changed.removed, changed.unchanged) == (["a.txt"], ("b.txt",), 2)
    other = look(tmp_path, known, fingerprint="g")
    assert paths(other) == ["a.txt"]
    assert set(reasons(other)) == {"c.jpg", "sub/big.txt"}


def test_a_reject_of_the_worker_is_not_tried_again(tmp_path):
    put(tmp_path, "a.txt")
    (item,) = look(tmp_path).items
    assert look(tmp_path, {"a.txt": Seen(item.content_sha256, is_reject=True)}).unchanged == 1


ODD_NAMES = [
    b"two\nlines.txt",
    b"bad\xff\xe9.txt",
    b"back\\x0aslash.txt",
    b"a#b.txt",
    "zeile\u2028x.txt".encode(),
]


def test_odd_names_are_one_line_of_unicode(tmp_path):
    for name in ODD_NAMES:
        (tmp_path / os.fsdecode(name)).write_bytes(name)
    result = look(tmp_path)
    assert len(result.items) == len(ODD_NAMES)
    for item in result.items:
        item.source_path.encode("utf-8")
        assert item.source_path.isprintable()
        assert os.fsencode(unescape(item.source_path)) == read_item(tmp_path, item)
        assert Item(**json.loads(json.dumps(asdict(item)))) == item


@given(st.sets(st.binary(min_size=1).filter(lambda name: b"\0" not in name)))
def test_escape_is_reversible_and_so_unique(names):
    for name in names:
        assert os.fsencode(unescape(escape(os.fsdecode(name)))) == name
    assert len({escape(os.fsdecode(name)) for name in names}) == len(names)


def test_files_that_change_while_they_are_read(tmp_path, monkeypatch):
    put(tmp_path, "grows.txt", "kept.txt", "goes.txt")
    real_read = os.read

    def read_while_others_write(descriptor, size):
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        chunk = real_read(descriptor, size)
        if name == "grows.txt":
            with (tmp_path / name).open("ab") as file:
                file.write(b"more")
        return chunk

    real_open = os.open

    def open_while_others_delete(path, *arguments):
        if str(path).endswith("goes.txt"):
            Path(path).unlink()
        return real_open(path, *arguments)

    monkeypatch.setattr(landing.os, "read", read_while_others_write)
    monkeypatch.setattr(landing.os, "open", open_while_others_delete)
    result = look(tmp_path, {"goes.txt": Seen("0"), "grows.txt": Seen("0")})
    assert (paths(result), result.busy, result.vanished) == (["kept.txt"], ("grows.txt",), ("goes.txt",))
    assert result.removed == ("goes.txt",)
    assert not result.rejects


@pytest.mark.parametrize("change", ["vanish", "grow", "shrink", "same_size", "folder_gone"])
def test_read_item_leaves_what_changed_since_the_plan(tmp_path, change):
    put(tmp_path, "sub/a.txt")
    (item,) = look(tmp_path).items
    path = tmp_path / "sub" / "a.txt"
    if change in {"vanish", "folder_gone"}:
        path.unlink()
    if change == "folder_gone":
        path.parent.rmdir()
        path.parent.write_text("now a file")
    if change in {"grow", "shrink", "same_size"}:
        path.write_bytes({"grow": b"text and more", "shrink": b"t", "same_size": b"tex!"}[change])
    with pytest.raises(Busy):
        read_item(tmp_path, item)


@pytest.mark.parametrize(("change", "reason"), [("pipe", "unreadable"), ("link", "outside_landing")])
def test_read_item_trusts_nothing_that_took_the_place(tmp_path, change, reason):
    put(tmp_path, "landing/a.txt", "secret.txt")
    (item,) = look(tmp_path / "landing").items
    path = tmp_path / "landing" / "a.txt"
    path.unlink()
    if change == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("../secret.txt")
    with pytest.raises(DocumentError) as caught:
        read_item(tmp_path / "landing", item)
    assert caught.value.reason == reason
    assert caught.value.reason in REASONS
