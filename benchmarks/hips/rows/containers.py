"""Arguments that are lists, tuples and dicts, and what ``autograd.builtins`` makes of them."""

from collections import OrderedDict

import autograd.numpy as np
from autograd import grad, make_jvp, make_vjp, value_and_grad
from autograd.builtins import dict as adict
from autograd.builtins import isinstance as aisinstance
from autograd.builtins import list as alist
from autograd.builtins import tuple as atuple
from autograd.builtins import type as atype

from ..row import group

row, program = group("containers")
A, B = np.array([0.5, -1.0, 2.0]), np.array([[1.0, 2.0, 3.0], [0.5, -0.5, 1.5]])


def of(f, x, right):
    """The gradient of f at x: the form of x, with ``right`` in its place."""
    return lambda: grad(f)(x), right


program("a tuple", *of(lambda p: np.sum(p[0] ** 2) * p[1], (A, 3.0), (6 * A, 5.25)))
program("a list", *of(lambda p: np.sum(p[0] ** 2) * p[1], [A, 3.0], [6 * A, 5.25]))
program("a dict", *of(lambda p: np.sum(p["a"] ** 2) * p["b"], {"a": A, "b": 3.0}, {"a": 6 * A, "b": 5.25}))
program(
    "a nest",
    *of(
        lambda p: np.sum(np.dot(p["w"][0][0], A) + p["w"][0][1]) * p["s"],
        {"w": [(B, np.ones(2))], "s": 2.0},
        {"w": [(np.stack([2 * A, 2 * A]), 2 * np.ones(2))], "s": 10.25},
    ),
)
program("a list by iteration", *of(lambda p: sum(np.sum(x**2) for x in p), [A, B], [2 * A, 2 * B]))
program("a tuple unpacked", *of(lambda p: (lambda a, b: np.sum(a * b))(*p), (A, 2.0 * A), (2.0 * A, A)))
program("a list with zip", *of(lambda p: sum(np.sum(x * y) for x, y in zip(p, [A, B], strict=True)), [A, B], [A, B]))
program(
    "a list's length and slice", *of(lambda p: np.sum(p[-1]) * len(p[1:]), [A, A, A], [0 * A, 0 * A, np.full(3, 2.0)])
)
program("an empty list beside", *of(lambda p: np.sum(p[0] ** 2), [A, []], [2 * A, []]))
program(
    "a dict's keys",
    *of(lambda p: sum(np.sum(p[k]) for k in p), {"a": A, "b": B}, {"a": np.ones(3), "b": np.ones((2, 3))}),
)
program(
    "a dict's values", *of(lambda p: sum(np.sum(v**2) for v in p.values()), {"a": A, "b": B}, {"a": 2 * A, "b": 2 * B})
)
program(
    "a dict's items", *of(lambda p: sum(np.sum(v**2) for _, v in p.items()), {"a": A, "b": B}, {"a": 2 * A, "b": 2 * B})
)
program("a dict's get", *of(lambda p: np.sum(p.get("a", 0.0)) + p.get("z", 1.0), {"a": A}, {"a": np.ones(3)}))
program("in a dict", *of(lambda p: np.sum(p["a"]) * (2.0 if "a" in p else 1.0), {"a": A}, {"a": np.full(3, 2.0)}))
program(
    "value_and_grad of a dict", lambda: value_and_grad(lambda p: np.sum(p["a"]))({"a": A}), (1.5, {"a": np.ones(3)})
)
program("a list added to", *of(lambda p: sum(np.sum(x) for x in p + [A]), [A, A], [np.ones(3), np.ones(3)]))  # noqa: RUF005
program(
    "two arguments that are lists",
    lambda: grad(lambda p, q: np.sum(p[0] * q[1]), (0, 1))([A], [B, 2.0]),
    ([np.full(3, 2.0)], [0 * B, 1.5]),
)
program("make_vjp of a tuple", lambda: make_vjp(lambda x: atuple((x, 2.0 * x)))(A)[0]((A, A)), 3 * A)
program("make_vjp of a list", lambda: make_vjp(lambda x: alist([x, 2.0 * x]))(A)[0]([A, A]), 3 * A)
program("make_vjp of a dict", lambda: make_vjp(lambda x: adict(a=x, b=2.0 * x))(A)[0]({"a": A, "b": A}), 3 * A)
program("make_jvp of a tuple", lambda: make_jvp(lambda x: atuple((x, 2.0 * x)))(A)(A)[1], (A, 2 * A))
program("make_jvp by a list", lambda: make_jvp(lambda p: p[0] * p[1])([A, A])([A, 0 * A])[1], A * A)
program(
    "second derivatives by a list",
    lambda: grad(lambda p: np.sum(grad(lambda q: np.sum(q[0] ** 3))(p)[0]))([A])[0],
    6 * A,
)
program(
    "isinstance of builtins", lambda: grad(lambda p: np.sum(p[0]) if aisinstance(p, list) else 0.0)([A]), [np.ones(3)]
)
program(
    "isinstance of a tuple",
    lambda: grad(lambda p: np.sum(p[0]) if aisinstance(p, atuple) else 0.0)((A,)),
    (np.ones(3),),
)
program(
    "type of builtins", lambda: grad(lambda p: np.sum(p["a"]) if atype(p) is dict else 0.0)({"a": A}), {"a": np.ones(3)}
)
program(
    "isinstance of an array",
    lambda: grad(lambda x: np.sum(x) if aisinstance(x, np.ndarray) else 0.0 * x)(A),
    np.ones(3),
)
program(
    "an OrderedDict made of gradients",
    lambda: OrderedDict(grad(lambda p: np.sum(p["a"] * p["b"]))({"a": A, "b": A})),
    {"a": A, "b": A},
)
