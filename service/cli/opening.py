"""What commands begin with: the settings, a running database that is up to date, units of work on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from service import logs
from service.settings import Settings, load_settings
from service.store.opening import open_store, running_database
from service.store.unit_of_work import UnitOfWorkFactory

__all__ = ["Opened", "opened"]


class Opened(NamedTuple):
    """The settings, with the address of the database, and units of work on it."""

    settings: Settings
    uow: UnitOfWorkFactory


@contextmanager
def opened() -> Iterator[Opened]:
    """Raises Misconfigured where settings are wrong or the database is not migrated, Unavailable without one."""
    settings = load_settings()
    logs.configure("warning")
    with running_database(settings) as running, open_store(running) as uow:
        yield Opened(running, uow)
