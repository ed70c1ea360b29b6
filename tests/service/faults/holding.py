"""PostgreSQL holds somebody up at a lock that the test took, so that it can be killed at a known step."""

from __future__ import annotations

import subprocess
from time import sleep

import psycopg

__all__ = ["kill_behind", "wait_until_alone"]


def kill_behind(holder: psycopg.Connection, process: subprocess.Popen[bytes], url: str) -> None:
    """Kill a process once it waits for what `holder` has locked, then let go, and wait until its work is undone."""
    waiting = "SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
    with psycopg.connect(url, autocommit=True) as watcher:
        while watcher.execute(waiting, [holder.info.backend_pid]).fetchone() is None:
            assert process.poll() is None, "it ended before it came to the lock"
            sleep(0.02)
    process.kill()
    process.wait()
    holder.rollback()
    wait_until_alone(url)


def wait_until_alone(url: str) -> None:
    """Until nobody else works in this database: the server has seen that a killed process is gone."""
    working = (
        "SELECT FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    )
    with psycopg.connect(url, autocommit=True) as watcher:
        while watcher.execute(working).fetchone() is not None:
            sleep(0.02)
