"""Bring a database up to date: all revisions in one transaction (an empty one in two), one process at a time.

Whatever interrupts it, the database stays as it was; an empty one may have got the first tables of the job queue,
with which the next run goes on. A second process waits for the first and finds nothing left to do.
"""

from __future__ import annotations

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from recommender.errors import quoted
from service.errors import Misconfigured, Unavailable
from service.phrases import phrase
from service.store.engine import sqlalchemy_url

__all__ = ["current", "head", "require_current", "upgrade"]

LOCK: Final = 0x7265656C6D617463
"""Of the advisory lock that one migration holds: "reelmatc" in ASCII."""

STEPS: Final = ("0000", "head")
"""Each in a transaction of its own; the first is for PostgreSQL before 17, as its revision says."""


def upgrade(url: str) -> str:
    """Bring the database at `url` to the head revision, which is returned.

    Raises Misconfigured when a newer version of the service has migrated it, Unavailable when it cannot be
    reached.
    """
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    try:
        for step in STEPS:
            with engine.begin() as connection:
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                _require_known(current(connection))
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, step)
    except OperationalError as error:
        raise Unavailable(phrase("the database cannot be migrated: {error}", error=error.orig)) from error
    finally:
        engine.dispose()
    return head()


def current(connection: Connection) -> str | None:
    """The database's revision; None where it was never migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str:
    """The newest revision this version of the service knows."""
    newest = _scripts().get_current_head()
    assert newest is not None
    return newest


def require_current(connection: Connection) -> None:
    """Raise Misconfigured unless the database is at the head revision."""
    found = current(connection)
    _require_known(found)
    if found != head():
        state = "was never migrated" if found is None else f"is at revision {found}"
        raise Misconfigured(f"the database {state}, not at {head()}", "Run `reelmatch migrate`")


def _require_known(found: str | None) -> None:
    if found is None:
        return
    try:
        _scripts().get_revision(found)
    except CommandError:
        raise Misconfigured(
            f"the database is at the unknown revision {quoted(found)}",
            "A newer version of Reelmatch has migrated it: run that version, or restore a backup made before",
        ) from None


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "service.store:migrations")
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
