"""Values: functions against differences and rules, the engine's promises, and agreement with tensors."""

from __future__ import annotations

import copy
import gc
import inspect
import itertools
import math
import operator
import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd.math as amath
import nn
from autograd import Tensor, Value, no_grad
from autograd.core import recording
from autograd.ops.activation import ACTIVATIONS
from autograd.value import functions
from autograd.value.graph import MAPS
from autograd.value.many import dot, hypot
from autograd.value.many import sum as total
from autograd.value.sweeps import forward

# ---------------------------------------------------------------- one table of functions

ANY, POSITIVE, UNIT, ABOVE_ONE = (-2.0, 2.0), (0.2, 3.0), (-0.9, 0.9), (1.1, 3.0)
EVERYWHERE = (
    "positive conjugate negative absolute fabs sign square cbrt exp exp2 expm1 sin cos arctan sinh cosh tanh arcsinh "
    "deg2rad rad2deg radians degrees floor ceil trunc rint erf erfc"
)
NEAR: dict[str, tuple[float, float]] = {  # where each function of one number is tried
    **dict.fromkeys(EVERYWHERE.split(), ANY),
    **{name: ANY for name, activation in ACTIVATIONS.items() if activation.number},
    **dict.fromkeys(["reciprocal", "sqrt", "log", "log2", "log10", "log1p", "gamma", "lgamma", "polygamma"], POSITIVE),
    **dict.fromkeys(["arcsin", "arccos", "arctanh", "tan"], UNIT),
    "arccosh": ABOVE_ONE,
    "ldexp": ANY,
}
CONSTANTS: dict[str, tuple[Any, ...]] = {"ldexp": (3,), "polygamma": (1,)}
TWO = [
    "add", "subtract", "multiply", "divide", "floor_divide", "power", "remainder", "fmod", "ieee_remainder", "arctan2",
    "hypot", "maximum", "minimum", "fmax", "fmin", "raised", "lowered", "copysign", "logaddexp",
]  # fmt: skip
STEPS = {"floor", "ceil", "trunc", "rint", "floor_divide", "remainder", "fmod", "ieee_remainder"}


def number(x: Any) -> Any:
    return x.number if isinstance(x, Value) else x


def slope(f: Callable[[float], float], x: float, e: float = 1e-6) -> float:
    return (f(x + e) - f(x - e)) / (2 * e)


def close(a: float, b: float, tolerance: float = 1e-6) -> bool:
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance)


def smooth(name: str, f: Callable[[float], float], x: float) -> bool:
    """Is there neither kink nor jump near x?"""
    steps = abs(f(x + 1e-3) - f(x - 1e-3)) < 0.2 if name in STEPS else True
    return steps and min(abs(x), abs(x - 1), abs(x + 1)) > 1e-3


def test_table_is_complete() -> None:
    assert {key.split()[0] for key in MAPS if key.endswith(" one")} == set(NEAR)
    assert {key.split()[0] for key in MAPS if key.endswith(" both")} == set(TWO)
    library = (
        "acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh degrees dist erf erfc exp exp2 expm1 fabs "
        "floor fmod frexp fsum gamma hypot ldexp lgamma log log10 log1p log2 modf pow prod radians remainder sin sinh "
        "sqrt sumprod tan tanh trunc"
    )
    assert set(library.split()) <= set(amath.__all__)


@pytest.mark.parametrize("name", sorted(NEAR))
@given(u=st.floats(0, 1))
def test_functions_of_one(name: str, u: float) -> None:
    low, high = NEAR[name]
    x = low + u * (high - low)
    constants = CONSTANTS.get(name, ())

    def f(t: float) -> float:
        return float(getattr(Value(t), name)(*constants).data)

    v = getattr(Value(x), name)(*constants)
    assert close(number(v.op.slopes(v)[0]), v.slopes[0], 1e-12)  # the rule and the hand-written derivative
    if smooth(name, f, x):
        assert close(v.slopes[0], slope(f, x))
        a = Value(x)
        getattr(a, name)(*constants).backward(create_graph=True)
        first, a.grad = a.grad, None
        if first.op is not None:
            first.backward()
            h = 1e-5
            second = [getattr(Value(x + s), name)(*constants).slopes[0] for s in (h, -h)]
            assert close(a.grad or 0.0, (second[0] - second[1]) / (2 * h), 1e-4)


