"""An operation: a function with its derivatives, which is called like the function.

Convention: a call computes with plain arrays, and records the step if an input is tracked. What an operation is made of
stands in ``declaration.py``, what sweeps ask of it in ``derivatives.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core import MANY, Node, blockwise, grad_mode, leaving, read_only, recording
from . import checks
from .derivatives import Derivatives
from .dim_words import NUMPYS, in_numpys_words
from .errors import out_of_memory, teach
from .given import explained, mistaken
from .handles import Late, adopted, as_array, is_memory
from .registry import OPERATIONS
from .results import rebuild, result_tensors
from .rule_needs import Call, Kept

ndarray = np.ndarray
SINGLE = np.dtype(np.float32)
ORDINARY = {ndarray, float, int, complex, bool, type(None), np.float64, np.float32}


class Operation(Derivatives):
    """A function with its derivatives. Calling it computes, and records the step if an input is tracked."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.unfold is not None and grad_mode.switches and recording.unfold is not None:
            return recording.unfold(self, args, kwargs)
        Tensor = Late.Tensor
        count = len(self.inputs)
        if self.leading and not kwargs and count <= len(args) <= len(self.params):  # the common form
            given: Sequence[Any] = args[:count]
            arguments = dict(zip(self.params[count:], args[count:])) if len(args) > count else {}  # noqa: B905
        else:
            arguments = self._bind(args, kwargs)
            given = list(arguments.pop(self.inputs[0])) if self.many else [arguments.pop(n, None) for n in self.inputs]
        tensors = tracked = False
        operands: list[Any] = []
        nodes: list[Node | None] = []
        for operand in given:
            if isinstance(operand, Tensor):
                tensors = True
                node = operand.node
                if node is not None:
                    tracked = True
                operands.append(operand._array)
                nodes.append(node)
            else:
                if operand.__class__ not in ORDINARY:
                    if isinstance(operand, Late.Value) and count == 1 and self.function in Late.methods:
                        return self._of_value(operand, arguments)
                    operand = self._operand(operand)
                operands.append(operand)
                nodes.append(None)
        if self.keeps and tracked and recording.on and arguments.get("kept") is None:
            arguments["kept"] = Kept()
        for name, value in arguments.items():
            kind = value.__class__
            if kind is tuple or kind is list or isinstance(value, Tensor):
                try:
                    arguments[name] = self._constant(name, value)
                except RecursionError:
                    raise ValueError(f"{self.name}: {name} is {mistaken(value)}") from None
        try:
            y = NotImplemented
            if self.diagonal:  # large arrays are computed block by block
                x = operands[0] if operands[0].__class__ is ndarray else operands[-1]
                if x.__class__ is ndarray and x.size > MANY:
                    y = blockwise(self.forward, operands, arguments)
            if y is NotImplemented:
                y = self.forward(*operands, **arguments) if self.leading else self._compute(operands, arguments)
        except AttributeError as error:
            raise explained(error, self.name, zip(map(str, self.inputs), given, strict=False), True) from None
        except (ValueError, TypeError, IndexError, np.linalg.LinAlgError) as error:
            raise teach(error, self, given, arguments) from None
        except MemoryError as error:
            error.add_note(out_of_memory(self, given))
            raise
        if not tracked or not recording.on:
            if tracked:
                for operand in given:
                    if isinstance(operand, Tensor) and operand.node is not None:
                        leaving(operand, "no_grad()")
            out = self._untracked(y) if tensors else y
        else:
            out = self._record(y, Call(given, operands, nodes, arguments))
        if (
            tensors
            and len(operands) == 1
            and (self.results or y.__class__ is not ndarray or y.base is not None or y is operands[0])
        ):  # it may be a view
            Late.note_views(out, given[0], self, (), arguments)
        return out

    def _operand(self, operand: Any) -> Any:
        """An operand that is neither a tensor, an ordinary array nor a number."""
        kind = operand.__class__
        if hasattr(kind, "__array_function__") and not issubclass(kind, ndarray):  # an array of another library
            return adopted(operand)
        if isinstance(operand, list):
            try:
                return np.asarray(operand)
            except (ValueError, RecursionError):
                raise TypeError(f"{self.name} takes numbers, but an operand is {mistaken(operand)}") from None
        if isinstance(operand, np.ma.MaskedArray | np.matrix | np.timedelta64 | np.datetime64):
            raise TypeError(
                f"{self.name}: {type(operand).__name__} has its own arithmetic, which tensors do not follow. "
                "Write np.where(mask, ...) for masked arrays, np.asarray(x) for matrices, x.astype(float) for times."
            )
        if isinstance(operand, (ndarray, np.generic)) or hasattr(operand, "__array_function__"):
            return operand
        return np.array(operand) if is_memory(operand) else operand

    def _of_value(self, value: Any, arguments: dict[str, Any]) -> Any:
        """The same of a Value: its own method, whose special points are those of the rules."""
        constants = [arguments.get(name, self.defaults.get(name)) for name in self.params[1:]]
        if any(isinstance(c, str) for c in constants) and arguments:  # a way of computing that Values do not have
            return self.forward(value, **arguments)
        return Late.methods[self.function](value, *constants if arguments else ())

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """The call's arguments by name."""
        if len(args) > len(self.params):
            raise TypeError(f"{self.name}() takes at most {len(self.params)} arguments, got {len(args)}")
        bound = dict(zip(self.params, args, strict=False))
        for name, value in kwargs.items():
            if name == "out" and value is not None:
                raise TypeError(f"{self.name}(out=...) would overwrite an array in the graph: assign the result")
            if name not in self.params and NUMPYS.get(name) in self.params:
                return self._bind(args, in_numpys_words(self.name, kwargs))
            if name in bound or name not in self.params:
                word = "got two values for" if name in bound else "has no"
                raise TypeError(f"{self.name}() {word} argument '{name}'; it takes {', '.join(self.params)}")
            bound[name] = value
        return bound

    def _constant(self, name: str, value: Any) -> Any:
        """An argument that is no input: a tensor in it counts as constant, a tracked one is an error."""
        if isinstance(value, Late.Tensor):
            if self.many and name == self.params[1]:
                raise TypeError(
                    f"{self.name}() takes its arrays as one list: {self.name}([a, b]), not {self.name}(a, b)"
                )
            if value.node is not None and recording.on:
                raise TypeError(
                    f"{self.name}() has no derivative with respect to its argument '{name}', but got a tracked "
                    f"tensor of shape {value._array.shape} there. Pass {name}.detach() if it is a constant"
                    + ("." if self.function in OPERATIONS else f", or give it a rule too: another @{self.name}.pull.")
                )
            return value._array
        if value.__class__ in (tuple, list) and any(isinstance(v, Late.Tensor) for v in value):
            return value.__class__(self._constant(name, v) for v in value)
        return value

    def _compute(self, operands: list[Any], arguments: dict[str, Any]) -> Any:
        """The function itself, where its inputs are not its first parameters, or are many."""
        if self.many:
            return self.forward(operands, **arguments)
        call = dict(zip(self.inputs, operands, strict=True)) | arguments
        return self.forward(*[call.pop(p) for p in self.params[: self.positional] if p in call], **call)

    def _untracked(self, y: Any) -> Any:
        """A result that is not recorded, made from tensors: each part as ``_one`` returns it."""
        if self.results:
            return rebuild(y, [self._one(v) for v in checks.several(self, y)])
        return self._one(y)

    def _one(self, y: Any) -> Any:
        """A result that is not recorded, as a tensor."""
        y = as_array(y)
        if y.__class__ is not ndarray:
            y = checks.result(self, y)
        kind = y.dtype.kind
        if kind == "O":
            raise TypeError(
                f"{self.name}: tensors and Python objects (such as Value) do not mix. "
                "Write Tensor([v.data for v in values]), or an object array of Values throughout."
            )
        return Late.of(y, None) if kind in "biufc" else read_only(y)

    def _node(self, call: Call, shape: Any) -> Node:
        nodes = call.nodes
        for i in self.constants:
            if nodes[i] is not None:
                name = self.inputs[i]
                raise TypeError(f"{self.name} has no derivative with respect to '{name}': pass {name}.detach()")
        forward = recording.forward
        key = (forward, *[n is not None for n in nodes]) if not self.many else (forward, True)
        takes = self.takes.get(key)
        if takes is None:  # which needs are to be kept, worked out once for each way of being tracked
            takes = self.takes[key] = tuple(need.take if need.wanted(key[1:], forward) else None for need in self.needs)
            if self.kind == "elementwise" and not self.results:
                checks.elementwise_shape(self, call, shape)
        saved = tuple([take and take(call) for take in takes])
        if self.many:
            fits: Any = tuple([(np.shape(x), np.result_type(x)) for x in call.operands])
        else:
            fits = tuple([n and (x.shape, x.dtype) for x, n in zip(call.operands, nodes)])  # noqa: B905
        node = Node(self, tuple(nodes), saved, shape, fits)
        if forward and not self.results and any(f is not None and f[1] != call.y.dtype for f in fits):
            node.annotate().dtype = call.y.dtype
        if recording.note is not None:
            recording.note(node, call.y, call.given, call.arguments)
        return node

    def _record(self, y: Any, call: Call) -> Any:
        if self.results:
            return self._record_results(y, call)
        if y.__class__ is not ndarray:
            y = as_array(y)
            if y.__class__ is not ndarray:
                y = checks.result(self, y)
        if y.dtype.kind not in "fc":  # a result in steps has no derivative
            return self._one(y)
        call.y = y
        op = self
        if self.large is not None and y.size > MANY and y.dtype is SINGLE and y.__class__ is ndarray:
            op = self.large
        return Late.of(y, op._node(call, y.shape))

    def _record_results(self, y: Any, call: Call) -> Any:
        arrays = checks.several(self, y)
        call.y = rebuild(y, arrays)
        parent = self._node(call, tuple(v.shape for v in arrays))
        return result_tensors(call.y, parent)
