"""The figures show the right data, with labels that say what it is."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor
from nn import plots
from nn.training import History
from nn.training.finder import LearningRates

pytest.importorskip("matplotlib")
RNG = np.random.default_rng(0)


def drawn(figure: Any) -> Any:
    """The figure, drawn as a PNG without pyplot."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=40)
    assert file.getvalue().startswith(b"\x89PNG")
    return figure


def lines(axes: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in axes.get_lines()}


def test_history() -> None:
    history = History()
    for k, (loss, score) in enumerate([(2.0, 0.3), (1.0, 0.7), (1.2, 0.6)]):
        history.append({"loss": 3.0 - k, "accuracy": 0.2 * k, "val_loss": loss, "val_accuracy": score, "lr": 0.1})
    left, right = drawn(history.plot()).axes
    for axes, name, best in ((left, "loss", "best: 1.000 (epoch 2)"), (right, "accuracy", "best: 0.700 (epoch 2)")):
        assert (axes.get_title(), axes.get_xlabel()) == (name, "epoch")
        assert lines(axes)["training"].get_xydata()[:, 1].tolist() == history[name]
        assert lines(axes)["validation"].get_xydata().tolist() == [
            [k + 1, y] for k, y in enumerate(history[f"val_{name}"])
        ]
        assert best in lines(axes)
    assert left.get_ylim()[0] == 0 and left.get_yscale() == "linear"
    (shade,) = left.collections  # the loss rises again, while the training's falls
    assert shade.get_label() == "over-fitting" and not right.collections[1:]
    ((xs, ys),) = [path.vertices.T for path in shade.get_paths()]
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (2, 3, 1.0, 2.0)
    (only,) = drawn(plots.history({"loss": [1.0, 0.5]})).axes
    assert "validation" not in lines(only)


@pytest.mark.parametrize(
    ("loss", "log", "scale"),
    [
        ([2.0, 0.3], None, "linear"), ([2.0, 0.15], None, "log"), ([2.0, 0.15], False, "linear"),
        ([2.0, 0.3], True, "log"), ([2.0, 0.0], None, "linear"), ([2.0, -1.0], None, "linear"),
        ([2.0, np.nan], None, "linear"), ([np.nan, np.nan], None, "linear"),
    ],
)  # fmt: skip
def test_losses_over_more_than_a_power_of_ten_have_a_log_axis(loss: Any, log: Any, scale: str) -> None:
    history = History()
    history.load_state_dict({"epochs": 2, "columns": {"loss": loss, "val_loss": loss, "f1": [1e-3, 1.0]}})
    axes, other = drawn(history.plot(log)).axes
    assert (axes.get_yscale(), other.get_yscale()) == (scale, "linear")
    assert not axes.collections  # training and validation are the same: nothing is over-fitted


def test_learning_rates() -> None:
    found = LearningRates([0.1, 1.0, 10.0], [3.0, 2.0, 9.0], [2.5, 2.6, 5.0], 0.1)
    (axes,) = drawn(found.plot()).axes  # of plots.learning_rates, by numbers alone
    assert axes.get_xscale() == "log" and axes.get_xlabel() == "learning rate"
    assert lines(axes)["smoothed"].get_ydata().tolist() == found.smooth
    assert lines(axes)["suggestion 0.1"].get_xdata() == [0.1, 0.1]


def test_confusion_matrix() -> None:
    matrix = np.array([[8, 2, 0], [0, 5, 0], [0, 0, 0]])
    axes, bar = drawn(plots.confusion_matrix(matrix, ["cat", "dog", "cow"])).axes
    labels = (axes.get_xlabel(), axes.get_ylabel(), bar.get_ylabel())
    assert labels == ("predicted class", "true class", "fraction of the row")
    assert [t.get_text() for t in axes.get_yticklabels()] == ["cat", "dog", "cow"]
    assert {(t.get_position(), t.get_text()) for t in axes.texts} == {((0, 0), "8"), ((1, 0), "2"), ((1, 1), "5")}
    (image,) = axes.get_images()
    np.testing.assert_allclose(image.get_array(), [[0.8, 0.2, 0], [0, 1, 0], [0, 0, 0]])
    assert image.get_clim() == (0, 1)


