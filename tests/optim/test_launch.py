"""Large parameters are moved together, by calls of NumPy in blocks and by compiled code, as their rule moves them."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import autograd.threads
import optim
import optim.launch
from autograd import Tensor, Value, capture
from autograd.native import native_here
from optim.formula import Formula, formula
from optim.options import Options

from ..tables.optimizers import ROWS, Row, gradient

MACHINES = ["blocks", *(["native"] if native_here() else [])]
every_machine = pytest.mark.parametrize("machine", MACHINES)
MOVING = [row for row in ROWS if row.kind != "Muon"]
every_row = pytest.mark.parametrize("row", MOVING, ids=lambda row: row.name)
SIZES = [(50,), (3, 7), (), (0,), (400,), (1,)]  # of parameters; pieces have 64 numbers


def together(monkeypatch: pytest.MonkeyPatch, machine: str, threads: int = 1) -> list[Formula]:
    """From now on all parameters are moved together, by a machine; returns the formulas that it gets."""
    seen: list[Formula] = []
    native = optim.launch.compiled

    def compiled(formula: Formula, size: int) -> Any:
        seen.append(formula)
        if machine == "blocks":
            return None
        found = native(formula, size)
        assert found is not None
        return found

    for name, value in {"SIZE": 0, "BLOCKS_SIZE": 0, "AFTER": -1, "PIECE": 64, "compiled": compiled}.items():
        monkeypatch.setattr(optim.launch, name, value)
    monkeypatch.setattr(optim.launch, "threads", lambda: 2)
    monkeypatch.setattr(autograd.threads, "threads", lambda: threads)
    return seen


def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on the rule itself moves every parameter."""
    monkeypatch.setattr(optim.launch, "SIZE", 1 << 60)


def parameters(dtypes: str = "f") -> list[Any]:
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=size).astype(dtype) for dtype in dtypes for size in SIZES]
    return [Tensor(a, requires_grad=True) for a in arrays]


def walk(optimizer: Any, params: list[Any], steps: range = range(7)) -> list[Any]:
    """Where the steps lead, and what the optimizer keeps."""
    for t in steps:
        for p in params:
            p.grad = np.conj(gradient(p.data, t)) if isinstance(p, Tensor) else float(gradient(np.array(p.data), t))
        optimizer.step()
    kept = [v for memory in optimizer.state_dict()["state"].values() for _, v in sorted(memory.items())]
    return [np.array(p.data) for p in params] + kept


def path(make: Callable[[list[Any]], Any], params: list[Any]) -> list[Any]:
    return walk(make(params), params)


def adam(params: list[Any]) -> Any:
    return optim.Adam(params, lr=0.1)


def same(one: list[Any], other: list[Any]) -> bool:
    """Bit for bit."""
    return len(one) == len(other) and all(
        np.asarray(a).tobytes() == np.asarray(b).tobytes() for a, b in zip(one, other, strict=True)
    )


def made(row: Row, params: list[Any]) -> Any:
    return getattr(optim, row.kind)(params, **row.options)


