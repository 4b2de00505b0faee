"""Which machine runs a program: with numba, without it, and where a variable of the environment says so."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from autograd.capture.call import machines
from autograd.capture.machines.numpy_machine import NumPyMachine

PROGRAM: Any = SimpleNamespace(foreign=False)


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    """What was chosen before is forgotten, and what is chosen here."""
    machines.chosen.cache_clear()
    yield
    machines.chosen.cache_clear()


@pytest.fixture
def without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if numba could not be imported."""

    def extra(module: str, name: str, purpose: str) -> Any:
        raise ImportError(f"{purpose} needs {module}: pip install 'chalkgrad[{name}]'")

    monkeypatch.setattr(machines, "extra", extra)


def test_without_numba_programs_run_by_numpy_with_one_note(
    without_it: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert machines.chosen("") is NumPyMachine
    assert machines.chosen("") is NumPyMachine
    assert capsys.readouterr().err.count("pip install 'chalkgrad[fast]'") == 1


def test_the_native_machine_cannot_be_forced_without_numba(without_it: None) -> None:
    with pytest.raises(ImportError, match=r"chalkgrad\[fast\]"):
        machines.chosen("native")


def test_numpys_machine_can_be_forced(capsys: pytest.CaptureFixture[str]) -> None:
    assert machines.chosen("numpy") is NumPyMachine
    assert not capsys.readouterr().err


def test_numpys_machine_serves_where_numba_may_not_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    numba = SimpleNamespace(config=SimpleNamespace(DISABLE_JIT=True))
    monkeypatch.setattr(machines, "extra", lambda *names: numba)
    assert machines.chosen("") is NumPyMachine


def test_an_unknown_name_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHALKGRAD_MACHINE", "fast")
    with pytest.raises(ValueError, match="CHALKGRAD_MACHINE is 'fast'; it can be 'native' or 'numpy'"):
        machines.machine_for(PROGRAM)


def test_with_numba_the_native_machine_runs_programs() -> None:
    pytest.importorskip("numba", reason="the native machine is compiled by numba")
    assert machines.chosen("").__name__ == machines.chosen("native").__name__ == "NativeMachine"
