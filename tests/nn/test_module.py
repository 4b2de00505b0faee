"""What a module finds, names, saves, loads and prints."""

from __future__ import annotations

import copy
import pickle
import traceback
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value, no_grad
from nn.module import mode, training_mode
from nn.scalar import Neuron

from ..tables.places import PLACES, Holds


class Net(nn.Module):
    """It calls no base __init__; its parameters are on attributes, in lists, dicts and tuples, and one is shared."""

    def __init__(self) -> None:
        self.scale = nn.Parameter([1.0, 2.0])
        self.blocks = [nn.Linear(2, 2, generator=0), nn.ReLU()]
        self.heads = {"a": nn.Linear(2, 1, bias=False, generator=1)}
        self.pair = (nn.Parameter(3.0), self.blocks[0])
        self.mean = Tensor([0.0, 0.0])  # a buffer: saved, not trained
        self.mask = np.ones(3)  # a constant
        self.owner: Any = self
        self.name = "net"

    def forward(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return self.heads["a"](x * self.scale)


class Knows(nn.Module):
    """It has an attribute for the module that it is inside."""

    def __init__(self, parent: Any) -> None:
        self.parent = parent
        self.w = nn.Parameter([1.0])

    def forward(self, x: Any) -> Any:
        return x @ np.ones((3, 3))


OWN = ["scale", "blocks.0.weight", "blocks.0.bias", "heads.a.weight", "pair.0"]
ALL = [*OWN, "pair.1.weight", "pair.1.bias", "mean"]


def names(found: Any) -> list[str]:
    return [name for name, _ in found]


def test_parameters_are_found_in_order_and_once() -> None:
    net = Net()
    assert names(net.named_parameters()) == OWN
    assert names(net.named_parameters("net", recurse=False)) == ["net.scale", "net.pair.0"]


def test_buffers_are_found() -> None:
    net = Net()
    assert names(net.named_buffers()) == ["mean"] and list(net.buffers()) == [net.mean]


def test_modules_are_found() -> None:
    net = Net()
    assert names(net.named_modules()) == ["", "blocks.0", "blocks.1", "heads.a"]
    assert names(nn.Sequential(net).named_children()) == ["0"]
    assert list(net.children()) == [*net.blocks, net.heads["a"]]


def test_what_is_added_is_found_and_what_is_deleted_is_not() -> None:
    net = Net()
    net.heads["b"] = nn.Linear(1, 1)
    del net.scale
    assert names(net.named_parameters()) == [*OWN[1:4], "heads.b.weight", "heads.b.bias", "pair.0"]


def test_a_module_that_knows_its_parent() -> None:
    net = Net()
    net.heads["a"] = child = Knows(net)  # type: ignore[assignment]
    assert names(net.named_parameters())[3] == "heads.a.w"
    assert names(child.named_modules())[:2] == ["", "parent"]
    assert "parent" not in repr(net) and "(blocks.0)" in repr(child)
    called: list[Any] = []
    net.apply(called.append)
    assert called == [*net.blocks, child, net]


def test_neurons_of_values_are_found_too() -> None:
    net = nn.Sequential(Neuron(2, seed=0), lambda y: y * 2)
    assert names(net.named_parameters()) == ["0.w.0", "0.w.1", "0.b"]
    net.load_state_dict({"0.w.0": 1.0, "0.w.1": np.float32(2), "0.b": Value(3.0)})
    assert [p.data for p in net.parameters()] == [1, 2, 3]


# ---------------------------------------------------------------- wherever a layer stands


def on(*names: str | None) -> Any:
    """The places where a layer gets such a name; without one, all places where it gets one."""
    rows = [name for name, place in PLACES.items() if (place.name in names if names else place.name)]
    return pytest.mark.parametrize("place", rows)


@on()
def test_a_layer_is_found_by_name_trained_and_switched_to_eval(place: str) -> None:
    layer = nn.Sequential(nn.Linear(3, 3, generator=0), nn.Dropout(0.5, generator=0))
    model, name = PLACES[place].build(layer), PLACES[place].name
    assert [n for n, p in model.named_parameters() if p is layer[0].weight] == [f"{name}.0.weight"]
    assert len(list(model.parameters())) == 2
    assert model.get_submodule(f"{name}.1") is layer[1]
    model(np.ones((2, 3), np.float32)).sum().backward()
    model.zero_grad()
    assert layer[0].weight.grad is None
    model.eval()
    assert not layer[1].training
    state = {key: array + 1 for key, array in model.state_dict().items()}
    model.load_state_dict(state)
    assert np.array_equal(layer[0].bias.data, state[f"{name}.0.bias"])
    with pytest.raises(nn.ShapeError, match=r"^model[.\[].*: Linear\(3, 3\) got \(4, 2\)"):
        model(np.ones((4, 2), np.float32))


@on()
def test_a_copy_has_a_layer_of_its_own(place: str) -> None:
    layer = nn.Linear(3, 3, generator=0)
    model, name = PLACES[place].build(layer), PLACES[place].name
    x = np.ones((2, 3), np.float32)
    if "global" in place or "proxy" in place:  # these cannot be copied
        with pytest.raises(TypeError, match=r"its copy would share 0\.|its copy would share held\.|mappingproxy"):
            copy.deepcopy(model)
        return
    other = copy.deepcopy(model)
    assert other.get_submodule(f"{name}") is not layer
    before = model(x).data
    assert np.array_equal(other(x).data, before)
    for p in other.parameters():
        p.data = p.data + 1
    assert np.array_equal(model(x).data, before) and not np.array_equal(other(x).data, before)


@on("inner")
def test_a_pickle_has_the_layer_of_the_class(place: str) -> None:
    layer = nn.Linear(3, 3, generator=0)
    state = PLACES[place].build(layer).__getstate__()
    assert state["inner"] is layer


def test_a_copied_part_keeps_the_owner_that_its_function_knows() -> None:
    owner: Any = PLACES["beside a function that knows its owner"].build(nn.Linear(3, 3))
    assert copy.deepcopy(owner.part)[0].__closure__[0].cell_contents is owner
    other = copy.deepcopy(owner)
    assert other.part[0].__closure__[0].cell_contents is other
    other.width = 2
    assert other.part(np.ones((2, 3))).shape == (3, 2)
    assert owner.part(np.ones((2, 3))).shape == (2, 3)


@on(None)
def test_a_layer_without_a_name_is_told(place: str) -> None:
    layer = nn.Linear(3, 3)
    model = PLACES[place].build(layer)
    for use in (model.eval, model.state_dict, lambda: list(model.parameters())):
        with pytest.raises(TypeError, match=r"^Holds\.held has a Linear as an element of a set or a key of a dict"):
            use()
    model.named = layer  # type: ignore[assignment]
    assert names(model.named_parameters()) == ["named.weight", "named.bias"]


@on("")
def test_what_python_hides_is_not_a_part(place: str) -> None:
    layer = nn.Linear(3, 3)
    model = PLACES[place].build(layer)
    assert not list(model.parameters())


def test_an_owner_is_no_part_of_a_part_whose_function_knows_it() -> None:
    layer = nn.Linear(3, 3)
    owner: Any = PLACES["beside a function that knows its owner"].build(layer)
    assert not list(owner.part.parameters()) and len(list(owner.parameters())) == 2
    bound = Holds(None, lambda held, x: x)
    bound.part = nn.Sequential(bound.forward)  # type: ignore[assignment]
    bound.weight = nn.Parameter(1.0)  # type: ignore[assignment]
    assert not list(bound.part.parameters())  # type: ignore[union-attr]


# ---------------------------------------------------------------- members


def test_members_by_name() -> None:
    net = Net()
    assert net.get_submodule("") is net
    assert net.get_submodule("blocks.0") is net.blocks[0]
    assert net.get_parameter("pair.1.weight") is net.blocks[0].weight
    assert net.get_buffer("mean") is net.mean
    with pytest.raises(AttributeError, match=r"Net has no buffer 'scale'; it has mean$"):
        net.get_buffer("scale")
    with pytest.raises(AttributeError, match=r"ReLU has no parameter 'w'; it has none"):
        nn.ReLU().get_parameter("w")


def test_two_tensors_of_one_name_are_refused() -> None:
    net = Net()
    net.heads = {1: nn.Linear(1, 1), "1": nn.Linear(1, 1)}  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"two tensors of this Net have the name 'heads\.1\.weight'"):
        net.state_dict()


