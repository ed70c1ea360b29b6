"""Two transactions that run at the same time."""

from __future__ import annotations

from concurrent.futures import Future
from time import sleep
from typing import Any

import psycopg

__all__ = ["wait_until_blocked"]


def wait_until_blocked(url: str, second: Future[Any]) -> None:
    """Until the second transaction waits for the first, or is done without waiting."""
    with psycopg.connect(url, autocommit=True) as connection:
        while not second.done():
            blocked = connection.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database()"
                " AND cardinality(pg_blocking_pids(pid)) > 0"
            )
            if blocked.fetchone() is not None:
                return
            sleep(0.005)
