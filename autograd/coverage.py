"""Which functions of NumPy are differentiated: the table ``coverage.md``, made from the declarations.

    python -m autograd.coverage          # write autograd/coverage.md anew
    python -m autograd.coverage --check  # fail where it differs from the declarations

Convention: listed is what NumPy hands to tensors, that is, its ufuncs and the functions that dispatch on
their arguments. What only makes arrays from numbers (``np.arange``) never meets a tensor.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from .declare import CONSTANT, OPERATIONS, SELECTING, unsupported
from .tensor import tensor  # noqa: F401  (importing it declares the operations)

PAGE = Path(__file__).with_name("coverage.md")
MODULES: tuple[tuple[str, ModuleType], ...] = (("numpy", np), ("numpy.linalg", np.linalg), ("numpy.fft", np.fft))

HEAD = f"""# NumPy's functions on tensors

Made by `python -m autograd.coverage` from the declarations, for NumPy {".".join(np.__version__.split(".")[:2])}; a test
fails where the two differ.

- **differentiable**: called on tensors it is recorded, in both modes and to any order.
- **constant**: it sees the numbers and gives a plain array; its result does not vary smoothly with its input.
- **unsupported**: it raises, and says what to write instead.
"""


def functions(module: ModuleType) -> dict[str, Any]:
    """The functions of a module that tensors are handed, by name."""
    found = {}
    for name in sorted(set(dir(module))):
        function = getattr(module, name, None) if not name.startswith("_") else None
        if isinstance(function, np.ufunc) or hasattr(function, "_implementation"):
            found[name] = function
    return found


def status(function: Any) -> tuple[str, str]:
    """differentiable, constant or unsupported, and what to do in the last case."""
    if function in OPERATIONS:
        return "differentiable", ""
    if function in SELECTING:
        return "unsupported", SELECTING[function]
    if function in CONSTANT:
        return "constant", ""
    return "unsupported", str(unsupported(function, OPERATIONS)).partition("cannot be differentiated. ")[2]


def rows() -> dict[tuple[str, str], tuple[str, str]]:
    """(module, function) -> (status, advice) for everything that NumPy has."""
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
    """Write the page, or with ``--check`` compare it."""
    text = page()
    if "--check" in arguments:
        same = PAGE.exists() and PAGE.read_text() == text
        print("coverage.md is up to date" if same else "coverage.md differs: run python -m autograd.coverage")
        return 0 if same else 1
    PAGE.write_text(text)
    print(f"wrote {PAGE.name}: {sum(s == 'differentiable' for s, _ in rows().values())} functions are differentiable")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
