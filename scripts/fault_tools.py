"""What the faults of scripts/faults.py look at and kill."""

from __future__ import annotations

import signal
import subprocess
from typing import Any, Final

import httpx2

from scripts.running_service import Replica

__all__ = ["KILLS", "TAKEN_OVER_S", "TRAINED_S", "every", "get", "jobs", "kill", "require"]

KILLS: Final = 3
TAKEN_OVER_S: Final = 300.0
TRAINED_S: Final = 1200.0


def kill(process: subprocess.Popen[str]) -> None:
    """With SIGKILL, and wait for its end."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def jobs(replica: Replica, headers: dict[str, str], kind: str, state: str) -> list[dict[str, Any]]:
    """Those of a kind in a state."""
    return list(get(replica, f"/jobs?kind={kind}&state={state}", headers)["items"])


def every(replica: Replica, path: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """A list, page after page."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = get(replica, f"{path}?limit=100{f'&cursor={cursor}' if cursor else ''}", headers)
        found += page["items"]
        cursor = page["next_cursor"] or ""
        if not cursor:
            return found


def get(replica: Replica, path: str, headers: dict[str, str]) -> Any:
    """Read anything; path: after /api/v1."""
    answer = httpx2.get(f"{replica.url}/api/v1{path}", headers=headers, timeout=20)
    answer.raise_for_status()
    return answer.json()


def require(holds: bool, otherwise: str) -> None:
    """Raises AssertionError."""
    if not holds:
        raise AssertionError(otherwise)
