"""The score of ``autograd.array_api`` beside NumPy's in the array API standard: ``python -m tests.array_standard``."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from autograd import array_api

from .tables.array_standard import CASES


def faults(xp: Any) -> dict[str, list[str]]:
    """What a namespace gets wrong, by the name of the function."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: [f"{c}: {f}" for c in cases if (f := c.fault(xp))] for name, cases in CASES.items()}


def main() -> None:
    total = sum(map(len, CASES.values()))
    print(f"{total} cases of {len(CASES)} functions, operators and attributes")
    for xp in (array_api, np):
        found = {name: wrong for name, wrong in faults(xp).items() if wrong}
        right, whole = total - sum(map(len, found.values())), len(CASES) - len(found)
        print(f"\n{xp.__name__}: {right} cases are right ({right / total:.1%}), {whole} functions wholly")
        for name, wrong in found.items():
            print(f"  {name}: {len(wrong)} of {len(CASES[name])}, as in {wrong[0][:160]}")


if __name__ == "__main__":
    main()
