"""Recurrent cells: one step of a network, for loops of one's own.

Convention: an input is (n, in) or (in,), a state (n, hidden) or (hidden,); without a state it is 0.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

from .. import functional, init
from ..module import Module, Parameter, ShapeError


class Cell(Module):
    """What the three share. All weights and biases start in U(-1/√hidden, 1/√hidden), as PyTorch's do."""

    gates: ClassVar[int] = 1

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if hidden_size < 1:
            raise ValueError(f"{type(self).__name__}: hidden_size is at least 1, got {hidden_size}")
        self.input_size = input_size
        self.hidden_size = hidden_size
        rng, rows, bound = init.generator(generator), self.gates * hidden_size, 1 / math.sqrt(hidden_size)

        def some(*shape: int) -> Parameter:
            return Parameter(init.uniform(shape, -bound, bound, rng, dtype))

        self.weight_ih = some(rows, input_size)
        self.weight_hh = some(rows, hidden_size)
        self.bias_ih = some(rows) if bias else None
        self.bias_hh = some(rows) if bias else None

    def _step(self, x: Any, state: tuple[Any, ...], function: Any, **options: Any) -> Any:
        """The function on an input and a state that are checked, cast and given an axis of one sequence."""
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ShapeError(self, x.shape, f"(n, {self.input_size}) or ({self.input_size},)")
        shape = (*x.shape[:-1], self.hidden_size)
        if any(part is not None and part.shape != shape for part in state):
            given = ", ".join(str(part.shape) for part in state if part is not None)
            raise ShapeError(self, f"{x.shape} and the state {given}", f"a state {shape} with that input")
        single = x.ndim == 1
        parts = [None if v is None else functional.cast(v[None] if single else v, self.weight_ih) for v in (x, *state)]
        y = function(*parts, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh, **options)
        if isinstance(y, tuple):
            return tuple(part[0] for part in y) if single else y
        return y[0] if single else y

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        steps: int = math.prod(inputs[0].shape[:-1])
        return steps * int(self.weight_ih.size + self.weight_hh.size)

    def describe(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + (", bias=False" if self.bias_ih is None else "")


class RNNCell(Cell):
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh), where φ, the ``nonlinearity``, is tanh or relu."""

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        super().__init__(input_size, hidden_size, bias, generator=generator, dtype=dtype)
        self.nonlinearity = nonlinearity

    def forward(self, x: Any, h: Any = None) -> Any:
        return self._step(x, (h,), functional.rnn_cell, nonlinearity=self.nonlinearity)

    def describe(self) -> str:
        return super().describe() + (", nonlinearity='relu'" if self.nonlinearity == "relu" else "")


class LSTMCell(Cell):
    """The new (h, c) from an input and (h, c): one step of ``LSTM``."""

    gates = 4

    def forward(self, x: Any, state: Any = None) -> tuple[Any, Any]:
        h, c = self._step(x, (None, None) if state is None else tuple(state), functional.lstm_cell)
        return h, c


class GRUCell(Cell):
    """The new h from an input and h: one step of ``GRU``."""

    gates = 3

    def forward(self, x: Any, h: Any = None) -> Any:
        return self._step(x, (h,), functional.gru_cell)
