"""What was given where numbers belong: in words, with what to write instead.

Convention: all of this runs only after something has failed. An error that the library itself raised says what is wrong
already; what Python or NumPy said of its own inner workings is put in words about the operands.
"""

from __future__ import annotations

import opcode
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

OURS = ("autograd", "nn", "optim")
KINDS = {
    "U": ("text", "Write x.astype(float) if it stands for numbers"),
    "S": ("bytes", "Write np.frombuffer(x, dtype) for numbers in memory, x.astype(float) for text"),
    "T": ("text", "Write x.astype(float) if it stands for numbers"),
    "M": ("dates", "Write (x - x[0]) / np.timedelta64(1, 'D') for days as numbers"),
    "m": ("durations", "Write x / np.timedelta64(1, 's') for seconds as numbers"),
    "V": ("records", "Take one field, as in x['a'], or np.lib.recfunctions.structured_to_unstructured(x)"),
    "O": ("Python objects", "Write np.array(x, dtype=float) if they are numbers"),
}  # fmt: skip


NONE = (
    "None is no number. If it is a .grad, no backward() has reached that tensor: autograd.why_no_grad(loss, tensor) "
    "says why; if it is a result, its function may end without 'return'"
)


def mistaken(x: Any) -> str:
    """What this is, and what to write for the numbers in it; "" if it is numbers."""
    if x is None:
        return f"None. {NONE}"
    own = arithmetic(x)
    if own:
        fix = "np.asarray(x)" if own == "matrix" else "np.where(mask, ...), or x.filled(value)"
        return f"a {'np.matrix' if own == 'matrix' else 'masked array'}, whose arithmetic is its own. Write {fix}"
    if isinstance(x, str | bytes):
        return f"{'text' if isinstance(x, str) else 'bytes'}, {x!r:.40}. Write float(x) if it stands for a number"
    if isinstance(x, set | frozenset):
        return "a set, which has no order. Write np.array(sorted(x))"
    if isinstance(x, Mapping):
        return "a dict. Write one of its parts, as in x['a'], or np.array(list(x.values()))"
    if isinstance(x, Iterator):
        return f"a {type(x).__name__}, which can be gone through once. Write np.array(list(x))"
    if isinstance(x, type):
        return f"the class {x.__name__}. Write {x.__name__}(...) for an object of it"
    if isinstance(x, list | tuple):
        return _list(x)
    if hasattr(type(x), "toarray"):
        return f"a {type(x).__name__}, which is sparse. Write x.toarray()"
    kind = getattr(getattr(x, "dtype", None), "kind", "")
    if kind == "O" and any(v is None for v in np.asarray(x).flat):
        return "made of None. Does the function that computed it return its result? For a missing number write np.nan"
    if kind in KINDS:
        return f"an array of {KINDS[kind][0]}. {KINDS[kind][1]}"
    if isinstance(x, int | float | complex | np.generic) or hasattr(x, "__array__") or hasattr(x, "astype"):
        return ""
    if hasattr(x, "__float__"):
        return f"a {type(x).__name__}, {x!r:.40}. Write float(x)"
    if hasattr(x, "dtype"):
        return f"of the class {type(x).__name__}, which only looks like an array. Write np.array(...) of its numbers"
    if callable(x):
        return f"the {type(x).__name__} {getattr(x, '__name__', '')}".rstrip() + ". Call it, and give its result"
    return f"of the class {type(x).__name__}. Write np.array(...) of the numbers in it"


def arithmetic(x: Any) -> str:
    """The kind of array whose arithmetic is not that of others, "" for those. (NumPy imports these kinds late.)"""
    names = [kind.__name__ for kind in type(x).__mro__[:-2]] if isinstance(x, np.ndarray) else []
    return next((name for name in ("matrix", "MaskedArray") if name in names), "")


def _list(x: Any) -> str:
    """The same of a list or tuple."""
    if contains_itself(x):
        return f"a {type(x).__name__} that contains itself. Write a list of numbers"
    if _deeper(x, 64):
        return f"a {type(x).__name__} nested more than 64 deep, which no array is. Write it flat, and reshape"
    flat = list(_parts(x))
    if any(getattr(part, "node", None) is not None for part in flat):
        return f"a {type(x).__name__} of tensors. Write np.stack(x)"
    for part in flat:
        if mistaken(part):
            return f"a {type(x).__name__} in which there is {mistaken(part)}"
    try:
        np.array(x)
    except (ValueError, TypeError):
        return f"a {type(x).__name__} whose rows have different lengths. Pad them, or keep a list of tensors"
    return ""


def contains_itself(x: Any, outer: Sequence[int] = ()) -> bool:
    """Is a list or tuple among its own parts, or theirs?"""
    if not isinstance(x, list | tuple):
        return False
    return id(x) in outer or (len(outer) < 100 and any(contains_itself(part, (*outer, id(x))) for part in x))


def _deeper(x: Any, depth: int) -> bool:
    """Are lists and tuples nested deeper than that? (Without recursion: it may be far deeper.)"""
    level: dict[int, Any] = {id(x): x}
    for _ in range(depth):
        level = {id(part): part for outer in level.values() for part in outer if isinstance(part, list | tuple)}
    return bool(level)


def _parts(x: Any) -> Iterator[Any]:
    for part in x:
        if isinstance(part, list | tuple):
            yield from _parts(part)
        else:
            yield part


def is_ours(error: BaseException) -> bool:
    """Was the error raised by the library's own words, or outside of it and NumPy by the user's?"""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if step is None:
        return False
    package = str(step.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
    if package in OURS:
        return opcode.opname[step.tb_frame.f_code.co_code[step.tb_lasti]] == "RAISE_VARARGS"
    return package not in ("numpy", "scipy", "contextlib", "functools")


# what Python and NumPy say of an argument that is no number, and what stands for it where that is not found
UNTAUGHT = re.compile(r"int\(\)|did not contain|not supported between|cannot be interpreted|inhomogen|Cannot cast")
UNFIT = "one of its arguments is of a kind that it cannot use"


OF_ARRAYS = ("astype", "dtype", "ndim", "reshape", "shape", "size")  # what a Value says that it does not have


def _no_array(x: Any) -> bool:
    """Is it neither an array nor a tuple or list in which there are some?"""
    return not any(hasattr(part, "shape") for part in [x, *(x if isinstance(x, list | tuple) else [])])


INNER = (AttributeError, TypeError, ValueError, IndexError, KeyError, RecursionError)


def explained(error: Exception, name: str, operands: Iterable[tuple[str, Any]], arrays: bool = False) -> Exception:
    """An error of Python's or NumPy's own as one about the operand of ``name`` that is no array of numbers.

    One that the library raised is returned as it is; one that no operand accounts for says ``name`` at least. Where
    ``arrays`` are asked for, a list of numbers is wrong, too.
    """
    if not (isinstance(error, INNER) or type(error).__name__ == "MaskError") or (
        is_ours(error) and not (arrays and getattr(error, "name", "") in OF_ARRAYS)
    ):
        return error
    for operand, x in operands:
        wrong = mistaken(x)
        if not wrong and arrays and isinstance(error, AttributeError) and _no_array(x):
            wrong = f"a {type(x).__name__}. Write np.array(x)"
        if wrong:
            return TypeError(f"{name} takes {'arrays' if arrays else 'numbers'}, but {operand} is {wrong}")
    if str(error).startswith(name) and isinstance(error, TypeError | ValueError | IndexError):
        return error
    kind = type(error) if type(error) in (TypeError, ValueError, IndexError) else TypeError
    return kind(f"{name}: {UNFIT if UNTAUGHT.search(str(error)) else error}")
