"""Chalkgrad's engine: ordinary Python and NumPy expressions, recorded and differentiated.

Convention: what is differentiated is a number, an array, a tensor, a Value, or a nest of these in lists, tuples and
dicts; a derivative has the form and the shapes of what it is taken by. TypeError is raised for what has no derivative,
such as an array of integers, and where numbers would leave the graph without notice; ValueError for shapes that do not
fit and for options that there are not. Errors say what to write instead.
"""

from typing import TYPE_CHECKING

from . import environment, malloc, namesake  # noqa: F401  (these act once, at import)
from .absent import absent_names
from .core import enable_grad, is_grad_enabled, no_grad, repeatable
from .declare import operation
from .functional import (
    checkpoint,
    elementwise_grad,
    forward_mode,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    value_and_grad,
    vjp,
)
from .late import late_names
from .tensor import Tensor
from .value import Value

__all__ = [
    "Tensor", "Value", "capture", "checkpoint", "debug", "elementwise_grad", "enable_grad", "forward_mode", "grad",
    "hessian", "hvp", "integrate", "is_grad_enabled", "jacobian", "jvp", "linalg", "math", "no_grad", "operation",
    "optimize", "repeatable", "source", "special", "stats", "value_and_grad", "vjp", "why_no_grad",
]  # fmt: skip

if TYPE_CHECKING:
    from . import integrate as integrate
    from . import linalg as linalg
    from . import math as math
    from . import optimize as optimize
    from . import special as special
    from . import stats as stats
    from .capture import capture as capture
    from .debugging import debug as debug
    from .debugging import source as source
    from .debugging import why_no_grad as why_no_grad
else:
    _absent = absent_names(
        __name__,
        {
            "Variable tensor as_tensor": "Tensor(array, requires_grad=True)",
            "backward": "loss.backward()",
            "GradientTape": "y.backward(), or grad(f)(x): what is computed from tracked tensors is recorded by itself",
            "nograd stop_gradient": "no_grad(), or t.detach()",
            "jit": "capture(f)",
            "vmap": "the function with arrays that have one axis more: NumPy's functions take them",
            "gradcheck check_grads": "autograd.testing.gradcheck",
            "multigrad": "grad(f, argnums), or give f a dict: gradients have the form of the arguments",
            "nn": "import nn",
            "optim": "import optim",
            "elementwise_gradient egrad": "elementwise_grad",
            "detect_anomaly set_detect_anomaly": "with autograd.debug()",
        },
    )
    _late = {
        **dict.fromkeys(["capture", "integrate", "linalg", "math", "optimize", "special", "stats"], ""),
        "debugging": "debug source why_no_grad",
    }
    _hips = {  # HIPS autograd's names, in modules of the same names
        "builtins": "dict isinstance list tuple type",
        "core": "primitive",
        "differential_operators": (
            "deriv grad_and_aux grad_named hessian_tensor_product hessian_vector_product holomorphic_grad make_ggnvp "
            "make_hvp make_jvp make_jvp_reversemode make_vjp multigrad_dict tensor_jacobian_product "
            "vector_jacobian_product"
        ),
        **dict.fromkeys(["extend", "misc", "numpy", "scipy", "test_util", "tracer", "util", "wrap_util"], ""),
    }
    __getattr__, __dir__ = late_names(__name__, _late | _hips, _absent)
