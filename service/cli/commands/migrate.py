"""reelmatch migrate: bring the database up to date."""

from __future__ import annotations

from argparse import Namespace

from service import logs
from service.settings import load_settings
from service.store import migrate
from service.store.opening import database_url, running_database

__all__ = ["run"]


def run(_: Namespace) -> int:
    """Migrate, and print the revision."""
    logs.configure("warning")
    with running_database(load_settings()) as settings:
        print(f"the database is at revision {migrate.upgrade(database_url(settings))}")
    return 0
