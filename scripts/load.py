"""Throughput and latency of the service with 32 concurrent clients, as ratios of one run: `make bench`.

    python scripts/load.py               the ratios
    python scripts/load.py --minutes 10  mixed traffic with a retraining and a bundle switch inside

A service of its own is started on the invented sample market, in a temporary folder. What matching is compared with is
an endpoint in the same process that does the same authentication, one database read, and returns a canned body of the
same size. Stored films are asked about again and again, as people do; questions never asked before stand beside it, and
are what a described film is compared with.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
import psutil
import uvicorn
from fastapi import Response

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.running_service import ROOT, Installation, Replica, installation, wait_until
from service.api.deps import ActorDep, UowDep
from service.app import create_app

CLIENTS: Final = 32
SECONDS: Final = 8.0
ROUNDS: Final = 3
CANNED: Final = "/api/v1/canned"
FILMS: Final = [f"f{number:03d}" for number in range(201, 251)]
TERRITORY: Final = "FR"
DESCRIBED: Final = {
    "title": "The Pilots",
    "synopsis": "A documentary crew follows the last ferry pilots of a river through one winter of strikes and floods.",
    "genres": ["Documentary"],
}
MEMORY_GROWTH: Final = 1.05


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


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and fail where a limit is missed."""
    parser = argparse.ArgumentParser(description="Load the service and print ratios.")
    parser.add_argument("--minutes", type=float, help="mixed traffic for so long, instead of the ratios")
    parser.add_argument("--serve", metavar="PORT", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.serve:
        return _serve(args.serve)
    with installation() as made:
        replica = _replica(made)
        worker = made.start("worker")
        made.run("retrain", "--wait")
        wait_until(replica.is_ready, "the service is ready", 120)
        key = made.key("read", "write", "match", "admin")
        if args.minutes:
            return _mixed(made, replica, key, args.minutes * 60)
        worker.terminate()
        worker.wait()
        return _ratios(replica, key)


def _replica(made: Installation) -> Replica:
    """The service with the canned endpoint beside it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    log = (made.folder / "load.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), "--serve", str(port)],
        env={**made.environment, "OMP_NUM_THREADS": "1"},
        stdout=log,
        stderr=log,
        text=True,
        cwd=ROOT,
    )
    made.processes.append(process)
    return Replica(process, port)


def _serve(port: int) -> int:
    app = create_app()
    kept: dict[int, bytes] = {}

    @app.post(CANNED)
    def canned(_: ActorDep, uow: UowDep, film_id: str, size: int) -> Response:
        with uow() as tx:
            tx.films.get(film_id)
        body = kept.setdefault(size, json.dumps("x" * max(size - 2, 0)).encode())
        return Response(body, media_type="application/json")

    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)
    return 0


def _ratios(replica: Replica, key: str) -> int:
    def stored() -> Request:
        return _match({"film_id": random.choice(FILMS)})

    def new() -> Request:
        return _match({"film_id": random.choice(FILMS), "exclude": [f"nobody-{random.random()}"]})

    def canned(size: int) -> Callable[[], Request]:
        return lambda: Request("POST", f"{CANNED}?film_id={random.choice(FILMS)}&size={size}")

    def run(make: Callable[[], Request], clients: int, seconds: float) -> Measured:
        return asyncio.run(_load(replica.port, key, make, clients, seconds))

    run(stored, CLIENTS, 2.0)
    size = run(stored, 1, 1.0).size
    run(canned(size), CLIENTS, 1.0)
    rounds = [(run(stored, CLIENTS, SECONDS), run(canned(size), CLIENTS, SECONDS)) for _ in range(ROUNDS)]
    first = run(new, CLIENTS, SECONDS)
    one = statistics.median(run(new, 1, 3.0).latencies)
    # The first one loads the encoder.
    run(lambda: _match({"film": DESCRIBED}), 1, 0.1)
    described = statistics.median(run(lambda: _match({"film": DESCRIBED}), 1, 3.0).latencies)
    encoding = _encoding_s()
    if any(part.statuses.keys() != {200} for part in (first, *sum(rounds, ()))):
        raise SystemExit("not every answer was good")
    rate = statistics.median(match.rate / plain.rate for match, plain in rounds)
    tail = statistics.median(match.share(0.99) / match.share(0.5) for match, _ in rounds)
    for match, plain in rounds:
        print(
            f"stored {match.rate:7.1f}/s  p50 {1e3 * match.share(0.5):6.1f} ms  p99 {1e3 * match.share(0.99):6.1f} ms"
            f"   canned {plain.rate:7.1f}/s   {size} bytes"
        )
    print(f"never asked before: {first.rate:.1f}/s, p50 {1e3 * first.share(0.5):.1f} ms")
    alone = {"new": one, "described": described, "encoding": encoding}
    print("one client, ms:", {name: round(1e3 * seconds, 1) for name, seconds in alone.items()})
    print(f"mean of each stage in all of it, ms: {_stages(replica)}")
    kept = [
        _told("requests a second: matches for a stored film / canned body", rate, 0.5, at_least=True),
        _told("p99 / p50 of matches for a stored film", tail, 5.0),
        _told("described film / (encoding + 3 stored)", described / (encoding + 3 * one), 1.0),
    ]
    return int(not all(kept))


def _mixed(made: Installation, replica: Replica, key: str, seconds: float) -> int:
    """Reads, matches and writes for so long, with a retraining and a switch of bundles in the middle."""
    numbers = iter(range(10**9))

    def any_request() -> Request:
        film = random.choice(FILMS)
        return random.choices(
            [
                _match({"film_id": film}),
                _match({"film": DESCRIBED}),
                Request("GET", f"/api/v1/films/{film}"),
                Request("GET", "/api/v1/films?limit=20&query=the"),
                Request(
                    "POST",
                    "/api/v1/companies",
                    json.dumps({"name": f"Load {next(numbers)}", "kinds": ["distributor"]}).encode(),
                ),
            ],
            [50, 5, 25, 15, 5],
        )[0]

    process = psutil.Process(replica.process.pid)

    async def both() -> Measured:
        load = asyncio.create_task(_load(replica.port, key, any_request, 8, seconds))
        await asyncio.sleep(seconds * 0.2)
        before.append(process.memory_info().rss)
        await asyncio.sleep(seconds * 0.2)
        print(await asyncio.to_thread(made.run, "retrain", "--wait"), flush=True)
        return await load

    before: list[int] = []
    measured = asyncio.run(both())
    growth = process.memory_info().rss / before[0]
    failed = {status: count for status, count in measured.statuses.items() if not 200 <= status < 300}
    answered = sum(measured.statuses.values())
    print(f"{answered} requests in {seconds / 60:.1f} min, statuses {measured.statuses}")
    kept = [
        _told("failed requests", float(sum(failed.values())), 0.0),
        _told("memory at the end / after a fifth", growth, MEMORY_GROWTH),
    ]
    return int(not all(kept))


async def _load(port: int, key: str, make: Callable[[], Request], clients: int, seconds: float) -> Measured:
    statuses: dict[int, int] = {}
    latencies: list[float] = []
    sizes: list[int] = []
    start = time.perf_counter()

    async def client() -> None:
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

    await asyncio.gather(*(client() for _ in range(clients)))
    took = time.perf_counter() - start
    return Measured(statuses, sorted(latencies), took, round(statistics.median(sizes)))


def _match(film: dict[str, Any]) -> Request:
    body = {**film, "territories": [TERRITORY], "k": 10}
    return Request("POST", "/api/v1/matches", json.dumps(body).encode())


def _stages(replica: Replica) -> dict[str, float]:
    """From the service's own figures."""
    text = httpx2.get(f"{replica.url}/metrics").text
    found = {
        kind: dict(
            re.findall(rf'^reelmatch_stage_seconds_{kind}{{stage="(\w+)"}} (\S+)$', text, re.MULTILINE)
        )
        for kind in ("sum", "count")
    }
    return {
        stage: round(1e3 * float(found["sum"][stage]) / float(count), 1)
        for stage, count in found["count"].items()
    }


def _encoding_s() -> float:
    """One synopsis, alone on a machine that does nothing else."""
    from recommender.space import SentenceTransformerEncoder

    os.environ["OMP_NUM_THREADS"] = "1"
    encoder = SentenceTransformerEncoder()
    took = []
    for _ in range(10):
        began = time.perf_counter()
        encoder.encode([str(DESCRIBED["synopsis"])])
        took.append(time.perf_counter() - began)
    return statistics.median(took)


def _told(what: str, value: float, limit: float, *, at_least: bool = False) -> bool:
    kept = value >= limit if at_least else value <= limit
    print(
        f"{what:66} {value:6.2f}  {'>=' if at_least else '<='} {limit:4.2f}  {'kept' if kept else 'MISSED'}"
    )
    return kept


if __name__ == "__main__":
    sys.exit(main())
