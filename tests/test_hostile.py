"""Whatever is given at the doors of the library, there is a right result or an error in its own words, and it works on.

Convention: an error of the library's own was raised by a ``raise`` in it, says more than a word, and none of the things
that Python and NumPy say of their own inner workings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from autograd.core import grad_mode, recording
from autograd.declare import is_ours

from .tables.hostile import DOORS, THINGS, Broken

pytestmark = pytest.mark.filterwarnings("ignore")
CLEAR = (TypeError, ValueError, RuntimeError, IndexError, OverflowError)
INNER = re.compile(
    r"has no attribute '(ndim|shape|size|dtype|grad|astype|reshape|_array|node|T)'|did not contain a loop|unsupported "
    r"operand|not supported between|must be real number, not|argument must be a string|could not convert|inhomogeneous|"
    r"maximum recursion|object is not (iterable|callable|subscriptable)$|^'\w+' object|^data type|^Cannot|^object of|"
    r"^len\(\)|^only |^iteration|invalid literal|^int\(\)|^float\(\)|^can't|The `dtype` and"
)
LOOKED_UP = {"get_submodule"}  # where AttributeError is the answer


def unclear(door: str, thing: str) -> str:
    """What is wrong with the error at a door; "" if there is none, or a clear one."""
    x = THINGS[thing]()
    try:
        DOORS[door](x)
    except Exception as error:
        text = str(error)
        if isinstance(x, Broken) and "there are no numbers in this one" in text:
            return ""
        step = error.__traceback__
        while step.tb_next is not None:  # type: ignore[union-attr]
            step = step.tb_next  # type: ignore[union-attr]
        if step.tb_frame.f_globals["__name__"] == DOORS[door].__module__:  # type: ignore[union-attr]
            return ""  # the function at this door is the user's
        clear = isinstance(error, CLEAR) and not isinstance(error, RecursionError)
        if door in LOOKED_UP:
            clear |= isinstance(error, AttributeError) and is_ours(error)
        if not clear or INNER.search(text) or " " not in text:
            return f"{thing}: {type(error).__name__}: {text}"
    return ""


@pytest.mark.parametrize("door", DOORS)
def test_every_error_is_in_our_own_words(door: str) -> None:
    nn.seed(0)
    assert not [found for thing in THINGS if (found := unclear(door, thing))]
    assert recording.on and not grad_mode.switches
    w = Tensor([1.0, 2.0], requires_grad=True)
    np.sum(w * w).backward()
    np.testing.assert_array_equal(w.grad, [2, 4])


# ---------------------------------------------------------------- the words for what is wrong

SAYS = {
    "None": "None.*why_no_grad",
    "text": "text, 'abc'.*float",
    "a set": "no order.*sorted",
    "a dict": r"x\['a'\]",
    "a generator": r"gone through once.*list\(x\)",
    "objects": "made of None",
    "ragged": "rows have different lengths",
    "texts": r"array of text.*astype",
    "dates": "timedelta64",
    "durations": "seconds",
    "records": r"one field.*x\['a'\]",
    "masked": r"np\.where\(mask",
    "a matrix": r"np\.asarray",
    "a function": "Call it",
    "itself": "contains itself",
    "tensors": r"np\.stack",
}


@pytest.mark.parametrize(
    ("door", "thing"), [("np.add", thing) for thing in SAYS] + [("F.normalize", thing) for thing in list(SAYS)[:10]]
)
def test_the_error_says_what_to_write(door: str, thing: str) -> None:
    x = THINGS[thing]()
    try:
        DOORS[door](x)
    except CLEAR as error:
        assert re.search(SAYS[thing], str(error), re.DOTALL), str(error)
        assert door.rpartition(".")[2] in str(error) or "mixed" in str(error), str(error)
    else:
        pytest.fail("it was taken for numbers")


# ---------------------------------------------------------------- sizes that nobody can have


@pytest.mark.parametrize(
    "make",
    [
        lambda huge: Tensor(huge) * 1.0,
        lambda huge: Tensor([1.0], True) * huge,
        lambda huge: np.broadcast_to(Tensor([1.0], True), huge.shape) * 2.0,
        lambda huge: Tensor([1.0], True).repeat(2**62),
        lambda huge: Tensor([1.0], True).reshape(2**40, -1),
        lambda huge: np.pad(Tensor([1.0], True), 2**61),
        lambda huge: np.outer(Tensor(np.ones(2**20), True), huge[0]),
        lambda huge: nn.Linear(2**40, 2**20),
        lambda huge: nn.functional.one_hot(np.array([2**40])),
    ],
)
def test_what_is_too_large_is_refused_and_leaves_nothing(make: Callable[[Any], Any]) -> None:
    huge = np.broadcast_to(np.ones(1), (2**29, 2**29))
    with pytest.raises((MemoryError, ValueError, OverflowError), match=r".{20}"):
        make(huge)
    w = Tensor([1.0], requires_grad=True)
    np.sum(w * w).backward()
    assert w.grad == 2 and not grad_mode.switches


def test_a_step_that_is_refused_moves_no_parameter() -> None:
    model = nn.Linear(3, 2)
    before = model.state_dict()

    def left() -> Iterator[bool]:
        yield from (np.array_equal(now, before[name]) for name, now in model.state_dict().items())

    for state in ({"weight": np.ones((2, 3)), "bias": "abc"}, {"weight": np.ones((2, 3)), "bias": [[1], [2, 3]]}):
        with pytest.raises(ValueError, match="nothing was loaded"):
            model.load_state_dict(state)
        assert all(left())
