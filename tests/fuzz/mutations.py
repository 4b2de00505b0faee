"""Ways in which a file goes wrong: its bytes, and the fields of each format.

Convention: a mutation takes the bytes of a file and ``Choices``, and returns other bytes. Those of a format get a valid
file of this format, and change what it says.
"""

from __future__ import annotations

import gzip
import io
import json
import struct
import warnings
import zipfile
from typing import Any

import numpy as np

from .choices import Choices

NUMBERS = [-(2**63), -1, 0, 1, 2, 3, 7, 8, 255, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63, 2**64, 10**400]
NAMES = ["", "x", "../../etc/passwd", "/dev/null", "a\0b", "ü/Ω", "x.npy", "__metadata__", "json", "n" * 300, "."]
JSON: list[Any] = [None, True, 1.5, float("nan"), float("inf"), "x", [], {}, [[]], {"a": 1}, -1, 2**70, *NAMES]
DTYPES = ["F32", "F64", "BF16", "I8", "BOOL", "F8_E4M3", "C64", "f4", "", "F4", "U64"]
DESCRIPTIONS = [  # as they stand in the header of a .npy
    "'<f4'", "'>f8'", "'|O'", "'O'", "'<U4'", "'V8'", "'<M8[s]'", "'<m8'", "[('a', '<f4')]", "[('a', '|O')]", "'|b1'",
    "'<c16'", "('<f4', (2,))", "'<f16'", "'nonsense'", "None", "3", "'|S0'", "'<e'",
    "{'names': ['a'], 'formats': ['O']}",
]  # fmt: skip
SHAPES = [
    "()", "(2,)", "(2, 3)", "(-1,)", "(-2, -3)", "(0,)", "(4000000000000,)", "(0, 9223372036854775807)", "(True, 2)",
    "(1.0,)", "None", "'x'", f"({'1,' * 70})", "(9223372036854775807, 9223372036854775807)", "(2",
    f"{'(' * 300}{')' * 300}",
]  # fmt: skip


# ---------------------------------------------------------------- bytes


def changed(data: bytes, choices: Choices) -> bytes:
    """Some bytes changed, lost, repeated, moved or added."""
    start = choices.integer(0, len(data))
    end = choices.integer(start, min(len(data), start + choices.of([1, 2, 8, 64, 4096])))
    part = data[start:end]
    middle = [
        b"", bytes(len(part)), b"\xff" * len(part), part * 2, part[::-1], choices.bytes(8) + part,
        bytes(b ^ 1 << choices.integer(0, 7) for b in part[:8]) + part[8:],
    ]  # fmt: skip
    return data[:start] + choices.of(middle) + data[end:]


def cut(data: bytes, choices: Choices) -> bytes:
    return data[: choices.integer(0, len(data))]


def lengthened(data: bytes, choices: Choices) -> bytes:
    return data + choices.of([b"\0", data, bytes(4096)])


def number_changed(data: bytes, choices: Choices) -> bytes:
    """A whole number somewhere in the file."""
    form = choices.of(["<I", ">I", "<Q", "<H"])
    size = struct.calcsize(form)
    start = choices.integer(0, max(len(data) - size, 0))
    return data[:start] + struct.pack(form, choices.of(NUMBERS) % 256**size) + data[start + size :]


# ---------------------------------------------------------------- JSON


def nested(thing: Any, choices: Choices) -> Any:
    """JSON with one of its parts put in place of another, changed, removed or put into lists."""
    if isinstance(thing, dict) and thing and choices.integer(0, 3):
        key = choices.of(list(thing))
        action = choices.integer(0, 5)
        rest = {k: v for k, v in thing.items() if k != key}
        if action == 0:
            return rest
        if action == 1:
            return rest | {choices.of(NAMES): thing[key]}
        return thing | {key: nested(thing[key], choices)}
    if isinstance(thing, list) and thing and choices.integer(0, 3):
        k = choices.integer(0, len(thing) - 1)
        return thing[:k] + choices.of([[], [nested(thing[k], choices)], [thing[k]] * 2]) + thing[k + 1 :]
    if isinstance(thing, int) and not isinstance(thing, bool):
        return choices.of([*NUMBERS, *JSON])
    return choices.of([[thing], {"a": thing}, *JSON])


def written(thing: Any, choices: Choices) -> bytes:
    """As text, now and then nested deeper than any parser goes."""
    text = json.dumps(thing)
    if not choices.integer(0, 15):
        depth = choices.of([100, 1000, 100_000])
        opening, closing = choices.of([("[", "]"), ('{"a":', "}")])
        text = choices.of([opening * depth + text + closing * depth, opening * depth])
    return text.encode()


# ---------------------------------------------------------------- safetensors


