"""What all tests share: how Hypothesis works here, and the option that writes golden files anew."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# No deadlines: a machine may be busy.  What costs too much is measured by growth, in test_bad_input.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("project"), max_examples=3000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "project"))


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write tests/golden/ from what comes out now"
    )
