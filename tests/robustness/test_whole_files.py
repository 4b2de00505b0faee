"""Files appear whole or not at all: on a disk that fills, over links and devices, beside what a killed process left."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, whole_files
from autograd.draw import draw, play
from autograd.whole_files import write_together, write_whole
from nn import files
from nn.training import save_state

resource = pytest.importorskip("resource", reason="limits of a process are POSIX's")

OLD, NEW = {"w": np.zeros(3)}, {"w": np.arange(300.0), "b": np.ones(2)}


def written(expression: Value) -> Value:
    return expression * expression + 1.0


WRITERS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "safetensors": ("a.safetensors", lambda path: nn.save(NEW, path)),
    "npz": ("a.npz", lambda path: nn.save(NEW, path)),
    "checkpoint": ("c.npz", lambda path: save_state(path, NEW)),
    "picture": ("p.svg", lambda path: draw(written(Value(2.0))).save(path)),
    "DOT": ("p.dot", lambda path: draw(written(Value(2.0))).save(path)),
    "page": ("p.html", lambda path: play(written(Value(2.0))).save(path)),
    "text": ("t.md", lambda path: write_whole(path, "ü" * 1000)),
}
every = pytest.mark.parametrize(("name", "write"), WRITERS.values(), ids=WRITERS)


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file of this process may be larger: a write beyond fails as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@every
def test_a_disk_that_fills_at_any_byte_leaves_the_old_file(
    name: str, write: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / name
    write(path)
    size = path.stat().st_size
    path.write_bytes(b"old")
    for end in [*range(0, size, max(size // 40, 1)), size - 1]:
        with largest_file(end), pytest.raises(OSError, match=r"larger than.* [\d,]+ are free") as caught:
            write(path)
        assert caught.value.errno == errno.EFBIG and caught.value.filename == str(path)
        assert path.read_bytes() == b"old"
        assert os.listdir(tmp_path) == [name]
    with largest_file(size):
        write(path)
    assert path.stat().st_size == size


def test_the_error_says_how_much_is_needed(tmp_path: Path) -> None:
    numbers = {"x": np.zeros(10_000)}
    for save in (lambda: nn.save(numbers, tmp_path / "a.npz"), lambda: save_state(tmp_path / "c.npz", numbers)):
        with largest_file(1000), pytest.raises(OSError, match=r"it needs 80,\d\d\d bytes"):
            save()
    with largest_file(1000), pytest.raises(OSError, match="1,000 bytes of it were written"):
        write_whole(tmp_path / "t", lambda path: path.write_bytes(bytes(5000)))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(sys.platform != "linux" or os.getuid() != 0, reason="only root can mount a disk")
def test_a_full_disk(small_disk: Path) -> None:
    for name, write in (("a.safetensors", nn.save), ("a.npz", nn.save)):
        path = write(NEW, small_disk / name)
        with pytest.raises(OSError, match="the disk is full: it needs 160,") as caught:
            write({"w": np.ones(20_000)}, path)
        assert caught.value.errno == errno.ENOSPC
        assert np.array_equal(nn.load(path)["w"], NEW["w"])
    assert sorted(os.listdir(small_disk)) == ["a.npz", "a.safetensors"]


def test_the_disk_may_tell_of_it_at_the_very_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = nn.save(OLD, tmp_path / "a.npz")

    def fsync(descriptor: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match=r"your share of the disk.*Nothing was changed.*a\.npz"):
        nn.save(NEW, path)
    assert os.listdir(tmp_path) == ["a.npz"] and np.array_equal(nn.load(path)["w"], OLD["w"])


def test_several_files_together(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    for last in ("b", "nowhere/c"):
        with pytest.raises(OSError, match=last):
            write_together({tmp_path / "a": b"1", tmp_path / last: b"2"})
        assert os.listdir(tmp_path) == ["b"]
    assert write_together({tmp_path / "a": b"1", tmp_path / "c": "2"}) == [tmp_path / "a", tmp_path / "c"]
    assert sorted(os.listdir(tmp_path)) == ["a", "b", "c"]


@every
def test_permissions_and_links_stay(name: str, write: Callable[[Path], object], tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / f"real-{name}", tmp_path / name
    link.symlink_to(target)
    write(link)
    (tmp_path / "any").touch()
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE((tmp_path / "any").stat().st_mode)
    first = target.read_bytes()
    target.write_bytes(b"old")
    target.chmod(0o640)
    write(link)
    assert link.is_symlink() and len(target.read_bytes()) == len(first)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert os.listdir(tmp_path / "there") == [target.name]


def test_what_cannot_be_replaced_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.npz")
    (tmp_path / "folder.npz").mkdir()
    (tmp_path / "mine.npz").touch()
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "mine.npz")  # root may write to all
    for name, kind in (("pipe.npz", OSError), ("folder.npz", IsADirectoryError), ("mine.npz", PermissionError)):
        with pytest.raises(kind, match=rf"{name}"):
            nn.save(NEW, tmp_path / name)
    assert len(os.listdir(tmp_path)) == 3


def test_a_name_of_any_length(tmp_path: Path) -> None:
    for name in ("n" * 251 + ".npz", "ü" * 125 + ".npz"):
        path = nn.save(NEW, tmp_path / name)
        assert np.array_equal(nn.load(path)["w"], NEW["w"])
    assert len(os.listdir(tmp_path)) == 2


KILLED = """
import os, signal, sys
from pathlib import Path
from autograd.whole_files import write_whole
def half(path):
    path.write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
write_whole(sys.argv[1], half)
"""


def test_what_a_killed_process_left_is_removed_by_the_next_write(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a.bin", b"old")
    killed = subprocess.run([sys.executable, "-c", KILLED, str(path)], cwd=Path(__file__).parents[2])
    assert killed.returncode == -signal.SIGKILL
    (left,) = (name for name in os.listdir(tmp_path) if name != "a.bin")
    assert left.startswith(".writing-") and left.endswith("-a.bin") and path.read_bytes() == b"old"
    write_whole(tmp_path / "b.bin", b"another file")
    assert left in os.listdir(tmp_path)

    def beside(temporary: Path) -> None:
        """While one write goes on, another one of the same file begins and ends."""
        temporary.write_bytes(b"outer")
        write_whole(path, b"inner")
        assert path.read_bytes() == b"inner"

    write_whole(path, beside)
    assert sorted(os.listdir(tmp_path)) == ["a.bin", "b.bin"] and path.read_bytes() == b"outer"


def test_where_a_disk_has_no_locks_leftovers_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flock(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(whole_files.fcntl, "flock", flock)
    (tmp_path / ".writing-1-1-a").touch()
    assert write_whole(tmp_path / "a", b"new").read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == [".writing-1-1-a", "a"]


def test_an_error_of_another_file_is_passed_on(tmp_path: Path) -> None:
    def save(path: Path) -> Any:
        return (tmp_path / "missing").read_bytes()

    with pytest.raises(FileNotFoundError, match="missing"):
        files.write(tmp_path / "a.bin", save)
    assert not os.listdir(tmp_path)
