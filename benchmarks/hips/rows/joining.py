"""Arrays made of arrays: ``array``, ``concatenate``, ``stack`` and their kin."""

import autograd.numpy as np

from ..row import group, real

row, program = group("joining")

row("concatenate", lambda x, y: np.concatenate([x, y**2]), real(3), real(2))
row("concatenate of a tuple", lambda x, y: np.concatenate((x * x, y)), real(3, 2), real(2, 2))
row("concatenate of a generator", lambda x: np.concatenate(x[:k] ** 2 for k in (1, 2, 3)), real(3))
row("stack of a dict's values", lambda x: np.stack({"a": x, "b": x**2}.values()), real(3))
row("hstack and vstack of a map", lambda x: np.vstack(map(np.sin, [x, x])) @ np.hstack(map(np.cos, [x])), real(3))
row("concatenate over an axis", lambda x, y: np.concatenate([x, y**2], axis=1), real(2, 3), real(2, 1))
row("concatenate with an array", lambda x: np.concatenate([np.ones(2), x, x]) ** 2, real(3))
row("vstack", lambda x, y: np.vstack([x, y]) ** 2, real(3), real(2, 3))
row("hstack", lambda x, y: np.hstack((x, y)) ** 2, real(3), real(2))
row("hstack of matrices", lambda x, y: np.hstack([x, y]) ** 2, real(2, 3), real(2, 1))
row("stack", lambda x, y: np.stack([x, y]) ** 2, real(3), real(3))
row("stack over an axis", lambda x, y: np.stack([x, y, x], axis=-1) ** 2, real(2, 3), real(2, 3))
row("column_stack", lambda x, y: np.column_stack([x, y]) ** 2, real(3), real(3))
row("append", lambda x, y: np.append(x, y) ** 2, real(3), real(2))
row("append over an axis", lambda x, y: np.append(x, y, axis=0) ** 2, real(3, 2), real(1, 2))
row("array of elements", lambda x: np.array([x[0] * x[1], np.sin(x[1]), 3.0]), real(2))
row("array of rows", lambda x: np.array([x, x**2, np.ones(3)]), real(3))
row("array of lists", lambda x: np.array([[x[0], x[1]], [-x[1], x[0] ** 2]]), real(2))
row("array of a list comprehension", lambda x: np.array([np.sum(x[:k]) for k in range(1, 5)]) ** 2, real(4))
row("array of numbers", lambda a, b: np.array([[a, b], [b, a * b]]), 0.3, 1.2)
row("array of an array", lambda x: np.array(x) ** 2, real(3))
row("array with a dtype", lambda x: np.array([x[0], 2.0 * x[1]], dtype=float) ** 2, real(2))
row("array of tuples", lambda x: np.array(((x[0], 1.0), (0.0, x[1]))) @ x, real(2))
row("array of 0-d arrays", lambda x: np.array([np.sum(x), np.mean(x), np.max(x)]), lambda g: np.array([3.0, 1.0, 2.0]))
row("a rotation matrix", lambda t: np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]]), 0.4)
row("r_", lambda x: np.r_[x, x**2], real(3))
row("c_", lambda x: np.c_[x, x**2], real(3))
row("a block matrix by hand", lambda x: np.vstack([np.hstack([x, x.T]), np.hstack([x @ x, np.eye(2)])]), real(2, 2))
row("a list appended to", lambda x: _appended(x), real(3))
row("sum of a list", lambda x: np.sum(np.array([x[0], x[1] ** 2, x[2]])) + sum([x[0], x[1]]), real(3))
row("mean of a list", lambda x: np.mean([x[0], x[1] ** 2, x[2]]), real(3))
row("select", lambda x: np.select([x > 1.0, x > 0.0], [x**2, np.sin(x)]), lambda g: np.array([-1.0, 0.5, 2.0]))


def _appended(x):
    out = []
    state = x
    for _ in range(3):
        state = np.tanh(state) + 0.1
        out.append(state)
    return np.concatenate(out)