def test_the_mode_reaches_all_modules() -> None:
    net = Net()
    assert net.training
    assert not any(module.training for module in net.eval().modules())
    assert all(module.training for module in net.train().modules())


class Frozen(nn.BatchNorm1d):
    """Always in eval mode; it counts how often it is asked, and may know the module that it is inside."""

    asked = 0
    owner: Any = None

    def train(self, mode: bool = True) -> Any:
        self.asked += 1
        return super().train(False)


class Backbone(nn.Module):
    """One of its two layers stays in eval mode."""

    def __init__(self, layer: Any) -> None:
        self.layer, self.other = layer, nn.Dropout(0.5)

    def train(self, mode: bool = True) -> Any:
        super().train(mode)
        self.layer.eval()
        return self


class Unmoved(Backbone):
    """Its layers stay in the mode in which they are."""

    def train(self, mode: bool = True) -> Any:
        return self


def attribute(layer: Any) -> Any:
    layer.train = lambda mode=True: layer
    return layer


FREEZING: dict[str, tuple[Any, list[bool]]] = {  # a model of some layers, and the modes that train() gives them
    "a layer": (lambda: nn.Sequential(Frozen(3), nn.Dropout(0.5)), [True, False, True]),
    "a layer in a list": (lambda: Holds([Frozen(3)], lambda held, x: x), [True, False]),
    "a module around a layer": (lambda: nn.Sequential(Backbone(nn.BatchNorm1d(3))), [True, True, False, True]),
    "the model": (lambda: Backbone(nn.Sequential(nn.Dropout(0.5))), [True, False, False, True]),
    "one in another": (lambda: Backbone(Backbone(nn.Dropout(0.5))), [True, False, False, False, True]),
    "one that calls nothing": (lambda: nn.Sequential(Unmoved(nn.Dropout(0.5).eval())), [True, True, False, True]),
    "an attribute": (lambda: nn.Sequential(attribute(nn.Dropout(0.5).eval()), nn.Dropout(0.5)), [True, False, True]),
}  # fmt: skip


