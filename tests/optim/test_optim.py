"""Optimizers move tensors and Values by the published formulas, in place only where no one can see it."""

from __future__ import annotations

import inspect
import json
import warnings
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import pytest

import nn
import optim
import optim.mistakes
import optim.optimizer
from autograd import Tensor, Value, no_grad
from optim import SGD, Adam
from optim.options import NotNegative, Options, Params

from ..reference import load
from ..tables.optimizers import CALLS, KEPT, LBFGS_ROWS, ROWS, STEPS, Row, expected, gradient, valley

Scale = Literal["sign", "plain"] | None

STORED = load("optimizers")
every_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


def tensors(row: Row, order: Any = "C") -> dict[str, Tensor]:
    return {name: Tensor(np.array(x, order=order), requires_grad=True) for name, x in row.starts.items()}


def walk(
    optimizer: Any, named: dict[str, Tensor], steps: range, each: Callable[[], Any] = lambda: None
) -> dict[str, Any]:
    """Take the steps; the positions after each, by name. ``each`` is called before each step."""
    path: dict[str, list[Any]] = {name: [] for name in named}
    for t in steps:
        for p in named.values():
            p.grad = np.conj(gradient(p.data, t))
        held = each()
        optimizer.step()
        del held
        for name, p in named.items():
            path[name].append(p.data.copy())
    return {name: np.stack(xs) for name, xs in path.items()}


def make(row: Row, params: Any) -> Any:
    return getattr(optim, row.kind)(params, **row.options)


def path(row: Row, order: Any = "C") -> dict[str, Any]:
    """The positions after each of all steps."""
    named = tensors(row, order)
    return walk(make(row, named.values()), named, range(STEPS))


def leaf(*shape: int) -> Tensor:
    return Tensor(np.ones(shape), requires_grad=True)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in one)


@every_row
def test_tensors_move_as_pytorch_moves_them(row: Row) -> None:
    ours = path(row)
    for name, numbers in expected(row, STORED).items():
        np.testing.assert_allclose(ours[name][KEPT], numbers, rtol=1e-9, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind != "Muon"], ids=lambda row: row.name)
def test_values_move_as_tensors_do(row: Row) -> None:
    start = row.starts["matrix"]
    values = [Value(x) for x in start.reshape(-1)]
    optimizer = make(row, values)
    positions = []
    for t in range(STEPS):
        g = gradient(np.array([v.data for v in values]).reshape(start.shape), t)
        for v, d in zip(values, g.reshape(-1), strict=True):
            v.grad = float(d)
        optimizer.step()
        positions.append([v.data for v in values])
    assert {type(v.data) for v in values} == {float}
    numbers = expected(row, STORED)["matrix"].reshape(len(KEPT), -1)
    np.testing.assert_allclose(np.array(positions)[KEPT], numbers, rtol=1e-9, atol=1e-12)


@every_row
def test_steps_are_in_place(row: Row) -> None:
    named = tensors(row)
    arrays = [id(p._array) for p in named.values()]
    walk(make(row, named.values()), named, range(STEPS))
    assert [id(p._array) for p in named.values()] == arrays


@every_row
def test_steps_are_the_same_while_someone_holds_the_arrays(row: Row) -> None:
    named = tensors(row)
    held = walk(make(row, named.values()), named, range(STEPS), lambda: [p.data for p in named.values()])
    assert same(held, path(row))