@pytest.mark.parametrize("name", TWO)
@given(a=st.floats(0.3, 2.0), b=st.floats(0.3, 2.0), flip=st.booleans())
def test_functions_of_two(name: str, a: float, b: float, flip: bool) -> None:
    if flip and name != "power":
        a = -a
    p, q = Value(a), Value(b)
    v = MAPS[f"{name} both"].call(p, q)
    rules = [number(d) for d in v.op.slopes(v)]
    assert np.allclose(rules, v.slopes, rtol=1e-12)
    left, right = MAPS[f"{name} left"].call(p, b), MAPS[f"{name} right"].call(a, q)
    assert (left.data, right.data) == (v.data, v.data)
    assert (*left.slopes, *right.slopes) == v.slopes
    assert np.allclose([number(d) for w in (left, right) for d in w.op.slopes(w)], rules, rtol=1e-12)

    def f(s: float, t: float) -> float:
        return float(MAPS[f"{name} both"].call(Value(s), Value(t)).data)

    if abs(abs(a) - b) > 1e-2 and (name not in STEPS or all(abs(a / b - k / 2) > 1e-2 for k in range(-20, 20))):
        assert close(v.slopes[0], slope(lambda t: f(t, b), a))
        if name not in ("copysign",):
            assert close(v.slopes[1], slope(lambda t: f(a, t), b))


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_sums_and_products_are_single_nodes(numbers: list[float]) -> None:
    xs = [Value(x) for x in numbers]
    ys = [Value(1 + x * x) for x in numbers]
    s, d, r = total(xs), dot(xs, ys), hypot(*ys)
    assert s.inputs == tuple(xs) and d.inputs == (*xs, *ys)
    assert s.data == math.fsum(numbers)
    assert d.slopes == tuple([y.data for y in ys] + numbers)
    assert np.allclose(r.slopes, [y.data / r.data for y in ys])
    mixed = dot(xs, [y.data for y in ys])
    assert mixed.data == d.data and mixed.slopes == tuple(y.data for y in ys)
    assert amath.sumprod(xs, ys) == d and amath.fsum(xs) == s and amath.prod(xs) == math.prod(numbers)


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_sums_and_products_have_two_derivatives(numbers: list[float]) -> None:
    xs = [Value(x) for x in numbers]
    ys = [Value(1 + x * x) for x in numbers]
    s, d = total(xs), dot(xs, ys)
    loss = d * s + hypot(*ys)
    loss.backward(create_graph=True)
    assert np.allclose([x.grad.data for x in xs], [y.data * s.data + d.data for y in ys])
    g = total([x.grad for x in xs])
    for v in (*xs, *ys):
        v.grad = None
    g.backward()
    w = sum(y.data for y in ys)
    assert np.allclose([x.grad for x in xs], [w + len(xs) * y.data for y in ys])


@pytest.mark.parametrize("name", ["sin", "log", "gamma", "floor", "modf", "frexp", "isnan"])
def test_math_of_a_number_is_the_librarys(name: str) -> None:
    assert getattr(amath, name)(1.3) == getattr(math, name)(1.3)


def test_math_of_several_numbers_is_the_librarys() -> None:
    assert amath.log(8, 2) == math.log(8, 2) and amath.hypot(3, 4) == 5 and amath.dist([1, 2], [4, 6]) == 5


def test_math_of_values() -> None:
    x = Value(8.0)
    assert close(amath.log(x, 2).data, 3) and amath.modf(Value(1.5))[0] == 0.5 and amath.frexp(x) == (0.5, 4)
    assert amath.atan2(1.0, Value(1.0)) == math.pi / 4 and amath.dist([x, 0], [5, 4]) == 5
    amath.log(x, 2).backward()
    assert close(x.grad, 1 / (8 * math.log(2)))


CORNERS = (-6.0, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, math.inf, -math.inf)
BOTH = {  # the functions that Values and tensors have
    function: getattr(function, "__name__", "").lstrip("_")
    for function in (*functions.ONE, *functions.TWO)
    if isinstance(function, np.ufunc) or function in {a.function for a in ACTIVATIONS.values()}
}