def test_roc() -> None:
    target = np.arange(30) % 3
    scores = np.eye(3)[target] + RNG.normal(size=(30, 3))
    (axes,) = drawn(plots.roc(scores, target, ["a", "b", "c"])).axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("false positive rate", "true positive rate")
    assert axes.get_aspect() == 1
    area = nn.metrics.roc_auc(scores, target, None)[1]
    line = lines(axes)[f"{area:.3f}  b"]
    np.testing.assert_allclose(line.get_xdata(), nn.metrics.roc_curve(scores, target)[1][0])
    (axes,) = drawn(plots.roc(scores[:20, 0], (target == 0)[:20], ["no", "yes"])).axes
    assert [label[-3:] for label in lines(axes) if not label.startswith("_")] == ["yes"]


@pytest.mark.parametrize("names", [None, ["a", "b", "c"], ["a" * 40, "b", "c"]], ids=["numbers", "short", "long"])
def test_nothing_of_a_roc_is_cut_off(names: list[str] | None) -> None:
    target = np.arange(90) % 3
    figure = drawn(plots.roc(np.eye(3)[target] + RNG.normal(size=(90, 3)), target, names))
    box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    assert min(box.x0, box.y0, width - box.x1, height - box.y1) > 0


@pytest.mark.parametrize("classes", [10, 40])
def test_roc_of_many_classes_has_a_sorted_legend_different_lines_and_a_larger_corner(classes: int) -> None:
    target = np.arange(30 * classes) % classes
    scores = 3 * np.eye(classes)[target] + RNG.normal(size=(len(target), classes))
    names = [f"_the class ${k}$ with a long name" for k in range(classes)]
    figure = drawn(plots.roc(scores, target, names))
    (axes,) = figure.axes
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    areas = nn.metrics.roc_auc(scores, target, None)
    shown = [text for text in legend if "others" not in text]
    worst = sorted(range(classes), key=lambda k: -areas[k])[-len(shown) :]
    assert shown == [f"{areas[k]:.3f}  \u200b{names[k]}".replace("$", r"\$") for k in worst]
    assert len(shown) == min(classes, 14) and len(legend) == len(shown) + (classes > 14)
    (inset,) = axes.child_axes
    for part in (axes, inset):
        looks = {(line.get_color(), line.get_linestyle()) for line in part.get_lines() if line.get_label() in shown}
        assert len(looks) == len(shown)
    low, high = inset.get_xlim()[1], inset.get_ylim()[0]
    for curve in nn.metrics.roc_curve(scores, target):
        assert ((curve[0] <= low) & (curve[1] >= high)).any()  # each one passes through the corner


def pictures(figure: Any) -> dict[str, Any]:
    """The pictures by their titles."""
    axes = [axes for axes in figure.axes if axes.get_images()]
    return {a.get_title(): a.get_images()[0] for a in axes if a.get_title()}


@pytest.mark.parametrize(("inputs", "channel"), [(1, 0), (2, 0), (5, 4)])
def test_filters(inputs: int, channel: int) -> None:
    weight = RNG.normal(size=(10, inputs, 3, 3))
    figure = drawn(plots.filters(Tensor(weight), columns=4, channel=channel))
    found = pictures(figure)
    assert list(found) == [str(k) for k in range(10)]
    for k, image in enumerate(found.values()):
        np.testing.assert_array_equal(image.get_array(), weight[k, channel])
        assert image.get_clim() == (-abs(weight).max(), abs(weight).max())  # white is 0 in all
    title = figure.get_suptitle()
    assert title == ("Filters" if inputs == 1 else f"Filters for input channel {channel} of {inputs}")


def test_filters_of_three_channels_are_colours() -> None:
    weight = RNG.normal(size=(4, 3, 3, 3))
    for image in pictures(drawn(plots.filters(weight))).values():
        red = image.get_array()
        assert red.shape == (3, 3, 3) and red.min() >= 0 and red.max() <= 1


@pytest.mark.parametrize("shape", [(5, 5), (1, 5, 5), (1, 1, 5, 5), (3, 5, 5), (1, 3, 5, 5)])
@pytest.mark.parametrize("draw", [plots.feature_maps, plots.filters])
def test_pictures_of_a_layer_stand_beside_the_image_from_which_they_come(draw: Any, shape: tuple[int, ...]) -> None:
    image = RNG.uniform(size=shape)
    given = RNG.normal(size=(6, 1, 5, 5) if draw is plots.filters else (6, 5, 5))
    figure = drawn(draw(given, columns=3, image=Tensor(image)))
    found = pictures(figure)
    assert list(found) == ["input", *map(str, range(6))]
    seen = np.asarray(found["input"].get_array())
    x = image.reshape(-1, 5, 5)
    expected = x[0] if len(x) == 1 else np.moveaxis((x - x.min()) / (x.max() - x.min()), 0, -1)
    np.testing.assert_allclose(seen, expected)
    boxes = {title: picture.axes.get_position() for title, picture in found.items()}
    places = {title: picture.axes.get_window_extent() for title, picture in found.items()}
    assert boxes and all(places["input"].x1 <= places[str(k)].x0 for k in range(6))
    assert places["input"].width > places["0"].width  # it is the larger one
    with pytest.raises(ValueError, match="needs one image"):
        draw(given, image=np.ones((2, 5, 5)))


