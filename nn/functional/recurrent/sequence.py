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
    ``run(x, h, c, w_ih, w_hh, b_ih, b_hh, inside)``  all steps on arrays: (states, cells, gates, extra), see ``Tape``
    ``back(g, d_h, d_c, states, cells, gates, extra, w_hh, inside)``  backpropagation through time: from the gradients
                 of all states and of the last ones the gradients (of p, of q, of h, of c), those of p and q with the
                 gates first; the gradients of p and q may be one array
    ``gates``    how many there are
    """

    name: str
    step: Callable[..., tuple[Any, ...]]
    run: Callable[..., tuple[Any, Any, Any, Any]]
    back: Callable[..., tuple[Any, Any, Any, Any]]
    gates: int
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
    found = network.run(x, h, c, w_ih, w_hh, b_ih, b_hh, inside)
    tape.states, tape.cells, tape.gates, tape.extra = found
    y = tape.states[1:]
    last = [tape.states[-1].copy()] + ([tape.cells[-1].copy()] if network.has_cell else [])
    return (y if inside is None else y * inside[:, :, None], *last)


def back(network: Network, g: Any, x: Any, w_ih: Any, w_hh: Any, inside: Any, tape: Tape, tracked: Any) -> list[Any]:
    """The gradients of all tracked inputs, from those of the results."""
    count, t, n, hidden = tape.gates.shape
    into = x.shape[2]
    g_y = g[0] if inside is None else g[0] * inside[:, :, None]
    taped = tape.states, tape.cells, tape.gates, tape.extra
    d_p, d_q, d_h, d_c = network.back(g_y, g[1], g[2] if network.has_cell else None, *taped, w_hh, inside)
    p, q = d_p.reshape(count, t * n, hidden), d_q.reshape(count, t * n, hidden)
    wants = dict(zip(INPUTS, tracked, strict=True))
    b_ih = of_bias(p) if wants["b_ih"] else None
    b_hh = (b_ih.copy() if b_ih is not None and d_p is d_q else of_bias(q)) if wants["b_hh"] else None
    return [
        np.add.reduce(p @ w_ih.reshape(count, hidden, into)).reshape(x.shape) if wants["x"] else None,
        d_h,
        d_c,
        of_weight(p, x) if wants["w_ih"] else None,
        of_weight(q, tape.states[:-1]) if wants["w_hh"] else None,
        b_ih,
        b_hh,
    ]


def of_weight(d: Any, operand: Any) -> Any:
    """The gradient of a weight from those of the sums (gates, t n, hidden): Σ d xᵀ over all steps."""
    count, rows, hidden = d.shape
    x = operand.reshape(rows, operand.shape[2])
    if rows == 1:
        return d.reshape(-1, 1) * x  # BLAS takes three times as long
    return (d.swapaxes(1, 2) @ x).reshape(count * hidden, x.shape[1])


def of_bias(d: Any) -> Any:
    """The gradient of a bias from those of the sums: Σ d over all steps."""
    return d.reshape(-1).copy() if d.shape[1] == 1 else (np.ones_like(d, shape=d.shape[1]) @ d).reshape(-1)


def both(b: Any, b_2: Any) -> Any:
    """The sum of two biases, either of which may be None."""
    return b_2 if b is None else b if b_2 is None else b + b_2


def of_inputs(x: Any, w: Any, gates: int, b: Any = None) -> Any:
    """x Wᵀ + b, the inputs of all steps at once: (gates, t, n, hidden)."""
    (t, n, into), hidden = x.shape, len(w) // gates
    p = x.reshape(t * n, into) @ w.reshape(gates, hidden, into).swapaxes(1, 2)
    if b is not None:
        p += b.reshape(gates, 1, hidden)
    return p.reshape(gates, t, n, hidden)


def from_right(w: Any, gates: int, t: int) -> Any:
    """W_hhᵀ (gates, hidden, hidden), by which t states are multiplied; of many, a copy is soon worth its time."""
    w = w.reshape(gates, -1, w.shape[1]).swapaxes(1, 2)
    return w if t < 4 else w.copy()


def states_after(first: Any, x: Any, hidden: int) -> Any:
    """Room for a state before and after each step (t + 1, n, hidden), with the first one in it; None is 0."""
    states = np.empty_like(x, shape=(len(x) + 1, x.shape[1], hidden), order="C")
    states[0] = 0 if first is None else first
    return states


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
    takes = (
        ("weight_ih", w_ih, (gates * hidden, x.shape[2])),
        ("weight_hh", w_hh, (gates * hidden, hidden)),
        ("bias_ih", b_ih, (gates * hidden,)),
        ("bias_hh", b_hh, (gates * hidden,)),
        ("h", h, (n, hidden)),
        ("c", c, (n, hidden)),
        ("inside", inside, x.shape[:2]),
    )
    for word, given, shape in takes:
        if given is not None and given.shape != shape:
            wanted = f"input (t, n, in) {x.shape} and {hidden} hidden units ask for {shape}"
            raise ValueError(f"{name}: {word} is {given.shape}, where {wanted}")
    if inside is not None and inside.dtype != bool:
        raise TypeError(f"{name}: inside holds truth values, got {inside.dtype}")
    operands = [x, h, c, w_ih, w_hh, b_ih, b_hh]
    kinds = {v.dtype for v in operands if v is not None}
    dtype = np.result_type(*kinds)
    if dtype.kind != "f":
        raise TypeError(f"{name} computes with floating-point numbers, got {dtype}")
    if len(kinds) > 1:
        operands = [v if v is None or v.dtype == dtype else v.astype(dtype) for v in operands]
    return [*operands, inside]
