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
    assert left.get_ylim()[0] == 0
    (only,) = drawn(plots.history({"loss": [1.0, 0.5]})).axes
    assert "validation" not in lines(only)


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
    line = lines(axes)[f"b  {area:.3f}"]
    np.testing.assert_allclose(line.get_xdata(), nn.metrics.roc_curve(scores, target)[1][0])
    (axes,) = drawn(plots.roc(scores[:20, 0], (target == 0)[:20], ["no", "yes"])).axes
    assert [label[:3] for label in lines(axes) if not label.startswith("_")] == ["yes"]


def test_filters() -> None:
    weight = RNG.normal(size=(10, 2, 3, 3))
    figure = drawn(plots.filters(Tensor(weight), columns=4))
    images = [image for axes in figure.axes for image in axes.get_images()]
    assert len(images) == 10
    np.testing.assert_array_equal(images[9].get_array(), weight[9, 0])
    assert {image.get_clim() for image in images} == {(-abs(weight).max(), abs(weight).max())}  # white is 0 in all
    red = plots.filters(weight[:, [0, 1, 0]]).axes[0].get_images()[0].get_array()
    assert red.shape == (3, 3, 3) and red.min() >= 0 and red.max() <= 1


def test_feature_maps() -> None:
    maps = np.maximum(RNG.normal(size=(1, 6, 5, 5)), 0)
    images = [image for axes in drawn(plots.feature_maps(maps)).axes for image in axes.get_images()]
    np.testing.assert_array_equal(images[5].get_array(), maps[0, 5])
    assert {image.get_clim() for image in images} == {(0, maps.max())}


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
    zero, one = axes.collections
    assert (
        zero.get_offsets().tolist() == points[[0, 2]].tolist() and one.get_offsets().tolist() == points[[1, 3]].tolist()
    )
    left, right, bottom, top = axes.get_images()[0].get_extent()
    assert left < -1 < 1 < right and bottom < 0 < 2 < top


MISFITS: dict[str, tuple[Any, str]] = {
    "history without an epoch": (lambda: plots.history(History()), "no epoch"),
    "matrix not square": (lambda: plots.confusion_matrix(np.ones((2, 3))), r"square.*\(2, 3\)"),
    "too few names": (lambda: plots.confusion_matrix(np.eye(2), ["a"]), "1 names for 2 classes"),
    "weight of a linear layer": (lambda: plots.filters(np.ones((3, 3))), r"\(out, in, height, width\), .*\(3, 3\)"),
    "maps of two images": (lambda: plots.feature_maps(np.ones((2, 3, 4, 4))), "one image"),
    "images of one axis": (lambda: plots.images(np.ones(3)), r"\(n, height, width\)"),
    "points in space": (lambda: plots.decision_boundary(abs, np.ones((3, 3)), np.ones(3)), r"points \(n, 2\)"),
}


@pytest.mark.parametrize(("act", "says"), MISFITS.values(), ids=MISFITS)
def test_arguments_that_do_not_fit(act: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        act()
