"""The gates of LSTM and GRU, compiled: what a step does of each number beside its product; see ``recurrent``.

Convention: a step is one product of matrices and one call of a kernel. Kernels take the flat arrays of all t steps, of
which they compute step s, from row ``start`` to ``end`` of n rows of ``hidden`` numbers. Each gate has its own place,
all steps of one before those of the next. ``outside`` holds truths for all steps, or nothing where no sequence ends
early. Threads share the sequences: each goes through all steps alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from autograd import threads
from autograd.native.activations import sigmoid_at
from autograd.native.kernels import In, Out, Truths, kernel
from autograd.native.polynomials import tanh

from ..recurrent.sequence import both, from_right, of_inputs, states_after

__all__ = ["gru", "gru_back", "lstm", "lstm_back"]

PIECE, ROWS, PARTS = 1 << 11, 16, 8  # the least state and number of sequences of a piece, and the most pieces


@kernel
def lstm_step(
    sums: In, b: In, gates: Out, states: Out, cells: Out, extra: Out, outside: Truths,
    s: int, t: int, n: int, hidden: int, start: int, end: int,
) -> None:  # fmt: skip
    m, gap = n * hidden, t * n * hidden
    for row in range(start, end):
        a, q = (s * n + row) * hidden, row * hidden
        i, f = gates[a : a + hidden], gates[a + gap : a + gap + hidden]
        g, o = gates[a + 2 * gap : a + 2 * gap + hidden], gates[a + 3 * gap : a + 3 * gap + hidden]
        q_i, q_f = sums[q : q + hidden], sums[q + m : q + m + hidden]
        q_g, q_o = sums[q + 2 * m : q + 2 * m + hidden], sums[q + 3 * m : q + 3 * m + hidden]
        b_i, b_f = b[:hidden], b[hidden : 2 * hidden]
        b_g, b_o = b[2 * hidden : 3 * hidden], b[3 * hidden : 4 * hidden]
        c, c_after, tanh_c = cells[a : a + hidden], cells[a + m : a + m + hidden], extra[a : a + hidden]
        h, h_after = states[a : a + hidden], states[a + m : a + m + hidden]
        for k in range(hidden):
            write, keep = sigmoid_at(i[k] + q_i[k] + b_i[k]), sigmoid_at(f[k] + q_f[k] + b_f[k])
            new, read = tanh(g[k] + q_g[k] + b_g[k]), sigmoid_at(o[k] + q_o[k] + b_o[k])
            cell = keep * c[k] + write * new
            seen = tanh(cell)
            i[k], f[k], g[k], o[k] = write, keep, new, read
            c_after[k], tanh_c[k], h_after[k] = cell, seen, read * seen
        if outside.size > 0 and outside[s * n + row]:
            c_after[:], h_after[:] = c, h


@kernel
def lstm_step_back(
    g_y: In, products: In, rest: Out, d_c: Out, gates: In, cells: In, extra: In, d: Out, outside: Truths,
    s: int, t: int, n: int, hidden: int, start: int, end: int,
) -> None:  # fmt: skip
    """The gradients of a step's sums; that of the state after it is g + Σ products + rest."""
    m, gap = n * hidden, t * n * hidden
    for row in range(start, end):
        a, q = (s * n + row) * hidden, row * hidden
        i, f = gates[a : a + hidden], gates[a + gap : a + gap + hidden]
        g, o = gates[a + 2 * gap : a + 2 * gap + hidden], gates[a + 3 * gap : a + 3 * gap + hidden]
        d_i, d_f = d[a : a + hidden], d[a + gap : a + gap + hidden]
        d_g, d_o = d[a + 2 * gap : a + 2 * gap + hidden], d[a + 3 * gap : a + 3 * gap + hidden]
        p_i, p_f = products[q : q + hidden], products[q + m : q + m + hidden]
        p_g, p_o = products[q + 2 * m : q + 2 * m + hidden], products[q + 3 * m : q + 3 * m + hidden]
        c, tanh_c, given = cells[a : a + hidden], extra[a : a + hidden], g_y[a : a + hidden]
        left, of_cell = rest[q : q + hidden], d_c[q : q + hidden]
        if outside.size > 0 and outside[s * n + row]:
            d_i[:], d_f[:], d_g[:], d_o[:] = 0.0, 0.0, 0.0, 0.0
            for k in range(hidden):
                left[k] += given[k] + (p_i[k] + p_f[k]) + (p_g[k] + p_o[k])
            continue
        for k in range(hidden):
            d_h = left[k] + given[k] + (p_i[k] + p_f[k]) + (p_g[k] + p_o[k])
            write, keep, new, read, seen = i[k], f[k], g[k], o[k], tanh_c[k]
            through = of_cell[k] + d_h * read * ((1.0 - seen) * (1.0 + seen))
            d_i[k] = through * new * ((1.0 - write) * write)
            d_f[k] = through * c[k] * ((1.0 - keep) * keep)
            d_g[k] = through * write * ((1.0 - new) * (1.0 + new))
            d_o[k] = d_h * seen * ((1.0 - read) * read)
            of_cell[k] = through * keep
            left[k] = 0.0


