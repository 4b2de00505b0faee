"""``python -m tests.cupy_standin`` where CuPy is installed (a GPU is not needed): writes its surface, ``surface.txt``.

Convention: one name a line, with its parameters; ``?`` marks one that may be left out. First of all the functions of
NumPy's namespaces, then its ufuncs, the methods of its arrays, and of its generators.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cupy
import cupyx
import cupyx.scipy.special
import numpy as np

SURFACE = Path(__file__).with_name("surface.txt")
SCATTERING = ("add", "subtract", "maximum", "minimum", "bitwise_and", "bitwise_or", "bitwise_xor")  # ufuncs with .at


def parameters(thing: Any) -> str:
    """Names of parameters, from the signature or from the docstring of a compiled function."""
    try:
        given = inspect.signature(thing).parameters.values()
    except (TypeError, ValueError):
        line = re.match(r"[\w.]+\((.*?)\)", (thing.__doc__ or "").strip())
        if line is None:
            return "*args **kwargs"
        words = [part.split("->")[0].strip() for part in line[1].split(",")]
        return " ".join(
            f"{w.split('=')[0].split()[-1]}{'?' if '=' in w else ''}" for w in words if w not in ("self", "")
        )
    star, found = False, []
    for p in given:
        if p.name in ("self", "blocking") or (p.name == "stream"):
            continue
        if p.kind is p.KEYWORD_ONLY and not star:
            star = True
            found.append("*")
        mark = {p.VAR_POSITIONAL: "*", p.VAR_KEYWORD: "**"}.get(p.kind, "")
        star = star or mark == "*"
        found.append(f"{mark}{p.name}{'' if mark or p.default is p.empty else '?'}")
    return " ".join(found)


def functions() -> Iterator[str]:
    spaces = [np, np.linalg, np.fft, np.lib.stride_tricks]
    for space in spaces:
        for name in sorted(vars(space)):
            function = getattr(space, name)
            if not callable(function) or isinstance(function, type | np.ufunc) or name.startswith("_"):
                continue
            path = f"{getattr(function, '__module__', '') or ''}.{getattr(function, '__name__', name)}"
            found: Any = cupy
            for part in path.split(".")[1:]:
                found = getattr(found, part, None)
            if path.startswith("numpy.") and found is not None and found is not function:
                yield f"{path} {parameters(found)}" if not is_ufunc(found) else f"{path} x out? dtype? casting?"


def is_ufunc(thing: Any) -> bool:
    return isinstance(thing, type(cupy.add))


def ufuncs() -> Iterator[str]:
    for space in (cupy, cupyx.scipy.special):
        for name in sorted(vars(space)):
            found = getattr(space, name)
            own = getattr(np, name, None)
            if is_ufunc(found) and (isinstance(own, np.ufunc) or space is not cupy):
                yield f"ufunc {name}{' at' if name in SCATTERING and space is cupy else ''}"
            elif isinstance(own, np.ufunc) and space is cupy:
                yield f"gufunc {name} {parameters(type(found).__call__)}"


def methods(kind: Any, word: str) -> Iterator[str]:
    for name in sorted(dir(kind)):
        if not name.startswith("_"):
            found = getattr(kind, name)
            yield f"{word} {name} {parameters(found)}" if callable(found) else f"{word}-attribute {name}"


def main() -> None:
    lines = [f"cupy {cupy.__version__}", *functions(), *ufuncs(), *methods(cupy.ndarray, "array")]
    lines += methods(cupy.random.Generator, "generator")
    lines += [
        f"module cupy {name} {parameters(getattr(cupy, name))}"
        for name in ("ElementwiseKernel", "fuse", "asnumpy", "asarray")
    ]
    lines += [
        f"module cupy.random {name} {parameters(getattr(cupy.random, name))}"
        for name in ("default_rng", "Philox4x3210")
    ]
    SURFACE.write_text("\n".join(dict.fromkeys(line.rstrip() for line in lines)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
