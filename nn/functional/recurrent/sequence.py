"""A recurrent network over a whole sequence, as a single operation: what RNN, LSTM and GRU share.

Convention: a sequence x is (t, n, in), time first, with n sequences side by side; a state is (n, hidden). Weights are
PyTorch's: (gates · hidden, in) and (gates · hidden, hidden), one gate below the other. Inside, gates come first,
(gates, t, n, hidden), so that in every step each is contiguous.

On arrays the rule is written by hand: the inputs of all steps are multiplied at once, each step only multiplies the
state, and the gradients of the weights are products over all steps. Where derivatives are themselves differentiated,
and in forward mode, the network is unrolled: written step by step with recorded operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import repeat
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograd import Tensor, jvp, vjp
from autograd.declare import Operation, plain, primitive

from .. import composed
from ..linear import linear

INPUTS = ("x", "h", "c", "w_ih", "w_hh", "b_ih", "b_hh")  # a state that is None is 0, a bias that is None left out


class Tape(SimpleNamespace):
    """What the forward pass of one call leaves for the backward pass."""

    states: Any  # (t + 1, n, hidden): the first one, then those after each step
    cells: Any  # the same for the cells of an LSTM
    gates: Any  # (gates, t, n, hidden), after their activation
    extra: Any  # (t, n, hidden): what else the network needs of each step


@dataclass(frozen=True)
class Network:
    """A kind of recurrent network.

    ``step(p, q, h, c)``  one step on tensors: (h,) or (h, c) from p = x w_ihᵀ + b_ih and q = h w_hhᵀ + b_hh
    ``run(tape, w, b, outside)``  all steps on arrays: the gates hold p before and their activations after, w is w_hh
                          as (gates, hidden, hidden), by which states are multiplied from the right, b is b_hh
    ``back(tape, g, d_h, d_c, w, outside)``  backpropagation through time: from the gradients of all states and of the
                          last ones the gradients (of p, of q, of h, of c), those of p and q with the gates first
    ``scale``             by how much each gate's p and q are multiplied before ``run`` gets them
    ``joined``            the number of gates, the first ones, that depend on p + q alone: their p includes b_hh
    """

    name: str
    step: Callable[..., tuple[Any, ...]]
    run: Callable[..., None]
    back: Callable[..., tuple[Any, Any, Any, Any]]
    scale: tuple[float, ...]
    joined: int
    has_cell: bool = False


def declare(network: Network) -> Operation:
    """The operation (x, h, c, w_ih, w_hh, b_ih, b_hh, inside, tape) -> (y, h_n) or (y, h_n, c_n) of a network.

    ``inside`` (t, n) is True while a sequence lasts; elsewhere its state stays and y is 0. None: all last to the end.
    """

    def forward(
        x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any, tape: Tape
    ) -> tuple[Any, ...]:
        return run(network, x, h, c, w_ih, w_hh, b_ih, b_hh, inside, tape)

    def pull(
        g: Any, x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any,
        inside: Any, tape: Tape, tracked: tuple[bool, ...],
    ) -> list[Any]:  # fmt: skip
        operands = (x, h, c, w_ih, w_hh, b_ih, b_hh)
        if not any(isinstance(v, Tensor) for v in (*g, *operands)):
            return back(network, g, x, w_ih, w_hh, inside, tape, tracked)
        places = [k for k, wanted in enumerate(tracked) if wanted]
        gradients = vjp(_unrolled(network, operands, places, inside), *[operands[k] for k in places])[1](g)
        return [gradients[places.index(k)] if k in places else None for k in range(len(operands))]

    def push(
        t: Any, x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any
    ) -> tuple[Any, ...]:
        operands = (x, h, c, w_ih, w_hh, b_ih, b_hh)
        places = [k for k, tangent in enumerate(t) if tangent is not None]
        function = _unrolled(network, operands, places, inside)
        return jvp(function, [operands[k] for k in places], [t[k] for k in places])[1]

    unfold = composed.recurrent(network.step, network.has_cell)
    return primitive(forward, pull, push, inputs=INPUTS, joint=True, results=True, name=network.name, unfold=unfold)


# ---------------------------------------------------------------- on arrays


def run(
    network: Network, x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any, inside: Any, tape: Tape
) -> tuple[Any, ...]:
    """The results of all steps; fills the tape."""
    count = len(network.scale)
    (t, n, into), hidden = x.shape, w_hh.shape[1]
    scale = np.asarray(network.scale, x.dtype, like=x).reshape(count, 1, 1)

    def scaled(w: Any) -> Any:
        """A weight, gate by gate, by which rows are multiplied from the right."""
        return np.multiply(w.reshape(count, hidden, w.shape[1]).swapaxes(1, 2), scale, order="C")

    gates = x.reshape(t * n, into) @ scaled(w_ih)
    if b_ih is not None:
        gates += b_ih.reshape(count, 1, hidden) * scale
    if b_hh is not None:
        gates[: network.joined] += (b_hh.reshape(count, 1, hidden) * scale)[: network.joined]
    tape.gates = gates.reshape(count, t, n, hidden)
    tape.states = np.empty_like(x, shape=(t + 1, n, hidden))
    tape.states[0] = 0 if h is None else h
    if network.has_cell:
        tape.cells = np.empty_like(tape.states)
        tape.cells[0] = 0 if c is None else c
    network.run(tape, scaled(w_hh), b_hh, outside(inside, t))
    y = tape.states[1:]
    last = [tape.states[-1].copy()] + ([tape.cells[-1].copy()] if network.has_cell else [])
    return (y if inside is None else y * inside[:, :, None], *last)


def back(network: Network, g: Any, x: Any, w_ih: Any, w_hh: Any, inside: Any, tape: Tape, tracked: Any) -> list[Any]:
    """The gradients of all tracked inputs, from those of the results."""
    count = len(network.scale)
    (t, n, into), hidden = x.shape, w_hh.shape[1]
    g_y = g[0] if inside is None else g[0] * inside[:, :, None]
    d_c = g[2].copy() if network.has_cell else None
    w = w_hh.reshape(count, hidden, hidden)
    d_p, d_q, d_h, d_c = network.back(tape, g_y, g[1].copy(), d_c, w, outside(inside, t))
    p, q = d_p.reshape(count, t * n, hidden), d_q.reshape(count, t * n, hidden)
    wants = dict(zip(INPUTS, tracked, strict=True))
    ones = np.ones_like(x, shape=t * n)

    def of_weight(d: Any, operand: Any) -> Any:
        return (d.swapaxes(1, 2) @ operand.reshape(t * n, operand.shape[2])).reshape(count * hidden, operand.shape[2])

    return [
        np.add.reduce(p @ w_ih.reshape(count, hidden, into)).reshape(x.shape) if wants["x"] else None,
        d_h,
        d_c,
        of_weight(p, x) if wants["w_ih"] else None,
        of_weight(q, tape.states[:-1]) if wants["w_hh"] else None,
        (ones @ p).reshape(-1) if wants["b_ih"] else None,
        (ones @ q).reshape(-1) if wants["b_hh"] else None,
    ]


def outside(inside: Any, t: int) -> Iterable[Any]:
    """For each step (n, 1), True where a sequence has ended; or None for each step where none ends early."""
    return repeat(None, t) if inside is None else np.logical_not(inside)[:, :, None]


def logistic(tanh: Any, half: Any) -> None:
    """σ(s) = (1 + tanh(s/2)) / 2, in place: NumPy's tanh is faster than e⁻ˢ and a division.

    The error is a rounding of 1, not of σ, which matters only where σ is tiny: precise enough for a gate.
    """
    tanh *= half
    tanh += half


# ---------------------------------------------------------------- unrolled, on tensors


def _unrolled(network: Network, operands: tuple[Any, ...], places: list[int], inside: Any) -> Callable[..., Any]:
    """The network, step by step, as a function of the operands at these places."""

    def function(*moving: Any) -> tuple[Any, ...]:
        every = list(operands)
        for k, operand in zip(places, moving, strict=True):
            every[k] = operand
        x, h, c, w_ih, w_hh, b_ih, b_hh = every
        p = linear(x, w_ih, b_ih)
        state = tuple(
            np.zeros_like(x, shape=(x.shape[1], w_hh.shape[1])) if s is None else s
            for s in ((h, c) if network.has_cell else (h,))
        )
        results = []
        for s in range(len(x)):
            after = network.step(p[s], linear(state[0], w_hh, b_hh), *state)
            if inside is not None:
                there = inside[s][:, None]
                after = tuple(np.where(there, new, old) for new, old in zip(after, state, strict=True))
                results.append(np.where(there, after[0], 0.0))
            else:
                results.append(after[0])
            state = after
        return (np.stack(results), *state)

    return function


def checked(
    name: str, gates: int, inside: Any, x: Any, h: Any, c: Any, w_ih: Any, w_hh: Any, b_ih: Any, b_hh: Any
) -> list[Any]:
    """The operands in one dtype and ``inside`` as an array, after a check of their shapes."""
    inside = None if inside is None else np.asarray(plain(inside), like=plain(x))
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
            wanted = f"input (t, n, in) {x.shape} and {hidden} hidden units ask for {shape}"
            raise ValueError(f"{name}: {word} is {np.shape(given)}, where {wanted}")
    if inside is not None and inside.dtype != bool:
        raise TypeError(f"{name}: inside holds truth values, got {inside.dtype}")
    operands = [x, h, c, w_ih, w_hh, b_ih, b_hh]
    kinds = {v.dtype for v in operands if v is not None}
    dtype = kinds.pop() if len(kinds) == 1 else np.result_type(*kinds)
    if dtype.kind != "f":
        raise TypeError(f"{name} computes with floating-point numbers, got {dtype}")
    return [*(v if v is None or v.dtype == dtype else v.astype(dtype) for v in operands), inside]