def slopes_of(f: Callable[..., Any], kind: Any, numbers: Any) -> Any:
    """y and its derivatives by each operand; None where the function of a Value is not defined."""
    operands = [kind(x) for x in numbers]
    try:
        y = f(*operands)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    assert isinstance(y, kind if isinstance(kind, type) else Tensor) and all(y is not x for x in operands)
    if y.requires_grad if isinstance(y, Tensor) else y.op:
        y.backward()
    return [y.item(), *[0.0 if x.grad is None else float(x.grad) for x in operands]]


@pytest.mark.parametrize("function", BOTH, ids=lambda f: f.__name__)
def test_special_points_are_those_of_tensors(function: Any) -> None:
    """By NumPy's function, and by the method of an activation: at corners, bounds and ties."""
    call = function if isinstance(function, np.ufunc) else lambda x: getattr(x, BOTH[function])()
    if function is np.ldexp:
        call = lambda x: np.ldexp(x, 2)  # noqa: E731
    operands = 2 if function in functions.TWO else 1
    tried = 0
    for numbers in itertools.product(CORNERS, repeat=operands):
        value = slopes_of(call, Value, numbers)
        if value is None or not all(map(math.isfinite, numbers if operands == 2 else value[:1])):
            continue
        with np.errstate(all="ignore"):
            tensor = slopes_of(call, lambda x: Tensor(x, requires_grad=True), numbers)
        tried += 1
        np.testing.assert_allclose(value, tensor, rtol=1e-12, atol=1e-15, err_msg=str(numbers))
    assert tried > 2


@pytest.mark.parametrize(
    "bounds", [(0.0, 1.0), (None, 1.0), (0.0, None), (None, None), (1.0, -0.25), (1.0, 1.0), (0, 1)]
)
@pytest.mark.parametrize("x", [-1.0, 0.0, 0.5, 1.0, 2.0])
def test_clip_is_that_of_tensors(x: float, bounds: Any) -> None:
    def clipped(a: Any, *given: Any) -> Any:
        rest = iter(given)
        return a.clip(*[None if b is None else next(rest) for b in bounds])

    def moving(kind: Any) -> Any:
        return slopes_of(clipped, kind, (x, *[b for b in bounds if b is not None]))

    def tracked(a: float) -> Tensor:
        return Tensor(float(a), requires_grad=True)

    assert moving(Value) == moving(tracked)
    for clip in (np.clip, lambda a, low, high: a.clip(low, high)):
        assert slopes_of(lambda a, clip=clip: clip(a, *bounds), Value, (x,)) == moving(tracked)[:2]


def test_numpys_functions_of_values_and_arrays() -> None:
    v = Value(2.0)
    for y in (np.maximum(np.array([1.0, 3.0]), v), np.clip(v, np.array([1.0, 3.0]), 5.0)):
        assert [type(u) for u in y] == [Value, Value] and [u.data for u in y] == [2, 3]
    assert np.isnan(v) == False and np.greater(v, 1) == True  # noqa: E712
    np.sum(np.maximum(np.array([1.0, 3.0]), v)).backward()
    assert v.grad == 1.0
    with pytest.raises(TypeError, match="do not mix"):
        np.maximum(v, Tensor(2.0))


def test_softmax_of_values_is_that_of_tensors() -> None:
    numbers = [0.3, -1.0, 2.0]
    values, t = [Value(x) for x in numbers], Tensor(numbers, requires_grad=True)
    for softmax in (nn.functional.softmax, nn.functional.log_softmax):
        y, z = softmax(values), softmax(t)
        np.testing.assert_allclose([v.data for v in y], z.data)
        y[0].backward()
        z[0].backward()
    np.testing.assert_allclose([v.grad for v in values], t.grad, atol=1e-15)


