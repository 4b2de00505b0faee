"""Arrays of another library, traced: CuPy's, and any that follow NumPy's protocols.

Convention: such an array has its memory itself, where no program can plan it. So each call is noted as it stands, and a
program makes it again: what gave a view gives a view, what wrote to an array writes to one.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ...tensor import Tensor
from ...value import Value
from ..tape import FAILING, OPERATORS, Method, Parts, Tape, View, bytes_of, leaves, shape_of
from ..tape import getitem as tape_getitem
from ..tape import setitem as tape_setitem
from .arguments import found, listed, noted, numbers, placed
from .functions import COUNTING, EFFECTS, FORMS, LIKE, target
from .kinds import PLAIN, Bare, Late, of

__all__ = ["Foreign", "form_of", "is_foreign"]

ndarray = np.ndarray
NOTHING: dict[str, Any] = {}
OTHERS = (ndarray, np.generic, Tensor, Value, Bare)
SEEN = {"tolist", "tobytes"}  # methods by which Python sees the numbers
FORM = ("shape", "dtype", "ndim", "size", "strides", "itemsize", "nbytes", "flags", "device", "cupy")


@functools.cache
def foreign_kind(kind: type) -> bool:
    """Are things of this class arrays of another library, that NumPy's functions take?"""
    if issubclass(kind, OTHERS) or getattr(kind, "__array_ufunc__", None) is None:
        return False
    return hasattr(kind, "__array_function__") and not hasattr(kind, "dims")


def is_foreign(x: Any) -> bool:
    """Is it an array of another library?"""
    return foreign_kind(x.__class__)


def form_of(x: Any) -> Any:
    """What two foreign arrays have in common that the same program can compute with."""
    layout = tuple(x.shape), getattr(x, "strides", None), x.dtype  # by which it is decided whether a result is a view
    return x.__class__, *layout, str(getattr(x, "device", ""))


class Foreign(Bare):
    """An array of another library whose computation is noted: ``array`` is that array."""

    __slots__ = ("array",)
    __array_priority__ = 300
    alone = False  # the program reads it
    __hash__ = None  # type: ignore[assignment]

    # ------------------------------------------------ NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        out = options.get("out", ())
        if not all(known(x) for x in (*inputs, *out)):
            return NotImplemented
        inputs = tuple([listed(x) if isinstance(x, list | tuple) else x for x in inputs])
        written = inputs[:1] if method == "at" else [y for y in out if y is not None]
        return relayed(self.tape, ufunc, inputs, options, written, "" if method == "__call__" else method)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if not all(issubclass(kind, Bare | ndarray) or foreign_kind(kind) for kind in types):
            return NotImplemented
        if function in LIKE:
            options = {**options, "like": self}
        return named(self.tape, function, function, arguments, options)

    def __library_call__(self, function: Any, *arguments: Any, **options: Any) -> Any:
        """A function that takes the library's own arrays; it may write to those of ``out``."""
        return relayed(self.tape, function, arguments, options, options.get("out", ()))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """An ordinary array of the numbers, which from now on are guarded, where the library gives them."""
        self.tape.decide(self.array, self.where, converted)
        return np.asarray(self.array, dtype)

    # ------------------------------------------------ what arrays have

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"an array that is recorded has no {name!r}")
        if name in FORM:
            return getattr(self.array, name)
        own = getattr(self.array, name)
        if is_foreign(own):
            return relayed(self.tape, operator.attrgetter(name), (self,))
        if not callable(own):
            self.tape.give_up(f"it reads the attribute {name!r} of a {type(self.array).__name__}")
            return own
        if name in SEEN:
            self.tape.decide(self.array, self.where, bytes_of)
            return own
        return lambda *arguments, **options: named(self.tape, Method(name), name, (self, *arguments), options)

    def item(self, *at: Any) -> Any:
        """A number of Python's, traced."""
        y, tape = self.array.item(*at), self.tape
        if y.__class__ not in (int, float):
            tape.decide(self.array, self.where, bytes_of)
            return y
        array = np.asarray(y)
        view = tape.fresh(array)
        tape.note(Method("item"), "", (self.where, *at), {}, (view,), "fresh")
        return Late.Number.of(of(tape, array, view))

    def __getitem__(self, key: Any) -> Any:
        key = placed(key)
        y = relayed(self.tape, tape_getitem, (self, key))
        parts = key if key.__class__ is tuple else (key,)
        masks = [k for k in parts if k.__class__ is list or getattr(k, "dtype", "") in ("?", "bool")]
        if masks:  # how many elements do they take?
            self.tape.decide(y.own, y.where, shape_of)
        return y

    def __setitem__(self, key: Any, value: Any) -> None:
        relayed(self.tape, tape_setitem, (self, placed(key), value), NOTHING, (self,))

    def __repr__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return repr(self.array)


