"""Runs jobs on demand: a line of input is a job's name, a line of output its numbers and seconds as JSON."""

import contextlib
import importlib.metadata
import importlib.util
import io
import json
import sys
import time
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
specification = importlib.util.spec_from_file_location("jobs", Path(__file__).with_name("jobs.py"))
jobs = importlib.util.module_from_spec(specification)
specification.loader.exec_module(jobs)

PACKAGES = ("autograd", "chalkgrad", "lifelines", "autograd-gamma", "pymanopt", "numpy", "pandas", "scipy")
installed = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions()}
print(json.dumps([list(jobs.JOBS), {name: installed[name] for name in PACKAGES if name in installed}]), flush=True)
for line in sys.stdin:
    with contextlib.redirect_stdout(io.StringIO()):
        start = time.process_time()
        try:
            found = jobs.JOBS[json.loads(line)]()
        except Exception as error:
            found = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        seconds = time.process_time() - start
    print(json.dumps([found, seconds]), flush=True)
