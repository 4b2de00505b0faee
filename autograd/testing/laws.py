"""The laws of differentiation: what must hold between an expression, its gradients and its tangents.

Convention: an expression is a function of arrays, written with NumPy. A law evaluates it on plain arrays and on
tensors, and if it does not hold raises ``Broken``, which names the law, the place and the numbers. Complex directions
and gradients are paired as Re(sum(g * v)), without a conjugate.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..core import Switch, backward, forward
from ..functional.nests import leaves as flat
from ..tensor import Tensor, of
from ..typing import NDArray

Expression = Callable[..., Any]
Arrays = Sequence[NDArray[Any]]
STEP = 1e-5  # of the central difference: its error is about STEP² f''', its noise 1e-16 |f| / STEP
ROUNDING = 1e-9  # relative difference of two ways to compute the same number in float64


class Broken(AssertionError):
    """A law does not hold; ``law`` is its name."""

    def __init__(self, law: str, text: str) -> None:
        super().__init__(f"{law}: {text}")
        self.law = law


# ---------------------------------------------------------------- the laws


def first_order(
    f: Expression, arrays: Arrays, *, forward_mode: bool = True, tolerance: float = 1e-5, seed: int = 0
) -> None:
    """f on tensors is f on arrays; gradients, tangents and central differences agree.

    The laws are named ``forward``, ``kind`` (shapes and dtypes), ``alone`` (the same gradient when only one
    input is tracked), ``adjoint`` (Re<u, J v> = Re<Jᵀ u, v>), ``push`` and ``pull`` (each against the
    central difference along a random direction).
    """
    same_values(f, arrays)
    at = Point(f, arrays, seed=seed)
    gradients = at.gradients()
    _kinds("gradient", gradients, at.arrays)
    _one_tracked_alone(at, gradients)
    dy = [_difference(p, m) for p, m in zip(at.results(STEP), at.results(-STEP), strict=True)]
    scale = max([1.0, *(_size(y) for y in at.results(0.0))])
    for k, (y, t) in enumerate(zip(at.ys, dy, strict=True)):
        if y.node is None:
            _near("detached", f"result {k} is not tracked, its derivative is", t, np.zeros_like(t), tolerance, scale)
    along, size = _pairing(gradients, at.directions)
    if forward_mode:
        tangents = at.tangents()
        _kinds("tangent", tangents, [y._array for y in at.ys])
        for k, (t, d) in enumerate(zip(tangents, dy, strict=True)):
            _near("push", f"tangent of result {k}", t, d, tolerance, scale)
        there, size_there = _pairing(at.weights, tangents)
        if not abs(there - along) <= ROUNDING * (size_there + size) + 1e-300:
            raise Broken("adjoint", f"Re<u, J v> = {there!r} forward, but Re<Jᵀ u, v> = {along!r} backward")
    expected, size = _pairing(at.weights, dy)
    _near("pull", "gradient along a random direction", along, expected, tolerance, scale, size)


def second_order(
    f: Expression, arrays: Arrays, *, forward_mode: bool = True, tolerance: float = 1e-5, seed: int = 0
) -> None:
    """The directional derivative of the gradient of L = sum(u (y + y²/2)), by each combination of modes.

    The laws are named ``reverse over reverse``, ``forward over reverse``, ``reverse over forward`` and ``forward
    over forward``; each must agree with the central difference of the gradient.
    """
    at = Point(f, arrays, seed=seed, curved=True)
    if at.loss is None:
        return
    plus, minus = (Point(f, at.moved(h), like=at).gradients() for h in (STEP, -STEP))
    expected = [_difference(p, m) for p, m in zip(plus, minus, strict=True)]
    scale = max(1.0, *(_size(g) for g in plus))

    def hold(law: str, found: Sequence[Any]) -> None:
        _kinds("derivative of gradient", found, expected, law)
        for i, (h, e) in enumerate(zip(found, expected, strict=True)):
            _near(law, f"derivative of the gradient of input {i}", h, e, tolerance, scale)

    nodes = at.nodes
    one = of(np.ones_like(at.loss._array), None)
    with Switch(on=True, forward=forward_mode):
        found = backward(at.loss.node, one, create_graph=True, wrt=nodes)
        slopes = [found.get(n) for n in nodes]
        along = total([np.sum(of(d, None) * g) for d, g in zip(at.directions, slopes, strict=True) if g is not None])
    hold("reverse over reverse", at.filled(_sweep(along, nodes)))
    if forward_mode:
        start = dict(zip(nodes, at.directions, strict=True))
        pushed = [None if g is None or g.node is None else forward(g.node, start) for g in slopes]
        hold("forward over reverse", at.filled(dict(zip(nodes, pushed, strict=True))))
        with Switch(on=True, forward=forward_mode):
            rate = forward(at.loss.node, {n: of(d, None) for n, d in start.items()}, create_graph=True)
        hold("reverse over forward", at.filled(_sweep(rate, nodes)))
        again = None if rate is None or rate.node is None else forward(rate.node, start)
        curvature = 0.0 if again is None else np.real(again)
        here, size = _pairing(at.directions, expected)
        _near("forward over forward", "the second derivative", curvature, here, tolerance, scale, size)


def keeps_precision(f: Expression, arrays: Arrays, *, forward_mode: bool = True, seed: int = 0) -> None:
    """Results, gradients and tangents of float32 (complex64) inputs keep that dtype. The law is ``precision``."""
    lower = {"d": np.float32, "D": np.complex64}
    small = [a.astype(lower[a.dtype.char]) if a.dtype.char in lower else a for a in map(np.asarray, arrays)]
    same_values(f, small, "precision")
    at = Point(f, small, seed=seed)
    _kinds("gradient", at.gradients(), at.arrays, "precision")
    if forward_mode:
        _kinds("tangent", at.tangents(), [y._array for y in at.ys], "precision")


def same_values(f: Expression, arrays: Arrays, law: str = "forward") -> None:
    """f on tensors, tracked or not, gives the values, dtypes and shapes of f on plain arrays."""
    expected = flat(f(*[a.copy() for a in arrays]))
    for tracked in (True, False):
        found = flat(f(*[Tensor(a, tracked and a.dtype.kind in "fc") for a in arrays]))
        if len(found) != len(expected):
            raise Broken(law, f"{len(found)} results from tensors, {len(expected)} from arrays")
        for k, (y, e) in enumerate(zip(found, expected, strict=True)):
            e = np.asarray(e)
            y = y._array if isinstance(y, Tensor) else np.asarray(y)
            if y.shape != e.shape or y.dtype != e.dtype:
                raise Broken(law, f"result {k} is {y.shape} {y.dtype} from tensors, {e.shape} {e.dtype} from arrays")
            if e.dtype.kind in "fc":
                allowed = 1e3 * np.finfo(e.dtype).eps * (_size(e) + 1)
                same = np.isclose(y, e, rtol=1e3 * np.finfo(e.dtype).eps, atol=allowed, equal_nan=True)
            else:
                same = y == e
            if not np.all(same):
                raise Broken(law, f"result {k} is\n{y}\nfrom tensors, but from arrays\n{e}")


def _one_tracked_alone(at: Point, gradients: list[Any]) -> None:
    """Each input's gradient is the same when the others are plain arrays: everything it needs was saved."""
    if len(at.places) < 2:
        return
    for i, g in enumerate(gradients):
        alone = Point(at.f, at.given, like=at, only=i).gradients()[i]
        _near("alone", f"gradient of input {i}, the only tracked one,", alone, g, ROUNDING, _size(g))


