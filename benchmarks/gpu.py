"""On a GPU: ``python -m benchmarks.gpu [--quick]`` holds every layer to the CPU's numbers, then races PyTorch.

``--stand-in`` checks the numbers where there is no GPU, on the stand-in for CuPy that the tests use: a minute or two.
It needs what the tests need, the extra ``test``; without PyTorch for CUDA it times this library alone.

Convention: single precision, no TF32. Numbers are results and gradients, and differ from the CPU's by at most 1e-4 of
the largest of their array. A duration ends when the GPU has finished.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import nn
from autograd import Tensor, capture
from optim import SGD
from tests.cupy_standin.module import installed
from tests.tables.subjects import SUBJECTS, Subject

from . import cnn, measure, transformer
from .measure import Race, Step
from .peers import load

EXACT = 1e-4
OPERATIONS = ("elementwise:", "fft:", "index:", "linalg:", "products:", "reduce:", "shape:", "special:")
AIM = 1.5  # times PyTorch's duration
SETTLED = 25  # calls after which an optimizer looks for no more mistakes, and has one program


# ---------------------------------------------------------------- numbers


def numbers(subject: Subject, device: str) -> list[Any]:
    """Results and gradients in single precision, computed on a device."""
    single = [a.astype(np.float32) if a.dtype.kind == "f" else a for a in subject.arrays]
    tensors = [Tensor(a).to(device) for a in single]
    for i in subject.places:
        tensors[i].requires_grad = True
    results = subject.results(*tensors)
    losses = [np.sum(np.square(y)) for y in results if y.requires_grad]
    if losses:
        np.sum(np.stack(losses)).backward()
    gradients = [tensors[i].grad for i in subject.places]
    return [
        *(y.detach().cpu().data for y in results),
        *(None if g is None else Tensor(g).cpu().data for g in gradients),
    ]


def distance(found: list[Any], expected: list[Any]) -> float:
    """The largest difference, as a part of the largest number of its array, or of 1."""
    far = 0.0
    for d, e in zip(found, expected, strict=True):
        if (d is None) != (e is None):
            return np.inf
        if d is not None and d.size:
            same = (d == e) | (np.isnan(d) & np.isnan(e))
            gap = np.where(same, 0, np.abs(d - e)) / max(1.0, float(np.max(np.abs(np.where(np.isfinite(e), e, 0)))))
            far = max(far, float(np.max(np.nan_to_num(gap, nan=np.inf))))
    return far


def check(device: str = "cuda") -> int:
    """Compare every layer and loss of the tests' table with the CPU; returns how many differ, each told."""
    rows = {name: s for name, s in SUBJECTS.items() if s.kind and not name.startswith(OPERATIONS)}
    wrong, furthest = 0, 0.0
    for name, subject in rows.items():
        try:
            far = distance(numbers(subject, device), numbers(subject, "cpu"))
        except Exception as error:
            wrong += 1
            print(f"  {name}: {type(error).__name__}: {str(error).partition(chr(10))[0]}")
            continue
        furthest = max(furthest, far if far <= EXACT else 0.0)
        if not far <= EXACT:
            wrong += 1
            print(f"  {name}: differs by {far:.2g}")
    print(f"numbers: {len(rows) - wrong} of {len(rows)} layers and losses as on the CPU, to {furthest:.1g} at most")
    return wrong


# ---------------------------------------------------------------- durations


class Finished:
    """A step whose durations end when the GPU has done all its work."""

    def __init__(self, step: Step, wait: Callable[[], object]) -> None:
        self.step, self.wait = step, wait

    def __call__(self) -> None:
        self.step()

    def seconds(self, times: int) -> float:
        self.wait()
        start = time.perf_counter()
        for _ in range(times):
            self.step()
        self.wait()
        return (time.perf_counter() - start) / times


class Block(nn.Module):
    """The basic block of ResNet-18: x + batch norms and 3 by 3 convolutions of 64 channels."""

    def __init__(self) -> None:
        self.conv1, self.bn1 = nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64)
        self.conv2, self.bn2 = nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64)

    def forward(self, x: Any) -> Any:
        y = nn.functional.relu(self.bn1(self.conv1(x)))
        return nn.functional.relu(self.bn2(self.conv2(y)) + x)


def torchs_block(torch: Any) -> Any:
    class TorchBlock(torch.nn.Module):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.bn1 = torch.nn.Conv2d(64, 64, 3, padding=1, bias=False), torch.nn.BatchNorm2d(64)
            self.conv2, self.bn2 = torch.nn.Conv2d(64, 64, 3, padding=1, bias=False), torch.nn.BatchNorm2d(64)

        def forward(self, x: Any) -> Any:
            y = torch.relu(self.bn1(self.conv1(x)))
            return torch.relu(self.bn2(self.conv2(y)) + x)

    return TorchBlock()


