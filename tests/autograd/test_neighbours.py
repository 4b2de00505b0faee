"""einops, xarray and scikit-learn compute with tensors: derivatives are central differences of the same call on arrays.

Convention: SciPy reads SCIPY_ARRAY_API when it is imported, and scikit-learn asks for it, so that its calls are made in
another interpreter.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import einops
import einops.array_api
import numpy as np
import pandas
import pytest
import scipy.sparse
import xarray

from autograd import Tensor, grad, jacobian
from benchmarks.scipy_table.runner import evaluate, verdict

from ..tables.neighbours import EINOPS, SKLEARN, SKLEARN_LOUD, XARRAY

ROOT = Path(__file__).parents[2]
X = {"x": [[0.31, 0.72, 0.45], [0.64, 0.23, 0.55]]}
NAMES: dict[str, Any] = {"np": np, "einops": einops, "array_api": einops.array_api, "xarray": xarray}
EYE = scipy.sparse.csr_array(np.eye(3))
SKLEARN_RUN = """
import importlib, json, sys, warnings
import sklearn
from benchmarks.scipy_table.runner import verdict
warnings.simplefilter("ignore")
x, given, calls = json.load(sys.stdin)
modules = "decomposition discriminant_analysis linear_model metrics metrics.pairwise model_selection naive_bayes "
names = given | {n: importlib.import_module(f"sklearn.{n}") for n in (modules + "preprocessing").split()}
with sklearn.config_context(array_api_dispatch=True):
    print(json.dumps({call: verdict("chalkgrad", call, names, x, {}) for call in calls}))
"""


def frame(x: Any) -> Any:
    return xarray.DataArray(x, dims=("a", "b"), coords={"b": [10, 20, 30]})


@pytest.mark.parametrize("text", [*EINOPS, *XARRAY])
def test_einops_and_xarray_compute_with_tensors(text: str) -> None:
    call = re.sub(r"\bd\b", "frame(x)", text)
    kind, words = verdict("chalkgrad", call, NAMES | {"frame": frame}, X, {})
    assert kind == "right", words


@pytest.mark.parametrize(
    "text",
    ["einops.asnumpy(x)", "frame(x).values", "frame(x).interp(b=15)", "float(frame(x).sum())", "x @ eye", "x[0] * eye"],
)
def test_numbers_leave_them_as_loudly_as_elsewhere(text: str) -> None:
    with pytest.raises(TypeError, match="out of its graph"):
        evaluate(text, NAMES | {"frame": frame, "eye": EYE, "x": Tensor(X["x"], requires_grad=True)})


def test_a_sparse_array_is_no_operand() -> None:
    with pytest.raises(TypeError, match=r"operand b is a csr_array, which is sparse\. Write x\.toarray\(\)"):
        np.dot(Tensor(X["x"], requires_grad=True), EYE)


def test_a_function_returns_the_tensor_that_is_in_an_array_of_xarrays() -> None:
    x = np.array(X["x"])
    for derivative in (grad, jacobian):
        with pytest.raises(TypeError, match=r"return the tensor in it, y\.data"):
            derivative(lambda x: (x * frame(np.ones((2, 3)))).sum())(x)


def test_pandas_does_not_take_a_mask_for_places() -> None:
    frame, mask = pandas.DataFrame(np.eye(3)), Tensor([1.0, 2.0, 3.0], requires_grad=True) > 1
    for take in (lambda: frame.iloc[mask], lambda: frame.iloc[:, mask], lambda: frame[0].iloc[mask]):
        with pytest.raises(TypeError, match=r"truth values .* write t\.data"):
            take()
    assert pandas.Series(mask, dtype=int).sum() == frame.iloc[mask.data].size - 4 == 2


def test_einops_is_told_of_tensors_whichever_is_imported_first() -> None:
    call = "print(einops.rearrange(Tensor([[1.0, 2.0]], requires_grad=True), 'a b -> b a').requires_grad)"
    for first, second in [
        ("import einops", "from autograd import Tensor"),
        ("from autograd import Tensor", "import einops"),
    ]:
        done = subprocess.run(
            [sys.executable, "-c", f"{first}\n{second}\n{call}"], capture_output=True, text=True, cwd=ROOT, check=True
        )
        assert done.stdout == "True\n"


def test_scikit_learn_computes_with_tensors() -> None:
    rng = np.random.default_rng(0)
    x, q = rng.uniform(0.1, 0.9, (2, 5, 3)).tolist()
    given = {"q": q, "y": rng.uniform(size=5).tolist(), "labels": [0, 1, 0, 1, 1]}
    done = subprocess.run(
        [sys.executable, "-c", SKLEARN_RUN], input=json.dumps([{"x": x}, given, [*SKLEARN, *SKLEARN_LOUD]]), text=True,
        capture_output=True, cwd=ROOT, env=os.environ | {"SCIPY_ARRAY_API": "1"}, check=True,
    )  # fmt: skip
    said = json.loads(done.stdout.splitlines()[-1])
    assert {c: said[c] for c in SKLEARN if said[c][0] not in ("right", "constant")} == {}
    for call in SKLEARN_LOUD:
        assert said[call][0] == "loud" and "out of its graph" in said[call][1], said[call]
    assert "raw_values" in said["metrics.r2_score(c(q), x)"][1]
