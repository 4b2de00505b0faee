"""Words of tensors and of other libraries that Values do not have, with what to write instead.

Convention: see ``autograd/absent.py``, which gives them to the class.
"""

from __future__ import annotations

INSTEAD: dict[str, str] = {
    "backwards backprop back_propagate": "v.backward()",
    "zero_grad zero_gradients zerograd": "v.grad = 0.0, or optimizer.zero_grad() for all parameters",
    "gradient gradients grads Grad": "v.grad",
    "requires_grad requires_grad_ requires_gard": "nothing: every Value is tracked",
    "retain_grad": "nothing: every Value keeps its gradient",
    "numpy tolist value values val": "v.data, the number",
    "detatch stop_gradient": "v.detach()",
    "shape size dtype ndim": "nothing: a Value is one number; a Tensor has a shape",
    "sum mean": "autograd.math.fsum(values), or sum(values): a Value is one number",
    "name": "v.label",
    "prev children": "v.inputs",
    "register_hook": "nothing: hooks are for tensors",
}
