"""A call that must be refused, as a named row: the error and what it says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest


def refused(name: str, error: type[Exception], says: str, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """``refused("unknown mode", ValueError, "'none' or 'tanh'", nn.GELU, "erf")``: parameters (call, error, says)."""
    return pytest.param(partial(call, *args, **options), error, says, id=name)