def safetensors_header(data: bytes, choices: Choices) -> bytes:
    """Types, shapes, offsets, names and notes."""
    size = int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    names = [name for name in header if name != "__metadata__"]
    entry = header[choices.of(names)]
    part = choices.of(["dtype", "shape", "offsets", "any", "twice", "length"])
    if part == "dtype":
        entry["dtype"] = choices.of(DTYPES)
    elif part == "shape":
        entry["shape"] = [choices.of(NUMBERS) for _ in range(choices.integer(0, 5))] * choices.of([1, 1, 20])
    elif part == "offsets":
        entry["data_offsets"] = [choices.of([*NUMBERS, len(data)]) for _ in range(2)]
    elif part == "any":
        header = nested(header, choices)
    text = written(header, choices)
    if part == "twice":  # JSON with a name that comes twice
        again = json.dumps({choices.of(names): header[choices.of(names)]}).encode()
        text = json.dumps(header).encode()[:-1] + b"," + again[1:]
    length = choices.of([len(text), *NUMBERS]) % 2**64 if part == "length" else len(text)
    return length.to_bytes(8, "little") + text + data[8 + size :]


# ---------------------------------------------------------------- zip


def npy(description: str, shape: str, content: bytes, choices: Choices) -> bytes:
    """A .npy file; its header need not be true."""
    text = f"{{'descr': {description}, 'fortran_order': {choices.of(['False', 'True', '2'])}, 'shape': {shape}, }}\n"
    version = choices.of([1, 1, 1, 2, 3, 4])
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + content


def zip_members(data: bytes, choices: Choices) -> bytes:
    """The members of a zip file: renamed, doubled, compressed, changed, with headers that are not true."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    k = choices.integer(0, len(members) - 1)
    name, content = members[k]
    action = choices.of(["name", "twice", "header", "content", "json", "extra", "none"])
    if action == "name":
        name = choices.of(NAMES) + choices.of([".npy", ""])
    elif action == "twice":
        members.insert(choices.integer(0, len(members)), (name, content))
    elif action == "header":
        numbers = choices.of([b"", bytes(8), bytes(24), content[-24:], b"\x80\x04N."])
        content = npy(choices.of(DESCRIPTIONS), choices.of(SHAPES), numbers, choices)
    elif action == "content":
        content = choices.of([changed, cut, lengthened, number_changed])(content, choices)
    elif action == "json":
        name, content = _json_member(members, choices)
    elif action == "extra":
        name, content = choices.of(NAMES), bytes(3)
    if not (action == "json" and name == "json.npy"):
        members[k] = (name, content)
    else:
        members = [(n, content if n == name else c) for n, c in members]
    out = io.BytesIO()
    form = choices.of([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that come twice
        with zipfile.ZipFile(out, "w", form) as archive:
            for name, content in members:
                archive.writestr(name or zipfile.ZipInfo(name), content)
    return out.getvalue()


def _json_member(members: list[tuple[str, bytes]], choices: Choices) -> tuple[str, bytes]:
    """The notes of a file of arrays, or the text of a checkpoint, changed."""
    for name, content in members:
        if name == "json.npy":
            text = np.load(io.BytesIO(content)).tobytes()
            array = np.frombuffer(written(nested(json.loads(text), choices), choices), np.uint8)
            out = io.BytesIO()
            np.save(out, array)
            return name, out.getvalue()
    return "__metadata__.json", written(nested({"made by": "x"}, choices), choices)


def zip_bomb(data: bytes, choices: Choices) -> bytes:
    """A few bytes that unpack to many zeros."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", choices.of([zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])) as archive:
        archive.writestr("x.npy", npy("'|u1'", "(3000000,)", bytes(3_000_000), Choices(lambda low, high: low)))
    whole = out.getvalue()
    size = struct.pack("<I", 2**32 - 2)
    return choices.of([whole, whole.replace(struct.pack("<I", 3_000_000 + len(npy("'|u1'", "(3000000,)", b"",
                       Choices(lambda low, high: low)))), size)])  # fmt: skip


# ---------------------------------------------------------------- idx


def idx_header(data: bytes, choices: Choices) -> bytes:
    """Type, axes and lengths, compressed or not."""
    packed = data[:2] == b"\x1f\x8b"
    data = gzip.decompress(data) if packed else data
    axes = choices.of([0, 1, 2, 3, 64, 65, 200, 255])
    lengths = b"".join(struct.pack(">I", choices.of(NUMBERS) % 2**32) for _ in range(min(axes, 3)))
    lengths += struct.pack(">I", choices.of([0, 1])) * max(axes - 3, 0)
    kind = choices.of([8, 9, 11, 12, 13, 14, 0, 255])
    out = bytes([0, 0, kind, axes]) + lengths + data[choices.integer(0, min(len(data), 20)) :]
    return gzip.compress(out, mtime=0) if packed != (choices.integer(0, 3) == 0) else out


BYTES = [changed, cut, lengthened, number_changed]
