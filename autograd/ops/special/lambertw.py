"""Lambert's W and the Wright omega function, which solve y exp(y) = x and y + log y = x. Rules: see ``scipy``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ...declare import elementwise


def declare(sc: Any, rule: Callable[..., None]) -> None:
    lambertw = getattr(sys.modules.get("scipy.special._ufuncs"), "_lambertw", None)  # what sc.lambertw calls
    if isinstance(lambertw, np.ufunc):

        def forward(a: Any, b: Any, c: Any) -> Any:
            return lambertw(a, b, c)

        elementwise(lambertw, lambda d, a, y: d / (a + np.exp(y)), forward=forward, name="lambertw")
    rule("wrightomega", lambda d, y: d * y / (y + 1))
