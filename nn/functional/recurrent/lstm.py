"""Long short-term memory: a cell c whose gates write (i), keep (f) and read (o) it.

    i = σ(pᵢ + qᵢ)   f = σ(p_f + q_f)   g = tanh(p_g + q_g)   o = σ(pₒ + qₒ)
    c' = f c + i g   h' = o tanh(c')

with p = W_ih x + b_ih and q = W_hh h + b_hh, whose rows belong to i, f, g, o, one below the other. Hochreiter and
Schmidhuber, "Long short-term memory", 1997; the forget gate f by Gers, Schmidhuber and Cummins, 2000.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.native import on_gpu, twin
from autograd.typing import A, Array, ArrayLike

from ..activations import sigmoid
from ..precision import in_single
from .sequence import Network, Tape, both, checked, declare, from_right, logistic, of_inputs, outside, states_after

__all__ = ["lstm", "lstm_cell"]


def _step(p: Any, q: Any, h: Any, c: Any) -> tuple[Any, ...]:
    i, f, g, o = np.split(p + q, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


@on_gpu("nn.functional.gpu.recurrent:lstm_run")
@twin("nn.functional.native.gates:lstm", 1 << 11, "f", False)
def _run(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any) -> tuple[Any, Any, Any, Any]:
    """All steps; ``extra`` is tanh(c')."""
    t, hidden = len(x), w_hh.shape[1]
    states, cells = states_after(h, x, hidden), states_after(c, x, hidden)
    all_gates = of_inputs(x, w_ih, 4, both(b_ih, b_hh))
    gates, w = all_gates.swapaxes(0, 1), from_right(w_hh, 4, t)
    extra = np.empty_like(states[1:])
    sums, written = np.empty_like(gates[0]), np.empty_like(states[0])
    half = np.full_like(states, 0.5, shape=())
    scale = np.asarray([0.5, 0.5, 1, 0.5], x.dtype, like=x).reshape(4, 1, 1)
    for h, h_after, c, c_after, tanh_c, gate, out in zip(
        states[:-1], states[1:], cells[:-1], cells[1:], extra, gates, outside(inside, t), strict=True
    ):
        np.matmul(h, w, out=sums)
        sums += gate
        sums *= scale
        np.tanh(sums, out=gate)
        i, f, g, o = gate
        logistic(gate[:2], half)
        logistic(o, half)
        np.multiply(f, c, out=c_after)
        np.multiply(i, g, out=written)
        c_after += written
        np.tanh(c_after, out=tanh_c)
        np.multiply(o, tanh_c, out=h_after)
        if out is not None:
            np.copyto(c_after, c, where=out)
            np.copyto(h_after, h, where=out)
    return states, cells, all_gates, extra


@on_gpu("nn.functional.gpu.recurrent:lstm_back")
@twin("nn.functional.native.gates:lstm_back", 1 << 11, "f", False)
def _back(
    g_y: Any, d_h: Any, d_c: Any, states: Any, cells: Any, all_gates: Any, extra: Any, w_hh: Any, inside: Any
) -> tuple[Any, Any, Any, Any]:
    gates, d, w = all_gates.swapaxes(0, 1), np.empty_like(all_gates), w_hh.reshape(4, *states.shape[2:], -1)
    d_h, d_c = d_h.copy(), d_c.copy()
    one = np.ones_like(d_h, shape=())
    through, inner, products = np.empty_like(d_h), np.empty_like(gates[0]), np.empty_like(gates[0])
    # slopes: σ' = (1 - σ) σ and tanh' = (1 - tanh) (tanh + 1)
    raised = np.asarray([0, 0, 1, 0], d_h.dtype, like=d_h).reshape(4, 1, 1)
    back = slice(None, None, -1)
    for g_now, gate, d_gate, c, tanh_c, out in zip(
        g_y[back], gates[back], d.swapaxes(0, 1)[back], cells[-2::-1], extra[back],
        reversed(list(outside(inside, len(g_y)))), strict=True,
    ):  # fmt: skip
        i, f, g, o = gate
        d_i, d_f, d_g, d_o = d_gate
        d_h += g_now
        passed = None if out is None else (d_h * out, d_c * out)
        np.multiply(tanh_c, tanh_c, out=through)  # d_c += d_h o (1 - tanh²(c'))
        np.subtract(one, through, out=through)
        through *= o
        through *= d_h
        d_c += through
        np.subtract(one, gate, out=d_gate)
        np.add(gate, raised, out=inner)
        d_gate *= inner
        d_i *= g
        d_f *= c
        d_g *= i
        d_gate[:3] *= d_c
        d_o *= tanh_c
        d_o *= d_h
        d_c *= f
        if passed is not None:
            np.copyto(d_gate, 0, where=out)
            np.copyto(d_c, 0, where=out)
            d_c += passed[1]
        np.add.reduce(np.matmul(d_gate, w, out=products), axis=0, out=d_h)
        if passed is not None:
            d_h += passed[0]
    return d, d, d_h, d_c


OPERATION = declare(Network("lstm", _step, _run, _back, gates=4, has_cell=True))


@in_single
def lstm(
    input: Array, h: Array | None, c: Array | None, weight_ih: A, weight_hh: Array, bias_ih: Array | None = None,
    bias_hh: Array | None = None, *, inside: ArrayLike | None = None,
) -> tuple[A, A, A]:  # fmt: skip
    """i, f, o = σ(...);  g = tanh(...);  c' = f c + i g;  h' = o tanh(c'), with ... = W_ih x + b_ih + W_hh h + b_hh.

    Over a sequence of t steps: all h' (t, n, hidden), the last h' and the last c' (n, hidden).

    ``input``                 x (t, n, in)
    ``h``, ``c``              state and cell before the first step (n, hidden), None for 0
    ``weight_ih``             W_ih (4 hidden, in); rows for i, f, g and o, one below the other
    ``weight_hh``             W_hh (4 hidden, hidden)
    ``bias_ih``, ``bias_hh``  b_ih and b_hh (4 hidden,), None for 0
    ``inside``                (t, n), True while a sequence lasts; elsewhere its state stays and its result is 0
    """
    return OPERATION(*checked("lstm", 4, inside, input, h, c, weight_ih, weight_hh, bias_ih, bias_hh), Tape())


def lstm_cell(
    input: Array, h: Array | None, c: Array | None, weight_ih: A, weight_hh: Array, bias_ih: Array | None = None,
    bias_hh: Array | None = None,
) -> tuple[A, A]:  # fmt: skip
    """One step of ``lstm``: (h', c'), both (n, hidden).

    ``input``                 x (n, in)
    ``h``, ``c``              state and cell before the step (n, hidden), None for 0
    ``weight_ih``             W_ih (4 hidden, in); rows for i, f, g and o, one below the other
    ``weight_hh``             W_hh (4 hidden, hidden)
    ``bias_ih``, ``bias_hh``  b_ih and b_hh (4 hidden,), None for 0
    """
    return lstm(input[None], h, c, weight_ih, weight_hh, bias_ih, bias_hh)[1:]
