"""An operation: a function with its derivatives.

Convention: what can be worked out once is worked out when the operation is declared: ``needs`` says what the rules
name, ``takes`` how a call provides it. The words that declare operations stand in ``words.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np

from ..core import MANY, Node, blockwise, grad_mode, kept, leaving, read_only, recording, zeros_like
from . import checks
from .dim_words import NUMPYS, in_numpys_words
from .errors import out_of_memory, teach
from .given import explained, mistaken
from .handles import Late, adopted, as_array, is_memory
from .parameters import parameters
from .registry import OPERATIONS, declared
from .results import rebuild, result_tensors
from .rule_needs import Call, Kept, Need, source
from .unbroadcast import fit

ndarray = np.ndarray
DOUBLE, SINGLE = np.dtype(np.float64), np.dtype(np.float32)
NUMBERS = frozenset("fciu")  # the kinds of dtypes that derivatives may have
ORDINARY = {ndarray, float, int, complex, bool, type(None), np.float64, np.float32}
Rule = Callable[..., Any]
Kind = Literal["elementwise", "linear", "bilinear", "primitive"]


class Operation:
    """A function with its derivatives. Calling it computes, and records the step if an input is tracked.

    ``kind``     elementwise, linear, bilinear or primitive
    ``inputs``   the names of the parameters that it can be differentiated by
    ``many``     its one input is a sequence of arrays
    ``results``  it returns several arrays
    ``selects``  it takes some elements and leaves others, whose gradient stays 0 whatever comes before them; or the
                 name of the argument that says so, by not being True
    ``along``    the name of the argument with the axes along which it works: lines beside each other do not mix
    ``keeps``    the function leaves in its parameter ``kept`` what its rules need
    ``large``    the same with a faster rule, for large arrays in single precision
    ``unfold``   a function of the same arguments that computes it with small operations, as one writes it: pictures
                 show them, and the tests hold the operation against them
    ``needs``    what its rules name, in the order in which a node saves it
    ``rules``    for each input (its rule, where the rule's needs stand in ``saved``); or instead
    ``joint``    one rule that gives the gradients of all inputs together
    ``pulls``    for each input (its rule, where its needs stand, no fit), as a sweep looks them up fastest; None if the
                 sweep must call ``pull``
    ``pushes``   the same for the forward direction, where the kind does not give it
    """

    def __init__(
        self, function: Callable[..., Any], kind: Kind, pulls: Sequence[Rule | None], *,
        push: Rule | Sequence[Rule | None] | None = None, name: str | None = None,
        forward: Callable[..., Any] | None = None, inputs: Sequence[str] | None = None, joint: bool = False,
        many: bool = False, results: bool = False, selects: bool | str = False, along: str = "",
        keeps: bool = False, large: Operation | None = None, unfold: Callable[..., Any] | None = None,
    ) -> None:  # fmt: skip
        self.name = name or function.__name__.lstrip("_")
        checks.known_kind(self.name, kind)
        self.__name__ = self.name
        self.__doc__ = function.__doc__
        self.function = function
        self.forward = forward or function
        self.kind = kind
        self.many = many
        self.results = results
        self.selects = selects
        self.along = along
        self.keeps = keeps
        self.large = large
        self.unfold = unfold
        self.params, self.defaults, self.positional = parameters(self.forward)
        if inputs is None:
            inputs = self.params[: 2 if kind == "bilinear" else 1 if joint or many else len(pulls)]
        self.inputs = tuple(inputs)
        # the inputs come first, so that a call may pass its arguments on as they are
        self.leading = not many and self.inputs == self.params[: len(self.inputs)] and len(inputs) >= self.positional
        self.diagonal = kind == "elementwise" and self.leading and not keeps and not results
        self.needs: list[Need] = []
        self.takes: dict[Any, tuple[Any, ...]] = {}
        self.rule_defaults: dict[str, Any] = {}
        joint = joint or many
        rules = list(pulls)
        pushes = [] if push is None else [push] if callable(push) else list(push)
        checks.right_count(self, len(rules), len(pushes), joint)
        pairs = [(rule, self._declare(rule, -1 if joint else i)) for i, rule in enumerate(rules)]
        self.joint: tuple[Any, Any] | None = pairs[0] if joint else None
        self.rules: tuple[tuple[Any, tuple[int, ...]], ...] = () if joint else tuple(pairs)
        fast = [(rule, where[0] if len(where) == 1 else where or None, None) for rule, where in self.rules]
        self.pulls = None if joint or results else tuple(fast)
        self.constants = [i for i, (rule, _) in enumerate(self.rules) if rule is None]
        self.pushes: tuple[tuple[Any, Any], ...] = tuple((rule, self._declare(rule, None)) for rule in pushes)
        if kind == "bilinear":  # the product rule keeps a where b moves, as the pull of b does
            for i, other in enumerate(reversed(self.inputs)):
                self._need(other).pulls.add(i)
        if kind in ("linear", "bilinear"):
            self._need("arguments").forward = True

    def __repr__(self) -> str:
        return f"<{self.kind} operation {self.name}>"

    def __deepcopy__(self, memo: dict[int, Any]) -> Operation:
        """A copy is the operation itself."""
        return self

    def __copy__(self) -> Operation:
        return self

    def __reduce__(self) -> Any:
        """It is pickled as the name of the function that it differentiates, which must be declared where it is read."""
        return declared, (self.function,)

    def _declare(self, rule: Rule | None, pull: int | None) -> tuple[int, ...]:
        """Note what a rule names; return where that stands in ``saved``."""
        where = []
        names, defaults, _ = ((), {}, 0) if rule is None else parameters(rule)
        for name in names[1:]:
            need = self._need(self._canonical(name))
            if name in defaults:
                self.rule_defaults[need.name] = defaults[name]
            if pull is None:
                need.forward = True
            else:
                need.pulls.add(pull)
                need.forward |= self.kind == "elementwise"
            where.append(self.needs.index(need))
        return tuple(where)

    def _canonical(self, name: str) -> str:
        """``x``, ``a``, ``b`` (and their ``_shape``, ``_dtype``) as the function's own parameter names."""
        stem, suffix = name, ""
        if name not in self.params and name.endswith(("_shape", "_dtype")):
            stem, suffix = name[:-6], name[-6:]
        if stem not in self.params and stem in ("x", "a", "b"):
            place = 1 if stem == "b" else 0
            if place < len(self.inputs):
                stem = self.inputs[place]
        return stem + suffix

    def _need(self, name: str) -> Need:
        for need in self.needs:
            if need.name == name:
                return need
        need = Need(name, *source(self, name))
        self.needs.append(need)
        return need

    def default(self, name: str) -> Any:
        return self.rule_defaults[name] if name in self.rule_defaults else self.defaults.get(name)

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
