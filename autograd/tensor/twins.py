"""What to write in place of a function of SciPy or scikit-learn: ours of the same name, one of another, or words.

Convention: imported only where an error is told (``escapes.py``), because it looks into rooms above this one. A twin
takes SciPy's arguments; a call with others than it has is not written anew.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import os
from typing import Any

OWN = __name__.partition(".")[0]
ROOMS: dict[str, list[str]] = {  # where functions of the same names are
    "scipy.fft": ["numpy.fft"],
    "scipy.integrate": [f"{OWN}.integrate", "numpy"],
    "scipy.linalg": [f"{OWN}.linalg", "numpy.linalg"],
    "scipy.optimize": [f"{OWN}.optimize", f"{OWN}.optimize.elementwise"],
    "scipy.special": [f"{OWN}.special"],
    "scipy.stats": [f"{OWN}.stats"],
}
TWINS: dict[str, str] = {  # twins of other names
    "scipy.linalg.kron": "numpy.kron",
    "scipy.spatial.euclidean": "numpy.linalg.norm",
}
# Twins of other names take other arguments: their calls are not written anew, except these.
SAME = {"scipy.linalg.kron"}

SLOPE = (
    "{numbers}; with curve = {name}(...), f = autograd.operation(curve, kind='elementwise') and "
    "f.pull(lambda d, x: d * curve.derivative()(x)), f is differentiable in x"
)
RAW = (
    "{numbers}; it gives a Python number, but with multioutput='raw_values', inside "
    "sklearn.config_context(array_api_dispatch=True), an array that stays in the graph"
)
METRICS = (
    "explained_variance_score mean_absolute_error mean_absolute_percentage_error mean_pinball_loss mean_squared_error "
    "mean_squared_log_error median_absolute_error r2_score root_mean_squared_error"
)
WORDS: dict[str, str] = {
    **{f"sklearn.metrics.{name}": RAW for name in METRICS.split()},
    "scipy.interpolate.interp1d": "np.interp(x, xp, fp) is differentiable in x, and in fp; {numbers}",
    "scipy.interpolate.Akima1DInterpolator": SLOPE,
    "scipy.interpolate.BSpline": SLOPE,
    "scipy.interpolate.CubicSpline": SLOPE,
    "scipy.interpolate.PchipInterpolator": SLOPE,
    "scipy.interpolate.UnivariateSpline": SLOPE,
    "scipy.signal.convolve": "np.convolve(...) of vectors stays in the graph, and scipy.signal.fftconvolve with "
                             "SCIPY_ARRAY_API=1; {numbers}",
    "scipy.signal.correlate": "np.correlate(...) of vectors stays in the graph, and scipy.signal.fftconvolve with "
                              "SCIPY_ARRAY_API=1; {numbers}",
    "scipy.spatial.cdist": "write np.linalg.norm(a[:, None] - b, axis=-1) for the distances of the rows",
    "scipy.stats.gaussian_kde": "write the sum of the densities with autograd.stats.norm.pdf; {numbers}",
}  # fmt: skip

# What SciPy computes with the functions of an array's own library, if SCIPY_ARRAY_API=1 is set before it is imported.
ARRAY_API: dict[str, str] = {
    "scipy.cluster": "whiten",
    "scipy.differentiate": "derivative hessian jacobian",
    "scipy.fft": "fht hfft ihfft",
    "scipy.integrate": "cubature nsum tanhsinh",
    "scipy.optimize": "rosen rosen_der",
    "scipy.signal": "envelope fftconvolve firwin freqz hilbert oaconvolve resample",
    "scipy.spatial": "RigidTransform Rotation Slerp",
    "scipy.stats": "bartlett bootstrap boxcox_llf chisquare circmean circstd circvar combine_pvalues describe "
                   "differential_entropy directional_stats entropy f_oneway gmean gstd hmean iqr jarque_bera kurtosis "
                   "levene lmoment median_abs_deviation moment normaltest pearsonr pmean power_divergence quantile sem "
                   "skew tmean trim_mean tstd ttest_1samp ttest_ind ttest_rel tvar variation zmap zscore",
}  # fmt: skip


def twin(root: str, path: str) -> str:
    """The name of the function to write in place of ``root.path``, as users write it; "" if there is none."""
    known = [TWINS.get(f"{root}.{path}", ""), *(f"{room}.{path}" for room in ROOMS.get(root, ()))]
    return next((name.replace("numpy.", "np.", 1) for name in known if name and found(name) is not None), "")


def found(name: str) -> Any:
    """What stands at a dotted name, None if nothing does. What a module imports for itself is not its own."""
    parts = name.split(".")
    for k in range(len(parts), 0, -1):
        try:
            thing: Any = importlib.import_module(".".join(parts[:k]))
        except ImportError:
            continue
        if k == len(parts):
            return thing
        if parts[0] == OWN and parts[k] not in getattr(thing, "__all__", dir(thing)):
            return None
        for part in parts[k:]:
            thing = getattr(thing, part, None)
        return thing
    return None


def same(root: str, path: str, name: str, call: ast.Call) -> bool:
    """Does the twin of this name take the arguments of a call?"""
    if f"{root}.{path}" in TWINS and f"{root}.{path}" not in SAME:
        return False
    count, keywords = len(call.args), {k.arg for k in call.keywords if k.arg}
    try:
        parameters = inspect.signature(found(name.replace("np.", "numpy.", 1))).parameters.values()
    except (TypeError, ValueError):  # written in C
        return not keywords
    kinds = inspect.Parameter
    if any(p.kind is kinds.VAR_POSITIONAL for p in parameters):
        count = 0
    placed = [p.name for p in parameters if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)]
    any_name = any(p.kind is kinds.VAR_KEYWORD for p in parameters)
    return count <= len(placed) and (any_name or keywords <= {p.name for p in parameters})


def words(root: str, path: str, numbers: str) -> str:
    """What to do where no function takes the place of ``root.path``; "" if nothing is known."""
    said = WORDS.get(f"{root}.{path}", "")
    if said:
        return said.format(name=path, numbers=numbers)
    if path.partition(".")[0] in ARRAY_API.get(root, "").split() and not os.environ.get("SCIPY_ARRAY_API"):
        return (
            "with SCIPY_ARRAY_API=1 in the environment before SciPy is imported, it stays in the graph "
            f"(os.environ['SCIPY_ARRAY_API'] = '1'); {numbers}"
        )
    return ""