def converted(x: Any) -> Any:
    """All of an array that the library lets become one of NumPy's."""
    return bytes_of(np.asarray(x))


@functools.cache
def traced_kind(kind: type) -> type:
    """The class of what stands for arrays of a class: what is asked of a class is answered as that one answers it."""
    own: dict[str, Any] = {"__slots__": ()}
    if hasattr(kind, "__cuda_array_interface__"):
        own["__cuda_array_interface__"] = property(_handed)
    return type(f"Traced{kind.__name__}", (Foreign,), own)


def _handed(self: Foreign) -> Any:
    """Another library asks where the numbers are: what it does with them cannot be noted."""
    self.tape.give_up(f"it hands a {type(self.array).__name__} to a library that does not follow NumPy's protocols")
    return getattr(self.array, "__cuda_array_interface__")  # noqa: B009


def made(tape: Tape, array: Any, view: View) -> Foreign:
    """What stands for a foreign array."""
    x: Foreign = object.__new__(traced_kind(array.__class__))
    x.array, x.tape, x.where = array, tape, view
    return x


# ---------------------------------------------------------------- calls


def known(x: Any) -> bool:
    """Can a call be noted that has this among its arguments?"""
    return type(x) in PLAIN or isinstance(x, Bare | ndarray | np.generic | list | tuple) or is_foreign(x)


def named(tape: Tape, function: Any, key: Any, arguments: Any, options: Any) -> Any:
    """A function of NumPy's, or a method: what it does beside computing is known by its ``key``."""
    if key in FORMS:
        return function(*numbers(arguments), **numbers(options))
    if key in EFFECTS:
        tape.give_up(f"{function.__name__} does what a program cannot")
        return function(*numbers(arguments), **numbers(options))
    out = target(key, arguments, options)
    y = relayed(tape, function, arguments, options, () if out is None else (out,))
    if key in COUNTING and (key is not np.where or len(arguments) == 1):
        for part in leaves(y):
            tape.decide(part.own, part.where, shape_of)
    return y


def relayed(
    tape: Tape, function: Any, arguments: Any, options: Any = NOTHING, written: Any = (), method: str = ""
) -> Any:
    """Call a function, and note the call as it stands, with the arrays to which it writes."""
    for x in untraced_in((arguments, options)):
        tape.keep(x)
    views, named_views = noted(tape, arguments), noted(tape, options)
    call = getattr(function, method) if method else function
    try:
        y = call(*numbers(arguments), **numbers(options))
    except FAILING as error:
        tape.fail(error)
        raise
    if not written:
        fresh = isinstance(function, np.ufunc) or function in OPERATORS
        results = Results(tape, () if fresh else (arguments, options))
        wrapped = results.wrapped(y)
        one = len(results.views) == 1 and isinstance(y, tuple | list)
        tape.note(Parts(function, (0,)) if one else function, method, views, named_views, tuple(results.views), "fresh")
        for array, view in results.asked:
            tape.decide(array, view, bytes_of)
        return wrapped
    targets = [x for x in written if isinstance(x, Foreign)]
    if len(targets) < len(written):
        tape.give_up(f"{getattr(function, '__name__', function)} writes to an array that is not the program's")
    tape.note(function, method, views, named_views, tuple([x.where for x in targets]), "in place")
    theirs = {id(x.array): x for x in targets}
    own = [theirs.get(id(part)) for part in leaves(y)]
    if any(x is None and part is not None for x, part in zip(own, leaves(y), strict=True)):
        tape.give_up(f"{getattr(function, '__name__', function)} both writes to an argument and returns another array")
        return y
    return tuple(own) if isinstance(y, tuple) else own[0]


