"""The demo learns what it claims, writes its files completely or not at all, and resumes where it was interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("sklearn")
import nn
from nn import demo
from nn.training import Trainer, load_state

FILES = ["checkpoint.npz", "confusion-matrix.png", "fashion-mnist.safetensors", "feature-maps.png", "filters.png",
         "gradient-flow.png", "graph.svg", "learning-curves.png", "network.svg"]  # fmt: skip
OPTIONS = ["--images", "1200", "--epochs", "3"]


def test_an_interrupted_demo_resumes_to_the_same_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    demo.main([*OPTIONS, "--out", str(whole)])
    text = capsys.readouterr().out
    accuracy = float(text.split("test accuracy ")[1].split("%")[0])
    assert accuracy >= 65  # after three epochs of 960 images; make demo trains on all of them and prints its own
    assert sorted(p.name for p in whole.iterdir()) == FILES
    assert all(str(whole / name) in text for name in FILES if name != "checkpoint.npz")
    for name, words in {
        "graph.svg": ("weight", "convolve", "cross_entropy"),
        "network.svg": ("Conv2d(1, 16,",),
    }.items():
        picture = (whole / name).read_text()
        assert all(word in picture for word in words)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "_one_step", interrupted_at(40))
        demo.main([*OPTIONS, "--out", str(cut)])
    said = capsys.readouterr().out
    assert (
        f"holds 1 completed epochs. To resume: python -m nn.demo --resume --epochs 3 --images 1200 --out {cut}" in said
    )
    assert [p.name for p in cut.iterdir()] == ["checkpoint.npz"]
    demo.main([*OPTIONS, "--out", str(cut), "--resume"])
    assert f"test accuracy {accuracy:.2f}%" in capsys.readouterr().out
    weights, again = (nn.load(folder / "fashion-mnist.safetensors") for folder in (whole, cut))
    assert weights.keys() == again.keys()
    assert all(np.array_equal(weights[name], again[name]) for name in weights)

    with pytest.raises(SystemExit, match=r"'images': 1200.*but you ask for.*'images': 500"):
        demo.main(["--images", "500", "--out", str(cut), "--resume"])
    with monkeypatch.context() as patch:
        patch.setattr(demo, "write_results", lambda *_: {})  # they were written twice
        demo.main([*OPTIONS[:2], "--epochs", "4", "--out", str(cut), "--resume"])  # a finished training can be extended
    assert load_state(cut / "checkpoint.npz")["epoch"] == 4


def interrupted_at(step: int) -> Any:
    """A training step during which Ctrl-C is pressed if it is this one."""
    one_step = Trainer._one_step

    def stepping(self: Trainer, *arguments: Any) -> None:
        if self.step == step:
            raise KeyboardInterrupt
        one_step(self, *arguments)

    return stepping


def test_xor() -> None:
    assert [y > 0 for y in demo.xor()] == [False, True, True, False]


def test_resume_needs_a_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no .*checkpoint\.npz to resume from"):
        demo.main(["--resume", "--out", str(tmp_path)])


def test_missing_packages_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"matplotlib, .*, tqdm: pip install 'chalkgrad\[demo\]'"):
        demo.main([])
