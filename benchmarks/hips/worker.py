"""Answers and times rows in one library: ``worker.py [root]``, where root is the source of ours.

Convention: a line of input is ``["answers"]``, ``["faults"]`` or ``["seconds", name, times]``, a line of output its
answer as JSON.
"""

import importlib
import json
import sys
import warnings
from pathlib import Path
from types import ModuleType

# The rows by themselves: the benchmarks around them need our engine.
package = ModuleType("hips_rows")
package.__path__ = [str(Path(__file__).parent)]
sys.modules["hips_rows"] = package
if len(sys.argv) > 1:
    sys.path.insert(0, sys.argv[1])

answering = importlib.import_module("hips_rows.answering")
ROWS = importlib.import_module("hips_rows.row").ROWS
failed = {}
for file in sorted(Path(__file__).parent.glob("rows/[a-z]*.py")):
    try:
        importlib.import_module(f"hips_rows.rows.{file.stem}")
    except Exception as error:
        failed[file.stem] = f"{type(error).__name__}: {error}"

warnings.simplefilter("ignore")
for line in sys.stdin:
    match json.loads(line):
        case ["answers"]:
            said = {"failed": failed, "answers": {name: answering.answer(row) for name, row in ROWS.items()}}
        case ["faults"]:
            said = {name: importlib.import_module("hips_rows.numerical").faults(row) for name, row in ROWS.items()}
        case ["seconds", name, times]:
            said = answering.seconds(ROWS[name], times)
    print(json.dumps(said), flush=True)
