"""Where a tensor would leave its graph, the error says what to write there, and that is the same and differentiable."""

from __future__ import annotations

import linecache
import math
import re
from typing import Any

import matplotlib
import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.metrics
from matplotlib import pyplot

import autograd
from autograd import Tensor, no_grad

from ..tables.escapes import OTHER, SAME, STATEMENTS

matplotlib.use("Agg")


def names(tensors: bool = True) -> dict[str, Any]:
    x: dict[str, Any] = {"a": 1.5, "b": 0.5, "v": [1.0, 3.0], "m": [[2.0, 0.0], [1.0, 4.0]]}
    x = {name: Tensor(v, requires_grad=True) if tensors else np.array(v) for name, v in x.items()}
    return x | {
        "losses": [x["a"], x["b"]], "c": np.array([2.0, 5.0]), "f": lambda x: np.sum(x**2),
        "rng": np.random.default_rng(0), "np": np, "math": math, "scipy": scipy, "sklearn": sklearn, "plt": pyplot,
        "autograd": autograd, "Tensor": Tensor if tensors else np.array,
    }  # fmt: skip


def run(text: str, mode: str, variables: dict[str, Any], source: bool = True) -> Any:
    """Run a text as a file of its own, whose source can be read or not."""
    file = f"<{text}>"
    if source:
        linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    try:
        return eval(compile(text, file, mode), variables)
    finally:
        linecache.cache.pop(file, None)


def refusal(text: str, mode: str = "eval", source: bool = True) -> str:
    """What the error says, or the first cause of the one that NumPy puts in its place."""
    with pytest.raises((TypeError, ValueError, SystemError)) as caught:  # SciPy calls on after an error
        run(text, mode, names(), source)
    error: BaseException = caught.value
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error)


@pytest.mark.parametrize("text", SAME)
def test_what_to_write_is_the_same_and_differentiable(text: str) -> None:
    said = refusal(text)
    assert said.startswith(" ".join(text.split())) and said.endswith(f"write {SAME[text]}")
    y = run(SAME[text], "eval", names())
    assert isinstance(y, Tensor) and y.requires_grad
    np.testing.assert_allclose(y.data, run(text, "eval", names(False)))


@pytest.mark.parametrize("text", [*OTHER, *STATEMENTS])
def test_what_to_write_instead(text: str) -> None:
    said = refusal(text, "eval" if text in OTHER else "exec")
    assert re.search((OTHER | STATEMENTS)[text], said), said


@pytest.mark.parametrize("text", [*SAME, *OTHER, *STATEMENTS])
def test_without_source_it_is_refused_with_advice_too(text: str) -> None:
    said = refusal(text, "exec", source=False)
    assert re.search(r"np\.|t\.data|t\.item|autograd\.|value_and_grad", said), said


@pytest.mark.parametrize("package", ["pandas", "torch", "seaborn.relational", "PIL.Image"])
def test_other_libraries_are_known_by_their_modules(package: str) -> None:
    library: dict[str, Any] = {"__name__": package, "np": np}
    exec("def table(data, index=None): return np.asarray(data)", library)
    variables = names() | {"library": type("library", (), {"table": staticmethod(library["table"])})}
    text = "library.table(data=v, index=c)"
    linecache.cache["<text>"] = len(text), None, [text], "<text>"
    with pytest.raises(TypeError, match=r"library\.table\(data=v\.data, index=c\)"):
        eval(compile(text, "<text>", "eval"), variables)


def test_constants_may_leave() -> None:
    t = Tensor(2.0, requires_grad=True)
    assert np.array([t.detach(), t.detach()]).tolist() == [2.0, 2.0] and math.exp(t.detach()) == math.exp(2)
    with no_grad():
        assert np.mean([t, t]) == float(t) == 2.0
