"""Cases that are one formula: its gradient at a point, as each library's users ask for it.

Convention: a formula is a function of a library's namespace (NumPy itself, ``torch``, ``jax.numpy``,
``autograd.numpy``, ``mygrad``), of x, and of a plain array, the ``buffer``, if there is one. Where a library has other
names, its formula is given by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy

from .judging import CASES, LIBRARIES, Case

Formula = Callable[..., Any]


def formula(
    name: str, story: str, f: Formula, at: Any, right: Any, why: str, *, buffer: Any = None, becomes: Any = None,
    lacks: dict[str, str] | None = None, rtol: float = 1e-6, dtype: Any = float, frames: int = 1, **others: Formula,
) -> None:  # fmt: skip
    """Declare the gradient of a formula at a point; with a ``buffer``, that changes between forward and backward."""
    topic = (sys._getframe(frames).f_globals["__doc__"] or "").partition("\n")[0].rstrip(".")
    x = numpy.array(at, dtype)

    def program(library: str) -> Callable[..., Any]:
        return WAYS[library](others.get(library, f), x, buffer, becomes)

    programs = {library: program(library) for library in LIBRARIES if library not in (lacks or {})}
    CASES.append(Case(name, topic, " ".join(story.split()), right, why, programs, lacks or {}, (), rtol))


def same(at: Any, right: Any, why: str, **options: Any) -> Callable[[Formula], Formula]:
    """Declare a formula of several lines, which all libraries are given as it stands; its docstring is the story."""

    def declare(f: Formula) -> Formula:
        formula(f.__name__, f.__doc__ or "", f, at, right, why, frames=2, **options)
        return f

    return declare


def beside(buffer: Any, becomes: Any) -> tuple[tuple[Any, ...], Callable[[], None]]:
    """What a formula gets besides x, and what happens before the backward pass."""
    if buffer is None:
        return (), lambda: None
    array = numpy.array(buffer)

    def change() -> None:
        array[...] = becomes

    return (array,), change


def chalkgrad(f: Formula, x: Any, *change: Any) -> Callable[..., Any]:
    def program(np: Any, Tensor: Any) -> Any:
        arrays, happens = beside(*change)
        t = Tensor(x, requires_grad=True)
        y = f(np, t, *arrays)
        happens()
        y.backward()
        return t.grad

    return program


def pytorch(f: Formula, x: Any, *change: Any) -> Callable[..., Any]:
    def program(torch: Any) -> Any:
        arrays, happens = beside(*change)
        t = torch.tensor(x, requires_grad=True)
        y = f(torch, t, *map(torch.from_numpy, arrays))
        happens()
        y.backward()
        return t.grad

    return program


def jax(f: Formula, x: Any, *change: Any) -> Callable[..., Any]:
    def program(jax: Any, jnp: Any) -> Any:
        arrays, happens = beside(*change)
        y, pull = jax.vjp(lambda t: f(jnp, t, *arrays), jnp.asarray(x))
        happens()
        return pull(jnp.ones_like(y))[0]

    return program


def hips(f: Formula, x: Any, *change: Any) -> Callable[..., Any]:
    def program(np: Any, make_vjp: Any) -> Any:
        arrays, happens = beside(*change)
        pull, y = make_vjp(lambda t: f(np, t, *arrays))(x)
        happens()
        return pull(np.ones_like(y))

    return program


def mygrad(f: Formula, x: Any, *change: Any) -> Callable[..., Any]:
    def program(mg: Any) -> Any:
        arrays, happens = beside(*change)
        t = mg.tensor(x)
        y = f(mg, t, *arrays)
        happens()
        y.backward()
        return t.grad

    return program


WAYS = {"chalkgrad": chalkgrad, "pytorch": pytorch, "jax": jax, "hips": hips, "mygrad": mygrad}
