"""The tracing array: ordinary numbers inside, NumPy's protocols outside, and each call noted on a tape.

Convention: engine, rules, layers and optimizers take it for an array of another library that follows NumPy's protocols,
and need not know it. What looks at its numbers from Python (``if``, ``float``, printing, a conversion to an ordinary
array) is noted as a guard.
"""

from __future__ import annotations

import operator
import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..core.lines import OURS
from ..typing import NDArray
from .callables import COPY, Method, Parts
from .functions import COUNTING, DECIDING, EFFECTS, FORMS, creates, target
from .instruction import View, mapped
from .seen import as_complex, as_float
from .tape import Tape, bytes_of, getitem, setitem

__all__ = ["Number", "Traced", "numbers", "traced"]

ndarray, as_array = np.ndarray, np.asarray
new = object.__new__
PLAIN = {int, float, complex, bool, str, bytes, type(None), type(Ellipsis), np.float64, np.float32, np.int64, np.bool_}


def _part(name: str) -> Any:
    """The real or the imaginary part, as an attribute that can be set."""

    def get(self: Traced) -> Any:
        return traced(self.tape, getattr(self.array, name), [(self.array, self.where)])

    def put(self: Traced, value: Any) -> None:
        get(self)[...] = value

    return property(get, put)


CODES: dict[int, tuple[Any, bool]] = {}  # by the id of a function's code: is it of the library or NumPy?


def asked_by_library() -> bool:
    """Is it the library or NumPy, and not the user's program, that asks for the class of a traced array?"""
    code = sys._getframe(2).f_code
    found = CODES.get(id(code))
    if found is None:
        found = CODES[id(code)] = code, code.co_filename.startswith(OURS)
    return found[1]


