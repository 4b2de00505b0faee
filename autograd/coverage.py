"""Which NumPy functions are differentiable: the table ``coverage.md``, made from the declarations.

    python -m autograd.coverage          # write autograd/coverage.md
    python -m autograd.coverage --check  # fail if it differs from the declarations

Convention: it lists what NumPy passes on to tensors, its ufuncs and the functions that dispatch on their
arguments. Functions that make arrays from numbers (``np.arange``) never meet a tensor.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import numpy as np

from .declare import CONSTANT, OPERATIONS, SELECTING, declare_late, unsupported
from .tensor import tensor  # noqa: F401  (importing it declares the operations)
from .whole_files import write_whole

Status = Literal["differentiable", "constant", "unsupported"]
PAGE = Path(__file__).with_name("coverage.md")
MODULES: tuple[tuple[str, ModuleType], ...] = (("numpy", np), ("numpy.linalg", np.linalg), ("numpy.fft", np.fft))

HEAD = f"""# NumPy's functions on tensors

Made from the declarations by `python -m autograd.coverage`, for NumPy {".".join(np.__version__.split(".")[:2])}; a test
fails if the two differ.

- **differentiable**: recorded when called on tensors; both modes, to any order.
- **constant**: computed on the numbers; its result does not vary smoothly with its input. A ufunc returns a tensor that
  is not tracked, as comparisons (`t > 0`) and bitwise operators do; any other function returns a plain array.
- **unsupported**: raises an error that says what to write instead.
"""


def functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a module that NumPy passes on to tensors, by name."""
    found = {}
    for name in sorted(set(dir(module))):
        function: Any = getattr(module, name, None) if not name.startswith("_") else None
        if isinstance(function, np.ufunc) or hasattr(function, "_implementation"):
            found[name] = function
    return found


def status(function: Callable[..., Any]) -> tuple[Status, str]:
    """The status of a function, and what to write instead if it is unsupported."""
    declare_late(function)
    if function in OPERATIONS:
        return "differentiable", ""
    if function in SELECTING:
        return "unsupported", SELECTING[function]
    if function in CONSTANT:
        return "constant", ""
    return "unsupported", str(unsupported(function, OPERATIONS)).partition("cannot be differentiated. ")[2]


def rows() -> dict[tuple[str, str], tuple[Status, str]]:
    """(module, function) -> (status, advice) for all of them."""
    return {(where, name): status(f) for where, module in MODULES for name, f in functions(module).items()}


def page() -> str:
    """The table as Markdown."""
    found = rows()
    lines = [HEAD]
    for where, _ in MODULES:
        mine = {name: s for (module, name), s in found.items() if module == where}
        lines.append(f"\n## {where}\n")
        for word in ("differentiable", "constant"):
            names = [f"`{name}`" for name, (kind, _) in mine.items() if kind == word]
            if names:
                lines.append(f"**{word}** ({len(names)}): {', '.join(names)}\n")
        unable = {name: advice for name, (kind, advice) in mine.items() if kind == "unsupported"}
        if unable:
            lines += [f"**unsupported** ({len(unable)}):\n", "| function | instead |", "| --- | --- |"]
            lines += [f"| `{name}` | {advice.replace('|', '&#124;')} |" for name, advice in unable.items()]
    return "\n".join(lines).rstrip() + "\n"


def main(arguments: list[str]) -> int:
    """Write the page; with ``--check`` compare it."""
    text = page()
    if "--check" in arguments:
        same = PAGE.exists() and PAGE.read_text() == text
        print("coverage.md is up to date" if same else "coverage.md differs: run python -m autograd.coverage")
        return 0 if same else 1
    write_whole(PAGE, text)
    print(f"wrote {PAGE.name}: {sum(s == 'differentiable' for s, _ in rows().values())} functions are differentiable")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
