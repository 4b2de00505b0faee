"""Module: something with parameters that can be called.

Convention: parameters are found, not registered. Whatever leaf Tensor, Value or Module hangs on an attribute,
also inside lists, tuples and dicts, belongs to the module, in the order of the attributes; a subclass writes
its own ``__init__`` and has no other to remember, and says in ``forward`` what it computes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Tensor, Value

Key = str | int
Path = tuple[Key, ...]


class Parameter(Tensor):
    """A tensor that is trained; with ``requires_grad=False`` it is frozen, and still one of its module's parameters."""

    __slots__ = ()

    def __init__(self, data: Any, requires_grad: bool = True, *, dtype: Any = None, label: str = "") -> None:
        super().__init__(data, requires_grad, dtype=dtype, label=label)


class Module:
    """A function with parameters; ``module(x)`` is ``module.forward(x)``."""

    training: bool = True

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes: write forward(self, x)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self.forward(*args, **kwargs)
        except Exception as error:
            _locate(error, self)
            raise

    # ------------------------------------------------ what belongs to it

    def members(self) -> Iterator[tuple[Key, Any]]:
        """What hangs on this module, by name (or by number, where ``module[0]`` is how to reach it)."""
        yield from vars(self).items()

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """This module and all inside it, each once, with its name as in ``encoder.0``."""
        yield "", self
        seen = {id(self)}
        for path, thing in _walk(self):
            if isinstance(thing, Module) and id(thing) not in seen:
                seen.add(id(thing))
                yield _name(path), thing

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        for _, module in self.named_modules():
            yield module

    def named_parameters(self) -> Iterator[tuple[str, Any]]:
        """What is trained, with its name as in ``encoder.0.weight``; a shared parameter comes once."""
        seen = set()
        for path, thing in _walk(self):
            if _is_parameter(thing) and id(thing) not in seen:
                seen.add(id(thing))
                yield _name(path), thing

    def parameters(self) -> Iterator[Any]:
        """What is trained; a shared parameter comes once."""
        for _, parameter in self.named_parameters():
            yield parameter

    def named_buffers(self) -> Iterator[tuple[str, Tensor]]:
        """The tensors that are kept but not trained, with their names; a shared one comes once."""
        seen = set()
        for path, thing in _walk(self):
            if isinstance(thing, Tensor) and not _is_parameter(thing) and id(thing) not in seen:
                seen.add(id(thing))
                yield _name(path), thing

    def buffers(self) -> Iterator[Tensor]:
        """The tensors that are kept but not trained."""
        for _, buffer in self.named_buffers():
            yield buffer

    def requires_grad_(self, requires_grad: bool = True) -> Module:
        """Train all parameters, or freeze them."""
        for parameter in self.parameters():
            if isinstance(parameter, Tensor):
                parameter.requires_grad = requires_grad
        return self

    def to(self, dtype: Any) -> Module:
        """Compute in another precision: all floating parameters and buffers are held in ``dtype``."""
        for _, thing in _walk(self):
            if isinstance(thing, Tensor) and thing.dtype.kind == "f":
                thing.cast_(dtype)
        return self

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            if not isinstance(parameter, Tensor) or parameter.requires_grad:
                parameter.grad = None

    # ------------------------------------------------ training or not

    def train(self, mode: bool = True) -> Module:
        """Say that training goes on (``mode=False``: that it does not) to this module and all inside it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Module:
        """Say that no training goes on: ``train(False)``."""
        return self.train(False)

    # ------------------------------------------------ its numbers, out and in

    def state_dict(self) -> dict[str, Any]:
        """The numbers of all tensors, trained or not, by name.

        The arrays are read-only and stay as they are: an optimizer that finds an array in other hands makes a new one.
        """
        return {_name(path): thing.data for path, thing in _walk(self) if isinstance(thing, Tensor | Value)}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> None:
        """Take the numbers from ``state``, all or, where something does not fit, none.

        The error lists every name that is missing, unexpected or of another shape. With ``strict=False`` names may
        be missing or unexpected; shapes may not differ.
        """
        own = {_name(path): thing for path, thing in _walk(self) if isinstance(thing, Tensor | Value)}
        wrong = [
            f"  {name}: shape {np.shape(state[name])}, this module has {np.shape(thing.data)}"
            for name, thing in own.items()
            if name in state and np.shape(state[name]) != np.shape(thing.data)
        ]
        if strict:
            wrong += [f"  {name}: missing" for name in own if name not in state]
            wrong += [f"  {name}: unexpected" for name in state if name not in own]
        if wrong:
            raise ValueError(f"load_state_dict of {type(self).__name__}, nothing was loaded:\n" + "\n".join(wrong))
        for name, thing in own.items():
            if name in state:
                thing.data = float(state[name]) if isinstance(thing, Value) else state[name]

    # ------------------------------------------------ as text

    def describe(self) -> str:
        """What stands in the parentheses of its repr."""
        return ""

    def __repr__(self) -> str:
        inside = [
            f"({_name(path)}): {thing!r}".replace("\n", "\n  ")
            for path, thing in _walk(self, deep=False)
            if isinstance(thing, Module)
        ]
        body = "".join(f"\n  {line}" for line in inside) + "\n" if inside else ""
        return f"{type(self).__name__}({self.describe()}{body})"


class ShapeError(ValueError):
    """An input of the wrong shape; says which module of which got what, and what it takes."""

    path = ""

    def __init__(self, module: Module, given: Any, takes: str) -> None:
        self.head = _head(module)
        self.given = given
        self.takes = takes
        super().__init__()

    def __str__(self) -> str:
        return f"model{self.path}: {self.head} got {self.given}; it takes {self.takes}"


def _locate(error: Any, module: Module) -> None:
    """Note on an error that passes through a module where, seen from there, it comes from: ``encoder[2]``."""
    inner = getattr(error, "module", None)
    if inner is None:
        error.path = ""
        if not isinstance(error, ShapeError):
            error.inside = _head(module)
    else:
        for path, thing in _walk(module):
            if thing is inner:
                error.path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path) + error.path
                break
    error.module = module
    if not isinstance(error, ShapeError):
        notes = [note for note in getattr(error, "__notes__", ()) if not note.startswith("in model")]
        error.__notes__ = [*notes, f"in model{error.path}: {error.inside}"]


def _head(module: Module) -> str:
    """A module in one line."""
    text = repr(module)
    return type(module).__name__ if "\n" in text else text


def _walk(thing: Any, path: Path = (), above: tuple[int, ...] = (), deep: bool = True) -> Iterator[tuple[Path, Any]]:
    """The modules, leaf tensors and Values inside ``thing``, in order, each with the way to it."""
    if id(thing) in above:  # a module that knows its parent
        return
    if path and isinstance(thing, Tensor | Value | Module):
        if not isinstance(thing, Tensor) or thing.is_leaf:
            yield path, thing
        if not (deep and isinstance(thing, Module)):
            return
    members: Any = ()
    if isinstance(thing, Module):
        members = thing.members()
    elif isinstance(thing, Mapping):
        members = thing.items()
    elif isinstance(thing, list | tuple):
        members = enumerate(thing)
    for key, member in members:
        yield from _walk(member, (*path, key), (*above, id(thing)), deep)


def _is_parameter(thing: Any) -> bool:
    """Is it trained, or a Parameter that is frozen?"""
    return isinstance(thing, Value | Parameter) or (isinstance(thing, Tensor) and thing.requires_grad)


def _name(path: Path) -> str:
    return ".".join(map(str, path))