@pytest.mark.parametrize("row", FREEZING)
def test_a_module_with_a_train_of_its_own_decides_for_its_layers(row: str) -> None:
    make, trained = FREEZING[row]
    model = make()
    for _ in range(2):
        assert [module.training for module in model.train().modules()] == trained
        model.eval()
    with training_mode(model.train()), mode(model, False):
        pass
    assert [module.training for module in model.modules()] == trained


def test_a_layer_with_a_train_of_its_own_is_asked_once_though_it_knows_its_parent() -> None:
    layer = Frozen(3)
    model = Backbone(nn.Sequential(layer, layer))
    layer.owner = model
    nn.Sequential(model).train()
    assert layer.asked == 2 and model.other.training  # by train and by eval


def test_gradients_reach_all_parameters() -> None:
    net = Net()
    net(np.ones((3, 2), np.float32)).sum().backward()
    assert [p.grad is not None for p in net.parameters()] == [True, True, True, True, False]
    net.zero_grad()
    assert all(p.grad is None for p in net.parameters())


def test_frozen_parameters_stay_parameters() -> None:
    net = Net()
    assert not any(p.requires_grad for p in net.requires_grad_(False).parameters())
    assert names(net.named_parameters()) == OWN
    net.zero_grad()
    assert all(p.requires_grad for p in net.requires_grad_().parameters())


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_plain_tensor_that_was_frozen_can_be_trained_again(by_hand: bool) -> None:
    net = Net()
    net.plain = Tensor([1.0, 2.0], requires_grad=True)  # type: ignore[attr-defined]
    if by_hand:
        for p in net.parameters():
            p.requires_grad = False
    else:
        net.requires_grad_(False)
    assert names(net.named_parameters())[-1] == "plain"
    assert copy.deepcopy(net).requires_grad_().plain.requires_grad  # type: ignore[attr-defined]


NOT_TRAINED: dict[str, Any] = {
    "ndarray": np.ones((1, 2)), "Tensor": Tensor([[1.0, 2.0]]), "list": [[1.0, 2.0]], "float": 1.0,
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_TRAINED)
def test_numbers_do_not_take_the_place_of_a_parameter(kind: str) -> None:
    layer = nn.Linear(2, 1)
    with pytest.raises(
        TypeError, match=rf"^Linear\.weight is a parameter, and the {kind} would not be trained: set its"
    ):
        layer.weight = NOT_TRAINED[kind]
    for other in (None, [nn.Parameter(1.0)], layer.weight * 2, nn.Parameter(2.0), Value(1.0)):
        layer = nn.Linear(2, 1)
        layer.weight = other  # type: ignore[assignment]
    del layer.weight
    layer.weight = NOT_TRAINED[kind]


