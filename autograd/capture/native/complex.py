"""Complex numbers as pairs of float64: their operations as rows on real and imaginary parts.

Convention: of complex128 alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import codes
from .rows import COMPLEX, FLOAT, TRUTH, Place, Unknown, Writer, part

__all__ = ["NAMES", "elementwise_complex", "pairs"]

MANY = 128  # numbers: NumPy computes more of them faster
ADD, SUBTRACT, MULTIPLY = [list(codes.BINARY).index(name) for name in ("add", "subtract", "multiply")]
HYPOT = list(codes.BINARY).index("hypot")
EQUAL, NOT_EQUAL = [list(codes.COMPARING).index(name) for name in ("equal", "not_equal")]
AND, OR = [list(codes.WHOLE).index(name) for name in ("bitwise_and", "bitwise_or")]


def pairs(x: Place) -> Place:
    """Real and imaginary parts, along one axis more."""
    return Place(x.slot, x.offset, (*x.shape, 2), (*x.strides, 8), FLOAT)


def floats(writer: Writer, operation: int, out: Place, x: Place, y: Place) -> None:
    writer.elementwise(codes.BINARY_F8, operation, out, x, y)


def plus(operation: int) -> Callable[..., None]:
    """Sums and differences."""

    def write(writer: Writer, out: Place, x: Place, y: Place) -> None:
        floats(writer, operation, pairs(out), pairs(x), pairs(y))

    return write


def multiply(writer: Writer, out: Place, x: Place, y: Place) -> None:
    """(a + bi)(c + di) = ac - bd + (ad + bc)i."""
    ac, bd, ad, bc = [writer.fresh(out.shape, FLOAT) for _ in range(4)]
    for product, j, k in ((ac, 0, 0), (bd, 1, 1), (ad, 0, 1), (bc, 1, 0)):
        floats(writer, MULTIPLY, product, part(x, j), part(y, k))
    floats(writer, SUBTRACT, part(out, 0), ac, bd)
    floats(writer, ADD, part(out, 1), ad, bc)


def divide(writer: Writer, out: Place, x: Place, y: Place) -> None:
    writer.elementwise(codes.DIVIDE_COMPLEX, 0, out, x, y)


def square(writer: Writer, out: Place, x: Place) -> None:
    multiply(writer, out, x, x)


def negative(writer: Writer, out: Place, x: Place) -> None:
    floats(writer, MULTIPLY, pairs(out), pairs(x), writer.number(-1.0, FLOAT))


def conjugate(writer: Writer, out: Place, x: Place) -> None:
    writer.copy(part(out, 0), part(x, 0))
    floats(writer, MULTIPLY, part(out, 1), part(x, 1), writer.number(-1.0, FLOAT))


def absolute(writer: Writer, out: Place, x: Place) -> None:
    floats(writer, HYPOT, out, part(x, 0), part(x, 1))


def comparing(each: int, both: int) -> Callable[..., None]:
    """Of both parts, and what is made of the two answers."""

    def write(writer: Writer, out: Place, x: Place, y: Place) -> None:
        answers = [writer.fresh(out.shape, TRUTH) for _ in range(2)]
        for k, answer in enumerate(answers):
            writer.elementwise(codes.COMPARING_F8, each, answer, part(x, k), part(y, k))
        writer.elementwise(codes.BINARY_U1, both, out, *answers)

    return write


NAMES: dict[str, Callable[..., None]] = {
    "add": plus(ADD), "subtract": plus(SUBTRACT), "multiply": multiply, "divide": divide, "square": square,
    "negative": negative, "conjugate": conjugate, "absolute": absolute, "positive": lambda w, out, x: w.copy(out, x),
    "equal": comparing(EQUAL, AND), "not_equal": comparing(NOT_EQUAL, OR),
}  # fmt: skip


def elementwise_complex(writer: Writer, name: str, out: Place, own: Sequence[Place]) -> None:
    """An operation by its name, on complex operands."""
    if out.size > MANY or any(x.dtype != COMPLEX for x in own):
        raise Unknown
    NAMES[name](writer, out, *[wide(x, out.shape) for x in own])


def wide(x: Place, shape: tuple[int, ...]) -> Place:
    """With as many axes as the output."""
    missing = len(shape) - len(x.shape)
    return Place(x.slot, x.offset, (*[1] * missing, *x.shape), (*[0] * missing, *x.strides), x.dtype)
