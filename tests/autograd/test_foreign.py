"""Arrays of another library stay its own: everything is computed, swept and updated without one conversion.

Convention: what comes of foreign arrays is held against what comes of NumPy's with the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import (
    Tensor,
    checkpoint,
    elementwise_grad,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)  # fmt: skip
from autograd.core import Switch, backward, forward
from autograd.declare import Operation
from autograd.functional.nests import leaves as flat
from autograd.tensor import of
from autograd.testing.laws import normal, total

from ..foreign import Foreign, Mixed, foreign, own
from ..tables.optimizers import LBFGS_ROWS, ROWS, STEPS
from ..tables.subjects import SUBJECTS, Subject

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


MIXED = {  # rows whose own constants are whole numbers of NumPy's, from which rules compute, or lists
    *("elementwise:arctan2 small integers", "elementwise:where by numbers", "index:choose", "index:choose wrap"),
    *("elementwise:power by unsigned", "elementwise:power of negative numbers", "elementwise:power of small integers"),
    *("linalg:solve list", "products:einsum small integers", "products:einsum with a constant", "reduce:cov counts"),
}


def derivatives(subject: Subject, enter: Callable[[Any], Any]) -> list[Any]:
    """Results, tangents, gradients and the gradient's own, from arrays that ``enter`` makes of NumPy's.

    None in place of a result that is computed from constants alone, and of its tangent.
    """
    rng = np.random.default_rng(0)
    tensors = subject.tensors([enter(a) for a in subject.arrays])
    leaves = [tensors[i] for i in subject.places]
    with Switch(forward=subject.forward):
        ys = [y for y in subject.results(*tensors) if y.requires_grad]
    found = [y.data for y in ys]
    if subject.forward:
        start = {t.node: enter(normal(rng, t.data)) for t in leaves}
        found += [forward(y.node, start) for y in ys]  # type: ignore[arg-type]
    loss = total([np.sum(np.square(y)) for y in ys])
    if loss is None:
        return found
    loss.backward(retain_graph=True, create_graph=subject.second)
    gradients = [t.grad for t in leaves]
    if subject.second:
        moving = [
            np.sum(g * of(enter(normal(rng, g.data)), None)) for g in gradients if g is not None and g.requires_grad
        ]
        again = total(moving)
        if again is not None:
            nodes: list[Any] = [t.node for t in leaves]
            second = backward(again.node, np.ones_like(again.data), wrt=nodes)
            found += map(second.get, nodes)
    return found + [g._array if isinstance(g, Tensor) else g for g in gradients]


def hold(found: list[Any], expected: list[Any]) -> None:
    """The numbers are the same, and foreign."""
    for k, (d, e) in enumerate(zip(found, expected, strict=True)):
        if e is None:
            assert d is None
        else:
            assert isinstance(d, Foreign), f"number {k} is {d!r}"
            np.testing.assert_allclose(d.numbers, e, rtol=1e-12, atol=1e-12, err_msg=f"number {k}")


def is_mixed(subject: Subject) -> bool:
    """Does a row call NumPy's functions with constants of NumPy's, too?"""
    try:
        subject.function(*map(foreign, subject.arrays))
    except Mixed:
        return True
    except Exception:  # it takes tensors alone
        return False
    return False


@pytest.mark.parametrize("name", SUBJECTS)
def test_derivatives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = SUBJECTS[name]
    monkeypatch.setattr(Foreign, "strict", True)
    if not subject.kind and (name in MIXED or is_mixed(subject)):
        monkeypatch.setattr(Foreign, "strict", False)
    if "NumPy only" in subject.flags:
        with pytest.raises(TypeError, match="SciPy, which takes NumPy's arrays alone, not a Foreign"):
            derivatives(subject, foreign)
    else:
        hold(derivatives(subject, foreign), derivatives(subject, np.copy))


# ---------------------------------------------------------------- what is built on the sweeps


def loss(x: Any, w: Any) -> Any:
    return np.sum(np.tanh(x @ w) ** 2)


def rows(x: Any, w: Any) -> Any:
    return np.tanh(x @ w)


def of_tensors(x: Any, w: Any) -> Any:
    """A loss of tensors, with what changes them on the way."""
    y, u = Tensor(x, requires_grad=True), Tensor(w, requires_grad=True)
    z = y.copy()
    z[0] = np.sin(u[:, 0])
    z += 1
    z.retain_grad()
    u.register_hook(lambda g: g * 2)
    p = z @ u
    p.backward(x @ w)
    return [y.grad, u.grad, z.grad, p.data]


X, W = np.random.default_rng(1).normal(size=(2, 3, 3))
DERIVED: dict[str, Callable[[Any, Any], Any]] = {
    "grad": grad(loss, (0, 1)),
    "value_and_grad": value_and_grad(loss),
    "elementwise_grad": lambda x, w: elementwise_grad(lambda x: rows(x, w))(x),
    "jacobian by rows": jacobian(rows, (0, 1), mode="reverse"),
    "jacobian by columns": jacobian(rows, mode="forward"),
    "hessian": hessian(loss),
    "hvp": lambda x, w: hvp(loss)(x, w, x),
    "vjp": lambda x, w: vjp(rows, x, w)[1](x @ w),
    "jvp": lambda x, w: jvp(rows, (x, w), (w, x)),
    "grad of a constant": grad(lambda x, w: np.sum(w)),
    "checkpoint": grad(lambda x, w: checkpoint(loss, x, w)),
    "tensors": of_tensors,
}


@pytest.mark.parametrize("name", DERIVED)
def test_derived(name: str) -> None:
    found, expected = (flat(DERIVED[name](enter(X), enter(W))) for enter in (foreign, np.copy))
    hold(found, expected)


def trained(row: Any, enter: Callable[[Any], Any]) -> list[Any]:
    """Where an optimizer leads, resumed half-way from its saved state."""
    params = [Tensor(enter(x), requires_grad=True) for x in row.starts.values()]
    optimizer = getattr(optim, row.kind)(params, **row.options)
    for t in range(STEPS):
        if t == STEPS // 2:
            state = optimizer.state_dict()
            optimizer = getattr(optim, row.kind)(params, **row.options)
            optimizer.load_state_dict(state)

        def closure(t: int = t) -> Any:
            for p in params:
                p.grad = None
            loss = total([np.sum(np.cos(np.real(p) + t) + np.abs(p) ** 2) for p in params])
            loss.backward()
            optim.clip_grad_norm_(params, 2.0)
            optim.clip_grad_norm_(params, 1.5, np.inf)
            return loss

        if row.kind == "LBFGS":
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
    return [*(p.data for p in params), *(k for m in optimizer.state.values() for k in m.values() if np.ndim(k))]


@pytest.mark.parametrize("row", ROWS + LBFGS_ROWS, ids=lambda row: row.name)
def test_optimizers(row: Any) -> None:
    hold(trained(row, foreign), trained(row, np.copy))


def test_a_model_is_trained_averaged_and_loaded() -> None:
    def numbers(enter: Callable[[Any], Any]) -> list[Any]:
        nn.seed(0)
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Dropout(0.2), nn.Linear(4, 3)).double()
        for tensor in (*model.parameters(), *model.buffers()):
            tensor.data = enter(tensor.data)
        optimizer, average = optim.AdamW(model.parameters()), optim.EMA(model, 0.5)
        start = {name: np.asarray(own(array)) for name, array in model.state_dict().items()}
        for _ in range(3):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(Tensor(enter(X))), enter(np.arange(3))).backward()
            optimizer.step()
            average.update()
        found = [*model.state_dict().values(), *average.averages.values()]
        model.load_state_dict(start)
        return found + list(model.state_dict().values())

    hold(numbers(foreign), numbers(np.copy))


# ---------------------------------------------------------------- planted faults


CONVERTING = {
    "a conversion": lambda g, x: g * np.asarray(x),
    "a new array": lambda g, x: np.zeros(x.shape) + 1,
    "a constant": lambda g, x: g * np.eye(3),
    "a write into a new array": lambda g, x: np.multiply(g, x, out=np.zeros(x.shape)),
}


@pytest.mark.parametrize("name", CONVERTING)
def test_a_rule_that_leaves_the_library_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Foreign, "strict", True)
    square = Operation(np.square, "primitive", [CONVERTING[name]], name="square")
    subject = Subject(square, [X], [0], forward=False, second=False)
    with pytest.raises(AssertionError, match=r"NumPy's|is array"):
        hold(derivatives(subject, foreign), derivatives(subject, np.copy))
