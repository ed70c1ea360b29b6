"""A migration is killed in the middle: the database must be as it was, and the next one must succeed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import create_engine

from service.settings import Settings
from service.store import migrate
from service.store.engine import sqlalchemy_url
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make
from tests.service.every_table import fill_every_table
from tests.service.faults.holding import kill_behind
from tests.service.world import populate

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


UPGRADE = "import sys; from service.store.migrate import upgrade; upgrade(sys.argv[1])"
BEFORE = ("0001", "0002", "0003")
READING = "LOCK TABLE memberships IN ACCESS SHARE MODE"
"""As any reader does: it holds up a migration that has changed other tables already."""

Rows = dict[str, list[dict[str, Any]]]


def _upgrade_to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    engine = create_engine(sqlalchemy_url(url))
    for step in (*migrate.STEPS[:-1], revision):
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, step)
    engine.dispose()


def _rows(url: str) -> Rows:
    """Everything that is stored, by table."""
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        return {
            name: [
                row[0]
                for row in connection.execute(
                    sql.SQL("SELECT to_jsonb(t) FROM {} t ORDER BY to_jsonb(t)::text").format(
                        sql.Identifier(name)
                    )
                )
            ]
            for (name,) in tables
        }


def _fill(url: str, rows: Rows) -> None:
    """Store rows of a newer revision as an older one has them: without tables and columns that it lacks."""
    columns = (
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'"
    )
    with psycopg.connect(url) as connection:
        # In any order, and without the triggers, which have seen these rows before.
        connection.execute("SET LOCAL session_replication_role = replica")
        for name in _rows(url).keys() & rows.keys() - {"alembic_version"}:
            table = sql.Identifier(name)
            known = sql.SQL(", ").join(
                sql.Identifier(row[0]) for row in connection.execute(columns, [name]).fetchall()
            )
            connection.execute(sql.SQL("DELETE FROM {}").format(table))
            statement = sql.SQL(
                "INSERT INTO {table} ({known}) OVERRIDING SYSTEM VALUE"
                " SELECT {known} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
            )
            connection.execute(statement.format(table=table, known=known), [json.dumps(rows[name])])


def _as_before(after: Rows, before: Rows) -> Rows:
    """Without what a revision added."""
    kept: Rows = {}
    for name, rows in before.items():
        columns = rows[0].keys() if rows else ()
        found = ({column: row[column] for column in columns} for row in after[name])
        kept[name] = sorted(found, key=lambda row: json.dumps(row, sort_keys=True))
    return kept


def test_a_killed_migration_of_a_filled_database_leaves_everything_as_it_was(
    make_database: Callable[..., str], uow: UnitOfWorkFactory, settings: Settings, database_url: str
) -> None:
    populate(uow)
    with uow() as tx:
        make.trade(tx)
        tx.rights.add(make.held("film", "agent"))
        tx.rights.add(make.sold("film", "agent", "buyer"))
        tx.commit()
    fill_every_table(uow, settings)
    filled = _rows(database_url)
    for revision in BEFORE:
        url = make_database()
        _upgrade_to(url, revision)
        _fill(url, filled)
        before = _rows(url)
        assert before["alembic_version"] == [{"version_num": revision}]
        assert sum(map(len, before.values())) > 50
        with psycopg.connect(url) as reader:
            reader.execute(READING)
            kill_behind(reader, subprocess.Popen([sys.executable, "-c", UPGRADE, url]), url)
        assert _rows(url) == before, revision
        assert migrate.upgrade(url) == migrate.head()
        before["alembic_version"] = [{"version_num": migrate.head()}]
        after = _rows(url)
        assert after.keys() >= filled.keys()
        assert _as_before(after, before) == _as_before(before, before), revision
        assert {row["version"] for row in after["memberships"]} == {1}
