"""The laws of differentiation: what must hold between an expression, its gradients and its tangents.

Convention: an expression is a function of arrays, written with NumPy. A law evaluates it on plain arrays and on
tensors, and if it does not hold raises ``Broken``, which names the law, the place and the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from ..core import Switch, backward, forward
from ..functional.nests import leaves as flat
from ..tensor import Tensor, of
from ..typing import NDArray
from .point import Arrays, Expression, Point, normal, paired, size, sweep, total

__all__ = [
    "Arrays", "Broken", "Expression", "Point", "first_order", "flat", "keeps_precision", "normal", "same_values",
    "second_order", "total",
]  # fmt: skip

STEP = 1e-5  # of the central difference: its error is about STEP² f''', its noise 1e-16 |f| / STEP
ASIDE = 1e-2  # how far from the point another call is made, which must not change what is found at the point
ROUNDING = 1e-9  # relative difference of two ways to compute the same number in float64
CANCELLED = 1e-13  # what rounding leaves where the terms of a derivative cancel, relative to the result


class Broken(AssertionError):
    """A law does not hold; ``law`` is its name."""

    def __init__(self, law: str, text: str) -> None:
        super().__init__(f"{law}: {text}")
        self.law, self.text = law, text

    def __reduce__(self) -> Any:  # pickle would pass the message alone
        return type(self), (self.law, self.text), vars(self)


@contextmanager
def lawful(law: str) -> Iterator[None]:
    """An error of a rule breaks the law that asked for it. A direction that is missing is no such error."""
    try:
        yield
    except (Broken, NotImplementedError):
        raise
    except Exception as error:
        raise Broken(law, f"it raised {type(error).__name__}: {error}") from error


# ---------------------------------------------------------------- the laws


def first_order(
    f: Expression, arrays: Arrays, *, forward_mode: bool = True, tolerance: float = 1e-5, seed: int = 0
) -> None:
    """f on tensors is f on arrays; gradients, tangents and central differences agree. If not, raise ``Broken``.

    ``f``             a function of arrays, written with NumPy
    ``arrays``        its inputs, of any shapes; those of real or complex numbers are differentiated
    ``forward_mode``  whether forward mode is checked too
    ``tolerance``     of the comparison with central differences, relative
    ``seed``          of the random weights and directions

    The laws are named ``forward``, ``kind`` (shapes and dtypes), ``alone`` (the same gradient when only one input is
    tracked), ``saved`` (and when afterwards arrays are changed and f is called elsewhere), ``adjoint`` (Re<u, J v> =
    Re<Jᵀ u, v>), ``push`` and ``pull`` (each against the central difference along a random direction).
    """
    same_values(f, arrays)
    _elsewhere(f, arrays, forward_mode=forward_mode)
    with lawful("forward"):
        at = Point(f, arrays, seed=seed)
    with lawful("pull"):
        gradients = at.gradients()
    _kinds("gradient", gradients, at.arrays)
    dy = [_difference(p, m) for p, m in zip(at.results(STEP), at.results(-STEP), strict=True)]
    scale = max([1.0, *(size(y) for y in at.results(0.0))])
    for k, (y, t) in enumerate(zip(at.ys, dy, strict=True)):
        if y.node is None:
            _near("detached", f"result {k} is not tracked, its derivative is", t, np.zeros_like(t), tolerance, scale)
    along, terms = paired(gradients, at.directions)
    if forward_mode:
        with lawful("push"):
            tangents = at.tangents()
        _kinds("tangent", tangents, [y._array for y in at.ys])
        for k, (t, d) in enumerate(zip(tangents, dy, strict=True)):
            _near("push", f"tangent of result {k}", t, d, tolerance, scale)
        there, terms_there = paired(at.weights, tangents)
        if not abs(there - along) <= ROUNDING * (terms_there + terms) + CANCELLED * scale:
            raise Broken("adjoint", f"Re<u, J v> = {there!r} forward, but Re<Jᵀ u, v> = {along!r} backward")
    expected, terms = paired(at.weights, dy)
    _near("pull", "gradient along a random direction", along, expected, tolerance, scale, terms)
    _own_values(at, gradients)


def second_order(
    f: Expression, arrays: Arrays, *, forward_mode: bool = True, tolerance: float = 1e-5, seed: int = 0
) -> None:
    """The directional derivative of the gradient of L = sum(u (y + y²/2)), by each combination of modes.

    ``f``             a function of arrays, written with NumPy
    ``arrays``        its inputs, of any shapes; those of real or complex numbers are differentiated
    ``forward_mode``  whether forward mode is checked too
    ``tolerance``     of the comparison with central differences, relative
    ``seed``          of the random weights and directions

    The laws are named ``reverse over reverse``, ``forward over reverse``, ``reverse over forward`` and ``forward over
    forward``; each must agree with the central difference of the gradient, else ``Broken`` is raised.
    """
    at = Point(f, arrays, seed=seed, curved=True)
    if at.loss is None:
        return
    plus, minus = (Point(f, at.moved(h), like=at).gradients() for h in (STEP, -STEP))
    expected = [_difference(p, m) for p, m in zip(plus, minus, strict=True)]
    scale = max(1.0, *(size(g) for g in plus))

    def hold(law: str, found: Sequence[Any]) -> None:
        _kinds("derivative of gradient", found, expected, law)
        for i, (h, e) in enumerate(zip(found, expected, strict=True)):
            _near(law, f"derivative of the gradient of input {i}", h, e, tolerance, scale)

    nodes = at.nodes
    one = of(np.ones_like(at.loss._array), None)
    with lawful("reverse over reverse"):
        with Switch(on=True, forward=forward_mode):
            found = backward(at.loss.node, one, create_graph=True, wrt=nodes)
            slopes = [found.get(n) for n in nodes]
            pairs = [(d, g) for d, g in zip(at.directions, slopes, strict=True) if g is not None]
            along = total([np.sum(of(d, None) * g) for d, g in pairs])
        hold("reverse over reverse", at.filled(sweep(along, nodes)))
    if forward_mode:
        start = dict(zip(nodes, at.directions, strict=True))
        with lawful("forward over reverse"):
            pushed = [None if g is None or g.node is None else forward(g.node, start) for g in slopes]
        hold("forward over reverse", at.filled(dict(zip(nodes, pushed, strict=True))))
        with lawful("reverse over forward"):
            with Switch(on=True, forward=forward_mode):
                rate = forward(at.loss.node, {n: of(d, None) for n, d in start.items()}, create_graph=True)
            hold("reverse over forward", at.filled(sweep(rate, nodes)))
        with lawful("forward over forward"):
            again = None if rate is None or rate.node is None else forward(rate.node, start)
        curvature = 0.0 if again is None else np.real(again)
        here, terms = paired(at.directions, expected)
        _near("forward over forward", "the second derivative", curvature, here, tolerance, scale, terms)


def keeps_precision(f: Expression, arrays: Arrays, *, forward_mode: bool = True, seed: int = 0) -> None:
    """Results, gradients and tangents of float32 (complex64) inputs keep that dtype. The law is ``precision``.

    ``f``             a function of arrays, written with NumPy
    ``arrays``        its inputs, of any shapes; those of real or complex numbers are differentiated
    ``forward_mode``  whether forward mode is checked too
    ``seed``          of the random weights and directions

    Where they do not, ``Broken`` is raised.
    """
    lower = {"d": np.float32, "D": np.complex64}
    small = [a.astype(lower[a.dtype.char]) if a.dtype.char in lower else a for a in map(np.asarray, arrays)]
    same_values(f, small, "precision")
    with lawful("precision"):
        at = Point(f, small, seed=seed)
        _kinds("gradient", at.gradients(), at.arrays, "precision")
        if forward_mode:
            _kinds("tangent", at.tangents(), [y._array for y in at.ys], "precision")


def same_values(f: Expression, arrays: Arrays, law: str = "forward") -> None:
    """f on tensors, tracked or not, gives the values, dtypes and shapes of f on plain arrays, which it leaves alone.

    ``f``       a function of arrays, written with NumPy
    ``arrays``  its inputs, of any shapes
    ``law``     the name of this law in the error, ``Broken``
    """
    given = [np.array(a) for a in arrays]
    expected = flat(f(*given))
    for i, (a, b) in enumerate(zip(given, arrays, strict=True)):
        if not np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"):
            raise Broken(law, f"it changes its input {i}, in place")
    for tracked in (True, False):
        with lawful(law):
            found = flat(f(*[Tensor(a, tracked and np.asarray(a).dtype.kind in "fc") for a in arrays]))
        if len(found) != len(expected):
            raise Broken(law, f"{len(found)} results from tensors, {len(expected)} from arrays")
        for k, (y, e) in enumerate(zip(found, expected, strict=True)):
            e = np.asarray(e)
            y = y._array if isinstance(y, Tensor) else np.asarray(y)
            if y.shape != e.shape or y.dtype != e.dtype:
                raise Broken(law, f"result {k} is {y.shape} {y.dtype} from tensors, {e.shape} {e.dtype} from arrays")
            if e.dtype.kind in "fc":
                allowed = 1e3 * np.finfo(e.dtype).eps * (size(e) + 1)
                same = np.isclose(y, e, rtol=1e3 * np.finfo(e.dtype).eps, atol=allowed, equal_nan=True)
            else:
                same = y == e
            if not np.all(same):
                raise Broken(law, f"result {k} is\n{y}\nfrom tensors, but from arrays\n{e}")


def _elsewhere(f: Expression, arrays: Arrays, *, forward_mode: bool = False) -> None:
    """Call and differentiate f at another point: a rule that keeps values from one call for the next is then wrong."""
    rng = np.random.default_rng(0)
    given = [np.asarray(a) for a in arrays]
    with np.errstate(all="ignore"), suppress(Exception):  # it may be outside the domain of f
        aside = Point(f, [a + a.dtype.type(ASIDE) * normal(rng, a) if a.dtype.kind in "fc" else a for a in given])
        aside.gradients()
        if forward_mode:
            aside.tangents()


def _own_values(at: Point, gradients: list[Any]) -> None:
    """Each input's gradient is the same when the others are plain arrays: everything it needs was saved.

    It is still the same after these arrays have changed and f was called elsewhere: what was saved is its own.
    """
    several, arrays = len(at.places) > 1, [np.array(a) for a in at.given]
    points = []
    for i, g in enumerate(gradients):
        with lawful("alone"):
            points.append(Point(at.f, [np.array(a) for a in at.given], like=at, only=i if several else None))
            if several:
                alone = points[i].gradients()[i]
                _near("alone", f"gradient of input {i}, the only tracked one,", alone, g, ROUNDING, size(g))
    for point in points:
        for a in point.given:
            a.fill(np.nan if a.dtype.kind in "fc" else 0)
    _elsewhere(at.f, arrays)
    for i, (point, g) in enumerate(zip(points, gradients, strict=True)):
        after = f"gradient of input {i}, after its arrays were changed and f was called elsewhere,"
        with lawful("saved"):
            _near("saved", after, point.gradients()[i], g, ROUNDING, size(g))


# ---------------------------------------------------------------- numbers


def _difference(plus: Any, minus: Any) -> NDArray[Any]:
    """(f(x + h v) - f(x - h v)) / 2h"""
    return np.asarray((plus - minus) / (2 * STEP))


def _kinds(what: str, found: Sequence[Any], like: Sequence[Any], law: str = "kind") -> None:
    for i, (d, x) in enumerate(zip(found, like, strict=True)):
        if d.shape != x.shape or d.dtype != x.dtype:
            raise Broken(law, f"{what} {i} is {d.shape} {d.dtype}, what it belongs to {x.shape} {x.dtype}")


def _near(
    law: str, what: str, found: Any, expected: Any, tolerance: float, scale: float, terms: float | None = None
) -> None:
    """Raise unless ``found`` agrees, relative to the largest expected element and up to the difference's noise."""
    found, expected = np.asarray(found), np.asarray(expected)
    allowed = tolerance * (size(expected) if terms is None else terms) + 1e-9 * scale
    wrong = ~(np.abs(found - expected) <= allowed)  # NaN is wrong
    if np.any(wrong):
        at = tuple(np.argwhere(wrong)[0].tolist())
        text = f"{what} {f'at {list(at)} ' if at else ''}is {found[at]}, expected {expected[at]} (allowed difference"
        raise Broken(law, f"{text} {allowed:.1e}; {int(np.sum(wrong))} of {np.size(wrong)} elements differ)")
