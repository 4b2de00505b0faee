"""Asks one library: ``python runner.py chalkgrad|torch|jax``, with the points and calls on standard input.

Convention: it runs alone, where only that library is installed; SCIPY_ARRAY_API is what its environment says. A verdict
is a kind with words. "right": the derivative along one direction of all tracked arrays is the central difference of the
same call on plain arrays; "constant": it is 0, and the result is not tracked; "loud": an error, whose words follow;
"silent": a result that is not tracked though it should be, or a wrong derivative; "broken": not even of plain arrays.
"""

from __future__ import annotations

import importlib
import json
import linecache
import re
import sys
import warnings
from typing import Any

import numpy as np

MODULES = (
    "cluster", "cluster.hierarchy", "cluster.vq", "differentiate", "fft", "integrate", "interpolate", "linalg",
    "ndimage", "optimize", "optimize.elementwise", "signal", "sparse", "sparse.linalg", "spatial", "spatial.transform",
    "special", "stats",
)  # fmt: skip
STEP = 1e-6


def scipy_names() -> dict[str, Any]:
    """SciPy's modules by their names, and the classes of rotations."""
    found = {name: importlib.import_module(f"scipy.{name}") for name in MODULES}
    turns = vars(found["spatial.transform"])
    return {name: module for name, module in found.items() if "." not in name} | {
        "np": np, **{name: turns[name] for name in ("RigidTransform", "Rotation", "Slerp")}
    }  # fmt: skip


def evaluate(text: str, names: dict[str, Any]) -> Any:
    """The value of an expression, whose text errors can read."""
    file = f"<{text}>"
    linecache.cache[file] = len(text), None, [text], file
    return eval(compile(text, file, "eval"), dict(names))


def weights(y: Any) -> Any:
    """What the elements of a result count in its sum."""
    shape = tuple(y.shape)
    return np.cos(np.arange(float(np.prod(shape)))).reshape(shape)


def plain_number(text: str, names: dict[str, Any], tracked: dict[str, Any], constant: dict[str, Any]) -> float:
    """The weighted sum of the real and imaginary parts of a result, of plain arrays."""
    given = {k: float(v) if v.ndim == 0 else v for k, v in tracked.items()}
    plain = {k: np.array(v) for k, v in constant.items()}
    y = np.asarray(evaluate(text, names | given | plain | {"c": np.array, "eye": np.eye(3)}))
    return float(np.sum((y.real + y.imag) * weights(y)))


def direction(x: Any) -> Any:
    """A direction in which no element plays no part."""
    shape = np.shape(np.asarray(x))
    return np.sin(1 + np.arange(float(np.prod(shape)))).reshape(shape)


def difference(text: str, names: dict[str, Any], tracked: dict[str, Any], constant: dict[str, Any]) -> float:
    """The derivative of that sum with all tracked arrays, each along its direction."""
    points = {k: np.array(v, dtype=float) for k, v in tracked.items()}
    both = [
        plain_number(text, names, {k: v + h * direction(v) for k, v in points.items()}, constant) for h in (STEP, -STEP)
    ]
    return (both[0] - both[1]) / (2 * STEP)


# ---------------------------------------------------------------- the derivatives of each library; None: not tracked


def by_chalkgrad(text: str, names: dict[str, Any], tracked: dict[str, Any], constant: dict[str, Any]) -> Any:
    Tensor = importlib.import_module("autograd").Tensor
    given = {k: Tensor(v, requires_grad=True) for k, v in tracked.items()}
    kept = {k: Tensor(v) for k, v in constant.items()}
    y = evaluate(text, names | given | kept | {"c": Tensor, "eye": Tensor(np.eye(3))})
    if not getattr(y, "requires_grad", False):
        return None
    np.sum((np.real(y) + np.imag(y)) * weights(y)).backward()
    return {k: v.grad for k, v in given.items()}


def by_torch(text: str, names: dict[str, Any], tracked: dict[str, Any], constant: dict[str, Any]) -> Any:
    torch = importlib.import_module("torch")

    def array(v: Any, **options: Any) -> Any:
        return torch.tensor(v, dtype=torch.float64, **options)

    given = {k: array(v, requires_grad=True) for k, v in tracked.items()}
    kept = {k: array(v) for k, v in constant.items()}
    y = evaluate(text, names | given | kept | {"c": array, "eye": torch.eye(3, dtype=torch.float64)})
    if not getattr(y, "requires_grad", False):
        return None
    parts = y.real + y.imag if y.is_complex() else y
    (parts * torch.from_numpy(np.asarray(weights(y)))).sum().backward()
    return {k: v.grad for k, v in given.items()}


def by_jax(text: str, names: dict[str, Any], tracked: dict[str, Any], constant: dict[str, Any]) -> Any:
    jax, jnp = importlib.import_module("jax"), importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    kept = {k: jnp.array(v) for k, v in constant.items()}
    followed = []

    def total(given: dict[str, Any]) -> Any:
        y = evaluate(text, names | given | kept | {"c": jnp.array, "eye": jnp.eye(3)})
        followed.append(isinstance(y, jax.core.Tracer))
        y = jnp.asarray(y)
        return jnp.sum((jnp.real(y) + jnp.imag(y)) * weights(y))

    found = jax.grad(total)({k: jnp.array(v, dtype=float) for k, v in tracked.items()})
    return found if followed[-1] else None


GRADIENTS = {"chalkgrad": by_chalkgrad, "torch": by_torch, "jax": by_jax}
MODULE = {"chalkgrad": "autograd", "torch": "torch", "jax": "jax"}


def verdict(library: str, text: str, names: dict[str, Any], tracked: dict[str, Any], constant: dict[str, Any]) -> Any:
    """What a library does with a call: a kind, and words."""
    words = set(re.findall(r"\b\w+\b", re.sub(r"'\w*'", "", text)))
    named = {k: v for k, v in tracked.items() if k in words}
    kept = {k: v for k, v in constant.items() if k in words}
    try:
        right = difference(text, names, named, kept)
    except Exception as error:
        return "broken", f"{type(error).__name__}: {error}"
    try:
        found = GRADIENTS[library](text, names, named, kept)
    except Exception as error:
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        return "loud", f"{type(cause).__name__}: {cause}"
    if found is None:
        return ("silent", "not tracked") if right else ("constant", "")
    along = sum(float(np.sum(np.asarray(g) * direction(g))) for g in found.values() if g is not None)
    if abs(along - right) > 1e-4 * abs(right) + 1e-6:
        return "silent", f"the derivative {along:.6g}, not {right:.6g}"
    return "right", ""


def verdicts(library: str, tracked: dict[str, Any], constant: dict[str, Any], calls: list[str]) -> dict[str, Any]:
    """The verdict of each call."""
    importlib.import_module(MODULE[library])  # a library that is not installed would be loud of every call
    names = scipy_names()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {text: verdict(library, text, names, tracked, constant) for text in calls}


if __name__ == "__main__":
    print(json.dumps(verdicts(sys.argv[1], *json.load(sys.stdin))))
