"""The words of compiled programs: which numbers stand for which operations, and how long their rows are.

Convention: a program is a sequence of int64 words. A short row is a code and what it needs; a long row has ``LONG``
words in fixed places, and may follow a nest, which repeats it over up to three more axes:

    code, operation, n, out, its step, a, its step, b, its step, c, its step, and five more of the operation's own
    NEST, three lengths, three steps of out, of a, of b, of c

Addresses and steps count bytes.
"""

from __future__ import annotations

__all__ = [
    "BINARY", "COMPARING", "LONG", "PREDICATES", "TOGETHER", "UNARY", "WHOLE", "WHOLE_UNARY",
]  # fmt: skip

LONG = 16

# What the operations on float64 are, as expressions of x and y. float32 is computed in float64 and rounded: for the
# four basic operations and roots that is exactly what float32 gives, and for others closer to the truth. Of two equal
# numbers the second is the maximum, as processors have it: that shows where they are 0 and -0.
UNARY = {
    "negative": "-x", "absolute": "abs(x)", "square": "x * x", "sqrt": "math.sqrt(x)", "reciprocal": "1.0 / x",
    "exp": "math.exp(x)", "log": "math.log(x)", "tanh": "math.tanh(x)", "sin": "math.sin(x)", "cos": "math.cos(x)",
    "tan": "math.tan(x)", "arcsin": "math.asin(x)", "arccos": "math.acos(x)", "arctan": "math.atan(x)",
    "sinh": "math.sinh(x)", "cosh": "math.cosh(x)", "arcsinh": "math.asinh(x)", "arccosh": "math.acosh(x)",
    "arctanh": "math.atanh(x)", "expm1": "math.expm1(x)", "log1p": "math.log1p(x)", "log2": "np.log2(x)",
    "log10": "math.log10(x)", "exp2": "np.exp2(x)", "cbrt": "np.cbrt(x)", "floor": "np.floor(x)", "ceil": "np.ceil(x)",
    "trunc": "np.trunc(x)", "rint": "np.rint(x)", "sign": "sign(x)", "deg2rad": "x * (math.pi / 180.0)",
    "rad2deg": "x * (180.0 / math.pi)", "fabs": "abs(x)", "positive": "x", "conjugate": "x",
}  # fmt: skip
SAME = {"radians": "deg2rad", "degrees": "rad2deg", "float_power": "power", "true_divide": "divide", "abs": "absolute"}
PREDICATES = {
    "isnan": "x != x", "isinf": "abs(x) == math.inf", "isfinite": "abs(x) < math.inf",
    "signbit": "math.copysign(1.0, x) < 0", "logical_not": "x == 0",
}  # fmt: skip
BINARY = {
    "add": "x + y", "subtract": "x - y", "multiply": "x * y", "divide": "x / y", "power": "math.pow(x, y)",
    "maximum": "x if x > y or x != x else y", "minimum": "x if x < y or x != x else y",
    "fmax": "x if x > y or y != y else y", "fmin": "x if x < y or y != y else y", "arctan2": "math.atan2(x, y)",
    "hypot": "math.hypot(x, y)", "copysign": "math.copysign(x, y)", "logaddexp": "logaddexp(x, y)",
    "logaddexp2": "logaddexp2(x, y)", "floor_divide": "floor_divide(x, y)", "remainder": "remainder(x, y)",
    "fmod": "np.fmod(x, y)", "heaviside": "heaviside(x, y)",
}  # fmt: skip
COMPARING = {
    "less": "x < y", "less_equal": "x <= y", "greater": "x > y", "greater_equal": "x >= y", "equal": "x == y",
    "not_equal": "x != y", "logical_and": "(x != 0) & (y != 0)", "logical_or": "(x != 0) | (y != 0)",
    "logical_xor": "(x != 0) != (y != 0)",
}  # fmt: skip
# And on int64; bool is computed as 0 and 1.
WHOLE_UNARY = {"negative": "-x", "absolute": "abs(x)", "square": "x * x", "invert": "~x", "sign": "(x > 0) - (x < 0)",
               "positive": "x", "conjugate": "x"}  # fmt: skip
