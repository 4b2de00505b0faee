"""What each process does first: it calls the launcher, and becomes the program.

Convention: the launcher hands this file's text to Python, so that it runs on machines that have nothing else. The
connection stays open in the program, and closes when that ends, however it does.
"""

import json
import os
import socket
import sys

PATIENCE = 2.0  # seconds that a process waits for the launcher at an address


def call(word: str, port: int, places: list[str]) -> int:
    """The file number of a connection to the launcher; -1 if it cannot be reached."""
    ranks = [os.environ[name] for name in ("PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK") if name in os.environ]
    hello = {"word": word, "rank": int(ranks[0]) if ranks else -1, "host": socket.gethostname()}
    for place in places:
        try:
            connection = socket.create_connection((place, port), PATIENCE)
            connection.sendall(json.dumps(hello).encode() + b"\n")
            if connection.recv(8) == b"welcome\n":
                connection.settimeout(None)
                os.set_inheritable(connection.fileno(), True)
                return connection.detach()
        except OSError:
            pass
    return -1


if __name__ == "__main__":
    word, port, *places = os.environ["CHALKGRAD_JOB"].split(",")
    processes, folder, *program = sys.argv[1:]
    os.environ["CHALKGRAD_LINE"] = f"{os.getpid()},{call(word, int(port), places)},{processes}"  # not of its children
    try:
        os.chdir(folder)
    except OSError:
        sys.exit(f"nn.distributed: {socket.gethostname()} has no folder {folder}, in which the program would run")
    os.execv(sys.executable, [sys.executable, *program])
