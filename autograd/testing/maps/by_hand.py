"""Functions with derivatives that somebody wrote by hand, as maps.

Convention: a derivative that is not given is missing. Shapes are strict: a gradient that was not summed over the axes
along which its input was broadcast is a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np

from ...functional import check_input
from ...functional import nests as tree
from ...typing import NDArray
from .libraries import Library, Plain
from .map import FIXED, Arrays, Map, named_inputs

__all__ = ["MapByHand"]


class MapByHand(Map):
    """f(*inputs) with ``grad(*inputs)``, ``vjp(*inputs, u)`` or ``jvp(*inputs, v)``.

    ``grad``     the gradient of f, a tuple of several inputs. Where f has several numbers: that of their sum, as for a
                 function that works element by element; or the Jacobian, of shape ``y.shape + x.shape``
    ``vjp``      the gradient of Σ u y, for u in the form of the result
    ``jvp``      the tangent of the result along v, in the form of the inputs: a tuple of several
    ``library``  whose arrays all of them take
    """

    strict = False

    def __init__(
        self, f: Callable[..., Any], inputs: Sequence[object], *, grad: Callable[..., Any] | None = None,
        vjp: Callable[..., Any] | None = None, jvp: Callable[..., Any] | None = None, library: Library | None = None,
    ) -> None:  # fmt: skip
        if grad is not None and vjp is not None:
            raise TypeError("gradcheck: grad= and vjp= both give the gradient; pass one of them")
        for word, given in (("grad", grad), ("vjp", vjp), ("jvp", jvp)):
            if given is not None and not callable(given):
                kind = type(given).__name__
                raise TypeError(f"gradcheck: {word}= is a function, got {kind}: write {word}=df, not {word}=df(x)")
        self.f, self.grad, self.vjp, self.jvp = f, grad, vjp, jvp
        self.library: Any = library or Plain()
        self.analytic = library is None
        self.inputs = tuple(inputs)
        named = named_inputs(inputs)
        self.names = [name for name, _ in named]
        self.likes = [x for _, x in named]
        self.arrays = [np.array(self.library.number(x)) for x in self.likes]
        for name, x, a in zip(self.names, self.likes, self.arrays, strict=True):
            check_input("gradcheck", name, x if isinstance(x, int) else a, FIXED)
        self.sums = self._plain()
        self.missing = {"reverse": "neither grad= nor vjp= is given"} if grad is None and vjp is None else {}
        self.missing |= {"forward": "jvp= is not given"} if jvp is None else {}

    def at(self, arrays: Arrays) -> Self:
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__, arrays=[np.array(a) for a in arrays])
        other.__dict__.pop("_returned", None)
        return other

    def results(self, arrays: Arrays) -> list[NDArray[Any]]:
        return self._floats(self._result(arrays))

    def returned(self) -> Any:
        return self._returned

    def reverse(self, weights: Arrays) -> list[Any]:
        given = self._given(self.arrays)
        if self.vjp is not None:
            u = tree.rebuild(self._returned, [self.library.array(np.array(u)) for u in weights])
            return self._taken("vjp", self.vjp(*given, u))
        if self.grad is None:
            raise TypeError(self.missing["reverse"])
        if len(weights) != 1:
            raise TypeError(f"gradcheck: f has {len(weights)} results, and grad= belongs to one; pass vjp=(*inputs, u)")
        (u,) = weights
        found = []
        for g, x in zip(self._taken("grad", self.grad(*given)), self.arrays, strict=True):
            if u.shape and g.shape == u.shape + x.shape:
                found.append(_like(g, np.tensordot(u, g, u.ndim)))
            else:
                found.append(_like(g, u.flat[0] * g))  # all weights are the same
        return found

    def forward(self, directions: Arrays) -> list[Any]:
        if self.jvp is None:
            raise TypeError(self.missing["forward"])
        along = self._given(directions)
        found = self.jvp(*self._given(self.arrays), along[0] if len(along) == 1 else along)
        found = tree.leaves(found) if len(self._floats(self._returned)) > 1 else [found]
        return [self._number("jvp", t) for t in found]

    def gradient(self, weights: Arrays) -> Map:
        raise ValueError(
            "gradcheck: order=2 needs the derivative of the gradient, and of one written by hand it is not given; "
            "check the gradient as a function: gradcheck(df, x, vjp=...)"
        )

    def _given(self, arrays: Arrays) -> tuple[Any, ...]:
        fresh = [self.library.array(a.copy(), like) for a, like in zip(arrays, self.likes, strict=True)]
        return tuple(tree.rebuild(self.inputs, fresh))

    def _result(self, arrays: Arrays) -> Any:
        return self.f(*self._given(arrays))

    @cached_property
    def _returned(self) -> Any:
        """The result at the point, whose form is asked for again and again."""
        return self._result(self.arrays)

    def _floats(self, returned: Any) -> list[NDArray[Any]]:
        ys = [self.library.number(y) for y in tree.leaves(returned)]
        return [y for y in ys if y.dtype.kind in "fc"]

    def _plain(self) -> bool:
        """Is ``grad`` the gradient of the sum? Of a Jacobian all rows are checked, so the weights are random."""
        if self.grad is None:
            return False
        ys = self._floats(self._returned) if self.arrays else []
        if len(ys) != 1 or not ys[0].ndim:
            return True
        found = self._taken("grad", self.grad(*self._given(self.arrays)))
        return any(g.shape != ys[0].shape + x.shape for g, x in zip(found, self.arrays, strict=True))

    def _taken(self, what: str, found: Any) -> list[Any]:
        """Gradients in the order of the inputs."""
        count = len(self.arrays)
        single = count == 1 and tree.children(self.inputs[0]) is None
        if count == 1 and isinstance(found, tuple) and len(found) == 1:
            (found,) = found
        if single:
            return [self._number(what, found)]
        by_path = dict(tree.paths(found)) if isinstance(found, dict) else {}
        if by_path and len(self.inputs) == 1:  # a dict has its own order
            names = [name.removeprefix("input 0") for name in self.names]
            if missing := [name for name in names if name not in by_path]:
                raise TypeError(f"gradcheck: {what} gave none by input 0{missing[0]}, but by {', '.join(by_path)}")
            return [self._number(what, by_path[name]) for name in names]
        if getattr(found, "shape", None) == (count,) and all(a.ndim == 0 for a in self.arrays):
            found = list(found)  # an array with one number for each
        parts = tree.leaves(found)
        if len(parts) != count:
            raise TypeError(
                f"gradcheck: {what} gave {len(parts)} gradient{'s' * (len(parts) != 1)} for {count} "
                f"input{'s' * (count != 1)}; return a tuple with one for each"
            )
        return [self._number(what, g) for g in parts]

    def _number(self, what: str, d: Any) -> NDArray[Any]:
        if d is None:
            raise TypeError(f"gradcheck: {what} returned None; is a return missing?")
        if hasattr(d, "toarray"):  # a sparse matrix
            d = d.toarray()
        try:
            a = np.asarray(self.library.number(d))
        except ValueError as error:  # a tuple of arrays, for instance
            text = "that makes no array: return one array for each input"
            raise TypeError(f"gradcheck: {what} returned a {type(d).__name__} of {len(d)} {text}") from error
        if a.dtype.kind not in "fciubO":
            raise TypeError(f"gradcheck: {what} returned {d!r}, which is no number")
        return a


def _like(g: NDArray[Any], weighted: NDArray[Any]) -> NDArray[Any]:
    """A weighted gradient in the precision in which it was given."""
    return weighted.astype(g.dtype) if g.dtype.kind == weighted.dtype.kind else weighted
