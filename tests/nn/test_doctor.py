"""The doctor: each mistake with its kind and its words, and the same program mended, of which it says nothing."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
import optim
from autograd import Tensor, Value
from nn.training import Trainer

from ..tables.trainings.data import CE, CLASS, X, loop, net, normed
from ..tables.trainings.exams import EXAMS
from ..tables.trainings.loops import LOOPS
from ..tables.trainings.orders import gradients_of_all_steps
from ..tables.trainings.right import RIGHT

TESTS = str(Path(__file__).parents[1])  # where the programs are


# ---------------------------------------------------------------- loops of one's own


def told(program: Callable[[], Any]) -> list[Any]:
    """The findings of which a program is warned."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        program()
    others = [w for w in caught if not isinstance(w.message, nn.DoctorWarning)]
    assert not others, others[0].message
    return [w.message.finding for w in caught]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", LOOPS)
def test_a_mistake_in_a_loop_is_told_once_and_the_mended_loop_is_right(name: str) -> None:
    program, kind, words = LOOPS[name]
    found = [finding for finding in told(lambda: program(True)) if finding.kind == kind]
    assert len(found) == 1
    assert re.search(words, f"{found[0].text}; {found[0].fix}")
    assert found[0].line.startswith(TESTS)
    assert told(lambda: program(False)) == []


@pytest.mark.parametrize("program", RIGHT)
def test_of_a_right_program_nothing_is_said(program: Callable[[], None]) -> None:
    assert told(program) == []


def test_a_program_that_is_run_from_its_text_is_told_too() -> None:
    """What exec runs has no ``__name__``, where Python would drop a warning without a word."""
    lines = ["with nn.doctor(model, sgd):", "    for _ in range(6):", "        loss(model(x), d).backward()"]
    text = "\n".join([*lines, "        sgd.step()"])
    model = net()
    sgd = optim.SGD(model.parameters(), lr=0.1)
    names = {"nn": nn, "model": model, "sgd": sgd, "x": X, "d": CLASS, "loss": CE}
    (found,) = told(lambda: exec(compile(text, "program.py", "exec"), names))
    assert found.kind == "not zeroed" and found.line == "program.py:4"


# ---------------------------------------------------------------- the examination


@pytest.mark.parametrize("name", EXAMS)
def test_an_examination_names_the_mistake(name: str) -> None:
    make, kind, words = EXAMS[name]
    with np.errstate(all="ignore"):
        checkup = nn.doctor(*make())
    found = {finding.kind: finding for finding in checkup}
    if not kind:
        assert checkup.ok and not found
        assert str(checkup).startswith("ok: looked at 64 samples, loss ")
        return
    assert re.search(words, f"{found[kind].text}; {found[kind].fix}")
    assert checkup.ok == all(finding.severity == "hint" for finding in checkup)
    assert found[kind].kind in str(checkup) and "Fix: " in str(checkup)
    lines = [finding.line for finding in checkup if finding.line]
    assert all(line.startswith(TESTS) for line in lines)


def test_an_examination_leaves_everything_as_it_was() -> None:
    class Counting(nn.Module):
        def __init__(self) -> None:
            self.inner, self.calls, self.last = normed(), 0, None

        def forward(self, x: Any) -> Any:
            self.calls += 1
            self.last = self.inner(x)
            return self.last

    model = Counting()
    model.inner[1].eval()
    adam = optim.Adam(model.parameters(), lr=0.01)
    CE(model(X), CLASS).backward()
    adam.step()

    def state() -> Any:
        generator = nn.init.generator(None).bit_generator.state
        modes = [module.training for module in model.modules()]
        arrays = [(p.data.tobytes(), p.grad.tobytes()) for p in model.parameters()]
        buffers = [b.data.tobytes() for b in model.buffers()]
        inside = model.inner[3].generator.bit_generator.state
        return generator, modes, arrays, buffers, inside, model.calls, model.last, str(adam.state_dict())

    before, gradients = state(), [p.grad for p in model.parameters()]
    nn.doctor(model, lambda y, d: CE(y, d) + nn.functional.dropout(y, 0.5).mean(), (X, CLASS), adam)
    after = state()
    assert all(a is b or a == b for a, b in zip(before, after, strict=True))
    assert all(np.array_equal(a, p.grad) for a, p in zip(gradients, model.parameters(), strict=True))