@kernel
def gru_step(
    sums: In, b: In, gates: Out, states: Out, extra: Out, outside: Truths,
    s: int, t: int, n: int, hidden: int, start: int, end: int,
) -> None:  # fmt: skip
    """The biases are those of r, of z, of pₙ and of qₙ."""
    m, gap = n * hidden, t * n * hidden
    for row in range(start, end):
        a, q = (s * n + row) * hidden, row * hidden
        r, z = gates[a : a + hidden], gates[a + gap : a + gap + hidden]
        new, q_n = gates[a + 2 * gap : a + 2 * gap + hidden], extra[a : a + hidden]
        s_r, s_z, s_n = sums[q : q + hidden], sums[q + m : q + m + hidden], sums[q + 2 * m : q + 2 * m + hidden]
        b_r, b_z = b[:hidden], b[hidden : 2 * hidden]
        b_p, b_q = b[2 * hidden : 3 * hidden], b[3 * hidden : 4 * hidden]
        h, after = states[a : a + hidden], states[a + m : a + m + hidden]
        for k in range(hidden):
            see, keep = sigmoid_at(r[k] + s_r[k] + b_r[k]), sigmoid_at(z[k] + s_z[k] + b_z[k])
            of_state = s_n[k] + b_q[k]
            y = tanh(new[k] + b_p[k] + see * of_state)
            r[k], z[k], new[k], q_n[k] = see, keep, y, of_state
            after[k] = y + keep * (h[k] - y)
        if outside.size > 0 and outside[s * n + row]:
            after[:] = h


@kernel
def gru_step_back(
    g_y: In, products: In, rest: Out, gates: In, states: In, extra: In, d_p: Out, d_q: Out, outside: Truths,
    s: int, t: int, n: int, hidden: int, start: int, end: int,
) -> None:  # fmt: skip
    """The gradients of a step's sums; that of the state after it is g + Σ products + rest."""
    m, gap = n * hidden, t * n * hidden
    for row in range(start, end):
        a, q = (s * n + row) * hidden, row * hidden
        r, z = gates[a : a + hidden], gates[a + gap : a + gap + hidden]
        new, q_n = gates[a + 2 * gap : a + 2 * gap + hidden], extra[a : a + hidden]
        p_r, p_z, p_n = d_p[a : a + hidden], d_p[a + gap : a + gap + hidden], d_p[a + 2 * gap : a + 2 * gap + hidden]
        q_r, q_z, d_n = d_q[a : a + hidden], d_q[a + gap : a + gap + hidden], d_q[a + 2 * gap : a + 2 * gap + hidden]
        s_r, s_z = products[q : q + hidden], products[q + m : q + m + hidden]
        s_n, h = products[q + 2 * m : q + 2 * m + hidden], states[a : a + hidden]
        given, left = g_y[a : a + hidden], rest[q : q + hidden]
        if outside.size > 0 and outside[s * n + row]:
            p_r[:], p_z[:], p_n[:], q_r[:], q_z[:], d_n[:] = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            for k in range(hidden):
                left[k] += given[k] + (s_r[k] + s_z[k] + s_n[k])
            continue
        for k in range(hidden):
            d_h = left[k] + given[k] + (s_r[k] + s_z[k] + s_n[k])
            see, keep, y = r[k], z[k], new[k]
            through = d_h * (1.0 - keep) * ((1.0 - y) * (1.0 + y))
            of_r = through * q_n[k] * ((1.0 - see) * see)
            of_z = d_h * (h[k] - y) * ((1.0 - keep) * keep)
            p_r[k], p_z[k], p_n[k] = of_r, of_z, through
            q_r[k], q_z[k], d_n[k] = of_r, of_z, through * see
            left[k] = d_h * keep


