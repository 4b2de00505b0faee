"""``autograd.debug()``: the lines of operations, the first NaN, changed arrays, and where numbers left the graph."""

from __future__ import annotations

import linecache
import os
import subprocess
import sys
import threading
from typing import Any

import numpy as np
import pytest

import autograd
import nn
from autograd import Tensor, Value, debug, why_no_grad
from autograd.core import grad_mode, recording
from autograd.debugging.fingerprints import saved_arrays

from ..tables.left import LEFT
from ..tables.not_finite import BACKWARD, FORWARD, MEANT, VALUES
from .test_laws import TABLE

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def run(text: str, variables: dict[str, Any], **options: Any) -> Any:
    """Run a program in debug(), as a file of its own; its last line may be an expression, which is returned."""
    file = "program.py"
    linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
    with debug(**options):
        exec(compile(text, file, "exec"), variables)
    return variables.get("y")


def some(numbers: list[float]) -> dict[str, Any]:
    return {
        "x": Tensor(numbers, requires_grad=True), "v": Value(numbers[0], label="v"),
        "w": Value(numbers[-1], label="w"), "np": np, "autograd": autograd, "Tensor": Tensor,
    }  # fmt: skip


def contains(text: str, words: list[str]) -> None:
    assert [word for word in words if word not in text] == [], text


# ---------------------------------------------------------------- NaN and infinities


@pytest.mark.parametrize("name", FORWARD)
def test_the_first_bad_number_of_the_forward_pass(name: str) -> None:
    numbers, text, words = FORWARD[name]
    with pytest.raises(FloatingPointError) as caught:
        run(f"y = {text}", some(numbers))
    contains(str(caught.value), [*words, f"recorded at program.py:1: y = {text}", "the way back"])


@pytest.mark.parametrize("name", BACKWARD)
def test_the_first_bad_number_of_the_backward_pass(name: str) -> None:
    numbers, text, words = BACKWARD[name]
    with pytest.raises(FloatingPointError) as caught:
        run(f"y = {text}\ny.backward()", some(numbers))
    contains(str(caught.value), ["in the backward sweep", *words, ":2: y.backward()"])


@pytest.mark.parametrize("name", [name for name in BACKWARD if not name.startswith("a sum")])
def test_the_first_bad_number_of_forward_mode(name: str) -> None:
    numbers, text, _ = BACKWARD[name]
    names = {"np": np, "numbers": np.array(numbers)}
    with pytest.raises(FloatingPointError, match="in the forward-mode sweep, the rule of"):
        run(f"autograd.jvp(lambda x: {text}, (numbers,), (np.ones_like(numbers),))", names | {"autograd": autograd})


@pytest.mark.parametrize("name", VALUES)
def test_the_first_bad_number_of_values(name: str) -> None:
    numbers, text, words = VALUES[name]
    with pytest.raises(FloatingPointError) as caught:
        run(f"y = {text}\ny.backward()", some(numbers))
    contains(str(caught.value), [*words, ":1: y =", "the way back"])


@pytest.mark.parametrize("name", MEANT)
def test_infinities_that_are_meant_pass(name: str) -> None:
    numbers, text = MEANT[name]
    plain, watched = some(numbers), some(numbers)
    exec(f"y = {text}\ny.backward()", plain)
    run(f"y = {text}\ny.backward()", watched)
    np.testing.assert_array_equal(watched["x"].grad, plain["x"].grad)


def test_infinities_may_pass_and_nan_may() -> None:
    x = Tensor([0.0, 1.0], requires_grad=True)
    with debug(inf=False):
        np.where(x._array > 0, np.log(x), 0).sum().backward()
        with pytest.raises(FloatingPointError, match="subtract gave NaN"):
            np.log(x) - np.log(x)
    with debug(nan=False):
        assert np.isnan((np.log(x) - np.log(x)).data).any()


def test_a_hook_that_gives_nan_is_named() -> None:
    x = Tensor([1.0], requires_grad=True)
    with debug(), pytest.raises(FloatingPointError, match="a hook of 'multiply' returned NaN"):
        y = x * 2
        y.register_hook(lambda g: g * np.nan)
        np.exp(y).sum().backward()