def test_feature_maps() -> None:
    maps = np.maximum(RNG.normal(size=(1, 6, 5, 5)), 0)
    found = pictures(drawn(plots.feature_maps(maps)))
    assert list(found) == [str(k) for k in range(6)]
    np.testing.assert_array_equal(found["5"].get_array(), maps[0, 5])
    assert {image.get_clim() for image in found.values()} == {(0, maps.max())}


def test_images() -> None:
    figure = drawn(plots.images(RNG.normal(size=(3, 1, 4, 4)), ["a", "b", "c"], title="clothes"))
    assert [axes.get_title() for axes in figure.axes] == ["a", "b", "c"]


@pytest.mark.parametrize("wide", [True, False])
def test_decision_boundary(wide: bool) -> None:
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [-1.0, 2.0], [1.0, 2.0]])
    model = nn.Sequential(nn.Linear(2, 2 if wide else 1, dtype=float), nn.Dropout(0.9))
    weight = np.array([[-1.0, 0.0], [1.0, 0.0]])
    model[0].weight.data = weight if wide else weight[1:]
    model[0].bias.data = np.zeros(2 if wide else 1)
    (axes,) = drawn(plots.decision_boundary(model, points, np.array([0, 1, 0, 1]), steps=20)).axes
    regions = np.asarray(axes.get_images()[0].get_array())
    assert (regions[:, :10] == 0).all() and (regions[:, 10:] == 1).all()  # without dropout
    assert model[1].training
    zero, one = (c for c in axes.collections if len(c.get_offsets()) > 1)
    assert (zero.get_offsets().tolist(), one.get_offsets().tolist()) == (points[::2].tolist(), points[1::2].tolist())
    left, right, bottom, top = axes.get_images()[0].get_extent()
    assert left < -1 < 1 < right and bottom < 0 < 2 < top


def luminance(color: Any) -> float:
    """Of a colour, relative to white (WCAG 2)."""
    rgb = np.asarray(color)[:3]
    return float(np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])


def test_points_contrast_with_the_regions_and_mistakes_have_a_heavy_edge() -> None:
    angle = np.arange(80) * 2 * np.pi / 80
    points = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    target = np.arange(80) // 10
    target[[3, 47]] = [1, 0]  # the model takes them for 0 and 4

    def model(x: Any) -> Any:
        return np.cos(np.arctan2(x[:, 1], x[:, 0])[:, None] - (np.arange(8) + 0.45) * np.pi / 4)

    (axes,) = drawn(plots.decision_boundary(model, points, target)).axes
    regions = axes.get_images()[0].get_cmap().colors
    groups = [c for c in axes.collections if len(c.get_offsets()) and c.get_edgecolor().size and c.get_facecolor().size]
    heavy = [c for c in groups if c.get_linewidths()[0] > 1]
    assert sorted(p for c in heavy for p in c.get_offsets().tolist()) == sorted(points[[3, 47]].tolist())
    assert "2.5% mistaken" in [text.get_text() for text in axes.get_legend().get_texts()]
    assert len({tuple(c.get_facecolor()[0]) for c in groups}) == 8
    for group in groups:  # the edge stands out from every region, as people need it to (WCAG 2.2, 1.4.11)
        edge = luminance(group.get_edgecolor()[0])
        assert all((luminance(region) + 0.05) / (edge + 0.05) >= 3 for region in regions)


# ------------------------------------------------ the flow of a gradient


