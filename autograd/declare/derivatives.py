"""What sweeps ask of an operation: the gradients of its inputs, and the tangent of its result.

Convention: ``d`` is a derivative passing through, ``saved`` what a node kept for the rules; rules themselves know of no
broadcasting, dtypes or missing inputs, which are seen to here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..core import MANY, Node, blockwise, kept, zeros_like
from . import checks
from .declaration import Declaration
from .unbroadcast import fit

ndarray = np.ndarray
DOUBLE = np.dtype(np.float64)
NUMBERS = frozenset("fciu")  # the kinds of dtypes that derivatives may have


class Derivatives(Declaration):
    """The derivatives of a declared function, in both directions."""

    __call__: Callable[..., Any]  # the function again, as in operation.py: a linear one computes its own tangents

    def as_tensors(self, node: Node) -> Any:
        """What a node saved, its inputs and result as the tensors they were, for rules to record on."""
        if not self.needs or node._saved is None:
            return node._saved
        return tuple(
            value if value is None or need.tensor is None else need.tensor(value, node)
            for need, value in zip(self.needs, node._saved, strict=True)
        )

    def fit(self, node: Node, d: Any, like: Any) -> Any:
        """The gradient d that a rule gave, in the shape and dtype of its input: ``like``, which is one of node.fits."""
        try:
            dtype = d.dtype
            if (dtype is like[1] or dtype.kind in NUMBERS) and (len(node.inputs) > 1 or self._no_wider(d, node, like)):
                return fit(d, *like)
        except (AttributeError, ValueError):  # no array, or no broadcasting fits it
            if isinstance(d, int | float | complex):
                return fit(np.asarray(d), *like)
        raise checks.wrong_gradient(self, node, d, like)

    def _no_wider(self, d: Any, node: Node, like: Any) -> bool:
        """Has the gradient of the only input no more axes than input and result? Nothing could have broadcast it."""
        return self.results or d.ndim <= max(len(like[0]), len(node.shape))

    def pull(self, node: Node, g: Any, saved: Any, wanted: Sequence[bool]) -> Sequence[Any]:
        """The gradients of the wanted inputs, where a sweep cannot just call one rule for each."""
        if self.results:
            g = g.whole()
        if self.joint is not None:
            rule, where = self.joint
            return checks.gradients(self, rule(g, *[saved[k] for k in where]), len(wanted))
        return [
            self._applied(rule, g, saved, where) if want else None
            for want, (rule, where) in zip(wanted, self.rules)  # noqa: B905  (strict= takes its time)
        ]

    def _applied(self, rule: Any, d: Any, saved: Any, where: Any) -> Any:
        """rule(d, ...) with what it needs; of a large array block by block."""
        needed = [saved[k] for k in where]
        if self.diagonal and d.__class__ is ndarray and d.size > MANY:
            found = blockwise(rule, [d, *needed])
            if found is not NotImplemented:
                return found
        return rule(d, *needed)

    def leaves_out(self, node: Node) -> bool:
        """Did this call take some elements and leave others?"""
        if isinstance(self.selects, bool):
            return self.selects
        return self._argument(node, self.selects) is not True

    def axes(self, node: Node) -> Any:
        """The axes along which this call worked, as they were given; of an operation with ``along``."""
        return self._argument(node, self.along)

    def _argument(self, node: Node, name: str) -> Any:
        """What this call was given for an argument that the rules name."""
        return next(v for need, v in zip(self.needs, node._saved, strict=True) if need.name == name)

    def push(self, node: Node, tangents: list[Any], saved: Any, moved: Sequence[Any] = ()) -> Any:
        """The tangent of the result from the tangents of the inputs (None where there is none).

        elementwise: dy = sum of rule(dx); linear: dy = f(dx); bilinear: dy = f(da, b) + f(a, db). ``moved`` says of an
        elementwise operation's inputs which elements move: the others have no part in dy.
        """
        rules = self.pushes
        if rules and ((len(rules) == 1 and len(tangents) > 1) or (self.joint and self.many)):
            tangents = [tangents]  # one rule for all inputs: it is given all tangents
        elif not rules and self.kind == "elementwise":
            rules = self.rules
        if rules:
            terms = []
            for t, (rule, where) in zip(tangents, rules, strict=True):
                if t is not None and rule is not None:
                    terms.append(self._applied(rule, t, saved, where))
            if not terms:
                return None
            if moved:
                moves = [m for m, t, (rule, _) in zip(moved, tangents, rules, strict=True) if rule and t is not None]
                terms = list(map(kept, terms, moves))
        elif self.kind != "primitive":
            terms = self._push_linear(node, tangents, saved)
        else:
            raise NotImplementedError(f"'{self.name}' has no forward rule: give it one by @{self.name}.push or push=")
        try:
            total = terms[0] if len(terms) == 1 and not self.results else self._sum(node, terms)
            if self.results:
                return total
            dtype = None if node.notes is None else node.notes.dtype
            if total.dtype is not DOUBLE and total.dtype.kind not in NUMBERS:
                raise TypeError("a tangent is made of numbers")
            if dtype is not None and total.dtype != dtype:
                total = total.astype(dtype)
            return total if total.shape == node.shape else np.broadcast_to(total, node.shape)
        except (AttributeError, TypeError, ValueError) as error:
            used = [rule for t, rule in zip(tangents, rules, strict=False) if t is not None and rule[0] is not None]
            terms = checks.tangents(self, node, terms, used, error)
        return np.broadcast_to(self._sum(node, terms), node.shape)

    def _sum(self, node: Node, terms: list[Any]) -> Any:
        """The sum of tangents; of each result, where there are several."""
        total = terms[0]
        if self.results:
            checks.right_length(total, node)
            for term in terms[1:]:
                total = [x + t for x, t in zip(total, term, strict=True)]
            return total
        for term in terms[1:]:
            total = total + term
        return total

    def _push_linear(self, node: Node, tangents: list[Any], saved: Any) -> list[Any]:
        at = {need.name: k for k, need in enumerate(self.needs)}
        arguments = saved[at["arguments"]]
        if arguments is None:
            raise RuntimeError(
                f"forward sweep through '{self.name}': what this direction needs was not kept when the graph was "
                "recorded. Use autograd.jvp, or record inside autograd.forward_mode()."
            )
        if self.many:
            some = next(t for t in tangents if t is not None)
            whole = [zeros_like(some, *fit) if t is None else t for t, fit in zip(tangents, node.fits, strict=True)]
            return [self(whole, **arguments)]
        terms = []
        for moving, t in zip(self.inputs, tangents, strict=True):
            if t is not None:
                operands = {n: t if n == moving else saved[at[n]] for n in self.inputs}
                terms.append(self(**operands, **arguments))
        return terms
