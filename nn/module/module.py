"""Module: a function with parameters.

Convention: parameters are found, not registered. Every leaf Tensor, Value or Module on an attribute belongs to the
module, in the order of the attributes, also inside lists, tuples, dicts, namespaces and functions (``inside.py`` tells
all, and how to hide something); no ``super().__init__()`` is needed. An ndarray on an attribute is a constant: neither
trained nor in the state dict.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Self, TypeAlias

import numpy as np

from autograd import Tensor, Value
from autograd.absent import point_elsewhere, without
from autograd.core import grad_mode, recording
from autograd.declare import adopted
from autograd.typing import ArrayLike, DTypeLike, NDArray

from ..words import check_device
from .constructing import look_after
from .copying import copied, restore, state
from .errors import about_inputs, locate
from .hooks import Handle, Hook, Hooks
from .modes import Switched
from .parameter import NUMBERS, Parameter, adopt, is_parameter
from .printing import Printed
from .registering import Registering
from .state_dict import IncompatibleKeys, load, tensors
from .walk import dotted, walk

__all__ = ["Module"]

Predicate: TypeAlias = Callable[[object], bool]


class Module(Registering, Switched, Printed):
    """A function with parameters; ``module(x)`` is ``module.forward(x)``, with hooks and located errors.

    A subclass puts parameters and modules on its attributes and writes ``forward``, without which a call raises
    NotImplementedError::

        class Net(nn.Module):
            def __init__(self):
                self.layers = [nn.Linear(2, 8), nn.Linear(8, 1)]

            def forward(self, x):
                return self.layers[1](np.tanh(self.layers[0](x)))

    ``training`` is True in training mode (dropout drops, batch norm takes the batch's statistics), False in eval mode.
    ``keeps_single`` names the tensors of a class that are in single precision where its modules compute in half.
    """

    keeps_single: ClassVar[tuple[str, ...]] = ()

    _hooks: Hooks | None = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        look_after(cls)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """The function that the module computes; a subclass writes it."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes: write forward(self, x)")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if "cupy" in sys.modules:  # whose own arrays take NumPy's functions as ours
            args, kwargs = tuple(map(adopted, args)), {name: adopted(value) for name, value in kwargs.items()}
        try:
            if grad_mode.switches and recording.scope is not None:  # a picture asks which operations are this module's
                with recording.scope.call_of(self):
                    return self._called(args, kwargs)
            if self._hooks is not None:
                return self._hooks.call(self, args, kwargs)
            return self.forward(*args, **kwargs)
        except Exception as error:
            told = about_inputs(error, self, args, kwargs)
            locate(told, self)
            if told is error:
                raise
            raise told from None

    def _called(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return self.forward(*args, **kwargs) if self._hooks is None else self._hooks.call(self, args, kwargs)

    def __dir__(self) -> list[str]:
        return without(self, super().__dir__())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all modules inside it, each once, with names such as ``encoder.0``, after a ``prefix``."""
        yield prefix, self
        yield from self._found(is_module, prefix)

    def modules(self) -> Iterator[Module]:
        """This module and all modules inside it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules directly inside it or in its lists and dicts, each once, with their names."""
        return self._found(is_module, recurse=False)

    def children(self) -> Iterator[Module]:
        """The modules directly inside it or in its lists and dicts, each once."""
        return (module for _, module in self.named_children())

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """All parameters, each once, with names such as ``encoder.0.weight``.

        They are Parameters, tensors that require a gradient, and Values. A ``prefix`` stands before the names;
        ``recurse=False`` skips modules inside.
        """
        return self._found(adopt, prefix, recurse)

    def parameters(self, recurse: bool = True) -> Iterator[Tensor]:
        """All parameters, each once, for an optimizer; ``recurse`` as for ``named_parameters``."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Tensor]]:
        """All tensors that are saved but not trained, such as running means, each once, with their names.

        ``prefix`` and ``recurse`` as for ``named_parameters``.
        """
        return self._found(is_buffer, prefix, recurse)

    def buffers(self, recurse: bool = True) -> Iterator[Tensor]:
        """All tensors that are saved but not trained, each once; ``recurse`` as for ``named_parameters``."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The module of the name ``target``, such as ``encoder.0``; "" is this module."""
        return self._get("module", is_module, target) if target else self

    def get_parameter(self, target: str) -> Tensor:
        """The parameter of the name ``target``, such as ``encoder.0.weight``."""
        return self._get("parameter", is_parameter, target)

    def get_buffer(self, target: str) -> Tensor:
        """The buffer of the name ``target``, such as ``encoder.1.running_mean``."""
        return self._get("buffer", is_buffer, target)

    def _found(self, test: Predicate, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, Any]]:
        """All objects inside it that pass the test, each once, with their names."""
        seen = {id(self)}
        for path, thing in walk(self, recurse):
            if test(thing) and id(thing) not in seen:
                seen.add(id(thing))
                yield f"{prefix}.{dotted(path)}" if prefix else dotted(path), thing

    def _get(self, kind: str, test: Predicate, target: str) -> Any:
        """The object of this name among those that pass the test."""
        named = [(dotted(path), thing) for path, thing in walk(self) if test(thing)]
        for name, thing in named:
            if isinstance(target, str) and name == target:
                return thing
        has = ", ".join(name for name, _ in named) or "none"
        raise AttributeError(f"{type(self).__name__} has no {kind} {target!r}; it has {has}")

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call ``fn(module)`` once for each module inside it, inner ones first, and at last for itself."""
        if not callable(fn):
            raise TypeError(f"apply takes a function of a module, got {type(fn).__name__} {fn!r:.60}")
        seen = set()

        def visit(module: Module) -> None:
            seen.add(id(module))
            for child in module.children():
                if id(child) not in seen:
                    visit(child)
            fn(module)

        visit(self)
        return self

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Train all parameters, or freeze them where ``requires_grad`` is False."""
        for parameter in self.parameters():
            if isinstance(parameter, Tensor):
                parameter.requires_grad = requires_grad
        return self

    def zero_grad(self) -> None:
        """Set the gradients of all parameters to None."""
        for parameter in self.parameters():
            if not isinstance(parameter, Tensor) or parameter.requires_grad:
                parameter.grad = None

    def to(self, device: Any, dtype: DTypeLike | None = None) -> Self:
        """Compute on another device, or in another precision: move or convert all parameters and buffers.

        ``device``  "cpu", "cuda" for the current GPU or "cuda:1" for another (needs CuPy, extra ``gpu``), or a dtype
        ``dtype``   of all floating parameters and buffers, together with a device

        What a module names in ``keeps_single``, such as running statistics, half precision leaves in single. What is
        no device raises ValueError, a missing CuPy ImportError, a missing GPU RuntimeError.
        """
        if isinstance(device, str) and device.partition(":")[0] in ("cpu", "cuda", "mps"):
            leaves = [thing for _, thing in walk(self) if isinstance(thing, Tensor)]
            if device.partition(":")[0] == "mps":
                check_device("to", device)
            for leaf in leaves:
                leaf.move_(device)
            return self if dtype is None else self.to(dtype)
        dtype = device
        try:
            given: Any = np.dtype(dtype)
        except (TypeError, ValueError):
            given = repr(dtype)[:60]
        if getattr(given, "kind", "") != "f":
            raise TypeError(f"to: a module computes in a floating dtype such as np.float32, not in {given}")
        single = {id(getattr(module, name, None)) for module in self.modules() for name in module.keeps_single}
        for _, thing in walk(self):
            if isinstance(thing, Tensor) and thing.dtype.kind == "f":
                thing.cast_(np.promote_types(dtype, np.float32) if id(thing) in single else dtype)
        return self

    def float(self) -> Self:
        """Compute in float32."""
        return self.to(np.float32)

    def cuda(self) -> Self:
        """Compute on the current GPU: ``to("cuda")``."""
        return self.to("cuda")

    def cpu(self) -> Self:
        """Compute on the CPU: ``to("cpu")``."""
        return self.to("cpu")

    def double(self) -> Self:
        """Compute in float64."""
        return self.to(np.float64)

    def half(self) -> Self:
        """Compute in float16."""
        return self.to(np.float16)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """The arrays of all its tensors, trained or not, by name; a shared one under each of its names.

        They are read-only and keep their numbers: an optimizer writes to a new array while somebody holds the old one.
        """
        return {name: thing.data for name, thing in tensors(self).items()}

    def load_state_dict(self, state_dict: Mapping[str, ArrayLike | Value], strict: bool = True) -> IncompatibleKeys:
        """Load the numbers of ``state_dict`` by name, each in the dtype that this module has.

        If anything does not fit, nothing is loaded and a ValueError lists all that is wrong. With ``strict=False``
        names may be missing or unexpected; they are returned as ``missing_keys`` and ``unexpected_keys``.
        """
        return load(self, state_dict, strict)

    def register_forward_pre_hook(self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False) -> Handle:
        """Call ``hook(module, inputs)`` before each forward; inputs that it returns replace the given ones.

        ``prepend``      call it before the hooks that are there already
        ``with_kwargs``  call ``hook(module, inputs, options)``, which may return both, changed

        The handle's ``remove()`` takes it away. Copies and pickles of a module have no hooks.
        """
        self._hooks = self._hooks or Hooks()
        return Handle(hook, with_kwargs, self._hooks.before, prepend)

    def register_forward_hook(self, hook: Hook, *, prepend: bool = False, with_kwargs: bool = False) -> Handle:
        """Call ``hook(module, inputs, output)`` after each forward; an output that it returns replaces the given one.

        ``with_kwargs`` makes it ``hook(module, inputs, options, output)``; ``prepend`` and the rest are as for a hook
        before forward.
        """
        self._hooks = self._hooks or Hooks()
        return Handle(hook, with_kwargs, self._hooks.after, prepend)

    def __setattr__(self, name: str, value: Any) -> None:
        """Numbers do not take the place of a parameter, nor of a registered buffer: they would no longer be saved."""
        if isinstance(value, NUMBERS):
            old = self.__dict__.get(name)
            if isinstance(old, Parameter):
                self._keep_parameter(name, value)
            elif name in self._registered and (isinstance(old, Tensor) or name in vars(self).get("_registered", ())):
                self._keep_buffer(name, value)
        object.__setattr__(self, name, value)

    def _keep_parameter(self, name: str, value: Any) -> None:
        if not is_parameter(value) and not any(is_parameter(thing) for _, thing in walk(value)):
            raise TypeError(
                f"{type(self).__name__}.{name} is a parameter, and the {type(value).__name__} would not be trained: "
                f"set its numbers by {name}.data = ..., train others by {name} = nn.Parameter(...), or remove it "
                f"first: del {name}"
            )

    def _keep_buffer(self, name: str, value: Any) -> None:
        if value.is_leaf if isinstance(value, Tensor) else any(isinstance(thing, Tensor) for _, thing in walk(value)):
            return
        if isinstance(value, Tensor):
            what, fix = "result of a recorded operation", "detach it"
        else:
            what, fix = type(value).__name__, "make it a tensor"
        raise TypeError(
            f"{type(self).__name__}.{name} is a registered buffer, and the {what} would not be saved: {fix}, "
            f"{name} = {'(...).detach()' if isinstance(value, Tensor) else 'Tensor(...)'}, or set its numbers by "
            f"{name}.data = ..., or remove it first: del {name}"
        )

    def __getstate__(self) -> dict[str, Any]:
        return state(self)

    def __setstate__(self, attributes: dict[str, Any]) -> None:
        restore(self, attributes)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return copied(self, memo)

    def multiply_adds(self, inputs: tuple[Any, ...], output: Any) -> int:
        """The number of products that this module itself adds up for an ``output`` of ``inputs``; ``summary`` shows it.

        Modules inside it count their own. Layers with negligible cost leave it at 0.
        """
        return 0


def is_module(thing: object) -> bool:
    return isinstance(thing, Module)


def is_buffer(thing: object) -> bool:
    """Is it saved, but not trained?"""
    return isinstance(thing, Tensor) and not is_parameter(thing)


point_elsewhere(
    Module,
    {
        "fit": "nn.training.Trainer(model, loss, optimizer).fit(data), or a loop of your own",
        "predict evaluate": "model.eval() and model(x) inside no_grad(), or a Trainer's evaluate",
        "device": "next(model.parameters()).device",
        "backward": "loss.backward()",
        "compile": "nothing: a model runs as it is written",
        "zero_gradients zero_gradd": "model.zero_grad(), or optimizer.zero_grad()",
        "weights trainable_weights trainable_variables": "list(model.parameters())",
        "params": "model.parameters()",
        "summary": "nn.summary(model)",
        "add": "model.append(layer) of an nn.Sequential",
    },
)
