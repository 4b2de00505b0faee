"""Hyper-parameters of a small network on real pictures, searched by several processes, or by several machines.

    python examples/sweep.py --workers 2                                  # processes on this machine, by joblib
    python examples/sweep.py --backend dask --workers 2                   # the same by dask.distributed
    python examples/sweep.py --backend dask --scheduler tcp://host:8786   # the workers of a cluster that runs already

Convention: a trial holds all that determines its numbers, so that these depend neither on who runs it nor on what ran
before. Its result is a file of its own, named after the trial and written whole or not at all: the same command again
runs the trials that have none yet. Each worker reads the pictures itself; nothing large is sent.
Needs the extra ``sweep``.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from functools import cache, partial
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np

import nn
import optim
from autograd import capture, no_grad
from autograd.extras import extra
from autograd.threads import single_blas
from autograd.whole_files import write_whole

DATA: dict[str, Callable[..., nn.datasets.Split]] = {
    "digits": nn.datasets.digits,
    "fashion": partial(nn.datasets.fashion_mnist, full=False),
}
OPTIMIZERS: dict[str, Callable[..., optim.Optimizer]] = {"adam": optim.Adam, "sgd": partial(optim.SGD, momentum=0.9)}
HELD_OUT = 0.2  # of the training pictures, which choose among the trials; the test's are looked at once, at the end
WARM_UP = 25  # steps, more than those in which an optimizer looks for mistakes
SHOWN = 15  # rows of the table

Outcome = tuple["Trial", dict[str, Any] | None, str]  # a trial, its result, or the traceback of its error
Outcomes = Generator[Outcome, None, None]


@dataclass(frozen=True)
class Trial:
    """One training: all that determines its numbers."""

    data: str
    epochs: int
    batch_size: int
    optimizer: str
    depth: int
    width: int
    lr: float
    seed: int

    def __str__(self) -> str:
        return ", ".join(f"{name}={value}" for name, value in asdict(self).items())

    @property
    def file(self) -> str:
        """The name of the file of its result."""
        return "-".join(f"{name}={value}" for name, value in asdict(self).items()) + ".json"

    @property
    def setting(self) -> tuple[Any, ...]:
        """What it tries; trials that differ in their seeds try the same."""
        return self.optimizer, self.lr, self.width, self.depth

    @property
    def architecture(self) -> tuple[Any, ...]:
        """What a recorded step is good for."""
        return self.data, self.batch_size, self.optimizer, self.depth, self.width


# ---------------------------------------------------------------- in a worker


@cache
def pictures(name: str) -> tuple[Any, Any, Any]:
    """The pictures and classes to train on, to choose by, and to test on; flat, with the mean 0 and the deviation 1."""
    train, test, _ = DATA[name](flat=True)
    kept, held = nn.data.random_split(train, [1 - HELD_OUT, HELD_OUT], generator=0)
    mean, deviation = kept[:][0].mean(), kept[:][0].std()
    return tuple(((x - mean) / deviation, d) for x, d in (kept[:], held[:], test[:]))  # type: ignore[return-value]


def network(trial: Trial) -> nn.Sequential:
    """Linear layers with ReLU between them, whose first values are drawn from the trial's seed."""
    (x, _), *_ = pictures(trial.data)
    rng = np.random.default_rng(trial.seed)
    sizes = [x.shape[1], *[trial.width] * trial.depth]
    hidden = [(nn.Linear(n, m, generator=rng), nn.ReLU()) for n, m in pairwise(sizes)]
    return nn.Sequential(*[layer for pair in hidden for layer in pair], nn.Linear(sizes[-1], 10, generator=rng))


def training_step(model: nn.Sequential, optimizer: optim.Optimizer) -> Any:
    """A function that does one step on a batch, and gives the loss."""

    def step(x: Any, d: Any) -> Any:
        loss = nn.functional.cross_entropy(model(x), d)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


