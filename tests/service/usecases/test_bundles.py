"""Which bundle is in force, and who decides it."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from service.bundle_store import BundleStore
from service.domain.paging import FIRST
from service.domain.words import BundleState, PromotionKind
from service.errors import Conflict, Forbidden, NotFound
from service.security.actor import Actor
from service.settings import Settings
from service.store.unit_of_work import UnitOfWorkFactory
from service.usecases.bundles import (
    add_bundle,
    compare,
    current_bundle,
    get_bundle,
    list_bundles,
    list_promotions,
    promote,
    roll_back,
)
from tests.service.bundled import contents, publish_tastes
from tests.tastes import WordEncoder

ENCODER = WordEncoder()

ADMIN = Actor("admin", "admin", is_administrator=True)
ANN = Actor("ann", "ann")


@pytest.fixture
def store(settings: Settings) -> BundleStore:
    return BundleStore.of(settings)


@pytest.fixture
def versions(uow: UnitOfWorkFactory, store: BundleStore) -> list[str]:
    """Three bundles, none in force."""
    manifests = [publish_tastes(store, seed=seed) for seed in range(3)]
    with uow() as tx:
        for manifest in manifests:
            add_bundle(tx, manifest, 0)
        tx.commit()
    return [manifest.version for manifest in manifests]


def in_force(uow: UnitOfWorkFactory) -> str | None:
    return current_bundle(uow, ANN).version


def test_everybody_reads_and_administrators_promote(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str]
) -> None:
    assert [bundle.version for bundle in list_bundles(uow, ANN, FIRST).items] == versions[::-1]
    with pytest.raises(Forbidden):
        promote(uow, ANN, store, ENCODER, versions[0])
    with pytest.raises(Forbidden):
        roll_back(uow, ANN, store, ENCODER)
    assert promote(uow, ADMIN, store, ENCODER, versions[0], reason="first").version == versions[0]
    assert get_bundle(uow, ANN, versions[0]).promoted_at is not None
    with uow() as tx:
        assert tx.audit.list().items[0].action == "bundle.promote"


def test_rolling_back_goes_back_step_by_step(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str]
) -> None:
    for version in versions:
        promote(uow, ADMIN, store, ENCODER, version)
    assert roll_back(uow, ADMIN, store, ENCODER, reason="it was odd").version == versions[1]
    assert roll_back(uow, ADMIN, store, ENCODER).version == versions[0]
    with pytest.raises(Conflict, match="no other bundle"):
        roll_back(uow, ADMIN, store, ENCODER)
    latest = list_promotions(uow, ANN, FIRST).items[1]
    assert (latest.kind, latest.reason, latest.counter) == (PromotionKind.ROLLBACK, "it was odd", 4)


def test_of_two_who_decided_on_the_same_counter_one_wins(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str]
) -> None:
    start, outcomes = threading.Barrier(2), list[object]()

    def decide(version: str) -> None:
        start.wait()
        try:
            outcomes.append(promote(uow, ADMIN, store, ENCODER, version, counter=0).version)
        except Conflict as error:
            outcomes.append(error)

    threads = [threading.Thread(target=decide, args=(version,)) for version in versions[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "str"]
    assert in_force(uow) in outcomes
    assert len(list_promotions(uow, ANN, FIRST).items) == 1


def test_what_cannot_be_loaded_is_not_put_in_force(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str], settings: Settings
) -> None:
    (settings.data_dir / "bundles" / versions[0] / "films.faiss").write_bytes(b"")
    with pytest.raises(Conflict, match="altered or cut off") as refused:
        promote(uow, ADMIN, store, ENCODER, versions[0])
    assert "roll" not in refused.value.message
    store.delete(versions[1])
    with pytest.raises(Conflict, match="cannot be put in force") as refused:
        promote(uow, ADMIN, store, ENCODER, versions[1])
    assert f"{refused.value.message} {refused.value.remedy}".lower().count("another one") == 1
    assert in_force(uow) is None


def test_what_was_refused_or_is_unknown_is_not_put_in_force(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str]
) -> None:
    with uow() as tx:
        tx.bundles.set_state(versions[0], BundleState.REFUSED)
        tx.commit()
    with pytest.raises(Conflict, match="refused"):
        promote(uow, ADMIN, store, ENCODER, versions[0])
    with pytest.raises(NotFound):
        promote(uow, ADMIN, store, ENCODER, "20180101-0123456789")


def test_a_bundle_of_another_encoder_is_not_put_in_force(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str]
) -> None:
    class Other(WordEncoder):
        fingerprint = "letters@1"

    with pytest.raises(Conflict, match=r"was trained with the encoder words@\d+, and letters@1 is in use"):
        promote(uow, ADMIN, store, Other(), versions[0])
    promote(uow, ADMIN, store, ENCODER, versions[0])
    promote(uow, ADMIN, store, ENCODER, versions[1])
    with pytest.raises(Conflict, match=r"letters@1 is in use\. Train again"):
        roll_back(uow, ADMIN, store, Other())
    assert in_force(uow) == versions[1]


def test_two_bundles_are_shown_side_by_side(
    uow: UnitOfWorkFactory, store: BundleStore, versions: list[str]
) -> None:
    better = store.publish(
        contents(),
        until=date(2018, 2, 1),
        seed=0,
        encoder="words@1",
        figures={"ndcg_10": 0.6, "queries": 9.0},
    )
    with uow() as tx:
        add_bundle(tx, better, 0)
        tx.commit()
    compared = compare(uow, ANN, better.version, versions[0])
    assert compared.figures == {"ndcg_10": (0.6, 0.5), "queries": (9.0, None)}
