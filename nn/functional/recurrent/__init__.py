"""Recurrent networks as functions: a sequence, or one step of a cell, in one operation.

Convention: sequences are (t, n, in), time first; states (n, hidden), where None means 0. ``inside`` (t, n) says where
sequences of different lengths go on: elsewhere the state stays as it is and the result is 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from . import gru as _gru
from . import lstm as _lstm
from . import rnn as _rnn
from .sequence import Tape

__all__ = ["gru", "gru_cell", "lstm", "lstm_cell", "rnn", "rnn_cell"]

_RNN = {"tanh": _rnn.rnn_tanh, "relu": _rnn.rnn_relu}


def rnn(
    input: Any,
    h: Any,
    weight_ih: Any,
    weight_hh: Any,
    bias_ih: Any = None,
    bias_hh: Any = None,
    *,
    nonlinearity: str = "tanh",
    inside: Any = None,
) -> tuple[Any, Any]:
    """h' = φ(W_ih x + b_ih + W_hh h + b_hh) over a sequence: (all h', the last h'); φ is tanh or relu."""
    if nonlinearity not in _RNN:
        raise ValueError(f"rnn: nonlinearity is 'tanh' or 'relu', not {nonlinearity!r}")
    operands = _checked("rnn", 1, inside, input, h, None, weight_ih, weight_hh, bias_ih, bias_hh)
    y, h_n = _RNN[nonlinearity](*operands, Tape())
    return y, h_n


def lstm(
    input: Any,
    h: Any,
    c: Any,
    weight_ih: Any,
    weight_hh: Any,
    bias_ih: Any = None,
    bias_hh: Any = None,
    *,
    inside: Any = None,
) -> tuple[Any, Any, Any]:
    """(i, f, g, o) = W_ih x + b_ih + W_hh h + b_hh;  c' = σ(f) c + σ(i) tanh(g);  h' = σ(o) tanh(c').

    Over a sequence: (all h', the last h', the last c').
    """
    operands = _checked("lstm", 4, inside, input, h, c, weight_ih, weight_hh, bias_ih, bias_hh)
    y, h_n, c_n = _lstm.lstm(*operands, Tape())
    return y, h_n, c_n


def gru(
    input: Any,
    h: Any,
    weight_ih: Any,
    weight_hh: Any,
    bias_ih: Any = None,
    bias_hh: Any = None,
    *,
    inside: Any = None,
) -> tuple[Any, Any]:
    """With p = W_ih x + b_ih and q = W_hh h + b_hh: r, z = σ(p + q);  n = tanh(p + r q);  h' = (1 - z) n + z h.

    Over a sequence: (all h', the last h').
    """
    operands = _checked("gru", 3, inside, input, h, None, weight_ih, weight_hh, bias_ih, bias_hh)
    y, h_n = _gru.gru(*operands, Tape())
    return y, h_n


def rnn_cell(
    input: Any,
    h: Any,
    weight_ih: Any,
    weight_hh: Any,
    bias_ih: Any = None,
    bias_hh: Any = None,
    *,
    nonlinearity: str = "tanh",
) -> Any:
    """One step of ``rnn``: the new h, for an input (n, in)."""
    return rnn(input[None], h, weight_ih, weight_hh, bias_ih, bias_hh, nonlinearity=nonlinearity)[1]


def lstm_cell(
    input: Any, h: Any, c: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any = None, bias_hh: Any = None
) -> tuple[Any, Any]:
    """One step of ``lstm``: the new (h, c), for an input (n, in)."""
    return lstm(input[None], h, c, weight_ih, weight_hh, bias_ih, bias_hh)[1:]


def gru_cell(input: Any, h: Any, weight_ih: Any, weight_hh: Any, bias_ih: Any = None, bias_hh: Any = None) -> Any:
    """One step of ``gru``: the new h, for an input (n, in)."""
    return gru(input[None], h, weight_ih, weight_hh, bias_ih, bias_hh)[1]


def _checked(
    name: str, gates: int, inside: Any, x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any
) -> list[Any]:
    """The operands in one dtype, and ``inside`` as an array, if their shapes agree."""
    inside = None if inside is None else np.asarray(inside)
    if x.ndim != 3 or not len(x):
        raise ValueError(f"{name}: the input is (t, n, in) with at least one step, got {x.shape}")
    hidden = w_hh.shape[-1]
    n = x.shape[1]
    takes = {
        "weight_ih": (w_ih, (gates * hidden, x.shape[2])),
        "weight_hh": (w_hh, (gates * hidden, hidden)),
        "bias_ih": (b_ih, (gates * hidden,)),
        "bias_hh": (b_hh, (gates * hidden,)),
        "h": (h, (n, hidden)),
        "c": (c, (n, hidden)),
        "inside": (inside, x.shape[:2]),
    }
    for word, (given, shape) in takes.items():
        if given is not None and np.shape(given) != shape:
            raise ValueError(
                f"{name}: {word} is {np.shape(given)}, where input (t, n, in) {x.shape} and {hidden} hidden units "
                f"ask for {shape}"
            )
    if inside is not None and inside.dtype != bool:
        raise TypeError(f"{name}: inside holds truth values, got {inside.dtype}")
    operands = [x, h, c, w_ih, w_hh, b_ih, b_hh]
    kinds = {v.dtype for v in operands if v is not None}
    dtype = kinds.pop() if len(kinds) == 1 else np.result_type(*kinds)
    if dtype.kind != "f":
        raise TypeError(f"{name} computes with floating-point numbers, got {dtype}")
    return [*(v if v is None or v.dtype == dtype else v.astype(dtype) for v in operands), inside]