def by_rows(walk: Callable[[int, int], None], n: int, hidden: int) -> None:
    """walk(start, end) over pieces of n sequences, by all threads, in each of which BLAS has one."""
    if not threads.blas():  # BLAS has threads of its own, and nobody can tell it how many
        return walk(0, n)
    with threads.single_blas if threads.threads() > 1 else nullcontext():
        threads.spread(walk, n, max(ROWS, -(-n // PARTS), -(-PIECE // hidden)))


def ahead(run: Any, arrays: list[Any], states: Any, w: Any, sums: Any) -> None:
    """All steps: the product of the state with w into ``sums``, and the kernel ``run`` over its ``arrays``."""
    t, (_, n, hidden) = len(states) - 1, sums.shape

    def walk(start: int, end: int) -> None:
        here = sums[:, start:end]
        for s in range(t):
            np.matmul(states[s, start:end], w, out=here)
            run(*arrays, s, t, n, hidden, start, end)

    by_rows(walk, n, hidden)


def backwards(run: Any, arrays: list[Any], d: Any, w: Any, products: Any) -> None:
    """All steps from the last one: the kernel, and the product of the gradients d that it wrote with w."""
    _, t, n, hidden = d.shape

    def walk(start: int, end: int) -> None:
        here = products[:, start:end]
        for s in range(t - 1, -1, -1):
            run(*arrays, s, t, n, hidden, start, end)
            np.matmul(d[:, s, start:end], w, out=here)

    by_rows(walk, n, hidden)


def truths(inside: Any) -> Any:
    """True where a sequence has ended, flat; nothing where none ends early."""
    return np.empty(0, bool) if inside is None else np.logical_not(inside).reshape(-1)


def flat(a: Any) -> Any:
    """All numbers of an array; only of one that is read it may be a copy."""
    return np.ascontiguousarray(a).reshape(-1)


def lstm(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any) -> Any:
    (t, n), hidden = x.shape[:2], w_hh.shape[1]
    b = both(b_ih, b_hh)
    b = np.zeros(4 * hidden, x.dtype) if b is None else np.ascontiguousarray(b)
    states, cells = states_after(h, x, hidden), states_after(c, x, hidden)
    gates, w = of_inputs(x, w_ih, 4), from_right(w_hh, 4, t)
    extra, sums, out = np.empty((t, n, hidden), x.dtype), np.empty((4, n, hidden), x.dtype), truths(inside)
    run, arrays = lstm_step[x.dtype], [flat(a) for a in (sums, b, gates, states, cells, extra, out)]

    ahead(run, arrays, states, w, sums)
    return states, cells, gates, extra


def lstm_back(
    g_y: Any, d_h: Any, d_c: Any, states: Any, cells: Any, gates: Any, extra: Any, w_hh: Any, inside: Any
) -> Any:
    n, hidden = extra.shape[1:]
    w, d = w_hh.reshape(4, hidden, hidden), np.empty(gates.shape, gates.dtype)
    products, out = np.zeros((4, n, hidden), gates.dtype), truths(inside)
    d_h, d_c = d_h.copy(), d_c.copy()
    run = lstm_step_back[gates.dtype]
    arrays = [flat(a) for a in (g_y, products, d_h, d_c, gates, cells, extra, d, out)]

    backwards(run, arrays, d, w, products)
    d_h += np.add.reduce(products)
    return d, d, d_h, d_c


def gru(x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any) -> Any:
    (t, n), hidden = x.shape[:2], w_hh.shape[1]
    b = np.zeros(4 * hidden, x.dtype)
    if b_ih is not None:
        b[: 3 * hidden] = b_ih
    if b_hh is not None:
        b[: 2 * hidden] += b_hh[: 2 * hidden]
        b[3 * hidden :] = b_hh[2 * hidden :]
    states, gates, w = states_after(h, x, hidden), of_inputs(x, w_ih, 3), from_right(w_hh, 3, t)
    extra, sums, out = np.empty((t, n, hidden), x.dtype), np.empty((3, n, hidden), x.dtype), truths(inside)
    run, arrays = gru_step[x.dtype], [flat(a) for a in (sums, b, gates, states, extra, out)]

    ahead(run, arrays, states, w, sums)
    return states, None, gates, extra


def gru_back(
    g_y: Any, d_h: Any, d_c: Any, states: Any, cells: Any, gates: Any, extra: Any, w_hh: Any, inside: Any
) -> Any:
    n, hidden = extra.shape[1:]
    d_p, d_q = np.empty((2, *gates.shape), gates.dtype)
    d_h = d_h.copy()
    w, products, out = w_hh.reshape(3, hidden, hidden), np.zeros((3, n, hidden), gates.dtype), truths(inside)
    run = gru_step_back[gates.dtype]
    arrays = [flat(a) for a in (g_y, products, d_h, gates, states, extra, d_p, d_q, out)]

    backwards(run, arrays, d_q, w, products)
    d_h += np.add.reduce(products)
    return d_p, d_q, d_h, None
