"""The plugin of pytest: ``--gradcheck-order=2``, and what the gradient checks of a run found.

    == gradients ==
    412 checks in 6 tests: 409 correct, 3 wrong; 12 at kinks
    largest relative error of a right derivative: 3.1e-10, tests/test_mine.py::test_sine (input 0[2], reverse)

Convention: pytest loads it at each start, so it imports nothing but pytest: not NumPy, not the engine. It asks
``autograd.testing.tally`` only where tests have imported that. For the same reason an installed Chalkgrad brings this
file as a module of its own, ``chalkgrad_pytest``; where both are loaded, the first works and the other rests.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest

NAME = "chalkgrad-gradients"  # of the object that counts, and by which a second copy of this file sees the first
ORDER = "CHALKGRAD_GRADCHECK_ORDER"
KINDS = ("correct", "wrong", "form", "kink", "not differentiable", "precision", "disconnected", "random", "nothing")


def pytest_addoption(parser: pytest.Parser) -> None:
    try:
        group = parser.getgroup("gradients", "gradients (Chalkgrad)")
        group.addoption(
            "--gradcheck-order", type=int, choices=(1, 2), default=None, metavar="N",
            help="the order of the derivatives that @given_gradcheck checks where it does not say its own: 1 or 2",
        )  # fmt: skip
    except ValueError:  # another copy of this file has added it
        pass


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.has_plugin(NAME):
        config.pluginmanager.register(Gradients(config), NAME)


class Gradients:
    """Counts in this process, and on xdist's controller what its workers counted."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.found: dict[str, dict[str, Any]] = {}  # by test
        self.before = os.environ.get(ORDER)
        order = config.getoption("gradcheck_order")
        if order is not None:
            os.environ[ORDER] = str(order)

    def pytest_unconfigure(self) -> None:
        if self.before is None:
            os.environ.pop(ORDER, None)
        else:
            os.environ[ORDER] = self.before

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        _take()  # what was checked between tests belongs to none of them
        try:
            return (yield)
        finally:
            counted = _take()
            if counted is not None and counted.kinds:
                self.found[item.nodeid] = dict(vars(counted))

    def pytest_sessionfinish(self) -> None:
        output: dict[str, Any] | None = getattr(self.config, "workeroutput", None)
        if output is not None:  # on a worker of xdist: to the controller
            output[NAME] = self.found

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.found.update(getattr(node, "workeroutput", {}).get(NAME, {}))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.found:
            terminalreporter.section("gradients")
            for line in summary(self.found):
                terminalreporter.write_line(line)


def _take() -> Any:
    tally = sys.modules.get("autograd.testing.tally")
    return None if tally is None else tally.take()


def summary(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    """What was found, in a few lines."""
    total = {kind: sum(tally["kinds"].get(kind, 0) for tally in found.values()) for kind in KINDS}
    kinks = sum(tally["kinks"] for tally in found.values())
    checks, tests = sum(total.values()), len(found)
    verdicts = ", ".join(f"{n} {kind}" for kind, n in total.items() if n)
    at = f"; {kinks} at kinks" if kinks else ""
    yield f"{checks} check{'s' * (checks != 1)} in {tests} test{'s' * (tests != 1)}: {verdicts}{at}"
    test, worst = max(found.items(), key=lambda pair: pair[1]["error"])
    if worst["error"]:
        yield f"largest relative error of a right derivative: {worst['error']:.1e}, {test} ({worst['place']})"
    noisy = [test for test, tally in found.items() if tally["kinds"].get("precision")]
    if noisy:
        more = f" and {len(noisy) - 3} more" if len(noisy) > 3 else ""
        yield f"too noisy to judge: {', '.join(noisy[:3])}{more} (float64 or another scale may help)"
