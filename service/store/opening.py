"""A database that runs, and units of work on it, for a program that is not the web application."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from service.errors import Misconfigured
from service.settings import Settings
from service.store.embedded import start_embedded
from service.store.engine import make_engine
from service.store.migrate import require_current
from service.store.unit_of_work import UnitOfWorkFactory

__all__ = ["database_url", "open_store", "running_database"]


@contextmanager
def running_database(settings: Settings) -> Iterator[Settings]:
    """`settings` with the address of a running server: the one they name, or else the embedded one."""
    if settings.database_url is not None:
        yield settings
        return
    server = start_embedded(settings.data_dir / "postgres")
    try:
        yield settings.model_copy(update={"database_url": SecretStr(server.url)})
    finally:
        server.stop()


def database_url(settings: Settings) -> str:
    """The address of a running database; raises Misconfigured without one."""
    if settings.database_url is None:
        raise Misconfigured("no database is set", "Set DATABASE_URL")
    return settings.database_url.get_secret_value()


@contextmanager
def open_store(settings: Settings) -> Iterator[UnitOfWorkFactory]:
    """Units of work on the database of `settings`, until the block ends.

    Raises Misconfigured where no database is named or it is not migrated, Unavailable where it does not answer.
    """
    engine = make_engine(database_url(settings), settings)
    try:
        with engine.connect() as connection:
            require_current(connection)
        yield UnitOfWorkFactory(engine, settings.statement_timeout_s)
    finally:
        engine.dispose()
