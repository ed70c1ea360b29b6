"""Many clients at once against replicas of the service, and what came of it."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from scripts.running_service import Replica

__all__ = ["DESCRIBED", "FILMS", "Measured", "Request", "load", "match", "told"]

FILMS: Final = [f"f{number:03d}" for number in range(201, 251)]
"""Of the sample market, in its latest years."""

DESCRIBED: Final = {
    "title": "The Pilots",
    "synopsis": "A documentary crew follows the last ferry pilots of a river through one winter of strikes and floods.",
    "genres": ["Documentary"],
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be sent."""

    method: str
    path: str
    body: bytes = b""

    def as_bytes(self, key: str) -> bytes:
        """On the wire."""
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers of one kind of request. latencies: seconds, sorted. seconds: of the whole."""

    statuses: dict[int, int]
    latencies: list[float]
    seconds: float
    size: int

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return self.statuses.get(200, 0) / self.seconds

    def share(self, q: float) -> float:
        """The latency within which this share of requests was answered, seconds."""
        return self.latencies[min(int(q * len(self.latencies)), len(self.latencies) - 1)]


def match(film: dict[str, Any]) -> Request:
    """Who should see a film, in one territory."""
    body = {**film, "territories": ["FR"], "k": 10}
    return Request("POST", "/api/v1/matches", json.dumps(body).encode())


async def load(
    replicas: Sequence[Replica], key: str, make: Callable[[], Request], clients: int, seconds: float
) -> Measured:
    """Let each client, of them as many at each replica, ask as soon as it is answered."""
    statuses: dict[int, int] = {}
    latencies: list[float] = []
    sizes: list[int] = []
    start = time.perf_counter()

    async def client(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - start < seconds:
            began = time.perf_counter()
            writer.write(make().as_bytes(key))
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - began)
            status = int(head.split(b" ", 2)[1])
            statuses[status] = statuses.get(status, 0) + 1
            sizes.append(length)
        writer.close()

    await asyncio.gather(*(client(replicas[number % len(replicas)].port) for number in range(clients)))
    took = time.perf_counter() - start
    return Measured(statuses, sorted(latencies), took, round(statistics.median(sizes)))


def told(what: str, value: float, limit: float, *, at_least: bool = False) -> bool:
    """Print a figure beside its limit; whether it is kept."""
    kept = value >= limit if at_least else value <= limit
    print(
        f"{what:66} {value:6.2f}  {'>=' if at_least else '<='} {limit:4.2f}  {'kept' if kept else 'MISSED'}"
    )
    return kept
