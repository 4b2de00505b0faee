"""PyTorch's words for arguments that have NumPy's names here, or no effect.

Convention: ``@translated`` stands on a function or constructor that has such arguments. Its signature shows our names
alone, and words are looked for only after a call that Python refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from autograd.declare.dim_words import NUMPYS

P = ParamSpec("P")
R = TypeVar("R")

OURS = {
    **NUMPYS, "start_dim": "start_axis", "end_dim": "end_axis", "collate_fn": "collate", "num_workers": "prefetch",
}  # fmt: skip
# Words that change no result, each with an argument that functions which ignore it have.
IDLE = {
    "device": "dtype", "pin_memory": "prefetch", "pin_memory_device": "prefetch", "persistent_workers": "prefetch",
    "prefetch_factor": "prefetch", "multiprocessing_context": "prefetch", "timeout": "prefetch",
}  # fmt: skip
INSTEAD = {
    "batch_sampler": "write batch_size=, shuffle= and drop_last=",
    "worker_init_fn": "batches are made by one thread, from the generator= of the loader",
}


def translated(function: Callable[P, R]) -> Callable[P, R]:
    """The function, which takes PyTorch's words for its arguments too."""
    code: Any = function.__code__
    known = frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])

    @wraps(function)
    def call(*args: P.args, **options: P.kwargs) -> R:
        try:
            return function(*args, **options)
        except TypeError:
            if known.issuperset(options):
                raise
        renamed: Any = _in_our_words(_name(function), known, options)
        return function(*args, **renamed)

    return call


def check_device(name: str, device: object) -> None:
    """Refuse another device than the CPU."""
    if device is not None and str(device) != "cpu":
        advice = "make it on the CPU and move it, as in model.to('cuda') or t.to('cuda')"
        raise ValueError(f"{name}(device={device!r}): what is in NumPy's arrays is on the CPU; {advice}")


def _in_our_words(name: str, known: frozenset[str], options: Mapping[str, Any]) -> dict[str, Any]:
    """The options under our names, without those that have no effect."""
    renamed: dict[str, Any] = {}
    for word, value in options.items():
        if word in known or OURS.get(word) in known:
            ours = word if word in known else OURS[word]
            if ours in renamed or (ours != word and ours in options):
                raise TypeError(f"{name}() got {ours}= twice: {word}= is another name for it")
            renamed[ours] = value
        elif IDLE.get(word) in known:
            if word == "device":
                check_device(name, value)
        elif word in INSTEAD and "prefetch" in known:
            raise TypeError(f"{name}() has no {word}=: {INSTEAD[word]}")
        else:
            renamed[word] = value  # which Python refuses
    return renamed


def _name(function: Any) -> str:
    """A function's name; a constructor's is its class's."""
    owner, _, last = str(function.__qualname__).rpartition(".")
    return owner if last == "__init__" else last