@every_row
def test_steps_are_the_same_in_blocks(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = path(row)
    named = tensors(row)
    optimizer = make(row, named.values())
    monkeypatch.setattr(optim.optimizer, "BLOCK", 3)
    first = walk(optimizer, named, range(7))  # the size of a block may change between steps
    monkeypatch.setattr(optim.optimizer, "BLOCK", 4)
    rest = walk(optimizer, named, range(7, STEPS))
    assert same({name: np.concatenate([first[name], rest[name]]) for name in whole}, whole)


@every_row
def test_steps_are_the_same_in_any_layout(row: Row) -> None:
    fortran, c = path(row, "F"), path(row)
    for name in c:  # Muon's matrix products sum in another order
        np.testing.assert_allclose(fortran[name], c[name], rtol=1e-9 if row.kind == "Muon" else 0)


@every_row
def test_resumes_from_its_state_bitwise(row: Row) -> None:
    named = tensors(row)
    optimizer = make(row, named.values())
    walk(optimizer, named, range(9))
    state = optimizer.state_dict()
    middle = {name: Tensor(p.data, requires_grad=True) for name, p in named.items()}
    whole = walk(optimizer, named, range(9, STEPS))
    again = getattr(optim, row.kind)(middle.values(), lr=123.0)
    again.load_state_dict(state)
    assert same(walk(again, middle, range(9, STEPS)), whole)
    assert same(
        {str(k): v for kept in again.state_dict()["state"].values() for k, v in kept.items()},
        {str(k): v for kept in optimizer.state_dict()["state"].values() for k, v in kept.items()},
    )


@pytest.mark.parametrize("resumed", [False, True], ids=["one optimizer", "resumed after each step"])
@pytest.mark.parametrize("row", LBFGS_ROWS, ids=lambda row: row.name)
def test_lbfgs_moves_as_pytorchs(row: Row, resumed: bool) -> None:
    p = Tensor(np.linspace(-1.5, 1.2, 4).reshape(2, 2), requires_grad=True)
    values = [Value(0.5), Value(0.5)]
    params = [p, *values]
    lbfgs = optim.LBFGS(params, **row.options)

    def closure() -> float:
        x = np.array([*p.data.reshape(-1), *(v.data for v in values)])
        f, g = valley(x)
        p.grad = g[:4].reshape(2, 2)
        values[0].grad, values[1].grad = g[4:].tolist()
        return f

    for k in range(CALLS):
        lbfgs.step(closure)
        x = np.array([*p.data.reshape(-1), *(v.data for v in values)])
        np.testing.assert_allclose(x, STORED[row.name][k], rtol=1e-5, atol=1e-7, err_msg=str(k))
        if resumed:
            state = lbfgs.state_dict()
            lbfgs = optim.LBFGS(params)
            lbfgs.load_state_dict(state)


def test_lbfgs_returns_the_loss_before_its_steps_and_counts_the_calls_of_the_closure() -> None:
    v, losses = Value(3.0), list[float]()
    lbfgs = optim.LBFGS([v], lr=0.1, max_iter=4)

    def closure() -> float:
        v.grad = 2 * v.data
        losses.append(v.data**2)
        return losses[-1]

    assert lbfgs.step(closure) == 9
    assert len(losses) == 4  # one before each step: nobody needs the loss behind the last one
    assert lbfgs.state_dict()["state"][0]["func_evals"] == 4


def test_lbfgs_stays_where_the_loss_would_hardly_fall() -> None:
    for tolerance, moves in ((37.0, False), (35.0, True)):
        v = Value(3.0)

        def closure(v: Value = v) -> float:
            v.grad = 2 * v.data
            return v.data**2

        optim.LBFGS([v], tolerance_change=tolerance).step(closure)
        assert (v.data != 3) == moves  # along -g the slope is -36


def mixed_lbfgs() -> tuple[optim.LBFGS, Callable[[], float], Tensor, Value, nn.Parameter]:
    """An optimizer of a complex tensor, a Value and a module's parameter, with the closure of their loss."""
    z, v, p = Tensor(np.array([1 + 2j]), requires_grad=True), Value(1.0), nn.Parameter([1.0])
    lbfgs = optim.LBFGS([z, v, p], line_search_fn="strong_wolfe")

    def closure() -> float:
        lbfgs.zero_grad()
        loss = np.sum(np.abs(z - (2 - 1j)) ** 2) + np.sum((p - 3.0) ** 2)
        loss.backward()
        (other := (v - 2.0) ** 4).backward()
        return float(loss.item() + other.data)

    return lbfgs, closure, z, v, p


def test_lbfgs_takes_gradients_of_the_engine_even_without_recording() -> None:
    lbfgs, closure, z, v, p = mixed_lbfgs()
    p.requires_grad = False
    with no_grad():
        lbfgs.step(closure)
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-2)
    assert v.data == pytest.approx(2, abs=0.1)


