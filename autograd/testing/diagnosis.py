"""What a wrong derivative looks like: a factor, a sign, a transpose, a missing sum, another element's.

Convention: ``found`` and ``expected`` are arrays of derivatives in the shape of an input, NaN where an element was not
compared. The first pattern that fits all compared elements is told.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..typing import NDArray, Shape

Numbers = NDArray[Any]
CLOSE = 1e-3  # relative to the largest element


def looks_like(found: Numbers, expected: Numbers, input: Numbers | None) -> str:
    """How two arrays of derivatives differ, in words; "" if no pattern fits. ``input`` is that of a gradient."""
    known = np.isfinite(expected)
    if not known.any():
        return ""
    size = float(np.max(np.abs(expected[known])))
    if size and not np.any(found[known]):
        return (
            "It is 0 everywhere: did the computation leave the graph (t.data, detach(), no_grad(), a rule that returns "
            "None, a function declared constant)?"
        )
    if np.isnan(found[known]).any():
        return "It is NaN where the function is smooth: look for 0/0, inf - inf, or 0 times infinity in a rule."
    if np.isinf(found[known]).any():
        return "It is infinite where the slope is finite: look for a division by 0 or an overflow in a rule."

    def same(a: Numbers, b: Numbers) -> bool:
        both = np.isfinite(a) & np.isfinite(b)
        return bool(both.any() and (known <= both).all() and (np.abs(a - b)[known] <= CLOSE * size).all())

    if size and same(found, -expected):
        return "The sign is wrong."
    if np.iscomplexobj(found) and same(np.conj(found), expected):
        return "It is the conjugate: rules of holomorphic functions need none (the gradient is dL/dx - i dL/dy)."
    for text, moved in _moved(found):
        if same(moved, expected) and not same(found, expected):
            return text
    left = "" if input is None else _missing(found, expected, input, size)
    return _factor(found, expected, size) or left or _partly(found, expected, size)


def _moved(found: Numbers) -> list[tuple[str, Numbers]]:
    """Arrays with the elements in other places."""
    moved = []
    if found.ndim >= 2:
        if found.shape[-1] == found.shape[-2]:
            moved.append(("It is the transpose of what it should be.", np.swapaxes(found, -1, -2)))
        turned = np.ravel(found, order="F").reshape(found.shape)
        text = "Its elements are in the order of the transposed array: look at the reshape."
        moved.append((text, turned))
        moved.append((text, np.reshape(np.ravel(found), found.shape, order="F")))
    for axis in range(found.ndim):
        moved.append((f"Axis {axis} is reversed.", np.flip(found, axis)))
        for shift in range(1, min(found.shape[axis], 8)):
            moved.append((f"It is shifted by {shift} along axis {axis}.", np.roll(found, -shift, axis)))
            if shift * 2 < found.shape[axis]:
                moved.append((f"It is shifted by {-shift} along axis {axis}.", np.roll(found, shift, axis)))
    return moved


def _factor(found: Numbers, expected: Numbers, size: float) -> str:
    large = np.isfinite(expected) & (np.abs(expected) > 1e-6 * size)
    if not large.any():
        return ""
    ratios = found[large] / expected[large]
    ratio = ratios.flat[0]
    tight = min(CLOSE, 0.05 * abs(ratio - 1)) * abs(ratio)
    if np.all(np.abs(ratios - ratio) < tight + 1e-12) and abs(ratio - 1) > 1e-12:
        ratio = ratio if abs(ratio.imag) > CLOSE * abs(ratio) else ratio.real
        origin = _origin(ratio)
        if len(ratios) > 1 or origin:  # any number is some factor times another
            return f"It is {ratio:.6g} times what it should be{origin or ': look for a factor'}."
    return ""


def _origin(ratio: complex) -> str:
    """Where a factor may come from."""
    simple = {np.pi: "π", 1 / np.pi: "1/π", np.log(2): "log 2", 1 / np.log(2): "1/log 2", np.log(10): "log 10"}
    simple |= {1 / np.log(10): "1/log 10"} | {float(n): f"{n}" for n in range(2, 1000)}
    simple |= {1 / n: f"1/{n}" for n in range(2, 1000)}
    for number, name in simple.items():
        if abs(abs(ratio) / number - 1) < 1e-6:
            return f" (by a factor of {'-' if np.real(ratio) < 0 else ''}{name})"
    return ": look for a factor" if 0.9 < abs(ratio) < 1.1 else ""


def _missing(found: Numbers, expected: Numbers, x: Numbers, size: float) -> str:
    """Is the difference a simple function of the input, or the same everywhere?"""
    known = np.isfinite(expected) & np.isfinite(found)
    off = (expected - found)[known]
    if len(off) < 3 or np.max(np.abs(off)) <= 1e-9 * size:
        return ""
    terms = {"the same number for every element": np.ones(len(off))}
    if x.shape == found.shape:
        terms |= {"the input x": x[known], "x²": x[known] ** 2}
    for text, term in terms.items():
        if np.all(term == 0) or (text != "the same number for every element" and np.ptp(np.abs(term)) == 0):
            continue
        c = np.vdot(term, off) / np.vdot(term, term)
        if np.all(np.abs(off - c * term) <= CLOSE * np.max(np.abs(off))):
            share = f"{c:.4g} times " if text != "the same number for every element" else f"{c:.4g}, "
            return f"A term is missing: what is left is {share}{text}."
    return ""


def _partly(found: Numbers, expected: Numbers, size: float) -> str:
    known = np.isfinite(expected)
    right = np.abs(found - expected)[known] <= CLOSE * CLOSE * size + 1e-9 * np.abs(expected[known])
    if right.any() and not right.all():
        count = f"{int(right.sum())} of {right.size}"
        return f"Some elements are right ({count}): look at indexing, broadcasting, masks and repeated elements."
    return ""


def misfit(got: Shape, wanted: Shape, what: str) -> str:
    """Why a derivative has the wrong shape, and what to do."""
    text = f"It has shape {got}, and should have that of {what}, {wanted}."
    axes = unsummed(got, wanted)
    if axes is not None:
        lead = tuple(range(len(got) - len(wanted)))
        kept = tuple(a for a in axes if a not in lead)
        fix = f"np.sum(g, axis={kept}, keepdims=True)" if kept else "g"
        fix = fix if not lead else f"np.sum({fix}, axis={lead})"
        return f"{text} The input was broadcast, so its gradient is summed over axes {axes}: write {fix}."
    if sorted(got) == sorted(wanted):
        return f"{text} It looks transposed."
    if int(np.prod(got)) == int(np.prod(wanted)):
        return f"{text} It has the right number of elements: reshape it."
    return text


def unsummed(got: Shape, wanted: Shape) -> tuple[int, ...] | None:
    """The axes that were broadcast and not summed; None if that is not the difference."""
    lead = len(got) - len(wanted)
    if lead < 0:
        return None
    axes = [*range(lead)]
    for axis, (n, m) in enumerate(zip(got[lead:], wanted, strict=True)):
        if n != m:
            if m != 1:
                return None
            axes.append(axis + lead)
    return tuple(axes) or None


def modes_compared(other: bool | None) -> str:
    """What the other mode says: right, wrong, or (None) not checked."""
    return {
        True: "The other mode is right, so the function is right and the rule of this direction is wrong.",
        False: (
            "Both modes are wrong: one rule serves both (elementwise), or a part of the computation left the graph "
            "(detach(), .data), or the rules belong to another function."
        ),
        None: "",
    }[other]
