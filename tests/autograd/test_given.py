"""given_gradcheck makes property tests of functions, as people write tests; one that fails shows report and inputs."""

from __future__ import annotations

import inspect
import traceback
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import Phase, example, seed, settings
from hypothesis import strategies as st

from autograd import Tensor, Value
from autograd.declare import Operation
from autograd.testing import Finding, GradientError, Report, given_gradcheck
from autograd.testing import strategies as draw

COLUMN = draw.arrays((3,))
CUBE = Operation(lambda x: x**3, "elementwise", [lambda d, x: d * 3.09 * x * x], name="cube")  # 3 % too much
REVERSE = Operation(lambda x: x**3, "primitive", [lambda g, x: g * 3 * x * x], push=lambda t, x: t * x, name="cube")


# ---------------------------------------------------------------- as people write tests


@given_gradcheck(x=draw.tensors((3,)), y=draw.away_from(0.0), order=2)
def test_of_tensors_and_numbers(x: Any, y: Any) -> Any:
    assert isinstance(x, Tensor)
    return x / y + x


@given_gradcheck(draw.values(), draw.values())
def test_of_values(a: Any, b: Any) -> Any:
    assert isinstance(a, Value)
    return a * b + a + b


@pytest.fixture(scope="module")
def offset() -> float:
    return 0.5


class TestMethods:
    """Fixtures, parameters and strategies side by side; decorators above and below."""

    @pytest.mark.parametrize("scale", [2.0, 3.0])
    @settings(max_examples=5)
    @given_gradcheck(COLUMN, draw.axes((3,)))
    @example(np.array([5.0, 6.0, 7.0]), None)
    def test_positional(self, offset: float, scale: float, x: Any, axis: Any) -> Any:
        assert offset == 0.5 and scale in (2.0, 3.0) and isinstance(self, TestMethods)
        return np.sum(np.tanh(x) * scale + offset, axis=axis)

    @seed(3)
    @given_gradcheck(x=COLUMN, modes=["reverse"])
    @settings(max_examples=3)
    def test_modes_pass_on(self, x: Any) -> Any:
        return x + REVERSE(x) * 1.0


def test_settings_and_examples_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    points: list[Any] = []

    def look(f: Any, x: Any, **options: Any) -> Report:
        points.append((x.tolist(), options))
        return Report((Finding("correct"),))

    monkeypatch.setattr(inspect.getmodule(given_gradcheck), "gradcheck", look)

    @settings(max_examples=5)
    @given_gradcheck(x=COLUMN, tolerance=0.5)
    @example(x=np.array([5.0, 6.0, 7.0]))
    def mine(x: Any) -> Any:
        return x

    mine()
    assert points[0] == ([5.0, 6.0, 7.0], {"tolerance": 0.5, "order": 1, "raises": False}) and len(points) == 6


class Pair(NamedTuple):
    x: Any
    index: Any


PAIRS = draw.shapes(2, 3, min_dims=1).flatmap(lambda s: st.builds(Pair, draw.arrays(s), draw.indices(s)))


@given_gradcheck(pair=PAIRS, sides=st.lists(st.integers(1, 2)), factor=draw.numbers(), constants=["factor"])
def test_only_floating_numbers_are_differentiated(pair: Any, sides: Any, factor: Any) -> Any:
    assert isinstance(factor, float) and isinstance(pair, Pair)
    return np.tanh(pair.x[pair.index]) + len(sides) + factor


@given_gradcheck(f=draw.expressions([(2, 3), (3,)]), x=draw.arrays((2, 3)), y=COLUMN, disconnected=True)
def test_of_random_functions(f: Any, x: Any, y: Any) -> Any:
    return f(x, y)


@given_gradcheck(call=draw.calls())
def test_of_random_calls(call: Any) -> Any:
    return call.f(*call.inputs)


@given_gradcheck(x=COLUMN, p=draw.tensors((3,)), constants=["p"], parameters=lambda x, p: [p])
def test_parameters_are_found_in_what_is_drawn(x: Any, p: Any) -> Any:
    return x * p + p


# ---------------------------------------------------------------- a test that fails


def failure(test: Any, *phases: Phase) -> tuple[GradientError, str]:
    with pytest.raises(GradientError) as caught:
        settings(database=None, phases=phases)(test)()
    return caught.value, "".join(traceback.format_exception(caught.value))


