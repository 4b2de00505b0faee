"""Recurrent layers: RNN, LSTM, GRU over sequences.

Convention: PyTorch's: sequences are (t, n, in), or (n, t, in) with ``batch_first``, or (t, in) for a single one;
states are (layers · directions, n, hidden), each layer's backward direction after its forward one.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, ClassVar, Generic, Literal, TypeVar

import numpy as np

from autograd import Tensor
from autograd.typing import Array, ArrayLike

from .. import functional, init
from ..init import DType, Randomness
from ..module import Module, ShapeError
from ..words import translated
from .layer import changed, uniform

__all__ = ["GRU", "LSTM", "RNN"]

State = TypeVar("State", Tensor, tuple[Tensor, Tensor])  # h, or (h, c)


class Recurrent(Module, Generic[State]):
    """What the three share; a subclass names its gates and how one layer runs in one direction."""

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1  # 2: a state is a pair (h, c)
    weight_ih_l0: Tensor

    @translated
    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        name = type(self).__name__
        if hidden_size < 1 or num_layers < 1:
            raise ValueError(f"{name}: hidden_size and num_layers must be at least 1, got {hidden_size}, {num_layers}")
        if not 0 <= dropout <= 1:
            raise ValueError(f"{name}: dropout is a share between 0 and 1, got {dropout}")
        if dropout and num_layers == 1:
            warnings.warn(f"{name}: dropout acts between layers, and there is only one", stacklevel=3)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, dropout
        self.bidirectional = bidirectional
        self.generator = None if generator is None else init.generator(generator)
        draw, rows = uniform(hidden_size, self.generator, dtype), self.gates * hidden_size
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * len(self.endings)
            shapes = ((rows, width), (rows, hidden_size), (rows,), (rows,))
            for ending in self.endings:
                for name, shape in zip(self.names, shapes, strict=False):  # without biases there are two names
                    setattr(self, f"{name}_l{layer}{ending}", draw(*shape))

    @property
    def endings(self) -> tuple[str, ...]:
        """How the names of the parameters end, for each direction."""
        return ("", "_reverse") if self.bidirectional else ("",)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of one layer and direction."""
        return ("weight_ih", "weight_hh", "bias_ih", "bias_hh") if self.bias else ("weight_ih", "weight_hh")

    def run(self, x: Any, state: tuple[Any, ...], weights: list[Any], inside: Any) -> Any:
        """One layer in one direction: (y, h) or (y, h, c), from the states before the first step."""
        raise NotImplementedError

    def forward(
        self, x: Array, state: State | None = None, *, lengths: ArrayLike | None = None
    ) -> tuple[Tensor, State]:
        """(y, the last state): y holds the last layer's h of each step, (t, n, directions · hidden).

        ``x``        (t, n, in), or (t, in) for a single sequence; with ``batch_first`` (n, t, in)
        ``state``    h, or for an LSTM (h, c), before the first step; None means 0
        ``lengths``  of the sequences where they differ: numbers of steps (n,), or truth values (n, t) for each step.
                     Beyond its end a sequence's y is 0, its last state is the one at its end, and the backward
                     direction begins there. In a gap between truth values the state waits.
        """
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            form = "n, t" if self.batch_first else "t, n"
            raise ShapeError(self, x.shape, f"({form}, {self.input_size}) or (t, {self.input_size})")
        single = x.ndim == 2
        y: Any = functional.cast(x, self.weight_ih_l0)
        y = y[:, None] if single else np.swapaxes(y, 0, 1) if self.batch_first else y
        inside = _inside(lengths, *y.shape[:2])
        turned = None if inside is None else inside[::-1]
        before = self._before(state, single, y)
        after: list[tuple[Any, ...]] = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                y = functional.dropout(y, self.dropout, self.training, generator=self.generator)
            sides = []
            for ending in self.endings:
                weights = [getattr(self, f"{name}_l{layer}{ending}") for name in self.names]
                # backwards is forwards over the reversed sequence
                side, *last = self.run(
                    np.flip(y, 0) if ending else y, before[len(after)], weights, turned if ending else inside
                )
                sides.append(np.flip(side, 0) if ending else side)
                after.append(tuple(last))
            y = sides[0] if len(sides) == 1 else np.concatenate(sides, axis=2)
        y = y[:, 0] if single else np.swapaxes(y, 0, 1) if self.batch_first else y
        final: Any = tuple(np.concatenate(part) if single else np.stack(part) for part in zip(*after, strict=True))
        return y, final[0] if self.states == 1 else final

    def _before(self, state: Any, single: bool, x: Any) -> list[tuple[Any, ...]]:
        """The states before the first step, for each layer and direction."""
        count = self.num_layers * len(self.endings)
        if state is None:
            return [(None,) * self.states] * count
        if self.states == 2 and not isinstance(state, tuple | list):
            raise TypeError(f"{type(self).__name__}: the state is a tuple (h, c), got {type(state).__name__}")
        parts = (state,) if self.states == 1 else tuple(state)
        shape = (count, self.hidden_size) if single else (count, x.shape[1], self.hidden_size)
        given = [getattr(part, "shape", type(part).__name__) for part in parts]
        if given != [shape] * self.states:
            wanted = f"h {shape}" if self.states == 1 else f"(h, c), each {shape}"
            raise ShapeError(self, f"a state {', '.join(map(str, given))}", wanted)
        parts = tuple(functional.cast(part, x) for part in parts)
        return [tuple(part[k : k + 1] if single else part[k] for part in parts) for k in range(count)]

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        weights = sum(int(p.size) for name, p in self.named_parameters() if name.startswith("weight"))
        return math.prod(inputs[0].shape[:-1]) * weights

    def describe(self) -> str:
        options = changed(self, num_layers=1, bias=True, batch_first=False, dropout=0, bidirectional=False)
        return f"{self.input_size}, {self.hidden_size}{options}"


