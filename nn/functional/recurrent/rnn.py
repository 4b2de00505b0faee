"""The simple recurrent network: h' = φ(p + q) with p = W_ih x + b_ih, q = W_hh h + b_hh and φ = tanh or relu.

Elman, "Finding structure in time", 1990.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from autograd.typing import A, Array, ArrayLike

from ..activations import relu
from ..precision import in_single
from .sequence import Network, Tape, both, checked, declare, from_right, of_inputs, outside, states_after

__all__ = ["rnn", "rnn_cell"]


def _network(name: str, activation: Any, in_place: Any, slope: Any) -> Network:
    """A network with φ = ``activation``, also ``in_place``, and φ'(s) = ``slope(φ(s))``."""

    def step(p: Any, q: Any, h: Any) -> tuple[Any, ...]:
        return (activation(p + q),)

    def run(
        x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any
    ) -> tuple[Any, Any, Any, Any]:
        states = states_after(h, x, len(w_hh))
        gates = of_inputs(x, w_ih, 1, both(b_ih, b_hh))
        w = from_right(w_hh, 1, len(x))[0]
        for h, after, p, out in zip(states[:-1], states[1:], gates[0], outside(inside, len(x)), strict=True):
            np.matmul(h, w, out=after)
            after += p
            in_place(after)
            if out is not None:
                np.copyto(after, h, where=out)
        return states, None, gates, None

    def back(
        g: Any, d_h: Any, d_c: Any, states: Any, cells: Any, gates: Any, extra: Any, w: Any, inside: Any
    ) -> tuple[Any, Any, Any, Any]:
        d, d_h = slope(states[1:]), d_h.copy()
        for g_now, d_now, out in zip(g[::-1], d[::-1], reversed(list(outside(inside, len(g)))), strict=True):
            d_h += g_now
            d_now *= d_h
            if out is None:
                np.matmul(d_now, w, out=d_h)
            else:
                np.copyto(d_now, 0, where=out)
                d_h = d_now @ w + d_h * out
        return d[None], d[None], d_h, None

    return Network(name, step, run, back, gates=1)


KINDS = {
    "tanh": declare(_network("rnn_tanh", np.tanh, lambda s: np.tanh(s, out=s), lambda y: 1 - y * y)),
    "relu": declare(_network("rnn_relu", relu, lambda s: np.maximum(s, 0, out=s), lambda y: (y > 0).astype(y.dtype))),
}


@in_single
def rnn(
    input: Array, h: Array | None, weight_ih: A, weight_hh: Array, bias_ih: Array | None = None,
    bias_hh: Array | None = None, *, nonlinearity: Literal["tanh", "relu"] = "tanh", inside: ArrayLike | None = None,
) -> tuple[A, A]:  # fmt: skip
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh).

    Over a sequence of t steps: all h' (t, n, hidden), and the last one (n, hidden).

    ``input``                 x (t, n, in)
    ``h``                     the state before the first step (n, hidden), None for 0
    ``weight_ih``             W_ih (hidden, in)
    ``weight_hh``             W_hh (hidden, hidden)
    ``bias_ih``, ``bias_hh``  b_ih and b_hh (hidden,), None for 0
    ``nonlinearity``          φ: 'tanh' or 'relu'; another word raises ValueError
    ``inside``                (t, n), True while a sequence lasts; elsewhere its state stays and its result is 0
    """
    if nonlinearity not in KINDS:
        raise ValueError(f"rnn: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
    operands = checked("rnn", 1, inside, input, h, None, weight_ih, weight_hh, bias_ih, bias_hh)
    return KINDS[nonlinearity](*operands, Tape())


def rnn_cell(
    input: Array, h: Array | None, weight_ih: A, weight_hh: Array, bias_ih: Array | None = None,
    bias_hh: Array | None = None, *, nonlinearity: Literal["tanh", "relu"] = "tanh",
) -> A:  # fmt: skip
    """One step of ``rnn``: h' = φ(W_ih x + b_ih + W_hh h + b_hh), (n, hidden).

    ``input``                 x (n, in)
    ``h``                     the state before the step (n, hidden), None for 0
    ``weight_ih``             W_ih (hidden, in)
    ``weight_hh``             W_hh (hidden, hidden)
    ``bias_ih``, ``bias_hh``  b_ih and b_hh (hidden,), None for 0
    ``nonlinearity``          φ: 'tanh' or 'relu'
    """
    return rnn(input[None], h, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity=nonlinearity)[1]