# ---------------------------------------------------------------- no false alarm, and the same numbers


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE.keys())
def test_every_operation_gives_the_same_in_debug(row: Any) -> None:
    """All rows of the table: results, gradients and second sweeps are those of the engine outside debug()."""

    def swept() -> list[Any]:
        leaves = [Tensor(a, requires_grad=True) if a.dtype.kind in "fc" else a for a in row.draw(1)]
        y = row.expression(*leaves)
        total = sum((np.sum(np.abs(part) ** 2) for part in (y if isinstance(y, tuple | list) else (y,))), start=0.0)
        for keep in (True, False):
            total.backward(retain_graph=keep)
        return [total.data, *[x.grad for x in leaves if isinstance(x, Tensor)]]

    plain = swept()
    with debug(inf=False):
        watched = swept()
    for a, b in zip(plain, watched, strict=True):
        np.testing.assert_array_equal(a, b)


def test_debug_records_nothing_that_no_grad_does_not() -> None:
    x = Tensor([1.0], requires_grad=True)
    with autograd.no_grad(), debug():
        assert not (x * 2).requires_grad
    y, v = x * 2, Value(1.0) * 2
    assert y.node is not None and y.node.notes is None and not hasattr(v, "_label")  # off, it leaves nothing
    assert not grad_mode.switches and recording.note is recording.watch is recording.left is None


# ---------------------------------------------------------------- lines


def test_lines_of_tensors_and_values() -> None:
    names = some([1.0, 2.0])
    run("y = x * 2\n\nu = v * w\n", names)
    assert autograd.source(names["y"]).endswith(":1") and autograd.source(names["u"]).endswith(":3")
    assert autograd.source(Tensor([1.0])) == autograd.source(Value(1.0)) == ""


@pytest.mark.parametrize("text", ["y = np.exp(x).sum()", "y = v * w"])
def test_a_freed_graph_tells_who_recorded_and_who_swept_it(text: str) -> None:
    with pytest.raises(RuntimeError, match="swept before") as caught:
        run(f"{text}\n\ny.backward()\ny.backward()", some([1.0, 2.0]))
    contains(str(caught.value), ["program.py:1", "program.py:3"])


def test_an_error_of_a_hook_tells_the_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run("y = x * 2\ny.register_hook(lambda g: 1 / 0)\ny.sum().backward()", some([1.0]))
    assert any("'multiply', recorded at" in note and "program.py:1" in note for note in caught.value.__notes__)


# ---------------------------------------------------------------- arrays that were changed


def overwrite(a: np.ndarray[Any, Any]) -> None:
    """Write to memory that NumPy refuses to write to, as a library in C may."""
    interface = a.__array_interface__ | {"data": (a.__array_interface__["data"][0], False)}
    b = np.asarray(type("Memory", (), {"__array_interface__": interface}))
    b[...] = ~b if b.dtype == bool else b + 1


@pytest.mark.parametrize("file", sorted({name.partition(":")[0] for name in TABLE} - {"fft"}))  # which saves none
def test_a_changed_array_is_found(file: str) -> None:
    """Whatever array a rule of the table has saved: if it is changed, the sweep raises and names the operation."""
    found = 0
    for name, row in TABLE.items():
        if name.startswith(f"{file}:"):
            with debug(nan=False):
                y = row.expression(*[Tensor(a, a.dtype.kind in "fc") for a in row.draw(1)])
                y = y[0] if isinstance(y, tuple | list) else y
                own = [a for _, a in saved_arrays(y.node) if a.size]
                if not own:
                    continue
                overwrite(own[-1])
                with pytest.raises(RuntimeError, match=rf"'{y.node.name}' saved its .*changed") as caught:
                    np.sum(np.abs(y)).backward()
            contains(str(caught.value), ["saved at", "found changed"])
            found += 1
    assert found


