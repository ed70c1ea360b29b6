"""Faults of what workers do: a worker, or a service with its own worker, is killed during an import, a training and a
promotion. A part of scripts/faults.py.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Callable
from typing import Any, Final

import psycopg

from scripts.fault_tools import KILLS, TAKEN_OVER_S, TRAINED_S, every, get, jobs, kill, require
from scripts.running_service import Installation, Replica, installation, tell, wait_until

__all__ = ["JOBS"]

FILMS: Final = 40_000

Start = Callable[[Installation], subprocess.Popen[str]]


def importing() -> None:
    """The worker is killed during an import: it is done once, by the next worker, with nothing half-done in between."""
    _importing("importing", _worker)


def importing_in_serve() -> None:
    """A service with its own worker is killed during an import: as `importing`."""
    _importing("importing_in_serve", _serving)


def training() -> None:
    """The worker is killed during a training and around a promotion: one bundle in the end, in force once."""
    _training("training", _worker)


def training_in_serve() -> None:
    """A service with its own worker is killed during a training and around a promotion: as `training`."""
    _training("training_in_serve", _serving)


def promoting() -> None:
    """Who puts a bundle in force is killed while PostgreSQL holds the last step: all of it in the end, or nothing."""
    with installation() as made:
        replica, headers = _reader(made)
        made.run("retrain")
        seen = []
        for start in (_worker, _serving):
            with psycopg.connect(made.server.url) as holder:
                holder.execute("LOCK TABLE promotions IN SHARE MODE")
                process = start(made)
                wait_until(lambda holder=holder: _waits_behind(holder), "a promotion waits", TRAINED_S)  # type: ignore[misc]
                kill(process)
                holder.rollback()
            # The worker of a killed service may end what it had begun.
            time.sleep(2.0)
            seen.append(_in_force(replica, headers))
            require(seen[-1] in ((0, 0, False), (1, 1, True)), f"half a promotion: {seen[-1]}")
        _end_of_training("promoting", made, replica, headers, seen=seen)


JOBS: Final = (importing, importing_in_serve, training, training_in_serve, promoting)


def _importing(name: str, start: Start) -> None:
    with installation(market=None) as made:
        replica, headers = _reader(made)
        file = made.folder / "films.csv"
        rows = (
            f"imported{number},Film {number},2025,A ferry and letter {number}." for number in range(FILMS)
        )
        file.write_text("film_id,title,year,synopsis\n" + "\n".join(rows), encoding="utf-8")
        waiting = made.start("import", str(file), "--kind", "films")
        seen: list[int] = []
        # The worker of a killed service ends by itself, and may end the import before that.
        while len(seen) < KILLS and not jobs(replica, headers, "import_file", "succeeded"):
            process = start(made)
            wait_until(
                lambda: any(
                    jobs(replica, headers, "import_file", state) for state in ("running", "succeeded")
                ),
                "the import runs",
                TAKEN_OVER_S,
            )
            time.sleep(random.uniform(0.5, 3.0))
            kill(process)
            seen.append(_count(replica, headers))
            require(seen[-1] in (0, FILMS), f"{seen[-1]} films of {FILMS} are visible")
        start(made)
        require(waiting.wait(TRAINED_S) == 0, "the import failed")
        require(_count(replica, headers) == FILMS, "films are missing")
        tell(name, kills=len(seen), films=FILMS, seen=seen)


def _training(name: str, start: Start) -> None:
    with installation() as made:
        replica, headers = _reader(made)
        made.run("retrain")
        for pause in (2.0, 6.0, 12.0):
            process = start(made)
            wait_until(lambda: jobs(replica, headers, "train", "running"), "the training runs", TAKEN_OVER_S)
            time.sleep(pause)
            kill(process)
        _end_of_training(name, made, replica, headers, kills=3)


def _end_of_training(
    name: str, made: Installation, replica: Replica, headers: dict[str, str], **figures: Any
) -> None:
    """Another worker ends it: one bundle, promoted once."""
    made.start("worker")
    wait_until(replica.is_ready, "the bundle is in force", TRAINED_S)
    bundles, promotions = (every(replica, path, headers) for path in ("/bundles", "/bundles/promotions"))
    require(len(bundles) == len(promotions) == 1, f"{len(bundles)} bundles, {len(promotions)} promotions")

    def ended() -> list[str]:
        states = [
            job["state"] for job in every(replica, "/jobs", headers) if job["kind"] in ("train", "promote")
        ]
        return states if {"queued", "running"}.isdisjoint(states) else []

    states = wait_until(ended, "the jobs end", TAKEN_OVER_S)
    told = [(job["kind"], job["state"], job["message"]) for job in every(replica, "/jobs", headers)]
    require(set(states) == {"succeeded"}, f"jobs ended as {told}")
    tell(name, jobs=states, **figures)


def _reader(made: Installation) -> tuple[Replica, dict[str, str]]:
    """A replica without a worker, which is not killed, and what to ask it with."""
    return made.serve(ready=False), {"Authorization": f"Bearer {made.key('read', 'admin')}"}


def _worker(made: Installation) -> subprocess.Popen[str]:
    return made.start("worker")


def _serving(made: Installation) -> subprocess.Popen[str]:
    return made.serve(ready=False, REELMATCH_WORKER_IN_SERVE="true").process


def _waits_behind(holder: psycopg.Connection) -> bool:
    with psycopg.connect(holder.info.dsn, password=holder.info.password, autocommit=True) as watcher:
        waiting = "SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
        return watcher.execute(waiting, [holder.info.backend_pid]).fetchone() is not None


def _in_force(replica: Replica, headers: dict[str, str]) -> tuple[int, int, bool]:
    """The counter, how many promotions are noted, and whether anything is in force."""
    current = get(replica, "/bundles/current", headers)
    noted = every(replica, "/bundles/promotions", headers)
    return current["counter"], len(noted), current["version"] is not None


def _count(replica: Replica, headers: dict[str, str]) -> int:
    """Films that are visible: none, one (of some), or all, if the last one is."""
    last = get(replica, f"/films?query=Film%20{FILMS - 1}", headers)["items"]
    return FILMS if last else len(get(replica, "/films?limit=1", headers)["items"])