# ---------------------------------------------------------------- an expression at a point


class Point:
    """An expression, recorded at some inputs, with random weights u for its results and directions v.

    ``loss`` is sum(u y), or sum(u (y + y²/2)) if ``curved``: then the gradient that reaches the expression
    depends on the inputs, so that second derivatives of linear functions are tested too.
    """

    def __init__(
        self, f: Expression, given: Arrays, *, seed: int = 0, curved: bool = False, like: Point | None = None,
        only: int | None = None,
    ) -> None:  # fmt: skip
        self.f = f
        self.given = [np.asarray(a) for a in given]
        self.curved: bool = like.curved if like else curved
        self.places = [i for i, a in enumerate(self.given) if a.dtype.kind in "fc"]
        self.arrays = [self.given[i] for i in self.places]
        operands: list[Any] = list(self.given)
        for k, i in enumerate(self.places):
            if only is None or only == k:
                operands[i] = Tensor(self.given[i], True)
        self.nodes: list[Any] = [getattr(operands[i], "node", None) for i in self.places]
        rng = np.random.default_rng(seed)
        with Switch(on=True, forward=True):
            results = [y if isinstance(y, Tensor) else of(np.asarray(y), None) for y in flat(f(*operands))]
            self.ys = [y for y in results if y._array.dtype.kind in "fc"]
            self.weights: list[Any] = like.weights if like else [normal(rng, y._array) for y in self.ys]
            self.directions: list[Any] = like.directions if like else [normal(rng, a) for a in self.arrays]
            pairs = [(u, y) for u, y in zip(self.weights, self.ys, strict=False) if y.node is not None]
            self.loss = total([np.sum(of(u, None) * (y + y * y * 0.5 if self.curved else y)) for u, y in pairs])

    def gradients(self) -> list[NDArray[Any]]:
        """d(Re loss)/d(input) of each differentiable input."""
        return self.filled(_sweep(self.loss, self.nodes))

    def filled(self, found: dict[Any, Any]) -> list[NDArray[Any]]:
        """What was found for each input, with zeros where nothing was."""
        values = [None if n is None else found.get(n) for n in self.nodes]
        return [np.zeros_like(a) if g is None else np.asarray(g) for g, a in zip(values, self.arrays, strict=True)]

    def tangents(self) -> list[NDArray[Any]]:
        """The tangent of each result along ``directions``."""
        start = dict(zip(self.nodes, self.directions, strict=True))
        found = [None if y.node is None else forward(y.node, start) for y in self.ys]
        return [np.zeros_like(y._array) if t is None else t for t, y in zip(found, self.ys, strict=True)]

    def moved(self, h: float) -> list[NDArray[Any]]:
        """The inputs, moved by h along ``directions``."""
        moved = list(self.given)
        for i, a, v in zip(self.places, self.arrays, self.directions, strict=True):
            moved[i] = np.asarray(a + h * v, dtype=a.dtype)
        return moved

    def results(self, h: float) -> list[NDArray[Any]]:
        """The floating results at the inputs moved by h, from plain arrays."""
        return [y for y in map(np.asarray, flat(self.f(*self.moved(h)))) if y.dtype.kind in "fc"]


