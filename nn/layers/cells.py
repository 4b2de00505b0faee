"""Recurrent cells: one step of a network, for loops of one's own.

Convention: an input is (n, in) or (in,), a state (n, hidden) or (hidden,); without a state it is 0.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

from autograd import Tensor
from autograd.typing import Array

from .. import functional
from ..init import DType, Randomness
from ..module import Module, ShapeError
from ..words import translated
from .layer import changed, uniform

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class Cell(Module):
    """What the three cells share."""

    gates: ClassVar[int] = 1

    @translated
    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, *, generator: Randomness = None, dtype: DType = None
    ) -> None:
        if hidden_size < 1:
            raise ValueError(f"{type(self).__name__}: hidden_size must be at least 1, got {hidden_size}")
        self.input_size, self.hidden_size = input_size, hidden_size
        draw, rows = uniform(hidden_size, generator, dtype), self.gates * hidden_size
        self.weight_ih: Tensor = draw(rows, input_size)
        self.weight_hh: Tensor = draw(rows, hidden_size)
        self.bias_ih: Tensor | None = draw(rows) if bias else None
        self.bias_hh: Tensor | None = draw(rows) if bias else None

    def _step(self, x: Any, state: tuple[Any, ...], function: Any, **options: Any) -> Any:
        """The function of input and state, once they are checked, cast and, if single, made a batch of one."""
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            raise ShapeError(self, x.shape, f"(n, {self.input_size}) or ({self.input_size},)")
        shape = (*x.shape[:-1], self.hidden_size)
        if any(part is not None and part.shape != shape for part in state):
            given = ", ".join(str(part.shape) for part in state if part is not None)
            raise ShapeError(self, f"{x.shape} and the state {given}", f"a state {shape} with that input")
        single = x.ndim == 1
        parts = [None if v is None else functional.cast(v[None] if single else v, self.weight_ih) for v in (x, *state)]
        y = function(*parts, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh, **options)
        if not single:
            return y
        return tuple(part[0] for part in y) if isinstance(y, tuple) else y[0]

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        return math.prod(inputs[0].shape[:-1]) * int(self.weight_ih.size + self.weight_hh.size)

    def describe(self) -> str:
        return f"{self.input_size}, {self.hidden_size}{'' if self.bias_ih is not None else ', bias=False'}"


class RNNCell(Cell):
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh), where φ is tanh or relu.

    ``input_size``, ``hidden_size``  lengths of x and of h
    ``bias``          whether b_ih and b_hh are added
    ``nonlinearity``  φ: 'tanh' or 'relu'
    ``generator``     a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``         of the parameters, float32 by default

    One step of ``RNN``, called as ``h = cell(x, h)``: x is (n, in) or (in,), h (n, hidden) or (hidden,), 0 if left out.
    ``weight_ih`` (hidden, in), ``weight_hh`` (hidden, hidden), ``bias_ih`` and ``bias_hh`` (hidden,) start in
    U(-1/√hidden, 1/√hidden).
    """

    @translated
    def __init__(
        self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: Literal["tanh", "relu"] = "tanh",
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNNCell: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        super().__init__(input_size, hidden_size, bias, generator=generator, dtype=dtype)
        self.nonlinearity = nonlinearity

    def forward(self, x: Array, h: Array | None = None) -> Tensor:
        return self._step(x, (h,), functional.rnn_cell, nonlinearity=self.nonlinearity)

    def describe(self) -> str:
        return super().describe() + changed(self, nonlinearity="tanh")


class LSTMCell(Cell):
    """(i, f, g, o) = W_ih x + b_ih + W_hh h + b_hh;  c' = σ(f) c + σ(i) tanh(g);  h' = σ(o) tanh(c').

    ``input_size``, ``hidden_size``  lengths of x and of h and c
    ``bias``         whether b_ih and b_hh are added
    ``generator``    a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``        of the parameters, float32 by default

    One step of ``LSTM``, called as ``h, c = cell(x, (h, c))``: x is (n, in) or (in,), h and c are (n, hidden) or
    (hidden,), 0 if left out. ``weight_ih`` (4 hidden, in), ``weight_hh`` (4 hidden, hidden), ``bias_ih`` and
    ``bias_hh`` (4 hidden,) hold i, f, g, o one below the other and start in U(-1/√hidden, 1/√hidden).
    """

    gates = 4

    def forward(self, x: Array, state: tuple[Array, Array] | None = None) -> tuple[Tensor, Tensor]:
        return self._step(x, (None, None) if state is None else tuple(state), functional.lstm_cell)


class GRUCell(Cell):
    """r, z = σ(W_i x + b_i + W_h h + b_h);  n = tanh(W_in x + b_in + r (W_hn h + b_hn));  h' = (1 - z) n + z h.

    ``input_size``, ``hidden_size``  lengths of x and of h
    ``bias``         whether b_ih and b_hh are added
    ``generator``    a Generator or a seed for the first values; None takes the default one, see ``nn.seed``
    ``dtype``        of the parameters, float32 by default

    One step of ``GRU``, called as ``h = cell(x, h)``: x is (n, in) or (in,), h (n, hidden) or (hidden,), 0 if left out.
    ``weight_ih`` (3 hidden, in), ``weight_hh`` (3 hidden, hidden), ``bias_ih`` and ``bias_hh`` (3 hidden,) hold r, z, n
    one below the other and start in U(-1/√hidden, 1/√hidden).
    """

    gates = 3

    def forward(self, x: Array, h: Array | None = None) -> Tensor:
        return self._step(x, (h,), functional.gru_cell)
