"""The checks: what the test suite runs for each row of its tables, as functions without arguments.

Convention: a check passes or raises. They are the tests' own functions, with the same rows and other seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from ..autograd import test_laws, test_special_points, test_value
from ..nn import test_attention, test_convolution, test_kernels, test_layers
from ..optim import test_optim, test_schedules
from ..tables.optimizers import LBFGS_ROWS
from ..tables.optimizers import ROWS as OPTIMIZERS
from ..tables.schedules import ROWS as SCHEDULES

Check = Callable[[], Any]
LAYERS = {
    "numbers": test_layers.test_numbers_are_pytorchs_or_the_formulas,
    "float32": test_layers.test_float32_stays_float32,
    "differences": test_layers.test_derivatives_agree_with_differences,
}


def checks(seed: int = 0) -> dict[str, Check]:
    """All checks by name."""
    return dict(_checks(seed))


def _checks(seed: int) -> Iterator[tuple[str, Check]]:
    laws, kernels = _inner(test_laws.test_laws), _inner(test_kernels.test_laws)
    equal = _inner(test_kernels.test_a_single_operation_equals_the_small_ones_it_stands_for)
    for name, row in test_laws.TABLE.items():
        for s in range(seed, seed + 3):
            yield f"laws of {name}, seed {s}", partial(laws, row=row, seed=s)
    for name, kernel in test_kernels.TABLE.items():
        yield f"expression of {name}", partial(equal, kernel=kernel, seed=seed)
        for s in range(seed, seed + 2):
            yield f"laws of {name}, seed {s}", partial(kernels, kernel=kernel, seed=s)
    for name, point in test_special_points.ROWS.items():
        yield f"first derivatives of {name}", partial(test_special_points.test_first_derivatives, point)
        yield f"modes of {name}", partial(test_special_points.test_jacobians_are_the_same_in_both_modes, point)
        if point.second is not None:
            for mode in ("reverse", "forward"):
                yield (
                    f"second derivatives of {name}, {mode}",
                    partial(test_special_points.test_second_derivatives, point, mode),
                )
    for name, (module, case) in test_layers.TABLE.items():
        for what, test in LAYERS.items():
            yield f"{what} of {name}", partial(test, module, case)
    for row in OPTIMIZERS:
        yield f"path of {row.name}", partial(test_optim.test_tensors_move_as_pytorch_moves_them, row)
        if row.kind != "Muon":
            yield f"path of {row.name}, Values", partial(test_optim.test_values_move_as_tensors_do, row)
        yield f"resuming {row.name}", partial(test_optim.test_resumes_from_its_state_bitwise, row)
    for row in LBFGS_ROWS:
        for resumed in (False, True):
            yield f"path of {row.name}, {resumed}", partial(test_optim.test_lbfgs_moves_as_pytorchs, row, resumed)
    for name in SCHEDULES:
        yield f"rates of {name}", partial(test_schedules.test_pytorch_gives_the_same, name)
    yield from _of_values()
    yield from _of_corners()


def _of_corners() -> Iterator[tuple[str, Check]]:
    """What kernels do for some inputs alone."""
    for space, padding, channels in (((6, 7), 1, (3, 2)), ((9, 8), 0, (1, 2))):
        same = test_convolution.test_winograds_algorithm_gives_the_same_numbers
        yield f"winograd {space}", partial(_patched, same, space, padding, channels)
    for large in (float("inf"), 3e38):
        yield (
            f"winograd beside {large}",
            partial(_patched, test_convolution.test_winograds_algorithm_spoils_no_neighbours, large),
        )
    for size in (1.0, 100.0):
        yield (
            f"hidden keys, scores of {size}",
            partial(test_attention.test_hidden_keys_count_as_if_they_were_not_there, size),
        )
        yield (
            f"nowhere to look, scores of {size}",
            partial(test_attention.test_a_query_that_may_look_nowhere_gets_zero_and_no_gradient, size),
        )


def _patched(check: Callable[..., Any], *given: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        check(patch, *given)


def _of_values() -> Iterator[tuple[str, Check]]:
    of_one, of_two = _inner(test_value.test_functions_of_one), _inner(test_value.test_functions_of_two)
    for name in test_value.NEAR:
        yield f"Value.{name}", partial(_each, of_one, [(name, u) for u in (0.1, 0.43, 0.81)])
    for name in test_value.TWO:
        points = [(name, a, b, flip) for a, b in ((0.7, 1.6), (1.9, 0.4)) for flip in (False, True)]
        yield f"{name} of two Values", partial(_each, of_two, points)
    for what in (test_value.test_sums_and_products_are_single_nodes,
                 test_value.test_sums_and_products_have_two_derivatives):  # fmt: skip
        for numbers in ([0.7], [0.5, -1.5, 2.0]):
            yield f"{what.__name__}, {len(numbers)} Values", partial(_inner(what), numbers)
    for function in test_value.BOTH:
        name = getattr(function, "__name__", str(function))
        yield (
            f"special points of {name}, Values",
            partial(test_value.test_special_points_are_those_of_tensors, function),
        )
    yield "softmax of Values", test_value.test_softmax_of_values_is_that_of_tensors


def _each(check: Callable[..., Any], points: list[tuple[Any, ...]]) -> None:
    for point in points:
        check(*point)


def _inner(test: Any) -> Callable[..., Any]:
    """The function that a property test calls for each example."""
    return test.hypothesis.inner_test  # type: ignore[no-any-return]
