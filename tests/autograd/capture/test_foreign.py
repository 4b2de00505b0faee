"""Captured functions of arrays of another library: programs make the library's calls, and leave what eager calls leave.

Convention: ``on_gpu`` makes an array of the stand-in for CuPy; what is computed of it is held to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, Value, capture, grad, no_grad, value_and_grad
from autograd.draw import draw
from autograd.functional.nests import leaves as flat
from autograd.gpu import Array, entered
from autograd.tensor import of

from ...cupy_standin.array import ndarray
from ...cupy_standin.module import installed, on_gpu
from ...foreign import Foreign
from .worlds import Table, X, laws, outcome

pytestmark = pytest.mark.filterwarnings("ignore:.*needs a GPU")
WORLDS = Table()


@pytest.fixture(autouse=True, scope="module")
def cupy() -> Iterator[Any]:
    with installed() as module:
        yield module


def leaf(x: Any, enter: Any = on_gpu) -> Tensor:
    return Tensor(enter(x), requires_grad=True)


# ---------------------------------------------------------------- what is given and what comes back


@WORLDS.row(2)
def tensors_and_arrays_as_arguments(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, y: {"sum": np.sum(x * y), "rows": [x @ y, x.T], "same": x})
    for k in range(3):
        yield f(Tensor(on_gpu(X + k)), Tensor(on_gpu(X * k)))
        yield f(on_gpu(X + k), on_gpu(X * k))


@WORLDS.row(3)
def arrays_of_a_library_that_is_not_known(captured: Any) -> Iterator[Any]:
    w = leaf(X, Foreign)

    def step(x: Any) -> Any:
        w.grad = None
        loss = np.sum(np.tanh(w * x) ** 2)
        loss.backward()
        return loss.detach(), w.grad

    f, g = captured(step), captured(value_and_grad(lambda x: np.sum(x**3)))
    for k in range(3):
        yield f(Tensor(Foreign(X + k))), w
        yield g(Foreign(X - k))


@WORLDS.row(4)
def other_shapes_dtypes_and_devices(captured: Any) -> Iterator[Any]:
    f = captured(grad(lambda x: np.sum(np.sin(x) ** 2)))
    for k in range(2):
        yield f(on_gpu(X + k)), f(on_gpu(X[:2] + k)), f(on_gpu(np.float32(X + k)))
        yield f(Tensor(X + k).to("cuda:1").data)


@WORLDS.row(1)
def views_of_an_argument(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        y = x.reshape(1, -1).T
        y *= 2  # which is x, as on the CPU
        z = y.copy()
        z[0] = 7
        return y, x, z, y[::2]

    g = captured(f)
    for k in range(4):
        x = on_gpu(X + k)
        yield g(x), x


@WORLDS.row(3)
def arrays_of_other_layouts(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        y = x.reshape(-1)  # a view of some, a copy of others
        y *= 2
        return y * 1

    g = captured(f)
    for k in range(3):
        x = on_gpu(np.arange(4.0).reshape(2, 2) + k)
        for view in (x.T, x, x[:, :1]):
            yield g(view), x, view


@WORLDS.row(0, warns=True)
def an_array_made_inside_that_changes(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        own = Tensor(np.zeros(3)).to("cuda").data
        first = own + x
        own[1] = 7
        return first, own + x

    g = captured(f)
    for k in range(4):
        yield g(on_gpu(X * k))


@WORLDS.row(1)
def an_array_made_inside_that_is_returned(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        own = Tensor(np.zeros(3)).to("cuda").data
        return own + x, own

    g = captured(f)
    for k in range(4):
        found = g(on_gpu(X * k))
        yield found
        found[1][0] = 99


@WORLDS.row(1)
def several_results_of_one_call(captured: Any) -> Iterator[Any]:
    def f(x: Any) -> Any:
        q, r = np.linalg.qr(x)
        return q, r, np.split(x, 2), np.nonzero(x > 0)[0].shape, x.shape, len(x), x.get().sum()

    g = captured(f)
    for k in range(3):
        yield g(on_gpu(np.arange(1.0, 5).reshape(2, 2) + k))


# ---------------------------------------------------------------- numbers on both sides


@WORLDS.row(1)
def numbers_of_numpy_beside(captured: Any) -> Iterator[Any]:
    def f(x: Any, rate: float, scale: Any, plain: Any) -> Any:
        moved = Tensor(plain * scale).to("cuda")
        return (x * rate + moved.data) * scale[0], (moved * rate).cpu(), np.sum(plain).item() * rate

    g = captured(f)
    for k in range(4):
        yield g(on_gpu(X + k), 0.5 * k, np.array([2.0 + k]), X - k)


@WORLDS.row(1)
def a_loss_as_a_number_of_pythons(captured: Any) -> Iterator[Any]:
    w = leaf(X)

    def f(x: Any) -> Any:
        loss = np.sum(w * x)
        return loss.item() * 2 + 1, np.mean(x).data.item()

    g = captured(f)
    for k in range(3):
        yield g(Tensor(on_gpu(X + k)))


@WORLDS.row(4)
def decisions(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x * 2 if np.sum(x) > 0 else -x)
    g = captured(lambda x: x[x > 0])
    for k in (1, -1, 2, -2, 1):
        yield f(on_gpu(X * k)), g(on_gpu(X * k))


@WORLDS.row(4)
def decisions_on_both_sides(captured: Any) -> Iterator[Any]:
    def f(x: Any, y: Any) -> Any:
        a = x * 2 if np.sum(x) > 0 else x * 3
        return a, y * 2 if np.sum(y) > 0 else y * 3

    g = captured(f)
    for k in range(20):  # at first they go together
        yield g(on_gpu(X * (-1) ** k), X * (-1) ** (k // 2 if k > 9 else k))


@WORLDS.row(8)
def shapes_that_numbers_decide(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: np.sum(x) / np.unique(x).size)
    g = captured(lambda x, n: [part * 2 for part in np.array_split(x, n)])
    for k in (3, 3, 2, 1, 2, 3):
        yield f(Foreign(np.arange(6) % k * 1.0)), g(Foreign(X), k + 2), g(Foreign(X), k)


@WORLDS.row(1)
def arrays_of_numpys_that_the_library_keeps(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, y: (np.asarray(y * 2, like=x), np.asarray(y, like=x) * x))
    kept = []
    for k in range(4):
        kept.append(f(Foreign(X), X * k))
        yield kept


@WORLDS.row(1)
def arrays_of_numpys_that_change_between_two_uses(captured: Any) -> Iterator[Any]:
    own = np.zeros(3)

    def f(x: Any, y: Any) -> Any:
        own[:] = y
        first = np.asarray(own, like=x) * x
        own[:] = y + 1
        return first, np.asarray(own, like=x) * x

    g = captured(f)
    for k in range(4):
        yield g(Foreign(X), X * k), own


@WORLDS.row(1)
def draws_that_wait_for_the_library(captured: Any) -> Iterator[Any]:
    rng = np.random.default_rng(0)
    f = captured(lambda x: (rng.normal(np.sum(x).item(), size=3), rng.uniform(size=3) * 2))
    for k in range(4):
        yield f(on_gpu(X + k)), rng.bit_generator.state


@WORLDS.row(6)
def what_python_is_told(captured: Any) -> Iterator[Any]:
    f = captured(lambda x, y: x * 2 if np.array_equal(x, y) else x)
    g = captured(lambda x: [number * 2 for number in x.tolist()])
    h = captured(lambda x: x.item() * 2)
    for k in (1, 2, 1):
        yield f(Foreign(X), Foreign(X * k)), g(on_gpu(X * k)), h(on_gpu(1j * k))


@WORLDS.row(1)
def functions_that_write(captured: Any) -> Iterator[Any]:
    def f(x: Any, y: Any) -> Any:
        z = np.zeros_like(y)
        np.cumsum(y, out=z)
        np.copyto(x, z * 2)
        return z, y * 1

    g = captured(f)
    for k in range(4):
        x = on_gpu(X)
        yield g(x, on_gpu(X + k)), x


@WORLDS.row(2)
def a_parameter_that_changes_in_its_graph(captured: Any) -> Iterator[Any]:
    w = leaf(X)

    def f(x: Any) -> Any:
        array = w.data
        array += x

    g = captured(f)
    for _ in range(4):
        y = np.sum(w**2)
        g(on_gpu(X))
        yield outcome(y.backward), w


@WORLDS.row(16, warns=True)
def numbers_that_python_sees(captured: Any) -> Iterator[Any]:
    f = captured(lambda x: x * float(np.sum(x)))
    for k in range(20):
        yield f(on_gpu(X + k))


# ---------------------------------------------------------------- what is read and left outside


@WORLDS.row(2)
def arrays_and_tensors_outside(captured: Any) -> Iterator[Any]:
    w, held = Tensor(on_gpu(X)), {"x": on_gpu(X), "list": [on_gpu(X * 2)]}
    f = captured(lambda: (w * held["x"], held["list"][0] + 1))
    for k in range(3):
        yield f()
        w.data = on_gpu(X * k)
        held["x"] = on_gpu(X - k)
    held["list"][0] = on_gpu(X[:1])
    yield f()
    held["list"][0][0] = 5
    yield f()
    w.data = on_gpu(np.float32(X))
    yield f()


@WORLDS.row(2)
def what_is_left_in_tensors_and_lists(captured: Any) -> Iterator[Any]:
    w, kept, box = leaf(X), [on_gpu(X)], {"last": on_gpu(X)}

    def f(x: Any) -> None:
        w.grad = None
        np.sum(w * x).backward()
        with no_grad():
            w.data = w.data - 0.1 * w.grad
        kept[0] = x * 2
        box["last"] += x

    g = captured(f)
    for k in range(4):
        yield g(on_gpu(X + k)), w, kept, box


@WORLDS.row(1)
def an_array_that_is_written_to_where_it_stands(captured: Any) -> Iterator[Any]:
    total, seen = on_gpu(np.zeros(3)), on_gpu(np.zeros(3))
    view = seen[1:]

    def f(x: Any) -> Any:
        np.add(total, x, out=total)
        seen[1:] = x[1:]
        np.add.at(total, np.array([0, 0]), 2.0)
        return total * 1

    g = captured(f)
    for k in range(4):
        yield g(on_gpu(X + k)), total, seen, view


@WORLDS.row(2)
def a_decision_after_a_write(captured: Any) -> Iterator[Any]:
    total = on_gpu(np.zeros(3))

    def f(x: Any) -> Any:
        total[:] = total + x
        return total * 2 if np.sum(total) > 3 else total + 1

    g = captured(f)
    for k in (1, 1, 1, 1, -2, 1, -1, 1, 5):
        yield g(on_gpu(X * k)), total


@WORLDS.row(1)
def a_decision_by_numbers_of_numpys_after_a_write(captured: Any) -> Iterator[Any]:
    total = on_gpu(np.zeros(3))

    def f(x: Any, y: Any) -> Any:
        total[:] = total + x
        return total * 2 if np.sum(y) > 3 else total + 1

    g = captured(f)
    for k in range(3):
        yield g(on_gpu(X), X + 10 * (k > 5)), total


@WORLDS.row(1)
def what_was_there_before_is_returned(captured: Any) -> Iterator[Any]:
    w, box = leaf(X), {"x": on_gpu(X)}
    sgd = optim.SGD([w], lr=0.5)

    def f(x: Any) -> Any:
        old = w.data, box["x"], w.grad
        sgd.zero_grad()
        np.sum(w * x).backward()
        sgd.step()
        box["x"] = box["x"] * x
        return old

    g, kept = captured(f), []
    for k in range(5):
        kept.append(g(on_gpu(X - k)))
        yield kept, w, box


@WORLDS.row(5)
def a_model_that_moves_between_devices(captured: Any) -> Iterator[Any]:
    nn.seed(0)
    model = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.3), nn.BatchNorm1d(4)).to("cuda")
    adam = optim.Adam(model.parameters(), lr=0.05)

    def step(x: Any) -> Any:
        adam.zero_grad()
        loss = np.sum(model(x) ** 3)
        loss.backward()
        adam.step()
        return loss.item()

    f = captured(step)
    for k in range(12):
        device = "cpu" if k in (4, 8) else "cuda"
        model.to(device)
        x = np.random.default_rng(k).normal(size=(5, 3))
        yield f(Tensor(np.float32(x)).to(device)), model.state_dict(), adam.state_dict()


@WORLDS.row(2)
def decisions_after_a_step(captured: Any) -> Iterator[Any]:
    w = leaf(X)
    sgd = optim.SGD([w], lr=0.1)

    def step(x: Any) -> Any:
        sgd.zero_grad()
        loss = np.sum(w * x)
        loss.backward()
        sgd.step()
        return loss.detach() * 2 if loss > 0 else loss.detach()

    f = captured(step)
    for k in (1, 1, 1, -1, -1, 1, 3, -3, 1):
        yield f(on_gpu(X * k)), w


@WORLDS.row(1)
def errors_after_a_write(captured: Any) -> Iterator[Any]:
    total, w = on_gpu(np.zeros((2, 2))), leaf(np.zeros((2, 2)))

    def f(x: Any) -> Any:
        total[...] += x
        w.data = w.data + x
        try:
            inverse = np.linalg.inv(x)
        except np.linalg.LinAlgError:
            inverse = x * 7
        return inverse, np.linalg.inv(total)

    g = captured(f)
    for x in ([2, 0, 0, 1], [1, 1, 1, 1], [1, 0, 0, 1], [-4, -1, -1, -3], [1, 0, 0, 1]):
        yield outcome(g, on_gpu(np.reshape(x, (2, 2)) * 1.0)), total, w


@WORLDS.row(2)
def indices_and_powers_after_a_write(captured: Any) -> Iterator[Any]:
    total = Foreign(np.zeros(3))

    def taken(x: Any, i: Any) -> Any:
        total[...] += x
        try:
            return x[i] * 2
        except IndexError:
            return x * 0

    def raised(x: Any, n: Any) -> Any:
        total[...] += x
        return n**n

    f, g = captured(taken), captured(raised)
    for k in (1, 2, 5, -1):
        yield f(Foreign(X), Foreign(np.array([0, k]))), total
        yield outcome(g, Foreign(X), Foreign(np.array([1, k]))), total


@WORLDS.row(2)
def numbers_before_a_step_that_are_needed_after_it(captured: Any) -> Iterator[Any]:
    w, previous = leaf(X), [on_gpu(X)]
    sgd = optim.SGD([w], lr=0.1)

    def moved() -> Any:
        sgd.zero_grad()
        old = w.data
        np.sum(w**2).backward()
        sgd.step()
        return w.data - old

    def kept() -> None:
        sgd.zero_grad()
        np.sum(w**3).backward()
        previous[0] = w.data
        sgd.step()

    f, g = captured(moved), captured(kept)
    for _ in range(5):
        yield f(), w, g(), w, previous


@WORLDS.row(1)
def errors_before_a_write(captured: Any) -> Iterator[Any]:
    total = on_gpu(np.zeros((2, 2)))

    def f(x: Any) -> Any:
        try:
            y = np.linalg.inv(x)
        except np.linalg.LinAlgError:
            y = x * 7
        total[...] += y
        return y

    g = captured(f)
    for x in (1, 2, 0, 3, 0):
        yield g(on_gpu(np.full((2, 2), 1.0) + np.eye(2) * x)), total


@WORLDS.row(1)
def errors_of_a_number_after_a_write(captured: Any) -> Iterator[Any]:
    total, w = on_gpu(np.zeros(3)), leaf(X)
    sgd = optim.SGD([w], lr=0.1)

    def f(x: Any, v: Any) -> Any:
        sgd.zero_grad()
        np.sum(w * x).backward()
        sgd.step()
        total[...] += x
        return (v.log() * 2).data

    g = captured(f)
    for v in (1.0, 2.0, 3.0, 4.0, -1.0, 3.0):
        yield outcome(g, on_gpu(X), Value(v)), total, w


@WORLDS.row(1)
def parameters_that_somebody_holds(captured: Any) -> Iterator[Any]:
    w = leaf(X)
    sgd = optim.SGD([w], lr=0.1, momentum=0.9)
    w.grad = on_gpu(X * 0)
    sgd.step()
    held = []

    def step() -> Any:
        sgd.zero_grad()
        loss = np.sum(w**2)
        loss.backward()
        sgd.step()
        return loss.detach()

    f = captured(step)
    for k in range(6):
        if k % 2:
            held.append([w.data[1:], w.data, w.detach(), w.data.T][k // 2])
        yield f(), w, held


@WORLDS.row(1)
def views_of_a_parameter_before_its_step(captured: Any) -> Iterator[Any]:
    w = leaf(X)
    sgd = optim.SGD([w], lr=0.5)

    def step(x: Any) -> Any:
        sgd.zero_grad()
        old = w.detach().data.reshape(1, 3)
        np.sum(w * x).backward()
        sgd.step()
        return old * 1, old

    f = captured(step)
    for k in range(4):
        yield f(on_gpu(X * k)), w


# ---------------------------------------------------------------- networks


def network() -> Any:
    nn.seed(0)
    convolution = nn.Sequential(nn.Conv2d(2, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
    return nn.Sequential(convolution, nn.Dropout(0.2), nn.Linear(16, 8), nn.LayerNorm(8), nn.GELU(), nn.Linear(8, 3))


IMAGES = np.random.default_rng(0).normal(size=(5, 2, 6, 6)).astype(np.float32)


@WORLDS.row(2)
def training(captured: Any) -> Iterator[Any]:
    model = network().to("cuda")
    nn.seed(3)
    adam = optim.AdamW(model.parameters(), lr=0.01)
    schedule = optim.CosineAnnealingLR(adam, 10)
    target = Tensor(np.arange(5) % 3).to("cuda")

    def step(x: Any) -> Any:
        adam.zero_grad()
        loss = nn.functional.cross_entropy(model(x), target)
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), 100.0)
        adam.step()
        return loss.item()

    def measured(x: Any) -> Any:
        with no_grad():
            return np.mean(np.argmax(model(x), 1) == target).item()

    step(Tensor(IMAGES).to("cuda"))  # which makes the optimizer's memory
    f, g = captured(step), captured(measured)
    for k in range(4):
        model.train()
        yield f(Tensor(IMAGES + k).to("cuda")), model.state_dict(), [p.grad for p in model.parameters()]
        schedule.step()
        model.eval()
        yield g(Tensor(IMAGES - k).to("cuda"))


@WORLDS.row(2)
def sequences(captured: Any) -> Iterator[Any]:
    nn.seed(0)
    lstm, attention = nn.LSTM(3, 8).to("cuda"), nn.MultiheadAttention(8, 2).to("cuda")
    parameters = [*lstm.parameters(), *attention.parameters()]

    def step(x: Any) -> Any:
        for p in parameters:
            p.grad = None
        y = lstm(x)[0]
        np.sum(attention(y, y, y)[0] ** 2).backward()
        return [p.grad for p in parameters]

    f = captured(step)
    for k in range(3):
        yield f(Tensor(np.float32(np.random.default_rng(k).normal(size=(4, 2, 3)))).to("cuda"))


test_captured_equals_eager, test_so_does_a_checked_one, test_so_does_one_without_room = laws(WORLDS)


# ---------------------------------------------------------------- what is refused, and planted faults


def test_cupys_own_arrays_are_refused(cupy: Any) -> None:
    x = cupy.asarray(X)
    f, g = capture(lambda t: np.sum(Tensor(t) ** 2).item()), capture(lambda: np.sum(Tensor(x) ** 2).item())
    with pytest.warns(RuntimeWarning, match=r"a .*ndarray is an argument: give it Tensor\(x\)"):
        assert f(x) == pytest.approx(np.sum(X**2))
    with pytest.warns(RuntimeWarning, match=r"it reads a .*ndarray from x: make it Tensor\(x\)"):
        assert g() == pytest.approx(np.sum(X**2))
    assert f.count == g.count == 0


def test_functions_of_cupy_called_past_numpy_run_eagerly(cupy: Any) -> None:
    f = capture(lambda x: of(entered(cupy.square(x.data.own)), None).cpu())
    with pytest.warns(RuntimeWarning, match="runs eagerly"):
        for k in range(5):
            np.testing.assert_array_equal(f(Tensor(on_gpu(X + k))).data, (X + k) ** 2)


class Full(Foreign):
    """An array of a library that has no memory left for one function."""

    is_full = False

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if self.is_full and ufunc is np.exp:
            raise MemoryError
        return super().__array_ufunc__(ufunc, method, *inputs, **kwargs)


def test_an_error_that_nothing_foresees_is_raised_once_an_array_was_written_to(monkeypatch: pytest.MonkeyPatch) -> None:
    total = Foreign(np.zeros(3))

    def step(x: Any) -> Any:
        np.add(total, 1.0, out=total)
        return np.exp(x)

    f = capture(step)
    for _ in range(3):
        f(Full(X))
    monkeypatch.setattr(Full, "is_full", True)
    with pytest.raises(MemoryError):
        f(Full(X))
    np.testing.assert_array_equal(total.numbers, 4.0)
    monkeypatch.undo()
    f(Full(X))
    np.testing.assert_array_equal(total.numbers, 5.0)
    assert f.count == 1


def test_a_program_keeps_no_array_alive() -> None:
    f = capture(lambda x: np.sum((x * 2) ** 2).item())
    x = Tensor(on_gpu(X))
    for _ in range(3):
        f(x)
    assert isinstance(x.data, Array) and x.data.alone
    assert not [thing for hand in f.last.waiting for thing in flat(hand.machine.found) if isinstance(thing, Array)]  # type: ignore[union-attr]


def test_arrays_are_freed_as_early_as_in_an_eager_call(monkeypatch: pytest.MonkeyPatch) -> None:
    alive: set[int] = set()
    most = [0]

    def begin(x: Any, *args: Any) -> None:
        start(x, *args)
        alive.add(id(x))
        most[0] = max(most[0], len(alive))

    def rounds(x: Any) -> Any:
        for _ in range(10):
            x = np.sin(x)
        return x.item()

    f, x, start = capture(rounds), Tensor(on_gpu(1.0)).data, ndarray.__init__
    for _ in range(3):
        f(x)
    monkeypatch.setattr(ndarray, "__init__", begin)
    monkeypatch.setattr(ndarray, "__del__", lambda x: alive.discard(id(x)), raising=False)
    f(x)
    assert 0 < most[0] <= 3
    assert f.count == 1


def test_a_parameter_that_is_the_places_alone_is_moved_in_place() -> None:
    w = leaf(X)
    sgd = optim.SGD([w], lr=0.1)

    def step() -> None:
        sgd.zero_grad()
        np.sum(w**2).backward()
        sgd.step()

    f = capture(step)
    for _ in range(3):
        f()
    memory = id(w._array.own)
    f()
    assert id(w._array.own) == memory and f.count == 1
    held = w.data
    f()
    assert id(w._array.own) != memory and held.get()[0] != w.data.get()[0]


def test_a_conversion_that_the_library_allows_is_a_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Foreign, "__array__", lambda self, dtype=None, copy=None: np.array(self.numbers, dtype))
    f = capture(lambda t: float(np.asarray(t.data).sum()))
    for k in (1, 2, 1, 2):
        assert f(Tensor(Foreign(X * k))) == np.sum(X * k)
    assert f.count == 2


def test_such_a_program_is_printed_and_drawn() -> None:
    f = capture(lambda x: np.sum((x * 2)[1:]))
    f(on_gpu(X))
    assert str(f.program).endswith("mul(%0, 2)\n%2 f8[2] = getitem(%1, slice(1, None, None))\n%3 f8[] = sum(%2)")
    assert "getitem" in draw(f.program).source