class Traced(NDArrayOperatorsMixin):
    """An array whose computation is noted: ``array`` has the numbers, ``where`` is the program's view of them."""

    __slots__ = ("array", "tape", "where")

    array: NDArray[Any]
    tape: Tape
    where: View

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """To the user's program it is what it stands for: ``isinstance(x, np.ndarray)`` holds."""
        return type(self) if asked_by_library() else self.plain_class

    @property
    def plain_class(self) -> type:
        return ndarray

    __hash__ = None  # type: ignore[assignment]

    # ------------------------------------------------ NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **keywords: Any) -> Any:
        if not keywords and method == "__call__" and (made := self._called(ufunc, inputs)) is not None:
            return made
        tape = self.tape
        for x in inputs:
            if x.__class__ not in PLAIN and not isinstance(x, KNOWN):
                return NotImplemented
            if isinstance(x, ndarray) and x.__class__ is not ndarray:
                tape.give_up(f"np.{ufunc.__name__} is given a {type(x).__name__}")
        out = keywords.pop("out", None)
        inputs = tuple([_listed(x) if isinstance(x, list | tuple) else x for x in inputs])
        given = [numbers(x) for x in inputs]
        own = {name: numbers(x) for name, x in keywords.items()} if keywords else keywords
        if method == "at":
            getattr(ufunc, method)(*given, **own)
            if not isinstance(inputs[0], Traced):
                return tape.give_up(f"np.{ufunc.__name__}.at adds numbers of the program to an ordinary array")
            tape.note(ufunc, method, noted(tape, inputs), noted(tape, keywords), (inputs[0].where,), "in place")
            return None
        if any(x.__class__ is Number for x in inputs):
            inputs = _strengthened(tape, ufunc, method, inputs, given)
        if out is not None:
            return self._into(ufunc, method, inputs, given, keywords, own, out)
        y = getattr(ufunc, method)(*given, **own) if method != "__call__" else ufunc(*given, **own)
        how = "" if method == "__call__" else method
        arguments = noted(tape, inputs)
        if y.__class__ is tuple:
            ys, outputs = zip(*[tape.made(np.asarray(part)) for part in y], strict=True)
            tape.note(ufunc, how, arguments, noted(tape, keywords), outputs, "fresh")
            return tuple([of(tape, a, view, Traced if part.__class__ is ndarray else Scalar)
                          for part, a, view in zip(y, ys, outputs, strict=True)])  # fmt: skip
        kind: type[Traced] = Traced
        if y.__class__ is not ndarray:
            y, kind = np.asarray(y), Scalar
        y, view = tape.made(y)
        tape.note(ufunc, how, arguments, noted(tape, keywords) if keywords else keywords, (view,), "fresh")
        return of(tape, y, view, kind)

    def _called(self, ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Traced | None:
        """What most calls are, without detours: a ufunc with one result, of arrays and plain numbers. Else None."""
        if ufunc.nout != 1:
            return None
        tape = self.tape
        given: list[Any] = []
        arguments: list[Any] = []
        reads: list[View] = []
        for x in inputs:
            kind = type(x)
            if kind is Traced or kind is Scalar:
                view = x.where
                given.append(x.array)
                reads.append(view)
            elif kind is ndarray:
                view = tape.view(x)
                given.append(x)
                reads.append(view)
            elif kind in PLAIN:
                view = x
                given.append(x)
            else:
                return None
            arguments.append(view)
        y = ufunc(*given)
        if y.__class__ is ndarray:
            made: Traced = new(Traced)
        else:
            y, made = as_array(y), new(Scalar)
        view = tape.computed(ufunc, tuple(arguments), tuple(reads), y)
        made.array, made.tape, made.where = tape.settled(y, view), tape, view
        return made

    def _into(
        self, ufunc: np.ufunc, method: str, inputs: Any, given: Any, keywords: Any, own: Any, out: tuple[Any, ...]
    ) -> Any:
        """A ufunc that writes to given arrays."""
        if any(y is not None and not isinstance(y, Traced) for y in out):
            self.tape.give_up(f"np.{ufunc.__name__}(..., out=y) writes numbers of the program into an ordinary array")
            return getattr(ufunc, method)(*given, out=tuple([numbers(y) for y in out]), **own)
        made = getattr(ufunc, method)(*given, out=tuple([numbers(y) for y in out]), **own)
        ys = made if made.__class__ is tuple else (made,)
        how = "" if method == "__call__" else method
        pairs: list[tuple[Any, View]] = [
            (None, y.where) if y is not None else self.tape.made(as_array(m)) for y, m in zip(out, ys, strict=True)
        ]
        targets = tuple([view for _, view in pairs])
        self.tape.note(ufunc, how, noted(self.tape, inputs), noted(self.tape, keywords), targets, "into")
        found = tuple([y if y is not None else of(self.tape, m, view)
                       for y, (m, view) in zip(out, pairs, strict=True)])  # fmt: skip
        return found if len(found) > 1 else found[0]

    def __array_function__(self, function: Any, types: Any, arguments: Any, keywords: Any) -> Any:
        for kind in types:
            if not issubclass(kind, KNOWN):
                return NotImplemented
            if issubclass(kind, ndarray) and kind is not ndarray:
                self.tape.give_up(f"np.{function.__name__} is given a {kind.__name__}")
        return call(self.tape, function, function, arguments, keywords)

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        """An ordinary array of the numbers, which from now on are guarded."""
        self.tape.decide(self.array, self.where, bytes_of)
        return np.array(self.array, dtype=dtype)

    def __array_call__(self, function: Any, *arguments: Any, **keywords: Any) -> Any:
        """A function that takes NumPy's arrays alone, of this array's numbers; ``autograd.linalg`` asks for it."""
        return call(self.tape, function, function, arguments, keywords)

    # ------------------------------------------------ what arrays have

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @shape.setter
    def shape(self, shape: Any) -> None:
        self.tape.give_up("it changes the shape of an array in place")
        self.array.shape = shape

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.array.dtype

    @property
    def ndim(self) -> int:
        return self.array.ndim

    @property
    def size(self) -> int:
        return self.array.size

    @property
    def flags(self) -> Any:
        flags = self.array.flags
        return SimpleNamespace(
            c_contiguous=flags.c_contiguous, f_contiguous=flags.f_contiguous, fnc=flags.fnc, contiguous=flags.contiguous
        )

    @property
    def T(self) -> Any:
        return traced(self.tape, self.array.T, [(self.array, self.where)])

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "base":
            raise AttributeError(f"a traced array has no {name!r}")
        found = getattr(self.array, name)
        if name == "flat" and self.array.flags.c_contiguous:
            return self.reshape(-1)
        if name in ("flat", "data", "ctypes"):
            self.tape.give_up(f"it reads the attribute {name!r} of an array")
        if not callable(found):
            return traced(self.tape, found, [(self.array, self.where)]) if isinstance(found, ndarray) else found
        if name in ("item", "tolist"):
            return lambda *at: self._out(name, at)
        return lambda *arguments, **keywords: call(self.tape, Method(name), name, (self, *arguments), keywords)

    real = _part("real")
    imag = _part("imag")

    def __getitem__(self, key: Any) -> Any:
        tape = self.tape
        if key.__class__ is int and len(self.where.strides) == 1:
            number, where = as_array(self.array[key]), self.where
            start = where.offset + where.strides[0] * (key if key >= 0 else key + where.shape[0])
            at = View(where.buffer, start, (), (), where.dtype)
            return of(tape, number, tape.computed(COPY, (at,), (at,), number), Scalar)
        if key.__class__ not in PLAIN:
            key = placed(key)
        mine = numbers(key)
        y = self.array[mine]
        if y.__class__ is not ndarray:
            y = np.asarray(y)
            if isinstance(key, int | np.integer) or (key.__class__ is tuple and all(map(_is_place, key))):
                # one number: a copy of it, which passes leave out where nothing writes to the array
                place = self.array[(*key, ...) if key.__class__ is tuple else (key, ...)]
                within = tape.within(place, [(self.array, self.where)])
                view = tape.fresh(y)
                tape.note(COPY, "", (within,), {}, (view,), "fresh")
                return of(tape, y, view, Scalar)
            view = tape.fresh(y)
            tape.note(getitem, "", (self.where, noted(tape, key)), {}, (view,), "fresh")
            return of(tape, y, view, Scalar)
        part = tape.within(y, [(self.array, self.where)]) if y.base is not None else None
        if part is not None and any(found(key)):
            part = tape.gathered(y, part, list(found(key)))
        if part is not None:
            return of(tape, y, part)
        for mask in masks(key):
            counted(mask)
        y, view = tape.made(y)
        tape.note(getitem, "", (self.where, noted(tape, key)), {}, (view,), "fresh")
        return of(tape, y, view)

    def __setitem__(self, key: Any, value: Any) -> None:
        tape = self.tape
        key = placed(key)
        mine = numbers(key)
        value = value if isinstance(value, Traced | ndarray) else _listed(value)
        self.array[mine] = numbers(value)
        where = (key,) if key.__class__ is not tuple else key
        if all(map(_is_place_or_slice, where)):
            place = self.array[(*where, ...)] if Ellipsis not in where else self.array[where]
            view = tape.within(place, [(self.array, self.where)])
            if view is None:
                return tape.give_up("it writes to an argument whose elements share memory")
            tape.note(np.copyto, "", (noted(tape, value),), {"casting": "unsafe"}, (view,), "into")
            return
        if np.size(numbers(value)) != 1:
            for mask in masks(key):
                counted(mask)
        tape.note(setitem, "", (self.where, noted(tape, key), noted(tape, value)), {}, (self.where,), "in place")

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool((self == value).any())

    def __copy__(self) -> Any:
        return self.copy()

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Pickled as the ordinary array, whose numbers are guarded: another process knows no tape."""
        self.tape.decide(self.array, self.where, bytes_of)
        plain: Any = self.array if self.__class__ is Traced else self.array[()]
        return plain.__reduce_ex__(protocol)

    def __deepcopy__(self, memo: Any) -> Any:
        return self.copy()

    # ------------------------------------------------ what Python sees of the numbers: guards

    def _out(self, name: str, at: tuple[Any, ...]) -> Any:
        if name == "item" and self.array.dtype.kind in "fiu" and self.array.size == 1:
            return Number.of(self)
        self.tape.decide(self.array, self.where, bytes_of)
        return getattr(self.array, name)(*at)

    def __bool__(self) -> bool:
        return bool(self.tape.decide(self.array, self.where, bool))

    def __int__(self) -> int:
        return int(self.tape.decide(self.array, self.where, int))

    def __index__(self) -> int:
        return int(self.tape.decide(self.array, self.where, operator.index))

    def __float__(self) -> float:
        return float(self.tape.decide(self.array, self.where, as_float))

    def __complex__(self) -> complex:
        return complex(*self.tape.decide(self.array, self.where, as_complex))

    def __format__(self, spec: str) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return format(self.array, spec)

    def __repr__(self) -> str:
        return f"<a traced {self.array!r}>"

    def __str__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return str(self.array)


def _direct(ufunc: np.ufunc, swap: bool, general: Any) -> Any:
    """An operator that need not ask NumPy whom the other operand belongs to, where that is plain."""

    def operate(self: Traced, other: Any) -> Any:
        kind = type(other)
        if kind is Traced or kind is Scalar or kind is ndarray or kind in PLAIN:
            made = self._called(ufunc, (other, self) if swap else (self, other))
            if made is not None:
                return made
        return general(self, other)

    return operate


for _ufunc, _names in {
    np.add: ("__add__", "__radd__"), np.subtract: ("__sub__", "__rsub__"), np.multiply: ("__mul__", "__rmul__"),
    np.divide: ("__truediv__", "__rtruediv__"), np.power: ("__pow__", "__rpow__"),
    np.matmul: ("__matmul__", "__rmatmul__"),
}.items():  # fmt: skip
    for _swap, _name in enumerate(_names):
        setattr(Traced, _name, _direct(_ufunc, bool(_swap), getattr(NDArrayOperatorsMixin, _name)))


# ---------------------------------------------------------------- one call


def call(tape: Tape, function: Any, key: Any, arguments: Any, keywords: Any) -> Any:
    """A NumPy function, or a method of an array, with traced arrays among its arguments."""
    own, own_keywords = numbers(arguments), numbers(keywords) if keywords else keywords
    if key in FORMS:
        return function(*own, **own_keywords)
    if key in EFFECTS:
        tape.give_up(f"{function.__name__} does what a program cannot")
        return function(*own, **own_keywords)
    out = target(key, arguments, keywords)
    if out is not None:
        return _writing(tape, function, key, arguments, keywords, own, own_keywords, out)
    constant, fill = creates(key, arguments, keywords)
    if key in DECIDING:
        for x in found((arguments[key not in (np.min_scalar_type, np.real_if_close, np.trim_zeros) :], keywords)):
            tape.decide(x.array, x.where, bytes_of)
    elif key in COUNTING and (key is not np.where or len(arguments) == 1):
        of_number = [*arguments, *keywords.values()][COUNTING[key]]
        if isinstance(of_number, Traced):
            counted(of_number)
    try:
        y = function(*own, **own_keywords)
    except np.linalg.LinAlgError:  # it depends on the numbers, and may be caught
        tape.give_up(f"{function.__name__} raised an error")
        raise
    if constant:
        y, view = tape.made(y)
        tape.note(np.full, "", (y.shape, noted(tape, fill)), {"dtype": y.dtype}, (view,), "fresh")
        return of(tape, y, view)
    if y is None:
        tape.give_up(f"{function.__name__} returns nothing, and does what a program cannot know")
        return None
    result = Results(tape, arguments, keywords)
    wrapped = result.wrapped(y)
    if result.made:
        kept = tuple(result.parts)
        counting = function if len(kept) == result.count else Parts(function, kept)
        tape.note(counting, "", noted(tape, arguments), noted(tape, keywords), tuple(result.made), "fresh")
    for array, view in result.asked:  # numbers of Python's, truth values: what is done with them cannot be seen
        tape.decide(array, view, bytes_of)
    return wrapped


def _writing(
    tape: Tape, function: Any, key: Any, arguments: Any, keywords: Any, own: Any, own_keywords: Any, out: Any
) -> Any:
    """A function that writes to one of its arguments."""
    y = function(*own, **own_keywords)
    if not isinstance(out, Traced):
        tape.give_up(f"{function.__name__} writes numbers of the program into an ordinary array")
        return y
    tape.note(function, "", noted(tape, arguments), noted(tape, keywords), (out.where,), "in place")
    if y is None or y is out.array:
        return None if y is None else out
    result = Results(tape, arguments, keywords)
    wrapped = result.wrapped(y)
    if result.made:
        tape.give_up(f"{function.__name__} both writes to an argument and returns something else")
    return wrapped


class Results:
    """The results of a call with traced arrays in place of arrays.

    ``made``   views of those that have memory of their own; ``parts`` says which of all they are, ``count`` how many
               there are
    ``asked``  arrays of which Python was told something
    """

    def __init__(self, tape: Tape, arguments: Any, keywords: Any) -> None:
        self.tape = tape
        self.operands = [(x.array, x.where) for x in found((arguments, keywords))]
        self.given = (arguments, keywords)
        self.made: list[View] = []
        self.parts: list[int] = []
        self.asked: list[tuple[NDArray[Any], View]] = []
        self.count = 0

    def wrapped(self, y: Any) -> Any:
        """A result, or a nest of them."""
        if isinstance(y, tuple | list):
            parts = [self.wrapped(part) for part in y]
            return type(y)._make(parts) if hasattr(y, "_make") else type(y)(parts)
        self.count += 1
        if isinstance(y, ndarray):
            view = None
            if y.base is not None or any(y is a for a, _ in self.operands):
                view = self.tape.within(y, self.operands)
            if view is None and (y.base is not None or any(y is a for a in found(self.given, ndarray))):
                view = self.tape.within(y, [(a, self.tape.view(a)) for a in found(self.given, ndarray)])
            return of(self.tape, y, view) if view is not None else self.own(y, Traced)
        if isinstance(y, np.generic):
            return self.own(np.asarray(y), Scalar)
        if isinstance(y, bool | int | float):
            x = self.own(np.asarray(y), Scalar)
            self.asked.append((x.array, x.where))
        elif y is not None:
            self.asked += self.operands
        return y

    def own(self, y: NDArray[Any], kind: type[Traced]) -> Traced:
        """A result with memory of its own."""
        y, view = self.tape.made(y)
        self.made.append(view)
        self.parts.append(self.count - 1)
        return of(self.tape, y, view, kind)


def counted(x: Traced) -> None:
    """How many elements are not 0 is decided."""
    array = np.asarray(np.count_nonzero(x.array))
    view = x.tape.fresh(array)
    x.tape.note(np.count_nonzero, "", (x.where,), {}, (view,), "fresh")
    x.tape.decide(array, view, int)


# ---------------------------------------------------------------- arguments


def of(tape: Tape, array: NDArray[Any], view: View, kind: type[Traced] | None = None) -> Traced:
    x = new(kind or Traced)
    x.array, x.tape, x.where = array, tape, view
    return x


def traced(tape: Tape, array: NDArray[Any], operands: list[tuple[NDArray[Any], View]]) -> Traced:
    """An array that NumPy made a view of one of the operands, or else one with memory of its own."""
    view = tape.within(array, operands)
    if view is None and array.base is not None:
        tape.give_up("it takes a view of an argument whose elements share memory")
    return of(tape, array, tape.view(array) if view is None else view)


def numbers(x: Any) -> Any:
    """Arguments with ordinary arrays in place of traced ones."""
    kind = type(x)
    if kind is Traced:
        return x.array
    if kind in PLAIN or kind is ndarray:
        return x
    if kind is Scalar:
        return x.array[()]
    if kind is Number:
        return x.value
    return mapped(numbers, x)


def noted(tape: Tape, x: Any) -> Any:
    """Arguments with views in place of arrays, as instructions have them."""
    kind = type(x)
    if kind in PLAIN:
        return x
    if kind is Traced or kind is Number or kind is Scalar:
        return x.where
    if isinstance(x, ndarray):
        return tape.view(x)
    return mapped(lambda part: noted(tape, part), x)


def found(x: Any, kind: type = Traced) -> Iterator[Any]:
    """The traced arrays in arguments, or those of another kind."""
    if isinstance(x, kind):
        yield x
    elif isinstance(x, list | tuple | dict):
        for part in x.values() if isinstance(x, dict) else x:
            yield from found(part, kind)


def placed(key: Any) -> Any:
    """A key in which the ends of slices, and numbers of Python's, are decided."""
    if key.__class__ is slice:
        return slice(*[operator.index(k) if isinstance(k, Traced) else k for k in (key.start, key.stop, key.step)])
    if key.__class__ is tuple:
        return tuple(map(placed, key))
    return operator.index(key) if key.__class__ is Number else key


def masks(key: Any) -> Iterator[Traced]:
    """The traced masks of booleans in a key: how many of them are true is the shape of the result."""
    return (x for x in found(key) if x.array.dtype.kind == "b")


def _is_place(k: Any) -> bool:
    return isinstance(k, int | np.integer) and not isinstance(k, bool)


def _is_place_or_slice(k: Any) -> bool:
    return k is None or k is Ellipsis or k.__class__ is slice or _is_place(k)


def _listed(x: Any) -> Any:
    """A list with traced arrays in it as a traced array, as NumPy makes an array of lists."""
    if isinstance(x, list | tuple) and any(found(x)):
        return np.stack([part if isinstance(part, Traced) else _listed(part) for part in x])
    return x


# ---------------------------------------------------------------- single numbers


class Scalar(Traced):
    """A traced number of NumPy's, what an array's element or sum is: it never changes. ``x += 1`` makes another."""

    __slots__ = ()

    @property
    def plain_class(self) -> type:
        return self.array.dtype.type

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError(f"{type(self.array[()]).__name__!r} object does not support item assignment")

    def __hash__(self) -> int:  # type: ignore[override]
        self.tape.decide(self.array, self.where, bytes_of)
        return hash(self.array[()])

    def __round__(self, digits: int | None = None) -> Any:
        return int(np.rint(self)) if digits is None else np.round(self, digits)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: Any) -> Any:
        return self


