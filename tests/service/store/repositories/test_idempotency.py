from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from service.domain.accounts import IdempotentAnswer
from service.store.unit_of_work import UnitOfWork, UnitOfWorkFactory
from tests.service.keys_of_before import let_pass

HASH = bytes(32)


def mine(tx: UnitOfWork, actor: str = "ann", key: str = "key") -> int:
    claimed = tx.idempotency.claim(actor, key, HASH)
    assert isinstance(claimed, int)
    return claimed


def anothers(tx: UnitOfWork, key: str = "key") -> IdempotentAnswer:
    found = tx.idempotency.claim("ann", key, HASH)
    assert isinstance(found, IdempotentAnswer)
    return found


def test_the_first_request_gets_the_key_and_the_next_its_answer(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        claim = mine(tx)
        working = anothers(tx)
        assert (working.claim_id, working.request_hash, working.status) == (claim, HASH, None)
        assert tx.idempotency.answer(claim, 201, b"{}", {"ETag": '"1"'})
        answered = anothers(tx)
    assert (answered.status, answered.body, answered.headers) == (201, b"{}", {"ETag": '"1"'})


def test_the_age_of_a_claim_is_told_by_the_database(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        mine(tx)
        tx.commit()
    let_pass(uow, timedelta(hours=3))
    with uow() as tx:
        assert timedelta(hours=3) <= anothers(tx).age < timedelta(hours=4)


def test_keys_of_different_people_are_different_keys(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        assert mine(tx, "ann") != mine(tx, "bob")


def test_a_key_given_back_can_be_claimed_again(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        first = mine(tx)
        tx.idempotency.release(first)
        assert mine(tx) != first
        assert not tx.idempotency.answer(first, 201, b"{}", {})
        assert anothers(tx).status is None


def test_what_was_carried_out_is_given_back_only_with_its_answer(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        claim = mine(tx)
        tx.idempotency.answer(claim, 201, b"{}", {})
        tx.idempotency.release(claim)
        assert anothers(tx).status == 201
        tx.idempotency.forget(claim)
        assert mine(tx) != claim


def test_old_answers_are_forgotten(uow: UnitOfWorkFactory) -> None:
    with uow() as tx:
        mine(tx, key="old")
        tx.commit()
    let_pass(uow, timedelta(hours=2))
    with uow() as tx:
        mine(tx, key="new")
        assert tx.idempotency.forget_older(timedelta(hours=1)) == 1
        assert anothers(tx, "new")


def test_of_many_requests_at_once_one_gets_the_key(uow: UnitOfWorkFactory) -> None:
    def claim(_: int) -> bool:
        with uow() as tx:
            found = tx.idempotency.claim("ann", "key", HASH)
            tx.commit()
        return isinstance(found, int)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(claim, range(16))) == 1
