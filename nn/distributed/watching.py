"""The launcher watches the processes that it started, on whatever machine: each holds a connection to it.

Convention: the environment has a word that proves who belongs to the job, a port, and the launcher's addresses. A
process says who it is, and the launcher answers (``entering``). Later it says that it begins, so that the others have
to wait for it; what it has to say last; and that it leaves. What is said is a line of JSON.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import selectors
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

__all__ = ["ENDED", "JOB", "Line", "Watch"]

JOB = "CHALKGRAD_JOB"  # in the environment: the word, the port and the addresses, with commas between them
LINE = "CHALKGRAD_LINE"  # in a process's environment: its id, the connection's file, how many there are
ENDED = "ended first, and the others with it"
GONE = "does not answer any more: its machine is gone, or cut off"
LONGEST = 1 << 20  # bytes of a line
# A machine that is gone is noticed after three minutes.
ALIVE = {"TCP_KEEPIDLE": 60, "TCP_KEEPALIVE": 60, "TCP_KEEPINTVL": 20, "TCP_KEEPCNT": 6}


class Line:
    """What a process holds: a connection to its launcher, if it has one.

    ``processes``  how many the launcher started; 0 if that is not known
    """

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        process, file, self.processes = map(int, os.environ.pop(LINE, "0,-1,0").split(","))
        if process != os.getpid():  # it is its parent's
            self.processes = 0
        elif file >= 0:
            self.socket = keep_alive(socket.socket(fileno=file))
            self.socket.set_inheritable(False)
            os.register_at_fork(after_in_child=self.close)  # else it would live as long as the child

    def say(self, **what: Any) -> None:
        """Tell the launcher."""
        if self.socket is not None:
            with suppress(OSError):
                self.socket.sendall(json.dumps(what).encode() + b"\n")

    def gone(self) -> bool:
        """Has the launcher ended, or its machine?"""
        if self.socket is None:
            return False
        try:
            return not self.socket.recv(1, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
        self.socket = None


class Watch:
    """What a launcher holds: the connections of its processes.

    ``hosts``  the machines that it starts them on; none if that is this one
    ``lost``   is called when the first process has ended for which others wait

    ``address``  what stands in the environment under ``JOB``
    ``first``    who ended first, in words; empty if none has, or none that is known
    ``said``     what processes said last, by rank
    """

    def __init__(self, hosts: Sequence[str], lost: Callable[[], object]) -> None:
        self.hosts, self.lost, self.first, self.said = hosts, lost, "", dict[int, str]()
        self.callers: list[Caller] = []
        self.word = secrets.token_hex(16)
        self.server = socket.create_server(("" if hosts else "127.0.0.1", 0))
        places = [str(self.server.getsockname()[1]), *dict.fromkeys([*addresses(hosts), "127.0.0.1"])]
        if hosts:
            places.append(socket.gethostname())
        self.address = ",".join([self.word, *places])
        Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.server, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        with suppress(OSError):
                            selector.register(keep_alive(self.server.accept()[0]), selectors.EVENT_READ, Caller())
                        continue
                    connection, caller = key.fileobj, key.data
                    caller.end = self._hear(connection, caller)
                    if caller.end:
                        selector.unregister(connection)
                        connection.close()  # type: ignore[union-attr]
                if not self.first:
                    self._look()

    def _look(self) -> None:
        """Has a process ended for which others wait?"""
        ended = [caller for caller in self.callers if caller.end and not caller.left]
        wait = any(caller.begun and not caller.end for caller in self.callers)
        ended = [caller for caller in ended if caller.begun or wait]
        if ended:
            caller = min(ended, key=lambda caller: caller.rank)
            self.first = f"{caller.name(bool(self.hosts))} {caller.end}"
            if len(ended) > 1 and caller.end == ENDED:
                self.first = f"one of ranks {' and '.join(str(rank) for rank in sorted(c.rank for c in ended))} {ENDED}"
            self.lost()

    def _hear(self, connection: Any, caller: Caller) -> str:
        """What a connection has to say; returns how it ended, if it did."""
        try:
            some = connection.recv(1 << 16)
            for said in caller.lines(some):
                if caller.host:
                    caller.begun, caller.left = caller.begun or "begins" in said, caller.left or "leaves" in said
                    self.said[caller.rank] = said.get("last", self.said.get(caller.rank, ""))
                elif secrets.compare_digest(said["word"], self.word):
                    connection.sendall(b"welcome\n")
                    caller.rank, caller.host = int(said["rank"]), str(said["host"])
                    self.callers.append(caller)
                else:
                    return "is not one of us"
        except OSError as error:
            return GONE if error.errno in (errno.ETIMEDOUT, errno.EHOSTUNREACH) else ENDED
        except (ValueError, KeyError, TypeError):
            return "says what no process says"
        return "" if some else ENDED


class Caller:
    """Who is at the other end of a connection.

    ``host``   its machine; empty until it has proved that it belongs to the job
    ``begun``  has it said that it begins?
    ``left``   ... that it leaves?
    ``end``    how it ended; empty while it has not
    """

    def __init__(self) -> None:
        self.rank, self.host, self.end, self.begun, self.left = -1, "", "", False, False
        self.rest = b""  # of a line

    def lines(self, some: bytes) -> list[dict[str, Any]]:
        """The lines that ``some`` bytes complete. Raises ValueError for what is none."""
        *lines, self.rest = (self.rest + some).split(b"\n")
        if len(self.rest) > LONGEST:
            raise ValueError("a line has no end")
        return [dict(json.loads(line)) for line in lines]

    def name(self, several: bool) -> str:
        """rank 1 on beta, if there are several machines."""
        name = f"rank {self.rank}" if self.rank >= 0 else "a process"
        return f"{name} on {self.host}" if several else name


def addresses(hosts: Sequence[str]) -> list[str]:
    """The addresses of this machine at which the ``hosts`` can reach it."""
    found = []
    for host in hosts:
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))  # sends nothing: it only chooses the way
            found.append(probe.getsockname()[0])
    return found


def keep_alive(connection: socket.socket) -> socket.socket:
    """Notice it if the machine at the other end is gone, though it could not say so."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, count in ALIVE.items():
        with suppress(OSError, AttributeError):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), count)
    return connection