WHOLE = {
    "add": "x + y", "subtract": "x - y", "multiply": "x * y", "maximum": "max(x, y)", "minimum": "min(x, y)",
    "floor_divide": "x // y if y != 0 else 0", "remainder": "x % y if y != 0 else 0", "bitwise_and": "x & y",
    "bitwise_or": "x | y", "bitwise_xor": "x ^ y",
}  # fmt: skip
# What reductions and accumulations do with what is there so far and one number more.
TOGETHER = ("add", "multiply", "maximum", "minimum", "fmax", "fmin")

# ---------------------------------------------------------------- short rows: of one float64, and of float64 in a row

ADD, SUBTRACT, MULTIPLY, DIVIDE = range(4)  # out, a, b
COPY, NEGATIVE = 4, 5  # out, a
ONE_UNARY, ONE_BINARY, ONE_COMPARING = 6, 7, 8  # operation, out, a, and b
FILL = 9  # n, out, the number's place
GUARD_BITS, GUARD_TRUTH, GUARD_TRUTH_BYTE = 10, 11, 12  # the number's place, what it must be
GUARD_BYTES = 13  # n, the bytes' place, the place of what they must be
COPIES = 14  # n, out, a
CALL = 15  # see ``inner``: the function, its data, numbers of operands and of sizes, the row's words; and as many again
VECTORS = 16  # + 3 (which of the first four) + (0: both rows, 1: b one number, 2: a one number); n, out, a, b
NEST = 32

# ---------------------------------------------------------------- long rows

UNARY_F8, UNARY_F4, UNARY_I8 = 33, 34, 35
BINARY_F8, BINARY_F4, BINARY_I8, BINARY_U1 = 36, 37, 38, 39
PREDICATE_F8, PREDICATE_F4 = 40, 41
COMPARING_F8, COMPARING_F4, COMPARING_I8, COMPARING_U1 = 42, 43, 44, 45
WHERE_1, WHERE_4, WHERE_8 = 46, 47, 48  # a is the mask
COPY_1, COPY_4, COPY_8 = 49, 50, 51
F8_TO_F4, F8_TO_I8, F8_TO_U1, F4_TO_F8, F4_TO_I8, F4_TO_U1 = 52, 53, 54, 55, 56, 57
I8_TO_F8, I8_TO_F4, I8_TO_U1, U1_TO_F8, U1_TO_F4, U1_TO_I8 = 58, 59, 60, 61, 62, 63
REDUCE_F8, REDUCE_F4, REDUCE_I8 = 64, 65, 66  # b: 1 where what is in out counts too
ACCUMULATE_F8, ACCUMULATE_F4, ACCUMULATE_I8 = 67, 68, 69
ARGUMENT_F8, ARGUMENT_F4, ARGUMENT_I8 = 70, 71, 72  # the operation is 0 for the first maximum, 1 for the first minimum
MATMUL_F8, MATMUL_F4 = 73, 74
# Indices: a number of ``a`` counts along an axis of length c, whose steps are b bytes; out gets the byte places, added
# to what is there where the operation is 1.
PLACES = 75
GATHER, SCATTER = 76, 77  # a: the places, b: a row at each place; so many bytes a row as ``c`` says
SCATTER_ADD_F8, SCATTER_ADD_F4 = 78, 79  # the same, one number a row
WIDEN, NARROW = 83, 84  # to int64 from one of ``memory.SMALL``, which is the operation, and back
DIVIDE_COMPLEX = 85  # complex128
VECTORS_F4 = 86  # to 97: a short row, as ``VECTORS``, of float32
SOLVE, DETERMINANT, CHOLESKY = 80, 81, 82  # see linalg; the operation of SOLVE is 1 for an inverse
