"""Mixed traffic on two replicas, with a retraining and a switch of bundles inside, and how soon a new film is known."""

from __future__ import annotations

import asyncio
import json
import random
import time
from typing import Any, Final

import httpx2
import psutil

from scripts.loading import DESCRIBED, FILMS, Measured, Request, load, match, told
from scripts.running_service import Installation, Replica, wait_until

__all__ = ["mixed"]

CLIENTS: Final = 8
MEMORY_GROWTH: Final = 1.05
KNOWN_S: Final = 5.0
NEW_FILMS: Final = 5
SWITCHED_S: Final = 60.0


def mixed(made: Installation, seconds: float) -> int:
    """Reads, matches and writes for so long; 1 where a request failed, no bundle was switched, or a limit is missed."""
    made.start("worker")
    made.run("retrain", "--wait")
    replicas = [made.serve(), made.serve()]
    key = made.key("read", "write", "match", "admin")
    client = httpx2.Client(headers={"Authorization": f"Bearer {key}"}, timeout=60)
    # The first one loads the encoder, which is no growth.
    for replica in replicas:
        asyncio.run(load([replica], key, lambda: match({"film": DESCRIBED}), 1, 1.0))
    quiet = [_known_after(client, replicas) for _ in range(NEW_FILMS)]
    measured, grown, busy = asyncio.run(_traffic(made, client, replicas, key, seconds))
    failed = {status: count for status, count in measured.statuses.items() if not 200 <= status < 300}
    answered = sum(measured.statuses.values())
    print(f"{answered} requests in {seconds / 60:.1f} min, statuses {measured.statuses}")
    print("seconds until new films were known, at rest:", _rounded(quiet), "under load:", _rounded(busy))
    kept = [
        told("failed requests", float(sum(failed.values())), 0.0),
        told("memory at the end / after a fifth, the larger of two replicas", grown, MEMORY_GROWTH),
        told("seconds until a new film is known to both replicas, at rest", max(quiet), KNOWN_S),
        told("the same under this load", max(busy), KNOWN_S),
    ]
    return int(not all(kept))


async def _traffic(
    made: Installation, client: httpx2.Client, replicas: list[Replica], key: str, seconds: float
) -> tuple[Measured, float, list[float]]:
    """What was measured, the growth of memory, and how soon new films were known."""
    processes = [psutil.Process(replica.process.pid) for replica in replicas]
    running = asyncio.create_task(load(replicas, key, _any_request, CLIENTS, seconds))
    await asyncio.sleep(seconds * 0.2)
    before = [process.memory_info().rss for process in processes]
    busy = [await asyncio.to_thread(_known_after, client, replicas) for _ in range(NEW_FILMS)]
    await asyncio.sleep(seconds * 0.1)
    await asyncio.to_thread(_switch, made, client, replicas)
    measured = await running
    after = [process.memory_info().rss for process in processes]
    return measured, max(now / then for now, then in zip(after, before, strict=True)), busy


def _any_request() -> Request:
    film = random.choice(FILMS)
    name = {"name": f"Load {random.getrandbits(64):x}", "kinds": ["distributor"]}
    return random.choices(
        [
            match({"film_id": film}),
            match({"film": DESCRIBED}),
            Request("GET", f"/api/v1/films/{film}"),
            Request("GET", "/api/v1/films?limit=20&query=the"),
            Request("POST", "/api/v1/companies", json.dumps(name).encode()),
        ],
        [50, 5, 25, 15, 5],
    )[0]


def _switch(made: Installation, client: httpx2.Client, replicas: list[Replica]) -> None:
    """Retrain on what changed, and wait until every replica answers from the new bundle."""
    before = _in_force(client, replicas)
    synopsis = (
        "Two rival ferry pilots share one cabin for a winter, and one letter that neither of them wrote."
    )
    film = f"{replicas[0].url}/api/v1/films/{FILMS[0]}"
    client.patch(film, json={"synopsis": synopsis}, headers={"If-Match": "*"}).raise_for_status()
    print(made.run("retrain", "--wait"), flush=True)
    newest = _get(client, replicas[0], "/bundles?limit=1")["items"][0]
    if newest["state"] == "refused":
        # Worse on the latest deals, as may happen; the switch is what is tried here.
        print(made.run("promote", newest["version"]), flush=True)
    wait_until(lambda: _in_force(client, replicas) == {newest["version"]}, "the replicas switch", SWITCHED_S)
    if before == {newest["version"]}:
        raise SystemExit(f"no switch: {newest['version']} was in force before")
    print(f"switched from {before} to {newest['version']}", flush=True)


def _in_force(client: httpx2.Client, replicas: list[Replica]) -> set[str]:
    """The bundles that replicas answer from."""
    return {str(client.get(f"{replica.url}/health/ready").json()["bundle"]) for replica in replicas}


def _known_after(client: httpx2.Client, replicas: list[Replica]) -> float:
    """Seconds from the answer to a new film until both replicas find films like it in their index."""
    film = {
        "title": f"Film {random.getrandbits(32)}",
        "synopsis": f"A letter of {random.getrandbits(32)} words.",
    }
    written = client.post(f"{replicas[0].url}/api/v1/films", json=film)
    written.raise_for_status()
    began = time.perf_counter()
    path = f"/api/v1/films/{written.json()['film_id']}/comparables"
    for replica in replicas:
        url = replica.url + path
        wait_until(lambda url=url: client.get(url).status_code == 200, "the film is known", 60.0, 0.05)  # type: ignore[misc]
    return time.perf_counter() - began


def _rounded(seconds: list[float]) -> list[float]:
    return [round(one, 2) for one in seconds]


def _get(client: httpx2.Client, replica: Replica, path: str) -> Any:
    answer = client.get(f"{replica.url}/api/v1{path}")
    answer.raise_for_status()
    return answer.json()
