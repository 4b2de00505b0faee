"""Files of arrays: what is saved is loaded, whatever its strides; damaged and foreign files are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Tensor, Value
from nn import files

from ..reference import HERE, load, part
from ..tables.models import MODELS

BIG = np.arange(24.0).reshape(2, 3, 4)
ARRAYS: dict[str, Any] = {
    "transposed": BIG.T,
    "reversed": BIG[::-1, :, ::-1],
    "strided": BIG[:, ::2],
    "broadcast": np.broadcast_to(np.float32([1, 2]), (3, 2)),
    "no axes": np.float32(3),
    "count": np.array(7),
    "no elements": np.zeros((0, 3)),
    "other byte order": np.arange(3, dtype=">i4"),
    "half": np.array([0.1], np.float16),
    "truth": np.array([True, False]),
    "complex": np.array([1 + 2j], np.complex64),
    "file": np.ones(2),  # an argument of np.savez
    "encoder/0.weight.npy": np.ones(1, np.uint8),
}
both = pytest.mark.parametrize("suffix", [".safetensors", ".npz"])


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    files.write(path, lambda temporary: temporary.write_text("old"))

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        files.write(path, fail)
    assert [p.name for p in tmp_path.iterdir()] == ["a.svg"]
    assert path.read_text() == "old"


@both
def test_what_is_saved_is_loaded(tmp_path: Path, suffix: str) -> None:
    path = nn.save(ARRAYS, tmp_path / "new" / f"a{suffix}", {"made by": "Ü"})
    found = nn.load(str(path))
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array, err_msg=name, strict=array.dtype.byteorder != ">")
    assert files.metadata(path) == {"made by": "Ü"}
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@both
def test_tensors_and_values_are_saved_over_an_older_file(tmp_path: Path, suffix: str) -> None:
    path = nn.save(ARRAYS, tmp_path / f"a{suffix}", {"made by": "Ü"})
    assert files.metadata(nn.save({"v": Value(2.0), "t": Tensor([1])}, path)) == {}
    assert {name: array.tolist() for name, array in nn.load(path).items()} == {"v": 2.0, "t": [1]}
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@both
def test_a_saved_file_has_the_usual_permissions(tmp_path: Path, suffix: str) -> None:
    path = nn.save({"x": 1.0}, tmp_path / f"a{suffix}")
    (tmp_path / "any").touch()
    assert path.stat().st_mode == (tmp_path / "any").stat().st_mode


@both
def test_a_module_is_saved_and_loaded(tmp_path: Path, suffix: str) -> None:
    path = nn.save(nn.Linear(3, 2, generator=0), tmp_path / f"a{suffix}")
    other = nn.Linear(3, 2, generator=1)
    other.load_state_dict(nn.load(path))
    assert np.array_equal(other.weight.data, nn.Linear(3, 2, generator=0).weight.data)


@pytest.mark.parametrize("name", MODELS)
def test_a_network_that_pytorch_trained_gives_the_same_outputs(name: str) -> None:
    model = MODELS[name][0](nn).eval()
    model.load_state_dict(nn.load(HERE / f"{name}.safetensors"))
    expected = part(load("models"), f"{name}/")
    y = model(expected["x"]).data
    np.testing.assert_allclose(y, expected["y"], rtol=1e-5, atol=1e-5)
    assert np.array_equal(y.argmax(1), expected["kinds"])


def safetensors(kind: str, shape: list[int], data: bytes) -> bytes:
    header = json.dumps({"x": {"dtype": kind, "shape": shape, "data_offsets": [0, len(data)]}}).encode()
    return len(header).to_bytes(8, "little") + header + data


def test_bfloat16_is_read_as_float32(tmp_path: Path) -> None:
    numbers = np.array([[1.0, -2.5], [3e38, np.inf]], np.float32)
    upper = (numbers.view(np.uint32) >> 16).astype("<u2")
    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors("BF16", [2, 2], upper.tobytes()))
    x = nn.load(path)["x"]
    assert x.dtype == np.float32
    assert np.array_equal(x.view(np.uint32), upper.astype(np.uint32) << 16)


@both
def test_a_truncated_file_is_refused(tmp_path: Path, suffix: str) -> None:
    path = nn.save({name: ARRAYS[name] for name in ("strided", "count")}, tmp_path / f"a{suffix}")
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(nn.FileError, match=rf"a\{suffix} is not a complete \{suffix} file"):
            nn.load(path)


FOREIGN: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "pickled object": ("a.npz", lambda path: np.savez(path, x=np.array([{}])), "allow_pickle=False"),
    "text": ("a.npz", lambda path: np.savez(path, x=np.array(["text"])), "'x' holds <U4, not numbers"),
    "wrong suffix": ("a.npz", lambda path: nn.save({"x": 1.0}, path.with_suffix(".safetensors")).rename(path),
                     "not a zip file"),
    "web page": ("a.safetensors", lambda path: path.write_text("Not Found"), "9 bytes"),
    "8-bit floats": ("a.safetensors", lambda path: path.write_bytes(safetensors("F8_E4M3", [2], b"xx")),
                     "'x' has the type F8"),
    "PyTorch's pickles": ("a.pth", lambda path: None, r"\.safetensors or \.npz.*safetensors\.torch\.save_file"),
    "no suffix": ("a", lambda path: None, r"ends with \.safetensors or \.npz$"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "write", "says"), FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_file_is_refused(tmp_path: Path, name: str, write: Callable[[Path], object], says: str) -> None:
    write(tmp_path / name)
    with pytest.raises(nn.FileError, match=says):
        nn.load(tmp_path / name)


UNFIT: dict[str, tuple[Any, Any, str]] = {
    "list": ([1.0], None, "a module or a dict"),
    "text": ({"lr": "high"}, None, "'lr': str is not an array of numbers"),
    "nested dict": ({"state": {"m": 1.0}}, None, "'state': dict is not an array of numbers"),
    "name that is a number": ({1: 1.0}, None, "names are text, not 1"),
    "metadata that is a number": ({"x": 1.0}, {"epoch": 3}, "metadata is text by name, not 'epoch': 3"),
    "complex128": ({"x": np.ones(1, np.complex128)}, None, r"does not hold complex128 \('x'\)"),
    "reserved name": ({"__metadata__": 1.0}, None, "cannot hold the name '__metadata__'"),
    "name with a zero byte": ({"a\0b": 1.0}, None, r"cannot hold the name 'a\\x00b'"),
}


@pytest.mark.parametrize(("state", "notes", "says"), UNFIT.values(), ids=UNFIT)
def test_what_no_file_can_hold_is_not_saved(tmp_path: Path, state: Any, notes: Any, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        nn.save(state, tmp_path / "a.safetensors", notes)
    assert not list(tmp_path.iterdir())