def test_an_examination_that_fails_leaves_everything_as_it_was() -> None:
    model = net()
    with pytest.raises(ValueError, match="do not match"):
        nn.doctor(model, CE, (X, CLASS[:, None, None]))
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize(
    ("loss", "batch", "words"),
    [
        (nn.CrossEntropyLoss, (X, CLASS), r"not the class CrossEntropyLoss: write CrossEntropyLoss\(\)"),
        ((X, CLASS), CE, r"the loss must be a function \(output, target\).*, not tuple"),
        (CE, nn.DataLoader(X, CLASS, batch_size=8), r"of the DataLoader, take one: next\(iter\(loader\)\)"),
        (CE, X, "a tuple of at least two arrays"),
    ],
)
def test_what_an_examination_refuses(loss: Any, batch: Any, words: str) -> None:
    with pytest.raises(TypeError, match=words):
        nn.doctor(net(), loss, batch)


@pytest.mark.parametrize("given", [(net(),), (net(), CE), (net(), None, (X, CLASS))])
def test_what_an_examination_needs(given: tuple[Any, ...]) -> None:
    if len(given) == 1:
        assert isinstance(nn.doctor(*given), nn.training.Doctor)
        return
    with pytest.raises((TypeError, ValueError), match="doctor: to examine"):
        nn.doctor(*given)


# ---------------------------------------------------------------- trainers, and optimizers alone


def trained(model: Any, loss: Any, batch: Any, optimizer: Any, **options: Any) -> None:
    trainer = Trainer(model, loss, optimizer, progress=False, **options)
    for _ in range(2):
        trainer.fit(nn.DataLoader(*batch, batch_size=16), epochs=3)


TRAINED = ["softmax twice", "(n, 1) against (n,)", "cut", "unused", "a rate of 0", "dead units", "pixels"]


@pytest.mark.parametrize("name", TRAINED)
def test_a_trainer_is_looked_after_unasked(name: str) -> None:
    make, kind, words = EXAMS[name]
    found = [finding for finding in told(lambda: trained(*make())) if finding.kind == kind]
    assert len(found) == 1
    assert re.search(words.replace("64", "16"), f"{found[0].text}; {found[0].fix}")
    assert told(lambda: trained(*make(), doctor=False)) == []
    assert told(lambda: trained(*EXAMS["right"][0]())) == []


def test_a_loss_of_nothing_is_the_losss_affair() -> None:
    class Silent(nn.Module):
        def __init__(self) -> None:
            self.layer = nn.Linear(4, 3)

        def forward(self, x: Any) -> None:
            self.layer(x)  # and nothing is returned

    model = Silent()
    with pytest.raises(TypeError, match="return its result"), warnings.catch_warnings():
        warnings.simplefilter("error")
        loop(model, lambda: CE(model(X), CLASS))


def test_a_doctor_that_fails_ends_no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.training.checkup.course.sample", lambda x: 1 / 0)
    for program in (lambda: gradients_of_all_steps(False), lambda: trained(*EXAMS["right"][0]())):
        with pytest.warns(RuntimeWarning, match="the doctor failed and looks no further"):
            program()


def steps(optimizer: Any, loss: Callable[[], Any], order: str) -> None:
    """Three times z(ero_grad), f(orward), b(ackward), s(tep) in this order."""
    y: Any = None
    for _ in range(3):
        for letter in order:
            if letter == "f":
                y = loss()
            elif letter == "b":
                y.backward()
            else:
                optimizer.zero_grad() if letter == "z" else optimizer.step()


ORDERS = {"zfbs": "", "fbsz": "", "fzbs": "", "sz": "", "fbs": "contain those of earlier steps", "zfsb": "no backward"}


@pytest.mark.parametrize("order", [*ORDERS, "fbzs"])
@pytest.mark.parametrize("kind", ["tensors", "Values"])
@pytest.mark.filterwarnings("error")
def test_an_optimizer_alone_warns_of_what_it_sees(order: str, kind: str) -> None:
    ws: list[Any] = [Value(1.0), Value(2.0)] if kind == "Values" else [Tensor(np.ones(3), requires_grad=True)]
    sgd = optim.SGD(ws, lr=0.01)
    words = ORDERS.get(order, "" if kind == "Values" else "cleared before this step")
    with pytest.warns(UserWarning, match=words) if words else nullcontext():
        steps(sgd, lambda: sum((w * w).sum() if kind == "tensors" else w * w for w in ws), order)