CHANGES = {  # what is done, and which lines the error names
    "before the sweep": (
        "y = np.exp(x)\nt = y.sum()\npoke(y)\nt.backward()",
        {},
        [":1: y = np.exp(x)", "'sum' was recorded", ":2:", ":4: t.backward()"],
    ),
    "before another operation": (
        "y = np.exp(x)\npoke(y)\nt = y.sum()\nt.backward()",
        {},
        [":1:", "when 'sum' was recorded, at", ":3:"],
    ),
    "handed out": (
        "y = np.exp(x)\na = y.numpy()\npoke(y)\ny.sum().backward()",
        {},
        [":1:", "handed out: t.numpy() at", ":2: a = y.numpy()"],
    ),
    "always": (
        "y = np.exp(x)\nz = x * 2\npoke(y)\nu = x * 3\n",
        {"fingerprints": "always"},
        ["'multiply' was recorded at", ":2: z", ":4: u"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_by_its_lines(name: str) -> None:
    text, options, words = CHANGES[name]
    with pytest.raises(RuntimeError, match="'exp' saved its y") as caught:
        run(text, some([1.0, 2.0]) | {"poke": lambda t: overwrite(t._array)}, **options)
    contains(str(caught.value), words)


def test_without_fingerprints_nobody_looks() -> None:
    x = run("y = np.exp(x)\npoke(y)\ny.sum().backward()", some([1.0]) | {"poke": lambda t: overwrite(t._array)},
            fingerprints=False)  # fmt: skip
    assert x is not None
    with pytest.raises(ValueError, match="fingerprints"):
        debug(fingerprints="sometimes")  # type: ignore[arg-type]


# ---------------------------------------------------------------- where numbers left the graph


@pytest.mark.parametrize("name", LEFT)
def test_errors_of_others_get_a_note(name: str) -> None:
    text, words = LEFT[name]
    rng = np.random.default_rng(0)
    variables = {
        "W": Tensor(rng.normal(size=(3, 4)), True), "b": Tensor(rng.normal(size=4), True), "X": rng.normal(size=(2, 3)),
        "v": Value(0.5, label="v"), "np": np, "autograd": autograd, "Tensor": Tensor,
    }  # fmt: skip
    with pytest.raises((AttributeError, TypeError, RuntimeError)) as caught:
        run(text, variables)
    note = "\n".join(caught.value.__notes__)
    lines = text.splitlines()
    contains(
        note.replace("Leave out", "leave out"),
        [lines[int(w[5:]) - 1].strip() if w.startswith("line ") else w for w in words],
    )


@pytest.mark.parametrize(
    "text", ["x.requires_gard", "(x * 2).backwards", "None + 1", "np.zeros(3).whatever", "{}.grad['a']"]
)
def test_other_errors_get_none(text: str) -> None:
    with pytest.raises((AttributeError, TypeError)) as caught:
        run(text, some([1.0]))
    assert not getattr(caught.value, "__notes__", [])


WHY = {
    "(x * 2).sum(), x": ["there is a way", "sum", "multiply", "'x'", "call y.backward()"],
    "(v * w), v": ["there is a way", "multiply", "call y.backward()"],
    "(x.data * 2).sum(), x": ["no tensor", "t.data", "leave out .data"],
    "(x.detach() * 2).sum(), x": ["outside of every graph", "t.detach()"],
    "Tensor([1.0], True) * 2, x": ["not from x", "is x used"],
    "(x * 2).sum(), Tensor([1.0])": ["x does not require a gradient"],
    "(x * 2).sum(), np.ones(2)": ["x is an ndarray"],
    "(h * 2).sum(), h": ["no leaf", "retain_grad()"],
}


@pytest.mark.parametrize("text", WHY)
def test_why_there_is_no_gradient(text: str) -> None:
    variables = some([1.0, 2.0]) | {"why_no_grad": why_no_grad}
    run(f"h = x * 3\ny = why_no_grad({text})", variables)
    contains(str(variables["y"]).replace("Leave", "leave"), WHY[text])


def test_why_outside_debug_says_how_to_ask() -> None:
    x = Tensor([1.0], requires_grad=True)
    assert "autograd.debug()" in why_no_grad(x.data.sum(), x)
    (x * 2).sum().backward()
    y = (x * 2).sum()
    assert "has a gradient" in why_no_grad(y, x)
    x.grad = None
    y.backward()
    x.grad = None
    assert "set back since" in repr(why_no_grad(y, x))


# ---------------------------------------------------------------- for a whole program


def printed(program: str, asked: str) -> tuple[str, str, int]:
    """What a program prints with CHALKGRAD_DEBUG set."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True,
                          env={**os.environ, "CHALKGRAD_DEBUG": asked})  # fmt: skip
    return done.stdout, done.stderr, done.returncode


HEAD = "import threading, numpy as np, autograd\nfrom autograd import Tensor\nx = Tensor([0.0, 1.0], True)\n"
THREAD = "def f():\n    (x * 2).data.sum().backward()\nt = threading.Thread(target=f); t.start(); t.join()\n"
PROGRAMS = {
    "an error that ends it": ("1", f"{HEAD}(x * 2).data.sum().backward()", ["AttributeError", "t.data of 'multiply'"]),
    "an error that ends a thread": ("1", HEAD + THREAD, ["AttributeError", "t.data of 'multiply'"]),
    "a NaN": ("1", f"{HEAD}np.log(x)", ["log gave -infinity"]),
    "in a thread": ("nan,inf", f"{HEAD}t = threading.Thread(target=lambda: np.log(x)); t.start()", ["log gave"]),
    "NaN alone": ("nan", f"{HEAD}y = np.log(x)\ny - y", ["subtract gave NaN"]),
    "a word that it does not know": ("nans", HEAD, ["CHALKGRAD_DEBUG", "'nans'", "fingerprints"]),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_whole_program(name: str) -> None:
    asked, program, words = PROGRAMS[name]
    contains(printed(program, asked)[1], words)


def test_a_whole_program_by_its_lines_alone() -> None:
    out, _, status = printed(HEAD + "print(autograd.source(np.log(x)))", "lines")
    assert out.startswith("<string>:") and status == 0
    assert printed(HEAD + "print(autograd.source(np.log(x)))", "0")[0] == "\n"


def test_each_thread_has_its_own_block() -> None:
    x = Tensor([0.0], requires_grad=True)
    seen: list[Any] = []
    with debug():
        thread = threading.Thread(target=lambda: seen.append(np.log(x)))
        thread.start()
        thread.join()
    assert autograd.source(seen[0]) == ""


def test_debug_is_a_decorator() -> None:
    @debug()
    def f(x: Any) -> Any:
        return np.log(x)

    with pytest.raises(FloatingPointError):
        f(Tensor([0.0], requires_grad=True))
    assert f.__name__ == "f"


def test_a_rule_may_use_up_what_its_operation_keeps() -> None:
    with debug():
        x = Tensor(np.random.default_rng(0).normal(size=(4, 3)), requires_grad=True)
        loss = nn.functional.cross_entropy(x, np.array([0, 2, 1, 1]))
        for keep in (True, True, False):
            loss.backward(retain_graph=keep)


def test_a_line_of_a_notebook_is_known_by_its_cell() -> None:
    """The file that IPython gives to a cell has a name that says nothing."""
    pytest.importorskip("IPython")
    cells = (
        "import autograd, nn, numpy as np",
        "x = autograd.Tensor([0.0, 1.0], requires_grad=True)\nwith autograd.debug():\n    np.log(x)",
        "model = nn.Sequential(nn.Linear(2, 2), nn.Softmax())\n"
        "checkup = nn.doctor(model, nn.CrossEntropyLoss(), (np.eye(2), np.arange(2)))\n"
        "print(checkup)\nprint(checkup.findings[0])",
    )
    program = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        f"for cell in {cells!r}:\n    InteractiveShell.instance().run_cell(cell, store_history=True)"
    )
    folder = os.path.dirname(os.path.dirname(autograd.__file__))
    done = subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True)
    assert "recorded at In[2]:3: np.log(x)" in done.stdout, done.stdout
    assert "cross-entropy   In[3]:2\n" in done.stdout and "(In[3]:2). Fix" in done.stdout, done.stdout
