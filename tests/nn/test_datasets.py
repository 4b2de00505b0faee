"""The datasets: the shipped one is complete, and files on the disk are read correctly or refused by name."""

from __future__ import annotations

import gzip
import hashlib
import lzma
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from nn import DataLoader
from nn.datasets import blobs, circles, digits, fashion, fashion_mnist, idx, image_folder, moons, spiral, xor
from nn.datasets import make_fashion_mnist as make

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def as_idx(array: Any) -> bytes:
    header = bytes([0, 0, CODES[array.dtype.name], array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def idx_folder(folder: Path, x: Any, d: Any, packed: bool = False) -> Path:
    for part in ("train", "t10k"):
        for name, array in ((f"{part}-images-idx3-ubyte", x), (f"{part}-labels-idx1-ubyte", d)):
            content = as_idx(array)
            (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)
    return folder


# ------------------------------------------------ idx files


@given(
    hnp.arrays(st.sampled_from(sorted(CODES)), hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)),
    st.booleans(),
    st.data(),
)
def test_idx_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, array: Any, packed: bool, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "file.idx"
    content = gzip.compress(as_idx(array)) if packed else as_idx(array)
    path.write_bytes(content)
    read = idx(path)
    assert read.dtype == array.dtype and read.dtype.isnative and np.array_equal(read, array, equal_nan=True)

    for wrong in (content[: data.draw(st.integers(0, len(content) - 1))], content + b"1"):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match=r"file\.idx"):
            idx(path)


BAD_IDX = {
    "empty": (b"", "not an idx file: it begins with nothing"),
    "PNG": (b"\x89PNG....", "not an idx file: it begins with 89 50 4e 47"),
    "unknown type": (b"\0\0\x07\x01\0\0\0\0", "not an idx file"),
    "truncated header": (b"\0\0\x08\x03\0\0", "holds 6 bytes, but its header announces 3 axes"),
    "truncated numbers": (b"\0\0\x08\x01\0\0\0\x02.",
                          r"holds 9 bytes, but its header announces 10: uint8 of shape \(2,\)"),
    "truncated gzip": (gzip.compress(b"\0\0\x08\x01", mtime=0)[:-6], "damaged or truncated gzip"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), BAD_IDX.values(), ids=BAD_IDX)
def test_what_is_wrong_with_an_idx_file(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match=f"{tmp_path / 'a'} .*{message}"):
        idx(tmp_path / "a")


# ------------------------------------------------ Fashion-MNIST


def test_the_shipped_images() -> None:
    split = fashion_mnist(full=False)
    for data, count in ((split.train, 800), (split.test, 100)):
        x, d = data.arrays
        assert x.shape == (count * 10, 1, 28, 28) and x.dtype == np.float32
        assert x.min() == 0 and x.max() == 1 and d.dtype == np.int64
        assert np.bincount(d).tolist() == [count] * len(split.classes)
        assert np.count_nonzero(np.diff(d[:100])) > 50  # the classes are mixed
    content = lzma.decompress(fashion.SHIPPED.read_bytes())
    assert hashlib.sha256(content).hexdigest() == "a0597811e2b8c34888c26016ae1acab12d1e00fb3a8b8e07e78fad84f5728276"
    assert fashion.SHIPPED.stat().st_size < 5_000_000
    assert "Copyright (c) 2017 Zalando SE" in fashion.SHIPPED.with_suffix(".LICENCE").read_text()


def test_flat_images() -> None:
    split = fashion_mnist(full=False)
    flat = fashion_mnist(full=False, flat=True).test
    assert np.array_equal(flat.arrays[0].reshape(1000, 1, 28, 28), split.test.arrays[0])


def test_the_shipped_file_is_made_of_the_first_of_each_class(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "FILTERS", [{"id": lzma.FILTER_LZMA2, "preset": 0}])  # for speed
    x, d, x_test, d_test = fashion.shipped()
    more = np.concatenate([x, x_test]), np.concatenate([d, d_test]), np.concatenate([x_test, x]), np.tile(d_test, 9)
    assert lzma.decompress(make.packed(*more)) == lzma.decompress(fashion.SHIPPED.read_bytes())


