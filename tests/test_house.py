"""The house: imports go strictly down, floor by floor, and never in a circle. Imports for types count too."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the ground up. A room is a file or a folder directly inside a package; it may use what stands below it.
FLOORS = {
    "autograd": [
        ["absent", "collector", "typing", "extras", "late", "malloc", "namesake", "threads", "whole_files"],
        ["native"],
        ["core", "gpu"],
        ["declare"],
        ["ops"],
        ["value", "tensor", "linalg", "special"],
        [
            "functional",
            "draw",
            "math",
            "debugging",
            "coverage",
            "special_points",
            "gradient_norm",
            "stats",
            "array_api",
            "einops_backend",
        ],
        ["capture", "optimize", "integrate"],
        ["testing", "environment", "hips"],
        # HIPS autograd's modules under its names, for programs written for it: nothing imports these.
        [
            "builtins",
            "differential_operators",
            "extend",
            "misc",
            "numpy",
            "scipy",
            "test_util",
            "tracer",
            "util",
            "wrap_util",
        ],
    ],
    "autograd.capture": [
        ["floating", "tape"],
        ["traced", "blocks"],
        ["outside", "program"],
        ["record", "machines"],
        ["native", "call"],
        ["captured"],
    ],
    "nn": [
        ["words"],
        ["init", "module"],
        ["files"],
        ["functional", "data", "metrics", "perceptron", "scalar", "table"],
        ["layers", "losses", "datasets", "plots", "transforms"],
        ["distributed"],
        ["testing", "training"],
        ["demo"],
    ],
}
NEIGHBOURS: dict[str, set[str]] = {"autograd": set(), "nn": {"autograd"}, "optim": {"autograd"}}
APPLICATIONS = {"nn.demo": {"autograd", "optim"}}  # built with the library, not part of it


def modules() -> dict[str, Path]:
    """All modules of the library by their dotted names."""
    found = {}
    for package in NEIGHBOURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """All statements below one, however deep. Expressions, which are most of a tree, have none in them."""
    for field in ("body", "handlers", "orelse", "finalbody", "cases"):
        for child in getattr(node, field, ()):
            yield child
            yield from statements(child)


def imports(name: str) -> set[str]:
    """The modules of the library that one of them imports, anywhere in its text."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:  # a module of the package, or a name in it
                found.add(f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base)
    return {target for target in found if target in MODULES and target != name}


@functools.cache
def arrows() -> dict[str, set[str]]:
    """What each module imports."""
    return {name: imports(name) for name in MODULES}


def circle(found: dict[str, set[str]]) -> list[str]:
    """The names of a circle, if there is one."""
    done: set[str] = set()
    for start in found:
        path: list[str] = []
        stack = [(start, iter(sorted(found[start])))] if start not in done else []
        while stack:
            name, rest = stack[-1]
            if len(path) < len(stack):
                path.append(name)
            for target in rest:
                if target in path:
                    return [*path[path.index(target) :], target]
                if target not in done:
                    stack.append((target, iter(sorted(found[target]))))
                    break
            else:
                done.add(path.pop())
                stack.pop()
    return []


def rooms(folder: str) -> dict[str, set[str]]:
    """The rooms of a folder, and which of each other they use. Its own ``__init__`` is the door, not a room."""
    depth = folder.count(".") + 1
    found: dict[str, set[str]] = {}
    for name, targets in arrows().items():
        if name.startswith(f"{folder}."):
            room = found.setdefault(name.split(".")[depth], set())
            inside = {t.split(".")[depth] for t in targets if t.startswith(f"{folder}.")}
            room.update(inside - {name.split(".")[depth]})
    return found


FOLDERS = sorted({name for name, path in MODULES.items() if path.name == "__init__.py"})


def test_no_file_imports_itself_by_way_of_others() -> None:
    assert not circle(arrows())


@pytest.mark.parametrize("folder", FOLDERS)
def test_rooms_use_each_other_in_no_circle(folder: str) -> None:
    assert not circle(rooms(folder))


@pytest.mark.parametrize("folder", FLOORS)
def test_imports_go_strictly_down(folder: str) -> None:
    floor = {room: height for height, names in enumerate(FLOORS[folder]) for room in names}
    found = rooms(folder)
    assert set(found) == set(floor), "a room without a floor, or a floor without its room"
    up = [f"{room} -> {other}" for room in found for other in found[room] if floor[other] >= floor[room]]
    assert not up


def test_rooms_of_capture_use_what_the_others_doors_name() -> None:
    """Files of a room are its own affair: its ``__init__`` names what others may use."""
    inside = [name for name in MODULES if name.startswith("autograd.capture.")]
    room = {name: name.split(".")[2] for name in inside}
    past = [
        f"{name} -> {target}"
        for name in inside
        for target in arrows()[name]
        if target in room and room[target] != room[name] and target.count(".") > 2
    ]
    assert not past


def test_packages_use_only_what_they_stand_on() -> None:
    for name, targets in arrows().items():
        package = name.partition(".")[0]
        used = {target.partition(".")[0] for target in targets} - {package}
        assert used <= APPLICATIONS.get(name, NEIGHBOURS[package]), f"{name} uses {used}"


def test_a_circle_would_be_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})


def test_the_map_names_each_file_of_capture() -> None:
    """CONTRIBUTING.md tells what each of them is for."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (part,) = re.findall(r"^    capture/ .*?\n\n", text, re.DOTALL | re.MULTILINE)
    names = {path.stem for path in (ROOT / "autograd" / "capture").rglob("*.py")} - {"__init__", "__main__"}
    assert not names - set(re.findall(r"\w+", part))