NOT_SAVED: dict[str, Any] = {
    "ndarray": np.ones(2), "list": [1.0, 2.0], "float": 1.0, "result of a recorded operation": nn.Parameter([1.0]) * 2,
}  # fmt: skip


@pytest.mark.parametrize("kind", NOT_SAVED)
@pytest.mark.parametrize("name", ["running_mean", "mask", "later"])
def test_what_is_not_saved_does_not_take_the_place_of_a_registered_buffer(kind: str, name: str) -> None:
    layer = nn.BatchNorm1d(2)
    layer.register_buffer("mask", [0.0, 1.0])
    layer.register_buffer("later", None)
    for module in (layer, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        fix = r"\(\.\.\.\)\.detach\(\)" if "result" in kind else r"Tensor\(\.\.\.\)"
        says = rf"^BatchNorm1d\.{name} is a registered buffer, and the {kind} would not be saved: .*{name} = {fix}"
        with pytest.raises(TypeError, match=says):
            setattr(module, name, NOT_SAVED[kind])
        with no_grad():
            unrecorded = module.weight * 2
        for other in (None, Tensor([1.0, 2.0]), unrecorded):
            setattr(module, name, other)
        assert name in module.state_dict()
        delattr(module, name)
        module.register_buffer(name, [1.0], persistent=False)
        setattr(module, name, NOT_SAVED[kind])


def test_the_precision_of_all_tensors_changes() -> None:
    net = Net()
    net.count = Tensor(3)
    for change, dtype in ((net.half, "f2"), (net.float, "f4"), (net.double, "f8"), (lambda: net.to("float32"), "f4")):
        assert {a.dtype for name, a in change().state_dict().items() if name != "count"} == {np.dtype(dtype)}
        assert net.count.dtype == int
    with pytest.raises(TypeError, match=r"floating dtype such as np\.float32, not in int64"):
        net.to(np.int64)


# ---------------------------------------------------------------- state


def test_a_state_is_saved_and_loaded() -> None:
    net, other = Net(), Net()
    state = net.state_dict()
    assert list(state) == ALL
    with no_grad():
        for p in other.parameters():
            p.data = p.data + 1
    assert other.load_state_dict(state) == ([], [])
    assert all(np.array_equal(a, b) for a, b in zip(state.values(), other.state_dict().values(), strict=True))


def test_loaded_numbers_get_the_modules_dtype() -> None:
    net = nn.Linear(2, 1)
    net.count = Tensor(0)  # type: ignore[attr-defined]
    net.load_state_dict({"weight": np.array([[1, 2]]), "bias": Tensor([0.5]), "count": np.int32(7)})
    assert [(a.dtype, a.tolist()) for a in net.state_dict().values()] == [
        (np.float32, [[1, 2]]),
        (np.float32, [0.5]),
        (np.int64, 7),
    ]


GOOD = {"0.weight": np.ones((3, 2)), "0.bias": np.ones(3), "1.weight": np.ones((1, 3)), "1.bias": np.ones(1), "n": 1}


WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "shape": ({"0.bias": np.ones(4)}, ["0.bias: shape (4,), this module has (3,)"]),
    "text": ({"0.bias": "text"}, ["0.bias: str is not an array of numbers"]),
    "ragged": ({"0.bias": [[1], [2, 3]]}, ["0.bias: an array takes numbers, but the value is a list whose rows"]),
    "objects": ({"0.bias": None, "n": object()},
                ["0.bias: NoneType is not an array of numbers", "n: object is not an array of numbers"]),
    "complex": ({"0.bias": np.ones(3) * 1j}, ["0.bias: complex128, this module has float32"]),
    "large floats": ({"0.bias": np.ones(3) * 1e39}, ["0.bias: float64 numbers that are too large for the float32"]),
    "float for an integer": ({"n": 1.5}, ["n: float64, this module has int16"]),
    "large integer": ({"n": 1 << 20}, ["n: int64 numbers that are too large for the int16"]),
    "shared tensor": ({"same.bias": np.zeros(1)}, ["same.bias: numbers that differ from those of 1.bias"]),
    "misspelt name": ({"1.wieght": 0, "1.weight": ...},
                      ["1.weight: missing", "same.weight: missing", "1.wieght: unexpected"]),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "says"), WRONG.values(), ids=WRONG)