def test_gradient_flow() -> None:
    steps = np.arange(10, 1010, 10)
    gradients = {f"layer {k}": 10.0**-k * (1 + 0.1 * RNG.uniform(size=100)) for k in range(4)}
    ratios = {name: 1e-3 * g for name, g in gradients.items()}
    dead = {"relu $1$": np.linspace(0, 0.5, 100), "_relu": np.zeros(100)}
    saturated = {"tanh": np.full(100, 0.25)}
    profile, norms, updates, shares = drawn(plots.gradient_flow(gradients, steps, ratios, dead, saturated)).axes
    assert [t.get_text() for t in profile.get_yticklabels()] == list(gradients)
    assert (profile.get_xscale(), norms.get_yscale(), updates.get_yscale()) == ("log", "log", "log")
    assert profile.get_ylim()[0] > profile.get_ylim()[1]  # the first layer is on top
    ends = [line.get_xdata() for line in profile.get_lines()][-1]
    np.testing.assert_array_equal(ends, [g[-1] for g in gradients.values()])
    for axes, series in ((norms, gradients), (updates, ratios)):
        for name, y in series.items():
            np.testing.assert_array_equal(lines(axes)[f"_{name}"].get_xydata(), np.stack([steps, y], axis=1))
    assert any(np.allclose(line.get_ydata(), 1e-3) for line in updates.get_lines())  # the guide
    texts = [text.get_text() for text in shares.get_legend().get_texts()]
    assert texts == [r"relu \$1\$: 50% dead", "tanh: 25% saturated"]
    assert shares.get_xlabel() == "step"


@pytest.mark.parametrize("size", [1e-9, 1e-6, 1e-3, 0.03, 1.0])
def test_ticks_of_update_ratios_do_not_crowd_wherever_the_guide_is(size: float) -> None:
    ratios = {"a": size * np.linspace(1, 1.5, 9)}
    _, _, axes = drawn(plots.gradient_flow({"a": np.ones(9)}, None, ratios)).axes
    low, high = axes.get_ylim()
    assert low <= 1e-3 <= high and low <= size <= high
    assert 1 <= sum(low <= tick <= high for tick in axes.get_yticks()) <= 12


def test_gradient_flow_sums_up_many_steps_and_shows_what_has_no_logarithm() -> None:
    long = np.exp(RNG.normal(size=5000))
    long[1234] = 1e6
    profile, axes = drawn(plots.gradient_flow({"a": long, "b": long * 0, "c": np.full(5000, np.inf)})).axes
    assert len(lines(axes)["_a"].get_xdata()) < 500
    band = axes.collections[0]
    assert band.get_paths()[0].vertices[:, 1].max() == 1e6  # a spike remains in sight
    assert [t.get_text() for t in profile.get_yticklabels()] == ["a", "b  0", "c  ∞"]
    profile, axes = drawn(plots.gradient_flow({f"{k}": [0.1 * k] for k in range(60)})).axes  # one step, many layers
    heights = [t.get_window_extent().height for t in profile.get_yticklabels()]
    gap = profile.transData.transform([(1, 0), (1, 1)])[:, 1]
    assert max(heights) < abs(gap[1] - gap[0])  # names do not overlap


MISFITS: dict[str, tuple[Any, str]] = {
    "history without an epoch": (lambda: plots.history(History()), "no epoch"),
    "matrix not square": (lambda: plots.confusion_matrix(np.ones((2, 3))), r"square.*\(2, 3\)"),
    "too few names": (lambda: plots.confusion_matrix(np.eye(2), ["a"]), "1 names for 2 classes"),
    "weight of a linear layer": (lambda: plots.filters(np.ones((3, 3))), r"\(out, in, height, width\), .*\(3, 3\)"),
    "maps of two images": (lambda: plots.feature_maps(np.ones((2, 3, 4, 4))), "one image"),
    "images of one axis": (lambda: plots.images(np.ones(3)), r"\(n, height, width\)"),
    "no such channel": (lambda: plots.filters(np.ones((3, 2, 3, 3)), channel=2), "no input channel 2: .* has 2"),
    "a flow without a step": (lambda: plots.gradient_flow({"a": []}), "no step to draw"),
    "a flow without layers": (lambda: plots.gradient_flow({}), "no step to draw"),
    "a flow of other steps": (lambda: plots.gradient_flow({"a": [1, 2]}, [1]), r"'a' has shape \(2,\) for 1 steps"),
    "points in space": (lambda: plots.decision_boundary(abs, np.ones((3, 3)), np.ones(3)), r"points \(n, 2\)"),
}


@pytest.mark.parametrize(("act", "says"), MISFITS.values(), ids=MISFITS)
def test_arguments_that_do_not_fit(act: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        act()
