"""Operations of one's own: mistakes are told where they are made, and numbers are as good as arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograd import Tensor, grad, jvp, operation

from ..tables.own_operations import DECLARATIONS, RESULTS, RULES, V, own, pushed, times, twice

KINDS = ["elementwise", "primitive"]


@pytest.mark.parametrize(("call", "error", "says"), [*DECLARATIONS, *RESULTS])
def test_a_mistake_in_a_declaration_or_function_is_told(call: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=f"(?s){says}"):
        call()


@pytest.mark.parametrize("returned", [None, (V, V), [V], "2"], ids=repr)
def test_what_a_function_returned_is_told_for_constants_too(returned: Any) -> None:
    with pytest.raises(TypeError, match="twice: its function returned"):
        own(lambda x: returned, lambda g: g, name="twice")(Tensor(V))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", RULES)
def test_a_mistake_in_a_rule_is_told_in_both_directions(name: str, kind: Any) -> None:
    returned, says = RULES[name]
    f = own(twice, lambda d: returned, kind=kind)
    with pytest.raises(TypeError, match=f"(?s)twice.*{says}"):
        grad(lambda v: np.sum(f(v)))(V)
    if kind == "primitive":
        f.push(lambda d: returned)
    with pytest.raises(TypeError, match=f"(?s){says}"):
        jvp(f, (V,), (V,))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("zero", [0, 0.0, np.zeros(3), np.zeros(3, int), np.float32(0)], ids=repr)
def test_numbers_and_integers_are_arrays_too(zero: Any, order: int, kind: Any) -> None:
    f = own(twice, lambda d: zero, kind=kind)
    g = grad(lambda v: np.sum(f(v) + v**2))
    if order == 2:
        np.testing.assert_array_equal(grad(lambda v: np.sum(g(v)))(V), np.full(3, 2.0))
    else:
        np.testing.assert_array_equal(g(V), 2 * V)
    if kind == "primitive":
        f.push(lambda d: zero)
    np.testing.assert_array_equal(jvp(f, (V,), (V,))[1], np.zeros(3))


# ---------------------------------------------------------------- one rule for all inputs


def joint(rule: Any, **options: Any) -> Any:
    return own(times, rule, joint=True, inputs=["a", "b"], **options)


@pytest.mark.parametrize("returned", [None, 2.0, np.ones(2)], ids=repr)
def test_a_joint_rule_gives_a_tuple(returned: Any) -> None:
    with pytest.raises(TypeError, match=r"gradients of all inputs.*tuple of 2"):
        grad(joint(lambda g: returned), (0, 1))(1.0, 2.0)


def test_a_joint_rule_gives_none_for_what_is_not_tracked_only() -> None:
    f = joint(lambda g, a, b: (g * b, None))
    assert grad(f)(1.0, 2.0) == 2.0
    with pytest.raises(TypeError, match=r"None as the gradient of 'b'.*not tracked"):
        grad(f, (0, 1))(1.0, 2.0)


def test_many_inputs_are_told_apart() -> None:
    f = own(lambda xs: xs[0] + xs[1], lambda g: (g, "g"), many=True)
    with pytest.raises(TypeError, match=r"'xs\[1\]'"):
        grad(lambda v: f([v, 2 * v]))(1.0)


# ---------------------------------------------------------------- several results


@pytest.mark.parametrize("returned", [None, 2.0, (V,), V], ids=repr)
def test_tangents_of_several_results_are_a_tuple(returned: Any) -> None:
    f = own(lambda x: (x, 2 * x), lambda g: g[0] + 2 * g[1], results=True)
    f.push(lambda t: returned)
    with pytest.raises(TypeError, match="as a tangent; it must return a tuple of 2 arrays"):
        jvp(lambda v: f(v)[0], (V,), (V,))


def test_tangents_of_several_results_add_up() -> None:
    f = operation(lambda a, b: (a * b, a + b), results=True)
    for rule in (lambda g, b: g[0] * b + g[1], lambda g, a: g[0] * a + g[1]):
        f.pull(rule)
    for rule in (lambda t, b: (t * b, t), lambda t, a: (t * a, t)):
        f.push(rule)
    for k, right in enumerate([2.0 * 5 + 3.0 * 7, 5.0 + 7.0]):
        assert jvp(lambda a, b, k=k: f(a, b)[k], (3.0, 2.0), (5.0, 7.0))[1] == right


def test_a_push_rule_for_each_input_names_the_wrong_one() -> None:
    f = own(times, lambda g, b: g * b, lambda g, a: g * a)
    f.push(lambda t, b: t * b)
    f.push(lambda t, a: np.ones(2))
    with pytest.raises(TypeError, match=r"ndarray \(2,\)"):
        jvp(f, (V, V), (V, V))
    assert pushed("primitive", lambda t: 2.0)(3.0) == 6.0


def test_what_the_graph_shares_cannot_be_written_to() -> None:
    """A rule gets the gradient that other rules get too, a function the tensor's own array."""

    def doubled(d: Any) -> Any:
        d *= 2
        return d

    x = Tensor(V, requires_grad=True)
    y = x * 1.0
    with pytest.raises(ValueError, match="read-only") as caught:
        (own(twice, doubled)(y) + y).sum().backward()
    assert "write to a copy" in "".join(caught.value.__notes__)
    with pytest.raises(ValueError, match="read-only"):
        own(doubled, lambda d: 2 * d)(x)
    assert (x.data == V).all()


def test_what_is_in_a_dict_may_change_after_the_call() -> None:
    @operation
    def scaled(x: Any, options: Any) -> Any:
        return x * options["by"]

    @scaled.pull
    def _(g: Any, options: Any) -> Any:
        return g * options["by"]

    options = {"by": np.array([2.0, 3.0])}
    t = Tensor([1.0, 1.0], requires_grad=True)
    y = scaled(t, options).sum()
    options["by"][:] = 0
    options["by"] = np.zeros(2)
    y.backward()
    assert t.grad.tolist() == [2.0, 3.0]
