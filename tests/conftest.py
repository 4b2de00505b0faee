"""How Hypothesis searches: steadily, or wandering when asked (``--hypothesis-profile=search``); what is frozen."""

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


@pytest.fixture(scope="module", autouse=True)
def _few_objects() -> None:
    """Keep what was collected, loaded and compiled so far out of each later look at all objects.

    It is a million objects, and each picture takes a look.
    """
    gc.collect()
    gc.freeze()
