"""The demo learns what it says, and leaves its pictures whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("sklearn")
from nn import demo


def test_demo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo.main(str(tmp_path / "out"))
    text = capsys.readouterr().out
    accuracy = float(text.split("test accuracy ")[1].split("%")[0])
    assert accuracy >= 97
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["digits.svg", "loss.png"]
    picture = (tmp_path / "out" / "digits.svg").read_text()
    assert all(label in picture for label in ("W1", "b1", "W2", "b2"))
    for name in ("digits.svg", "loss.png"):
        assert str(tmp_path / "out" / name) in text


def test_xor() -> None:
    assert [y > 0 for y in demo.xor()] == [False, True, True, False]


def test_missing_extras_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"graphviz, matplotlib, sklearn, tqdm: pip install 'chalkgrad\[demo\]'"):
        demo.main()
