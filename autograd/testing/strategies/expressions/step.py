"""One operation of random expressions: how it is applied to parts.

Convention: an operation draws its own options (axes, indices, shapes), and gives None where it does not fit its
operands. Results are bounded, and so are slopes: a function is applied where it is calm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from hypothesis import strategies as st

from .part import Part

Kind = Literal["elementwise", "reduce", "shape", "index", "join", "product", "linalg", "fft"]
KINDS: tuple[Kind, ...] = ("elementwise", "reduce", "shape", "index", "join", "product", "linalg", "fft")
Draw = st.DrawFn
Make = Callable[[Draw, Sequence[Part]], Part | None]


@dataclass(frozen=True)
class Step:
    """One operation: of how many operands, and how it is made of them.

    ``smooth``  it has no kinks; ``scalar``: it takes Values, too
    """

    name: str
    kind: Kind
    operands: int
    make: Make
    smooth: bool = True
    scalar: bool = False