def test_lbfgs_leaves_a_frozen_parameter_until_it_is_unfrozen() -> None:
    lbfgs, closure, _, _, p = mixed_lbfgs()
    p.requires_grad = False
    lbfgs.step(closure)
    assert p.item() == 1
    p.requires_grad = True
    lbfgs.step(closure)
    assert p.item() == pytest.approx(3, abs=1e-2)


def test_mistakes_are_looked_for_in_the_first_steps_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    firsts = []
    monkeypatch.setattr(optim.mistakes, "look", lambda name, groups, first: firsts.append(first))
    p = Tensor([1.0], requires_grad=True)
    sgd = SGD([p])
    for _ in range(optim.mistakes.STEPS + 3):
        p.grad = np.ones(1)
        sgd.step()
    assert firsts == [True] + [False] * (optim.mistakes.STEPS - 1)


def test_every_optimizer_and_option_has_a_row() -> None:
    kinds = {
        name
        for name in optim.__all__
        if isinstance(kind := getattr(optim, name), type) and issubclass(kind, optim.Optimizer)
    }
    every = ROWS + LBFGS_ROWS
    rows = {row.kind: set[str]() for row in every}
    for row in every:
        rows[row.kind] |= set(row.options)
    assert kinds - {"Optimizer"} == set(rows)
    for kind, options in rows.items():
        p = Tensor(np.ones((2, 2)), requires_grad=True)
        assert options == set(getattr(optim, kind)([p]).defaults), kind


@pytest.mark.parametrize("name", [name for name in optim.__all__ if isinstance(getattr(optim, name), type)])
def test_a_docstring_names_every_argument(name: str) -> None:
    kind = getattr(optim, name)
    assert [argument for argument in inspect.signature(kind).parameters if f"``{argument}``" not in kind.__doc__] == []


# ------------------------------------------------ groups


def test_groups_have_options_of_their_own() -> None:
    p, q, r = (Value(1.0) for _ in range(3))
    sgd = SGD([{"params": [p]}, {"params": q, "lr": 0.1}], lr=0.5)
    sgd.add_param_group({"params": [r], "weight_decay": 1.0, "name": "decayed"})
    for v in (p, q, r):
        v.grad = 1.0
    sgd.step()
    assert [p.data, q.data, r.data] == [0.5, 0.9, 0.0]
    assert "decayed" in repr(sgd)


@pytest.mark.parametrize("number", [Tensor(0.5), Tensor([0.5]), Value(0.5)], ids=["()", "(1,)", "Value"])
def test_an_option_may_be_a_tensor_with_one_number(number: Any) -> None:
    p = leaf(2)
    adam = optim.Adam([{"params": [p], "eps": number}], lr=number, betas=(number, 0.9))
    (options,) = adam.state_dict()["param_groups"]
    assert {type(options[name]) for name in ("lr", "eps")} == {float}
    assert (options["lr"], options["eps"], options["betas"]) == (0.5, 0.5, (0.5, 0.9))
    adam.lr = number
    assert type(adam.param_groups[0]["lr"]) is float


def test_lr_is_the_rate_of_all_groups() -> None:
    sgd = SGD([{"params": Value(1.0)}, {"params": Value(1.0), "lr": 0.1}], lr=0.5)
    with pytest.raises(ValueError, match=r"0\.1, 0\.5"):
        _ = sgd.lr
    sgd.lr = 0.25
    assert sgd.lr == 0.25 == sgd.param_groups[1]["lr"]


# ------------------------------------------------ an optimizer of your own


