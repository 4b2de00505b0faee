"""Tensors on a GPU: the whole table computes by what CuPy offers, and by nothing else.

Convention: there is no GPU here. A stand-in for CuPy takes its place: it has CuPy's names and parameters, refuses what
CuPy refuses, and computes by NumPy, so that results are held against those of NumPy's arrays.
"""

from __future__ import annotations

import functools
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, capture
from autograd.native import FORMS, TWINS
from autograd.testing.laws import total

from ..cupy_standin.kernels import COMPILER
from ..cupy_standin.module import installed, on_gpu
from ..cupy_standin.surface import SURFACE, Lacking
from ..tables.optimizers import LBFGS_ROWS, ROWS, STEPS
from ..tables.subjects import SUBJECTS
from .capture.recording import Captured, eager
from .capture.recording import hold as hold_numbers
from .test_foreign import derivatives, trained

pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),
    pytest.mark.skipif(not COMPILER, reason="kernels are compiled by a C compiler, and there is none"),
]

OPERATIONS = ("elementwise:", "index:", "linalg:", "products:", "reduce:", "shape:", "fft:", "special:")
LAYERS = [name for name in SUBJECTS if not name.startswith(OPERATIONS)]
KERNELS = ("attention:", "convolution:", "dropout:", "embedding:", "normalisation:", "pooling:", "recurrent:")
APART = "on two devices, cuda:0"
LACKS = "CuPy has no|computed by SciPy, which takes NumPy's arrays alone"


@pytest.fixture(autouse=True, scope="module")
def cupy() -> Iterator[Any]:
    with installed() as module:
        yield module


def hold(found: list[Any], expected: list[Any]) -> None:
    """The numbers are the same, and on the GPU."""
    for k, (d, e) in enumerate(zip(found, expected, strict=True)):
        if e is None:
            assert d is None
        else:
            d = d._array if isinstance(d, Tensor) else d
            assert d.device == "cuda:0", f"number {k} is {d!r}"
            np.testing.assert_allclose(d.get(), e, rtol=1e-11, atol=1e-11, err_msg=f"number {k}")


@pytest.mark.parametrize("name", LAYERS)
def test_layers_losses_and_kernels(name: str) -> None:
    """Of kernels also the second derivative, which layers have from them."""
    subject = SUBJECTS[name]
    if subject.kind:
        subject = replace(subject, second=False)
    try:
        found = derivatives(subject, on_gpu)
    except ValueError as error:
        assert APART in str(error) and not subject.kind, error
    else:
        hold(found, derivatives(subject, np.copy))


@pytest.mark.parametrize("name", [name for name in SUBJECTS if name.startswith(OPERATIONS)])
def test_operations(name: str) -> None:
    """What is computed is right; else CuPy lacks it, or the row has arrays of NumPy's."""
    subject = replace(SUBJECTS[name], second=False, forward=False)
    try:
        found = derivatives(subject, on_gpu)
    except (ValueError, TypeError) as error:
        assert re.search(f"{APART}|{LACKS}", str(error)), error
    else:
        hold(found, derivatives(subject, np.copy))


@pytest.mark.parametrize("row", ROWS + LBFGS_ROWS[2:4], ids=lambda row: row.name)
def test_optimizers(row: Any) -> None:
    hold(trained(row, on_gpu), trained(row, np.copy))


# ---------------------------------------------------------------- devices

X = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
Y = np.arange(20) % 3


def network() -> Any:
    nn.seed(0)
    return nn.Sequential(nn.Linear(3, 8, bias=False), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 3))


def test_numbers_move_and_their_gradients_move_back(cupy: Any) -> None:
    t = Tensor(X, requires_grad=True)
    y = t.to("cuda")
    assert (t.device, y.device, y.to("cuda:1").device, y.cpu().device) == ("cpu", "cuda:0", "cuda:1", "cpu")
    assert y.to("cuda") is y and y.to(t).device == "cpu" and y.to("cuda", np.float64).dtype == np.float64
    np.sum(np.tanh(y.cuda()) ** 2).backward()
    np.testing.assert_allclose(t.grad, 2 * np.tanh(X) * (1 - np.tanh(X) ** 2), rtol=1e-5)