@pytest.mark.skipif(not fashion.DEBIAN.is_dir(), reason="Debian's dataset-fashion-mnist is not installed")
def test_the_shipped_images_are_those_of_the_full_set() -> None:
    full = fashion.installed(fashion.DEBIAN)
    assert [array.shape for array in full] == [(60000, 28, 28), (60000,), (10000, 28, 28), (10000,)]
    indices = [make.first_of_each(full[1], 800)] * 2 + [make.first_of_each(full[3], 100)] * 2
    for array, which, shipped in zip(full, indices, fashion.shipped(), strict=True):
        assert np.array_equal(array[which], shipped)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("named", ["folder", "variable", "package"])
def test_the_full_set_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, packed: bool) -> None:
    x = np.arange(3 * 28 * 28).reshape(3, 28, 28).astype(np.uint8)
    idx_folder(tmp_path, x, np.array([7, 0, 9], np.uint8), packed)
    if named == "variable":
        monkeypatch.setenv(fashion.VARIABLE, str(tmp_path))
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path if named == "package" else tmp_path / "absent")
    for full in (None, True):
        split = fashion_mnist(tmp_path if named == "folder" else None, full)
        assert np.array_equal(split.train.arrays[0][:, 0], x / np.float32(255))
        assert [split.classes[k] for k in split.test.arrays[1]] == ["Sneaker", "T-shirt/top", "Ankle boot"]
    if named != "folder":
        assert len(fashion_mnist(full=False).train) == 8000


def test_where_the_full_set_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(fashion.VARIABLE, raising=False)
    monkeypatch.setattr(fashion, "DEBIAN", tmp_path / "absent")
    assert len(fashion_mnist().train) == 8000
    with pytest.raises(FileNotFoundError, match="apt-get install dataset-fashion-mnist"):
        fashion_mnist(full=True)
    with pytest.raises(FileNotFoundError, match="should hold Fashion-MNIST's train-images-idx3-ubyte"):
        fashion_mnist(tmp_path)
    with pytest.raises(ValueError, match="leave one of them out"):
        fashion_mnist(tmp_path, full=False)
    idx_folder(tmp_path, np.zeros((2, 28, 28), np.uint8), np.array([3, 10], np.uint8))
    with pytest.raises(ValueError, match="does not hold Fashion-MNIST"):
        fashion_mnist(tmp_path)


# ------------------------------------------------ other images


def test_digits() -> None:
    split = digits()
    counts = [np.bincount(data.arrays[1]) for data in (split.train, split.test)]
    assert (len(split.train), len(split.test)) == (1347, 450)
    assert np.abs(counts[1] - (counts[0] + counts[1]) / 4).max() < 1
    x, d = split.train[5]
    assert x.shape == (1, 8, 8) and x.dtype == np.float32 and split.classes[d] == str(d)
    assert split.test.arrays[0].min() == 0 and split.test.arrays[0].max() == 1
    assert np.array_equal(digits(flat=True).train.arrays[0], split.train.arrays[0].reshape(-1, 64))
    assert not np.array_equal(digits(seed=1).test.arrays[1], split.test.arrays[1])


def pictures(folder: Path) -> dict[str, Any]:
    """Two classes, made in the wrong order, beside files that are not images."""
    rng = np.random.default_rng(0)
    colours = {f"{name}.png": rng.integers(0, 256, (4, 6, 3), np.uint8) for name in ("dog/b", "dog/in/a", "cat/c")}
    for name, pixels in colours.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / name)
    (folder / "cat" / "notes.txt").write_text("no image")
    (folder / ".hidden").mkdir()
    (folder / "cat" / "._c.png").write_text("no image")
    return colours


def test_image_folder(tmp_path: Path) -> None:
    colours = pictures(tmp_path)
    data = image_folder(tmp_path)
    assert data.classes == ("cat", "dog")
    x, d = next(iter(DataLoader(data, 3)))
    assert d.tolist() == [0, 1, 1] and x.dtype == np.float32 and not x.flags.writeable
    for image, name in zip(x, ("cat/c", "dog/b", "dog/in/a"), strict=True):
        assert np.array_equal(image.transpose(1, 2, 0), colours[f"{name}.png"] / np.float32(255))
    assert np.array_equal(data[-1][0], x[2]) and data[2][1] == 1