def test_a_failing_test_shows_the_report_and_the_simplest_inputs() -> None:
    @given_gradcheck(x=draw.numbers(), n=st.integers(0, 9), modes=["reverse"])
    def mine(x: Any, n: Any) -> Any:
        return CUBE(x) + x + n

    error, text = failure(mine, Phase.generate, Phase.shrink)
    assert error.report.kind == "wrong" and error.report.worst.input == "x"
    assert "gradcheck: wrong" in text and "x=1.0" in text and "n=0" in text
    assert "return CUBE(x)" not in text and "test_given.py" in text  # where the test stands, not what it does inside


def test_functions_are_shown_as_code() -> None:
    @example(f=draw.Expression("lambda x: np.sin(x)"), x=1.0)
    @given_gradcheck(f=draw.expressions(1), x=draw.numbers())
    def mine(f: Any, x: Any) -> Any:
        return CUBE(f(x))

    _, text = failure(mine, Phase.explicit)
    assert "f=lambda x: np.sin(x)," in text


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_derivative_does_not_shrink_to_a_point_without_one() -> None:
    """Hypothesis takes errors of different classes for different failures."""

    def kind_at(x: float) -> Any:
        point = given_gradcheck(x=st.just(x), modes=["reverse"])(lambda x: np.sqrt(x) + CUBE(x))
        error, _ = failure(point, Phase.generate)
        return error.report.kind, type(error)

    (wrong, a), (again, b), (elsewhere, c) = kind_at(1.0), kind_at(2.0), kind_at(0.0)
    assert wrong == again == "wrong" and elsewhere == "not differentiable"
    assert a is b is not c


# ---------------------------------------------------------------- what is refused


def decorated(*strategies: Any, **options: Any) -> Any:
    def mine(x: Any) -> Any:
        return None

    return given_gradcheck(*strategies, **options)(mine)


async def later(x: Any) -> Any:
    return x


def bit_by_bit(x: Any) -> Any:
    yield x


REFUSED: dict[str, tuple[Any, str]] = {
    "a coroutine": (lambda: given_gradcheck(x=COLUMN)(later), "later is async"),
    "a generator": (lambda: given_gradcheck(x=COLUMN)(bit_by_bit), "bit_by_bit is a generator"),
    "nothing to draw": (lambda: decorated(), "give a strategy for each input"),
    "an unknown option": (lambda: decorated(x=COLUMN, ordre=2), "ordre=2 is neither a strategy nor an option"),
    "no strategy": (lambda: decorated(np.zeros(3)), "argument 0 is a strategy"),
    "too many strategies": (lambda: decorated(COLUMN, COLUMN), "2 strategies, but mine takes 1"),
    "a constant that is not drawn": (lambda: decorated(x=COLUMN, constants=["y"]), "'y' in constants is not drawn"),
    "a test that returns nothing": (lambda: decorated(x=COLUMN)(), "mine returned None"),
    "data drawn inside": (lambda: decorated(x=st.data())(), "draw all inputs by strategies"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_makes_no_sense_is_refused(name: str) -> None:
    run, words = REFUSED[name]
    with pytest.raises(TypeError, match=words):
        run()


def test_there_is_no_deadline_unless_it_is_set() -> None:
    def mine(x: Any) -> Any:
        return x

    with_default: Any = settings(deadline=200)
    plain: Any = given_gradcheck(x=COLUMN)(mine)
    own: Any = with_default(given_gradcheck(x=COLUMN)(mine))
    below: Any = given_gradcheck(x=COLUMN)(with_default(mine))
    assert plain._hypothesis_internal_use_settings.deadline is None
    assert own._hypothesis_internal_use_settings.deadline == below._hypothesis_internal_use_settings.deadline
    assert own._hypothesis_internal_use_settings.deadline is not None


@pytest.mark.parametrize("order", ["1", "2"])
def test_the_least_order_is_that_of_the_environment(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that leaves the graph is wrong at second order alone."""
    cut = Operation(lambda x: x**3, "elementwise", [lambda d, x: d * 3 * np.array(x.tolist()) ** 2], name="cut")
    monkeypatch.setenv("CHALKGRAD_GRADCHECK_ORDER", order)

    def mine(x: Any) -> Any:
        return cut(x)

    point = st.just(np.ones(2))
    given_gradcheck(x=point, modes=["reverse"], order=1)(mine)()
    if order == "2":
        with pytest.raises(GradientError, match="over reverse"):
            given_gradcheck(x=point, modes=["reverse"])(mine)()