def perceptron(library: Any) -> Any:
    relu = library.ReLU()
    return library.Sequential(
        library.Linear(784, 256), relu, library.Linear(256, 128), relu, library.Linear(128, 10)
    )  # fmt: skip


def pictures(*shape: int) -> Any:
    return np.random.default_rng(0).normal(size=shape).astype(np.float32)


def classes(count: int) -> Any:
    return np.random.default_rng(1).integers(0, 10, count)


def layer(library: Any) -> Any:
    t = transformer
    return library.TransformerEncoderLayer(t.WIDTH, t.HEADS, t.HIDDEN, dropout=0.0, batch_first=True)


Case = tuple[Callable[[], Any], Callable[[Any], Any], Callable[[], tuple[Any, Any]]]
CASES: dict[str, Case] = {
    "MLP step, 784-256-128-10, batch 512": (
        lambda: perceptron(nn), lambda torch: perceptron(torch.nn), lambda: (pictures(512, 784), classes(512)),
    ),
    "CNN step, 1-16-32 3x3 on 28x28, batch 64": (
        lambda: nn.Sequential(*cnn.layers(nn)), lambda torch: torch.nn.Sequential(*cnn.layers(torch.nn)), cnn.batch,
    ),
    "ResNet-18 block step, 64 channels of 32x32, batch 64": (
        Block, torchs_block, lambda: (pictures(64, 64, 32, 32), pictures(64, 64, 32, 32)),
    ),
    "transformer layer step, width 128, length 64, batch 16": (
        lambda: layer(nn), lambda torch: layer(torch.nn), transformer.batch,
    ),
}  # fmt: skip


def ours(case: Case, device: str, captured: bool = False) -> Step:
    make, _, batch = case
    x, t = (Tensor(a).to(device) for a in batch())
    model = make().to(device)
    sgd = SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss = nn.functional.cross_entropy if t.ndim == 1 else nn.functional.mse_loss

    def step() -> None:
        sgd.zero_grad()
        loss(model(x), t).backward()
        sgd.step()

    if captured:
        run = step = capture(step)
        for _ in range(SETTLED):
            run()
        assert run.count, f"runs eagerly: {run.why}"
    return Finished(step, sys.modules["cupy"].cuda.get_current_stream().synchronize)


def pytorch(case: Case) -> Step:
    torch = load("torch")
    if not torch.cuda.is_available():
        raise measure.Skip("PyTorch has no GPU here")
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    _, make, batch = case
    x, t = (torch.tensor(a).cuda() for a in batch())
    model = make(torch).cuda()
    sgd = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
    loss = torch.nn.functional.cross_entropy if t.ndim == 1 else torch.nn.functional.mse_loss

    def step() -> None:
        sgd.zero_grad()
        loss(model(x), t).backward()
        sgd.step()

    return Finished(step, torch.cuda.synchronize)


def race(repeats: int) -> None:
    """Time all cases beside PyTorch's."""
    print(measure.machine(1))
    print(measure.HEAD)
    for name, case in CASES.items():
        for captured in (False, True):
            measure.run(
                Race(
                    f"{name}{', captured' * captured}",
                    lambda case=case, captured=captured: ours(case, "cuda", captured),
                    {"PyTorch": lambda case=case: pytorch(case)}, {"PyTorch": AIM},
                ), repeats,
            )  # fmt: skip


@contextlib.contextmanager
def gpu(stand_in: bool) -> Iterator[str]:
    """Inside this block there is a GPU, or its stand-in; gives its name, "" if there is none."""
    with installed() if stand_in else contextlib.nullcontext():
        try:
            Tensor(0.0).to("cuda")
        except (ImportError, RuntimeError) as error:
            advice = "python -m benchmarks.gpu --stand-in checks the numbers without one"
            print(f"no GPU: {error}; {advice}", file=sys.stderr)
            yield ""
            return
        cupy = sys.modules["cupy"]
        name = "a stand-in"
        if not stand_in:
            name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
        yield f"{name}, CuPy {cupy.__version__}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__.partition("\n")[0])
    parser.add_argument("--stand-in", action="store_true", help="check the numbers on the tests' stand-in for CuPy")
    parser.add_argument("--quick", action="store_true", help="few repeats, for a first look")
    options = parser.parse_args()
    warnings.simplefilter("ignore", RuntimeWarning)
    with gpu(options.stand_in) as name:
        if not name:
            return 1
        print(name, flush=True)
        wrong = check()
        if options.stand_in:
            for case in CASES.values():
                ours(case, "cuda")()
                ours(case, "cuda", captured=True)()
            print(f"steps: all {len(CASES)} ran, eagerly and captured")
        else:
            race(5 if options.quick else 40)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