def test_arrays_of_cupy_are_taken_as_they_are(cupy: Any) -> None:
    x = cupy.asarray(X)
    t = Tensor(x, requires_grad=True)
    for y in (t * x, x * t, np.add(x, t), t @ x.T, np.concatenate([t, x]), nn.functional.mse_loss(t, x)):
        assert y.device == "cuda:0" and y.requires_grad
    assert Tensor.from_dlpack(x).device == "cuda:0"
    x[...] = 0  # the tensor has a copy
    assert t.data.get().any()


def test_modules_take_arrays_of_cupy(cupy: Any) -> None:
    for name in LAYERS:
        subject = SUBJECTS[name]
        if subject.module is not None:
            raw = [cupy.asarray(np.array(a)) for a in subject.arrays]
            operands = [a if i < subject.plain else Tensor(a) for i, a in enumerate(raw)]
            expected = subject.results(*[Tensor(np.array(a)) for a in subject.arrays])
            for y, z in zip(subject.results(*operands), expected, strict=True):
                np.testing.assert_allclose(y.cpu().data, z.data, 1e-9, 1e-9, err_msg=name)


def test_a_model_moves_with_its_gradients_and_its_optimizer_follows() -> None:
    """Some steps on the CPU, some on the GPU, some on the CPU again: as all on the CPU."""

    def losses(devices: list[str]) -> list[float]:
        model = network()
        optimizer = optim.Adam(model.parameters(), lr=0.05)
        found = []
        for device in devices:
            model.to(device)
            optimizer.zero_grad()
            loss = nn.CrossEntropyLoss()(model(Tensor(X).to(device)), Tensor(Y).to(device))
            loss.backward()
            optimizer.step()
            found.append(loss.item())
            assert {t.device[:4] for t in (*model.parameters(), *model.buffers())} == {device}
        return found

    np.testing.assert_allclose(losses(["cpu", "cuda", "cuda", "cpu", "cuda"]), losses(["cpu"] * 5), rtol=1e-4)


def test_a_trainer_loads_trains_and_resumes_on_a_gpu(tmp_path: Any) -> None:
    def made(device: str | None) -> Any:
        model = network().to(device or "cpu")
        loader = nn.DataLoader(X, Y, batch_size=8, shuffle=True, generator=0, device=device)
        checkpoint = nn.training.Checkpoint(tmp_path / f"{device}.npz")
        trainer = nn.training.Trainer(
            model, nn.CrossEntropyLoss(), optim.AdamW(model.parameters(), lr=0.02), metrics=[nn.metrics.accuracy],
            progress=False, callbacks=[checkpoint],
        )  # fmt: skip
        return trainer, loader

    def trained_by(device: str | None) -> Any:
        trainer, loader = made(device)
        trainer.fit(loader, epochs=1)
        trainer, loader = made(device)  # another process goes on
        trainer.fit(loader, epochs=2, resume=tmp_path / f"{device}.npz")
        return trainer.evaluate(loader), trainer.model

    (on_cpu, model), (measured, moved) = trained_by(None), trained_by("cuda")
    assert measured == pytest.approx(on_cpu, rel=1e-4)
    nn.save(moved, tmp_path / "model.npz")
    model.load_state_dict(nn.load(tmp_path / "model.npz"))
    moved.load_state_dict(model.state_dict())
    for p, q in zip(model.parameters(), moved.parameters(), strict=True):
        assert (p.device, q.device) == ("cpu", "cuda:0")
        np.testing.assert_array_equal(p.data, q.data.get())


