from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from service.domain.bundles import BundleRecord, CurrentBundle
from service.domain.words import BundleState, PromotionKind
from service.errors import Conflict, NotFound
from service.store.repositories.bundles import CHANNEL
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make

A, B, C = (
    BundleRecord(name, {"version": name, "seed": 0}, {"ndcg@10": 0.5, "recall": None}, revision=number)
    for number, name in enumerate(("A", "B", "C"))
)


@pytest.fixture(autouse=True)
def bundles(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        for bundle in (A, B, C):
            tx.bundles.add(bundle)
        tx.commit()


@pytest.fixture
def tx(uow: UnitOfWorkFactory) -> Iterator[UnitOfWork]:
    with uow() as tx:
        yield tx


def _promote(tx: UnitOfWork, version: str, kind: PromotionKind = PromotionKind.PROMOTE) -> CurrentBundle:
    return tx.bundles.promote(version, tx.bundles.current().counter, "ann", make.NOON, kind)


def test_a_bundle_comes_back_as_recorded(tx: UnitOfWork) -> None:
    assert replace(tx.bundles.get("B"), created_at=None) == B
    assert [bundle.version for bundle in tx.bundles.list().items] == ["C", "B", "A"]
    with pytest.raises(NotFound):
        tx.bundles.get("D")
    with pytest.raises(Conflict, match="this version is taken"):
        tx.bundles.add(A)


def test_nothing_is_in_force_at_first(tx: UnitOfWork) -> None:
    assert tx.bundles.current() == CurrentBundle(None, 0, None)
    assert tx.bundles.previous() is None


def test_promoting_counts_up_and_is_remembered(tx: UnitOfWork) -> None:
    assert _promote(tx, "A") == CurrentBundle("A", 1, make.NOON)
    assert _promote(tx, "B") == CurrentBundle("B", 2, make.NOON)
    assert tx.bundles.get("B").promoted_at == make.NOON
    history = tx.bundles.promotions().items
    assert [(one.version, one.previous, one.counter, one.by) for one in history] == [
        ("B", "A", 2, "ann"),
        ("A", None, 1, "ann"),
    ]


def test_rolling_back_again_and_again_goes_further_back(tx: UnitOfWork) -> None:
    for version in ("A", "B", "C"):
        _promote(tx, version)
    for expected in ("B", "A"):
        previous = tx.bundles.previous()
        assert previous == expected
        _promote(tx, previous, PromotionKind.ROLLBACK)
    assert tx.bundles.previous() is None


def test_only_a_ready_bundle_is_promoted(tx: UnitOfWork) -> None:
    tx.bundles.set_state("A", BundleState.REFUSED, {"worse_by": 0.1})
    assert tx.bundles.get("A").comparison == {"worse_by": 0.1}
    with pytest.raises(Conflict, match="'A' is refused"):
        _promote(tx, "A")
    with pytest.raises(NotFound):
        _promote(tx, "D")
    with pytest.raises(NotFound):
        tx.bundles.set_state("D", BundleState.READY)


def test_of_two_replicas_that_promote_at_once_one_is_told(uow: UnitOfWorkFactory) -> None:
    def promote(version: str) -> str:
        try:
            with uow() as tx:
                tx.bundles.promote(version, 0, version, make.NOON)
                tx.commit()
        except Conflict as error:
            return error.message
        return "promoted"

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(promote, ("A", "B", "C")))
    assert answers == ["another bundle was put in force meanwhile"] * 2 + ["promoted"]
    with uow() as tx:
        assert tx.bundles.current().counter == 1
        assert len(tx.bundles.promotions().items) == 1


def test_replicas_are_told_of_a_promotion(uow: UnitOfWorkFactory, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}".encode())
        with uow() as tx:
            _promote(tx, "A")
            tx.commit()
        told = next(listener.notifies(timeout=30))
    assert told.payload == "1"
