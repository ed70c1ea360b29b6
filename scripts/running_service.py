"""A whole service in a folder of its own, for the load test and the faults: PostgreSQL, replicas, workers.

Nothing of an installation is touched: the database is an embedded one in a temporary folder.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx2

from service.store.embedded import EmbeddedServer, start_embedded

__all__ = ["Installation", "Replica", "installation", "wait_until"]

ROOT: Final = Path(__file__).resolve().parents[1]
COMMAND: Final = "import sys; from service.cli import main; sys.exit(main(sys.argv[1:]))"
START_S: Final = 240.0


@dataclass(slots=True)
class Replica:
    """One process of `reelmatch serve`."""

    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Whether it says so itself."""
        try:
            return httpx2.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False


@dataclass(slots=True)
class Installation:
    """A folder with a database, and the processes that were started on it."""

    folder: Path
    server: EmbeddedServer
    extra: dict[str, str]
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Of every process: this database, this folder, limits that a load test does not reach."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith("REELMATCH_")}
        return {
            **kept,
            "PYTHONPATH": str(ROOT),
            "DATABASE_URL": self.server.url,
            "REELMATCH_DATA_DIR": str(self.folder),
            "REELMATCH_CACHE": os.environ.get("REELMATCH_CACHE", str(self.folder / "cache")),
            "REELMATCH_RATE_PER_MINUTE": "100000000",
            "REELMATCH_RATE_ANONYMOUS_PER_MINUTE": "100000000",
            "REELMATCH_WORKER_IN_SERVE": "false",
            "REELMATCH_LOG_LEVEL": "warning",
            "REELMATCH_RETRAIN_CRON": "",
            **self.extra,
        }

    def run(self, *arguments: str, given: str = "") -> str:
        """Run a command to its end; its output."""
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *arguments],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"reelmatch {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        """Start a command that goes on; its logs go to a file in the folder."""
        log = (self.folder / f"{arguments[0]}-{len(self.processes)}.log").open("w", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            env={**self.environment, **more},
            stdout=log,
            stderr=log,
            text=True,
        )
        self.processes.append(process)
        return process

    def serve(self, *, ready: bool = True, **more: str) -> Replica:
        """Start a replica on a free port, and wait until it answers; more: of its environment."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = int(free.getsockname()[1])
        replica = Replica(self.start("serve", REELMATCH_PORT=str(port), **more), port)
        wait_until(lambda: _lives(replica), "the service answers", START_S)
        if ready:
            wait_until(replica.is_ready, "the service is ready", START_S)
        return replica

    def key(self, *scopes: str, company: str | None = None) -> str:
        """An API key; without a company an administrator's."""
        owner = ["--administrator"] if company is None else ["--company", company]
        asked = [part for scope in scopes for part in ("--scope", scope)]
        return self.run("create-key", "--name", "script", *owner, *asked)

    def stop(self) -> None:
        """End every process, and wait for it."""
        for process in self.processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.processes:
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def installation(*, market: Path | None = ROOT / "data" / "sample", **extra: str) -> Iterator[Installation]:
    """A migrated installation with a market in it, in a temporary folder; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="reelmatch-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        server = start_embedded(folder / "postgres")
        made = Installation(folder, server, extra)
        try:
            made.run("migrate")
            if market is not None:
                made.run("import", str(market))
            yield made
        finally:
            made.stop()
            server.stop()


def wait_until(condition: Callable[[], Any], what: str, limit_s: float, pause_s: float = 0.2) -> Any:
    """The first true value of `condition`; raises TimeoutError that says what did not happen."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(pause_s)
    raise TimeoutError(f"{what}: not within {limit_s:.0f} s")


def tell(name: str, **figures: Any) -> None:
    """One line of JSON about what happened."""
    print(json.dumps({"what": name, **figures}, default=str), flush=True)


def _lives(replica: Replica) -> bool:
    if replica.process.poll() is not None:
        raise RuntimeError(f"serve ended with status {replica.process.returncode}; see its log")
    try:
        return httpx2.get(f"{replica.url}/health/live", timeout=5).status_code == 200
    except httpx2.HTTPError:
        return False
