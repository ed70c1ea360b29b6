from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import psycopg

from service.domain.matching import Change, StoredVector
from service.domain.words import ChangeKind
from service.store.repositories.changes import CHANNEL
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service import make


def _commit(uow: UnitOfWorkFactory, work: Callable[[UnitOfWork], object]) -> int:
    """Do it in a unit of work; returns the revision afterwards."""
    with uow() as tx:
        work(tx)
        tx.commit()
    with uow() as tx:
        return tx.changes.revision()


def _since(uow: UnitOfWorkFactory, revision: int) -> set[tuple[str, str]]:
    with uow() as tx:
        return {(change.kind.value, change.object_id) for change in tx.changes.since(revision)}


def test_each_kind_of_change_is_seen_once_by_who_knew_the_revision_before(uow: UnitOfWorkFactory) -> None:
    start = _commit(uow, make.trade)
    assert start == 1
    assert _since(uow, 0) == {("film", "film"), ("distributor", "fr"), ("distributor", "de")}
    vector = StoredVector("film", "mini", bytes(32), np.ones(3, dtype=np.float32))
    steps: list[tuple[Callable[[UnitOfWork], object], set[tuple[str, str]]]] = [
        (lambda tx: tx.films.update(make.film("film", title="New")), {("film", "film")}),
        (
            lambda tx: tx.films.upsert_many([make.film("two"), make.film("film")]),
            {("film", "two"), ("film", "film")},
        ),
        (lambda tx: tx.vectors.put_films([vector]), {("film", "film")}),
        (lambda tx: tx.vectors.put_briefs([replace(vector, object_id="fr")]), {("distributor", "fr")}),
        (lambda tx: tx.distributors.update(make.profile("fr", "agent")), {("distributor", "fr")}),
        (lambda tx: tx.deals.add(make.deal("film", "fr", "deal")), {("deal", "deal")}),
        (lambda tx: tx.deals.delete("deal"), {("deal", "deal")}),
        (lambda tx: tx.films.delete("film"), {("film", "film")}),
    ]
    for number, (work, expected) in enumerate(steps, start=start):
        assert _commit(uow, work) == number + 1
        assert _since(uow, number) == expected
        assert _since(uow, number + 1) == set()


def test_what_changes_nothing_makes_no_revision(uow: UnitOfWorkFactory) -> None:
    revision = _commit(uow, make.trade)
    assert _commit(uow, lambda tx: tx.films.upsert_many([make.film("film", "agent")])) == revision
    assert _commit(uow, lambda tx: tx.companies.add(make.company("other"))) == revision
    with uow() as tx:
        tx.films.add(make.film("given up"))
    with uow() as tx:
        assert tx.changes.revision() == revision


def test_a_thing_changed_twice_is_told_once_with_its_last_revision(uow: UnitOfWorkFactory) -> None:
    _commit(uow, make.trade)
    for title in ("One", "Two"):
        _commit(uow, lambda tx, title=title: tx.films.update(make.film("film", title=title)))  # type: ignore[misc]
    with uow() as tx:
        assert tx.changes.since(1) == (Change(3, ChangeKind.FILM, "film"),)


def test_what_was_undone_by_a_savepoint_is_not_told(uow: UnitOfWorkFactory) -> None:
    def work(tx: UnitOfWork) -> None:
        try:
            with tx.savepoint():
                tx.films.add(make.film("undone"))
                raise RuntimeError("changed my mind")
        except RuntimeError:
            tx.films.add(make.film("kept"))

    revision = _commit(uow, work)
    assert revision == 1
    assert _since(uow, 0) == {("film", "kept")}


def test_nobody_who_follows_the_revisions_misses_a_change(uow: UnitOfWorkFactory) -> None:
    """Transactions that begin early and commit late get late revisions."""

    def write(number: int) -> None:
        with uow() as tx:
            tx.films.add(make.film(f"f{number}"))
            tx.commit()

    seen: dict[str, int] = {}
    revision = 0
    with ThreadPoolExecutor(4) as pool:
        writes = [pool.submit(write, number) for number in range(40)]
        while not (all(one.done() for one in writes) and len(seen) == 40):
            with uow() as tx:
                changes = tx.changes.since(revision)
            for change in changes:
                assert change.object_id not in seen
                assert change.revision > revision
                seen[change.object_id] = change.revision
            revision = max((change.revision for change in changes), default=revision)
            for one in writes:
                if one.done():
                    one.result()
    assert sorted(seen.values()) == list(range(1, 41))


def test_an_early_transaction_that_commits_late_comes_last(uow: UnitOfWorkFactory) -> None:
    with uow() as early:
        early.films.add(make.film("early"))
        assert _commit(uow, lambda tx: tx.films.add(make.film("late"))) == 1
        assert _since(uow, 0) == {("film", "late")}
        early.commit()
    assert _since(uow, 1) == {("film", "early")}


def test_listeners_are_told_the_revision(uow: UnitOfWorkFactory, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}".encode())
        revision = _commit(uow, make.trade)
        told = next(listener.notifies(timeout=30))
    assert int(told.payload) == revision


def test_what_every_bundle_knows_can_be_forgotten(uow: UnitOfWorkFactory) -> None:
    for number in range(3):
        _commit(uow, lambda tx, number=number: tx.films.add(make.film(f"f{number}")))  # type: ignore[misc]
    with uow() as tx:
        assert tx.changes.forget_up_to(2) == 2
        tx.commit()
    assert _since(uow, 0) == {("film", "f2")}
    with uow() as tx:
        assert tx.changes.revision() == 3
