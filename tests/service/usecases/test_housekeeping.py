"""What is old is forgotten, and nothing that may still be needed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.bundle_store import BundleStore
from service.clock import frozen_at, now
from service.domain.bundles import BundleRecord
from service.domain.matching import MatchRun
from service.domain.words import BundleState, RunKind
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.bundles import add_bundle
from service.usecases.housekeeping import KEPT_BUNDLES, forget_the_old
from tests.service import make
from tests.service.bundled import publish_tastes


@pytest.fixture
def store(settings: Settings) -> BundleStore:
    return BundleStore.of(settings)


def test_runs_are_kept_as_long_as_the_settings_say(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    ages = {"young": settings.runs_keep_days - 1, "old": settings.runs_keep_days + 1}
    with uow() as tx:
        for run_id, days in ages.items():
            at = now() - timedelta(days=days)
            tx.match_runs.add(MatchRun(run_id, RunKind.MATCH, "v1", 1, {}, {}, "ann", None, at))
        tx.commit()
    assert forget_the_old(uow, store, settings)["runs"] == 1
    with uow() as tx:
        assert [run.run_id for run in tx.match_runs.list().items] == ["young"]


def test_bundles_are_withdrawn_but_those_in_force_now_and_before(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    manifests = [publish_tastes(store, seed=seed) for seed in range(KEPT_BUNDLES + 4)]
    versions = [manifest.version for manifest in manifests]
    with uow() as tx:
        for manifest in manifests:
            tx.films.add(make.film())
            add_bundle(tx, manifest, 0)
        for counter, version in enumerate(versions[:2]):
            tx.bundles.promote(version, counter, "test", make.NOON)
        tx.commit()
    assert forget_the_old(uow, store, settings)["bundles"] == 2
    assert forget_the_old(uow, store, settings)["bundles"] == 0
    with uow() as tx:
        states = [tx.bundles.get(version).state for version in versions]
    gone = [BundleState.WITHDRAWN] * 2
    assert states == [*[BundleState.READY] * 2, *gone, *[BundleState.READY] * KEPT_BUNDLES]
    assert [store.has(version) for version in versions[:4]] == [True, True, False, False]


def test_a_bundle_is_kept_as_long_as_an_answer_of_it_may_be_replayed(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    version = publish_tastes(store).version
    later = [f"20260101-{number:010x}" for number in range(KEPT_BUNDLES)]
    with uow() as tx:
        for one in (version, *later):
            tx.bundles.add(BundleRecord(one, {}, {}, 0))
        at = now() - timedelta(days=settings.runs_keep_days - 1)
        tx.match_runs.add(MatchRun("run", RunKind.MATCH, version, 1, {}, {}, "ann", None, at))
        tx.commit()
    assert forget_the_old(uow, store, settings)["bundles"] == 0
    assert store.has(version)
    with frozen_at(now() + timedelta(days=2)):
        assert forget_the_old(uow, store, settings)["bundles"] == 1
    assert not store.has(version)


def test_changes_are_kept_for_every_bundle_that_may_come_into_force(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    revisions = []
    for seed in range(2):
        with uow() as tx:
            tx.films.add(make.film())
            tx.commit()
        with uow() as tx:
            revisions.append(tx.changes.revision())
            add_bundle(tx, publish_tastes(store, seed=seed), revisions[-1])
            tx.commit()
    assert forget_the_old(uow, store, settings)["changes"] == 1
    with uow() as tx:
        assert [change.revision for change in tx.changes.since(0)] == [revisions[1]]


def test_without_a_bundle_no_change_is_forgotten(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    with uow() as tx:
        tx.films.add(make.film())
        tx.commit()
    assert forget_the_old(uow, store, settings)["changes"] == 0


def test_a_clock_that_jumps_back_forgets_nothing(
    uow: UnitOfWorkFactory, store: BundleStore, settings: Settings
) -> None:
    with uow() as tx:
        tx.match_runs.add(MatchRun("run", RunKind.MATCH, "v1", 1, {}, {}, "ann", None, now()))
        tx.commit()
    with frozen_at(now() - timedelta(days=3_000)):
        assert not any(forget_the_old(uow, store, settings).values())
