"""Recurrent layers and cells, and their operations."""

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


def sequence(name: str, function: Any, gates: int, states: int, ends: tuple[int, int]) -> Kernel:
    """The operation, until the ends of the sequences."""
    inside = None if min(ends) == T else np.arange(T)[:, None] < np.array(ends)
    run = partial(function, inside=inside)
    return kernel(f"{name}, ends {ends}", lambda *given: run(*given), X, *operands(gates, states))


def operands(gates: int, states: int) -> list[Any]:
    rows = gates * HIDDEN
    return [*[real(N, HIDDEN)] * states, real(rows, WIDTH), real(rows, HIDDEN), real(rows), real(rows)]


KERNELS = [
    sequence(name, function, gates, states, ends)
    for name, function, gates, states in [
        ("rnn", F.rnn, 1, 1),
        ("rnn, relu", partial(F.rnn, nonlinearity="relu"), 1, 1),
        ("lstm", F.lstm, 4, 2),
        ("gru", F.gru, 3, 1),
    ]
    for ends in [(T, T), (1, 2)]
] + [
    kernel(function.__name__, lambda *given, f=function: f(*given), real(N, WIDTH), *operands(gates, states))
    for function, gates, states in [(F.rnn_cell, 1, 1), (F.lstm_cell, 4, 2), (F.gru_cell, 3, 1)]
]