def _sweep(loss: Any, nodes: Sequence[Any]) -> dict[Any, Any]:
    if loss is None or loss.node is None:
        return {}
    return backward(loss.node, np.ones_like(loss._array), retain_graph=True, wrt=[n for n in nodes if n is not None])


def total(terms: list[Any]) -> Any:
    """The sum of these numbers; None if there are none."""
    return reduce(operator.add, terms) if terms else None


# ---------------------------------------------------------------- numbers


def normal(rng: np.random.Generator, like: Any) -> NDArray[Any]:
    """Random numbers in the shape and dtype of an array."""
    v = rng.normal(size=like.shape)
    if like.dtype.kind == "c":
        v = v + 1j * rng.normal(size=like.shape)
    return np.asarray(v, dtype=like.dtype)


def _pairing(us: Sequence[Any], vs: Sequence[Any]) -> tuple[float, float]:
    """Re<u, v>, and the size of its terms."""
    products = [u * v for u, v in zip(us, vs, strict=True)]
    return sum(float(np.real(np.sum(p))) for p in products), sum(float(np.sum(np.abs(p))) for p in products)


def _size(x: Any) -> float:
    return float(np.max(np.abs(x), initial=0.0))


def _difference(plus: Any, minus: Any) -> Any:
    """(f(x + h v) - f(x - h v)) / 2h"""
    return np.asarray((plus - minus) / (2 * STEP))


def _kinds(what: str, found: Sequence[Any], like: Sequence[Any], law: str = "kind") -> None:
    for i, (d, x) in enumerate(zip(found, like, strict=True)):
        if d.shape != x.shape or d.dtype != x.dtype:
            raise Broken(law, f"{what} {i} is {d.shape} {d.dtype}, what it belongs to {x.shape} {x.dtype}")


def _near(
    law: str, what: str, found: Any, expected: Any, tolerance: float, scale: float, size: float | None = None
) -> None:
    """Raise unless ``found`` agrees, relative to the largest expected element and up to the difference's noise."""
    found, expected = np.asarray(found), np.asarray(expected)
    allowed = tolerance * (_size(expected) if size is None else size) + 1e-9 * scale
    wrong = ~(np.abs(found - expected) <= allowed)  # NaN is wrong
    if np.any(wrong):
        at = tuple(np.argwhere(wrong)[0].tolist())
        text = (
            f"{what} {f'at {list(at)} ' if at else ''}is {found[at]!r}, expected {expected[at]!r} (allowed difference"
        )
        raise Broken(law, f"{text} {allowed:.1e}; {int(np.sum(wrong))} of {np.size(wrong)} elements differ)")
