"""Elements that were not taken: their derivative is 0, whatever it is multiplied by.

In ``np.where(x > 0, np.log(x), 0)`` the gradient of an element whose logarithm was not taken is 0, and d log x/dx at 0
is infinite. The product 0 · ∞ of the chain rule is NaN, but the derivative is 0. In ``sqrt(x) ** 2`` there is 0 · ∞ as
well, and the derivative is not 0. The numbers do not tell the two apart: a sweep must know which zeros come of elements
that were not taken.

Convention: an operation with ``selects`` takes some elements and leaves others. From there on, the sweep holds a
``Taken`` beside the gradient: which elements can be other than 0. It passes through elementwise and linear operations,
and line by line through those that work ``along`` an axis (a norm, a variance, a softmax). It ends at all others,
unless nothing at all was taken. It is worked out only where a NaN has appeared, or where the sweep itself is recorded:
the rule is run on arbitrary positive numbers, and where the result is not 0, elements were taken. In the forward
direction, the elements of a tangent that do not move are the same thing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..typing import Shape
from .node import Node, zeros_like

ndarray = np.ndarray
SUMS = {np.add, np.subtract, np.negative, np.positive}
Form = tuple[Shape, Any]  # the shape and dtype of an array
Rule = Callable[..., Any]  # from weights, one for each parent, to weights for the result: linear, or a choice


class Taken:
    """Which elements of an array of derivatives can be other than 0.

    ``parents``  what it follows from; None for an array all of whose elements are taken
    ``forms``    the shapes and dtypes of the parents' arrays
    ``rule``     the derivative's own rule from the parents' arrays to this one; None: elements taken in any parent
    ``mask``     the answer, once it was asked for
    """

    __slots__ = ("forms", "mask", "parents", "rule")

    def __init__(self, parents: Sequence[Taken | None], forms: Sequence[Form], rule: Rule | None) -> None:
        self.parents = parents
        self.forms = forms
        self.rule = rule
        self.mask: Any = None

    @classmethod
    def of(cls, mask: Any) -> Taken:
        """The elements where a mask is True."""
        taken = cls((), (), None)
        taken.mask = mask
        return taken

    def among(self, like: Any) -> Any:
        """True at the elements taken, for an array of derivatives like this one; without recursion."""
        like = getattr(like, "_array", like)
        stack: list[Taken] = [self]
        while stack:
            top = stack[-1]
            waiting = [p for p in top.parents if p is not None and p.mask is None]
            if top.mask is None and not waiting:
                top.mask = top._worked_out(like)
            if top.mask is not None:
                stack.pop()
            stack += waiting
        return _spread(self.mask, like.shape)

    def _worked_out(self, like: Any) -> Any:
        if self.rule is None:
            shape = self.forms[0][0]
            masks = [True if p is None else _spread(p.mask, shape) for p in self.parents]
            mask = masks[0]
            for other in masks[1:]:
                mask = mask | other
            return mask
        weights = []
        for parent, (shape, dtype) in zip(self.parents, self.forms, strict=True):
            w = _weights(like, shape, dtype)
            weights.append(w if parent is None else w * _spread(parent.mask, shape))
        return self.rule(*weights) != 0


def _weights(like: Any, shape: Shape, dtype: Any) -> Any:
    """Positive numbers in no simple ratio, so that sums and differences of some of them are not 0 by chance."""
    steps = np.cumsum(np.ones_like(like, shape=shape, dtype=np.float64)).reshape(shape)
    return (np.sin(steps) + 2).astype(dtype)


def _spread(mask: Any, shape: Shape) -> Any:
    """A mask for derivatives that were summed over broadcast axes, or that are still to be broadcast."""
    extra = max(mask.ndim - len(shape), 0)
    if extra:
        mask = np.logical_or.reduce(mask, axis=tuple(range(extra)))
    ends = shape[len(shape) - mask.ndim :]
    axes = tuple(k for k, n in enumerate(ends) if n == 1 and mask.shape[k] != 1)
    if axes:
        mask = np.logical_or.reduce(mask, axis=axes, keepdims=True)
    return mask if mask.shape == shape else np.broadcast_to(mask, shape)


def given(d: Any, node: Node | None = None) -> Taken | None:
    """The elements of an array of derivatives that somebody gave: an exact 0 in it takes nothing. None for all.

    ``node``  where a sweep begins with them. If all that it asks is whether any element was taken, one that is not 0
              tells, and a large array need not be read
    """
    if getattr(d, "node", None) is not None:
        return None
    array = getattr(d, "_array", d)
    op: Any = None if node is None else node.op
    asks = op is None or op.kind != "primitive" or op.selects or op.along
    if not asks and array.size and array[(0,) * array.ndim] != 0:
        return None
    mask = array != 0
    return None if mask.all() else Taken.of(mask)


def either(a: Any, b: Any, shape: Shape) -> Any:
    """The elements of a sum of derivatives: taken in one or the other. Of several results, each by itself."""
    if a is None or b is None:
        return None
    if isinstance(a, dict):
        return a | {k: either(a[k], t, ()) if k in a else t for k, t in b.items()}
    return Taken((a, b), ((shape, None),) * 2, None)


def has_nan(d: Any) -> bool:
    """Is there a NaN among these derivatives? A product with itself tells fastest: squares never cancel."""
    if d.__class__ is not ndarray:
        d = getattr(d, "_array", d)
    if isinstance(d, ndarray | np.generic):
        v: Any = d if d.flags.c_contiguous else d.ravel("K")
        s = np.vdot(v, v)
    else:
        s = np.add.reduce(d * 0, axis=None)
    return bool(s != s)


def kept(d: Any, taken: Taken | None) -> Any:
    """Derivatives with 0 in place of NaN at the elements that were not taken.

    Derivatives that are recorded get it in any case: their own derivative may be infinite.
    """
    if d is None or taken is None:
        return d
    if hasattr(d.__class__, "__cuda_array_interface__"):  # a question would wait for the GPU
        return np.where(taken.among(d), d, 0)
    if (d.__class__ is ndarray or getattr(d, "node", None) is None) and not has_nan(d):
        return d
    mask = taken.among(d)
    return d if mask.all() else np.where(mask, d, 0)


def nothing(d: Any, taken: Any) -> bool:
    """Was no element of this array of derivatives taken, or of any of several?"""
    if isinstance(taken, dict):
        return all(nothing(part, taken[k]) for k, part in d.found.items())
    d = getattr(d, "_array", d)
    if hasattr(d.__class__, "__cuda_array_interface__"):  # a question would wait for the GPU
        return False
    return isinstance(taken, Taken) and not d.any() and not taken.among(d).any()


# ---------------------------------------------------------------- the two directions


def pulled(node: Node, g: Any, saved: Any, wanted: Sequence[bool], taken: Any) -> tuple[Sequence[Any], list[Any]]:
    """The gradients of a node's wanted inputs, and of each which elements are taken (None: all of them).

    Between an operation with several results and the nodes of these, ``taken`` is a dict: an entry for each result.
    """
    op: Any = node.op
    if op.kind == "elementwise" and not op.selects:
        gradients = op.pull(node, g, saved, wanted)
        if op.function not in SUMS:  # whose rules make no NaN
            gradients = [kept(d, taken) for d in gradients]
        return gradients, [taken] * len(wanted)
    if op.kind == "item":
        return op.pull(node, g, saved, wanted), [{node._saved[0]: taken}]
    if op.kind == "join":
        return g, taken
    if op.kind == "recomputed":
        return op.pull(node, g, saved, wanted, taken), [None] * len(wanted)
    if op.selects or is_linear(node):
        gradients = op.pull(node, g, saved, wanted)
        if taken is None and not op.leaves_out(node):
            return gradients, [None] * len(wanted)
        return gradients, [_pulled_from(node, g, k, taken) if want else None for k, want in enumerate(wanted)]
    if nothing(g, taken):
        some = g if isinstance(taken, Taken) else next(iter(g.found.values()))
        like = type(some) if hasattr(some, "_array") else lambda zeros: zeros
        zeros = [w and s and like(zeros_like(some, s.shape, some.dtype)) for w, s in zip(wanted, node.inputs)]  # noqa: B905
        return zeros, [Taken.of((some != some).any())] * len(wanted)
    gradients = op.pull(node, g, saved, wanted)
    if op.kind != "primitive" or not op.along or taken is None:
        return gradients, [None] * len(wanted)
    (source,) = node.inputs
    after = _in_lines(node, taken, (node.shape, g.dtype), source.shape)  # type: ignore[union-attr]
    return [kept(d, after) for d in gradients], [after]


def is_linear(node: Node) -> bool:
    """Is a step linear in its tracked inputs? A product is, if all but one of its factors are constants."""
    op: Any = node.op
    return op.kind == "linear" or (op.kind == "bilinear" and None in node.inputs)


def _pulled_from(node: Node, g: Any, k: int, taken: Any) -> Taken:
    """The elements that input k of a node gets from those taken of its result, by the node's own rule."""
    op: Any = node.op
    saved = node._saved
    wanted = [i == k for i in range(len(node.inputs))]
    if not op.results:
        return Taken((taken,), ((node.shape, g.dtype),), lambda w: op.pull(node, w, saved, wanted)[k])
    parts, kinds = list(taken or g.found), g.kinds
    return Taken(
        [taken and taken[i] for i in parts],
        [(kinds[i][0], kinds[i][1]) for i in parts],
        lambda *weights: op.pull(node, type(g)(dict(zip(parts, weights, strict=True)), kinds), saved, wanted)[k],
    )