def test_what_is_drawn_depends_on_the_seed_alone() -> None:
    def drawn(seed: int) -> Any:
        nn.seed(seed)
        y = nn.Dropout(0.5)(Tensor(np.ones((50, 50), np.float32)).to("cuda"))
        layer = nn.Linear(4, 4).to("cuda")
        nn.init.normal_(layer.weight, 0.0, 1.0)
        assert y.device == layer.weight.device == "cuda:0"
        return np.concatenate([y.data.get().ravel(), layer.weight.data.get().ravel()])

    np.testing.assert_array_equal(drawn(0), drawn(0))
    assert (drawn(0) != drawn(1)).any() and 0.4 < (drawn(0) == 0).mean() < 0.6


def without_gpu() -> None:
    with installed(gpus=0):
        Tensor(1.0).to("cuda")


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "two devices": (lambda: Tensor(X) + Tensor(X).cuda(), ValueError, "cuda:0 .* and cpu .*: move one of them"),
    "two GPUs": (lambda: Tensor(X).to("cuda:1") + Tensor(X).cuda(), ValueError, "cuda:1 .* and cuda:0"),
    "a layer elsewhere": (lambda: nn.Linear(3, 2)(Tensor(X).cuda()), ValueError, "cuda:0 .* and cpu"),
    "no device": (lambda: Tensor(X).to("tpu"), ValueError, "a device is 'cpu', 'cuda' or 'cuda:1'"),
    "no such GPU": (lambda: network().to("cuda:7"), ValueError, "there are 2 GPUs here"),
    "a loader for no device": (lambda: nn.DataLoader(X, device="cuda:7"), ValueError, "there are 2 GPUs here"),
    "no GPU": (without_gpu, RuntimeError, "needs a GPU, and CUDA finds none here"),
    "NumPy's conversion": (lambda: np.asarray(Tensor(X).cuda().data), TypeError, r"on cuda:0.*t.to\('cpu'\)"),
    "a layer made there": (lambda: nn.Linear(3, 2, device="cuda"), ValueError, r"move it, as in model.to\('cuda'\)"),
    "a function that CuPy lacks": (lambda: np.hypot.reduce(Tensor(X).cuda().data), TypeError, "CuPy has no"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name: str) -> None:
    call, kind, text = REFUSED[name]
    with pytest.raises(kind, match=text):
        call()


def test_a_missing_cupy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(ImportError, match=r"device='cuda' needs cupy: pip install 'chalkgrad\[gpu\]'"):
        Tensor(1.0).to("cuda")


# ---------------------------------------------------------------- machines of the processor


def test_native_kernels_never_see_an_array_of_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    for twin in TWINS.values():
        monkeypatch.setitem(twin.__dict__, "native", lambda *args: pytest.fail("a native kernel was called"))
    x = Tensor(np.ones((64, 512), np.float32)).cuda()
    for f in (nn.functional.gelu, nn.functional.softmax, nn.functional.relu, np.tanh, nn.LayerNorm(512).cuda()):
        x.requires_grad = True
        np.sum(f(x)).backward()
    nn.Conv2d(1, 4, 3).cuda()(x.detach().reshape(8, 1, 64, 64))


@pytest.mark.parametrize("name", [name for name in LAYERS if name.startswith(KERNELS)])
def test_captured_kernels(name: str) -> None:
    """Programs run at other points than where they were recorded; those of all other rows are held elsewhere, too."""
    captured = Captured("gpu")
    for seed in (0, 1, 0):
        subject = replace(SUBJECTS[name].at(seed), second=False, forward=False)
        f = functools.partial(derivatives, subject)
        try:
            expected, given = eager(f)
            found = captured(f, given)
        except ValueError as error:
            assert APART in str(error) and not subject.kind, error
            return
        hold_numbers(found, expected, 1e-11)
    assert captured.runs


def captured_training(row: Any, enter: Any) -> list[Any]:
    """Where an optimizer leads by captured steps."""
    params = [Tensor(enter(x), requires_grad=True) for x in row.starts.values()]
    optimizer = getattr(optim, row.kind)(params, **row.options)

    def step(t: Any) -> None:
        optimizer.zero_grad()
        total([np.sum(np.cos(np.real(p) + t) + np.abs(p) ** 2) for p in params]).backward()
        optimizer.step()

    f = capture(step) if enter is on_gpu else step
    for t in range(STEPS):
        f(float(t))
    assert enter is not on_gpu or f.count, row.name  # type: ignore[attr-defined]
    return [p.data for p in params]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_captured_optimizers(row: Any) -> None:
    hold(captured_training(row, on_gpu), captured_training(row, np.copy))


