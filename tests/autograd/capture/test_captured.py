"""A captured function does what the function does: results, types, and effects on everything that can be reached."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograd import Tensor, Value, grad, no_grad, value_and_grad

from .worlds import Told, World, eager, events, outcome

pytestmark = pytest.mark.usefixtures("without_numba")
WORLDS: dict[str, tuple[World, int, bool]] = {}
X = np.array([0.5, -1.25, 2.0])


def row(programs: int, warns: bool = False) -> Callable[[World], World]:
    """A world, how many programs its functions have in the end, and whether it is warned that one runs eagerly."""

    def note(world: World) -> World:
        WORLDS[world.__name__] = world, programs, warns
        return world

    return note


# ---------------------------------------------------------------- numbers outside that change


@row(1)
def a_number_in_a_closure(captured: Any) -> Iterator[Any]:
    k = 1.0
    f = captured(lambda x: x * k)
    for k in (1.0, 2.0, -3.5, 0.25):
        yield f(X)


@row(1)
def a_counter(captured: Any) -> Iterator[Any]:
    n = 0

    def count(x: Any) -> Any:
        nonlocal n
        n += 1
        return x * n

    f = captured(count)
    for _ in range(5):
        yield f(X), n


@row(1)
def a_rebound_array(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(lambda x: np.sum(w * x))
    for k in range(4):
        w = np.full(3, float(k))
        yield f(X)


@row(3)
def a_rebound_array_of_other_shapes(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(lambda x: np.sum(w * x))
    for n in (3, 1, 3, 1):
        w = np.full(n, float(n))
        yield f(X)
    w = np.ones((2, 3))
    yield f(X)


@row(1)
def an_array_changed_in_place(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(lambda x: np.sum(w * x))
    for _ in range(4):
        w *= 1.5
        yield f(X)


@row(2)
def a_replaced_function(captured: Any) -> Iterator[Any]:
    g: Any = np.sin
    f = captured(lambda x: g(x) + 1)
    for g in (np.sin, np.cos, np.sin, np.cos):
        yield f(X)


@row(1)
def a_list_of_numbers(captured: Any) -> Iterator[Any]:
    ws = [1.0, 2.0]
    f = captured(lambda x: ws[0] * x + ws[1])
    for k in range(4):
        ws[1] = float(k)
        yield f(X)


@row(2)
def a_dict_that_grows(captured: Any) -> Iterator[Any]:
    d = {"a": 1.0}
    f = captured(lambda x: x * sum(d.values()))
    for k in range(3):
        d["a"] = float(k)
        yield f(X)
    d["b"] = 5.0
    yield f(X)
    yield f(X)


@row(2)
def a_flag(captured: Any) -> Iterator[Any]:
    flag = True
    f = captured(lambda x: np.sin(x) if flag else np.cos(x))
    for flag in (True, False, True, False):
        yield f(X)


@row(2)
def a_text(captured: Any) -> Iterator[Any]:
    name = "sin"
    f = captured(lambda x: getattr(np, name)(x))
    for name in ("sin", "cos", "sin"):
        yield f(X)


FACTOR = 1.0


@row(1)
def a_global_number(captured: Any) -> Iterator[Any]:
    global FACTOR
    f = captured(lambda x: x * FACTOR)
    for FACTOR in (1.0, 2.0, 3.0):
        yield f(X)
    FACTOR = 1.0


def helper(x: Any) -> Any:
    return x * FACTOR + OFFSET


OFFSET = np.zeros(3)


@row(1)
def a_helper_that_reads_globals(captured: Any) -> Iterator[Any]:
    global FACTOR
    f = captured(lambda x: helper(x))
    for k in range(3):
        OFFSET[1] = k
        FACTOR = 1.0 + k
        yield f(X)
    FACTOR, OFFSET[1] = 1.0, 0.0


# ---------------------------------------------------------------- objects


class Model:
    shared = 2.0

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.w = np.ones(3)
        self.seen: Any = None

    def predict(self, x: Any) -> Any:
        return self.rate * self.shared * (x @ self.w)

    def learn(self, x: Any) -> Any:
        self.w = self.w - self.rate * x
        self.seen = x.sum()
        return self.w

    def __call__(self, x: Any) -> Any:
        return self.predict(x)


class Slots:
    __slots__ = ("w",)

    def __init__(self) -> None:
        self.w = np.ones(3)

    def step(self, x: Any) -> Any:
        self.w = self.w + x
        return self.w.sum()


@row(1)
def a_bound_method(captured: Any) -> Iterator[Any]:
    m = Model(0.5)
    f = captured(m.predict)
    for k in range(3):
        m.w[0] = k
        yield f(X)
    m.rate = 0.25
    yield f(X)
    m.rate = 0.125
    yield f(X)
    Model.shared = 3.0
    yield f(X)
    Model.shared = 2.0
    yield f(X)


@row(2)
def a_method_that_keeps_attributes(captured: Any) -> Iterator[Any]:
    m = Model(0.5)
    f = captured(m.learn)
    for k in range(4):
        yield f(X * k), m.w, m.seen


@row(1)
def a_callable_object(captured: Any) -> Iterator[Any]:
    m = Model(0.5)
    f = captured(m)
    for k in range(3):
        m.w[:] = k
        yield f(X)


@row(2)
def an_object_as_argument(captured: Any) -> Iterator[Any]:
    a, b = Model(0.5), Model(0.25)
    f = captured(lambda m, x: m.predict(x))
    for m in (a, b, a, b):
        m.w[2] += 1
        yield f(m, X)


@row(1)
def slots(captured: Any) -> Iterator[Any]:
    s = Slots()
    f = captured(s.step)
    for _ in range(3):
        yield f(X), s.w


@row(2)
def a_decorated_method(captured: Any) -> Iterator[Any]:
    class Net:
        def __init__(self, w: float) -> None:
            self.w = np.full(3, w)

        @captured
        def f(self, x: Any) -> Any:
            return x @ self.w

    a, b = Net(1.0), Net(2.0)
    for net in (a, b, a, b):
        yield net.f(X)


@row(1)
def a_partial(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    f = captured(functools.partial(lambda a, b, c: a * b + c, w, c=2.0))
    for k in range(3):
        w[0] = k
        yield f(X)


@row(2)
def defaults(captured: Any) -> Iterator[Any]:
    def f(x: Any, w: Any = np.ones(3), *, p: int = 2) -> Any:  # noqa: B008
        return np.sum(w * x**p)

    g = captured(f)
    yield g(X)
    yield g(X, p=3)
    assert f.__defaults__
    f.__defaults__[0][:] = 4.0
    yield g(X)


# ---------------------------------------------------------------- captured in captured, recursion


@row(2)
def captured_in_captured(captured: Any) -> Iterator[Any]:
    w = 2.0
    inner = captured(lambda x: x * w)
    outer = captured(lambda x: inner(x).sum() + inner(x + 1).sum())
    yield inner(X)
    for w in (2.0, 3.0, 4.0):
        yield outer(X), inner(X)


@row(1)
def recursion(captured: Any) -> Iterator[Any]:
    def power(x: Any, n: int) -> Any:
        return x if n == 0 else power(x, n - 1) * 1.5

    f = captured(lambda x: power(x, 5))
    yield f(X)
    yield f(X + 1)


@row(1)
def a_local_recursive_function(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        def again(y: Any, n: int) -> Any:
            return y if n == 0 else again(np.sin(y) + x, n - 1)

        return again(x, 4)

    g = captured(f)
    yield g(X)
    yield g(X + 1)


# ---------------------------------------------------------------- decisions


@row(2)
def a_branch(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: np.sum(np.sin(x)) if x[0] > 0 else np.sum(x**2))
    for x in np.random.default_rng(0).normal(size=(200, 3)):
        yield f(x)


@row(8)
def branches_in_branches(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        for k in range(3):
            x = x * 2 if x[k] > 0 else x + 1
        return x

    g = captured(f)
    for x in np.random.default_rng(0).normal(size=(100, 3)) - 0.8:
        yield g(x)


@row(16, warns=True)
def more_ways_than_the_limit(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: float(x[0]) * x)
    for k in range(40):
        yield f(X + k % 20)


@row(1)
def an_item_is_a_traced_number(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x[0].item() * x)
    for k in range(40):
        yield f(X + k)


@row(2)
def a_while_loop(captured: Any) -> Iterator[Any]:
    def root(a: float) -> float:
        x = a
        while abs(x * x - a) > 1e-9:
            x = (x + a / x) / 2
        return x

    f = captured(root)
    for a in np.random.default_rng(0).uniform(3.0, 20.0, 200).tolist():
        yield f(a)


@row(2)
def newton_with_line_search(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        return np.sum(np.log(np.cosh(x - 1)))

    def newton(x: Any) -> Any:
        for _ in range(12):
            y, g = value_and_grad(f)(x)
            if np.abs(g).max() < 1e-6:
                break
            direction, t = -g / (1 - np.tanh(x - 1) ** 2), 1.0
            while f(x + t * direction) > y + 1e-4 * t * (g @ direction):
                t *= 0.5
            x = x + t * direction
        return x

    g = captured(newton)
    for x in np.random.default_rng(0).uniform(0.3, 1.7, (100, 2)):
        yield g(x)


def adaptive(f: Any, y: Any, end: float = 0.5, tolerance: float = 1e-3) -> Any:
    """Runge-Kutta 2(1) with steps that keep an estimate of the error below a tolerance."""
    t, h = 0.0, 0.1
    while t < end:
        h = np.minimum(h, end - t)
        k1 = f(y)
        k2 = f(y + h * k1)
        error = np.max(np.abs(h / 2 * (k2 - k1)))
        if error < tolerance:
            y, t = y + h / 2 * (k1 + k2), t + h
        h = h * np.minimum(2.0, np.maximum(0.3, 0.9 * (tolerance / (error + 1e-12)) ** 0.5))
    return np.sum(y)


@row(12)
def an_adaptive_solver(captured: Any) -> Iterator[Any]:
    f = captured(value_and_grad(lambda y: adaptive(lambda u: np.stack([u[1], -np.sin(u[0])]), y)))
    for y in np.random.default_rng(0).normal(size=(60, 2)):
        yield f(y)


@row(3)
def shapes_and_dtypes(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x / x.sum() + 1)
    for x in (X, X + 1, X.astype(np.float32), np.ones((2, 2)), X * 3):
        yield f(x)


@row(2)
def options(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, axis=None, *, keep=False: x.sum(axis=axis, keepdims=keep))
    x = np.arange(6.0).reshape(2, 3)
    for k in range(3):
        yield f(x * k, 1), f(x * k, axis=0, keep=True)


# ---------------------------------------------------------------- random generators


@row(1)
def a_generator_in_a_closure(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    f = captured(lambda x: x + rng.normal(size=3))
    for _ in range(4):
        yield f(X)
    yield rng.random()


@row(1)
def a_generator_as_argument(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    f = captured(lambda x, g: x + g.normal(size=3) * g.random())
    for _ in range(4):
        yield f(X, rng), rng.random()


@row(1)
def a_generator_in_an_attribute(captured: Any) -> Iterator[Any]:
    class Noise:
        def __init__(self) -> None:
            self.rng = np.random.default_rng(0)

        def add(self, x: Any) -> Any:
            return x + self.rng.uniform(-1, 1, x.shape)

    noise = Noise()
    f = captured(noise.add)
    for _ in range(4):
        yield f(X), noise.rng.random()


@row(2)
def a_walk_that_draws_decides_and_draws(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)

    def f(x: Any) -> Any:
        step = rng.normal()
        return x + rng.normal(size=3) if step > 0 else x - rng.random()

    g = captured(f)
    for _ in range(30):
        yield g(X)
    yield rng.random()


# ---------------------------------------------------------------- arguments


@row(1)
def an_argument_changed_in_place(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        x += 1
        x[0] = x[1] * 2
        return x

    g = captured(f)
    x = X.copy()
    for _ in range(3):
        yield g(x) is x, x


@row(1)
def an_argument_whose_decisions_fail_is_as_it_was(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        x *= 2
        return x.sum() if x[0] > 10 else x

    g = captured(f)
    x = X.copy()
    for _ in range(4):
        yield g(x), x


@row(2)
def the_same_array_twice(captured: Any) -> Iterator[Any]:
    def f(x: Any, y: Any) -> Any:
        x += 1
        return x * y

    g = captured(f)
    x = X.copy()
    yield g(x, X.copy()), x
    yield g(x, x), x
    yield g(x, X.copy()), x
    yield g(x, x), x


@row(1)
def views_of_one_array(captured: Any) -> Iterator[Any]:
    def f(x: Any, y: Any) -> Any:
        x += 1
        return x * y

    g = captured(f)
    base = np.arange(5.0)
    yield g(np.ones(3), X), base
    yield g(base[:3], base[2:]), base
    yield g(base[2:], base[:3]), base
    yield g(base[:3], X), base


@row(1)
def read_only_arguments(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        x += 1
        return x.sum()

    g = captured(f)
    yield g(X.copy())
    x = X.copy()
    x.flags.writeable = False
    yield outcome(g, x), x
    yield g(X.copy())


@row(4)
def layouts(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x.sum(), x.T @ x, x + 1))
    a = np.random.default_rng(0).integers(-9, 9, (6, 6)).astype(float)
    for x in (a, np.asfortranarray(a), a[::2, ::-1], a.astype(">f8"), a + 1):
        yield f(x)


@row(2)
def empty_arrays(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x.sum(), x * 2, np.concatenate([x, x])))
    for x in (np.zeros(0), np.zeros((0, 3)), np.zeros(0)):
        yield f(x)


@row(5)
def numbers(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x * 2, x + np.ones(2, np.float32), x > 0))
    for x in (1.5, -2.5, np.float32(1.5), np.float64(2.5), 3, np.float64(-1.0)):
        yield f(x)


class Pair(NamedTuple):
    a: Any
    b: Any


@dataclasses.dataclass
class State:
    w: Any
    n: Any
    name: str = "state"


@row(4)
def nests(captured: Any) -> Iterator[Any]:
    f = captured(lambda s: s)
    g = captured(lambda s: Pair(s["a"].w * 2, {"n": s["a"].n + 1, "c": s.get("c"), "p": s["p"]}))
    for k in range(3):
        s = {"a": State(X * k, float(k)), "p": Pair(1.0 + k, [X, None])}
        yield g(s), f(s) is s
        yield g(s | {"c": k * 2.0}), f(Pair(X, 1.0))


@row(1)
def a_dict_of_parameters_updated(captured: Any) -> Iterator[Any]:
    def step(params: dict[str, Any], x: Any) -> Any:
        for name in params:
            params[name] = params[name] - 0.1 * x
        params["w"] *= 2
        return params

    f = captured(step)
    p = {"w": X.copy(), "b": np.zeros(3)}
    for _ in range(3):
        yield f(p, X) is p, p


@row(0, warns=True)
def a_dict_that_the_function_adds_to(captured: Any) -> Iterator[Any]:
    def f(d: dict[str, Any]) -> Any:
        d[f"y{len(d)}"] = d["x"] * 2
        return d["x"] + 1

    g = captured(f)
    d = {"x": X}
    for _ in range(4):
        yield g(d), d


@row(1)
def a_dataclass_whose_fields_change(captured: Any) -> Iterator[Any]:
    def step(s: State) -> Any:
        s.n = s.n + 1
        s.w = s.w * s.n
        return s.w.sum()

    f = captured(step)
    s = State(X.copy(), 1.0)
    for _ in range(4):
        yield f(s), s


# ---------------------------------------------------------------- results


@row(1)
def results_of_every_kind(captured: Any) -> Iterator[Any]:
    w = np.ones(3)

    def f(x: Any, k: float) -> Any:
        y = x * w
        return [x, k, y, y.sum(), k * 2, None, "text", 7, y[0], y[0].item(), np.where(y[0] > 9, y[1], y[2]),
                y.reshape(1, 3).squeeze(), np.zeros(2), w, np.pi, math.sqrt(2), (y > 0).all(), y.argmax(),
                y.astype(int), [x, (y,)], {}, (), [], np.sum(y, keepdims=True)]  # fmt: skip

    g = captured(f)
    for k in range(3):
        yield g(X + k, 1.0 + k)


@row(1)
def results_that_are_shared(captured: Any) -> Iterator[Any]:
    w = np.ones(3)
    kept = [w]

    def f(x: Any) -> Any:
        y = x * 2
        return x, x[1:], y, y, y[:2], w, kept, w[::2], np.zeros(2)

    g = captured(f)
    for k in range(3):
        x = X + k
        a, b, c, d, e, v, keep, half, zeros = g(x)
        yield (
            a is x,
            np.shares_memory(a, b),
            c is d,
            np.shares_memory(c, e),
            v is w,
            keep is kept,
            np.shares_memory(half, w),
        )
        b[0], e[0], half[0] = 50.0, 60.0, 70.0 + k
        zeros += 1
        yield x, c, w


@row(0, warns=True)
def a_function_that_returns_a_function(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: lambda y: x * y)
    for k in range(4):
        yield f(X + k)(X)


@row(0, warns=True)
def an_iterator_as_result(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (x * k for k in range(3)))
    for k in range(4):
        yield list(f(X * k))


# ---------------------------------------------------------------- effects


@row(0, warns=True)
def a_list_that_is_added_to(captured: Any) -> Iterator[Any]:
    log: list[Any] = []

    def f(x: Any) -> Any:
        log.append(x.sum())
        return x * 2

    g = captured(f)
    for k in range(5):
        yield g(X + k), log


@row(0, warns=True)
def a_deque_and_a_cache(captured: Any) -> Iterator[Any]:
    last: deque[Any] = deque(maxlen=2)
    cache: dict[str, Any] = {}

    def f(x: Any) -> Any:
        last.append(x * 2)
        cache["x"] = [x, {"y": x + 1}]
        return x.sum()

    g = captured(f)
    for k in range(5):
        yield g(X + k), last, cache


@row(1)
def an_array_outside_written_to(captured: Any) -> Iterator[Any]:
    total, history = np.zeros(3), np.zeros((4, 3))[::2]

    def f(x: Any) -> Any:
        total[:] += x
        history[1] = total * 2
        return total.sum() if total[0] < 2 else total.max()

    g = captured(f)
    for _ in range(3):
        yield g(X), total, history
    total[:] = 0
    yield g(X), total, history


@row(1)
def a_buffer_of_the_functions_own(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        buffer, s = np.zeros(3), 0.0
        for k in range(3):
            buffer[:] = k
            s = s + x * buffer
        return s

    g = captured(f)
    yield g(X)
    yield g(X + 1)


@row(1)
def numbers_that_are_replaced(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        t, s = x[0], x.sum()
        u = s
        t += 1.0
        s *= 2
        x[0] = 9.0
        return t, s, u, x

    g = captured(f)
    yield g(X.copy())
    yield g(X + 1)


@row(1)
def nothing_at_all(captured: Any) -> Iterator[Any]:
    f = captured(lambda: None)
    yield f()
    yield f()


# ---------------------------------------------------------------- tensors and Values


@row(2)
def leaves_as_arguments(captured: Any) -> Iterator[Any]:
    def step(w: Any, x: Any) -> Any:
        loss = ((w * x) ** 2).sum()
        loss.backward()
        return loss

    f = captured(step)
    w = Tensor(X, requires_grad=True)
    for k in range(4):
        yield f(w, X + k), w, w.grad
    w.grad = None
    yield f(w, X), w.grad


@row(1)
def plain_tensors(captured: Any) -> Iterator[Any]:
    f = captured(lambda t: (t * 2, t, t.sum()))
    for k in range(3):
        yield f(Tensor(X * k))


@row(1)
def descent(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)

    def step(x: Any) -> Any:
        loss = ((w * x - 1) ** 2).mean()
        loss.backward()
        w.data = w.data - 0.1 * w.grad
        w.grad = None
        return loss.item()

    f = captured(step)
    for _ in range(4):
        yield f(X), w, w.grad


@row(1)
def values(captured: Any) -> Iterator[Any]:
    a, b = Value(1.5), Value(-0.5)

    def step(x: float) -> Any:
        loss = (a * x + b) ** 2 / (a * a + 1)
        loss.backward()
        for p in (a, b):
            p.data = p.data - 0.1 * p.grad
            p.grad = 0.0
        return loss.data

    f = captured(step)
    for k in range(4):
        yield f(0.5 * k), a, b


@row(2)
def without_gradients(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    f = captured(lambda x: (w * x).sum().item())
    for k in range(4):
        with no_grad():
            yield f(X * k)
        yield f(X * k)


@row(1)
def gradients_of_gradients(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: (grad(lambda y: np.sum(np.sin(y) ** 3))(x), grad(grad(lambda t: np.exp(t) * t))(x[0])))
    for k in range(3):
        yield f(X * k)


# ---------------------------------------------------------------- errors


@row(1)
def a_singular_matrix(captured: Any) -> Iterator[Any]:
    done = np.zeros(1)

    def f(a: Any) -> Any:
        done[0] += 1
        return np.linalg.inv(a)

    g = captured(f)
    for a in (np.eye(2), np.ones((2, 2)), np.eye(2) * 2, np.zeros((2, 2)), np.eye(2) * 3):
        yield outcome(g, a), done


@row(1)
def an_error_while_recording(captured: Any) -> Iterator[Any]:
    w = Tensor(X, requires_grad=True)
    count = [0]

    def f(x: Any) -> Any:
        count[0] += 1
        y = (w * x).sum()
        if x[0] > 1:
            raise ValueError("too large")
        return y.item()

    g = captured(f)
    for k in (1.0, 0.0, 1.0, 0.25, 0.25):
        yield outcome(g, X + k), w, count


@row(1)
def dividing_by_zero(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, k: (x / k).sum() + 1 / k)
    for k in (1.0, 2.0, 0.0, 4.0):
        with np.errstate(all="ignore"):
            yield outcome(f, X, k)
    with np.errstate(all="raise"):
        yield outcome(captured(lambda x: x / 0), X)


# ---------------------------------------------------------------- the laws


@pytest.mark.parametrize("name", WORLDS)
def test_captured_equals_eager(name: str) -> None:
    world, programs, warns = WORLDS[name]
    captured = Told()
    expected = events(world, eager)
    assert captured.events(world) == expected
    assert (captured.programs, len(captured.warned) > 0) == (programs, warns), captured.warned


@pytest.mark.parametrize("name", WORLDS)
def test_so_does_a_checked_one(name: str) -> None:
    assert Told(check=True).events(WORLDS[name][0]) == events(WORLDS[name][0], eager)


@pytest.mark.parametrize("name", WORLDS)
def test_so_does_one_without_room(name: str) -> None:
    assert Told(limit=1).events(WORLDS[name][0]) == events(WORLDS[name][0], eager)
