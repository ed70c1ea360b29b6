"""Whoever puts a bundle in force is killed in the middle: nothing has changed, and the next one succeeds."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest

from service.bundle_store import BundleStore
from service.errors import Conflict
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.bundles import add_bundle, promote
from tests.service.bundled import SYSTEM, publish_tastes, put_in_force
from tests.service.faults.holding import kill_behind
from tests.tastes import WordEncoder

ENCODER = WordEncoder()

COMMAND = """
import sys
from service.bundle_store import BundleStore
from service.cli.opening import opened
from service.security.actor import Actor
from service.usecases.bundles import promote
from tests.tastes import WordEncoder
with opened() as (settings, uow):
    promote(uow, Actor.system("promote"), BundleStore.of(settings), WordEncoder(), sys.argv[1])
"""

HELD_AT = {
    "before anything is written": "SELECT FROM current_bundle FOR UPDATE",
    "once another one is said to be in force": "SELECT FROM bundles FOR UPDATE",
    "before it is noted among the promotions": "LOCK TABLE promotions IN SHARE MODE",
    "at the last step before the commit": "LOCK TABLE audit_events IN SHARE MODE",
}
"""Steps of a promotion, and what makes PostgreSQL hold it there."""

STATE = (
    "SELECT current_bundle::text FROM current_bundle",
    "SELECT bundles::text FROM bundles ORDER BY id",
    "SELECT promotions::text FROM promotions ORDER BY id",
    "SELECT audit_events::text FROM audit_events ORDER BY id",
)


def state(url: str) -> list[list[tuple[str]]]:
    with psycopg.connect(url) as connection:
        return [connection.execute(query).fetchall() for query in STATE]


@pytest.fixture
def versions(uow: UnitOfWorkFactory, settings: Settings) -> tuple[str, str]:
    """The one in force, and the one that is to be."""
    store = BundleStore.of(settings)
    before, after = publish_tastes(store), publish_tastes(store, seed=1)
    put_in_force(uow, before)
    with uow() as tx:
        add_bundle(tx, after, tx.changes.revision())
        tx.commit()
    return before.version, after.version


def test_a_promotion_that_is_killed_at_any_step_changes_nothing_and_the_next_one_succeeds(
    uow: UnitOfWorkFactory, settings: Settings, database_url: str, versions: tuple[str, str]
) -> None:
    whole = state(database_url)
    environment = {
        **{name: text for name, text in os.environ.items() if not name.startswith("REELMATCH_")},
        "DATABASE_URL": database_url,
        "REELMATCH_DATA_DIR": str(settings.data_dir),
    }
    for step, lock in HELD_AT.items():
        with psycopg.connect(database_url) as holder:
            holder.execute(lock)
            command = [sys.executable, "-c", COMMAND, versions[1]]
            kill_behind(holder, subprocess.Popen(command, env=environment), database_url)
        assert state(database_url) == whole, step
    store = BundleStore.of(settings)
    assert promote(uow, SYSTEM, store, ENCODER, versions[1], counter=1).version == versions[1]
    with pytest.raises(Conflict):
        promote(uow, SYSTEM, store, ENCODER, versions[0], counter=1)
