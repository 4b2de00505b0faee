"""``dim=`` beside ``axis=``: PyTorch's names of arguments in calls of NumPy's functions.

Convention: they are looked for only where a call has names that the function does not know.
"""

from __future__ import annotations

from typing import Any

NUMPYS = {
    "dim": "axis", "dims": "axis", "keepdim": "keepdims", "correction": "ddof", "dim1": "axis1", "dim2": "axis2",
    "shifts": "shift", "p": "ord",
}  # fmt: skip


def in_numpys_words(name: str, options: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call of the function ``name`` under NumPy's names."""
    if NUMPYS.keys().isdisjoint(options):
        return options
    renamed: dict[str, Any] = {}
    for word, value in options.items():
        known = NUMPYS.get(word, word)
        if known in renamed or (known != word and known in options):
            raise TypeError(f"{name}() got {known}= twice: {word}= is another name for it")
        renamed[known] = value
    return renamed
