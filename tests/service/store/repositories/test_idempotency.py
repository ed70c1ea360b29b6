from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from service.domain.accounts import IdempotentAnswer
from service.store.unit_of_work import UnitOfWorkFactory
from tests.service import make

HASH = bytes(32)


def test_the_first_request_gets_the_key_and_the_next_its_answer(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        assert tx.idempotency.claim("ann", "key", HASH, make.NOON) is None
        working = tx.idempotency.claim("ann", "key", HASH, make.NOON + timedelta(hours=1))
        assert working == IdempotentAnswer("ann", "key", HASH, None, b"", {}, make.NOON)
        tx.idempotency.answer("ann", "key", 201, b"{}", {"ETag": '"1"'})
        answered = tx.idempotency.claim("ann", "key", HASH, make.NOON)
    assert answered == IdempotentAnswer("ann", "key", HASH, 201, b"{}", {"ETag": '"1"'}, make.NOON)


def test_keys_of_different_people_are_different_keys(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        assert tx.idempotency.claim("ann", "key", HASH, make.NOON) is None
        assert tx.idempotency.claim("bob", "key", HASH, make.NOON) is None


def test_a_key_given_back_can_be_claimed_again(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.idempotency.claim("ann", "key", HASH, make.NOON)
        tx.idempotency.release("ann", "key")
        assert tx.idempotency.claim("ann", "key", HASH, make.NOON) is None


def test_old_answers_are_forgotten(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        tx.idempotency.claim("ann", "old", HASH, make.NOON)
        tx.idempotency.claim("ann", "new", HASH, make.NOON + timedelta(hours=2))
        assert tx.idempotency.forget_before(make.NOON + timedelta(hours=1)) == 1
        assert tx.idempotency.claim("ann", "new", HASH, make.NOON) is not None


def test_of_many_requests_at_once_one_gets_the_key(uow: UnitOfWorkFactory) -> None:
    def claim(_: int) -> bool:
        with uow() as tx:
            mine = tx.idempotency.claim("ann", "key", HASH, make.NOON) is None
            tx.commit()
        return mine

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(16))) == 1
