"""What all optimizers share: groups of parameters, their gradients, the numbers they remember from step to step.

Convention: an optimizer is its ``rule``, written once with augmented assignments (``x -= ...``). These change an
array in place and rebind a float, so the same lines move a Tensor and a Value. A large array is moved in blocks, so
that the intermediate results of a rule stay in the processor's cache; the parameters of a large group are moved
together, on all processors, by the arithmetic that is found in the rule (``launch``). A parameter in half precision is
moved by way of a copy in single precision, its "master": squares of gradients leave half precision's range, and most
steps are smaller than the distance of its numbers. Micikevicius et al., "Mixed precision training", 2018.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar, overload

import numpy as np

from autograd import Tensor, Value, enable_grad
from autograd.absent import point_elsewhere
from autograd.core import grad_mode, recording, sharers
from autograd.declare import beside, shown
from autograd.typing import NDArray

from . import mistakes
from .forgotten import warn_of_forgotten
from .launch import Batch, batch
from .options import NOTES, Options, Parameter, Params, as_number, by_name, in_order, ranges
from .state_dict import loading, owned, pack, plain, unpack

__all__ = ["Optimizer"]

KINDS = (Tensor, Value)  # of parameters
BLOCK = 1 << 16  # numbers: the arrays of this length that a rule works on fit the processor's cache together

X = TypeVar("X", NDArray[Any], float)  # what a rule moves: an array of a tensor, or the number of a Value
Loss = TypeVar("Loss")


class Optimizer:
    """x ← x - step(∂L/∂x): moves parameters against their gradients, by the ``rule`` that a subclass gives.

    ``params``    Values and leaf tensors, or groups of them: dicts with the parameters under "params" and options of
                  their own, ``SGD([{"params": body}, {"params": head, "lr": 0.1}], lr=0.01)``
    ``defaults``  the options of a group that does not set them itself

    ``param_groups`` holds the groups with all their options; a change there counts from the next step on.

    The options are the arguments of the subclass's constructor, which passes its ``locals()`` on; the annotations hold
    their ranges (see ``optim.options``). ``keeps`` names the rule's memory: for each name one array like the parameter
    (a float for a Value), 0 at first, and beside it the option that switches it on, if any. Of a parameter in half
    precision the rule sees and keeps numbers in single precision; in single precision itself the squares of gradients
    above 1e19 overflow (NumPy warns): clip them.

    A step that an error or Ctrl-C breaks off has moved some parameters and not others; of the one in between each
    number has moved or not. The next step is an ordinary one.

    In groups of 100,000 numbers or more a rule is called with stand-ins for the arrays, which record its arithmetic;
    numba compiles it after a number of steps, if it is installed. The numbers are those of NumPy to the last bit. A
    rule that does more than + - * / ** 0.5 and NumPy's sqrt, square, sign, abs, maximum, minimum and where is run as
    it stands. An optimizer of your own:

        class SignDescent(Optimizer):
            def __init__(self, params, lr: NotNegative = 1e-3):
                super().__init__(params, locals())

            @staticmethod
            def rule(t, x, g, o):
                x -= o.lr * np.sign(g)
                return (x,)
    """

    keeps: Mapping[str, str] = {}
    _warned = False  # of parameters that nothing else holds
    _looked = 0  # steps in which mistakes were looked for
    elementwise = True  # each number moves independently: the rule moves Values too, and arrays in blocks

    def __init__(self, params: Params, defaults: Mapping[str, Any]) -> None:
        self.defaults = {k: v for k, v in defaults.items() if k not in ("self", "params", "__class__")}
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Parameter, dict[str, Any]] = {}  # "step", the steps taken so far, and what the rule keeps
        given = in_order(type(self).__name__, params)
        for group in given if given and isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    @staticmethod
    def rule(*numbers: Any, **options: Any) -> Any:
        """``rule(t, x, g, *kept, o)``: the ``t``-th step (from 1) moves ``x`` against the gradient ``g``.

        It returns ``x`` and all that it keeps, in the order of ``keeps``; what no option switches on is None. ``o``
        has the options as attributes; a rule without ``o`` gets them one by one: ``rule(t, x, g, *kept, lr, ...)``.
        """
        raise NotImplementedError

    # ------------------------------------------------ what is moved

    def add_param_group(self, group: dict[str, Any]) -> None:
        """Move the parameters of a ``group`` too: ``{"params": ..., "lr": 0.1}``; missing options are the defaults."""
        name = type(self).__name__
        if not isinstance(group, Mapping) or "params" not in group:
            got = (
                f"one with {', '.join(map(repr, group))}" if isinstance(group, Mapping) else f"a {type(group).__name__}"
            )
            raise TypeError(f"{name}: a group is a dict with its parameters under 'params', not {got}")
        params = group["params"]
        params = [params] if isinstance(params, KINDS) else list({id(p): p for p in in_order(name, params)}.values())
        if not params:
            raise ValueError(f"{name} was given no parameters (an exhausted generator?)")
        for p in params:
            if not (self.elementwise and isinstance(p, Value)) and not (isinstance(p, Tensor) and _leaf(p)):
                kinds = "Values and leaf tensors" if self.elementwise else "leaf tensors"
                raise TypeError(f"{name} moves {kinds} that require a gradient, not {shown(p)}")
        known = {id(p) for other in self.param_groups for p in other["params"]}
        if any(id(p) in known for p in params):
            raise ValueError(f"{name}: a parameter is in two groups; which options should move it?")
        full = {"params": params, **self.defaults, **{k: v for k, v in group.items() if k != "params"}}
        for option in full:
            if option not in self.defaults and option not in NOTES and option != "params":
                raise TypeError(f"{name} has no option {option!r}; it has {', '.join(self.defaults)}")
        full.update((k, as_number(f"{name}: {k}", v)) for k, v in full.items() if k != "params")
        self.check(full)
        self.param_groups.append(full)

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise ValueError if one of a group's ``options`` is out of its range, TypeError if it cannot be in one."""
        kind: Any = type(self)
        for name, range in ranges(kind).items():
            try:
                fails = name in options and not range.holds(options[name])
            except (TypeError, ValueError) as error:
                got = f"the {type(options[name]).__name__} {options[name]!r}"
                raise TypeError(f"{kind.__name__}: {name} must {range.words}, got {got}") from error
            if fails:
                raise ValueError(f"{kind.__name__}: {name} must {range.words}, got {plain(options[name])!r}")

    @property
    def lr(self) -> float:
        """The learning rate of all groups. Where they differ, read ``param_groups[k]["lr"]``."""
        rates = {group["lr"] for group in self.param_groups}
        if len(rates) > 1:
            raise ValueError(f"the groups have different learning rates, {sorted(rates)}: read param_groups[k]['lr']")
        return float(rates.pop())

    @lr.setter
    def lr(self, rate: float) -> None:
        rate = as_number(f"{type(self).__name__}: lr", rate)
        for group in self.param_groups:
            group["lr"] = rate

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters; ``set_to_none=False`` sets them to 0 instead."""
        for group in self.param_groups:
            for p in group["params"]:
                if isinstance(p, Value):
                    p.grad = None if set_to_none else 0.0
                elif p.requires_grad:
                    p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.data)

    # ------------------------------------------------ the step

    @overload
    def step(self, closure: None = None) -> None: ...
    @overload
    def step(self, closure: Callable[[], Loss]) -> Loss: ...
    def step(self, closure: Callable[[], Loss] | None = None) -> Loss | None:
        """Move each parameter that has a gradient. Calls the ``closure`` first, if given, and returns its result."""
        loss, idle = None, False
        if closure is not None:
            if not callable(closure):
                raise TypeError(
                    f"{type(self).__name__}.step(closure): closure is a function that computes the loss again, got "
                    f"{type(closure).__name__}. Usually nothing is given: optimizer.step() after loss.backward()"
                )
            with enable_grad():
                loss = closure()
        shared = sharers(p for group in self.param_groups for p in group["params"])
        if self._looked < mistakes.STEPS and not shared:
            found = mistakes.look(type(self).__name__, self.param_groups, not self._looked)
            self._looked = mistakes.STEPS if found else self._looked + 1
        loop = recording.loop if grad_mode.switches else None
        if loop is not None:
            loop.step(self)
        for options, moves in self._prepared():
            sign = -1 if options.pop("maximize", False) else 1
            arguments = options if by_name(getattr(self.rule, "__func__", self.rule)) else {"o": Options(**options)}
            together = batch(self.rule, moves, arguments, sign < 0) if self.elementwise else None
            try:
                for p, g, memory in moves:
                    if g is not None:
                        self._step(p, g, memory, arguments, sign, together)
                    else:
                        idle = True
            finally:
                if together is not None:
                    together.go()
        if idle and not self._warned and not shared:
            p, g, moves = None, None, []  # references that would count
            self._warned = warn_of_forgotten(type(self).__name__, self.param_groups, self.state)
        if self._looked < mistakes.STEPS and not shared:
            mistakes.mark(self.param_groups)
        for other in shared:
            other.moved(self)
        if loop is not None:
            loop.stepped(self)
        return loss

    def _prepared(self) -> list[tuple[dict[str, Any], list[tuple[Any, Any, Any]]]]:
        """The options of each group, and its parameters with their gradients and what the rule keeps of them.

        All are checked, and all memory is there: most failures come before any move.
        """
        found = []
        for group in self.param_groups:
            options = {name: group[name] for name in self.defaults}
            self.check(options)
            switched_on = [name for name, option in self.keeps.items() if not option or options[option]]
            moves = []
            for p in group["params"]:
                g = p.grad
                memory = None
                if g is not None:
                    if isinstance(g, KINDS):  # of backward(create_graph=True)
                        g = g.data
                    memory = self.state.get(p)
                    if memory is None:
                        memory = self.state[p] = {"step": 0}
                    for name in switched_on:
                        if name not in memory:
                            memory[name] = self.first(name, p, options)
                        elif memory[name].__class__ is not g.__class__ and isinstance(p, Tensor):  # p moved meanwhile
                            memory[name] = beside(memory[name], p.data)
                moves.append((p, g, memory))
            found.append((options, moves))
        return found

    def _step(
        self, p: Any, g: Any, memory: dict[str, Any], arguments: dict[str, Any], sign: int, together: Batch | None
    ) -> None:
        """Move one parameter, or leave it to those that are moved together."""
        arguments = self.count(memory, arguments)
        kept = list(map(memory.get, self.keeps))
        try:
            if isinstance(p, Value):
                x, *kept = self.rule(memory["step"], p.data, g if sign > 0 else -g, *kept, **arguments)
                for name, number in zip(self.keeps, kept, strict=True):
                    if number is not None:
                        memory[name] = number
                p.data = x
            else:
                own = lambda x: self._move(memory, g if sign > 0 else -g, kept, arguments, x)  # noqa: E731
                if together is None:
                    p.update_(own)
                else:
                    p.update_(partial(together.takes, memory["step"], g, kept, arguments, own))
                    together.add(p._array)
        except MemoryError as error:
            error.add_note(f"in a step of {type(self).__name__}, at a parameter of shape {np.shape(p.data)}")
            raise

    def first(self, name: str, p: Any, options: Mapping[str, Any]) -> Any:
        """What the rule keeps of a parameter p under a ``name`` before the first step, given the ``options``: zeros."""
        if isinstance(p, Value):
            return 0.0
        return np.zeros_like(p.data, np.float32 if p.dtype.char == "e" else None, order="C")

    def count(self, memory: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
        """Count a parameter's next step in its ``memory``; returns the named ``arguments`` of its rule."""
        memory["step"] += 1
        return arguments

    def _move(self, memory: dict[str, Any], g: Any, kept: list[Any], arguments: dict[str, Any], x: Any) -> None:
        """Move the numbers x of a tensor, in place."""
        t = memory["step"]
        split = x.size > BLOCK and self.elementwise and x.__class__ is np.ndarray
        if not split and x.dtype.char not in "eFDG":
            self._in_place(x, kept, self.rule(t, x, g, *kept, **arguments))
            return
        if x.dtype.char == "e":
            self._move(memory, g.astype(np.float32), kept, arguments, master := _master(memory, x))
            x[...] = master
            return
        contiguous = x if x.flags.c_contiguous else x.copy(order="C")
        if x.dtype.kind == "c":
            g = np.conj(g)  # of f: C -> R the gradient is ∂f/∂x - i ∂f/∂y; f rises along its conjugate
        arrays: list[Any] = [a if a is None else a.reshape(-1) for a in (contiguous, g, *kept)]
        if x.dtype.kind == "c":  # real and imaginary parts move independently
            arrays = [a if a is None else a.view(x.real.dtype) for a in arrays]
        size = BLOCK if split else arrays[0].size
        for start in range(0, arrays[0].size, size):
            first, *more = [a if a is None else a[start : start + size] for a in arrays]
            self._in_place(first, more[1:], self.rule(t, first, *more, **arguments))
        if contiguous is not x:
            x[...] = contiguous

    def _in_place(self, x: Any, kept: list[Any], moved: Any) -> None:
        """Refuse a rule that returns a new array in place of x, which it should have changed."""
        first = moved[0] if isinstance(moved, tuple | list) and moved else moved
        if first is x or not isinstance(first, np.ndarray):
            return
        if not any(a is not None and np.may_share_memory(first, a) for a in (x, *kept)):
            raise TypeError(
                f"{type(self).__name__}.rule must change x and what it keeps in place, as in x -= lr * g, and return "
                "the tuple (x, ...) of them"
            )

    # ------------------------------------------------ save and load

    def state_dict(self) -> dict[str, Any]:
        """All that a step depends on besides the parameters: plain numbers, lists, and copies of arrays.

        PyTorch's form: {"state": {k: {"step": ..., ...}}, "param_groups": [{"lr": ..., "params": [k, ...]}]}, where k
        numbers the parameters across the groups.
        """
        return pack(self.param_groups, self.state)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Resume from a ``state_dict``. If anything does not fit, raise a ValueError and load nothing."""
        with loading(self, *self.param_groups):
            groups, self.state = unpack(self, state_dict)
            for group, loaded in zip(self.param_groups, groups, strict=True):
                group.update(loaded)

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        vars(self).update(attributes)
        for memory in self.state.values():
            memory.update({name: owned(value) for name, value in memory.items()})

    def __repr__(self) -> str:
        groups = [", ".join(f"{k}={v!r}" for k, v in g.items() if k != "params") for g in self.param_groups]
        counts = [len(g["params"]) for g in self.param_groups]
        lines = [f"\n  {n} parameters: {options}" for n, options in zip(counts, groups, strict=True)]
        return f"{type(self).__name__}({''.join(lines)}\n)"


def _leaf(p: Tensor) -> bool:
    """A module's parameter may be frozen for a while; a plain tensor without a gradient is a mistake."""
    return p.is_leaf and (p.requires_grad or type(p) is not Tensor)


def _master(memory: dict[str, Any], x: Any) -> Any:
    """The numbers x in single precision, as the last step left them; where x has been changed since, they follow it."""
    master = memory.get("master")
    if master is None:
        master = memory["master"] = x.astype(np.float32, order="C")
    else:
        np.copyto(master, x, where=master.astype(x.dtype) != x)
    return master


def larger(a: X, b: X) -> X:
    """a ← max(a, b), in place if a is an array."""
    return max(a, b) if isinstance(a, float) else np.maximum(a, b, out=a)


point_elsewhere(
    Optimizer,
    {
        "zero_gradients zerograd zero_grads clear_grad": "optimizer.zero_grad()",
        "minimize": "loss.backward() and optimizer.step()",
        "apply_gradients update": "optimizer.step(), which reads p.grad of each parameter",
        "parameters params": "optimizer.param_groups",
        "learning_rate": "optimizer.lr",
    },
)