class SignDescent(optim.Optimizer):
    """Its options stand in its constructor alone."""

    def __init__(self, params: Params, lr: NotNegative, decay: NotNegative = 0.0, scale: Scale = "sign") -> None:
        super().__init__(params, locals())

    @staticmethod
    def rule(t: int, x: Any, g: Any, o: Options) -> tuple[Any]:
        x *= 1 - o.decay
        x -= o.lr * (np.sign(g) if o.scale == "sign" else g)
        return (x,)


class SignDescentByName(optim.Optimizer):
    """The options by name, in a dict and as arguments of the rule."""

    def __init__(self, params: Any, lr: float) -> None:
        super().__init__(params, {"lr": lr})

    @staticmethod
    def rule(t: int, x: Any, g: Any, *, lr: float) -> tuple[Any]:
        x -= lr * np.sign(g)
        return (x,)


class Slower(SignDescent):
    def __init__(self, params: Params, decay: float = 0.0) -> None:
        super().__init__(params, 0.25, decay)


@pytest.mark.parametrize("kind", [SignDescent, SignDescentByName])
def test_a_rule_is_all_that_an_optimizer_needs(kind: Any) -> None:
    p, v = Tensor([1.0, 2.0], requires_grad=True), Value(3.0)
    p.grad, v.grad = np.array([5.0, -5.0]), 0.1
    kind([p, v], lr=0.5).step()
    assert (p.tolist(), v.data) == ([0.5, 2.5], 2.5)


def test_the_options_are_the_arguments_of_the_constructor() -> None:
    assert SignDescent([leaf(1)], 0.5).defaults == {"lr": 0.5, "decay": 0.0, "scale": "sign"}
    assert Slower([leaf(1)]).defaults == {"lr": 0.25, "decay": 0.0, "scale": "sign"}


@pytest.mark.parametrize("kind", [SignDescent, SignDescentByName])
def test_no_rate_of_an_own_optimizer_is_negative(kind: Any) -> None:
    with pytest.raises(ValueError, match="lr must not be negative, got -1"):
        kind([leaf(1)], lr=-1)


@pytest.mark.parametrize("make", [lambda p: SignDescent(p, 0.5, decay=-0.1), lambda p: Slower(p, -0.1)])
def test_a_range_of_an_annotation_holds_in_subclasses_too(make: Any) -> None:
    with pytest.raises(ValueError, match=r"decay must not be negative, got -0\.1"):
        make([leaf(1)])


def test_the_choices_of_an_annotation_hold_at_each_step() -> None:
    own = SignDescent([p := leaf(1)], 0.5)
    p.grad = np.ones(1)
    own.param_groups[0]["scale"] = "root"
    with pytest.raises(ValueError, match="SignDescent: scale must be 'sign', 'plain' or None, got 'root'"):
        own.step()


def test_state_dict_is_pytorchs() -> None:
    p, q = Tensor([1.0, 2.0], requires_grad=True), Value(3.0)
    adam = Adam([{"params": [p]}, {"params": [q], "lr": np.float64(0.5)}], betas=(0.5, 0.5))
    p.grad = np.array([1.0, 2.0])
    q.grad = 4.0
    adam.step()
    state = adam.state_dict()
    assert set(state) == {"state", "param_groups"}
    np.testing.assert_array_equal(state["state"][0].pop("exp_avg"), [0.5, 1.0])
    np.testing.assert_array_equal(state["state"][0].pop("exp_avg_sq"), [0.5, 2.0])
    assert state["state"] == {0: {"step": 1}, 1: {"step": 1, "exp_avg": 2.0, "exp_avg_sq": 8.0}}
    assert [group["params"] for group in state["param_groups"]] == [[0], [1]]
    assert type(state["param_groups"][1]["lr"]) is float
    json.dumps([state["state"][1], state["param_groups"]])


