"""Recurrent layers and cells, and their operations beside loops over NumPy functions."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from nn import functional as F

from ..operations.row import real
from .case import Kernel, case, kernel

T, N, WIDTH, HIDDEN = 3, 2, 2, 2
X, STATE = real(T, N, WIDTH), real(1, N, HIDDEN)

CASES = [  # several layers in both directions, with lengths: ``tests/tables/packed.py``
    case("RNN", WIDTH, HIDDEN, inputs=[X, STATE]),
    case("RNN", WIDTH, HIDDEN, inputs=[real(T, WIDTH)], name="RNN, one sequence", nonlinearity="relu", bias=False),
    case("GRU", WIDTH, HIDDEN, inputs=[X, STATE]),
    case("GRU", 1, 1, 2, inputs=[real(2, 3, 1)], batch_first=True),
    case("GRU", WIDTH, HIDDEN, inputs=[real(T, WIDTH), real(1, HIDDEN)], name="GRU, one sequence", bias=False),
    case("GRU", 1, 1, 2, inputs=[real(2, 1, 1)], dropout=0.5, training=False),
    case("LSTM", WIDTH, HIDDEN, inputs=[X]),
    case("LSTM", 1, 1, inputs=[real(3, 2, 1)], bidirectional=True),
    case("LSTM", WIDTH, HIDDEN, inputs=[real(T, WIDTH)], name="LSTM, one sequence", bias=False),
    case("RNNCell", WIDTH, HIDDEN, inputs=[real(N, WIDTH), real(N, HIDDEN)]),
    case("RNNCell", WIDTH, HIDDEN, nonlinearity="relu", bias=False, inputs=[real(WIDTH)]),
    case("LSTMCell", WIDTH, HIDDEN, inputs=[real(N, WIDTH)]),
    case("LSTMCell", WIDTH, HIDDEN, bias=False, inputs=[real(WIDTH)]),
    case("GRUCell", WIDTH, HIDDEN, inputs=[real(N, WIDTH), real(N, HIDDEN)]),
    case("GRUCell", WIDTH, HIDDEN, bias=False, inputs=[real(WIDTH)]),
]


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def rnn(p: Any, q: Any, h: Any) -> tuple[Any, ...]:
    return (np.tanh(p + q),)


def relu_rnn(p: Any, q: Any, h: Any) -> tuple[Any, ...]:
    return (np.maximum(p + q, 0),)


def lstm(p: Any, q: Any, h: Any, c: Any) -> tuple[Any, ...]:
    s = p + q
    i, f, g, o = (s[:, k * HIDDEN : (k + 1) * HIDDEN] for k in range(4))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def gru(p: Any, q: Any, h: Any) -> tuple[Any, ...]:
    r, z, n = (slice(k * HIDDEN, (k + 1) * HIDDEN) for k in range(3))
    share = sigmoid(p[:, z] + q[:, z])
    new = np.tanh(p[:, n] + sigmoid(p[:, r] + q[:, r]) * q[:, n])
    return ((1 - share) * new + share * h,)


def loop(step: Any, x: Any, state: tuple[Any, ...], w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, ends: Any) -> Any:
    """The network, step by step; the state of sequence k stays from step ``ends[k]`` on."""
    y = []
    for s in range(len(x)):
        after = step(x[s] @ w_ih.T + b_ih, state[0] @ w_hh.T + b_hh, *state)
        goes_on = (s < ends)[:, None]
        state = tuple(np.where(goes_on, new, old) for new, old in zip(after, state, strict=True))
        y.append(np.where(goes_on, state[0], 0.0))
    return (np.stack(y), *state)


def sequence(name: str, function: Any, step: Any, gates: int, states: int, ends: tuple[int, int]) -> Kernel:
    """The operation and the loop, until the ends of the sequences."""
    lengths = np.array(ends)
    inside = None if min(ends) == T else np.arange(T)[:, None] < lengths
    return kernel(
        f"{name}, ends {ends}",
        lambda x, *rest: function(x, *rest, inside=inside),
        lambda x, *rest: loop(step, x, rest[:states], *rest[states:], lengths),
        X,
        *operands(gates, states),
    )


def one_step(function: Any, step: Any, gates: int, states: int) -> Kernel:
    def composed(x: Any, *rest: Any) -> Any:
        w_ih, w_hh, b_ih, b_hh = rest[states:]
        return step(x @ w_ih.T + b_ih, rest[0] @ w_hh.T + b_hh, *rest[:states])

    return kernel(
        function.__name__, lambda *given: function(*given), composed, real(N, WIDTH), *operands(gates, states)
    )


def operands(gates: int, states: int) -> list[Any]:
    rows = gates * HIDDEN
    return [*[real(N, HIDDEN)] * states, real(rows, WIDTH), real(rows, HIDDEN), real(rows), real(rows)]


KERNELS = [
    sequence(name, function, step, gates, states, ends)
    for name, function, step, gates, states in [
        ("rnn", F.rnn, rnn, 1, 1),
        ("rnn, relu", partial(F.rnn, nonlinearity="relu"), relu_rnn, 1, 1),
        ("lstm", F.lstm, lstm, 4, 2),
        ("gru", F.gru, gru, 3, 1),
    ]
    for ends in [(T, T), (1, 2)]
] + [
    one_step(F.rnn_cell, rnn, 1, 1),
    one_step(F.lstm_cell, lstm, 4, 2),
    one_step(F.gru_cell, gru, 3, 1),
]
