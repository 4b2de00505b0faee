"""Module: something with parameters that can be called.

Convention: parameters are found, not registered. Whatever leaf Tensor, Value or Module hangs on an attribute,
also inside lists, tuples and dicts, belongs to the module, in the order of the attributes; a subclass writes
its own ``__init__`` and has no other to remember, and says in ``forward`` what it computes. An array on an attribute
is a constant: neither trained nor kept in the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from autograd import Tensor

from . import state
from .errors import ShapeError, locate
from .hooks import Handle, Hooks
from .parameter import Parameter, is_parameter
from .printing import Printed
from .walk import Key, name, walk

__all__ = ["Key", "Module", "Parameter", "ShapeError"]

Wanted = Callable[[Any], bool]


class Module(Printed):
    """A function with parameters; ``module(x)`` is ``module.forward(x)``."""

    training: bool = True
    _hooks: Hooks | None = None

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes: a subclass says it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes: write forward(self, x)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            if self._hooks is not None:
                return self._hooks.call(self, args, kwargs)
            return self.forward(*args, **kwargs)
        except Exception as error:
            locate(error, self)
            raise

    # ------------------------------------------------ what belongs to it

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, each once, with its name as in ``encoder.0``."""
        yield prefix, self
        yield from self._found(is_module, prefix)

    def modules(self) -> Iterator[Module]:
        """This module and all inside it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside it, also in its lists and dicts, each once, with their names."""
        return self._found(is_module, recurse=False)

    def children(self) -> Iterator[Module]:
        """The modules directly inside it, each once."""
        return (module for _, module in self.named_children())

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Any]]:
        """What is trained, with its name as in ``encoder.0.weight``; a shared parameter comes once.

        ``recurse=False`` leaves out those of the modules inside.
        """
        return self._found(is_parameter, prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Any]:
        """What is trained; a shared parameter comes once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """The tensors that are kept but not trained, with their names; a shared one comes once."""
        return self._found(is_buffer, prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """The tensors that are kept but not trained."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The module of this name, as in ``encoder.0``; by "" this one."""
        return self if not target else self._get("module", is_module, target)

    def get_parameter(self, target: str) -> Any:
        """The parameter of this name, as in ``encoder.0.weight``."""
        return self._get("parameter", is_parameter, target)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of this name."""
        return self._get("buffer", is_buffer, target)  # type: ignore[no-any-return]

    def _found(self, wanted: Wanted, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Any]]:
        """What is wanted of all inside it, each once, with its name."""
        seen = {id(self)}
        for path, thing in walk(self, recurse):
            if wanted(thing) and id(thing) not in seen:
                seen.add(id(thing))
                yield f"{prefix}.{name(path)}" if prefix else name(path), thing

    def _get(self, kind: str, wanted: Wanted, target: str) -> Any:
        names = []
        for path, thing in walk(self):
            if wanted(thing):
                if name(path) == target:
                    return thing
                names.append(name(path))
        has = f"it has {', '.join(names)}" if names else "it has none"
        raise AttributeError(f"{type(self).__name__} has no {kind} {target!r}; {has}")

    # ------------------------------------------------ changing all of it

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call ``fn(module)`` for all modules inside it, each once and after those inside of it, and for itself."""
        seen = set()

        def visit(module: Module) -> None:
            seen.add(id(module))
            for child in module.children():
                if id(child) not in seen:
                    visit(child)
            fn(module)

        visit(self)
        return self

    def train(self, mode: bool = True) -> Self:
        """Say that training goes on (``mode=False``: that it does not) to this module and all inside it."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Say that no training goes on: ``train(False)``."""
        return self.train(False)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Train all parameters, or freeze them."""
        for parameter in self.parameters():
            if isinstance(parameter, Tensor):
                parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters."""
        for parameter in self.parameters():
            if not isinstance(parameter, Tensor) or parameter.requires_grad:
                parameter.grad = None

    def to(self, dtype: Any) -> Self:
        """Compute in another precision: all floating parameters and buffers are held in ``dtype``."""
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"to: a module computes in a floating dtype such as np.float32, not in {np.dtype(dtype)}")
        for _, thing in walk(self):
            if isinstance(thing, Tensor) and thing.dtype.kind == "f":
                thing.cast_(dtype)
        return self

    def float(self) -> Self:
        """Compute in float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Compute in float64."""
        return self.to(np.float64)

    def half(self) -> Self:
        """Compute in float16."""
        return self.to(np.float16)

    # ------------------------------------------------ its numbers, out and in

    def state_dict(self) -> dict[str, Any]:
        """The numbers of all tensors, trained or not, by name.

        The arrays are read-only and stay as they are: an optimizer that finds an array in other hands makes a new one.
        """
        return {name: thing.data for name, thing in state.tensors(self).items()}

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True) -> state.IncompatibleKeys:
        """Take the numbers from ``state_dict``, each in the dtype that this module has for it: all or, where something
        does not fit, none.

        The error lists all that is wrong. With ``strict=False`` names may be missing or unexpected, and are returned.
        """
        return state.load(self, state_dict, strict)

    # ------------------------------------------------ what watches it

    def register_forward_pre_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call ``hook(module, inputs)`` before each forward; inputs that it returns replace the given ones.

        The handle that is returned takes it away: ``handle.remove()``. Copies and pickles of a module have no hooks.
        """
        self._hooks = self._hooks or Hooks()
        return Handle(hook, with_kwargs, self._hooks.before, prepend)

    def register_forward_hook(
        self, hook: Callable[..., Any], *, prepend: bool = False, with_kwargs: bool = False
    ) -> Handle:
        """Call ``hook(module, inputs, output)`` after each forward; an output that it returns replaces the given one.

        The handle that is returned takes it away: ``handle.remove()``. Copies and pickles of a module have no hooks.
        """
        self._hooks = self._hooks or Hooks()
        return Handle(hook, with_kwargs, self._hooks.after, prepend)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if key != "_hooks"}

    # ------------------------------------------------ what it costs

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        """How many products were added up for this output: what ``summary`` counts.

        Only those of the module's own, not of the modules inside it that it calls; a layer whose cost is not worth
        counting leaves it at 0.
        """
        return 0


def is_module(thing: Any) -> bool:
    """Is it a module?"""
    return isinstance(thing, Module)


def is_buffer(thing: Any) -> bool:
    """Is it kept, but not trained?"""
    return isinstance(thing, Tensor) and not is_parameter(thing)