class Results:
    """The results of a call with traced arrays in place of arrays.

    ``among``  the arguments that results may be views of
    ``views``  of the results, in their order; ``asked``: numbers that Python was told
    """

    def __init__(self, tape: Tape, among: Any) -> None:
        self.tape = tape
        self.among = [(x.array, x.where) for x in found(among, Foreign)]
        self.views: list[View] = []
        self.asked: list[tuple[Any, View]] = []

    def wrapped(self, y: Any) -> Any:
        """A result, or a nest of them."""
        if isinstance(y, tuple | list):
            parts = [self.wrapped(part) for part in y]
            return y._make(parts) if hasattr(y, "_make") else type(y)(parts)
        if is_foreign(y):
            view = self.tape.foreign(y, self.among)
            self.views.append(view)
            return made(self.tape, y, view)
        array, view = self.tape.made(np.asarray(y))
        self.views.append(view)
        if isinstance(y, ndarray | np.generic):
            return of(self.tape, array if isinstance(y, ndarray) else y, view)
        self.asked.append((array, view))
        return y


def untraced_in(x: Any) -> Iterator[Any]:
    """The foreign arrays in arguments that are not traced: the function makes them itself, or Python hides them."""
    if isinstance(x, list | tuple | dict):
        for part in x.values() if isinstance(x, dict) else x:
            yield from untraced_in(part)
    elif is_foreign(x):
        yield x


# ---------------------------------------------------------------- operators


def _operator(name: str, ufunc: Any, swap: bool) -> Callable[..., Any]:
    """An operator: of the two arrays themselves, where these are the library's and numbers; else NumPy's ufunc."""
    own = getattr(operator, f"{name}_" if name in ("and", "or") else name)

    def operate(self: Foreign, other: Any) -> Any:
        kind = type(other)
        if kind in PLAIN or kind is type(self) or kind is Late.Number:
            return relayed(self.tape, own, (other, self) if swap else (self, other))
        return ufunc(other, self) if swap else ufunc(self, other)

    return operate


def _in_place(ufunc: Any) -> Callable[..., Any]:
    return lambda self, other: ufunc(self, other, out=(self,))


BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide, "floordiv": np.floor_divide,
    "mod": np.remainder, "pow": np.power, "matmul": np.matmul, "and": np.bitwise_and, "or": np.bitwise_or,
    "xor": np.bitwise_xor, "lshift": np.left_shift, "rshift": np.right_shift,
}  # fmt: skip
COMPARISONS = {
    "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal, "eq": np.equal, "ne": np.not_equal,
}  # fmt: skip
for _name, _ufunc in BINARY.items():
    setattr(Foreign, f"__{_name}__", _operator(_name, _ufunc, False))
    setattr(Foreign, f"__r{_name}__", _operator(_name, _ufunc, True))
    setattr(Foreign, f"__i{_name}__", _in_place(_ufunc))
for _name, _ufunc in COMPARISONS.items():
    setattr(Foreign, f"__{_name}__", _operator(_name, _ufunc, False))
for _name, _function in {"neg": operator.neg, "abs": abs, "invert": operator.invert, "pos": operator.pos}.items():
    setattr(Foreign, f"__{_name}__", lambda self, function=_function: relayed(self.tape, function, (self,)))