def test_images_of_a_folder_are_scaled_and_transformed(tmp_path: Path) -> None:
    pictures(tmp_path)
    small = image_folder(tmp_path, size=(2, 3), mode="L", transform=np.negative)
    assert small[0][0].shape == (1, 2, 3) and small[0][0].max() < 0
    assert image_folder(tmp_path, size=5)[0][0].shape == (3, 5, 5)


def truncated(folder: Path) -> None:
    content = (folder / "dog" / "b.png").read_bytes()
    (folder / "dog" / "b.png").write_bytes(content[:60])


def deep(folder: Path) -> None:
    Image.fromarray(np.full((4, 6), 60000, np.uint16)).save(folder / "dog" / "b.png")


def other_size(folder: Path) -> None:
    Image.fromarray(np.zeros((4, 5, 3), np.uint8)).save(folder / "dog" / "b.png")


def empty(folder: Path) -> None:
    (folder / "bird").mkdir()


SPOILT: dict[Callable[[Path], None], str] = {
    truncated: r"cannot read the image .*b\.png",
    deep: r"b\.png: its pixels have more than 8 bits",
    other_size: r"differ in shape: \(3, 4, 5\) \(.*b\.png\), \(3, 4, 6\) .*size=",
    empty: "bird is a class without images",
}


@pytest.mark.parametrize(("spoil", "message"), SPOILT.items())
def test_images_that_cannot_be_read(tmp_path: Path, spoil: Callable[[Path], None], message: str) -> None:
    pictures(tmp_path)
    spoil(tmp_path)
    with pytest.raises(ValueError, match=message):
        list(DataLoader(image_folder(tmp_path), 3))


def test_a_folder_without_classes(tmp_path: Path) -> None:
    pictures(tmp_path)
    with pytest.raises(ValueError, match="no folders"):
        image_folder(tmp_path / "cat")


# ------------------------------------------------ toys


def radii(x: Any) -> Any:
    return np.hypot(*x.T.astype(float))


TOYS: dict[Callable[..., Any], Callable[[Any, Any], bool]] = {  # what holds without noise
    xor: lambda x, d: all((a != b) == k for (a, b), k in zip(x, d, strict=True)),
    moons: lambda x, d: np.allclose(radii(x - d[:, None] * [1, 0.5]), 1) and np.all((x[:, 1] >= 0) | (d == 1)),
    circles: lambda x, d: np.allclose(radii(x), np.where(d == 0, 1, 0.5)),
    spiral: lambda x, d: np.allclose(np.sort(radii(x)), np.repeat(np.linspace(0, 1, 20), 3)),
    blobs: lambda x, d: np.allclose(radii(x), 2) and len(np.unique(x.round(5), axis=0)) == 3,
}  # fmt: skip


@pytest.mark.parametrize("toy", TOYS)
def test_toys(toy: Callable[..., Any]) -> None:
    x, d = toy(60, noise=0.0)
    assert x.shape == (60, 2) and x.dtype == np.float32 and d.dtype == np.int64
    assert len(set(np.bincount(d[:12]))) == 1  # a part is as balanced as the whole
    assert TOYS[toy](x, d)
    noisy = toy(60, noise=0.3, generator=1)[0]
    assert np.array_equal(noisy, toy(60, noise=0.3, generator=1)[0])
    assert 0.2 < np.std(noisy - x) < 0.4
    assert toy(0, noise=0.0)[0].shape == (0, 2)
    with pytest.raises(ValueError, match="standard deviation"):
        toy(60, noise=-1.0)


def test_datasets_and_transforms_are_imported_on_first_use() -> None:
    names = ["nn.datasets", "nn.data.image_transforms"]
    program = (
        f"import sys, nn; assert not {{*{names}}} & {{*sys.modules}}; print(nn.datasets.xor, nn.transforms.Cutout)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