class Bench:
    """A network of one architecture and its optimizer, with a step of both that is recorded once for all trials."""

    def __init__(self, trial: Trial) -> None:
        self.model = network(trial)
        self.optimizer = OPTIMIZERS[trial.optimizer](self.model.parameters())
        step = training_step(self.model, self.optimizer)
        x, d = pictures(trial.data)[0]
        step(x[: trial.batch_size], d[: trial.batch_size])  # makes the optimizer's memory
        self.step = capture(step)
        self.ways: set[Any] = set()  # how the steps were done: by which programs, after how many eager calls
        for k in (1, 2, 3):  # rates: a number that has had three values is one to compute with
            self.train(replace(trial, lr=trial.lr / k), WARM_UP)

    def begin(self, trial: Trial) -> None:
        """Make everything as it is before the first step, in the objects that the recorded step knows."""
        self.model.load_state_dict(network(trial).state_dict())
        for group in self.optimizer.param_groups:
            group["lr"] = trial.lr
            for p, memory in self.optimizer.state.items():
                for name in memory:
                    memory[name] = 0 if name == "step" else self.optimizer.first(name, p, group)

    def train(self, trial: Trial, most: int | None = None) -> dict[str, Any]:
        """Train for the trial's epochs, or for ``most`` steps; it ends early once the loss is no finite number."""
        train, held, test = pictures(trial.data)
        self.begin(trial)
        batches = nn.DataLoader(*train, batch_size=trial.batch_size, shuffle=True, drop_last=True, generator=trial.seed)
        result: dict[str, Any] = {"losses": [], "accuracies": []}
        steps = 0
        while len(result["losses"]) < trial.epochs and steps != most:
            losses = []
            for x, d in batches:
                losses.append(self.step(x, d))
                self.ways.add((self.step.last, self.step.misses))
                steps += 1
                if steps == most or not np.isfinite(losses[-1]):
                    break
            result["losses"].append(float(np.mean(losses)))
            result["accuracies"].append(self.accuracy(*held))
            if not np.isfinite(losses[-1]):
                break
        return result | {"accuracy": result["accuracies"][-1], "test_accuracy": self.accuracy(*test)}

    def accuracy(self, x: Any, d: Any) -> float:
        """Of the network as it is; 0 where its scores are no numbers any more."""
        with no_grad():
            scores = self.model(x)
        return nn.metrics.accuracy(scores, d) if np.isfinite(scores.data).all() else 0.0

    def run(self, trial: Trial) -> dict[str, Any]:
        """The result of a trial. A training in which a call was recorded, or could not be, is repeated: such a call
        runs eagerly and rounds otherwise, so that the numbers would depend on what this worker did before."""
        for _ in range(10):
            known = len(self.ways)
            result = self.train(trial)
            if len(self.ways) == known and not self.step.eager:
                return result
        raise RuntimeError(f"the step goes another way each time: {self.step.why or self.step!r}")


benches: dict[tuple[Any, ...], Bench] = {}  # by architecture
alone = threading.Lock()  # a worker of dask may have several threads: they take turns


def attempt(trial: Trial) -> Outcome:
    """Run a trial by one thread of BLAS. An error is part of the outcome, so that the others go on."""
    began = time.perf_counter()
    try:
        with alone, single_blas, np.errstate(over="ignore", invalid="ignore"):  # where a rate is too high
            bench = benches.pop(trial.architecture, None) or Bench(trial)
            result = bench.run(trial)
            benches[trial.architecture] = bench
    except Exception:
        return trial, None, traceback.format_exc()
    return trial, result | {"seconds": time.perf_counter() - began}, ""


# ---------------------------------------------------------------- the workers


def by_joblib(trials: Sequence[Trial], workers: int, scheduler: str | None) -> Outcomes:
    """Outcomes as they come, from processes on this machine."""
    joblib = extra("joblib", "sweep", "--backend joblib")
    with joblib.parallel_config(backend="loky", inner_max_num_threads=1):
        calls = (joblib.delayed(attempt)(trial) for trial in trials)
        yield from joblib.Parallel(n_jobs=workers, return_as="generator_unordered")(calls)


