"""Gated recurrent unit: of the old state, gate r decides what is seen and gate z what stays.

    r = σ(p_r + q_r)   z = σ(p_z + q_z)   n = tanh(pₙ + r qₙ)   h' = (1 - z) n + z h

with p = W_ih x + b_ih and q = W_hh h + b_hh, whose rows belong to r, z, n, one below the other. Cho et al., "Learning
phrase representations using RNN encoder-decoder", 2014; r multiplies after the product with the state, as in PyTorch.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.native import on_gpu, twin
from autograd.typing import A, Array, ArrayLike

from ..activations import sigmoid
from ..precision import in_single
from .sequence import Network, Tape, checked, declare, from_right, logistic, of_inputs, outside, states_after

__all__ = ["gru", "gru_cell"]


def _step(p: Any, q: Any, h: Any) -> tuple[Any, ...]:
    (p_r, p_z, p_n), (q_r, q_z, q_n) = np.split(p, 3, axis=1), np.split(q, 3, axis=1)
    z = sigmoid(p_z + q_z)
    n = np.tanh(p_n + sigmoid(p_r + q_r) * q_n)
    return (n + z * (h - n),)


@on_gpu("nn.functional.gpu.recurrent:gru_run")
@twin("nn.functional.native.gates:gru", 1 << 11, "f", False)
def _run(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any) -> tuple[Any, Any, Any, Any]:
    """All steps; ``extra`` is qₙ."""
    t, hidden = len(x), w_hh.shape[1]
    states, all_gates = states_after(h, x, hidden), of_inputs(x, w_ih, 3, b_ih)
    gates, w = all_gates.swapaxes(0, 1), from_right(w_hh, 3, t)
    extra = np.empty_like(states[1:])
    sums = np.empty_like(gates[0])
    b = np.zeros_like(states, shape=()) if b_hh is None else b_hh.reshape(3, 1, hidden)
    half = np.full_like(states, 0.5, shape=())
    for h, after, q_n, gate, out in zip(states[:-1], states[1:], extra, gates, outside(inside, t), strict=True):
        r, z, n = gate
        both = gate[:2]
        np.matmul(h, w, out=sums)
        sums += b
        both += sums[:2]
        both *= half
        logistic(np.tanh(both, out=both), half)
        np.copyto(q_n, sums[2])
        np.multiply(r, q_n, out=after)
        n += after
        np.tanh(n, out=n)
        np.subtract(h, n, out=after)
        after *= z
        after += n
        if out is not None:
            np.copyto(after, h, where=out)
    return states, None, all_gates, extra


@on_gpu("nn.functional.gpu.recurrent:gru_back")
@twin("nn.functional.native.gates:gru_back", 1 << 11, "f", False)
def _back(
    g_y: Any, d_h: Any, d_c: Any, states: Any, cells: Any, all_gates: Any, extra: Any, w_hh: Any, inside: Any
) -> tuple[Any, Any, Any, Any]:
    gates, w = all_gates.swapaxes(0, 1), w_hh.reshape(3, *states.shape[2:], -1)
    d_p, d_q, d_h = np.empty_like(all_gates), np.empty_like(all_gates), d_h.copy()
    one = np.ones_like(d_h, shape=())
    products = np.empty_like(gates[0])
    back = slice(None, None, -1)
    for g_now, gate, p, q, h, q_n, out in zip(
        g_y[back], gates[back], d_p.swapaxes(0, 1)[back], d_q.swapaxes(0, 1)[back], states[-2::-1], extra[back],
        reversed(list(outside(inside, len(g_y)))), strict=True,
    ):  # fmt: skip
        r, z, n = gate
        p_r, p_z, p_n = p
        d_h += g_now
        passed = None if out is None else d_h * out
        slopes = p[:2]
        np.subtract(one, gate[:2], out=slopes)  # 1 - r, 1 - z
        np.multiply(d_h, p_z, out=p_n)  # d_n (1 - n²), with d_n = d_h (1 - z)
        slopes *= gate[:2]
        np.subtract(h, n, out=q[0])
        p_z *= q[0]
        p_z *= d_h
        np.multiply(n, n, out=q[0])
        np.subtract(one, q[0], out=q[0])
        p_n *= q[0]
        p_r *= p_n
        p_r *= q_n
        if passed is not None:
            np.copyto(p, 0, where=out)
        q[:2] = slopes
        np.multiply(p_n, r, out=q[2])
        d_h *= z
        if passed is not None:
            np.copyto(q[2], 0, where=out)
            np.copyto(d_h, passed, where=out)
        np.matmul(q, w, out=products)
        for product in products:
            d_h += product
    return d_p, d_q, d_h, None


OPERATION = declare(Network("gru", _step, _run, _back, gates=3))


@in_single
def gru(
    input: Array, h: Array | None, weight_ih: A, weight_hh: Array, bias_ih: Array | None = None,
    bias_hh: Array | None = None, *, inside: ArrayLike | None = None,
) -> tuple[A, A]:  # fmt: skip
    """r, z = σ(p + q);  n = tanh(p + r q);  h' = (1 - z) n + z h, with p = W_ih x + b_ih and q = W_hh h + b_hh.

    Over a sequence of t steps: all h' (t, n, hidden), and the last one (n, hidden).

    ``input``                 x (t, n, in)
    ``h``                     the state before the first step (n, hidden), None for 0
    ``weight_ih``             W_ih (3 hidden, in); rows for r, z and n, one below the other
    ``weight_hh``             W_hh (3 hidden, hidden)
    ``bias_ih``, ``bias_hh``  b_ih and b_hh (3 hidden,), None for 0
    ``inside``                (t, n), True while a sequence lasts; elsewhere its state stays and its result is 0
    """
    return OPERATION(*checked("gru", 3, inside, input, h, None, weight_ih, weight_hh, bias_ih, bias_hh), Tape())


def gru_cell(
    input: Array, h: Array | None, weight_ih: A, weight_hh: Array, bias_ih: Array | None = None,
    bias_hh: Array | None = None,
) -> A:  # fmt: skip
    """One step of ``gru``: h' (n, hidden).

    ``input``                 x (n, in)
    ``h``                     the state before the step (n, hidden), None for 0
    ``weight_ih``             W_ih (3 hidden, in); rows for r, z and n, one below the other
    ``weight_hh``             W_hh (3 hidden, hidden)
    ``bias_ih``, ``bias_hh``  b_ih and b_hh (3 hidden,), None for 0
    """
    return gru(input[None], h, weight_ih, weight_hh, bias_ih, bias_hh)[1]