class RNN(Recurrent[Tensor]):
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh) at each step, where φ is tanh or relu.

    ``input_size``, ``hidden_size``  lengths of x and of h at each step
    ``num_layers``     how many layers there are, each fed with the h of the one below
    ``nonlinearity``   φ: 'tanh' or 'relu'
    ``bias``           whether b_ih and b_hh are added
    ``batch_first``    whether x and y are (n, t, ...) instead of (t, n, ...)
    ``dropout``        share of the outputs that is zeroed between layers while training
    ``bidirectional``  whether a second network reads each layer's input from its end; y holds both, the forward h first
    ``generator``      a Generator or a seed for first values and dropout; None takes the default one, see ``nn.seed``
    ``dtype``          of the parameters, float32 by default

    Called as ``y, h = rnn(x, h, lengths=None)``, see ``forward``: x is (t, n, in) or (t, in), y (t, n, directions ·
    hidden), h (layers · directions, n, hidden). Layer k has ``weight_ih_lk`` (hidden, in or, for k > 0, directions ·
    hidden), ``weight_hh_lk`` (hidden, hidden), ``bias_ih_lk`` and ``bias_hh_lk`` (hidden,); those of the backward
    direction end in ``_reverse``. All start in U(-1/√hidden, 1/√hidden). Elman, "Finding structure in time", 1990.
    """

    @translated
    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: Literal["tanh", "relu"] = "tanh",
        bias: bool = True, batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        options = (bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, num_layers, *options, generator=generator, dtype=dtype)
        self.nonlinearity = nonlinearity

    def run(self, x: Any, state: Any, weights: Any, inside: Any) -> Any:
        return functional.rnn(x, *state, *weights, nonlinearity=self.nonlinearity, inside=inside)

    def describe(self) -> str:
        return super().describe() + changed(self, nonlinearity="tanh")


class LSTM(Recurrent[tuple[Tensor, Tensor]]):
    """(i, f, g, o) = W_ih x + b_ih + W_hh h + b_hh;  c' = σ(f) c + σ(i) tanh(g);  h' = σ(o) tanh(c') at each step.

    ``input_size``, ``hidden_size``  lengths of x and of h and c at each step
    ``num_layers``     how many layers there are, each fed with the h of the one below
    ``bias``           whether b_ih and b_hh are added
    ``batch_first``    whether x and y are (n, t, ...) instead of (t, n, ...)
    ``dropout``        share of the outputs that is zeroed between layers while training
    ``bidirectional``  whether a second network reads each layer's input from its end; y holds both, the forward h first
    ``proj_size``      0, else NotImplementedError is raised: PyTorch's projections of h are not there
    ``generator``      a Generator or a seed for first values and dropout; None takes the default one, see ``nn.seed``
    ``dtype``          of the parameters, float32 by default

    Called as ``y, (h, c) = lstm(x, (h, c), lengths=None)``, see ``forward``: x is (t, n, in) or (t, in), y (t, n,
    directions · hidden), h and c (layers · directions, n, hidden). Layer k has ``weight_ih_lk`` (4 hidden, in or, for
    k > 0, directions · hidden), ``weight_hh_lk`` (4 hidden, hidden), ``bias_ih_lk`` and ``bias_hh_lk`` (4 hidden,), all
    with i, f, g, o one below the other; those of the backward direction end in ``_reverse``. All start in
    U(-1/√hidden, 1/√hidden), as PyTorch's. Hochreiter and Schmidhuber, "Long short-term memory", 1997.
    """

    gates = 4
    states = 2

    @translated
    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True, batch_first: bool = False,
        dropout: float = 0.0, bidirectional: bool = False, proj_size: int = 0,
        *, generator: Randomness = None, dtype: DType = None,
    ) -> None:  # fmt: skip
        if proj_size:
            raise NotImplementedError("LSTM: proj_size is not supported: put a Linear layer behind a single-layer LSTM")
        options = (bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, num_layers, *options, generator=generator, dtype=dtype)

    def run(self, x: Any, state: Any, weights: Any, inside: Any) -> Any:
        return functional.lstm(x, *state, *weights, inside=inside)


class GRU(Recurrent[Tensor]):
    """r, z = σ(W_i x + b_i + W_h h + b_h);  n = tanh(W_in x + b_in + r (W_hn h + b_hn));  h' = (1 - z) n + z h.

    ``input_size``, ``hidden_size``  lengths of x and of h at each step
    ``num_layers``     how many layers there are, each fed with the h of the one below
    ``bias``           whether b_ih and b_hh are added
    ``batch_first``    whether x and y are (n, t, ...) instead of (t, n, ...)
    ``dropout``        share of the outputs that is zeroed between layers while training
    ``bidirectional``  whether a second network reads each layer's input from its end; y holds both, the forward h first
    ``generator``      a Generator or a seed for first values and dropout; None takes the default one, see ``nn.seed``
    ``dtype``          of the parameters, float32 by default

    Called as ``y, h = gru(x, h, lengths=None)``, see ``forward``: x is (t, n, in) or (t, in), y (t, n, directions ·
    hidden), h (layers · directions, n, hidden). Layer k has ``weight_ih_lk`` (3 hidden, in or, for k > 0, directions ·
    hidden), ``weight_hh_lk`` (3 hidden, hidden), ``bias_ih_lk`` and ``bias_hh_lk`` (3 hidden,), each with r, z, n one
    below the other; those of the backward direction end in ``_reverse``. All start in U(-1/√hidden, 1/√hidden).
    Cho et al., "Learning phrase representations using RNN encoder-decoder for statistical machine translation", 2014.
    """

    gates = 3

    def run(self, x: Any, state: Any, weights: Any, inside: Any) -> Any:
        return functional.gru(x, *state, *weights, inside=inside)


def _inside(lengths: Any, t: int, n: int) -> Any:
    """Where sequences go on, (t, n); None where all go on to the end."""
    if lengths is None:
        return None
    lengths = np.asarray(lengths)
    if lengths.dtype == bool and lengths.shape == (n, t):
        return None if lengths.all() else lengths.T
    if lengths.dtype.kind not in "iu" or lengths.shape != (n,):
        wanted = f"whole numbers of shape (n,) = ({n},) or truth values (n, t) = ({n}, {t})"
        raise ValueError(f"lengths: {wanted}, got {lengths.dtype} {lengths.shape}")
    if lengths.size and not 0 <= lengths.min() <= lengths.max() <= t:
        raise ValueError(f"lengths: from 0 to the number of steps {t}, got {lengths.min()} to {lengths.max()}")
    return None if (lengths == t).all() else np.arange(t)[:, None] < lengths
