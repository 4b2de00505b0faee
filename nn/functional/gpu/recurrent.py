"""The gates of LSTM and GRU on a GPU: a step is one product by cuBLAS and one kernel, both ways.

Convention: as in ``nn.functional.recurrent``, whose functions these stand in for; σ(s) = (1 + tanh(s/2)) / 2.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.gpu.kernels import Kernel, tried

from ..recurrent.sequence import both, from_right, of_inputs, outside, states_after

__all__ = ["gru_back", "gru_run", "lstm_back", "lstm_run"]

LSTM = Kernel(
    "lstm",
    "T pi, T pf, T pg, T po, T qi, T qf, T qg, T qo, T c",
    "T i_, T f, T g, T o, T c_after, T tanh_c, T h_after",
    """
    T half = 0.5;
    i_ = half * tanh(half * (pi + qi)) + half;
    f = half * tanh(half * (pf + qf)) + half;
    g = tanh(pg + qg);
    o = half * tanh(half * (po + qo)) + half;
    c_after = f * c + i_ * g;
    tanh_c = tanh(c_after);
    h_after = o * tanh_c
    """,
)
LSTM_BACK = Kernel(
    "lstm_back",
    "T d_y, T d_h, T d_c, T i_, T f, T g, T o, T c, T tanh_c",
    "T d_i, T d_f, T d_g, T d_o, T d_before",
    """
    T one = 1, by_h = d_h + d_y;
    T by_c = d_c + by_h * o * (one - tanh_c * tanh_c);
    d_i = by_c * g * i_ * (one - i_);
    d_f = by_c * c * f * (one - f);
    d_g = by_c * i_ * (one - g * g);
    d_o = by_h * tanh_c * o * (one - o);
    d_before = by_c * f
    """,
)
GRU = Kernel(
    "gru",
    "T pr, T pz, T pn, T qr, T qz, T qn, T bn, T h",
    "T r, T z, T n, T q_n, T h_after",
    """
    T half = 0.5;
    r = half * tanh(half * (pr + qr)) + half;
    z = half * tanh(half * (pz + qz)) + half;
    q_n = qn + bn;
    n = tanh(pn + r * q_n);
    h_after = n + z * (h - n)
    """,
)
GRU_BACK = Kernel(
    "gru_back",
    "T d_y, T d_h, T r, T z, T n, T q_n, T h",
    "T p_r, T p_z, T p_n, T q_r, T q_z, T d_q, T d_before",
    """
    T one = 1, d = d_h + d_y;
    p_n = d * (one - z) * (one - n * n);
    p_z = d * (h - n) * (one - z) * z;
    p_r = p_n * q_n * (one - r) * r;
    q_r = p_r;
    q_z = p_z;
    d_q = p_n * r;
    d_before = d * z
    """,
)
BACK = slice(None, None, -1)


def lstm_run(
    x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any
) -> Any:  # fmt: skip
    """All steps; ``extra`` is tanh(c')."""
    if not tried(x, h, c, w_ih, w_hh, *(b for b in (b_ih, b_hh) if b is not None)):
        return NotImplemented
    hidden = w_hh.shape[1]
    states, cells = states_after(h, x, hidden), states_after(c, x, hidden)
    gates, w = of_inputs(x, w_ih, 4, both(b_ih, b_hh)), from_right(w_hh, 4, len(x))
    extra = np.empty_like(states[1:])
    for t, out in zip(range(len(x)), outside(inside, len(x)), strict=True):
        h, c, gate = states[t], cells[t], tuple(gates[:, t])
        LSTM(*gate, *(h @ w), c, out=(*gate, cells[t + 1], extra[t], states[t + 1]))
        if out is not None:
            np.copyto(cells[t + 1], c, where=out)
            np.copyto(states[t + 1], h, where=out)
    return states, cells, gates, extra


def lstm_back(
    g_y: Any, d_h: Any, d_c: Any, states: Any, cells: Any, gates: Any, extra: Any, w_hh: Any, inside: Any
) -> Any:
    """Backpropagation through time."""
    if not tried(g_y, d_h, d_c, gates, w_hh):
        return NotImplemented
    d, w = np.empty_like(gates), w_hh.reshape(4, *states.shape[2:], -1)
    ended = list(outside(inside, len(g_y)))
    for t in range(len(g_y))[BACK]:
        out, step = ended[t], d[:, t]
        passed = None if out is None else ((d_h + g_y[t]) * out, d_c * out)
        before = np.empty_like(d_c)
        LSTM_BACK(g_y[t], d_h, d_c, *gates[:, t], cells[t], extra[t], out=(*step, before))
        if passed is not None:
            np.copyto(step, 0, where=out)
            np.copyto(before, passed[1], where=out)
        d_c = before
        d_h = np.sum(step @ w, axis=0)
        if passed is not None:
            d_h = d_h + passed[0]
    return d, d, d_h, d_c


def gru_run(
    x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any
) -> Any:  # fmt: skip
    """All steps; ``extra`` is qₙ."""
    if not tried(x, h, w_ih, w_hh, *(b for b in (b_ih, b_hh) if b is not None)):
        return NotImplemented
    hidden = w_hh.shape[1]
    states = states_after(h, x, hidden)
    gates, w = of_inputs(x, w_ih, 3, b_ih), from_right(w_hh, 3, len(x))
    if b_hh is not None:  # of r and z; that of n belongs to qₙ
        gates[:2] += b_hh.reshape(3, 1, 1, hidden)[:2]
    b_n = np.zeros_like(states, shape=()) if b_hh is None else b_hh[2 * hidden :]
    extra = np.empty_like(states[1:])
    for t, out in zip(range(len(x)), outside(inside, len(x)), strict=True):
        h, gate = states[t], tuple(gates[:, t])
        GRU(*gate, *(h @ w), b_n, h, out=(*gate, extra[t], states[t + 1]))
        if out is not None:
            np.copyto(states[t + 1], h, where=out)
    return states, None, gates, extra


def gru_back(
    g_y: Any, d_h: Any, d_c: Any, states: Any, cells: Any, gates: Any, extra: Any, w_hh: Any, inside: Any
) -> Any:
    """Backpropagation through time."""
    if not tried(g_y, d_h, gates, w_hh):
        return NotImplemented
    d_p, d_q, w = np.empty_like(gates), np.empty_like(gates), w_hh.reshape(3, *states.shape[2:], -1)
    ended = list(outside(inside, len(g_y)))
    for t in range(len(g_y))[BACK]:
        out, p, q = ended[t], d_p[:, t], d_q[:, t]
        before = np.empty_like(d_h)
        passed = None if out is None else d_h + g_y[t]
        GRU_BACK(g_y[t], d_h, *gates[:, t], extra[t], states[t], out=(*p, *q, before))
        if passed is not None:
            np.copyto(p, 0, where=out)
            np.copyto(q, 0, where=out)
            np.copyto(before, passed, where=out)
        d_h = before + np.sum(q @ w, axis=0)
    return d_p, d_q, d_h, None