@pytest.mark.parametrize("x", [1000.0, -1000.0])
def test_sigmoid_and_softplus_do_not_overflow(x: float) -> None:
    assert 0 <= Value(x).sigmoid() <= 1 and Value(x).softplus() >= 0


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        (Value.tanh, "(self) -> 'Value'"),
        (Value.divide, "(a: 'ValueLike', b: 'ValueLike') -> 'Value'"),
        (amath.sin, "(x: 'N', /) -> 'N'"),
    ],
)
def test_methods_that_are_made_show_typed_signatures(method: Callable[..., Any], signature: str) -> None:
    assert str(inspect.signature(method)) == signature


# ---------------------------------------------------------------- both engines on random expressions

UNARY = ["exp", "tanh", "sin", "cos", "arctan", "sigmoid", "softplus", "relu", "gaussian", "gelu", "negative", "square"]
BINARY = [operator.add, operator.sub, operator.mul, lambda a, b: a / (b * b + 1), lambda a, b: a.maximum(b)]
trees = st.recursive(
    st.one_of(st.integers(0, 2), st.floats(-2, 2).map(lambda c: ("constant", c))),
    lambda below: st.one_of(
        st.tuples(st.sampled_from(UNARY), below), st.tuples(st.integers(0, len(BINARY) - 1), below, below)
    ),
    max_leaves=12,
)


def evaluate(tree: Any, leaves: list[Any]) -> Any:
    if isinstance(tree, int):
        return leaves[tree]
    if tree[0] == "constant":
        return leaves[0] * 0 + tree[1]
    if isinstance(tree[0], str):
        x = evaluate(tree[1], leaves).tanh()  # keeps exp of exp of exp within range
        return -x if tree[0] == "negative" else getattr(x, tree[0])()
    return BINARY[tree[0]](evaluate(tree[1], leaves), evaluate(tree[2], leaves))


@given(tree=trees, numbers=st.lists(st.floats(-2, 2), min_size=3, max_size=3), direction=st.integers(0, 2))
def test_both_engines_agree(tree: Any, numbers: list[float], direction: int) -> None:
    values = [Value(x) for x in numbers]
    tensors = [Tensor(x, requires_grad=True) for x in numbers]
    v, t = evaluate(tree, values) * 1.0, evaluate(tree, tensors) * 1.0
    assert close(v.data, t.item(), 1e-12)
    tangent = forward(v, {values[direction]: 1.0})
    assert close(number(forward(v, {values[direction]: 1.0}, create_graph=True)), tangent, 1e-9)
    v.backward(create_graph=True)
    t.backward(create_graph=True)
    gradients = [number(x.grad) for x in values]
    assert np.allclose(gradients, [0 if x.grad is None else x.grad.item() for x in tensors], rtol=1e-9, atol=1e-12)
    assert close(tangent, gradients[direction], 1e-9)
    first_v, first_t = values[direction].grad, tensors[direction].grad
    if isinstance(first_v, Value) and first_v.op is not None and first_t is not None and first_t.requires_grad:
        for x in (*values, *tensors):
            x.grad = None
        first_v.backward()
        first_t.backward()
        second = [0 if x.grad is None else x.grad.item() for x in tensors]
        assert np.allclose([x.grad or 0.0 for x in values], second, rtol=1e-7, atol=1e-9)


# ---------------------------------------------------------------- promises


def test_assigning_data_between_the_passes_changes_nothing() -> None:
    a, b = Value(2.0), Value(3.0)
    y = a * b
    a.data = 100.0
    y.backward(retain_graph=True)
    assert (a.grad, b.grad) == (3.0, 2.0)
    with pytest.raises(RuntimeError, match="assigned after it was computed"):
        y.backward(create_graph=True)
    with pytest.raises(RuntimeError, match="computed Value"):
        y.data = 1.0
    a.data = a.data - 0.1 * a.grad
    assert a == 100.0 - 0.1 * 3.0


WAYS_OUT: dict[str, Callable[[Any], Any]] = {
    "float": float,
    "int": int,
    "complex": complex,
    "math.exp": math.exp,
    "math.sqrt": math.sqrt,
    "Value": Value,
    "an array of floats": lambda v: np.array([v], dtype=float),
}


@pytest.mark.parametrize("name", WAYS_OUT)
def test_no_silent_detach(name: str) -> None:
    with pytest.raises(TypeError, match=r"v\.data|v\.detach"):
        WAYS_OUT[name](Value(1.0))