def pushed(node: Node, tangents: list[Any], saved: Any, moved: dict[Node, Any]) -> tuple[Any, Any]:
    """The tangent of a node's result, and which of its elements move (None: all of them); (None, None) if none does."""
    op: Any = node.op
    taken = [None if t is None else moved.get(source) for t, source in zip(tangents, node.inputs, strict=True)]  # type: ignore[arg-type]
    if op.kind == "item":
        (t,) = taken
        return op.push(node, tangents, saved), t and Taken(t.parents, t.forms, lambda *w: t.rule(*w)[node._saved[0]])
    tangents = [None if nothing(t, m) else t for t, m in zip(tangents, taken, strict=True)]
    moving = [k for k, t in enumerate(tangents) if t is not None]
    if not moving:
        return None, None
    if op.kind == "elementwise" and not op.selects:
        after = taken[moving[0]]
        for k in moving[1:]:
            after = either(after, taken[k], node.shape)
        return op.push(node, tangents, saved, taken), after
    y = op.push(node, tangents, saved)
    if op.kind == "primitive" and op.along and taken[0] is not None:
        after = _in_lines(node, taken[0], (tangents[0].shape, tangents[0].dtype), node.shape)
        return kept(y, after), after
    if (is_linear(node) and (op.many or any(m is not None for m in taken))) or (op.selects and op.leaves_out(node)):
        return y, _pushed_from(node, moving, [taken[k] for k in moving], tangents)
    return y, None