def test_a_program_moves_numbers_anew_in_each_call() -> None:
    w = Tensor(np.ones(3)).to("cuda")
    f = capture(lambda x: np.sum((Tensor(x).to("cuda") * w).cpu().data))
    for k in range(4):
        assert f(np.arange(3.0) + k) == pytest.approx(3 + 3 * k)


# ---------------------------------------------------------------- planted faults


def test_the_standin_refuses_what_cupy_refuses(cupy: Any) -> None:
    x = cupy.asarray(X)
    for call in (
        lambda: np.maximum.reduce(x), lambda: np.add.reduce(x, where=True), lambda: np.max(x, initial=0),
        lambda: np.vecdot(x, x), lambda: x + X, lambda: np.multiply(x, 2, order="C"), lambda: np.concatenate([x, X]),
    ):  # fmt: skip
        with pytest.raises(Lacking):
            call()
    with pytest.raises(TypeError, match="Implicit conversion"):
        np.asarray(x)
    assert int(SURFACE.version.split(".")[0]) >= 14


WRONG = {
    "nn.functional.gpu.normalisation:NORMALISE": ("- mean[group]", "+ mean[group]"),
    "nn.functional.gpu.normalisation:THROUGH": ("- mean", ""),
    "nn.functional.gpu.convolution:FOLD": ("yh % sh ||", ""),
    "nn.functional.gpu.pooling:UNPOOL": ("e * dw", "e * 2"),
    "nn.functional.gpu.recurrent:LSTM": ("i_ * g;", "i_ + g;"),
    "nn.functional.gpu.recurrent:LSTM_BACK": ("(one - f)", "f"),
    "nn.functional.gpu.recurrent:GRU": ("z * (h - n)", "z * (n - h)"),
    "nn.functional.gpu.recurrent:GRU_BACK": ("q_r = p_r", "q_r = p_z"),
    "nn.functional.gpu.attention:EXP": ("exp(x", "exp(2 * x"),
    "nn.functional.gpu.attention:SHARE": ("x / total", "x"),
}


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_kernel_is_found(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module, _, name = path.partition(":")
    kernel = getattr(importlib.import_module(module), name)
    old, new = WRONG[path]
    assert old in kernel.text
    monkeypatch.setattr(kernel, "text", kernel.text.replace(old, new))
    monkeypatch.setattr(kernel, "_made", (None, None))
    word = module.rpartition(".")[2] + ":"
    rows = [n for n in LAYERS if n.startswith(word)]
    assert any(map(differs, rows))


def differs(name: str) -> bool:
    """Does a row fail?"""
    subject = replace(SUBJECTS[name], second=False, forward=False)
    try:
        hold(derivatives(subject, on_gpu), derivatives(subject, np.copy))
    except AssertionError:
        return True
    except ValueError as error:
        assert APART in str(error)
    return False


def noted(form: Any, path: str, taken: set[str]) -> Any:
    """The form, which notes that it did the work."""

    def called(*args: Any, **options: Any) -> Any:
        found = form(*args, **options)
        if found is not NotImplemented:
            taken.add(path)
        return found

    return called


def test_every_form_for_a_gpu_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is called by some row, and does not leave the work to NumPy's function."""
    taken: set[str] = set()
    for path in FORMS:
        module, _, name = path.partition(":")
        place = importlib.import_module(module)
        monkeypatch.setattr(place, name, noted(getattr(place, name), path, taken))
    words = ("convolution", "pooling:MaxPool2d", "normalisation:Batch", "recurrent", "attention:Mul", "embedding")
    for name in [n for n in LAYERS if n.startswith((*words, "activations:Softmax"))]:
        if set(FORMS) == taken:
            break
        differs(name)
    assert taken == set(FORMS)
