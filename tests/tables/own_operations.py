"""Mistakes in operations of one's own, each with what the error says: in a declaration, a function, a rule.

Convention: ``x`` is 3.0 and ``v`` is (1, 2, 3). A mistake in a rule stands for both directions, so that rules serve as
pull and push.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import Tensor, operation

from .refused import refused


def twice(x: Any) -> Any:
    return 2 * x


def same(g: Any) -> Any:
    return g


def times(a: Any, b: Any) -> Any:
    return a * b


def own(function: Callable[..., Any], *pulls: Callable[..., Any], **options: Any) -> Any:
    f = operation(function, **options)
    for rule in pulls:
        f.pull(rule)
    return f


def pushed(kind: str, *pushes: Callable[..., Any], function: Any = twice) -> Any:
    f = own(function, lambda g: 2 * g, kind=kind)
    for rule in pushes:
        f.push(rule)
    return f


def call(f: Any, *args: Any) -> Any:
    """Call it on tracked tensors."""
    return f(*[Tensor(a, requires_grad=True) for a in args])


X, V = np.array(3.0), np.array([1.0, 2.0, 3.0])


DECLARATIONS = [
    refused("misspelt kind", ValueError, "twice.*'elementwse'.*'elementwise'", operation, twice, kind="elementwse"),
    refused("unknown kind", ValueError, "'linear', 'bilinear' or 'primitive'", operation, twice, kind="no kind"),
    refused("misspelt option", TypeError, "twice.*'result'.*'results'", operation, twice, result=True),
    refused("push as an option", TypeError, "@twice.push", operation, twice, push=lambda t: t),
    refused("no function", TypeError, "got float", operation, 3.0),
    refused("stars", TypeError, r"\*args.*many=True", operation, lambda *xs: xs[0]),
    refused("no signature", TypeError, "write lambda", operation, max),
    refused("inputs that are none", TypeError, "inputs.*'y'.*x.*'x'", operation, twice, inputs=["y"]),
    refused("inputs in one word", TypeError, r"'we'.*\[", operation, lambda we: we, inputs="we"),
    refused("keeps without kept", TypeError, "kept=None", operation, twice, keeps=True),
    refused("rule that is none", TypeError, "rule is a function, got float", own, twice, 2.0),
    refused("rule without parameter", TypeError, r"_\(g, \.\.\.\)", own, twice, lambda: 0),
    refused("unknown need", TypeError, "needs 'z'.*parameters x", own, twice, lambda g, z: g),
    refused("kept without keeps", TypeError, "needs 'kept'", own, twice, lambda g, kept: g),
    refused("too many pulls", TypeError, "1 pull rule already.*inputs are x", own, twice, same, same),
    refused("two pulls of linear", TypeError, "'bilinear'", own, times, same, same, kind="linear"),
    refused("two joint pulls", TypeError, "joint=True one rule", own, times, same, same, joint=True),
    refused("push of linear", TypeError, "function itself.*leave push out", pushed, "linear", lambda t: 2 * t),
    refused("no rule at all", TypeError, r"@twice\.pull", call, own(twice), X),
    refused("one pull of bilinear", TypeError, "1 pull rule for its inputs a, b", call,
            own(times, lambda g, b: g * b, kind="bilinear"), X, X),
    refused("a second pull missing", TypeError, r"'b'.*b\.detach\(\).*another @times\.pull", call,
            own(times, lambda g, b: g * b), X, X),
    refused("push rules for some", TypeError, "2 push rules for its inputs x", call,
            pushed("primitive", lambda t: t, lambda t: t), X),
]  # fmt: skip

RESULTS = [
    refused("nothing", TypeError, "twice: its function returned None.*return", call,
            own(lambda x: None, same, name="twice"), X),
    refused("tuple", TypeError, "a tuple of 2.*results=True", call, own(lambda x: (x, x), same), X),
    refused("list", TypeError, r"a list of 2.*np\.stack", call, own(lambda x: [x, x], same), X),
    refused("text", TypeError, "a str.*np.asarray", call, own(lambda x: str(x), same), X),
    refused("masked array", TypeError, r"MaskedArray.*np\.asarray", call, own(lambda x: np.ma.array(x), same), V),
    refused("tensor", TypeError, "plain arrays", call, own(lambda x: Tensor(x), same), X),
    refused("no tuple", TypeError, "ndarray.*results=True", call, own(lambda x: 2 * x, same, results=True), V),
    refused("nothing among several", TypeError, "None", call, own(lambda x: (x, None), same, results=True), V),
    refused("no element for each", ValueError, r"shape \(\) for x \(3,\).*'primitive'", call,
            own(lambda x: np.sum(x), same, kind="elementwise"), V),
]  # fmt: skip

# by name: what a rule returns in place of the derivative of twice(v), and what the error says
RULES: dict[str, tuple[Any, str]] = {
    "nothing": (None, r"own_operations\.py:\d+ returned None.*Does it end with 'return'"),
    "list": ([2.0, 2.0, 2.0], r"a list of 3.*np\.stack"),
    "text": ("2", "a str"),
    "another shape": (np.ones(2), r"ndarray \(2,\) float64.*\(3,\)"),
    "a matrix": (np.ones((3, 2)), r"ndarray \(3, 2\) float64.*\(3,\)"),
    "the Jacobian": (np.eye(3), r"ndarray \(3, 3\) float64.*Jacobian"),
    "mask": (np.ones(3, bool), r"bool.*g \* mask"),
    "objects": (np.ones(3, object), r"object.*dtype=float"),
}
