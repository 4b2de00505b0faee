"""The description of a function that is run: ``run(f, args, kwargs)``.

Convention: everything is kept for the picture, and nothing is left behind: no gradient is stored, generators draw again
what they drew, running means are as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

from ...core import Effects, Node, Switch, recording, users_line
from ...declare import Operation, frozen
from ...tensor import Tensor
from ...value import Value, note_scope
from ..graph import Graph
from ..speaker import speaker
from .describe import assemble
from .facts import Fact
from .inputs import Inputs, flat, ways
from .names import Names
from .scopes import Part
from .watching import owner_of, seen_by, variables


def run(
    f: Callable[..., Any], args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None, *,
    grads: bool | None = True, names: Any = None, unfold: bool | None = None,
) -> Graph:  # fmt: skip
    """The graph of ``f(*args, **kwargs)``: every intermediate with its value, and unless ``grads=False`` its gradient.

    ``f``       a function or a model; what it does to generators and running means is undone
    ``args``    numbers, arrays, Values, tensors, also in lists, tuples and dicts: those of real numbers are tracked
    ``names``   as for ``describe``; the arguments' names and those of f's own variables are found without it
    ``unfold``  True opens kernels, such as an LSTM's, into small operations; False leaves neurons of Values closed
    """
    given, options = tuple(args), dict(kwargs or {})
    failed: dict[str, Exception] = {}
    result: Any = None
    for numbers in ways(given, options):
        take = Take(f, Inputs(f, given, options, numbers), unfold is True)
        try:
            take.call()
        except (TypeError, IndexError) as error:
            failed[numbers] = error
            continue
        if take.numbers or take.arrays:
            return take.described(grads, names, unfold)
        result = take.result if numbers == "plain" else result
    failed.pop("elements", None)  # which is tried where all else failed
    if failed:
        raise failed.get("plain") or next(iter(failed.values()))
    raise ValueError(
        f"{speaker()}: {title(f) or 'the function'} returned {_kinds(result)}, in which nothing is computed from its "
        "inputs or from parameters by recorded operations. Return a Value or a tensor, and do not leave the graph by "
        ".data or detach(); integers and truth values have no gradient."
    )


class Take:
    """One call of the function, and what was noted of it."""

    def __init__(self, f: Callable[..., Any], inputs: Inputs, unfold: bool) -> None:
        self.f = f
        self.inputs = inputs
        self.unfold = unfold
        self.facts: dict[Node, Fact] = {}
        self.copies: dict[int, tuple[Any, Any]] = {}  # of arrays that may still be changed
        self.locals: dict[str, Any] = {}
        self.result: Any = None

    def call(self) -> None:
        """Run the function; what it changes besides is undone."""
        effects = Effects(recording.effects)
        switch = Switch(
            beside={"note_value": note_scope}, on=True, note=self.note, scope=Part("root"), effects=effects,
            unfold=self.opened if self.unfold else None,
        )  # fmt: skip
        try:
            with ExitStack() as stack:
                stack.enter_context(switch)
                self.locals = stack.enter_context(variables(self.f))
                self.result = self.f(*self.inputs.args, **self.inputs.kwargs)
        finally:
            for generator, state in effects.generators.values():
                generator.bit_generator.state = state
            for leaf, array in effects.leaves.values():
                leaf._array = array
        leaves = list(flat(self.result))
        self.numbers = list({id(v): v for v in leaves if isinstance(v, Value)}.values())
        self.arrays = {t.node: t._array for t in leaves if isinstance(t, Tensor) and t.node is not None}

    def note(self, node: Node, y: Any, given: Sequence[Any], arguments: Mapping[str, Any]) -> None:
        """Keep everything of a recorded step."""
        operands = [self._kept(x) for x in given]
        self.facts[node] = Fact(y, operands, {k: frozen(v) for k, v in arguments.items()}, given, dict(arguments))
        notes = node.annotate()
        notes.scope = recording.scope
        notes.source = notes.source or users_line()

    def _kept(self, x: Any) -> Any:
        """The array of an operand; one copy of an array that may be changed, until it is."""
        if isinstance(x, Tensor):
            return x._array
        if not isinstance(x, np.ndarray) or not x.flags.writeable:
            return x
        _, copy = self.copies.get(id(x), (x, None))
        if copy is None or not np.array_equal(copy, x, equal_nan=copy.dtype.kind in "fc"):
            copy = x.copy()
            self.copies[id(x)] = x, copy
        return copy

    def opened(self, operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """In place of a kernel: the small operations that it stands for, if they give the same."""
        with Switch(unfold=None):
            if recording.scope is None or not any(isinstance(x, Tensor) and x.node for x in flat((args, kwargs))):
                return operation(*args, **kwargs)
            with Switch(on=False, note=None, scope=None):
                expected = operation(*args, **kwargs)
        with recording.scope.kernel(operation.name):
            y = operation.unfold(*args, **kwargs)  # type: ignore[misc]
        if all(_close(a, b) for a, b in zip(flat(expected), flat(y), strict=True)):
            return y
        raise RuntimeError(
            f"{speaker()}: '{operation.name}' and the small operations that it stands for give different numbers. "
            "Leave it closed, with unfold=False, and please report this."
        )

    def described(self, grads: bool | None, names: Any, unfold: bool | None) -> Graph:
        """The graph of this call."""
        known = Names()
        for name, leaf in self.inputs.named:
            known.give(leaf, name, "argument")
        owner = owner_of(self.f)
        if owner is not None:
            known.add(owner)
        known.add(self.locals)
        known.add(seen_by(self.f))
        if names is not None:
            known.add(names)
        building = assemble(
            self.numbers, self.arrays, self.facts, names=known, inputs=[leaf for _, leaf in self.inputs.named],
            grads=grads is not False, unfold=False if unfold is False else None,  # kernels were opened as it ran
            variables=seen_by(self.f) | self.locals,
        )  # fmt: skip
        building.graph.title = title(self.f)
        return building.finished()


def title(f: Any) -> str:
    """The name of a function or model; "" of one that has none."""
    name = str(getattr(f, "__name__", type(f).__name__))
    return "" if "<" in name else name


def _close(a: Any, b: Any) -> bool:
    a, b = (x._array if isinstance(x, Tensor) else x for x in (a, b))
    if a is None or b is None:
        return a is b
    near = 1e-3 if np.result_type(a) in (np.float16, np.float32) else 1e-8
    return np.shape(a) == np.shape(b) and bool(np.allclose(a, b, near, near, equal_nan=True))


def _kinds(result: Any) -> str:
    kinds = sorted({type(x).__name__ for x in flat(result)})
    return ", ".join(kinds) if kinds else "nothing"
