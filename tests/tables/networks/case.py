"""A row of the table of networks.

Convention: ``case("Conv2d", 3, 4, 3, stride=2, inputs=[real(2, 3, 8, 8)])`` is ``nn.Conv2d(3, 4, 3, stride=2)``
called on such an input, beside the same from ``torch.nn``; a name with a dot, as in ``functional.normalize``, is a
function, and takes the options along with the inputs. Where an option has another name in PyTorch, ``theirs`` gives it
(``axis`` and ``keepdims`` are known). What PyTorch lacks has a ``formula(layer, *inputs)`` in the row, in NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..operations.row import Row, Sample, row

WORDS = {"axis": "dim", "keepdims": "keepdim"}


@dataclass(frozen=True)
class Case:
    """``call`` are keyword arguments of the call; arrays among them are constants."""

    name: str
    kind: str
    args: tuple[Any, ...]
    options: dict[str, Any]
    inputs: tuple[Sample, ...]
    call: dict[str, Any] = field(default_factory=dict)
    theirs: dict[str, Any] = field(default_factory=dict)
    training: bool = True  # in training mode, else in eval()
    second: bool = True  # its second derivatives exist
    kinks: bool = False  # it is differentiated at kinks, where any slope between the one-sided ones will do
    formula: Callable[..., Any] | None = None  # for what PyTorch lacks: the result from the layer and its inputs

    @property
    def is_function(self) -> bool:
        return "." in self.kind

    def draw(self, seed: int = 0) -> list[Any]:
        rng = np.random.default_rng(seed)
        return [sample(rng) for sample in self.inputs]

    def function(self, library: Any, options: Mapping[str, Any]) -> Callable[..., Any]:
        """The layer, or the function with its options, from ``nn`` or ``torch.nn``."""
        found = library
        for name in self.kind.split("."):
            found = getattr(found, name)
        if self.is_function:
            return lambda *inputs, **call: found(*inputs, *self.args, **options, **call)
        args = [
            a.function(library, a.options) if isinstance(a, Case) else a for a in self.args
        ]  # a layer that takes a layer
        return found(*args, **options)  # type: ignore[no-any-return]

    def their_options(self) -> dict[str, Any]:
        return {WORDS.get(k, k): v for k, v in self.options.items() if k not in self.theirs} | self.theirs


def case(
    kind: str,
    *args: Any,
    inputs: Sequence[Sample],
    name: str = "",
    call: Mapping[str, Any] | None = None,
    theirs: Mapping[str, Any] | None = None,
    training: bool = True,
    second: bool = True,
    kinks: bool = False,
    formula: Callable[..., Any] | None = None,
    **options: Any,
) -> Case:
    """One row of the table."""
    words = [*(a.name if isinstance(a, Case) else repr(a) for a in args), *(f"{k}={v!r}" for k, v in options.items())]
    if not training:
        words.append("eval")
    name = name or f"{kind}({', '.join(words)})"
    given = dict(call or {}), dict(theirs or {})
    return Case(name, kind, args, options, tuple(inputs), *given, training, second, kinks, formula)


@dataclass(frozen=True)
class Kernel:
    """A single operation with derivatives of its own, and the NumPy expression that it stands for.

    None: that is the ``unfold`` of its declaration.
    """

    row: Row
    composed: Callable[..., Any] | None


def kernel(
    name: str, single: Callable[..., Any], *samples: Sample, composed: Callable[..., Any] | None = None, **options: Any
) -> Kernel:
    """``kernel("linear", F.linear, real(4, 3), real(2, 3), real(2))``"""
    return Kernel(row(name, single, single, *samples, **options), composed)


def integers(high: int, *shape: int) -> Sample:
    """Integers from 0 up to ``high``, exclusive."""
    return lambda rng: rng.integers(0, high, shape)
