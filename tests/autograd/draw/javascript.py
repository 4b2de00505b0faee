"""The player's JavaScript, run by Node: a process that is asked line by line."""

from __future__ import annotations

import json
import shutil
import subprocess
from importlib import resources
from typing import Any

NODE = shutil.which("node") or shutil.which("nodejs")
LOOP = """
const plain = (x) =>
  x === UNTAKEN ? 0 : Array.isArray(x) ? x.map(plain)
  : typeof x === "number" && !Number.isFinite(x) ? { special: String(x) }
  : x && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, plain(v)])) : x;
const asks = {
  names: () => Object.keys(OPERATIONS),
  operation: (name, operands) => OPERATIONS[name](...operands),
  written: (xs) => xs.map((x) => written(x)),
  passes: (program, leaves, roots) => {
    const { values, slopes } = forward(program, leaves);
    return { values, slopes, gradients: backward(program, slopes, roots) };
  },
};
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [name, ...args] = JSON.parse(line);
  console.log(JSON.stringify(plain(asks[name](...args))));
});
"""


class Script:
    """numbers.js in a process of its own."""

    def __init__(self) -> None:
        assert NODE
        source = resources.files("autograd.draw.player").joinpath("numbers.js").read_text(encoding="utf-8")
        self.process = subprocess.Popen(
            [NODE, "-e", source + LOOP], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, name: str, *args: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps([name, *args]).replace("Infinity", "1e999") + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline(), object_hook=_special)

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def _special(found: dict[str, Any]) -> Any:
    return float(found["special"].replace("Infinity", "inf")) if set(found) == {"special"} else found
