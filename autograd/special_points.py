"""Derivatives at special points, as the engine decides them: the table ``special_points.md``, made from the rows here.

    python -m autograd.special_points          # write autograd/special_points.md
    python -m autograd.special_points --check  # fail if it differs from the rows

Convention: a row is an expression of ``x`` in Python, a point, and the first and second derivative there. The tests
hold tensors, in both modes, and Values to every row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan
from pathlib import Path
from typing import Any

import numpy as np

from .whole_files import write_whole

PAGE = Path(__file__).with_name("special_points.md")

HEAD = """# Derivatives at special points

Made from the rows of `autograd/special_points.py` by `python -m autograd.special_points`. The tests hold tensors, in
forward and reverse mode, and Values to every row. Of a result with several elements the derivative is that of its sum,
`np.sum(expression)`. Where x has several elements, so has the derivative; one number stands for all of them. The second
derivative is the diagonal of the Hessian; where the cell is empty it is left open. On the way to such results NumPy may
warn of divisions by 0 and invalid values.
"""


@dataclass(frozen=True)
class Point:
    """An expression of x, where it is differentiated, and its first and second derivative there.

    ``value``  can a Value stand for x, too?
    """

    expression: str
    at: Any
    first: Any
    second: Any
    value: bool = True

    @property
    def function(self) -> Callable[[Any], Any]:
        made: Callable[[Any], Any] = eval(f"lambda x: {self.expression}", {"np": np})
        return made


POINTS: dict[str, tuple[str, list[Point]]] = {
    "Corners": (
        "At a corner the slope is 0, which lies between the slopes on both sides: a subgradient. A second derivative "
        "does not exist there.",
        [
            Point("np.abs(x)", 0.0, 0.0, nan),
            Point("np.fabs(x)", 0.0, 0.0, nan),
            Point("np.hypot(x, 0)", 0.0, 0.0, nan),
            Point("np.hypot(x[0], x[1])", [0.0, 0.0], [0.0, 0.0], nan, False),
            Point("np.linalg.norm(x)", [0.0, 0.0], [0.0, 0.0], nan, False),
            Point("np.linalg.norm(x, 3)", [0.0, 0.0], [0.0, 0.0], nan, False),
            Point("np.std(x)", [1.0, 1.0], [0.0, 0.0], nan, False),
            Point(
                "np.linalg.norm(x, axis=1)",
                [[0.0, 0.0], [3.0, 4.0]],
                [[0.0, 0.0], [0.6, 0.8]],
                [[nan, nan], [0.128, 0.072]],
                False,
            ),
            Point(
                "np.std(x, axis=1)",
                [[1.0, 1.0], [3.0, 5.0]],
                [[0.0, 0.0], [-0.5, 0.5]],
                [[nan, nan], [0.0, 0.0]],
                False,
            ),
            Point("np.nanstd(x)", [1.0, nan, 1.0], [0.0, 0.0, 0.0], [nan, 0.0, nan], False),
        ],
    ),
    "Choices": (
        "What a function chooses is held fixed: a step counts as flat, also in the second derivative. So the gradients "
        "of networks of ReLUs can be differentiated again, as gradient penalties do. ReLU counts as off at 0, while "
        "`np.maximum(x, 0)` is a tie there. Ties share equally (in max-pooling the first gets all). On a bound of "
        "`clip` the gradient goes to x.",
        [
            Point("x.relu()", 0.0, 0.0, 0.0),
            Point("np.maximum(x, 2.0)", 2.0, 0.5, 0.0),
            Point("np.minimum(x, 2.0)", 2.0, 0.5, 0.0),
            Point("np.maximum(x[0], x[1])", [2.0, 2.0], [0.5, 0.5], 0.0, False),
            Point("np.max(x)", [1.0, 2.0, 2.0], [0.0, 0.5, 0.5], 0.0, False),
            Point("np.min(x)", [1.0, 1.0, 1.0, 1.0], 0.25, 0.0, False),
            Point("x.clip(0.0, 1.0)", 0.0, 1.0, 0.0),
            Point("x.clip(0.0, 1.0)", 1.0, 1.0, 0.0),
            Point("np.sign(x)", 0.0, 0.0, 0.0),
            Point("np.floor(x)", 1.0, 0.0, 0.0),
            Point("np.rint(x)", 0.5, 0.0, 0.0),
        ],
    ),
    "Infinite slopes": (
        "A slope that is infinite is infinite, with the sign that NumPy's arithmetic gives it.",
        [
            Point("np.sqrt(x)", 0.0, inf, -inf),
            Point("np.cbrt(x)", 0.0, inf, nan),
            Point("x ** 0.5", 0.0, inf, -inf),
            Point("x ** 1.5", 0.0, 0.0, inf),
            Point("np.arcsin(x)", 1.0, inf, None),
            Point("np.arcsin(x)", -1.0, inf, None),
            Point("np.arccos(x)", 1.0, -inf, None),
            Point("np.arccosh(x)", 1.0, inf, None),
        ],
    ),
    "Constants": (
        "A power that does not depend on x has derivative 0.",
        [
            Point("x ** 0", 0.0, 0.0, 0.0),
            Point("x ** 0.0", 0.0, 0.0, 0.0),
            Point("0.0 ** x", 2.0, 0.0, 0.0),
        ],
    ),
    "0 · ∞": (
        "Where the chain rule multiplies 0 by an infinite slope there is no number to give: NaN says so. (The norm has "
        "a corner at 0, so that here only the second derivative is NaN.)",
        [
            Point("np.sqrt(x) ** 2", 0.0, nan, nan),
            Point("np.cbrt(x) ** 3", 0.0, nan, nan),
            Point("np.sqrt(np.sum(x**2))", [0.0, 0.0], nan, nan, False),
            Point("np.linalg.norm(x) ** 2", [0.0, 0.0], [0.0, 0.0], nan, False),
        ],
    ),
    "Elements that are not taken": (
        "The derivative of an element that was not taken is exactly 0, even where the inner or the outer function has "
        "an infinite slope or is not defined. This holds through elementwise and linear operations, and products with "
        "constants; line by line through those along an axis (a norm, a variance, a softmax); behind any other (a "
        "solver) a NaN stays NaN.",
        [
            Point("np.where(x > 0, np.log(x), 0)", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.where(x > 0, np.sqrt(x) ** 2, x)", [0.0, 2.0], [1.0, 1.0], 0.0, False),
            Point("np.where(x >= 0, np.sqrt(x) ** 2, 0)", [0.0, 2.0], [nan, 1.0], [nan, 0.0], False),
            Point("np.select([x > 0], [1 / x], x)", [0.0, 2.0], [1.0, -0.25], [0.0, 0.25], False),
            Point("np.sqrt(x)[1:]", [0.0, 4.0], [0.0, 0.25], [0.0, -0.03125], False),
            Point("np.arcsin(x)[[1, 1]]", [3.0, 0.0], [0.0, 2.0], 0.0, False),
            Point("np.log(x)[x > 0]", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.sort(np.log(x))[1:]", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.split(np.log(x), 2)[1]", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.diff(np.sqrt(x))[1:]", [0.0, 4.0, 4.0], [0.0, -0.25, 0.25], [0.0, 0.03125, -0.03125], False),
            Point("np.sum(np.log(x), where=x > 0)", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.mean(np.log(x), where=x > 0)", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.var(np.sqrt(x), where=x > 0)", [0.0, 2.0], 0.0, [0.0, 0.0], False),
            Point("np.max(np.sqrt(x))", [0.0, 4.0], [0.0, 0.25], [0.0, -0.03125], False),
            Point("np.median(np.sqrt(x))", [0.0, 4.0, 9.0], [0.0, 0.25, 0.0], [0.0, -0.03125, 0.0], False),
            Point("np.maximum(np.sqrt(x), 1.0)", 0.0, 0.0, 0.0),
            Point("np.sqrt(np.maximum(x, 0.0))", [-1.0, 4.0], [0.0, 0.25], [0.0, -0.03125], False),
            Point("np.clip(np.log(x), 0, 1)", [0.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.nan_to_num(1 / x)", [0.0, 2.0], [0.0, -0.25], [0.0, 0.25], False),
            Point("np.nansum(np.log(x))", [-1.0, 2.0], [0.0, 0.5], [0.0, -0.25], False),
            Point("np.tril(np.sqrt(x))", [[4.0, 0.0], [4.0, 4.0]], [[0.25, 0.0], [0.25, 0.25]], None, False),
            Point("np.diagonal(np.sqrt(x))", [[4.0, 0.0], [0.0, 4.0]], [[0.25, 0.0], [0.0, 0.25]], None, False),
            Point("np.sqrt(np.concatenate([x, [0.0]]))", [4.0], [0.25], [-0.03125], False),
            Point("(np.sqrt(x) @ np.ones(2))[1]", [[0.0, 4.0], [4.0, 4.0]], [[0.0, 0.0], [0.25, 0.25]], None, False),
            Point(
                "np.linalg.norm(np.sqrt(x), axis=1)[1]",
                [[0.0, 4.0], [0.0, 4.0]],
                [[0.0, 0.0], [nan, 0.25]],
                None,
                False,
            ),
            Point(
                "np.std(np.sqrt(x), axis=1)[1]", [[0.0, 4.0], [1.0, 9.0]], [[0.0, 0.0], [-0.25, 1 / 12]], None, False
            ),
            Point(
                "np.prod(1 / x, axis=1)[1]",
                [[0.0, 4.0], [1.0, 2.0]],
                [[0.0, 0.0], [-0.5, -0.25]],
                [[0.0, 0.0], [1.0, 0.25]],
                False,
            ),
            Point("np.sqrt(np.maximum(x, [-1.0, 4.0]))", [0.0, 4.0], [inf, 0.125], None, False),
        ],
    ),
}


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for title, (text, points) in POINTS.items():
        lines = ["| expression | at x = | first derivative | second derivative |", "|---|---|---|---|"]
        for p in points:
            lines.append(f"| `{p.expression}` | {_shown(p.at)} | {_shown(p.first)} | {_shown(p.second)} |")
        parts.append(f"## {title}\n\n{text}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _shown(x: Any) -> str:
    if x is None:
        return ""
    if isinstance(x, list):
        return f"[{', '.join(map(_shown, x))}]"
    return {inf: "∞", -inf: "-∞"}.get(x, "NaN" if x != x else f"{x:g}")


def main(arguments: list[str]) -> int:
    if "--check" in arguments:
        if PAGE.read_text(encoding="utf-8") != page():
            print(f"{PAGE.name} is not up to date: run python -m autograd.special_points", file=sys.stderr)
            return 1
        return 0
    write_whole(PAGE, page())
    print(f"wrote {PAGE}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
