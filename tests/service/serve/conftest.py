"""`reelmatch serve` on a bare folder, once for all tests here, and how it must end."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue

import httpx2
import psutil
import pytest

PROGRAM = "import sys; from service.cli import main\nif __name__ == '__main__': sys.exit(main(['serve']))"
PASSWORD = "salt pans at low tide"


class Served:
    """The process, and what it tells the person who started it."""

    url: str
    people: list[str]

    def __init__(self, folder: Path) -> None:
        kept = {name: text for name, text in os.environ.items() if not name.startswith("REELMATCH_")}
        kept.pop("DATABASE_URL", None)
        environment = {
            **kept,
            "REELMATCH_DATA_DIR": str(folder),
            "REELMATCH_PORT": "0",
            "REELMATCH_SAMPLE_PEOPLE": "true",
        }
        self.log = folder.parent / "log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        self._lines: Queue[str] = Queue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def told(self, pattern: str) -> str:
        """What the pattern's group finds in the next line."""
        try:
            line = self._lines.get(timeout=120)
        except Empty:
            raise AssertionError(self.log.read_text()[-3000:]) from None
        found = re.search(pattern, line)
        assert found, line
        return found[1]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    @contextmanager
    def browser(self) -> Iterator[httpx2.Client]:
        """The first administrator, signed in."""
        with httpx2.Client(base_url=f"{self.url}/api/v1", timeout=60) as browser:
            signed_in = browser.post("/sessions", json={"email": "ann@example.org", "password": PASSWORD})
            assert signed_in.status_code == 201, signed_in.text
            browser.headers["X-CSRF-Token"] = signed_in.json()["csrf_token"]
            yield browser

    def key_of(self, kind: str, *scopes: str) -> str:
        """A key of a new company of this kind; "" is an administrator's."""
        with self.browser() as browser:
            company_id = None
            if kind:
                made = browser.post("/companies", json={"name": f"One {kind}", "kinds": [kind]})
                assert made.status_code == 201, made.text
                company_id = made.json()["company_id"]
                owner = {"email": "ann@example.org", "name": "Ann", "role": "owner"}
                invited = browser.post(f"/companies/{company_id}/invitations", json=owner)
                assert invited.status_code == 201, invited.text
                joined = browser.post("/invitations/join", json={"invitation": invited.json()["invitation"]})
                assert joined.status_code == 200, joined.text
            asked = {"name": "script", "company_id": company_id, "scopes": list(scopes)}
            key = browser.post("/api-keys", json=asked)
        assert key.status_code == 201, key.text
        text: str = key.json()["key"]
        return text


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The service, with its first administrator and a trained bundle."""
    served = Served(tmp_path_factory.mktemp("serve") / "data")
    try:
        served.url = served.told(r"listens on (http://127\.0\.0\.1:\d+)$")
        invitation = served.told(r"Become the administrator: http://127\.0\.0\.1:\d+/welcome#(\S+)$")
        served.people = [served.told(r"^(Sign in as .+)$") for _ in range(3)]
        accepted = {"invitation": invitation, "password": PASSWORD, "email": "ann@example.org", "name": "Ann"}
        answer = httpx2.post(f"{served.url}/api/v1/invitations/accept", json=accepted, timeout=60)
        assert answer.status_code == 200, answer.text
        _wait_until_ready(served)
        yield served
        _ends_in_order(served)
    finally:
        served.process.kill()
        served.process.wait()
        served.reader.join(10)
        assert served.process.stdout is not None
        served.process.stdout.close()


def _wait_until_ready(served: Served) -> None:
    end = time.monotonic() + 240
    while time.monotonic() < end:
        answer = httpx2.get(f"{served.url}/health/ready", timeout=60)
        if answer.status_code == 200:
            return
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
        time.sleep(0.5)
    raise AssertionError(served.log.read_text()[-3000:])


def _ends_in_order(served: Served) -> None:
    """Told to stop, it answers what it began and ends with status 0, and so do the worker and PostgreSQL."""
    children = psutil.Process(served.process.pid).children(recursive=True)
    assert children
    films = [f"f{number:03d}" for number in range(1, 61)]
    with httpx2.stream(
        "POST",
        f"{served.url}/api/v1/matches/stream",
        json={"film_ids": films, "territories": ["FR", "US"]},
        headers={"Authorization": f"Bearer {served.key_of('sales_agent', 'read', 'match')}"},
        timeout=60,
    ) as answer:
        lines = answer.iter_lines()
        first = next(lines)
        served.process.send_signal(signal.SIGTERM)
        told = [json.loads(line)["film_id"] for line in (first, *lines)]
    assert told == films
    assert served.process.wait(60) == 0, served.log.read_text()[-3000:]
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive
    assert "Traceback" not in served.log.read_text()
