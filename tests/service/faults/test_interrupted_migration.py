"""A migration is killed in the middle: the database must be as it was, and the next one must succeed."""

import signal
import subprocess
import sys
from collections.abc import Callable

import psycopg
import pytest

from service.store import migrate

DYING = """
import os, signal, sys
from sqlalchemy import Engine, event
from service.store import migrate

moment, left = sys.argv[2], int(sys.argv[3])

@event.listens_for(Engine, moment)
def die(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

migrate.upgrade(sys.argv[1])
"""


def _tables(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    ("moment", "left"), [("before_cursor_execute", 4), ("after_cursor_execute", 4), ("commit", 0)]
)
def test_a_killed_migration_leaves_nothing_and_the_next_one_succeeds(
    make_database: Callable[..., str], moment: str, left: int
) -> None:
    url = make_database()
    done = subprocess.run([sys.executable, "-c", DYING, url, moment, str(left)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert _tables(url) == 0
    assert migrate.upgrade(url) == migrate.head()
    assert _tables(url) > 20
