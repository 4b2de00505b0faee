"""Programs whose processes have little to say to each other; the first argument says which."""

from __future__ import annotations

import os
import sys
import time

from nn import distributed

if sys.argv[1] == "talking":
    while True:
        print("and so on", flush=True)
elif sys.argv[1] == "foreign":
    for name in [name for name in os.environ if name.startswith("PMI")]:  # of an MPI that is not mpiexec's
        del os.environ[name]
distributed.init(timeout=3 if sys.argv[1] == "late" else 600)
if sys.argv[1] == "late":
    if distributed.rank == 1:
        time.sleep(60)
    distributed.barrier()
