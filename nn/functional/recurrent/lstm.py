"""Long short-term memory: a cell that gates let in, keep and let out.

    i = σ(pᵢ + qᵢ)   f = σ(p_f + q_f)   g = tanh(p_g + q_g)   o = σ(pₒ + qₒ)
    c' = f c + i g   h' = o tanh(c')

Hochreiter and Schmidhuber, "Long short-term memory", 1997; the forget gate is of Gers, Schmidhuber and Cummins, 2000.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ..activations import sigmoid
from .sequence import Network, Tape, declare, logistic


def _step(p: Any, q: Any, h: Any, c: Any) -> tuple[Any, ...]:
    i, f, g, o = np.split(p + q, 4, axis=1)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def _run(tape: Tape, w: Any, b: Any, outside: Iterable[Any]) -> None:
    states, cells, gates = tape.states, tape.cells, tape.gates.swapaxes(0, 1)
    tape.extra = np.empty_like(states[1:])  # tanh(c')
    sums, let_in = np.empty_like(gates[0]), np.empty_like(states[0])
    half = np.full_like(states, 0.5, shape=())
    for h, h_after, c, c_after, shown, gate, out in zip(
        states[:-1], states[1:], cells[:-1], cells[1:], tape.extra, gates, outside, strict=True
    ):
        np.matmul(h, w, out=sums)
        sums += gate
        np.tanh(sums, out=gate)
        i, f, g, o = gate
        logistic(gate[:2], half)
        logistic(o, half)
        np.multiply(f, c, out=c_after)
        np.multiply(i, g, out=let_in)
        c_after += let_in
        np.tanh(c_after, out=shown)
        np.multiply(o, shown, out=h_after)
        if out is not None:
            np.copyto(c_after, c, where=out)
            np.copyto(h_after, h, where=out)


def _back(tape: Tape, g_y: Any, d_h: Any, d_c: Any, w: Any, outside: Iterable[Any]) -> tuple[Any, Any, Any, Any]:
    gates, d = tape.gates.swapaxes(0, 1), np.empty_like(tape.gates)
    one = np.ones_like(d_h, shape=())
    through, inner, products = np.empty_like(d_h), np.empty_like(gates[0]), np.empty_like(gates[0])
    # slopes: σ' = (1 - σ) σ and tanh' = (1 - tanh) (tanh + 1)
    raised = np.asarray([0, 0, 1, 0], d_h.dtype).reshape(4, 1, 1)
    back = slice(None, None, -1)
    for g_now, gate, d_gate, c, shown, out in zip(
        g_y[back], gates[back], d.swapaxes(0, 1)[back], tape.cells[-2::-1], tape.extra[back],
        reversed(list(outside)), strict=True,
    ):  # fmt: skip
        i, f, g, o = gate
        d_i, d_f, d_g, d_o = d_gate
        d_h += g_now
        held = None if out is None else (d_h * out, d_c * out)
        np.multiply(shown, shown, out=through)  # d_c += d_h o (1 - tanh²(c'))
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
        d_o *= shown
        d_o *= d_h
        d_c *= f
        if held is not None:
            np.copyto(d_gate, 0, where=out)
            np.copyto(d_c, 0, where=out)
            d_c += held[1]
        np.add.reduce(np.matmul(d_gate, w, out=products), axis=0, out=d_h)
        if held is not None:
            d_h += held[0]
    return d, d, d_h, d_c


lstm = declare(Network("lstm", _step, _run, _back, scale=(0.5, 0.5, 1.0, 0.5), joined=4, has_cell=True))
