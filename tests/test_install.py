"""What a user gets: a wheel that runs alone, from any folder, without a network."""

from __future__ import annotations

import os
import re
import shutil
import site
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from conftest import missing

ROOT = Path(__file__).parents[1]
# In a network of its own the loopback interface is all there is, and it has to be switched on.
OFFLINE = """\
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
    fcntl.ioctl(sock, 0x8914, struct.pack("16sh", b"lo", 0x41))
os.execv(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the sdist of this checkout."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=ROOT, check=True)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """The `bin` of an environment with the wheel; what it needs is lent by this one, without the checkout."""
    home = tmp_path_factory.mktemp("user") / "env"
    venv.create(home)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--no-index", built[0]], check=True)
    own = next(home.glob("lib/python*/site-packages"))
    # Of a folder that a .pth file names no .pth file is read: the editable checkout stays out.
    (own / "lent.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return python.parent


def offline(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command where no other machine can be reached, and none of the checkout's variables are set."""
    unshare = ["unshare", "--net", "--map-root-user"]
    if shutil.which("unshare") is None or subprocess.run([*unshare, "true"], check=False).returncode:
        missing("no network namespace can be made here (util-linux' `unshare`)")
    lone = {"PATH": os.environ["PATH"], "HOME": str(folder), "PREFECT_HOME": str(folder / "prefect")}
    return subprocess.run(
        [*unshare, sys.executable, "-c", OFFLINE, *command],
        cwd=folder,
        env=lone,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_every_file_of_the_package_is_in_the_wheel_and_the_sdist(built):
    wheel, sdist = built
    committed = subprocess.run(
        ["git", "ls-files", "src/ingest", "flows"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert committed
    with zipfile.ZipFile(wheel) as archive:
        assert {name.removeprefix("src/") for name in committed} <= set(archive.namelist())
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {*committed, "README.md", "LICENSE", "pyproject.toml", "tests/test_install.py"} <= inside


def test_the_library_works_alone(installed, tmp_path):
    code = (
        "import ingest; r = ingest.process(b'\"Boats wait,\" said Admiral Ilse Brandvold of NATO.', 'a.txt');"
        "print(ingest.__file__); print(r.quotes[0].cue, [n.display for n in r.names])"
    )
    done = offline([installed / "python", "-c", code], tmp_path)
    assert done.returncode == 0, done.stderr
    where, found = done.stdout.splitlines()
    assert where.startswith(str(installed.parent))
    assert found == "said ['Ilse Brandvold', 'NATO']"


def test_another_release_of_the_same_python_reads_the_same():
    """The machine's own Python, such as Debian's 3.11.2, with faults that later ones lack."""
    other = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    if not other.exists() or other.samefile(sys.executable):
        pytest.skip(f"no other release of this Python: {other}")
    code = (
        "import pathlib, sys; sys.path[:0] = sys.argv[2:]; import ingest;"
        "files = sorted(p for p in pathlib.Path(sys.argv[1]).rglob('*') if p.is_file());"
        "records = [ingest.process(p.read_bytes(), p.name) for p in files];"
        "print([(r.text, r.mentions, r.quotes, r.dropped, r.topics) for r in records])"
    )
    lent = [str(ROOT / "src"), *site.getsitepackages()]
    read = [
        subprocess.run(
            [python, "-I", "-c", code, ROOT / "data" / "landing", *lent], capture_output=True, check=True
        )
        for python in (sys.executable, other)
    ]
    assert read[0].stdout == read[1].stdout


@pytest.mark.slow
def test_the_command_reads_the_samples_without_a_network(installed, curated_samples, tmp_path):
    landing, curated = ROOT / "data" / "landing", tmp_path / "curated"
    done = offline([installed / "ingest", "run", "--landing", landing, "--curated", curated], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(r"OK: 12 documents, 12 added", done.stdout.splitlines()[-1])
    assert parts(curated) == parts(curated_samples), "the wheel and the checkout give different tables"


def parts(curated: Path) -> dict[str, bytes]:
    """Bytes of every file of the tables, but for those that tell of the run."""
    found = sorted((curated / ".snapshots" / "current").resolve().glob("*/*.parquet"))
    return {
        f"{p.parent.name}/{p.name}": p.read_bytes()
        for p in found
        if p.parent.name not in {"runs", "changes", "_files"}
    }


def test_the_other_way_in_is_there_too(installed, tmp_path):
    done = offline([installed / "python", "-m", "flows.ingest", "--no-such-option"], tmp_path)
    assert done.returncode == 2
    assert "unrecognized arguments: --no-such-option" in done.stderr
