"""Idempotency keys that were claimed some time ago: their age is measured by the clock of the database."""

from datetime import timedelta

from sqlalchemy import text

from service.store.unit_of_work import UnitOfWorkFactory

__all__ = ["let_pass"]


def let_pass(uow: UnitOfWorkFactory, time: timedelta) -> None:
    """Every key there is becomes so much older."""
    with uow() as tx:
        tx._connection.execute(text("UPDATE idempotency_keys SET at = at - :time"), {"time": time})
        tx.commit()
