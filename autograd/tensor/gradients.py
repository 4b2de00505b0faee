"""A tensor's gradient: ``backward()``, which finds it for all leaves, ``.grad``, and what is told of it on the way.

Convention: a gradient lives on its node's notes, not on the tensor. ``core/backward.py`` has the sweep itself; here it
begins, and what it found is added to ``.grad``.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from .. import core
from ..core import grad_mode, recording, references
from ..declare import Late, as_array, copied, native, plain
from ..typing import ArrayLike, NDArray
from .methods import ArrayMethods

ndarray = np.ndarray
OWN_GRADIENT = (
    "x.grad.backward() adds the second derivative to the first one, which x.grad still holds: write g = x.grad, "
    "x.grad = None and then g.backward()"
)
SET_GRADIENT = core.Notes.__dict__["grad"].__set__


def _lone() -> int:
    """How many references there are to a gradient that a sweep gave to one leaf alone."""
    found = {0: np.zeros(1)}
    return next(references(g) for _, g in found.items())


LONE = _lone()


class Gradients(ArrayMethods):
    """What a Tensor has to do with sweeps."""

    __slots__ = ()

    @property
    def grad(self) -> NDArray[Any] | Any:
        """dL/d(this) after ``L.backward()``: a read-only array (a tensor with ``create_graph=True``), or None."""
        node = self.node
        if node is None or node.notes is None:
            return None
        g = node.notes.grad
        return g if g is None or node.op is None or isinstance(g, Late.Tensor) else core.read_only(as_array(g))

    @grad.setter
    def grad(self, value: ArrayLike | None) -> None:
        node = self.node
        if node is None:
            raise ValueError("grad: this tensor does not require a gradient; set requires_grad = True first")
        g: Any = value
        if g is not None:
            if not isinstance(g, Late.Tensor):
                g = core.read_only(copied(g, self._array.dtype, "t.grad"))
            if g.shape != self._array.shape:
                fix = "; t.grad = None clears it" if not g.shape and not np.any(g) else ""
                raise ValueError(f"grad: got shape {g.shape}, this tensor has {self._array.shape}{fix}")
        notes = node.annotate()
        notes.grad, notes.used, notes.retains = g, 0, node.op is not None

    def backward(
        self, gradient: ArrayLike | None = None, *, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add the gradient of this tensor to ``.grad`` of every leaf that it was computed from.

        ``gradient`` is dL/d(this), of this tensor's shape; it may be left out for a single number (1).
        ``retain_graph`` keeps the graph for another sweep; ``create_graph`` also records this one, so that
        the gradients, then tensors, can be differentiated again: set ``.grad = None`` when done with them, since
        they hold the graph that leads back to their leaf (``autograd.grad`` makes no such cycle). Complex
        leaves: see the class.
        """
        if self.node is None:
            raise RuntimeError(
                "backward() of a tensor that is not tracked: nothing that it was computed from has "
                "requires_grad=True, or it was computed inside no_grad() or after detach()"
            )
        loop = recording.loop if grad_mode.switches else None
        if loop is not None:
            loop.backward(self)
        if gradient is None:
            if self._array.size != 1:
                raise ValueError(
                    f"backward() of a tensor of shape {self._array.shape} needs dL/d(it), for a loss L: "
                    "reduce it to one number first, as in y.sum().backward(), or pass y.backward(gradient)"
                )
            a = self._array
            g: Any = a.dtype.type(1) if a.ndim == 0 and a.__class__ is ndarray else np.ones_like(a)
        else:
            if native(plain(gradient)).dtype.kind not in "biuf" and self._array.dtype.kind != "c":
                raise TypeError(f"backward(gradient): a complex gradient of a real tensor, {self._array.dtype}")
            g = gradient if isinstance(gradient, Late.Tensor) else copied(gradient, self._array.dtype, "backward")
            if g.dtype != self._array.dtype:
                g = g.astype(self._array.dtype)
        if g.shape != self._array.shape:
            raise ValueError(f"backward(gradient): got shape {g.shape}, this tensor has {self._array.shape}")
        taken = None if gradient is None else core.given(g, self.node)
        if create_graph:
            with core.enable_grad():
                g = g if isinstance(g, Late.Tensor) else Late.of(g, None)
                found = core.backward(self.node, g, create_graph=True, taken=taken)
        else:
            found = core.backward(self.node, plain(g), retain_graph=retain_graph, taken=taken)
        for leaf, g in found.items():
            if leaf.notes is not None and leaf.notes.hooks:
                found[leaf] = core.run_hooks(leaf, g)
        with core.accumulating:
            notes, gradients = [], []
            for leaf, g in found.items():
                note = leaf.notes or leaf.annotate()
                if note.grad is not None:
                    if note.grad is self:
                        warnings.warn(OWN_GRADIENT, stacklevel=2)
                    g = note.grad + g
                    if note.used:
                        note.used = 2
                if g.__class__ is ndarray:
                    if g.base is None and references(g) <= LONE:  # it is this leaf's alone
                        g.setflags(False)  # type: ignore[call-arg]  # by name it takes three times as long
                    else:
                        g = core.read_only(g)
                elif isinstance(g, Late.Tensor):
                    g = Late.of(g._array, g.node)  # no view of another, which writing to it would change
                else:
                    g = core.read_only(as_array(g))
                notes.append(note)
                gradients.append(g)
            core.at_once(map(SET_GRADIENT, notes, gradients))  # of all leaves or, after an error, of none
        if loop is not None:
            loop.swept(self)

    def register_hook(self, hook: Callable[[NDArray[Any]], ArrayLike | None]) -> Callable[[], object]:
        """Call ``hook(gradient)`` when a sweep has this tensor's gradient; what it returns, if not None, replaces it.

        Returns a function that removes the hook.
        """
        if self.node is None:
            raise RuntimeError("register_hook: this tensor is not tracked, no gradient will ever arrive")
        hooks = self.node.annotate().hooks
        key = object()
        hooks[key] = hook
        return lambda: hooks.pop(key, None)

    def retain_grad(self) -> Self:
        """Keep the gradient of this computed tensor in ``.grad`` at each sweep (leaves always do)."""
        if self.node is None:
            raise RuntimeError("retain_grad: this tensor is not tracked, no gradient will ever arrive")
        if self.node.op is not None:
            self.node.annotate().retains = True
        return self
