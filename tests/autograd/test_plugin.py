"""pytest's plugin: it raises the order of checks, sums up what they found, and costs nothing where there are none."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from autograd.testing import Finding, Report, tally

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "autograd" / "testing" / "plugin.py"

TESTS = """
    import numpy as np
    from hypothesis import Phase, settings
    from autograd import Tensor
    from autograd.declare import Operation
    from autograd.testing import given_gradcheck, gradcheck, strategies as st

    settings.register_profile("few", max_examples=3, phases=[Phase.generate], database=None, deadline=None)
    settings.load_profile("few")
    cut = Operation(lambda x: x**3, "elementwise", [lambda d, x: d * 3 * np.array(x.tolist()) ** 2], name="cut")
    point = st.arrays((2,), low=1.0)

    @given_gradcheck(x=point)
    def test_right(x):
        return np.exp(x)

    @given_gradcheck(x=point, modes=["reverse"])
    def test_right_at_first_order(x):
        return cut(x)

    @given_gradcheck(x=point, modes=["reverse"], order=1)
    def test_of_first_order(x):
        return cut(x)

    def test_of_one_point():
        gradcheck(np.sin, np.ones(2))

    def test_of_something_else():
        pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """pytest in a process of its own, with the plugin of these sources."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makepyfile(test_mine=TESTS)

    def run(*arguments: str) -> pytest.RunResult:
        options = ["-p", "autograd.testing.plugin", "-p", "no:cacheprovider"]
        return pytester.runpytest_subprocess(*options, *arguments)

    return run


def test_a_summary_tells_what_was_checked(run: Any) -> None:
    result = run()
    result.assert_outcomes(passed=5)
    result.stdout.re_match_lines([
        r"=+ gradients =+",
        r"10 checks in 4 tests: 10 correct",
        r"largest relative error of a right derivative: \d\.\de-\d\d, test_mine.py::test_\w+ \(input 0\[\d\].*\)",
    ])  # fmt: skip


@pytest.mark.parametrize("more", [[], ["-n", "2"]], ids=["here", "on workers"])
def test_checks_of_no_order_have_that_of_the_option(run: Any, more: list[str]) -> None:
    result = run("--gradcheck-order=2", *more)
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.re_match_lines([r"=+ gradients =+", r"\d+ checks in 4 tests: 7 correct, \d+ wrong"])
    result.stdout.fnmatch_lines(["FAILED test_mine.py::test_right_at_first_order*"])


def test_where_no_gradient_is_checked_it_is_silent(run: Any) -> None:
    result = run("-k", "something_else")
    result.assert_outcomes(passed=1, deselected=4)
    result.stdout.no_fnmatch_line("*gradients*")


def test_a_second_copy_of_it_rests(run: Any, pytester: pytest.Pytester) -> None:
    """As when it was installed, and is also named on the command line."""
    pytester.path.joinpath("second_copy.py").write_text(PLUGIN.read_text(encoding="utf-8"), encoding="utf-8")
    result = run("-p", "second_copy", "-k", "right")
    result.assert_outcomes(passed=2, deselected=3)
    assert result.stdout.str().count("checks in 2 tests: 6 correct") == 1


def test_it_imports_neither_numpy_nor_the_engine() -> None:
    program = (
        "import sys, importlib.util as u; spec = u.spec_from_file_location('chalkgrad_pytest', sys.argv[1]); "
        "spec.loader.exec_module(u.module_from_spec(spec)); print({'numpy', 'autograd'} & set(sys.modules))"
    )
    printed = subprocess.run([sys.executable, "-c", program, str(PLUGIN)], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "set()"


def test_an_installed_library_brings_it_as_a_module_of_its_own() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module = project["project"]["entry-points"]["pytest11"]["chalkgrad"]
    brought = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert brought == {str(PLUGIN.relative_to(ROOT).as_posix()): f"{module}.py"}


def test_what_a_tally_counts() -> None:
    counted = tally.Tally()
    counted.add(Report((Finding("correct", "reverse", "x", (1,), error=1e-9, left=1.0, right=1.0),)))
    counted.add(Report((Finding("correct", "forward", "x", left=-1.0, right=1.0), Finding("precision", error=0.3))))
    counted.add(Report((Finding("kink", left=0.0, right=1.0),)))
    assert counted == tally.Tally({"correct": 1, "precision": 1, "kink": 1}, 2, 1e-9, "x[1], reverse")