@every_machine
@every_row
def test_moves_as_the_rule_does_to_the_last_bit(row: Row, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dtypes = "fd" if machine == "blocks" or row.name in ("Adam()", "Lion()") else "f"  # compiling takes its time
    for dtype in dtypes:
        alone(monkeypatch)
        expected = path(partial(made, row), parameters(dtype))
        seen = together(monkeypatch, machine)
        assert same(path(partial(made, row), parameters(dtype)), expected)
        assert {f.letter for f in seen} == {dtype} and len(seen) == 7  # one launch in each step


@every_machine
def test_parameters_of_all_kinds_move_in_one_group(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no plain array is left to the rule, and each precision has its own launch."""

    def mixed() -> list[Any]:
        rng = np.random.default_rng(1)
        turned = Tensor(np.asfortranarray(rng.normal(size=(20, 30)).astype("f")), requires_grad=True)
        half = Tensor(rng.normal(size=300).astype(np.float16), requires_grad=True)
        complicated = Tensor(rng.normal(size=9) * (1 + 2j), requires_grad=True)
        return [*parameters("fd"), turned, half, complicated, Value(3.0)]

    alone(monkeypatch)
    expected = path(adam, mixed())
    seen = together(monkeypatch, machine)
    assert same(path(adam, mixed()), expected)
    assert [f.letter for f in seen] == ["f", "d"] * 7


@every_machine
def test_groups_and_parameters_have_their_own_options_and_counts(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def grouped() -> list[Any]:
        params = parameters()
        late = parameters()[0]
        optimizer = optim.NAdam([{"params": params[:3]}, {"params": [*params[3:], late], "lr": 0.3, "maximize": True}])
        walk(optimizer, params, range(2))  # ``late`` has taken two steps fewer
        return walk(optimizer, [*params, late], range(2, 6))

    alone(monkeypatch)
    expected = grouped()
    together(monkeypatch, machine)
    assert same(grouped(), expected)


@every_machine
@pytest.mark.parametrize("threads", [2, 3])
def test_any_number_of_threads_finds_the_same(threads: int, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together(monkeypatch, machine)
    one = path(adam, parameters())
    together(monkeypatch, machine, threads)
    assert same(path(adam, parameters()), one)


@every_machine
def test_arrays_are_changed_in_place_only_where_nobody_sees_it(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = together(monkeypatch, machine)
    params = parameters()
    places = [id(p._array) for p in params]
    optimizer = optim.SGD(params, lr=0.1)
    walk(optimizer, params, range(2))
    assert [id(p._array) for p in params] == places
    held = [p.data for p in params]
    before = [a.copy() for a in held]
    loss: Any = (params[0] * params[0] * params[0]).sum()
    after = walk(optimizer, params, range(2, 3))
    assert same(held, before) and not same(after, before) and len(seen) == 3
    params[0].grad = None
    loss.backward()
    np.testing.assert_allclose(params[0].grad, 3 * before[0] ** 2, rtol=1e-6)


@every_machine
def test_gradients_may_have_any_layout(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stepped() -> Any:
        p = Tensor(np.ones((20, 30), "f"), requires_grad=True)
        p.grad = np.arange(600, dtype="f").reshape(30, 20).T
        optim.SGD([p], lr=0.1).step()
        return [p.data.copy()]

    alone(monkeypatch)
    expected = stepped()
    seen = together(monkeypatch, machine)
    assert same(stepped(), expected) and len(seen) == 1


@every_machine
def test_resumes_bitwise_whoever_moves(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)
    optimizer = optim.RAdam(params := parameters(), lr=0.1)
    walk(optimizer, params, range(4))
    state, middle = optimizer.state_dict(), [Tensor(p.data, requires_grad=True) for p in params]
    whole = walk(optimizer, params, range(4, 9))
    seen = together(monkeypatch, machine)
    again = optim.RAdam(middle)
    again.load_state_dict(state)
    assert same(walk(again, middle, range(4, 9)), whole) and len(seen) == 5


@every_machine
def test_memories_that_share_numbers_are_left_to_the_rule(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def shared() -> list[Any]:
        optimizer = optim.Adam(params := parameters()[:2])
        optimizer.state[params[0]] = {"step": 0, **dict.fromkeys(["exp_avg", "exp_avg_sq"], np.zeros(50, "f"))}
        optimizer.state[params[1]] = {"step": 0, "exp_avg": np.zeros((9, 7), "f")[2:5]}
        return walk(optimizer, params)

    with np.errstate(all="ignore"):
        alone(monkeypatch)
        expected = shared()
        seen = together(monkeypatch, machine)
        assert same(shared(), expected) and not seen


# ---------------------------------------------------------------- rules of one's own


def own(rule: Callable[..., Any], **options: Any) -> Any:
    """An optimizer class with a rule, which keeps one array."""

    class Own(optim.Optimizer):
        keeps = {"k": ""}  # noqa: RUF012

        def __init__(self, params: Any) -> None:
            super().__init__(params, {"lr": 0.1, **options})

    Own.rule = staticmethod(rule)  # type: ignore[method-assign]
    return Own


def everything(t: Any, x: Any, g: Any, k: Any, o: Any) -> Any:
    k += np.where(g > 0.5, g, -2 * g) + (x <= g) * g + 3 + np.where(k != x, 0.25, x)
    k -= np.sign(g) * np.maximum(x, 0.3) / np.minimum(abs(g), -1.5)
    a = np.reciprocal(x) + np.square(g) + (+g) ** 2 - g**1 + g**-1 + np.sqrt(x) + (x**0.5) * (k == g)
    a *= (k < 2) / (g + (x >= 1))
    old = x.copy()
    x -= o.lr * a
    x **= 2
    x += old
    return x, k


def precise(t: Any, x: Any, g: Any, k: Any, o: Any) -> Any:
    """With NumPy's own numbers: a double makes single precision double in between."""
    k += np.float64(0.1) * g + np.float32(0.3) * x
    x -= np.float64(1 / 3) * g * k + np.where(g > np.float64(0.1), np.float32(0.7), 1)
    x /= np.int64(3)
    return x, k


@every_machine
@pytest.mark.parametrize("rule", [everything, precise], ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("dtype", ["f", "d"])
def test_a_formula_computes_as_numpy_does(rule: Any, dtype: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-40, 3e38]
    x, g = (np.append(np.repeat(special, 9), rng.normal(size=700)).astype(dtype) for _ in range(2))
    g[:81] = np.tile(special, 9)

    def moved() -> list[Any]:
        p = Tensor(x, requires_grad=True)
        optimizer = own(rule)([p])
        for _ in range(2):
            p.grad = g
            optimizer.step()
        return [p.data.copy(), optimizer.state[p]["k"]]

    with np.errstate(all="ignore"):
        alone(monkeypatch)
        expected = moved()
        seen = together(monkeypatch, machine)
        found = moved()
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(np.signbit(a[a == 0]), np.signbit(b[a == 0]))
    assert len(seen) == 2


def branching(t: Any, x: Any, g: Any, k: Any, o: Any) -> Any:
    if np.all(g > 0):
        x -= g
    return x, k


NO_FORMULA: dict[str, Callable[..., Any]] = {
    "exp": lambda t, x, g, k, o: (x.__isub__(np.exp(-g * g)), k),
    "a branch": branching,
    "a sum": lambda t, x, g, k, o: (x.__isub__(g / g.sum()), k),
    "a power": lambda t, x, g, k, o: (x.__isub__(abs(g) ** 0.3), k),
    "a draw of its shape": lambda t, x, g, k, o: (x.__isub__(np.random.default_rng(0).normal(size=x.shape) * g), k),
    "where=": lambda t, x, g, k, o: (np.subtract(x, g, out=x, where=g > 0), k),
    "an array": lambda t, x, g, k, o: (x.__isub__(np.ones(1, x.dtype) * g), k),
    "modulo": lambda t, x, g, k, o: (x.__isub__(g % 2), k),
}


@every_machine
@pytest.mark.parametrize("name", NO_FORMULA)
def test_a_rule_without_a_formula_runs_as_it_stands(name: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = own(NO_FORMULA[name])
    alone(monkeypatch)
    expected = path(kind, parameters()[:1])
    seen = together(monkeypatch, machine)
    assert same(path(kind, parameters()[:1]), expected)
    assert not seen


def test_a_rule_that_changes_its_gradient_has_no_formula() -> None:
    def wrong(t: Any, x: Any, g: Any, o: Any) -> Any:
        g *= 2
        x -= g
        return x

    assert formula(wrong, 1, [], {"o": None}, "f", False) is None
    assert formula(wrong, 1, [], {"o": None}, "f", True) is None
    assert formula(lambda t, x, g, o: x - g, 1, [], {"o": None}, "f", False) is None


def test_constants_are_no_part_of_a_formula() -> None:
    def found(**options: Any) -> Any:
        given = Options(lr=0.1, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.0, amsgrad=False)
        return formula(optim.Adam.rule, 3, [1, 1, None], {"o": given.but(**options)}, "f", False)

    first, second, decaying = found(), found(lr=0.2), found(weight_decay=0.1)
    assert first[0] == second[0] != decaying[0] and first[1] != second[1]


# ---------------------------------------------------------------- when, and what is said


@every_machine
@pytest.mark.parametrize("what", ["overflow", "divide by zero", "invalid value"])
def test_numpys_warnings_are_heard(what: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together(monkeypatch, machine)
    start, slope = {"overflow": (1.0, 3e38), "divide by zero": (0.0, 1.0), "invalid value": (-1.0, 1.0)}[what]

    def rule(t: Any, x: Any, g: Any, k: Any, o: Any) -> Any:
        k += g * g * 2 if what == "overflow" else g / x if what == "divide by zero" else x**0.5
        x -= 0 * o.lr * x
        return x, k

    p = Tensor(np.full(300, start, "f"), requires_grad=True)
    p.grad = np.full(300, slope, "f")
    with pytest.warns(RuntimeWarning, match=what):
        own(rule)([p]).step()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("error")
        own(rule)([p]).step()
    with np.errstate(all="raise", under="ignore"), pytest.raises(FloatingPointError, match=what):
        own(rule)([p]).step()


@every_machine
def test_a_step_that_breaks_off_moves_the_parameters_before(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    together(monkeypatch, machine)
    params = parameters()[:3]
    before = [p.data.copy() for p in params]
    optimizer = optim.SGD(params, lr=0.1)
    count = optimizer.count

    def broken(memory: Any, arguments: Any) -> Any:
        if memory is optimizer.state[params[1]]:
            raise KeyboardInterrupt
        return count(memory, arguments)

    monkeypatch.setattr(optimizer, "count", broken)
    with pytest.raises(KeyboardInterrupt):
        walk(optimizer, params, range(1))
    moved = [not np.array_equal(p.data, x) for p, x in zip(params, before, strict=True)]
    assert moved == [True, False, False]
    monkeypatch.setattr(optimizer, "count", count)
    walk(optimizer, params, range(2))
    assert not np.array_equal(params[2].data, before[2])


@every_machine
def test_a_captured_step_is_the_rules_own(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def trained() -> list[Any]:
        p = Tensor(np.linspace(-1, 1, 300), requires_grad=True)
        optimizer = optim.Adam([p], lr=0.1)

        @capture
        def step(x: Any) -> Any:
            optimizer.zero_grad()
            loss = ((p - x) ** 2).sum()
            loss.backward()
            optimizer.step()
            return loss

        return [np.array(step(x).data) for x in (1.0, 2.0, 3.0)] + [p.data.copy()]

    alone(monkeypatch)
    expected = trained()
    together(monkeypatch, machine)
    for a, b in zip(trained(), expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


@pytest.mark.skipif(not native_here(), reason="numba is not installed")
def test_numba_is_imported_only_when_much_has_been_moved() -> None:
    text = """
import sys
import numpy as np, optim, optim.launch as launch
from autograd import Tensor
def steps(size, count):
    p = Tensor(np.ones(size, "f"), requires_grad=True)
    sgd = optim.SGD([p])
    for _ in range(count):
        p.grad = np.ones(size, "f")
        sgd.step()
    return "numba" in sys.modules
launch.AFTER = 3 * launch.SIZE
print(steps(launch.SIZE - 1, 9), steps(launch.SIZE, 3), steps(launch.SIZE, 1))
"""
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False", "True"]


def test_without_numba_and_a_second_processor_the_rule_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optim.launch, "SIZE", 0)
    monkeypatch.setattr(optim.launch, "native_here", lambda: False)
    moves = [(None, np.zeros(optim.launch.BLOCKS_SIZE), None)]
    for threads, found in ((1, False), (2, True)):
        monkeypatch.setattr(optim.launch, "threads", lambda threads=threads: threads)
        assert (optim.launch.batch(everything, moves, {}, False) is not None) is found
    assert optim.launch.batch(everything, [(None, np.zeros(9), None)], {}, False) is None


# ---------------------------------------------------------------- what is planted is caught


def turned(found: Formula) -> Formula:
    """With b - a for a - b."""
    lines = [line._replace(operands=line.operands[::-1]) if line.name == "subtract" else line for line in found.lines]
    return found._replace(lines=tuple(lines))


@every_machine
@pytest.mark.parametrize("wrong", ["a line", "a constant", "a result"])
def test_a_mistake_is_caught(wrong: str, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = MOVING[1]
    alone(monkeypatch)
    expected = path(partial(made, row), parameters())
    together(monkeypatch, machine)
    right = optim.launch.formula

    def planted(*given: Any) -> Any:
        found, constants = right(*given)  # type: ignore[misc]
        if wrong == "a line":
            return turned(found), constants
        if wrong == "a constant":
            return found, [c * (1 + 1e-6) for c in constants]
        return found._replace(results=(found.results[0], "k0")), constants

    monkeypatch.setattr(optim.launch, "formula", planted)
    assert not same(path(partial(made, row), parameters()), expected)


@every_machine
@every_row
def test_a_constant_that_is_off_is_caught_in_each_rule(row: Row, machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone(monkeypatch)
    expected = path(partial(made, row), parameters())
    together(monkeypatch, machine)
    right = optim.launch.formula

    def planted(*given: Any) -> Any:
        found, constants = right(*given)  # type: ignore[misc]
        return found, [*constants[:-1], constants[-1] * 1.01 + 0.01]

    monkeypatch.setattr(optim.launch, "formula", planted)
    assert not same(path(partial(made, row), parameters()), expected)