def _another(self: Any, other: Any) -> Any:
    """Python then computes ``x = x + y`` for ``x += y``."""
    return NotImplemented


IN_PLACE = ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "xor", "or")
for _name in IN_PLACE:
    setattr(Scalar, f"__i{_name}__", _another)


# ---------------------------------------------------------------- Python's numbers


class Number(Traced):
    """A Python number that is traced: among arrays it takes their dtype; with numbers it computes as Python does."""

    __slots__ = ("value",)

    value: float | int

    @property
    def plain_class(self) -> type:
        return type(self.value)

    @classmethod
    def of(cls, x: Traced) -> Number:
        """The number in an array of one."""
        return cls.at(x.tape, x.array.item(), _scalar(x.where))

    @classmethod
    def at(cls, tape: Tape, value: float | int, view: View) -> Number:
        self = new(cls)
        self.value, self.tape, self.where = value, tape, view
        return self

    @property
    def array(self) -> NDArray[Any]:  # type: ignore[override]
        return np.array(self.value)

    def __getattr__(self, name: str) -> Any:
        """What arrays have, it has as an array of one number."""
        return getattr(of(self.tape, self.array, self.where._replace(weak=False)), name)

    def _binary(self, other: Any, ufunc: np.ufunc, compute: Callable[[Any, Any], Any], swap: bool = False) -> Any:
        kind = type(other)
        if kind is Number:
            x: Any = other.value
        elif kind is float or kind is int or kind is bool:
            x = other
        elif isinstance(other, Traced | ndarray | np.generic):
            return ufunc(other, self) if swap else ufunc(self, other)
        elif kind is complex:
            return compute(other, float(self)) if swap else compute(float(self), other)
        else:
            return NotImplemented
        a, b = (x, self.value) if swap else (self.value, x)
        operands: tuple[Any, Any] = (other, self) if swap else (self, other)
        if ufunc in DIVIDING:
            self.tape_nonzero(operands[1])
        if ufunc is np.power:
            self.tape.raising = True
        y = compute(a, b)
        if y.__class__ is float and ufunc in ARITHMETIC and (a.__class__ is float or b.__class__ is float):
            if kind is Number:
                arguments = (other.where, self.where) if swap else (self.where, other.where)
                return Number.at(self.tape, y, self.tape.number(ufunc, arguments, arguments))
            if kind is float or -EXACT < x < EXACT:
                arguments = (x, self.where) if swap else (self.where, x)
                return Number.at(self.tape, y, self.tape.number(ufunc, arguments, (self.where,)))
        if isinstance(y, complex):
            self.tape.give_up("a power of a negative number is complex")
            return y
        if isinstance(y, int) and not isinstance(y, bool) and not -(2**63) <= y < 2**63:
            self.tape.give_up("a whole number is too large for the program")
            return y
        if ufunc is np.power:
            base: Any = operands[0]
            if isinstance(base, Number) and not (base._finite() and self.tape.decide(base.array, base.where, bool)):
                for x in (base, operands[1]):  # there NumPy takes roots otherwise than Python
                    if isinstance(x, Number):
                        self.tape.decide(x.array, x.where, bytes_of)
                return y
        given = noted(self.tape, operands)
        array = np.array(y)
        view = self.tape.fresh(array)._replace(weak=True)
        self.tape.note(ufunc, "", given, {"dtype": array.dtype} if ufunc not in COMPARING else {}, (view,), "fresh")
        if isinstance(y, bool):
            return bool(self.tape.decide(array, view, bool))
        made = Number.at(self.tape, y, view)
        if ufunc is np.power:  # where Python raises, or gives complex numbers, NumPy gives infinities and NaN
            made._finite()
            if isinstance(a, int) and isinstance(b, int):  # a negative exponent makes a whole number a float
                for whole in operands:
                    if isinstance(whole, Number) and isinstance(whole.value, int):
                        operator.index(whole)
        return made

    def _finite(self) -> bool:
        """Is it a finite number? That is decided."""
        finite: Any = np.isfinite(of(self.tape, self.array, self.where._replace(weak=False)))
        return bool(self.tape.decide(finite.array, finite.where, bool))

    def tape_nonzero(self, divisor: Any) -> None:
        """Python raises for a division by 0, where NumPy goes on: the program holds for other divisors."""
        if isinstance(divisor, Number):
            self.tape.decide(divisor.array, divisor.where, bool)

    def _unary(self, ufunc: np.ufunc, y: Any) -> Any:
        array = np.array(y)
        view = self.tape.fresh(array)._replace(weak=True)
        self.tape.note(ufunc, "", (self.where,), {}, (view,), "fresh")
        return Number.at(self.tape, y, view)

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __neg__(self) -> Any:
        return self._unary(np.negative, -self.value)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._unary(np.absolute, abs(self.value))

    def __float__(self) -> float:
        return float(self.tape.decide(self.array, self.where, as_float))

    def __round__(self, digits: int | None = None) -> Any:
        return round(float(self), digits)

    def __hash__(self) -> int:  # type: ignore[override]
        self.tape.decide(self.array, self.where, bytes_of)
        return hash(self.value)

    def __format__(self, spec: str) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return format(self.value, spec)

    def __str__(self) -> str:
        self.tape.decide(self.array, self.where, bytes_of)
        return str(self.value)

    def __repr__(self) -> str:
        return f"<a traced {self.value!r}>"

    def item(self) -> Number:
        return self

    def __reduce_ex__(self, protocol: Any) -> Any:
        self.tape.decide(self.array, self.where, bytes_of)
        return self.value.__class__, (self.value,)

    def is_integer(self) -> bool:
        return float(self).is_integer()

    def conjugate(self) -> Any:
        return self


