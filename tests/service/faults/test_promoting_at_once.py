"""Several replicas promote at the same moment: one wins, the others are told, and the record is whole."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

from service.clock import now
from service.domain.bundles import BundleRecord
from service.errors import Conflict
from service.store.unit_of_work import UnitOfWorkFactory

REPLICAS = 4
ROUNDS = 5


def test_of_several_promotions_at_once_exactly_one_counts(uow: UnitOfWorkFactory) -> None:
    versions = [f"2026010{number}-0123456789" for number in range(1, REPLICAS + 1)]
    with uow() as tx:
        for version in versions:
            tx.bundles.add(BundleRecord(version, {}, {}, revision=0))
        tx.commit()

    def promote(version: str, counter: int, start: Barrier) -> str | None:
        start.wait()
        try:
            with uow() as tx:
                tx.bundles.promote(version, counter, version, now())
                tx.commit()
        except Conflict:
            return None
        return version

    with ThreadPoolExecutor(REPLICAS) as replicas:
        for counter in range(ROUNDS):
            start = Barrier(REPLICAS)
            outcomes = list(replicas.map(lambda v, c=counter, s=start: promote(v, c, s), versions))
            (winner,) = [version for version in outcomes if version is not None]
            with uow() as tx:
                current = tx.bundles.current()
            assert (current.version, current.counter) == (winner, counter + 1)
    with uow() as tx:
        record = tx.bundles.promotions().items
    assert [entry.counter for entry in record] == list(range(ROUNDS, 0, -1))
    assert all(later.previous == earlier.version for later, earlier in pairwise(record))
