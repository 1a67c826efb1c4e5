"""`kill -9` at any point of a publish: the tables are the old or the new ones, and the next run mends all."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from killed_publisher import landing_of
from made_records import contents

from ingest import store
from ingest.store.files import numbers
from ingest.tables import public_tables

PUBLISHER = Path(__file__).with_name("killed_publisher.py")


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """A folder in the old state, and what the tables hold in the old and in the new."""
    folder = tmp_path_factory.mktemp("states")
    landing_of(folder / "old", 0).run()
    landing_of(folder / "old", 0).run()
    shutil.copytree(folder / "old", folder / "new", symlinks=True)
    landing_of(folder / "new", 1).run(prune=True)
    return folder / "old", contents(folder / "old"), contents(folder / "new")


def steps_of_a_publish(old, folder):
    shutil.copytree(old, folder, symlinks=True)
    command = [sys.executable, PUBLISHER, folder, "0"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def check_recovery(curated, old, new):
    """Whole tables now; and a run that brings the new state makes all equal and leaves no rubbish."""
    assert contents(curated) in (old, new)
    for table in public_tables():
        assert len(store.read_table(table.name, curated)) == store.open_curated(curated).manifest.rows(
            table.name
        )
    landing_of(curated, 1).run(prune=True)
    assert contents(curated) == new
    assert list((curated / ".staging").iterdir()) == []
    current = store.open_curated(curated).number
    assert numbers(curated) == [current - 1, current]
    known = {"manifest.json", *store.open_curated(curated).manifest.tables}
    assert {path.name for path in store.open_curated(curated).folder.iterdir()} == known
    runs = store.read_table("runs", curated)
    assert len(runs) == current


@pytest.mark.slow
def test_killed_before_chosen_steps(states, tmp_path):
    """Every rename and link of the pointer, and a sample of all other steps."""
    old_folder, old, new = states
    steps = steps_of_a_publish(old_folder, tmp_path / "counted")
    decisive = [i for i, step in enumerate(steps, 1) if step in {"os.rename", "os.symlink"}]
    others = [i for i in range(1, len(steps) + 1) if i not in decisive]
    rng = random.Random(0)  # noqa: S311  # reproducible, not secret
    before_swap = after_swap = 0
    for step in sorted({*decisive[-6:], *rng.sample(decisive, 3), *rng.sample(others, 7), len(steps)}):
        curated = tmp_path / f"step-{step}"
        shutil.copytree(old_folder, curated, symlinks=True)
        died = subprocess.run([sys.executable, PUBLISHER, curated, str(step)], check=False)
        assert died.returncode == -signal.SIGKILL, f"step {step} of {len(steps)}"
        if contents(curated) == old:
            before_swap += 1
        else:
            after_swap += 1
        check_recovery(curated, old, new)
        shutil.rmtree(curated)
    assert before_swap
    assert after_swap


@pytest.mark.slow
def test_killed_at_random_moments(states, tmp_path):
    old_folder, old, new = states
    rng = random.Random(1)  # noqa: S311  # reproducible, not secret
    curated = tmp_path / "curated"
    shutil.copytree(old_folder, curated, symlinks=True)
    for _ in range(10):
        with subprocess.Popen(
            [sys.executable, PUBLISHER, curated], stdout=subprocess.PIPE, text=True
        ) as publisher:
            assert publisher.stdout.readline() == "ready\n"
            time.sleep(rng.uniform(0, 0.7))
            publisher.kill()
        assert contents(curated) in (old, new)
    check_recovery(curated, old, new)