def adam(*shapes: tuple[int, ...], **options: Any) -> Adam:
    """One after its first step."""
    params = [leaf(*shape) for shape in shapes]
    for p in params:
        p.grad = np.ones(p.shape)
    made = Adam(params, **options)
    made.step()
    return made


UNFIT_STATES = {
    "other groups": (adam((2,), (3,)).state_dict(), r"\[1\].*\[2\]"),
    "a number for an array": (
        {**adam((2,)).state_dict(), "state": {"0": {"step": 1, "exp_avg": 0.5}}},
        r"exp_avg of parameter 0 has the shape \(\)",
    ),
    "another shape": (
        adam((2, 1)).state_dict(),
        r"exp_avg of parameter 0 has the shape \(2, 1\), the parameter \(2,\)",
    ),
    "another optimizer": (SGD([Value(1.0)], momentum=0.5).state_dict(), "lack betas, eps, amsgrad"),
    "a negative rate": (
        {"state": {}, "param_groups": [{**adam((2,)).param_groups[0], "params": [0], "lr": -1.0}]},
        "negative",
    ),
}


@pytest.mark.parametrize("name", UNFIT_STATES)
def test_a_state_that_does_not_fit_is_refused_and_nothing_loaded(name: str) -> None:
    state, says = UNFIT_STATES[name]
    own = adam((2,), lr=0.25)
    with pytest.raises(ValueError, match=says):
        own.load_state_dict(state)
    assert own.lr == 0.25
    assert own.state[own.param_groups[0]["params"][0]]["step"] == 1


# ------------------------------------------------ what the steps leave alone


HOLDERS: dict[str, Callable[[Tensor], Any]] = {
    "data": lambda p: p.data,
    "a view of data": lambda p: p.data[1:],
    "a detached tensor": lambda p: p.detach(),
    "the array itself": lambda p: p._array,
    "a graph": lambda p: p * p,
    "a transposed tensor": lambda p: p.T,
    "a result, which is another array": lambda p: np.exp(p.detach().data),
}


@pytest.mark.parametrize("name", HOLDERS)
def test_held_numbers_do_not_change(name: str) -> None:
    p = Tensor(np.arange(3.0), requires_grad=True)
    sgd = SGD([p], lr=0.5)
    held = HOLDERS[name](p)
    before = np.array(held.data if isinstance(held, Tensor) else held)
    p.grad = np.ones(3)
    sgd.step()
    assert np.array_equal(held.data if isinstance(held, Tensor) else held, before)
    assert np.array_equal(p.data, np.arange(3.0) - 0.5)


def test_a_step_between_forward_and_backward_leaves_the_gradient_right() -> None:
    p = Tensor(np.arange(3.0), requires_grad=True)
    loss = (p * p).sum()
    p.grad = np.ones(3)
    SGD([p], lr=1.0).step()
    p.grad = None
    loss.backward()
    assert np.array_equal(p.grad, 2 * np.arange(3.0))


def test_complex_parameters_descend() -> None:
    z = Tensor(np.array([1 + 2j, -3j]), requires_grad=True)
    sgd = SGD([z], lr=0.25)
    for _ in range(50):
        sgd.zero_grad()
        np.sum(np.abs(z - (2 - 1j)) ** 2).backward()
        sgd.step()
    np.testing.assert_allclose(z.data, 2 - 1j, atol=1e-9)


def decaying(kind: Any, p: Tensor) -> Any:
    """An optimizer with weight decay, if it has that option."""
    options = {"weight_decay": 0.1} if "weight_decay" in inspect.signature(kind).parameters else {}
    return kind([p], lr=np.float64(0.1), **options)


@pytest.mark.parametrize("kind", sorted({row.kind for row in ROWS}))
def test_float32_stays(kind: str) -> None:
    p = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    optimizer = decaying(getattr(optim, kind), p)
    (p**2).sum().backward()
    optimizer.step()
    assert p.dtype == np.float32
    assert {v.dtype for v in optimizer.state[p].values() if isinstance(v, np.ndarray)} <= {np.dtype(np.float32)}


