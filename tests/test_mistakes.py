"""Beginners' scripts: each in ``mistakes/wrong`` has one mistake, which an error or a warning must name, at its line.
Those in ``mistakes/right`` have none, and nothing is said.
"""

from __future__ import annotations

import contextlib
import io
import re
import runpy
import traceback
import warnings
from pathlib import Path
from typing import NamedTuple

import pytest

from autograd import debug

HERE = Path(__file__).parent / "mistakes"


class Mistake(NamedTuple):
    """``says``  what must be named, as a regular expression; ``at``  the text of the line that must be pointed at.

    ``debug``  run inside ``autograd.debug()``: where Python's own error is loud but knows nothing of graphs
    """

    says: str
    at: str
    debug: bool = False


MISTAKES = {
    "accuracy_as_loss": Mistake(r"backward.*t.argmax\(\) took numbers out.*accuracy_as_loss.py:14", "loss.backward()"),
    "arguments_swapped": Mistake("cross_entropy.*swapped", "nn.functional.cross_entropy(d, model(x))"),
    "array_of_the_output": Mistake("out of its graph", "np.asarray(y, dtype=float)"),
    "backward_forgotten": Mistake("step without gradients.*no backward pass.*call loss.backward", "adam.step()"),
    "backward_twice": Mistake(r"swept before.*\(a \+ b\).backward", "size.backward()"),
    "batch_of_one": Mistake("more than one value per channel.*BatchNorm1d", "model(inputs)"),
    "column_against_row": Mistake(r"\(40, 1\) against \(40,\)", "difference = y - t"),
    "dead_relus": Mistake("dead units: 100% of the 16", "model(x)"),
    "evaluated_while_training": Mistake(
        r"evaluation in training mode.*Dropout.*model.eval\(\)", "guess = model(x_test)"
    ),
    "fewer_scores_than_classes": Mistake(
        "classes go from 0 to 1, got 0 to 2.*2 scores.*one for each class, 3", "criterion(self.last(h), d)"
    ),
    "float_of_the_loss": Mistake("out of its graph", "float("),
    "forward_without_a_graph": Mistake("not tracked.*no_grad", "loss.backward()"),
    "gradient_of_a_result": Mistake(r"takes a function, not its result.*loss.backward\(\)", "grad(y, x)"),
    "gradients_not_zeroed": Mistake("not zeroed.*zero_grad", "sgd.step()"),
    "head_replaced_too_late": Mistake("layers replaced.*make the optimizer anew", "adam.step()"),
    "head_left_out": Mistake("not held by the optimizer: 1.weight, 1.bias", "adam.step()"),
    "labels_from_one": Mistake("classes go from 0 to 2, got 1 to 3.*- 1", "cross_entropy(model(x), kind)"),
    "layer_not_called": Mistake("no gradient: second.weight, second.bias.*not used in the forward", "adam.step()"),
    "layer_in_a_set": Mistake("Committee.voters.*set.*put it in a list", "trainer = Trainer("),
    "logarithm_of_zero": Mistake("loss is nan.*learning rate.*log 0", "trainer.fit("),
    "list_of_tensors": Mistake(r"losses kept: self.losses keeps.*loss.item\(\)", "self.losses.append(loss)"),
    "loss_class_called": Mistake(r"CrossEntropyLoss\(\)\(input, target\)", "nn.CrossEntropyLoss(model(x), d)"),
    "loss_of_plain_numbers": Mistake(
        r"backward.*t.data took numbers out.*loss_of_plain_numbers.py:17", "loss.backward()"
    ),
    "matrix_not_transposed": Mistake("last axis of a .3. must equal.*b.mT would fit", "y = x @ w"),
    "mean_forgotten": Mistake(r"shape \(100,\).*reduce it to one number", "loss.backward()"),
    "model_into_the_optimizer": Mistake(r"list of parameters.*\.parameters\(\)", "optim.SGD(model, lr=0.1)"),
    "nothing_returned": Mistake("None.*return its result", "mse_loss(model(x)"),
    "numbers_in_the_network": Mistake("cut graph: encoder.weight.*t.data", ".data"),
    "pictures_with_channels_last": Mistake(r"Conv2d.*\(16, 32, 32, 3\).*np.moveaxis", "model(pictures)"),
    "pixels_from_0_to_255": Mistake("inputs not normalised.*255", "trainer.fit("),
    "probabilities_into_nll_loss": Mistake("probabilities into nll_loss.*log_softmax", "probabilities = model(x)"),
    "rate_too_large": Mistake("learning rate: .*loss rose.*learning rate of 10.*too large", "adam.step()"),
    "rate_too_small": Mistake("learning rate of 1e-09.*too small", "sgd.step()"),
    "schedule_first": Mistake("schedule before the optimizer.*never used.*optimizer.step.. first", "schedule.step()"),
    "scores_into_bce": Mistake("BCELoss.*BCEWithLogitsLoss", "loss_function(model(x), target)"),
    "softmax_before_cross_entropy": Mistake("softmax before cross-entropy.*the layer 3", "trainer.fit("),
    "softmax_over_the_samples": Mistake("softmax over the samples.*axis=1", "softmax(scores, axis=0)"),
    "sorted_by_class": Mistake("labels: all.*are 0.*shuffle=True", "adam.step()"),
    "state_not_cut": Mistake(r"swept before.*h = h.detach\(\)", "loss.backward()"),
    "step_before_backward": Mistake("step without gradients.*no backward pass", "sgd.step()"),
    "state_into_a_layer": Mistake(r"tuple of 2 .* output, state = rnn\(x\).*model.out: Linear", "out(self.rnn(x))"),
    "thirty_sigmoids": Mistake("vanishing gradient: the gradient of 0.weight.*ReLU", "sgd.step()"),
    "total_of_tensors": Mistake(r"growing graph.*total \+= loss.item\(\)", "total += loss"),
    "trained_in_eval_mode": Mistake(r"training in eval mode.*model.train\(\)", "adam.step()"),
    "values_as_floats": Mistake(r"backward.*v.data took numbers out.*values_as_floats.py:11", "E.backward()"),
    "values_not_zeroed": Mistake("not zeroed", "E.backward()"),
    "weight_made_anew": Mistake(r"swept before.*w.data -= rate \* w.grad", "E.backward()"),
    "weights_of_zeros": Mistake(r"0.weight, 2.weight are all 0.*symmetry.*random weights", "sgd.step()"),
    "weights_rebound": Mistake(r"no leaf.*'subtract'.*w.data = w.data - lr", "w = w - rate * w.grad", debug=True),
    "weights_scaled_at_birth": Mistake(r"no leaf.*'multiply', recorded at .*birth.py:11", "0.1 * w.grad", debug=True),
    "weights_too_large": Mistake("scores too large.*smaller weights", "cross_entropy(model(x), d)"),
    "whole_numbers_as_weights": Mistake("int64 cannot require a gradient.*1.0 instead of 1", "w = Tensor("),
    "zeroed_after_backward": Mistake("step without gradients.*cleared before", "sgd.step()"),
}