def by_dask(trials: Sequence[Trial], workers: int, scheduler: str | None) -> Outcomes:
    """Outcomes as they come, from the workers of a running scheduler, or from processes on this machine."""
    distributed = extra("dask.distributed", "sweep", "--backend dask")
    with ExitStack() as stack:
        if scheduler is None:
            local = distributed.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None)
            client = stack.enter_context(distributed.Client(stack.enter_context(local)))
        else:
            try:
                client = stack.enter_context(distributed.Client(scheduler))
            except (OSError, ValueError) as error:  # nobody answers there, or it is no address
                raise SystemExit(f"--scheduler {scheduler}: {error}") from None
            client.upload_file(__file__)
        futures = {client.submit(attempt, trial, pure=False): trial for trial in trials}
        for future in distributed.as_completed(list(futures)):
            trial = futures.pop(future)
            error = future.exception()  # of a worker that was killed several times
            yield future.result() if error is None else (trial, None, repr(error))


BACKENDS: dict[str, Callable[[Sequence[Trial], int, str | None], Outcomes]] = {"joblib": by_joblib, "dask": by_dask}


# ---------------------------------------------------------------- results


def stored(folder: Path, trials: Iterable[Trial]) -> dict[Trial, dict[str, Any]]:
    """The results of the trials that are done."""
    found = {}
    for trial in trials:
        path = folder / trial.file
        if path.exists():
            try:
                found[trial] = json.loads(path.read_text(encoding="utf-8"))["result"]
            except (ValueError, KeyError, TypeError) as error:
                advice = "delete it, and its trial is run again"
                raise SystemExit(f"{path} is no result of a trial ({error!r}): {advice}") from error
    return found


