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
from pathlib import Path
from typing import Final

import httpx2
import uvicorn
from fastapi import Response

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scripts.load_mixed import mixed
from scripts.loading import DESCRIBED, FILMS, Measured, Request, load, match, told
from scripts.running_service import ROOT, Installation, Replica, installation, wait_until
from service.api.deps import ActorDep, UowDep
from service.app import create_app

CLIENTS: Final = 32
SECONDS: Final = 8.0
ROUNDS: Final = 3
CANNED: Final = "/api/v1/canned"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and fail where a limit is missed."""
    parser = argparse.ArgumentParser(description="Load the service and print ratios.")
    parser.add_argument("--minutes", type=float, help="mixed traffic for so long, instead of the ratios")
    parser.add_argument("--serve", metavar="PORT", type=int, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.serve:
        return _serve(args.serve)
    with installation() as made:
        if args.minutes:
            return mixed(made, args.minutes * 60)
        replica = _replica(made)
        worker = made.start("worker")
        made.run("retrain", "--wait")
        wait_until(replica.is_ready, "the service is ready", 120)
        key = made.key("read", "write", "match", "admin")
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
        return match({"film_id": random.choice(FILMS)})

    def new() -> Request:
        return match({"film_id": random.choice(FILMS), "exclude": [f"nobody-{random.random()}"]})

    def canned(size: int) -> Callable[[], Request]:
        return lambda: Request("POST", f"{CANNED}?film_id={random.choice(FILMS)}&size={size}")

    def run(make: Callable[[], Request], clients: int, seconds: float) -> Measured:
        return asyncio.run(load([replica], key, make, clients, seconds))

    run(stored, CLIENTS, 2.0)
    size = run(stored, 1, 1.0).size
    run(canned(size), CLIENTS, 1.0)
    rounds = [[run(make, CLIENTS, SECONDS) for make in (stored, canned(size), new)] for _ in range(ROUNDS)]
    one = statistics.median(run(new, 1, 3.0).latencies)
    # The first one loads the encoder.
    run(lambda: match({"film": DESCRIBED}), 1, 0.1)
    described = statistics.median(run(lambda: match({"film": DESCRIBED}), 1, 3.0).latencies)
    encoding = _encoding_s()
    if any(part.statuses.keys() != {200} for measured in rounds for part in measured):
        raise SystemExit("not every answer was good")
    rate = statistics.median(again.rate / plain.rate for again, plain, _ in rounds)
    first_rate = statistics.median(first.rate / plain.rate for _, plain, first in rounds)
    tail = statistics.median(again.share(0.99) / again.share(0.5) for again, _, _ in rounds)
    for again, plain, first in rounds:
        print(
            f"stored {again.rate:7.1f}/s  p50 {1e3 * again.share(0.5):6.1f} ms  p99 {1e3 * again.share(0.99):6.1f} ms"
            f"   never asked {first.rate:7.1f}/s   canned {plain.rate:7.1f}/s   {size} bytes"
        )
    alone = {"new": one, "described": described, "encoding": encoding}
    print("one client, ms:", {name: round(1e3 * seconds, 1) for name, seconds in alone.items()})
    print(f"mean of each stage in all of it, ms: {_stages(replica)}")
    print(f"{'the same of questions that were never asked before, no limit':66} {first_rate:6.2f}")
    kept = [
        told("requests a second: matches for a stored film / canned body", rate, 0.5, at_least=True),
        told("p99 / p50 of matches for a stored film", tail, 5.0),
        told("described film / (encoding + 3 stored)", described / (encoding + 3 * one), 1.0),
    ]
    return int(not all(kept))


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


if __name__ == "__main__":
    sys.exit(main())
