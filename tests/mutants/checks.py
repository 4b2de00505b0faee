"""The checks: what the test suite runs for each row of its tables, as functions without arguments.

Convention: a check passes or raises. They are the tests' own functions, with the same rows and other seeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..autograd import test_laws, test_linalg, test_special_points, test_value
from ..nn import (
    test_activations,
    test_attention,
    test_containers,
    test_convolution,
    test_dropout,
    test_embedding,
    test_kernels,
    test_layers,
    test_linear,
    test_losses,
    test_normalisation,
    test_pooling,
    test_precision,
    test_rbf,
    test_recurrent,
)
from ..optim import test_optim, test_schedules
from ..tables.optimizers import ROWS as OPTIMIZERS
from .collected import collected

Check = Callable[[], Any]
LAYERS = {
    "numbers": test_layers.test_numbers_are_pytorchs_or_the_formulas,
    "float32": test_layers.test_float32_stays_float32,
    "differences": test_layers.test_derivatives_agree_with_differences,
}
OF_OPTIMIZERS = {
    "path": test_optim.test_tensors_move_as_pytorch_moves_them,
    "Values": test_optim.test_values_move_as_tensors_do,
    "resuming": test_optim.test_resumes_from_its_state_bitwise,
}
# Every test of these files is a check, beside the rows of the tables.
FILES = (
    *(test_linalg, test_activations, test_attention, test_containers, test_convolution, test_dropout, test_embedding),
    *(test_layers, test_linear, test_losses, test_normalisation, test_pooling, test_precision, test_rbf),
    *(test_recurrent, test_optim, test_schedules),
)


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
        for what, test in OF_OPTIMIZERS.items():
            if row.kind != "Muon" or what != "Values":
                yield f"{what} of {row.name}", partial(test, row)
    yield from _of_values()
    named = {*LAYERS.values(), *OF_OPTIMIZERS.values()}
    for file in FILES:
        yield from collected(file, named)


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
