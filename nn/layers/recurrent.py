"""Recurrent layers: RNN, LSTM, GRU over sequences.

Convention: PyTorch's: sequences are (t, n, in), or (n, t, in) with ``batch_first``, or (t, in) for a single one;
states are (layers · directions, n, hidden), each layer's backward direction after its forward one.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, ClassVar

import numpy as np

from .. import functional, init
from ..module import Module, Parameter, ShapeError


class Recurrent(Module):
    """What the three share; a subclass names its gates and how one layer runs in one direction.

    All weights and biases start in U(-1/√hidden, 1/√hidden), as PyTorch's do. ``dropout`` is the share of outputs
    that is set to 0 between the layers while training goes on.
    """

    gates: ClassVar[int] = 1
    states: ClassVar[int] = 1  # 2: a state is a pair (h, c)

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if hidden_size < 1 or num_layers < 1:
            raise ValueError(
                f"{type(self).__name__}: hidden_size and num_layers are at least 1, got {hidden_size}, {num_layers}"
            )
        if not 0 <= dropout <= 1:
            raise ValueError(f"{type(self).__name__}: dropout is a share between 0 and 1, got {dropout}")
        if dropout and num_layers == 1:
            warnings.warn(f"{type(self).__name__}: dropout acts between layers, and there is only one", stacklevel=3)
        self.input_size = input_size
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.bias = bias
        self.batch_first = batch_first
        self.dropout = dropout
        self.bidirectional = bidirectional
        self.generator = None if generator is None else init.generator(generator)
        rng, rows, bound = init.generator(self.generator), self.gates * hidden_size, 1 / math.sqrt(hidden_size)
        for layer in range(num_layers):
            width = input_size if layer == 0 else hidden_size * len(self.endings)
            for ending in self.endings:
                for name in self.names:
                    shape = (rows, width if name == "weight_ih" else hidden_size)[: 1 if name.startswith("bias") else 2]
                    setattr(self, f"{name}_l{layer}{ending}", Parameter(init.uniform(shape, -bound, bound, rng, dtype)))

    @property
    def endings(self) -> tuple[str, ...]:
        """How the names of the parameters end, for each direction."""
        return ("", "_reverse") if self.bidirectional else ("",)

    @property
    def names(self) -> tuple[str, ...]:
        """What belongs to one layer and direction."""
        return ("weight_ih", "weight_hh", "bias_ih", "bias_hh") if self.bias else ("weight_ih", "weight_hh")

    def run(self, x: Any, state: tuple[Any, ...], weights: list[Any], inside: Any) -> Any:
        """One layer in one direction: (y, h) or (y, h, c), from the states before the first step."""
        raise NotImplementedError

    def forward(self, x: Any, state: Any = None, *, lengths: Any = None) -> Any:
        """(y, the last state): y holds the last layer's h of each step, (t, n, directions · hidden).

        ``state``    h, or for an LSTM (h, c), before the first step; None means 0
        ``lengths``  where sequences of different lengths go on: their numbers of steps (n,), or truth values (n, t).
                     Beyond its end a sequence's y is 0, its last state is the one at its end, and the backward
                     direction begins there. In a gap between truth values the state waits.
        """
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            form = "n, t" if self.batch_first else "t, n"
            raise ShapeError(self, x.shape, f"({form}, {self.input_size}) or (t, {self.input_size})")
        single = x.ndim == 2
        x = functional.cast(x, self.weight_ih_l0)  # type: ignore[attr-defined]
        x = x[:, None] if single else np.swapaxes(x, 0, 1) if self.batch_first else x
        inside = _inside(lengths, *x.shape[:2])
        before = self._before(state, single, x)
        after: list[tuple[Any, ...]] = []
        for layer in range(self.num_layers):
            if layer and self.dropout:
                x = functional.dropout(x, self.dropout, self.training, self.generator)
            sides = []
            for ending in self.endings:
                weights = [getattr(self, f"{name}_l{layer}{ending}") for name in self.names]
                y, *last = _run(self, x, before[len(after)], weights, inside, backwards=bool(ending))
                sides.append(y)
                after.append(tuple(last))
            x = sides[0] if len(sides) == 1 else np.concatenate(sides, axis=2)
        y = x[:, 0] if single else np.swapaxes(x, 0, 1) if self.batch_first else x
        last = [np.concatenate(part) if single else np.stack(part) for part in zip(*after, strict=True)]
        return y, last[0] if self.states == 1 else tuple(last)

    def _before(self, state: Any, single: bool, x: Any) -> list[tuple[Any, ...]]:
        """The states before the first step, for each layer and direction."""
        count = self.num_layers * len(self.endings)
        if state is None:
            return [(None,) * self.states] * count
        parts = (state,) if self.states == 1 else tuple(state)
        shape = (count, self.hidden_size) if single else (count, x.shape[1], self.hidden_size)
        given = [getattr(part, "shape", type(part).__name__) for part in parts]
        if given != [shape] * self.states:
            raise ShapeError(
                self,
                f"a state {', '.join(map(str, given))}",
                f"h {shape}" if self.states == 1 else f"(h, c), each {shape}",
            )
        parts = tuple(functional.cast(part, x) for part in parts)
        return [tuple(part[k : k + 1] if single else part[k] for part in parts) for k in range(count)]

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        steps: int = math.prod(inputs[0].shape[:-1])
        return steps * sum(int(p.size) for name, p in self.named_parameters() if name.startswith("weight"))

    def describe(self) -> str:
        usual = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0, "bidirectional": False}
        given = [f"{k}={getattr(self, k)}" for k, v in usual.items() if getattr(self, k) != v]
        return ", ".join([f"{self.input_size}, {self.hidden_size}", *given])


def _run(
    layer: Recurrent, x: Any, state: tuple[Any, ...], weights: list[Any], inside: Any, backwards: bool
) -> tuple[Any, ...]:
    """One direction of a layer: backwards is forwards over the sequence turned round."""
    if backwards:
        x, inside = np.flip(x, 0), None if inside is None else inside[::-1]
    y, *last = layer.run(x, state, weights, inside)
    return (np.flip(y, 0) if backwards else y, *last)


def _inside(lengths: Any, t: int, n: int) -> Any:
    """Where sequences go on, (t, n); None where all go on to the end."""
    if lengths is None:
        return None
    lengths = np.asarray(lengths)
    if lengths.dtype == bool and lengths.shape == (n, t):
        return None if lengths.all() else lengths.T
    if lengths.dtype.kind not in "iu" or lengths.shape != (n,):
        raise ValueError(
            f"lengths: whole numbers of shape (n,) = ({n},) or truth values (n, t) = ({n}, {t}), "
            f"got {lengths.dtype} {lengths.shape}"
        )
    if lengths.size and not 0 <= lengths.min() <= lengths.max() <= t:
        raise ValueError(f"lengths: from 0 to the number of steps {t}, got {lengths.min()} to {lengths.max()}")
    return None if (lengths == t).all() else np.arange(t)[:, None] < lengths


class RNN(Recurrent):
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh), where φ, the ``nonlinearity``, is tanh or relu.

    Elman, "Finding structure in time", 1990.
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            raise ValueError(f"RNN: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            generator=generator, dtype=dtype,
        )  # fmt: skip
        self.nonlinearity: Any = nonlinearity

    def run(self, x: Any, state: Any, weights: Any, inside: Any) -> Any:
        return functional.rnn(x, *state, *weights, nonlinearity=self.nonlinearity, inside=inside)

    def describe(self) -> str:
        return super().describe() + (", nonlinearity='relu'" if self.nonlinearity == "relu" else "")


class LSTM(Recurrent):
    """i, f, o = σ(...);  g = tanh(...);  c' = f c + i g;  h' = o tanh(c'), each of W_ih x + b_ih + W_hh h + b_hh.

    The weights hold i, f, g, o one below the other. A state is a pair (h, c). Hochreiter and Schmidhuber,
    "Long short-term memory", 1997.
    """

    gates = 4
    states = 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        generator: init.Randomness = None,
        dtype: Any = None,
    ) -> None:
        if proj_size:
            raise NotImplementedError("LSTM: proj_size is not there: put a Linear layer behind a single-layer LSTM")
        super().__init__(
            input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional,
            generator=generator, dtype=dtype,
        )  # fmt: skip

    def run(self, x: Any, state: Any, weights: Any, inside: Any) -> Any:
        return functional.lstm(x, *state, *weights, inside=inside)


class GRU(Recurrent):
    """r, z = σ(...);  n = tanh(W_in x + b_in + r (W_hn h + b_hn));  h' = (1 - z) n + z h.

    The weights hold r, z, n one below the other. Cho et al., "Learning phrase representations using RNN
    encoder-decoder for statistical machine translation", 2014.
    """

    gates = 3

    def run(self, x: Any, state: Any, weights: Any, inside: Any) -> Any:
        return functional.gru(x, *state, *weights, inside=inside)