def test_load_state_dict_says_all_that_is_wrong_and_loads_nothing(changes: Any, says: list[str]) -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    net.n = Tensor(0, dtype=np.int16)
    net.same = net[1]  # one of its names is enough
    before = {name: array.copy() for name, array in net.state_dict().items()}
    with pytest.raises(ValueError) as error:
        net.load_state_dict({name: value for name, value in {**GOOD, **changes}.items() if value is not ...})
    first, *lines = str(error.value).split("\n")
    assert first == "load_state_dict of Sequential, nothing was loaded:"
    assert len(lines) == len(says) and all(line.startswith(f"  {part}") for line, part in zip(lines, says, strict=True))
    assert all(np.array_equal(before[name], array) for name, array in net.state_dict().items())
    net.load_state_dict(GOOD)
    assert net.same.bias.data == 1


def test_names_may_differ_without_strict() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1))
    found = net.load_state_dict({"1.bias": np.array([5.0]), "more": "text"}, strict=False)
    assert net[1].bias.data == 5
    assert found.missing_keys == ["0.weight", "0.bias", "1.weight"] and found.unexpected_keys == ["more"]
    with pytest.raises(ValueError, match=r"1\.bias: shape"):
        net.load_state_dict({"1.bias": np.ones(2)}, strict=False)


def test_a_path_is_not_a_state() -> None:
    with pytest.raises(TypeError, match=r"not str: nn\.load\(path\) reads one"):
        nn.Linear(2, 3).load_state_dict("weights.npz")  # type: ignore[arg-type]


def test_models_are_copied_and_pickled_without_their_hooks() -> None:
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Sequential({"last": nn.Linear(3, 1)}))
    net[0].register_forward_hook(lambda module, inputs, output: output * 0)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert np.array_equal(other[0].weight.data, net[0].weight.data)
        other[0].weight.data = other[0].weight.data + 1
        assert not np.array_equal(other[0].weight.data, net[0].weight.data)
        assert other[0].weight.requires_grad
        assert other[2].last is other[2][0]
        assert other[0](np.ones(2)).data.all() and not net[0](np.ones(2)).data.any()
    assert copy.copy(net[0])(np.ones(2)).data.all()


# ---------------------------------------------------------------- hooks


def test_hooks_see_and_change_inputs_and_outputs() -> None:
    module = nn.Linear(2, 1, bias=False, dtype=float)
    module.weight.data = [[1.0, 10.0]]
    seen: list[Any] = []
    before = module.register_forward_pre_hook(lambda m, inputs: seen.append((m, *inputs)))
    with module.register_forward_hook(lambda m, inputs, y: y + inputs[0].sum()):
        twice = module.register_forward_hook(lambda m, inputs, y: y * 2)
        first = module.register_forward_hook(lambda m, inputs, y: y + 1, prepend=True)
        assert module(np.ones(2)).item() == ((11 + 1) + 2) * 2
    assert module(np.ones(2)).item() == (11 + 1) * 2
    for handle in (first, twice, before, before):
        handle.remove()
    assert module(np.ones(2)).item() == 11 and len(seen) == 2 and seen[0][0] is module
    module.register_forward_pre_hook(lambda m, inputs: inputs[0] * 3)
    assert module(np.ones(2)).item() == 33


def test_a_hook_that_cannot_be_called_is_refused() -> None:
    with pytest.raises(TypeError, match="a hook is a function, not 3"):
        nn.ReLU().register_forward_hook(3)  # type: ignore[arg-type]


def test_hooks_see_keywords_if_they_ask_for_them() -> None:
    class Scale(nn.Module):
        def forward(self, x: Any, by: float = 1.0) -> Any:
            return x * by

    module = Scale()
    module.register_forward_pre_hook(lambda m, inputs, options: (inputs, {"by": options["by"] + 1}), with_kwargs=True)
    module.register_forward_pre_hook(lambda m, inputs, options: None, with_kwargs=True)
    module.register_forward_hook(lambda m, inputs, options, y: (y, options["by"]), with_kwargs=True)
    assert module(2.0, by=3.0) == (8.0, 4.0)


# ---------------------------------------------------------------- text and errors