# ------------------------------------------------ precision

SIZES = {np.float16: [0.0, 1e-7, 1e-4, 300.0, 6e4], np.float32: [0.0, 1e-30, 1e-8, 300.0, 1e15]}


def in_precision(row: Row, size: float, dtype: Any, computed: Any, resumed: bool = False) -> dict[str, Any]:
    """Where gradients of a size, numbers of ``dtype``, lead real parameters that are ``computed`` in another one."""
    starts = {name: x.astype(dtype) for name, x in row.starts.items() if not np.iscomplexobj(x)}
    named = {name: Tensor(x.astype(computed), requires_grad=True) for name, x in starts.items()}
    optimizer = make(row, named.values())
    for t in range(STEPS):
        if resumed and t == 9:
            state = optimizer.state_dict()
            named = {name: Tensor(p.data, requires_grad=True) for name, p in named.items()}
            optimizer = getattr(optim, row.kind)(named.values(), lr=123.0)
            optimizer.load_state_dict(state)
        for p in named.values():
            p.grad = (np.cos(np.arange(p.size).reshape(p.shape) + t) * size).astype(dtype).astype(computed)
        optimizer.step()
    return {name: p.data for name, p in named.items()}


@pytest.mark.parametrize(("dtype", "size"), [(dtype, size) for dtype, sizes in SIZES.items() for size in sizes])
@every_row
def test_less_precise_parameters_move_as_precise_ones(row: Row, dtype: Any, size: float) -> None:
    precise, found = (in_precision(row, size, dtype, computed) for computed in (float, dtype))
    for name, x in precise.items():
        assert found[name].dtype == dtype
        with np.errstate(over="ignore"):  # where the steps are so long, both are infinite
            right = x.astype(dtype)
        np.testing.assert_allclose(found[name], right, rtol=2e-3 if dtype is np.float16 else 2e-5, atol=1e-6)


@every_row
def test_parameters_in_half_precision_resume_bitwise(row: Row) -> None:
    assert same(*(in_precision(row, 0.1, np.float16, np.float16, resumed) for resumed in (False, True)))


def test_steps_below_half_precision_add_up_from_where_the_parameter_was_put() -> None:
    p = Tensor(np.ones(2, np.float16), requires_grad=True)
    sgd = SGD([p], lr=1e-4)
    for start in (1.0, 2.0):
        p.data = np.array([start, p.data[1]])
        for _ in range(100):
            p.grad = np.ones(2)
            sgd.step()
    np.testing.assert_allclose(p.data, [1.99, 0.98], rtol=1e-3)


@pytest.mark.parametrize("kind", sorted({row.kind for row in ROWS}))
def test_gradients_may_be_tensors(kind: str) -> None:
    p = Tensor(np.ones((2, 2), np.float32), requires_grad=True)
    optimizer = decaying(getattr(optim, kind), p)
    (p**2).sum().backward(create_graph=True)
    optimizer.step()
    assert p.dtype == np.float32
    assert np.all(p.data < 1)
    assert {v.dtype for v in optimizer.state[p].values() if isinstance(v, np.ndarray)} <= {np.dtype(np.float32)}


def test_without_a_gradient_nothing_moves() -> None:
    p, q = leaf(1), leaf(1)
    p.grad = np.array([1.0])
    SGD([p, q], lr=1.0, weight_decay=0.5).step()
    assert (p.item(), q.item()) == (-0.5, 1.0)


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
@pytest.mark.parametrize("steps", [0, 2])
def test_parameters_that_nothing_else_holds_are_told_once(kind: Any, steps: int) -> None:
    held = {name: Tensor(np.ones(3), requires_grad=True) for name in ("body", "head", "frozen")}
    held["scalar"] = Value(1.0)  # type: ignore[assignment]
    optimizer = kind(list(held.values()))
    for _ in range(steps):
        for p in held.values():
            p.grad = p.data
        optimizer.step()
    held["frozen"].requires_grad = False
    p = None  # type: ignore[assignment]
    optimizer.zero_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()  # nothing has a gradient, and all may still get one
        del held["frozen"]
        optimizer.step()
    held["head"] = held["scalar"] = Tensor(np.ones(2), requires_grad=True)
    held["body"].grad = np.ones(3)
    with pytest.warns(
        UserWarning, match=rf"^{kind.__name__}\.step: nothing but this .* 2 of its .* shape \(3,\), \(\)"
    ):
        optimizer.step()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer.step()


