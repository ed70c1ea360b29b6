"""Break a running service in every way we know: nothing acknowledged may be lost, nothing half-done may show.

    python scripts/faults.py                 all of them, some minutes
    python scripts/faults.py database disk   only these

Each makes an installation of its own in a temporary folder. `quick` are the tests in tests/service/faults.
"""

from __future__ import annotations

import argparse
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx2

from scripts.fault_tools import KILLS, TRAINED_S, every, get, jobs, kill, require
from scripts.faults_of_jobs import JOBS
from scripts.running_service import COMMAND, ROOT, Installation, Replica, installation, tell, wait_until
from service.store.embedded import start_embedded

TOO_SMALL = 200_000


class Writers:
    """Programs that go on writing, and remember what was acknowledged."""

    def __init__(self, replica: Callable[[], Replica], key: str) -> None:
        self._replica = replica
        self._headers = {"Authorization": f"Bearer {key}"}
        self._done = Event()
        self.acknowledged: set[str] = set()
        self.statuses: dict[int, int] = {}
        self.without_retry_after = 0
        self._threads = [Thread(target=self._write, args=(number,)) for number in range(4)]

    def _write(self, number: int) -> None:
        while not self._done.is_set():
            number += 10
            body = {"name": f"Written {number}", "kinds": ["distributor"]}
            try:
                url = f"{self._replica().url}/api/v1/companies"
                answer = httpx2.post(url, json=body, headers=self._headers, timeout=20)
            except httpx2.HTTPError:
                self.statuses[0] = self.statuses.get(0, 0) + 1
                time.sleep(0.05)
                continue
            self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
            if answer.status_code == 201:
                self.acknowledged.add(answer.json()["company_id"])
            else:
                self.without_retry_after += "Retry-After" not in answer.headers

    @contextmanager
    def writing(self) -> Iterator[None]:
        """While inside."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._done.set()
            for thread in self._threads:
                thread.join()

    def more(self, count: int = 20) -> None:
        """Wait for so many more acknowledged writes."""
        goal = len(self.acknowledged) + count
        wait_until(lambda: len(self.acknowledged) >= goal, f"writes succeed, of {self.statuses}", 90)

    def require_kept(self, replica: Replica) -> None:
        """Every acknowledged write is there."""
        kept = {item["company_id"] for item in every(replica, "/companies", self._headers)}
        require(self.acknowledged <= kept, f"{len(self.acknowledged - kept)} acknowledged writes are lost")


def database() -> None:
    """PostgreSQL stops and starts under load: 503 with Retry-After, then recovery without restart."""
    with installation() as made:
        replica, key = made.serve(ready=False), made.key("read", "write", "admin")
        writers = Writers(lambda: replica, key)
        with writers.writing():
            for _ in range(KILLS):
                writers.more()
                made.server.stop()
                seen = writers.statuses.get(503, 0)
                wait_until(lambda seen=seen: writers.statuses.get(503, 0) > seen + 10, "503 is answered", 60)  # type: ignore[misc]
                made.server = start_embedded(made.folder / "postgres")
            writers.more()
        require(set(writers.statuses) == {201, 503}, f"other answers than 201 and 503: {writers.statuses}")
        require(writers.without_retry_after == 0, "503 without Retry-After")
        writers.require_kept(replica)
        tell("database", acknowledged=len(writers.acknowledged), statuses=writers.statuses)


def service() -> None:
    """The service is killed while it writes: what it acknowledged is there, and the next one starts."""
    with installation() as made:
        serving = [made.serve(ready=False)]
        writers = Writers(lambda: serving[-1], made.key("read", "write", "admin"))
        with writers.writing():
            for _ in range(KILLS):
                writers.more()
                serving[-1].process.send_signal(signal.SIGKILL)
                serving[-1].process.wait()
                serving.append(made.serve(ready=False))
            writers.more()
        writers.require_kept(serving[-1])
        tell("service", kills=KILLS, acknowledged=len(writers.acknowledged), statuses=writers.statuses)


def disk() -> None:
    """The disk is full while a bundle is written: the job fails and says so, the next one succeeds."""
    with installation() as made:
        replica, key = made.serve(ready=False), made.key("read", "admin")
        headers = {"Authorization": f"Bearer {key}"}
        made.run("retrain")
        worker = _worker_without_room(made)
        failed = wait_until(
            lambda: jobs(replica, headers, "train", "failed"), "the training fails", TRAINED_S
        )
        kill(worker)
        require("make room" in failed[0]["message"], f"the job says {failed[0]['message']!r}")
        left = [path for path in (made.folder / "bundles").rglob("*") if path.is_file()]
        require(not left, f"half a bundle is left: {left}")
        made.start("worker")
        made.run("retrain", "--wait")
        wait_until(replica.is_ready, "the bundle is in force", 60)
        tell("disk", message=failed[0]["message"])


def promotion() -> None:
    """Many promote at once: each is told whether it won, and what is in force is one of them."""
    with installation() as made:
        replica, key = made.serve(ready=False), made.key("read", "admin")
        headers = {"Authorization": f"Bearer {key}"}
        made.start("worker")
        made.run("retrain", "--wait")
        wait_until(replica.is_ready, "a bundle is in force", 120)
        before = get(replica, "/bundles/current", headers)
        attempts = [made.start("promote", before["version"]) for _ in range(6)]
        won = sum(attempt.wait(120) == 0 for attempt in attempts)
        now = get(replica, "/bundles/current", headers)
        require(won >= 1, "nobody won")
        require(
            now["counter"] == before["counter"] + won,
            f"{won} were told that they won, the counter says {now['counter']}",
        )
        tell("promotion", attempts=len(attempts), won=won)


def quick() -> None:
    """Those that are tests: PostgreSQL away, migrations and promotions killed, a full disk, wrong clocks."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/service/faults"], cwd=ROOT, check=False
    )
    require(done.returncode == 0, "the tests fail")


FAULTS: Final = {fault.__name__: fault for fault in (quick, database, service, *JOBS, disk, promotion)}


def main(argv: Sequence[str] | None = None) -> int:
    """Make the faults happen, one after the other; 1 where something was lost or half-done."""
    parser = argparse.ArgumentParser(description="Break a service, and check what is left.")
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"of {', '.join(FAULTS)} (default: all)")
    names = parser.parse_args(argv).faults or list(FAULTS)
    if unknown := set(names) - set(FAULTS):
        parser.error(f"no fault {', '.join(sorted(unknown))}; there are {', '.join(FAULTS)}")
    failed = []
    for name in names:
        print(f"{name}: {(FAULTS[name].__doc__ or '').strip()}", flush=True)
        try:
            FAULTS[name]()
        except (AssertionError, TimeoutError, RuntimeError) as error:
            failed.append(name)
            tell(name, failed=str(error))
    print(f"{len(names) - len(failed)} of {len(names)} held{f', not: {failed}' if failed else ''}")
    return int(bool(failed))


def _worker_without_room(made: Installation) -> subprocess.Popen[str]:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (TOO_SMALL, TOO_SMALL))

    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "worker"],
        env=made.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=no_room,
    )
    made.processes.append(process)
    return process


if __name__ == "__main__":
    sys.exit(main())
