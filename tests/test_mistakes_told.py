"""Errors teach: a mistaken expression is answered by what was given and what to write."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

import autograd
import nn
import optim
from autograd import Tensor, Value, absent

from .tables.mistaken import MISTAKEN, NOTED


def names() -> dict[str, Any]:
    model = nn.Sequential(nn.Linear(4, 2))
    s = Tensor(2.0, requires_grad=True)
    (s * 2).backward()
    return {
        "t": Tensor(np.ones((3, 4)), True), "u": Tensor(np.ones((2, 5)), True), "s": s, "v": Value(2.0),
        "w": Value(3.0), "model": model, "opt": optim.SGD(model.parameters(), lr=0.1), "np": np,
        "autograd": autograd, "nn": nn, "optim": optim, "Tensor": Tensor, "Value": Value,
    }  # fmt: skip


@pytest.mark.parametrize("text", MISTAKEN)
def test_a_mistake_is_told(text: str) -> None:
    with pytest.raises((AttributeError, ImportError, TypeError, ValueError)) as caught:
        exec(text, names())
    assert [word for word in MISTAKEN[text] if word not in str(caught.value)] == [], str(caught.value)


@pytest.mark.parametrize("text", NOTED)
def test_a_mistake_that_python_words_gets_a_note(text: str) -> None:
    linecache.cache["mistake.py"] = len(text), None, [text], "mistake.py"
    with pytest.raises((AttributeError, TypeError, ValueError)) as caught, autograd.debug():
        exec(compile(text, "mistake.py", "exec"), names())
    note = "\n".join(getattr(caught.value, "__notes__", []))
    assert [word for word in NOTED[text] if word not in note] == [], note


@pytest.mark.parametrize("thing", [Tensor([1.0]), Value(1.0), nn.Linear(1, 1)], ids=["tensor", "Value", "module"])
def test_names_that_are_told_are_not_there(thing: Any) -> None:
    names = ["backwards", "zero_gradients", "fit"]
    assert not [name for name in names if hasattr(thing, name) or name in dir(thing)]


def test_own_attributes_may_have_these_names() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            self.device = "cpu"

        def fit(self) -> str:
            return self.device

    assert Net().fit() == "cpu"


def test_asking_whether_a_name_is_there_looks_for_near_names_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def meant(name: str, *rest: Any) -> str:
        asked.append(name)
        return ""

    monkeypatch.setattr(absent, "meant", meant)
    model = nn.Sequential(nn.Linear(2, 1))
    assert not any(hasattr(model, "never_heard_of") for _ in range(3))
    assert asked == ["never_heard_of"]
