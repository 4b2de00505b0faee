"""Files that appear whole or not at all, even if the disk fills, or the program or the machine stops.

Convention: a file is written under a temporary name beside its own, ``.writing-PROCESS-NUMBER-NAME``, brought to the
disk and renamed. So its own name always leads to a whole file: the old one or the new one. What a process that was
killed leaves under such a name, the next write of the same file removes: a lock tells it from a file in progress.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

try:
    import fcntl
except ImportError:  # not on Windows, where an open file cannot be renamed either
    fcntl = None  # type: ignore[assignment]

__all__ = ["Content", "write_together", "write_whole"]

Content = (
    bytes | str | Callable[["Path"], object]
)  # text is written as UTF-8; a function writes to the path it is given

LONGEST = 255  # bytes in the name of a file
FULL = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is used up",
    errno.EFBIG: "it is larger than this process or this disk allows (ulimit -f)",
}
numbers = itertools.count(1)  # of the temporary files of this process


def write_whole(path: str | os.PathLike[str], content: Content, size: int | None = None) -> Path:
    """Write a file whole or not at all; return its path. The one from before stays if anything fails.

    ``content``  bytes, text, or a function that writes the file to the path that it is given
    ``size``     about how many bytes a function will write, for the error if the disk is full

    A file that is replaced passes its permissions on; a link stays a link, and the file that it leads to is replaced.
    """
    return write_together({_path(path): content}, size)[0]


def write_together(contents: Mapping[Path, Content], size: int | None = None) -> list[Path]:
    """Write several files, each of them whole, and none under its name before all are written."""
    with ExitStack() as stack:
        temporaries = []
        for path, content in contents.items():
            target = _target(path)
            temporary = stack.enter_context(_temporary(target))
            with _told(path, temporary, size if callable(content) else len(content)):
                if callable(content):
                    content(temporary)
                else:
                    temporary.write_bytes(content.encode() if isinstance(content, str) else content)
                _keep_permissions(target, temporary)
                _flush(temporary, os.O_RDWR)
            temporaries.append((temporary, target, path))
        for temporary, target, path in temporaries:
            with _told(path, temporary, None):
                temporary.replace(target)
        if os.name == "posix":  # other systems cannot open a folder
            for folder in {target.parent for _, target, _ in temporaries}:
                _flush(folder, os.O_RDONLY)
    return list(contents)


def _path(path: str | os.PathLike[str]) -> Path:
    from pathlib import Path  # slow to import, and ``import autograd`` does without

    return Path(path)


def _target(path: Path) -> Path:
    """The file that a path leads to, which may not exist yet; an error says why it cannot be written."""
    target = _path(os.path.realpath(path)) if path.is_symlink() else path
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, f"there is no folder {str(target.parent)!r}", str(path))
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "there is a folder of this name", str(path))
    if target.exists():
        if not target.is_file():
            raise OSError(errno.EINVAL, "this is no file that can be replaced, but a device or a pipe", str(path))
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "the file may not be written to", str(path))
    return target


# ---------------------------------------------------------------- temporary files


@contextmanager
def _temporary(target: Path) -> Iterator[Path]:
    """A new, empty file beside ``target``, locked by this process, which is gone in the end."""
    _remove_leftovers(target)
    temporary, descriptor = _created(target)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)
        if descriptor is not None:
            os.close(descriptor)


def _created(target: Path) -> tuple[Path, int | None]:
    """The file and the descriptor that holds its lock, if there are locks here."""
    while True:
        name = f".writing-{os.getpid()}-{next(numbers)}-{target.name}"
        while len(os.fsencode(name)) > LONGEST:  # the suffix stays: whoever writes the file may look at it
            cut = len(name) - len(target.suffix)
            name = name[: cut - 1] + name[cut:]
        temporary = target.with_name(name)
        try:
            descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        except FileExistsError:  # of a process that had the same number, here or on another machine
            continue
        except OSError as error:
            raise OSError(error.errno, f"{error.strerror}, in its folder", str(target)) from error
        try:
            if fcntl is None:
                os.close(descriptor)
                return temporary, None
            with suppress(OSError):  # some disks have no locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if temporary.exists():
                return temporary, descriptor
            os.close(descriptor)  # another process took it for a leftover, before it was locked
        except BaseException:  # Ctrl-C
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise


def _remove_leftovers(target: Path) -> None:
    """Remove temporary files of ``target`` that no process is writing any more."""
    if fcntl is None:
        return
    leftover = re.compile(rf"\.writing-\d+-\d+-{re.escape(target.name)}")
    with suppress(OSError):  # a folder that cannot be listed
        for name in filter(leftover.fullmatch, os.listdir(target.parent)):
            with suppress(OSError):  # in progress, or another's
                descriptor = os.open(path := target.with_name(name), os.O_RDWR)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
                finally:
                    os.close(descriptor)


def _keep_permissions(target: Path, temporary: Path) -> None:
    with suppress(FileNotFoundError):
        temporary.chmod(stat.S_IMODE(target.stat().st_mode))


def _flush(path: Path, flags: int) -> None:
    """Wait until the file or folder is on the disk."""
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---------------------------------------------------------------- errors


@contextmanager
def _told(path: Path, temporary: Path, size: int | None) -> Iterator[None]:
    """An error about the temporary file tells of the file that was to be written, and how much space it needs."""
    try:
        yield
    except OSError as error:
        text: Any = FULL.get(error.errno or 0)
        if text is not None:
            written = temporary.stat().st_size if temporary.exists() else 0
            import shutil  # slow to import, too

            free = shutil.disk_usage(temporary.parent).free
            needs = f"it needs {size:,} bytes" if size is not None else f"{written:,} bytes of it were written"
            text = f"{text}: {needs}, {free:,} are free. Nothing was changed"
        elif error.filename in (temporary, str(temporary)):
            text = error.strerror
        else:
            raise
        raise OSError(error.errno, text, str(path)) from error