def ranked(results: dict[Trial, dict[str, Any]]) -> list[tuple[tuple[Any, ...], list[dict[str, Any]]]]:
    """Settings with the results of their seeds, the highest mean accuracy first."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for trial in sorted(results, key=str):
        groups.setdefault(trial.setting, []).append(results[trial])
    return sorted(groups.items(), key=lambda pair: -mean(pair[1], "accuracy"))


def mean(results: Sequence[dict[str, Any]], name: str) -> float:
    return float(np.mean([result[name] for result in results]))


def table(rows: Sequence[tuple[tuple[Any, ...], list[dict[str, Any]]]]) -> str:
    """The best settings, with the standard deviation over their seeds, and the test accuracy of the best one."""
    lines = ["   validation        optimizer      lr  width  depth  seeds  seconds"]
    for (optimizer, lr, width, depth), results in rows[:SHOWN]:
        spread = np.std([result["accuracy"] for result in results])
        lines.append(
            f"  {mean(results, 'accuracy'):8.2%} ± {spread:6.2%}  {optimizer:>9} {lr:7g} {width:6} {depth:6} "
            f"{len(results):6} {mean(results, 'seconds'):8.2f}"
        )
    if len(rows) > SHOWN:
        lines.append(f"  ... and {len(rows) - SHOWN} more")
    return "\n".join([*lines, f"test accuracy of the best: {mean(rows[0][1], 'test_accuracy'):.2%}"])


def picture(rows: Sequence[tuple[tuple[Any, ...], list[dict[str, Any]]]]) -> Any:
    """Left the settings, the best one on top, with a point for each seed; right how the rate matters."""
    figure = extra("matplotlib.figure", "sweep", "a picture").Figure(figsize=(10, 4.2), layout="constrained")
    best, rates = figure.subplots(1, 2)
    for k, (_, results) in enumerate(rows[:SHOWN]):
        accuracies = [result["accuracy"] for result in results]
        best.plot(accuracies, [k] * len(accuracies), ".", color="0.6")
        best.plot([np.mean(accuracies)], [k], "o", color="#0072b2")
    best.set_yticks(range(len(rows[:SHOWN])), ["{} {:g}, {}×{}".format(*setting) for setting, _ in rows[:SHOWN]])
    best.invert_yaxis()
    best.set(xlabel="validation accuracy", title="best first")
    for optimizer, width, depth in sorted({(s[0], *s[2:]) for s, _ in rows}):
        points = sorted((s[1], mean(r, "accuracy")) for s, r in rows if (s[0], *s[2:]) == (optimizer, width, depth))
        rates.plot(*zip(*points, strict=True), "o-", label=f"{optimizer}, {width}×{depth}")
    rates.set(xlabel="learning rate", xscale="log", title="by learning rate")
    rates.legend(frameon=False, fontsize="small")
    return figure


# ---------------------------------------------------------------- the sweep


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python examples/sweep.py", description=__doc__, formatter_class=form)
    parser.add_argument("--backend", choices=BACKENDS, default="joblib", help="who runs the trials")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of dask's scheduler, as tcp://host:8786")
    parser.add_argument("--workers", type=int, default=2, help="processes on this machine")
    parser.add_argument("--data", choices=DATA, default="digits")
    parser.add_argument("--optimizer", nargs="+", choices=OPTIMIZERS, default=["adam", "sgd"])
    parser.add_argument("--lr", nargs="+", type=float, default=[0.001, 0.003, 0.01, 0.03], help="learning rates")
    parser.add_argument("--width", nargs="+", type=int, default=[16, 32, 64], help="of the hidden layers")
    parser.add_argument("--depth", nargs="+", type=int, default=[1], help="the number of hidden layers")
    parser.add_argument("--seed", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--out", type=Path, default=Path("out/sweep"), help="the folder for the results")
    options = parser.parse_args(arguments)
    for name in ("workers", "epochs", "batch_size"):
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} must be at least 1")
    if options.scheduler and options.backend != "dask":
        parser.error("--scheduler is the address of dask's: add --backend dask")
    return options


def grid(options: argparse.Namespace) -> list[Trial]:
    """All combinations; those of one architecture stand together."""
    fixed = (options.data, options.epochs, options.batch_size)
    varied = product(options.optimizer, options.depth, options.width, options.lr, options.seed)
    return list(dict.fromkeys(Trial(*fixed, *values) for values in varied))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials that have no result yet, tell of all of them; returns the number of those that failed."""
    options = parse(arguments)
    folder: Path = options.out / "trials"
    folder.mkdir(parents=True, exist_ok=True)
    trials = grid(options)
    results = stored(folder, trials)
    left = [trial for trial in trials if trial not in results]
    failed, began = 0, time.perf_counter()
    bar = extra("tqdm", "sweep", "a progress bar").tqdm(total=len(trials), initial=len(results), unit="trial")
    outcomes = BACKENDS[options.backend](left, options.workers, options.scheduler)
    try:
        with closing(bar), closing(outcomes):
            for trial, result, error in outcomes if left else ():
                if result is None:
                    failed += 1
                    bar.write(f"failed: {trial}\n{error}", sys.stderr)
                else:
                    results[trial] = result
                    write_whole(folder / trial.file, json.dumps({"trial": asdict(trial), "result": result}, indent=1))
                bar.update()
    except (KeyboardInterrupt, BrokenProcessPool) as error:
        print(f"\n{len(results)} of {len(trials)} trials are done; the same command runs the others.", file=sys.stderr)
        if isinstance(error, KeyboardInterrupt):
            return 130
        print(f"A worker ended, perhaps for lack of memory: {error}", file=sys.stderr)
        return 1
    seconds = time.perf_counter() - began
    if left:
        print(f"{len(left)} trials in {seconds:.1f} s: {len(left) / seconds:.2f} a second")
    if results:
        rows = ranked(results)
        print(table(rows))
        figure = picture(rows)
        print("picture:", nn.files.write(options.out / "sweep.png", partial(figure.savefig, format="png", dpi=120)))
    if failed:
        print(
            f"{failed} of {len(trials)} trials failed, see above; the same command tries them again.", file=sys.stderr
        )
    return int(failed > 0)


if __name__ == "__main__":
    import sweep  # by its name, under which the workers find it: they keep what it records

    raise SystemExit(sweep.main())
