"""A small load generator: connections that stay open, one thread each, every answer checked."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Unexpected(RuntimeError):
    """The server answered something else than it should."""


class Client:
    """One connection to a server on this machine, that stays open between requests."""

    def __init__(self, port: int, headers: dict[str, str], seed: int = 0) -> None:
        self.number = seed
        self.chance = random.Random(seed)  # noqa: S311 - which case to touch next
        self._port = port
        self._head = "".join(
            f"{name}: {value}\r\n" for name, value in {"Host": f"127.0.0.1:{port}", **headers}.items()
        )
        self._socket: socket.socket | None = None
        self._rest = b""

    def get(self, path: str) -> bytes:
        """Return the body of what is at the path."""
        return self._ask("GET", path, b"")

    def post(self, path: str, body: Any) -> Any:
        """Send JSON and return the JSON that comes back."""
        return json.loads(self._ask("POST", path, json.dumps(body).encode()))

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def _ask(self, method: str, path: str, body: bytes) -> bytes:
        length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), 60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(f"{method} {path} HTTP/1.1\r\n{self._head}{length}\r\n".encode() + body)
        status, answer = self._answer()
        if not 200 <= status < 300:
            raise Unexpected(f"{method} {path}: {status} {answer[:400].decode(errors='replace')}")
        return answer

    def _answer(self) -> tuple[int, bytes]:
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            self._rest += self._more()
        lines = self._rest[:end].decode("latin-1").lower().split("\r\n")
        self._rest = self._rest[end + 4 :]
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        status = int(lines[0].split(" ")[1])
        if headers.get("transfer-encoding") == "chunked":
            return status, self._chunks()
        return status, self._take(int(headers.get("content-length", 0)))

    def _chunks(self) -> bytes:
        parts = []
        while True:
            while b"\r\n" not in self._rest:
                self._rest += self._more()
            size, _, self._rest = self._rest.partition(b"\r\n")
            parts.append(self._take(int(size, 16) + 2)[:-2])
            if int(size, 16) == 0:
                return b"".join(parts)

    def _take(self, size: int) -> bytes:
        parts, have = [self._rest], len(self._rest)
        while have < size:
            parts.append(self._more())
            have += len(parts[-1])
        whole = b"".join(parts)
        self._rest = whole[size:]
        return whole[:size]

    def _more(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(1 << 18)
        if not data:
            raise Unexpected("the server hung up")
        return data


@dataclass
class Times:
    """How long each of many operations took, in milliseconds, and how long all of them together, in seconds."""

    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """The time that this share of the operations stayed within."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    @property
    def per_second(self) -> float:
        """Operations in a second."""
        return len(self.milliseconds) / self.seconds

    def __add__(self, other: "Times") -> "Times":
        return Times(self.milliseconds + other.milliseconds, self.seconds + other.seconds)


def drive(work: Callable[[Client], object], clients: list[Client], seconds: float) -> Times:
    """Let every client do the work again and again for so long. Raises what one of them raised."""
    times, failures, gate = Times(), list[Exception](), threading.Barrier(len(clients) + 1)

    def run(client: Client) -> None:
        mine = []
        gate.wait()
        try:
            while time.perf_counter() < end:
                began = time.perf_counter()
                work(client)
                mine.append(1000 * (time.perf_counter() - began))
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
            failures.append(error)
        times.milliseconds.extend(mine)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    began = time.perf_counter()
    end = began + seconds
    gate.wait()
    for thread in threads:
        thread.join()
    times.seconds = time.perf_counter() - began
    if failures:
        raise failures[0]
    return times