def test_repr_without_a_tree() -> None:
    assert repr(nn.Linear(2, 3)) == "Linear(2, 3)"
    assert repr(nn.Sequential(nn.Sequential(nn.ReLU()))) == "Sequential(\n  (0): Sequential(\n    (0): ReLU()\n  )\n)"
    assert repr(nn.Sequential()) == "Sequential()"
    attention = nn.MultiheadAttention(4, 2)
    assert repr(attention).startswith("MultiheadAttention(4, 2, ")
    assert str(nn.ShapeError(attention, 3, "4")) == "model: MultiheadAttention(4, 2) got 3; it takes 4"


def test_repr_is_a_tree_with_counts() -> None:
    net = Net()
    net.blocks[1] = nn.Sequential({"wide": nn.Linear(2, 600), "act": np.tanh})
    assert (
        repr(net)
        == """\
Net(                                     1,811 parameters
  (blocks.0): Linear(2, 2)                   6
  (blocks.1): Sequential(                1,800
    (wide): Linear(2, 600)               1,800
    (act): tanh
  )
  (heads.a): Linear(2, 1, bias=False)        2
  (pair.1): Linear(2, 2)                     6
)"""
    )


def test_errors_give_the_path_to_the_module() -> None:
    model = nn.Sequential(nn.Linear(784, 64), nn.ReLU(), nn.Linear(64, 10))
    model.layers[0] = lambda x: x
    wrong = np.zeros((32, 128), np.float32)

    class Outer(nn.Module):
        def __init__(self) -> None:
            self.encoder = [nn.ReLU(), model]
            self.heads = {"a": nn.ModuleDict({"b": nn.ModuleList([nn.Sequential({"last": model})])})}
            self.tail = Knows(self)

        def forward(self, x: Any, head: bool = False) -> Any:
            return self.heads["a"]["b"][0](x) if head else self.tail(self.encoder[1](x))

    with pytest.raises(nn.ShapeError, match=r"^model\[2\]: Linear\(64, 10\) got \(32, 128\)"):
        model(wrong)
    with pytest.raises(nn.ShapeError, match=r"^model\.encoder\[1\]\[2\]: Linear\(64, 10\) got \(32, 128\)"):
        Outer()(wrong)
    with pytest.raises(nn.ShapeError, match=r"^model\.heads\['a'\]\['b'\]\[0\]\.last\[2\]: Linear\(64, 10\) got"):
        Outer()(wrong, head=True)
    with pytest.raises(ValueError) as error:
        Outer()(np.zeros((32, 64), np.float32))
    assert error.value.__notes__ == ["in model.tail: Knows"]


def test_a_shape_error_is_pickled_without_its_module() -> None:
    with pytest.raises(nn.ShapeError) as caught:
        nn.Sequential(nn.Linear(2, 3), lambda x: x)(np.ones((4, 3)))
    caught.value.add_note("epoch 3")
    error = pickle.loads(pickle.dumps(caught.value))
    assert traceback.format_exception_only(error) == [
        "nn.ShapeError: model[0]: Linear(2, 3) got (4, 3); it takes (..., 2)\n", "epoch 3\n"
    ]  # fmt: skip
    assert error.given == (4, 3)


def test_a_module_without_forward_says_so() -> None:
    with pytest.raises(NotImplementedError, match="write forward"):
        nn.Module()(1)
    with pytest.raises(NotImplementedError, match="ModuleList holds modules and computes nothing"):
        nn.ModuleList()(1)


# ---------------------------------------------------------------- called as if the class were the layer

CLASSES = [
    kind
    for kind in (getattr(nn, n) for n in sorted(nn.__all__))
    if isinstance(kind, type) and issubclass(kind, nn.Module)
]


@pytest.mark.parametrize("kind", [kind for kind in CLASSES if kind is not nn.Module], ids=lambda kind: kind.__name__)
def test_a_class_refuses_data_and_says_how_its_layers_are_called(kind: Any) -> None:
    x = Tensor(np.ones((2, 3)), requires_grad=True)
    with pytest.raises(TypeError, match=rf"{kind.__name__}\(...\) takes options, not data.*nn\.{kind.__name__}\("):
        kind(x, np.ones((2, 3)))


def test_a_class_of_ones_own_takes_what_it_wants() -> None:
    class Scaled(nn.Module):
        def __init__(self, scale: Tensor) -> None:
            self.scale = scale

    class Plain(nn.Module):
        pass

    scale = Tensor(2.0, requires_grad=True)
    assert Scaled(scale).scale is scale
    with pytest.raises(TypeError, match=r"Plain\(\) takes no arguments"):
        Plain(scale)  # type: ignore[call-arg]
