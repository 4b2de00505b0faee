"""What a gradient check found, in words and numbers.

Convention: a verdict is true only if every number was compared and agrees. Everything else has a kind of its own and
a hint at where to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..typing import NDArray
from .report import Kind


@dataclass(frozen=True)
class Verdict:
    """The outcome of ``gradcheck``.

    ``kind``        as in ``Report``
    ``mode``        which derivative: "reverse", "forward", "reverse over reverse", "forward over reverse"
    ``input``       which input, with ``index`` the place in it and ``output`` the result, where known
    ``found``       the engine's number; ``expected`` is that of the central difference
    ``difference``  between the two; ``allowed`` is the tolerance it exceeds
    """

    kind: Kind
    mode: str = ""
    input: str = ""
    index: tuple[int, ...] = ()
    output: str = ""
    found: Any = None
    expected: Any = None
    difference: float = 0.0
    allowed: float = 0.0
    hint: str = ""

    @property
    def ok(self) -> bool:
        """Is everything correct?"""
        return self.kind == "correct"

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        place = self.input + (f" at {list(self.index)}" if self.index else "")
        where = " ".join(part for part in (self.output and f"of {self.output}", place and f"by {place}") if part)
        if self.kind == "wrong":
            text = (
                f"the {self.mode} derivative {where} is {self.found}, but the central difference is {self.expected}: "
                f"they differ by {self.difference:.3g} (allowed: {self.allowed:.3g})"
            )
        else:
            text = f"{self.mode} derivative {where}".strip() if self.mode else where
        text = f"{self.kind}: {text}".rstrip(": ")
        return f"{text}\n  {self.hint}" if self.hint else text


def hint(found: NDArray[Any], expected: NDArray[Any], other: bool | None) -> str:
    """How two arrays of derivatives differ, in words; ``other``: is the other mode right (None: not known)?"""
    size = float(np.max(np.abs(expected), initial=0.0))
    if size and not np.any(found):
        return (
            "It is 0 everywhere: did the computation leave the graph (t.data, detach(), no_grad(), a rule that returns "
            "None, a function declared constant)?"
        )
    pattern = ""
    if _same(found, -expected, size):
        pattern = "The sign is wrong."
    elif np.iscomplexobj(found) and _same(np.conj(found), expected, size):
        pattern = "It is the conjugate: rules of holomorphic functions need none (the gradient is dL/dx - i dL/dy)."
    elif found.ndim == 2 and found.shape == found.T.shape and _same(found.T, expected, size):
        pattern = "It is the transpose of what it should be."
    elif size:
        large = np.abs(expected) > 1e-3 * size
        ratios = found[large] / expected[large]
        if np.all(np.abs(ratios - ratios[0]) < 1e-3 * np.abs(ratios[0]) + 1e-9):
            pattern = f"It is {ratios[0]:.6g} times what it should be: look for a factor."
        elif np.any(np.abs(ratios - 1) < 1e-3):
            pattern = "Some elements are right: look at indexing, broadcasting, masks and repeated elements."
    both = {
        True: "The other mode is right, so the function is right and the rule of this direction is wrong.",
        False: "Both modes are wrong: a rule that serves both (elementwise), or rules that belong to another function.",
        None: "",
    }[other]
    return " ".join(part for part in (pattern, both) if part)


def _same(found: Any, expected: Any, size: float) -> bool:
    return bool(np.all(np.abs(found - expected) <= 1e-3 * size))
