"""Programs that make NaN or an infinity, with the words of the error that ``autograd.debug()`` raises; and some whose
infinities are meant.

Convention: ``x`` is a tracked tensor of the numbers given; Values ``v`` and ``w`` hold the first two of them.
"""

from __future__ import annotations

FORWARD: dict[str, tuple[list[float], str, list[str]]] = {
    "log 0": ([1.0, 0.0], "np.log(x)", ["log gave -infinity at [1] (1 of 2 elements)", "x is 0 there", "'x' (2,)"]),
    "log of a negative number": (
        [-1.0, 1.0],
        "np.log(x * 2)",
        ["log gave NaN at [0]", "x is -2 there", "from multiply", "log, multiply"],
    ),
    "0 / 0": ([0.0, 1.0], "x / (x * 3)", ["divide gave NaN at [0]", "a is 0 there", "b is 0 there"]),
    "1 / 0": ([2.0, 0.0], "1 / x", ["divide gave infinity at [1]", "a is 1", "b is 0"]),
    "both": ([1.0, 0.0, -1.0], "np.log(x)", ["NaN and -infinity", "0, -1 there"]),
    "broadcast": ([0.0, 1.0], "np.ones((3, 2)) / x", ["[0, 0], [1, 0], [2, 0] (3 of 6 elements)", "b is 0 there"]),
    "a column": ([0.0, 1.0], "np.log(x[:, None] * np.ones((2, 3)))", ["[0, 0], [0, 1], [0, 2]"]),
    "exp overflows": ([800.0], "np.exp(x)", ["exp gave infinity", "x is 800"]),
    "a sum overflows": ([1e308, 1e308, 1.0], "x.sum()", ["sum gave infinity", "a: [0] is 1e+308, [1] is 1e+308"]),
    "a product of matrices": (
        [1e200, 1.0],
        "np.outer(x, [1.0, 2.0]) @ np.outer([3.0, 4.0], x * 1e200)",
        ["multiply gave infinity"],
    ),
    "one row of a product": (
        [1e200, 1.0],
        "np.diag(x) @ np.array([[1e200, 0.0], [0.0, 1.0]])",
        ["matmul gave infinity at [0, 0]", "[0, 0] is 1e+200"],
    ),
    "inf - inf": ([1.0, 2.0], "(x + np.inf) - np.inf", ["subtract gave NaN"]),
    "NaN in the row of an infinity": (
        [0.0, 0.0],
        "autograd.special.softmax(np.stack([x, x - np.inf]), 1)",
        ["softmax gave NaN at [1, 0], [1, 1]"],
    ),
    "the norm": ([1e200, 1e200], "np.square(x).sum()", ["square gave infinity"]),
    "several results": ([0.0, 1.0], "np.linalg.slogdet(np.outer(x, x))[1]", ["slogdet gave -infinity", "result 1"]),
}

BACKWARD: dict[str, tuple[list[float], str, list[str]]] = {
    "sqrt 0": (
        [4.0, 0.0],
        "np.sqrt(x).sum()",
        ["sqrt' gave infinity as the gradient of 'x' at [1]", "g = 1; y = 0", "'x' (2,)"],
    ),
    "sqrt 0, further up": (
        [0.0],
        "(np.sqrt(x * 2) * 3).sum()",
        ["'sqrt' gave infinity", "g = 3; y = 0", "sqrt, multiply"],
    ),
    "cbrt 0": ([0.0, 1.0], "np.cbrt(x).sum()", ["'cbrt'", "[0]"]),
    "a power": ([0.0, 1.0], "(x ** 0.5).sum()", ["'power'", "infinity"]),
    "arcsin 1": ([1.0], "np.arcsin(x).sum()", ["'arcsin'", "infinity"]),
    "0 times infinity": ([0.0], "(np.sqrt(x) * 0).sum()", ["'sqrt'", "NaN", "g = 0; y = 0"]),
    "the gradient overflows": ([1e-200], "(1 / x * 1e100).sum()", ["'divide'", "infinity"]),
    "a sum of gradients": (
        [0.5],
        "((z := x * 1) * 1e308).sum() + (z * 1e308).sum()",
        ["the parts of the gradient of 'multiply' add up to infinity"],
    ),
    "a sum of gradients of a leaf": (
        [0.5],
        "(x * 1e308).sum() + (x * 1e308).sum()",
        ["the parts of the gradient of 'x' (1,) add up to infinity"],
    ),
}

VALUES: dict[str, tuple[list[float], str, list[str]]] = {
    "overflow": ([1e300, 1e10], "v * w * 2", ["multiply(v = 1e+300, w = 1e+10) is infinity", "from 'v'"]),
    "sqrt 0": ([0.0, 1.0], "(v * w).sqrt()", ["'sqrt' gave infinity", "g = 1", "sqrt, multiply"]),
    "power": ([0.0, 1.0], "v ** 0.5", ["'power' gave infinity"]),
}

MEANT: dict[str, tuple[list[float], str]] = {
    "a mask that is added": ([1.0, 2.0, 3.0], "autograd.special.softmax(x + np.array([0.0, -np.inf, 0.0])).max()"),
    "a mask by where": ([1.0, 2.0, 3.0], "np.exp(np.where(np.array([True, False, True]), x, -np.inf)).sum()"),
    "the largest of a masked row": ([1.0, 2.0], "np.where(np.array([True, False]), x, -np.inf).max()"),
    "NaN that was there": ([1.0, 2.0], "np.nansum(x * np.array([np.nan, 1.0]))"),
    "NaN that passes through sums": ([1.0, 2.0], "np.nan_to_num((x * np.array([np.nan, 1.0])).sum() * 0)"),
    "padded by infinities": ([1.0, 2.0], "np.pad(x, 1, constant_values=-np.inf).max()"),
    "not taken": ([0.0, 4.0], "np.where(np.array([False, True]), np.sqrt(x), 0.0).sum()"),
    "float32": ([0.5, 2.0], "np.tanh(x.astype(np.float32)).sum()"),
}
