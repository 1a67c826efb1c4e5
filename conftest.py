"""What the tests and the examples in docstrings share: the tables of the sample documents."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def curated_samples(tmp_path_factory):
    """The curated folder of one run over the sample documents."""
    from ingest.run import Options, ingest_folder  # noqa: PLC0415 - most tests need no run

    curated = tmp_path_factory.mktemp("samples") / "curated"
    ingest_folder(Options(Path(__file__).parent / "data" / "landing", curated, workers=1))
    return curated


@pytest.fixture(autouse=True)
def _tables_of_examples(request, tmp_path, monkeypatch):
    """Let an example in a docstring find `data/curated`, as it would after `make ingest`."""
    if isinstance(request.node, pytest.DoctestItem) and "data/curated" in request.node.dtest.docstring:
        (tmp_path / "data").mkdir()
        curated = request.getfixturevalue("curated_samples")
        (tmp_path / "data" / "curated").symlink_to(curated, target_is_directory=True)
        monkeypatch.chdir(tmp_path)
