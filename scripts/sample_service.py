"""The service on the invented sample market, running by itself until it is told to stop.

python scripts/sample_service.py start    # prints the address and three sign-ins
python scripts/sample_service.py stop
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import psutil

FOLDER = Path("reelmatch-demo")
"""Everything it keeps; delete it to begin anew."""

PORT = 8000
PROGRAM = "import sys; from service.cli import main\nif __name__ == '__main__': sys.exit(main(['serve']))"
PATIENCE_S = 600

SIGN_IN = re.compile(r"Sign in as a (?P<who>.+) \((?P<company>.+)\): (?P<email>\S+) with (?P<password>\S+)")
_ADDRESS = re.compile(r"listens on (http://\S+)")


@dataclass(frozen=True)
class Running:
    """Where it answers, and how its people sign in: who, company, email, password."""

    url: str
    people: tuple[dict[str, str], ...]


def start(folder: Path = FOLDER, port: int = PORT) -> Running:
    """Start it and wait until it answers; one that runs there is stopped first."""
    stop(folder)
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "told"
    environment = {name: text for name, text in os.environ.items() if not name.startswith("REELMATCH_")}
    environment.pop("DATABASE_URL", None)
    environment |= {
        "REELMATCH_DATA_DIR": str((folder / "data").resolve()),
        "REELMATCH_PORT": str(port if _is_free(port) else 0),
        "REELMATCH_SAMPLE_PEOPLE": "true",
    }
    with told.open("w") as out, (folder / "log").open("w") as log:
        # In a session of its own, so that it outlives this script and its terminal.
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=log,
            start_new_session=True,
        )
    (folder / "pid").write_text(str(process.pid))
    running = _answering(process, told)
    if running is None:
        stop(folder)
        log_text = (folder / "log").read_text()
        raise SystemExit(f"The service does not start. {folder / 'log'} says why.\n{log_text[-2000:]}")
    return running


def stop(folder: Path = FOLDER) -> bool:
    """Tell it to stop and wait for its end; False where none runs."""
    kept = folder / "pid"
    if not kept.exists():
        return False
    pid = int(kept.read_text())
    kept.unlink()
    try:
        process = psutil.Process(pid)
        if PROGRAM not in process.cmdline():
            return False
        process.terminate()
        process.wait(60)
    except psutil.NoSuchProcess:
        return False
    return True


def _answering(process: subprocess.Popen[bytes], told: Path) -> Running | None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        text = told.read_text()
        people = tuple(found.groupdict() for found in SIGN_IN.finditer(text))
        if (address := _ADDRESS.search(text)) and len(people) == 3 and _is_ready(address[1]):
            return Running(address[1], people)
        time.sleep(0.5)
    return None


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
            is_ready: bool = json.load(answer)["status"] == "ready"
            return is_ready
    except (urllib.error.URLError, TimeoutError):
        return False


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def main() -> int:
    """Start or stop it, as the first argument says."""
    if sys.argv[1:] == ["stop"]:
        print("Stopped." if stop() else "None is running here.")
        return 0
    if sys.argv[1:] != ["start"]:
        print(__doc__, file=sys.stderr)
        return 2
    print("\nStarting the pages: a database, the sample market, a first bundle. Half a minute...", flush=True)
    running = start()
    print(f"\nThe pages are at {running.url}\nThree people of the invented market can sign in:\n")
    for person in running.people:
        print(f"  {person['who']:12} {person['company']:22} {person['email']:26} {person['password']}")
    print(f"\nThey run until `make stop`; {FOLDER}/ holds what they keep.")
    if sys.stdout.isatty():
        webbrowser.open(running.url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
