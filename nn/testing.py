"""Hypothesis strategies for networks: ``modules`` draws small ones, with inputs that fit.

    from autograd.testing import given_gradcheck
    from nn.testing import modules

    @given_gradcheck(network=modules(), parameters=lambda network: network.module.parameters())
    def test_networks(network):
        return network()

Convention: batches come first, and dropout is off. What fails shrinks to the fewest layers, each with the fewest
features, on an input of zeros and ones. An option that there is not raises ValueError. Needs Hypothesis
(``pip install 'chalkgrad[test]'``); ``import nn`` leaves this module out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from hypothesis import strategies as st

from autograd.testing.strategies import arrays
from autograd.typing import DTypeLike, NDArray, Shape

from . import layers as every_layer
from .module import Module

__all__ = ["Network", "modules"]

Kind = Literal["affine", "convolution", "normalisation", "recurrent", "attention", "activation", "pooling", "container"]
Form = Literal["features", "sequence", "signal", "image"]


@dataclass(frozen=True, repr=False)
class Network:
    """A module and inputs that fit, a pair: ``module, inputs = network``. Its repr is the call as ``code``.

    ``network()`` is ``module(*inputs)``.
    """

    module: Module
    inputs: tuple[NDArray[Any], ...]
    code: str

    def __call__(self) -> Any:
        return self.module(*self.inputs)

    def __iter__(self) -> Iterator[Any]:
        return iter((self.module, self.inputs))

    def __repr__(self) -> str:
        return f"{self.code}({', '.join(_written(x) for x in self.inputs)})"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def _written(x: NDArray[Any]) -> str:
    dtype = "" if x.dtype == float else f", dtype=np.{x.dtype.name}"
    return f"np.array({x.tolist()}{dtype})"


# ---------------------------------------------------------------- the table of layers


@dataclass(frozen=True)
class Layer:
    """One layer: on what forms it may stand, and how it is written for an input of a shape (None: it does not fit).

    ``smooth``  it has no kinks
    """

    name: str
    kind: Kind
    forms: tuple[Form, ...]
    write: Callable[[st.DrawFn, Shape], str | None]
    smooth: bool = True


EVERY: tuple[Form, ...] = ("features", "sequence", "signal", "image")
LAST: tuple[Form, ...] = ("features", "sequence")  # the features are on the last axis
SPACE: tuple[Form, ...] = ("signal", "image")  # they are on axis 1, before the places


def fixed(
    name: str, kind: Kind, *arguments: str, forms: tuple[Form, ...] = EVERY, smooth: bool = True,
    fits: Callable[[Shape], bool] = lambda shape: True,
) -> Layer:  # fmt: skip
    """A layer whose arguments follow from the shape: ``{n}`` on the last axis, ``{c}`` channels, ``{d}`` places."""

    def write(draw: st.DrawFn, shape: Shape) -> str | None:
        if not fits(shape):
            return None
        words = [a.format(n=shape[-1], c=shape[1], d=len(shape) - 2) for a in arguments]
        return f"nn.{name.format(d=len(shape) - 2)}({', '.join(words)})"

    return Layer(name, kind, forms, write, smooth)


def linear(draw: st.DrawFn, shape: Shape) -> str:
    bias = "" if draw(st.booleans()) else ", bias=False"
    return f"nn.Linear({shape[-1]}, {draw(st.integers(1, 3))}{bias}, generator={draw(seeds)})"


def radial(draw: st.DrawFn, shape: Shape) -> str:
    return f"nn.RBF({shape[-1]}, {draw(st.integers(1, 3))}, generator={draw(seeds)})"


def convolution(draw: st.DrawFn, shape: Shape) -> str:
    d, size = len(shape) - 2, draw(st.integers(1, 3))
    out = draw(st.integers(1, 3))
    groups = draw(st.sampled_from([g for g in (1, 2, 3) if shape[1] % g == 0 and out % g == 0]))
    options = f", padding={size // 2}" if size > min(shape[2:]) or draw(st.booleans()) else ""
    options += f", stride={stride}" if (stride := draw(st.integers(1, 2))) > 1 else ""
    options += f", groups={groups}" if groups > 1 else ""
    return f"nn.Conv{d}d({shape[1]}, {out}, {size}{options}, generator={draw(seeds)})"


def transposed(draw: st.DrawFn, shape: Shape) -> str:
    d, out, size = len(shape) - 2, draw(st.integers(1, 2)), draw(st.integers(1, 2))
    return f"nn.ConvTranspose{d}d({shape[1]}, {out}, {size}, generator={draw(seeds)})"


def recurrent(name: str, options: str = "") -> Layer:
    """Of a sequence the outputs, without the last state."""

    def write(draw: st.DrawFn, shape: Shape) -> str:
        more = options + (", bidirectional=True" if draw(st.booleans()) else "")
        layer = f"nn.{name}({shape[-1]}, {draw(st.integers(1, 2))}, batch_first=True{more}, generator={draw(seeds)})"
        return f"{layer}, lambda found: found[0]"

    return Layer(name, "recurrent", ("sequence",), write, "relu" not in options)


def attention(activation: str) -> Layer:
    def write(draw: st.DrawFn, shape: Shape) -> str:
        n = shape[-1]
        heads = draw(st.sampled_from([h for h in (1, 2, 3) if n % h == 0]))
        options = f"{n}, {heads}, {draw(st.integers(1, 2))}, dropout=0.0, activation={activation!r}, batch_first=True"
        return f"nn.TransformerEncoderLayer({options}, generator={draw(seeds)})"

    return Layer(f"encoder, {activation}", "attention", ("sequence",), write, activation != "relu")


def groups(draw: st.DrawFn, shape: Shape) -> str:
    c = shape[1]
    return f"nn.GroupNorm({draw(st.sampled_from([g for g in (1, 2, 3) if c % g == 0]))}, {c})"


def dropout(draw: st.DrawFn, shape: Shape) -> str:
    return f"nn.Dropout({draw(st.sampled_from([0.5, 0.1]))}).eval()"


def large(shape: Shape) -> bool:
    """Is there room for pooling?"""
    return min(shape[2:]) > 1


seeds = st.integers(0, 3)
SMOOTH = ["Tanh", "Sigmoid", "LogSigmoid", "Softplus", "Softsign", "SiLU", "GELU", "Mish", "ELU"]
KINKED = ["ReLU", "ReLU6", "LeakyReLU", "PReLU", "SELU", "Hardtanh", "Hardsigmoid", "Hardswish"]

LAYERS = [
    Layer("Linear", "affine", LAST, linear),
    Layer("RBF", "affine", LAST, radial),
    Layer("Conv", "convolution", SPACE, convolution),
    Layer("ConvTranspose", "convolution", SPACE, transposed),
    *(fixed(name, "activation") for name in SMOOTH),
    *(fixed(name, "activation", smooth=False) for name in KINKED),
    *(fixed(name, "activation", forms=LAST) for name in ("Softmax", "LogSoftmax", "Softmin")),
    fixed("GLU", "activation", fits=lambda shape: shape[-1] % 2 == 0),
    fixed("LayerNorm", "normalisation", "{n}"),
    fixed("RMSNorm", "normalisation", "{n}", "eps=1e-3"),  # its own ε makes a slope of 1e7 at 0
    fixed("BatchNorm1d", "normalisation", "{c}", forms=("features",), fits=lambda shape: shape[0] > 1),
    fixed("BatchNorm{d}d", "normalisation", "{c}", forms=SPACE, fits=lambda shape: math.prod(shape) > shape[1]),
    fixed("InstanceNorm{d}d", "normalisation", "{c}", "affine=True", forms=SPACE, fits=large),
    Layer("GroupNorm", "normalisation", SPACE, groups),
    recurrent("LSTM"),
    recurrent("GRU"),
    recurrent("RNN"),
    recurrent("RNN", ", nonlinearity='relu'"),
    attention("gelu"),
    attention("relu"),
    fixed("AvgPool{d}d", "pooling", "2", forms=SPACE, fits=large),
    fixed("MaxPool{d}d", "pooling", "2", forms=SPACE, fits=large, smooth=False),
    fixed("AdaptiveAvgPool{d}d", "pooling", "1", forms=SPACE),
    fixed("Upsample", "pooling", "scale_factor=2", forms=SPACE, fits=lambda shape: math.prod(shape) <= 16),
    fixed("Flatten", "container"),
    fixed("Identity", "container"),
    Layer("Dropout", "container", EVERY, dropout),
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "affine", "convolution", "activation", "normalisation", "recurrent", "attention", "pooling", "container",
)  # fmt: skip


# ---------------------------------------------------------------- networks


def modules(
    *, size: int = 3, smooth: bool = True, kinds: Sequence[Kind] = KINDS, training: bool | None = None,
    dtype: DTypeLike = float,
) -> st.SearchStrategy[Network]:  # fmt: skip
    """Small networks, each with an input that fits: pairs ``module, inputs``, printed as code that can be pasted.

        nn.Sequential(nn.Conv1d(1, 2, 2, generator=0), nn.Tanh()).double()(np.array([[[0.0, 1.0]]]))

    The input is a batch of features (N, C), of sequences (N, T, C), of signals (N, C, L) or of images (N, C, H, W).

    ``size``      how many layers at most
    ``smooth``    False draws layers with kinks, too: ReLU and its kin, max-pooling
    ``kinds``     of layers: affine, convolution, normalisation, recurrent, attention, activation, pooling, container
    ``training``  the mode; None: either
    ``dtype``     of the parameters and the input: float64 or float32
    """
    if unknown := set(kinds) - set(KINDS):
        raise ValueError(f"modules: kinds are {', '.join(KINDS)}, got {sorted(unknown)}")
    if size < 1:
        raise ValueError(f"modules: a network has at least one layer, got size={size}")
    layers = [layer for layer in LAYERS if layer.kind in kinds and (layer.smooth or not smooth)]
    return _networks(layers, size, training, np.dtype(dtype))


@st.composite
def _networks(draw: st.DrawFn, layers: list[Layer], size: int, training: bool | None, dtype: Any) -> Network:
    forms = [form for form in EVERY if any(form in layer.forms for layer in layers)]
    form = draw(st.sampled_from(forms))
    few = st.integers(1, 3)
    shape: Shape = (draw(few), draw(few), *[draw(few) for _ in range(EVERY.index(form) + 1 >> 1)])
    x = draw(arrays(shape, dtype=dtype))
    code = draw(_sequence(layers, size, form, shape))
    code += "" if dtype == np.float32 else ".double()"
    if training is False or (training is None and draw(st.booleans())):
        code += ".eval()"
    return Network(_made(code), (x,), code)


@st.composite
def _sequence(draw: st.DrawFn, layers: list[Layer], size: int, form: Form, shape: Shape) -> str:
    """Layers one after the other, some of them in a Sequential of their own."""
    written: list[str] = []
    while len(written) < size and (not written or draw(st.booleans())):
        some = [layer for layer in layers if form in layer.forms] or [
            layer for layer in LAYERS if layer.name == "Identity"
        ]
        k = draw(st.integers(0, len(some) - 1))
        for layer in [*some[k:], *some[:k]]:
            text = layer.write(draw, shape)
            if text is not None:
                break
        else:
            text = "nn.Identity()"
        shape = _made(f"nn.Sequential({text})")(np.zeros(shape, np.float32)).shape
        form = form if len(shape) > 2 else "features"
        written.append(text)
    if len(written) == 1 and "lambda" not in written[0]:
        return written[0]
    if len(written) > 2 and draw(st.booleans()):
        written = [written[0], f"nn.Sequential({', '.join(written[1:])})"]
    return f"nn.Sequential({', '.join(written)})"


def _made(code: str) -> Any:
    return eval(code, {"nn": every_layer})
