"""A few runs that are disturbed at random; `python tests/chaos.py --runs 300` does many."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.workers.children import child_environment

CHAOS = Path(__file__).parent / "chaos.py"


@pytest.mark.slow
def test_disturbed_runs_leave_the_old_or_the_new_tables():
    # In a process of its own, for it forks, and this one has threads.
    done = subprocess.run(
        [sys.executable, CHAOS, "--runs", "8", "--seed", "3"],
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.startswith("8 disturbed runs (0 with Prefect) in ")
    assert "each left the old or the new tables" in done.stdout
