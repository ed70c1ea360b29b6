"""A real PostgreSQL for the tests: the server that DATABASE_URL names, or one started here.

Tests only ever touch databases they made themselves, named reelmatch_test_<random>. One is migrated for each
process (so pytest-xdist works) and emptied before each test, which takes a few milliseconds where a copy of a
template takes a quarter of a second.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr
from sqlalchemy import Engine

from service.settings import Settings
from service.store import migrate
from service.store.embedded import start_embedded
from service.store.engine import libpq_url, make_engine, sqlalchemy_url
from service.store.unit_of_work import UnitOfWorkFactory

PREFIX = "reelmatch_test_"
FASTER = ("fsync", "synchronous_commit", "full_page_writes")
KEPT = ("alembic_version", "revision", "current_bundle")


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of the server, to make others from; nothing is written into it."""
    configured = os.environ.get("DATABASE_URL")
    if configured:
        yield libpq_url(configured)
        return
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    server = start_embedded(shared / "postgres")
    with psycopg.connect(server.url, autocommit=True) as connection:
        for setting in FASTER:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def make_database(server_url: str) -> Iterator[Callable[..., str]]:
    """Makes an empty database, or a copy of another one of these.

    On a configured server all are dropped at the end; the one started here goes with everything that it holds.
    """
    made: list[str] = []

    def make(template: str = "") -> str:
        name = f"{PREFIX}{secrets.token_hex(6)}"
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            source = sqlalchemy_url(template).database or ""
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(source))
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(statement)
        made.append(name)
        return libpq_url(sqlalchemy_url(server_url).set(database=name).render_as_string(hide_password=False))

    yield make
    if not os.environ.get("DATABASE_URL"):
        return
    with psycopg.connect(server_url, autocommit=True) as connection:
        for name in made:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


@pytest.fixture(scope="session")
def migrated_url(make_database: Callable[..., str]) -> str:
    """The database of this process; use `database_url`, which empties it first."""
    url = make_database()
    migrate.upgrade(url)
    return url


@pytest.fixture
def database_url(migrated_url: str) -> str:
    """A migrated, empty database for this test."""
    with psycopg.connect(migrated_url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(_emptying(connection))
    return migrated_url


@pytest.fixture(scope="session")
def tastes_url(make_database: Callable[..., str]) -> str:
    """A database with the market of tests/tastes.py, to make copies of: nothing is written into it."""
    from tests.service.bundled import load_tastes

    url = make_database()
    migrate.upgrade(url)
    engine = make_engine(url, Settings())
    load_tastes(UnitOfWorkFactory(engine))
    engine.dispose()
    return url


@pytest.fixture
def tastes_copy(tastes_url: str, make_database: Callable[..., str]) -> str:
    """A database of its own with that market; let `database_url` be it where a test needs one."""
    return make_database(tastes_url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The defaults, on this test's database and folder."""
    return Settings(database_url=SecretStr(database_url), data_dir=tmp_path)


@pytest.fixture
def engine(database_url: str, settings: Settings) -> Iterator[Engine]:
    """The service's own engine on this test's database."""
    engine = make_engine(database_url, settings)
    yield engine
    engine.dispose()


@pytest.fixture
def uow(engine: Engine) -> UnitOfWorkFactory:
    """Units of work on this test's database."""
    return UnitOfWorkFactory(engine)


def _emptying(connection: psycopg.Connection) -> sql.Composed:
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND relname <> ALL (%s)",
        [list(KEPT)],
    )
    parts = [sql.SQL("DELETE FROM {}").format(sql.Identifier(row[0])) for row in found]
    return sql.SQL("; ").join(
        [
            # No triggers and no references while emptying.
            sql.SQL("SET session_replication_role = replica"),
            *parts,
            sql.SQL("UPDATE revision SET value = 0"),
            sql.SQL("UPDATE current_bundle SET bundle_pk = NULL, counter = 0, changed_at = NULL"),
        ]
    )
