"""CuPy's ``ElementwiseKernel`` on the processor: its text is compiled as C, and run for one element after the other.

Convention: what a kernel may say is what is plain C: no templates, no shared memory. ``atomicAdd`` is an addition here.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
HEAD = """
#include <stdbool.h>
#include <tgmath.h>
#define atomicAdd(place, value) (*(place) += (value))
"""
TYPES = {"float32": "float", "float64": "double", "int32": "int", "int64": "long long", "bool": "bool"}
FOLDER = Path(tempfile.gettempdir()) / f"chalkgrad-kernels-{os.getuid() if hasattr(os, 'getuid') else 0}"


class ElementwiseKernel:
    """A function of arrays that broadcast with each other; ``raw`` ones are indexed by the text itself."""

    def __init__(self, in_params: str, out_params: str, operation: str, name: str = "kernel") -> None:
        self.inputs, self.outputs = ([part.split() for part in text.split(",")] for text in (in_params, out_params))
        self.operation, self.name = operation, name
        self.made: dict[Any, Any] = {}

    def __call__(self, *args: Any, size: int | None = None) -> Any:
        from .array import ndarray

        given, outs = args[: len(self.inputs)], args[len(self.inputs) :]
        letters: dict[str, str] = {}  # the dtype of each kind: NumPy's name of one, or T, which the first array gives
        for (*_, kind, name), x in zip([*self.inputs, *self.outputs], args, strict=False):
            assert not isinstance(x, np.ndarray), f"{self.name}: {name} is an array of NumPy's"
            if isinstance(x, ndarray):
                wanted = letters.setdefault(kind, str(x.dtype if kind == "T" else np.dtype(kind)))
                x.together([x])
                assert str(x.dtype) == wanted, f"{self.name}: {name} is {x.dtype}, where {kind} is {wanted}"
        names = {kind: letters.get(kind) or str(np.dtype(kind)) for *_, kind, _ in (*self.inputs, *self.outputs)}
        inputs = [np.asarray(getattr(x, "numbers", x), names[p[-2]]) for p, x in zip(self.inputs, given, strict=True)]
        shape = np.broadcast_shapes(
            *[x.shape for p, x in zip(self.inputs, inputs, strict=True) if p[0] != "raw"],
            *[x.shape for p, x in zip(self.outputs, outs, strict=False) if p[0] != "raw"],
        )
        shape = shape if size is None else (size,)
        ready = [
            np.array(x if p[0] == "raw" else np.broadcast_to(x, shape), order="C")
            for p, x in zip(self.inputs, inputs, strict=True)
        ]
        results = [np.array(x.numbers, order="C") for x in outs] or [
            np.empty(shape, names[p[-2]]) for p in self.outputs
        ]
        for k, x in enumerate(given):  # what is read and written is one element, and no copy
            for place, y in zip(outs, results, strict=False):
                if same(x, place):
                    ready[k] = y
        count = int(np.prod(shape))
        if count:
            self.compiled(names)(count, *[x.ctypes.data_as(ctypes.c_void_p) for x in (*ready, *results)])
        for place, y in zip(outs, results, strict=False):
            assert place.shape == y.shape
            place.numbers[...] = y
        found = outs or tuple(ndarray(y) for y in results)
        return found[0] if len(found) == 1 else tuple(found)

    def compiled(self, names: dict[str, str]) -> Any:
        """The text as a function of this processor's."""
        key = tuple(names.items())
        if key not in self.made:
            parameters = [*self.inputs, *self.outputs]
            text = [HEAD]
            if "T" in names:
                text.append(f"#define T {TYPES[names['T']]}")
            places = ", ".join(f"{TYPES[names[p[-2]]]} *{'' if p[0] == 'raw' else 'all_'}{p[-1]}" for p in parameters)
            text.append(f"void {self.name}(long long size, {places}) {{\nfor (long long i = 0; i < size; ++i) {{")
            text += [f"#define {p[-1]} (all_{p[-1]}[i])" for p in parameters if p[0] != "raw"]
            text += [f"{{ {self.operation}; }}", "}}"]
            self.made[key] = getattr(library("\n".join(text)), self.name)
        return self.made[key]


def same(x: Any, y: Any) -> bool:
    """Are they one array, seen twice?"""
    a, b = getattr(x, "numbers", None), y.numbers
    return a is not None and a.__array_interface__["data"] == b.__array_interface__["data"] and a.shape == b.shape


def library(text: str) -> Any:
    """The compiled text, kept from one run of the tests to the next."""
    assert COMPILER, "no C compiler"
    FOLDER.mkdir(exist_ok=True, mode=0o700)
    path = FOLDER / f"{hashlib.sha256(text.encode()).hexdigest()[:24]}.so"
    if not path.exists():
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            source, made = Path(folder, "kernel.c"), Path(folder, "kernel.so")
            source.write_text(text, encoding="utf-8")
            command = [
                COMPILER,
                "-std=gnu11",
                "-O1",
                "-ffp-contract=off",
                "-shared",
                "-fPIC",
                str(source),
                "-o",
                str(made),
                "-lm",
            ]
            done = subprocess.run(command, capture_output=True, text=True)
            assert not done.returncode, f"{done.stderr}\n{text}"
            made.replace(path)
    return ctypes.CDLL(str(path))
