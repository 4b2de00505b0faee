"""The sweep gives the same numbers by any workers, keeps what is done, and loses nothing to a trial that fails."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("joblib")
pytest.importorskip("matplotlib")
pytest.importorskip("tqdm")

EXAMPLES = Path(__file__).parent.parent / "examples"
GRID = ["--data", "fashion", "--batch-size", "200", "--epochs", "2", "--width", "8", "--seed", "0", "1"]
SMALL = [*GRID, "--optimizer", "adam", "--lr", "0.01", "0.003"]  # four trials


@pytest.fixture
def sweep(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sys, "path", [*sys.path, str(EXAMPLES)])  # workers find the module there too
    return importlib.import_module("sweep")


@pytest.fixture
def stop_workers() -> Iterator[None]:
    yield
    importlib.import_module("joblib.externals.loky").get_reusable_executor().shutdown(wait=True)


def results(out: Path) -> dict[str, Any]:
    """What is in the files of trials, without the time that they took."""
    read = {path.name: json.loads(path.read_text())["result"] for path in (out / "trials").iterdir()}
    return {name: {k: v for k, v in result.items() if k != "seconds"} for name, result in read.items()}


@pytest.mark.usefixtures("stop_workers")
def test_any_workers_give_the_same_numbers_and_a_failure_stands_alone(
    sweep: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    two, one = tmp_path / "two", tmp_path / "one"
    monkeypatch.setenv("CHALKGRAD_MACHINE", "numpy")  # which workers load sooner
    assert sweep.main([*SMALL, "-1", "--workers", "2", "--out", str(two)]) == 1  # -1 is no rate
    said = capsys.readouterr()
    named = "data=fashion, epochs=2, batch_size=200, optimizer=adam, depth=1, width=8, lr=-1.0, seed=0\nTraceback"
    assert f"failed: {named}" in said.err and "Adam: lr must not be negative" in said.err
    assert "2 of 6 trials failed" in said.err and "6 trials in" in said.out
    first, second = (line.split() for line in said.out.splitlines() if " adam " in line)
    assert float(first[0][:-1]) > float(second[0][:-1]) and first[3:8:4] == ["adam", "2"] and float(first[4]) == 0.01
    assert (two / "sweep.png").stat().st_size > 10_000

    assert sweep.main([*SMALL, "--workers", "1", "--out", str(one)]) == 0
    assert len(results(one)) == 4 and results(one) == results(two)
    assert all(len(result["losses"]) == 2 for result in results(one).values())

    monkeypatch.setattr(sweep, "attempt", None)
    capsys.readouterr()
    assert sweep.main([*SMALL, "--out", str(two)]) == 0  # all are done
    assert "trials in" not in capsys.readouterr().out
    broken = next((two / "trials").iterdir())
    broken.write_text(broken.read_text()[:40])
    with pytest.raises(SystemExit, match=r"\.json is no result of a trial .*: delete it"):
        sweep.main([*SMALL, "--out", str(two)])


def test_an_interrupted_sweep_goes_on_where_it_was(
    sweep: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cut, whole = tmp_path / "cut", tmp_path / "whole"
    ran = []

    def interrupted(trials: Any, workers: int, scheduler: Any) -> Iterator[Any]:
        for k, trial in enumerate(trials):
            if k == 3:
                raise KeyboardInterrupt
            ran.append(trial)
            yield sweep.attempt(trial)

    monkeypatch.setitem(sweep.BACKENDS, "joblib", interrupted)
    assert sweep.main([*SMALL, "--out", str(cut)]) == 130
    assert "3 of 4 trials are done; the same command runs the others" in capsys.readouterr().err
    assert len(results(cut)) == 3 and not (cut / "sweep.png").exists()
    assert sweep.main([*SMALL, "--out", str(cut)]) == 0
    assert len(ran) == len(set(ran)) == 4
    sweep.benches.clear()
    ran.clear()
    monkeypatch.setitem(sweep.BACKENDS, "joblib", lambda trials, *_: (sweep.attempt(t) for t in trials[::-1]))
    assert sweep.main([*SMALL, "--out", str(whole)]) == 0
    assert results(whole) == results(cut)  # in another order


def test_workers_of_a_scheduler_that_runs_already(sweep: Any, tmp_path: Path) -> None:
    distributed = pytest.importorskip("dask.distributed")
    local = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    grid = [*GRID, "--optimizer", "sgd", "--lr", "0.01", "1e9", "-1"]  # one that diverges, one that is no rate
    with distributed.LocalCluster(**local) as cluster:
        options = ["--backend", "dask", "--scheduler", cluster.scheduler_address]
        assert sweep.main([*grid, *options, "--out", str(shared)]) == 1
    assert sweep.main([*grid[:-1], "--workers", "1", "--out", str(alone)]) == 0
    assert len(results(alone)) == 4
    one, other = ({name: json.dumps(r) for name, r in results(out).items()} for out in (alone, shared))
    assert one == other  # as text: NaN is not equal to itself
    assert "NaN" in "".join(one.values())


@pytest.mark.parametrize("options", [["--workers", "0"], ["--epochs", "0"], ["--scheduler", "tcp://host:8786"]])
def test_refuses(sweep: Any, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        sweep.main(options)
    assert "at least 1" in (said := capsys.readouterr().err) or "add --backend dask" in said


def test_a_missing_library_is_named(sweep: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("joblib", "dask.distributed"):
        monkeypatch.setitem(sys.modules, name, None)
    for backend in ("joblib", "dask"):
        with pytest.raises(
            ImportError, match=rf"--backend {backend} needs {backend}: pip install 'chalkgrad\[sweep\]'"
        ):
            sweep.main([*SMALL, "--backend", backend, "--out", str(tmp_path)])
