"""What all tests share: how Hypothesis works here, and the option that writes golden files anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

collect_ignore = ["children"]  # programs that tests run in child processes: no tests, no doctests

# No deadlines: a machine may be busy.  What costs too much is measured by growth, in test_bad_input.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("project"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "project"))


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden/ from what comes out now"
    )


@pytest.fixture(scope="session")
def curated_samples(tmp_path_factory):
    """The curated folder of one run over the sample documents."""
    from ingest.run import Options, ingest_folder  # noqa: PLC0415 - most tests need no run

    curated = tmp_path_factory.mktemp("samples") / "curated"
    ingest_folder(Options(Path(__file__).parents[1] / "data" / "landing", curated, workers=1))
    return curated