def test_explicit_ways_out() -> None:
    v = Value(1.0)
    with no_grad():
        assert float(v) == 1.0 and math.exp(v) == math.e and (v + v).is_leaf and v.exp().is_leaf and total([v]).is_leaf
    assert v.item() == v.detach() == 1.0


def test_second_backward_is_defined() -> None:
    a = Value(3.0)
    h = a * a
    y = h * 2
    y.backward(retain_graph=True)
    y.backward()
    assert a.grad == 24.0 and h.grad == 2.0  # leaves accumulate, inner nodes are set anew
    for root in (y, h + 1):
        with pytest.raises(RuntimeError, match="retain_graph=True"):
            root.backward()
    assert h.slopes == (3.0, 3.0)  # kept for drawing
    a.grad = None
    (a * 2).backward()
    assert a.grad == 2.0


def test_gradient_given_and_root_leaf() -> None:
    a = Value(3.0)
    (a * a).backward(0.5)
    a.backward()
    assert a.grad == 4.0


MISTAKES: dict[str, tuple[Callable[[Any], Any], type[Exception], str]] = {
    "log of a negative number": (lambda v: v.log(), ValueError, r"log\(x = -2.0\)"),
    "root of a negative number": (lambda v: v.sqrt(), ValueError, r"sqrt\(x = -2.0\)"),
    "division by 0": (lambda v: 1 / (v + 2), ZeroDivisionError, r"divide\(1, 0.0\)"),
    "a power that is not real": (lambda v: v**0.5, ValueError, r"power\(x = -2.0, 0.5\)"),
    "overflow": (lambda v: (v * -1000).exp(), OverflowError, r"exp\(2000.0\)"),
    "text as operand": (lambda v: v + "1", TypeError, "not str"),
    "a complex operand": (lambda v: v * 1j, TypeError, "Tensor"),
    "None as operand": (lambda v: v + None, TypeError, "return nothing"),
    "a Value of a list": (lambda v: Value([1.0]), TypeError, "not list"),
    "a Value of an array": (lambda v: Value(np.ones(2)), TypeError, "np.array"),
    "a Value as parameter": (lambda v: v.leaky_relu(v), TypeError, "no derivative"),
    "dot of different lengths": (lambda v: dot([v], [v, v]), ValueError, "as many"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_errors_teach(name: str) -> None:
    act, error, words = MISTAKES[name]
    with pytest.raises(error, match=words):
        act(Value(-2.0, label="x"))


def test_values_and_tensors_do_not_mix() -> None:
    with pytest.raises(TypeError):
        Value(1.0) + Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError):
        Tensor([1.0, 2.0], requires_grad=True) * Value(1.0)


@pytest.mark.parametrize("one", [1, True, np.float32(1), np.int64(1), np.bool_(True)], ids=lambda x: type(x).__name__)
def test_operands_may_be_numbers_of_any_type(one: Any) -> None:
    assert Value(one).data.__class__ is float
    for y in (Value(2.0) + one, one + Value(2.0), Value(2.0) - one, one * Value(2.0), one / Value(2.0)):
        assert isinstance(y, Value)


def test_comparisons_and_text() -> None:
    v = Value(2.0)
    v += 1
    v *= 2
    assert v == 6 and v == 6 and v > 5 and v <= 7 and v != 5 and bool(v) and not Value(0)
    assert f"{v:.3f}" == "6.000" and repr(Value(2, label="a")) == "Value(data=2.0, grad=0.0, label='a')"


def test_pythons_other_operators() -> None:
    assert (7 % Value(4.0), Value(7.0) // 2, 2 ** Value(3.0), abs(Value(-1.0)), round(Value(2.6))) == (3, 3, 8, 1, 3)
    assert isinstance(math.floor(Value(1.5)), Value)


def test_matrices_of_values() -> None:
    W = np.array([[Value(1.0), Value(2.0)], [Value(-1.0), Value(0.5)]])
    x = np.array([Value(0.3), Value(-0.4)])
    y = np.tanh(W @ x)
    np.sum(y * np.array([1.0, 2.0])).backward()
    t, u = Tensor([[1.0, 2.0], [-1.0, 0.5]], requires_grad=True), Tensor([0.3, -0.4], requires_grad=True)
    np.sum(np.tanh(t @ u) * np.array([1.0, 2.0])).backward()
    assert np.allclose(np.vectorize(lambda v: v.grad)(W), t.grad) and np.allclose([v.grad for v in x], u.grad)


@pytest.mark.parametrize(
    "f",
    [np.exp, np.arctan, np.cbrt, np.log1p, np.square, np.floor, np.fabs, np.degrees, np.absolute, np.negative],
    ids=lambda f: f.__name__,
)
def test_numpys_functions_of_a_value(f: Any) -> None:
    assert isinstance(f(Value(0.5)), Value) and f(Value(0.5)).data == pytest.approx(f(0.5))


@pytest.mark.parametrize("f", [np.arctan2, np.hypot, np.fmod, np.power, np.remainder], ids=lambda f: f.__name__)
def test_numpys_functions_of_two_values(f: Any) -> None:
    assert f(Value(0.5), Value(0.3)).data == pytest.approx(f(0.5, 0.3))


def test_products_with_arrays_and_scalars_of_numpy() -> None:
    assert isinstance(np.array([1.0, 2.0]) * Value(2.0), np.ndarray) and isinstance(np.float64(2) * Value(2.0), Value)


# ---------------------------------------------------------------- depth, memory, copies


def chain(n: int) -> tuple[Value, Value]:
    x = Value(1.0)
    y = x
    for _ in range(n):
        y = y + 1e-9
    return x, y


def test_a_long_row_in_both_directions() -> None:
    """Without recursion; ``tests/robustness/test_size.py`` has a million in a row."""
    x, y = chain(100_000)
    y.backward(retain_graph=True)
    assert x.grad == 1.0 and forward(y, {x: 2.0}) == 2.0
    del y


def test_no_reference_cycles() -> None:
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        for _ in range(20):
            x = Value(1.0)
            y = total([(x * x).tanh() / 3, dot([x, x], [2.0, x]), hypot(x, x)])
            y.backward()
            del x, y
        assert len(gc.get_objects()) - before < 20
    finally:
        gc.enable()


@pytest.mark.parametrize("again", [lambda v: pickle.loads(pickle.dumps(v)), copy.deepcopy], ids=["pickle", "deepcopy"])
def test_copies_and_pickles_keep_the_graph(again: Any) -> None:
    x, w = Value(2.0, label="x"), Value(3.0)
    y = total([x * w, x.leaky_relu(0.1), dot([x, w], [w, x]), 2 - x])
    a, z = again([x, y])
    assert a.label == "x" and z.data == y.data
    z.backward(create_graph=True)
    assert a.grad.data == 3 + 1 + 6 - 1
    assert x.grad == 0.0


def test_deep_graphs_are_pickled_and_copied_without_recursion() -> None:
    deep = pickle.loads(pickle.dumps(chain(20_000)[1]))
    assert len(copy.deepcopy(deep).inputs) == 1


def test_a_copy_of_a_swept_graph_is_swept() -> None:
    swept = Value(2.0) * Value(3.0)
    swept.backward()
    with pytest.raises(RuntimeError, match="retain_graph"):
        copy.copy(swept).backward()


def test_threads_share_parameters() -> None:
    w = Value(1.0)

    def work() -> None:
        for _ in range(200):
            (w * 2 + w).backward()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert w.grad == 4 * 200 * 3


def test_an_error_in_a_sweep_leaves_the_graph_whole() -> None:
    x = Value(2.0)
    y = x * x + x.exp()
    x.data = 5.0
    with pytest.raises(RuntimeError):
        y.backward(create_graph=True)
    x.data = 2.0
    x.grad = None
    y.backward()
    assert x.grad == pytest.approx(4 + math.exp(2))
    assert recording.on


def test_copies_of_a_subclass_with_its_own_constructor_are_values() -> None:
    class Own(Value):
        def __init__(self, x: float, unit: str) -> None:
            super().__init__(x)

    v = Own(2.0, "m")
    for other in (copy.copy(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v)), v.detach()):
        assert type(other) is Value and other.data == 2.0
