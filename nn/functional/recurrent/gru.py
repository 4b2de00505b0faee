"""Gated recurrent unit: of the old state, gate r decides what is seen and gate z what stays.

    r = σ(p_r + q_r)   z = σ(p_z + q_z)   n = tanh(pₙ + r qₙ)   h' = (1 - z) n + z h

with p = W_ih x + b_ih and q = W_hh h + b_hh, whose rows belong to r, z, n, one below the other. Cho et al., "Learning
phrase representations using RNN encoder-decoder", 2014; r multiplies after the product with the state, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.native import on_gpu
from autograd.typing import A, Array, ArrayLike

from ..activations import sigmoid
from ..precision import in_single
from .sequence import Network, Tape, checked, declare, logistic

__all__ = ["gru", "gru_cell"]


def _step(p: Any, q: Any, h: Any) -> tuple[Any, ...]:
    (p_r, p_z, p_n), (q_r, q_z, q_n) = np.split(p, 3, axis=1), np.split(q, 3, axis=1)
    z = sigmoid(p_z + q_z)
    n = np.tanh(p_n + sigmoid(p_r + q_r) * q_n)
    return (n + z * (h - n),)


@on_gpu("nn.functional.gpu.recurrent:gru_run", at=1)
def _run(tape: Tape, w: Any, b: Any, outside: Iterable[Any]) -> None:
    states, gates = tape.states, tape.gates.swapaxes(0, 1)
    tape.extra = np.empty_like(states[1:])  # qₙ
    sums = np.empty_like(gates[0])
    b_n = np.zeros_like(states, shape=()) if b is None else b[2 * states.shape[2] :]
    half = np.full_like(states, 0.5, shape=())
    for h, after, q_n, gate, out in zip(states[:-1], states[1:], tape.extra, gates, outside, strict=True):
        r, z, n = gate
        both = gate[:2]
        np.matmul(h, w, out=sums)
        both += sums[:2]
        logistic(np.tanh(both, out=both), half)
        np.add(sums[2], b_n, out=q_n)
        np.multiply(r, q_n, out=after)
        n += after
        np.tanh(n, out=n)
        np.subtract(h, n, out=after)
        after *= z
        after += n
        if out is not None:
            np.copyto(after, h, where=out)


@on_gpu("nn.functional.gpu.recurrent:gru_back", at=1)
def _back(tape: Tape, g_y: Any, d_h: Any, d_c: Any, w: Any, outside: Iterable[Any]) -> tuple[Any, Any, Any, Any]:
    gates, d_p, d_q = tape.gates.swapaxes(0, 1), np.empty_like(tape.gates), np.empty_like(tape.gates)
    one = np.ones_like(d_h, shape=())
    products = np.empty_like(gates[0])
    back = slice(None, None, -1)
    for g_now, gate, p, q, h, q_n, out in zip(
        g_y[back], gates[back], d_p.swapaxes(0, 1)[back], d_q.swapaxes(0, 1)[back], tape.states[-2::-1],
        tape.extra[back], reversed(list(outside)), strict=True,
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
            np.copyto(d_h, passed, where=out)
        np.matmul(q, w, out=products)
        for product in products:
            d_h += product
    return d_p, d_q, d_h, None


OPERATION = declare(Network("gru", _step, _run, _back, scale=(0.5, 0.5, 1.0), joined=2))


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
