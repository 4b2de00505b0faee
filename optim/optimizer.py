"""What all optimizers share: groups of parameters, their gradients, the numbers kept from step to step.

Convention: an optimizer is its ``rule``, written once with augmented assignments (``x -= ...``). These change
an array in place and rebind a float, so that the same lines move a Tensor and a Value. A large array
is moved in blocks, so that what a rule computes in between stays in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

import numpy as np

from autograd import Tensor, Value, enable_grad

from . import options as own_options
from .state_dict import pack, unpack

KINDS = (Tensor, Value)  # of parameters
BLOCK = 1 << 16  # numbers: the arrays of this length that a rule works on fit the processor's cache together


class Optimizer:
    """Moves parameters against their gradients; a subclass gives the ``rule`` and names what it keeps.

    ``params`` are Values and tensors, or dicts with some of them under "params" and options of their own beside:
    ``SGD([{"params": body}, {"params": head, "lr": 0.1}], lr=0.01)``. ``param_groups`` holds these dicts, with the
    ``defaults`` where they say nothing; what is changed there counts from the next step on.

    ``keeps`` names the rule's memory: for each name one array like the parameter (a float for a Value), 0 at first;
    beside it stands the option without which it is not needed, if there is one. An optimizer of your own:

        class SignDescent(Optimizer):
            def __init__(self, params, lr=1e-3):
                super().__init__(params, {"lr": lr})

            @staticmethod
            def rule(t, x, g, *, lr):
                x -= lr * np.sign(g)
                return (x,)
    """

    keeps: ClassVar[Mapping[str, str]] = {}
    elementwise = True  # each number moves by itself: Values too, and arrays in blocks

    def __init__(self, params: Iterable[Any], defaults: Mapping[str, Any]) -> None:
        self.defaults = dict(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self.state: dict[Any, dict[str, Any]] = {}  # by parameter: "step", how often it was moved, and what is kept
        if isinstance(params, KINDS) or hasattr(params, "parameters"):
            raise TypeError(f"{type(self).__name__} takes a list of parameters: [p], or module.parameters()")
        given = list(params)
        for group in given if given and isinstance(given[0], dict) else [{"params": given}]:
            self.add_param_group(group)

    @staticmethod
    def rule(*numbers: Any, **options: Any) -> Any:
        """``rule(t, x, g, *kept, **options)``: the ``t``-th step (from 1) moves ``x`` against the gradient ``g``.

        It returns ``x`` and all that is kept, of which each is None where no option asks for it.
        """
        raise NotImplementedError

    # ------------------------------------------------ what is moved

    def add_param_group(self, group: dict[str, Any]) -> None:
        """Move these parameters too: ``{"params": ..., "lr": 0.1}``; options that are not given are the defaults."""
        params = group["params"]
        params = [params] if isinstance(params, KINDS) else list({id(p): p for p in params}.values())
        name = type(self).__name__
        if not params:
            raise ValueError(f"{name} was given no parameters (a generator that is used up?)")
        for p in params:
            if not (self.elementwise and isinstance(p, Value)) and not (isinstance(p, Tensor) and _leaf(p)):
                kinds = "Values and leaf tensors" if self.elementwise else "leaf tensors"
                raise TypeError(f"{name} moves {kinds} that require a gradient, not {p!r}")
        known = {id(p) for other in self.param_groups for p in other["params"]}
        if any(id(p) in known for p in params):
            raise ValueError(f"{name}: a parameter is in two groups; which options should move it?")
        full = {"params": params, **self.defaults, **{k: v for k, v in group.items() if k != "params"}}
        own_options.unknown(name, full, self.defaults)
        self.check(full)
        self.param_groups.append(full)

    def check(self, options: Mapping[str, Any]) -> None:
        """Raise a ValueError if an option of a group is out of its range."""
        own_options.ranges(type(self).__name__, options)

    @property
    def lr(self) -> float:
        """The learning rate of all groups. Where they differ, ``param_groups[k]["lr"]`` is that of one."""
        rates = {group["lr"] for group in self.param_groups}
        if len(rates) > 1:
            raise ValueError(f"the groups have different learning rates, {sorted(rates)}: read param_groups[k]['lr']")
        return float(rates.pop())

    @lr.setter
    def lr(self, rate: float) -> None:
        for group in self.param_groups:
            group["lr"] = rate

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget the gradients of all parameters; with ``set_to_none=False`` they are 0."""
        for group in self.param_groups:
            for p in group["params"]:
                if isinstance(p, Value):
                    p.grad = None if set_to_none else 0.0
                elif p.requires_grad:
                    p.grad = None if set_to_none or p.grad is None else np.zeros_like(p.data)

    # ------------------------------------------------ the step

    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move each parameter that has a gradient. A ``closure`` is called before; what it returns is returned."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        for group in self.param_groups:
            options = {name: group[name] for name in self.defaults}
            self.check(options)
            sign = -1 if options.pop("maximize", False) else 1
            wanted = [name for name, option in self.keeps.items() if not option or options[option]]
            for p in group["params"]:
                g = p.grad
                if g is not None:
                    if isinstance(g, KINDS):  # of backward(create_graph=True)
                        g = g.data
                    self._step(p, g if sign > 0 else -g, wanted, options)
        return loss

    def _step(self, p: Any, g: Any, wanted: list[str], options: dict[str, Any]) -> None:
        """Move one parameter; ``wanted`` is what has to be kept."""
        kept = self.state.get(p)
        if kept is None:
            kept = self.state[p] = {"step": 0}
        for name in wanted:
            if name not in kept:
                kept[name] = self.first(name, p, options)
        options = self.count(kept, options)
        memory = list(map(kept.get, self.keeps))
        if isinstance(p, Value):
            p.data, *memory = self.rule(kept["step"], p.data, g, *memory, **options)
            for name, number in zip(self.keeps, memory, strict=True):
                if number is not None:
                    kept[name] = number
        else:
            p.update_(partial(self._move, kept["step"], g, memory, options))

    def first(self, name: str, p: Any, options: Mapping[str, Any]) -> Any:
        """What is kept under a name before the first step."""
        return 0.0 if isinstance(p, Value) else np.zeros_like(p.data, order="C")

    def count(self, kept: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
        """Begin a parameter's next step: the options for its rule."""
        kept["step"] += 1
        return options

    def _move(self, t: int, g: Any, kept: list[Any], options: dict[str, Any], x: Any) -> None:
        """Move the numbers x of a tensor, in place."""
        split = x.size > BLOCK and self.elementwise and x.__class__ is np.ndarray
        if not split and x.dtype.kind != "c":
            self.rule(t, x, g, *kept, **options)
            return
        straight = x if x.flags.c_contiguous else x.copy(order="C")
        if x.dtype.kind == "c":
            g = np.conj(g)  # of f: C -> R the gradient is ∂f/∂x - i ∂f/∂y; f rises along its conjugate
        arrays: list[Any] = [a if a is None else a.reshape(-1) for a in (straight, g, *kept)]
        if x.dtype.kind == "c":  # real and imaginary parts move each by itself
            arrays = [a if a is None else a.view(x.real.dtype) for a in arrays]
        size = BLOCK if split else arrays[0].size
        for start in range(0, arrays[0].size, size):
            self.rule(t, *[a if a is None else a[start : start + size] for a in arrays], **options)
        if straight is not x:
            x[...] = straight

    # ------------------------------------------------ its numbers, out and in

    def state_dict(self) -> dict[str, Any]:
        """All that a step depends on beside the parameters: plain numbers, lists, and copies of arrays.

        PyTorch's form: {"state": {k: {"step": ..., ...}}, "param_groups": [{"lr": ..., "params": [k, ...]}]}, where k
        counts the parameters through the groups.
        """
        return pack(self.param_groups, self.state)

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on from the numbers of a ``state_dict``: all, or where something does not fit, with an error, none."""
        groups, self.state = unpack(self, state_dict)
        for group, loaded in zip(self.param_groups, groups, strict=True):
            group.update(loaded)

    def __repr__(self) -> str:
        groups = [", ".join(f"{k}={v!r}" for k, v in g.items() if k != "params") for g in self.param_groups]
        counts = [len(g["params"]) for g in self.param_groups]
        lines = [f"\n  {n} parameters: {options}" for n, options in zip(counts, groups, strict=True)]
        return f"{type(self).__name__}({''.join(lines)}\n)"


def _leaf(p: Tensor) -> bool:
    """A parameter of a module may be frozen for a while; of a plain tensor that would be a mistake."""
    return p.is_leaf and (p.requires_grad or type(p) is not Tensor)


def larger(a: Any, b: Any) -> Any:
    """a ← max(a, b), in place where a is an array."""
    return np.maximum(a, b, out=a) if isinstance(a, np.ndarray) else max(a, b)