def _in_lines(node: Node, taken: Taken, form: Form, shape: Shape) -> Taken:
    """The elements that share a line with one taken; the lines are those along which a node's operation works."""
    op: Any = node.op
    axes = op.axes(node)

    def rule(w: Any) -> Any:
        if axes is None:
            return np.broadcast_to(np.logical_or.reduce(w != 0, axis=None), shape)
        dims = max(w.ndim, len(shape))
        if w.ndim < dims:  # the axes are gone
            w = np.expand_dims(w, axes)
        lines = np.logical_or.reduce(w != 0, axis=axes, keepdims=len(shape) == dims)
        return np.broadcast_to(lines, shape)

    return Taken((taken,), (form,), rule)


def _pushed_from(node: Node, moving: list[int], taken: list[Any], tangents: list[Any]) -> Taken:
    """The elements of a node's result that move with those of its inputs, by the node's own rule."""
    op: Any = node.op
    saved = node._saved
    forms = [(tangents[k].shape, tangents[k].dtype) for k in moving]

    def rule(*weights: Any) -> Any:
        tangents: list[Any] = [None] * len(node.inputs)
        for k, w in zip(moving, weights, strict=True):
            tangents[k] = w
        return op.push(node, tangents, saved)

    return Taken(taken, forms, rule)
