"""Hooks: functions that a module calls before and after its forward.

Convention: PyTorch's. ``before(module, inputs)`` may return other inputs, ``after(module, inputs, output)`` another
output; None changes nothing. ``inputs`` are the positional arguments. With ``with_kwargs=True`` a hook also gets the
dict of keyword arguments after them, and a hook before forward returns both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Self, TypeAlias

Hook: TypeAlias = Callable[..., Any]


class Handle:
    """A registered hook; ``handle.remove()``, or the end of ``with module.register_forward_hook(f):``, removes it."""

    def __init__(self, hook: Hook, with_kwargs: bool, among: list[Handle], prepend: bool) -> None:
        if not callable(hook):
            raise TypeError(f"a hook is a function, not {hook!r}")
        self.hook, self.with_kwargs, self.among = hook, with_kwargs, among
        among.insert(0 if prepend else len(among), self)

    def remove(self) -> None:
        """Remove the hook; removing it again does nothing."""
        if self in self.among:
            self.among.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one module, in the order in which they are called."""

    def __init__(self) -> None:
        self.before: list[Handle] = []
        self.after: list[Handle] = []

    def call(self, module: Any, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """``module.forward`` between the hooks."""
        for handle in tuple(self.before):
            if handle.with_kwargs:
                inputs, options = handle.hook(module, inputs, options) or (inputs, options)
            else:
                changed = handle.hook(module, inputs)
                if changed is not None:
                    inputs = changed if isinstance(changed, tuple) else (changed,)
        output = module.forward(*inputs, **options)
        for handle in tuple(self.after):
            given = (inputs, options) if handle.with_kwargs else (inputs,)
            changed = handle.hook(module, *given, output)
            if changed is not None:
                output = changed
        return output
