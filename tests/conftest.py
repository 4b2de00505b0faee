"""How Hypothesis searches: steadily by default, wandering when asked (``--hypothesis-profile=search``)."""

from __future__ import annotations

import gc

import pytest
from hypothesis import HealthCheck, settings

CALM = [HealthCheck.too_slow, HealthCheck.differing_executors]

settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=20, database=None, suppress_health_check=CALM
)
settings.register_profile("search", deadline=None, max_examples=200, print_blob=True, suppress_health_check=CALM)
settings.load_profile("steady")


def pytest_collection_finish() -> None:
    """Keep what was collected, a million objects, out of each later look at all objects: pictures take one each."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def _looks_at_all_objects_see_this_modules() -> None:
    """And what the modules before have loaded and compiled."""
    gc.collect()
    gc.freeze()