class Said(NamedTuple):
    text: str
    line: str  # of the script


def said_by(path: Path, debugged: bool = False) -> list[Said]:
    """Run a script; what its error and its warnings said, and the script's line that each points at."""
    lines = path.read_text(encoding="utf-8").splitlines()
    found = []
    with warnings.catch_warnings(record=True) as warned, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("always")
        try:
            with debug() if debugged else contextlib.nullcontext():
                runpy.run_path(str(path))
        except Exception as error:
            own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
            text = "\n".join([f"{type(error).__name__}: {error}", *getattr(error, "__notes__", ())])
            found.append(Said(text, own[-1].line or ""))
    for warning in warned:
        line = lines[warning.lineno - 1] if warning.filename == str(path) else f"{warning.filename}:{warning.lineno}"
        found.append(Said(f"{warning.category.__name__}: {warning.message}", line))
    return found


def names(mistake: Mistake, said: Said) -> bool:
    """Is this the mistake, and the line?"""
    return bool(re.search(mistake.says, said.text, re.DOTALL)) and mistake.at in said.line


@pytest.mark.parametrize("name", sorted(path.stem for path in (HERE / "wrong").glob("*.py")))
def test_a_mistake_is_named_at_its_line(name: str) -> None:
    said = said_by(HERE / "wrong" / f"{name}.py", MISTAKES[name].debug)
    named = [s for s in said if names(MISTAKES[name], s)]
    assert named, f"not named: {MISTAKES[name]}; what was said is {said}"


@pytest.mark.parametrize("debugged", [False, True], ids=["plain", "debug"])
@pytest.mark.parametrize("name", sorted(path.stem for path in (HERE / "right").glob("*.py")))
def test_of_a_right_script_nothing_is_said(name: str, debugged: bool) -> None:
    assert said_by(HERE / "right" / f"{name}.py", debugged) == []