def test_a_parameter_that_is_given_twice_moves_once() -> None:
    p, q = leaf(1), leaf(1)
    p.grad = np.array([1.0])
    SGD(iter([p, q, p]), lr=1.0, weight_decay=0.5).step()
    assert p.item() == -0.5


def test_zero_grad_clears_gradients_or_sets_them_to_0() -> None:
    p = leaf(1)
    p.grad = np.array([1.0])
    sgd = SGD([p])
    sgd.zero_grad(set_to_none=False)
    assert p.grad is not None
    assert not p.grad.any()
    sgd.zero_grad()
    assert p.grad is None


def test_a_closure_is_called_with_recording_on_and_its_loss_returned() -> None:
    v = Value(3.0)
    sgd = SGD([v], lr=0.5)

    def closure() -> Any:
        sgd.zero_grad()
        loss = v * v
        loss.backward()
        return loss

    with no_grad():
        loss = sgd.step(closure)
    assert (loss.data, v.data) == (9.0, 0.0)


# ------------------------------------------------ what is refused

TWICE = leaf(1)
REFUSED: dict[str, tuple[str, Any, dict[str, Any], type[Exception], str]] = {
    "no parameters": ("SGD", [], {}, ValueError, "no parameters"),
    "a module": ("SGD", nn.Linear(1, 1), {}, TypeError, r"module\.parameters\(\)"),
    "a tensor without a list": ("SGD", leaf(1), {}, TypeError, r"\[p\]"),
    "a tensor without gradients": ("SGD", [Tensor([1.0])], {}, TypeError, "require a gradient"),
    "a result": ("SGD", [leaf(1) * 2], {}, TypeError, "leaf"),
    "an ndarray": ("SGD", [np.ones(2)], {}, TypeError, "leaf"),
    "a negative rate": ("SGD", [leaf(1)], {"lr": -1}, ValueError, "lr must not be negative"),
    "a rate that is NaN": ("SGD", [leaf(1)], {"lr": float("nan")}, ValueError, "lr must not be negative, got nan"),
    "nesterov alone": ("SGD", [leaf(1)], {"nesterov": True}, ValueError, "momentum"),
    "an unknown option": (
        "SGD", [{"params": [leaf(1)], "momentun": 0.9}], {}, TypeError, "no option 'momentun'; it has lr, momentum",
    ),
    "a parameter in two groups": ("SGD", [{"params": [TWICE]}, {"params": [TWICE]}], {}, ValueError, "two groups"),
    "a mean that never forgets": (
        "Adam", [leaf(1)], {"betas": (0.9, 1.0)}, ValueError, r"betas must be two numbers in \[0, 1\)",
    ),
    "a share above 1": ("Adadelta", [leaf(1)], {"rho": 1.5}, ValueError, "rho"),
    "an unknown line search": ("LBFGS", [leaf(1)], {"line_search_fn": "armijo"}, ValueError, "strong_wolfe"),
    "a vector for Muon": ("Muon", [leaf(3)], {}, ValueError, r"matrices, not an array of shape \(3,\)"),
    "a Value for Muon": ("Muon", [Value(1.0)], {}, TypeError, "leaf tensors"),
    "a set": ("SGD", {leaf(1), leaf(2)}, {}, TypeError, "that of a set changes from run to run: give a list"),
    "a set as a group": ("SGD", [{"params": frozenset([leaf(1)])}], {}, TypeError, "that of a frozenset changes"),
    "a set for an average": ("EMA", {leaf(1)}, {}, TypeError, "^EMA numbers its parameters in their order"),
    "a dict": ("SGD", {"w": leaf(1)}, {}, TypeError, r"a list of parameters, not a dict: list\(d\.values\(\)\)"),
    "a group alone": ("SGD", {"params": [leaf(1)]}, {}, TypeError, r"not a dict: \[{'params': \.\.\.}\]"),
    "a number": ("SGD", 1, {}, TypeError, "a list of parameters, not 1"),
    "a group without parameters": ("Adam", [{"lr": 1}], {}, TypeError, "under 'params', not one with 'lr'"),
    "a parameter beside a group": ("Adam", [{"params": [leaf(1)]}, leaf(1)], {}, TypeError, "'params', not a Tensor"),
    "a module as a group": ("Adam", [{"params": nn.Linear(1, 1)}], {}, TypeError, r"module\.parameters\(\)"),
    "a rate as text": ("SGD", [leaf(1)], {"lr": "1e-3"}, TypeError, "lr must not be negative, got the str '1e-3'"),
    "rates": ("SGD", [leaf(1)], {"lr": np.ones(2)}, TypeError, "lr must not be negative, got the ndarray"),
    "rates as a tensor": ("SGD", [leaf(1)], {"lr": Tensor([1.0, 2.0])}, TypeError, "lr is one number.*give the param"),
    "a tracked rate": ("SGD", [leaf(1)], {"lr": TWICE.sum()}, TypeError, r"not differentiated.*: give x\.item\(\)"),
    "a single beta": ("Adam", [leaf(1)], {"betas": 0.9}, TypeError, r"two numbers in \[0, 1\), got the float 0\.9"),
    "an unknown scale for Muon": ("Muon", [leaf(3, 2)], {"adjust_lr_fn": "best"}, ValueError, "match_rms_adamw"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses(name: str) -> None:
    kind, params, options, error, says = REFUSED[name]
    with pytest.raises(error, match=says):
        getattr(optim, kind)(params, **options)


def test_lbfgs_needs_a_closure() -> None:
    with pytest.raises(TypeError, match="closure"):
        optim.LBFGS([leaf(1)]).step()


def test_lbfgs_has_a_single_group() -> None:
    with pytest.raises(ValueError, match="single group"):
        optim.LBFGS([leaf(1)]).add_param_group({"params": [leaf(1)]})


def test_lbfgs_refuses_the_state_of_another_optimizer() -> None:
    p = leaf(1)
    with pytest.raises(ValueError, match="nothing was loaded"):
        optim.LBFGS([p]).load_state_dict(SGD([p]).state_dict())


@pytest.mark.parametrize("size", [1, optim.optimizer.BLOCK + 1])
@pytest.mark.parametrize("returned", [lambda x, g: (x - g,), lambda x, g: x - g, lambda x, g: (g,)])
def test_a_rule_that_moves_nothing_is_refused(returned: Any, size: int) -> None:
    class Lost(optim.Optimizer):
        def __init__(self, params: Any, lr: float = 0.1) -> None:
            super().__init__(params, {"lr": lr})

        @staticmethod
        def rule(t: int, x: Any, g: Any, *, lr: float) -> Any:
            return returned(x, g)

    p = Tensor(np.ones(size), requires_grad=True)
    p.grad = np.ones(size)
    with pytest.raises(TypeError, match=r"Lost\.rule must change x .* in place"):
        Lost([p]).step()


def test_own_optimizers_have_the_usual_ranges() -> None:
    class Own(optim.Optimizer):
        def __init__(self, params: Any, momentum: float) -> None:
            super().__init__(params, {"lr": 0.1, "momentum": momentum})

    with pytest.raises(ValueError, match="Own: momentum must not be negative, got -1"):
        Own([leaf(1)], -1)
