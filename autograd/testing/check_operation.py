"""check_operation: all laws that an operation must fulfil, on your inputs or on those that Hypothesis draws.

Convention: nothing is left out without a word. What cannot be checked, because a rule is missing or because the
function is not defined there, stands in the report with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..declare import OPERATIONS, Operation, declare_late
from ..declare.custom import Custom
from ..extras import extra
from ..functional import nests as tree
from ..functional.nests import leaves as flat
from ..tensor import Tensor
from ..typing import NDArray
from . import laws
from .laws import ROUNDING, Broken, lawful
from .point import Point, size

STATEMENTS = {
    "forward": "of tensors it gives the numbers, shapes and dtypes that it gives of arrays; it changes no input",
    "kind": "derivatives have the shapes and dtypes of what they belong to",
    "detached": "results that depend on a tracked input are tracked",
    "pull": "gradients agree with central differences",
    "push": "tangents agree with central differences",
    "adjoint": "Re<u, J v> = Re<Jᵀ u, v>, to rounding",
    "alone": "a gradient is the same where its input alone is tracked",
    "saved": "a gradient is the same after arrays were changed and other calls made",
    "reverse over reverse": "the gradient's derivatives agree with its central differences",
    "forward over reverse": "so do the gradient's tangents",
    "reverse over forward": "so do the gradients of the tangent",
    "forward over forward": "so do the tangent's tangents",
    "precision": "float32 stays float32, complex64 stays complex64",
    "keywords": "inputs given by name are the same inputs",
    "empty": "all this holds for arrays without elements",
    "number": "all this holds for arrays without axes",
    "broadcast": "all this holds for inputs that are broadcast",
}
PUSHED = ("push", "adjoint", "forward over reverse", "reverse over forward", "forward over forward")
SECOND = ("reverse over reverse", "forward over reverse", "reverse over forward", "forward over forward")


@dataclass(frozen=True)
class LawReport:
    """The laws that hold for an operation, and those that were not checked.

    ``operation``  its name
    ``held``       the names of the laws that hold
    ``unchecked``  the names of the others, each with the reason
    """

    operation: str
    held: tuple[str, ...]
    unchecked: Mapping[str, str]

    def __str__(self) -> str:
        width = max(map(len, STATEMENTS))
        lines = [f"  {law:<{width}}  {STATEMENTS[law]}" for law in self.held]
        lines += [f"  {law:<{width}}  not checked: {why}" for law, why in self.unchecked.items()]
        return "\n".join([f"{self.operation}: {len(self.held)} laws hold, {len(self.unchecked)} not checked", *lines])


def check_operation(
    op: Callable[..., object], *inputs: object, arguments: Mapping[str, object] | None = None,
    forward: bool | None = None, second: bool = True, precision: bool = True, tolerance: float = 1e-5, seed: int = 0,
    examples: int = 20,
) -> LawReport:  # fmt: skip
    """Does ``op`` fulfil all laws of an operation at these inputs? If not, raise ``Broken``, which names the law.

        >>> report = check_operation(np.sin, np.array([0.5, -1.0]))
        >>> report.held[:4]
        ('forward', 'kind', 'detached', 'pull')
        >>> report.unchecked["broadcast"]
        'there is no other input'

    ``op``         what ``@autograd.operation`` made, a NumPy function that has a derivative, or any function of these
    ``inputs``     arrays, numbers, or sequences of arrays for a function of many; or Hypothesis strategies that draw
                   them: then the laws are a property, and the example that breaks one is shrunk
    ``arguments``  other arguments of the call, by name
    ``forward``    check forward mode; None: unless its rule is missing, which the report says
    ``second``     check second derivatives, where they exist
    ``precision``  check that single precision stays single; the other laws are checked in double precision
    ``tolerance``  of the comparison with central differences, relative
    ``seed``       of the random directions
    ``examples``   how many examples Hypothesis draws
    """
    if any(map(_is_strategy, inputs)):
        return _property(lambda *drawn, seed: check_operation(
            op, *drawn, arguments=arguments, forward=forward, second=second, precision=precision, tolerance=tolerance,
            seed=seed), inputs, examples)  # fmt: skip
    subject = Subject(op, inputs, arguments or {})
    arrays, forward_mode = subject.arrays, forward is not False
    unchecked: dict[str, str] = dict(subject.missing)
    if forward is False:
        unchecked.update(dict.fromkeys(PUSHED, "forward=False"))
    elif forward is None and (why := subject.no_forward_mode()):
        unchecked.update(dict.fromkeys(PUSHED, why))
        forward_mode = False
    modes = {"forward_mode": forward_mode}
    laws.first_order(subject.expression, arrays, tolerance=tolerance, seed=seed, **modes)
    if sum(map(_floating, subject.arrays)) < 2:
        unchecked["alone"] = "there is no other input"
    if second:
        laws.second_order(subject.expression, arrays, tolerance=tolerance, seed=seed, **modes)
    else:
        unchecked |= dict.fromkeys(SECOND, "second=False")
    if precision:
        laws.keeps_precision(subject.expression, arrays, seed=seed, **modes)
    else:
        unchecked["precision"] = "precision=False"
    unchecked |= subject.by_name(seed)
    for law in ("empty", "number", "broadcast"):
        special = subject.special(law)
        if isinstance(special, str):
            unchecked[law] = special
            continue
        try:
            laws.first_order(subject.expression, special, tolerance=tolerance, seed=seed, **modes)
        except Broken as error:
            shapes = ", ".join(str(a.shape) for a in special)
            raise Broken(law, f"at inputs of shapes {shapes}, {error}") from error
    held = tuple(law for law in STATEMENTS if law not in unchecked)
    return LawReport(subject.name, held, {law: unchecked[law] for law in (*STATEMENTS, *subject.missing)
                                          if law in unchecked})  # fmt: skip


class Subject:
    """What is checked: the operation, its inputs as arrays in double precision, and what is known of its rules."""

    def __init__(self, op: Callable[..., object], inputs: Sequence[object], arguments: Mapping[str, object]) -> None:
        self.op = op
        self.arguments = dict(arguments)
        self.declared = declaration(op)
        self.name = str(getattr(self.declared or op, "__name__", op))
        self.form = [_form(x) for x in inputs]
        self.leaves = [_double(x) for x in tree.leaves(self.form)]
        without = self._without_rule()
        self.missing = {f"gradient of {name}": why for name, why in without.items()}
        owners = [self._parameter(k) for k, x in enumerate(self.form) for _ in tree.leaves(x)]
        self.places = [i for i, name in enumerate(owners) if name not in without]  # of what is tracked
        self.arrays = [self.leaves[i] for i in self.places]

    def expression(self, *moving: Any) -> Any:
        """The operation as a function of what has a rule."""
        leaves: list[Any] = list(self.leaves)
        for i, x in zip(self.places, moving, strict=True):
            leaves[i] = x
        return self.op(*tree.rebuild(self.form, leaves), **self.arguments)

    def _parameter(self, k: int) -> str:
        op = self.declared
        return op.params[k] if op is not None and not op.many and k < len(op.params) else ""

    def _without_rule(self) -> dict[str, str]:
        """The floating inputs by which it cannot be differentiated."""
        op = self.declared
        if op is None or op.joint is not None:
            return {}
        ruled = {name for name, (rule, _) in zip(op.inputs, op.rules, strict=True) if rule is not None}
        names = [self._parameter(k) for k, x in enumerate(self.form) if _floating(x)]
        return {name: "it has no pull rule" for name in names if name and name not in ruled}

    def no_forward_mode(self) -> str:
        """Why there are no tangents; "" if there are."""
        op = self.declared
        if op is not None and op.kind == "primitive" and not op.pushes:
            return "it has no push rule"
        if op is not None:
            return ""
        try:  # an expression: only the sweep can tell
            Point(self.expression, self.arrays).tangents()
        except NotImplementedError as error:
            return str(error)
        except Exception:  # the laws will say which one it breaks
            return ""
        return ""

    def by_name(self, seed: int) -> dict[str, str]:
        """The law ``keywords``, or why it cannot be checked."""
        op = self.declared
        if op is None:
            return {"keywords": "it is composed of operations"}
        if op.positional or isinstance(self.op, np.ufunc):
            return {"keywords": "its inputs have no names"}
        names = op.params[: len(self.form)]

        def named(*moving: Any) -> Any:
            leaves: list[Any] = list(self.leaves)
            for i, x in zip(self.places, moving, strict=True):
                leaves[i] = x
            call = dict(zip(names, tree.rebuild(self.form, leaves), strict=True))
            return self.op(**dict(reversed(call.items())), **self.arguments)

        at = Point(self.expression, self.arrays, seed=seed)
        with lawful("keywords"):
            found = Point(named, self.arrays, like=at).gradients()
        for k, (g, e) in enumerate(zip(found, at.gradients(), strict=True)):
            if g.shape != e.shape or not np.all(np.abs(g - e) <= ROUNDING * size(e)):
                raise Broken("keywords", f"gradient {k} is\n{g}\nwhere inputs are given by name, otherwise\n{e}")
        return {}

    def special(self, law: str) -> list[NDArray[Any]] | str:
        """Inputs of a special shape; or why there are none."""
        if self.declared is None:
            return "it is composed of operations"
        if law != "empty" and self.declared.kind != "elementwise":
            return "it is not elementwise"
        if law == "broadcast" and len(self.arrays) < 2:
            return "there is no other input"
        if law == "empty":
            found = [np.zeros((0, *a.shape[1:]), a.dtype) for a in self.arrays]
        else:
            numbers = [a.reshape(-1)[0] for a in np.broadcast_arrays(*self.arrays) if a.size]
            shapes = [(2, 1), (3,)] if law == "broadcast" else [()]
            found = [np.full(shapes[min(k, len(shapes) - 1)], x) for k, x in enumerate(numbers)]
        if len(found) < len(self.arrays):
            return "the inputs have no elements"
        with np.errstate(all="ignore"):
            try:
                results = flat(self.expression(*found))
            except Exception as error:
                return f"the function is not defined there: {type(error).__name__}"
        if not all(np.all(np.isfinite(y)) for y in results if np.asarray(y).dtype.kind in "fc"):
            return "the function is not finite there"
        return found


def declaration(op: object) -> Operation | None:
    """The operation that stands behind a function, if it is one."""
    if isinstance(op, Custom):
        op = op.complete()
    elif not isinstance(op, Operation):
        op = OPERATIONS.get(op) if callable(op) and op.__hash__ is not None and declare_late(op) else None
    return op if isinstance(op, Operation) else None


def _form(x: object) -> Any:
    """An input with arrays for its leaves: a list of numbers is an array, one of arrays is a sequence of inputs."""
    if isinstance(x, list | tuple) and not any(isinstance(v, np.ndarray | Tensor | list | tuple) for v in x):
        return np.asarray(x)
    return tree.transform(lambda v: v._array if isinstance(v, Tensor) else np.asarray(v), x)


def _floating(x: Any) -> bool:
    return any(a.dtype.kind in "fc" for a in tree.leaves(x))


def _double(a: NDArray[Any]) -> NDArray[Any]:
    if a.dtype.kind not in "fc":
        return a
    return np.asarray(a, np.result_type(a.dtype, np.float64))


# ---------------------------------------------------------------- Hypothesis


def _is_strategy(x: object) -> bool:
    return any(kind.__name__ == "SearchStrategy" for kind in type(x).__mro__)


def _property(check: Callable[..., LawReport], inputs: Iterable[Any], examples: int) -> LawReport:
    """The report of the last example, if the laws hold for all that Hypothesis draws."""
    hypothesis: Any = extra("hypothesis", "test", "check_operation of strategies")
    draw: Any = extra("hypothesis.strategies", "test", "check_operation of strategies")
    strategies = [x if _is_strategy(x) else draw.just(x) for x in inputs]
    reports = []

    def hold(drawn: tuple[Any, ...], seed: int) -> None:
        reports.append(check(*drawn, seed=seed))

    given = hypothesis.given(drawn=draw.tuples(*strategies), seed=draw.integers(0, 2**32 - 1))
    hypothesis.settings(max_examples=examples, deadline=None)(given(hold))()
    return reports[-1]