ARITHMETIC = {np.add, np.subtract, np.multiply, np.divide}
EXACT = 2**53  # whole numbers below are floats
DIVIDING = {np.divide, np.floor_divide, np.remainder}
COMPARING = {np.less, np.less_equal, np.greater, np.greater_equal, np.equal, np.not_equal}
OPERATORS: dict[str, tuple[np.ufunc, Callable[[Any, Any], Any]]] = {
    "add": (np.add, operator.add), "sub": (np.subtract, operator.sub), "mul": (np.multiply, operator.mul),
    "truediv": (np.divide, operator.truediv), "floordiv": (np.floor_divide, operator.floordiv),
    "mod": (np.remainder, operator.mod), "pow": (np.power, operator.pow), "lt": (np.less, operator.lt),
    "le": (np.less_equal, operator.le), "gt": (np.greater, operator.gt), "ge": (np.greater_equal, operator.ge),
    "eq": (np.equal, operator.eq), "ne": (np.not_equal, operator.ne),
}  # fmt: skip


def _operator(ufunc: np.ufunc, compute: Callable[[Any, Any], Any], swap: bool) -> Any:
    return lambda self, other: self._binary(other, ufunc, compute, swap)


for _name, (_ufunc, _compute) in OPERATORS.items():
    setattr(Number, f"__{_name}__", _operator(_ufunc, _compute, False))
    if _ufunc not in COMPARING:
        setattr(Number, f"__r{_name}__", _operator(_ufunc, _compute, True))
        setattr(Number, f"__i{_name}__", _operator(_ufunc, _compute, False))  # a number is replaced, not changed


def _scalar(view: View) -> View:
    """The view of the only number of an array."""
    return View(view.buffer, view.offset, (), (), view.dtype, True)


def _strengthened(
    tape: Tape, ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], given: list[Any]
) -> tuple[Any, ...]:
    """The operands with numbers cast to the dtype that they take among these arrays."""
    if method != "__call__" or len(inputs) != ufunc.nin:
        return inputs
    kinds = [type(g) if g.__class__ in (int, float, complex) else np.asarray(g).dtype for g in given]
    try:
        resolved = ufunc.resolve_dtypes((*kinds, *[None] * ufunc.nout))
    except TypeError:
        return inputs
    cast = []
    for x, g, dtype in zip(inputs, given, resolved, strict=False):
        if x.__class__ is Number and x.where.dtype != dtype:
            array = np.asarray(g).astype(dtype)
            view = tape.fresh(array)
            tape.note(Method("astype"), "", (x.where._replace(weak=False), dtype), {}, (view,), "fresh")
            cast.append(of(tape, array, view))
        else:
            cast.append(x)
    return tuple(cast)


KNOWN = (Traced, ndarray, np.generic, int, float, complex, type(None), list, tuple)
