from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import sleep

import psycopg
import pytest
from sqlalchemy import create_engine

from service.errors import Misconfigured, Unavailable
from service.store import migrate
from service.store.engine import sqlalchemy_url
from service.store.migrations.statements import queue_files

FIRST = {"alembic_version", "procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers"}
"""What the first step makes of an empty database."""

UPGRADE = "import sys; from service.store.migrate import upgrade; print(upgrade(sys.argv[1]))"


def _start_upgrade(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", UPGRADE, url], stdout=subprocess.PIPE, text=True)


def _tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        return {
            row[0]
            for row in connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
            )
        }


def _require_current(url: str) -> None:
    engine = create_engine(sqlalchemy_url(url))
    try:
        with engine.connect() as connection:
            migrate.require_current(connection)
    finally:
        engine.dispose()


def test_from_nothing_to_the_newest_revision_and_once_more(make_database: Callable[..., str]) -> None:
    url = make_database()
    assert migrate.upgrade(url) == migrate.head()
    before = _tables(url)
    assert {"films", "rights_grants", "current_feedback", "procrastinate_jobs", "alembic_version"} <= before
    assert migrate.upgrade(url) == migrate.head()
    assert _tables(url) == before
    _require_current(url)


def test_an_older_server_is_migrated_as_well(tmp_path: Path) -> None:
    """16 is the oldest that can be started here; 14 to 16 alike refuse values of enumerations that are new."""
    program = (
        "import sys, psycopg\nfrom pathlib import Path\nfrom service.store import embedded, migrate\n"
        "server = embedded.start_embedded(Path(sys.argv[1]))\nprint(migrate.upgrade(server.url))\n"
        "with psycopg.connect(server.url) as connection:\n    print(connection.info.server_version // 10000)\n"
        "server.stop()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "postgres")],
        env={**os.environ, "PGSERVER_POSTGRES_VERSION": "16"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == [migrate.head(), "16"], done.stderr


def test_a_migration_that_fails_at_its_end_leaves_what_it_had_finished(
    make_database: Callable[..., str],
) -> None:
    url = make_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE procrastinate_workers (mine text)")
    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate.upgrade(url)
    assert _tables(url) == {"procrastinate_workers", *FIRST}


def test_a_migration_killed_half_way_leaves_what_it_had_finished_and_can_be_repeated(
    make_database: Callable[..., str],
) -> None:
    url = make_database()
    with psycopg.connect(url) as blocker:
        blocker.execute("CREATE TABLE procrastinate_workers (mine text)")
        killed = _start_upgrade(url)
        with psycopg.connect(url, autocommit=True) as watcher:
            waiting = "SELECT FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
            while watcher.execute(waiting, [blocker.info.backend_pid]).fetchone() is None:
                assert killed.poll() is None, "the migration should wait for the blocked name"
                sleep(0.01)
        killed.kill()
        killed.communicate()
        blocker.rollback()
    assert _tables(url) == FIRST
    migrate.upgrade(url)
    _require_current(url)


def test_several_processes_may_migrate_at_once(make_database: Callable[..., str]) -> None:
    url = make_database()
    processes = [_start_upgrade(url) for _ in range(3)]
    answers = [process.communicate()[0].strip() for process in processes]
    assert answers == [migrate.head()] * 3
    _require_current(url)


def test_a_database_of_a_newer_version_is_left_alone(
    make_database: Callable[..., str], migrated_url: str
) -> None:
    url = make_database(template=migrated_url)
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    for refuse in (migrate.upgrade, _require_current):
        with pytest.raises(Misconfigured, match=r"unknown revision '9999'.*A newer version of Reelmatch"):
            refuse(url)


def test_a_database_that_was_never_migrated_is_told_apart(make_database: Callable[..., str]) -> None:
    with pytest.raises(Misconfigured, match=r"was never migrated, not at .* Run `reelmatch migrate`"):
        _require_current(make_database())


def test_a_server_that_is_away_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="cannot be migrated"):
        migrate.upgrade("postgresql://nobody@127.0.0.1:1/nothing")


def test_every_migration_of_the_installed_job_queue_is_part_of_ours() -> None:
    """When this fails after an update, add a revision with run_queue_files(after=..., until=...)."""
    assert [file.name for file in queue_files()][-1] == "03.04.00_50_post_add_retry_failed_job_procedure.sql"
