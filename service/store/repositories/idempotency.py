"""What was answered to a request with an idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from service.domain.accounts import IdempotentAnswer
from service.store.repositories.base import Repository
from service.store.tables.accounts import IDEMPOTENCY_KEYS as KEYS

__all__ = ["Idempotency"]

_NOW: Final = func.clock_timestamp()
"""One clock for all replicas: one whose own is fast must not take a claim for an old one."""


class Idempotency(Repository):
    """tx.idempotency."""

    def claim(self, actor: str, key: str, request_hash: bytes) -> int | IdempotentAnswer:
        """The id of our claim when the key is now ours (commit that before the work), or what is known of another.

        Of two at once one gets the key, the other waits for its commit.
        """
        values = {"actor": actor, "key": key, "request_hash": request_hash, "at": _NOW}
        claimed = insert(KEYS).values(values).on_conflict_do_nothing(index_elements=["actor", "key"])
        row = self._connection.execute(claimed.returning(KEYS.c.id)).first()
        if row is not None:
            return int(row.id)
        found = select(KEYS, (_NOW - KEYS.c.at).label("age")).where(KEYS.c.actor == actor, KEYS.c.key == key)
        return _answer(self._connection.execute(found).one())

    def answer(self, claim_id: int, status: int, body: bytes, headers: Mapping[str, str]) -> bool:
        """Keep the answer for the next time; False where the claim is not ours any more."""
        kept = update(KEYS).where(KEYS.c.id == claim_id)
        values = {"status": status, "body": body, "headers": dict(headers)}
        return self._connection.execute(kept.values(values)).rowcount == 1

    def release(self, claim_id: int) -> None:
        """Give the key back, unless something was carried out under it meanwhile."""
        self._connection.execute(delete(KEYS).where(KEYS.c.id == claim_id, KEYS.c.status.is_(None)))

    def forget(self, claim_id: int) -> None:
        """Give the key back together with its answer."""
        self._connection.execute(delete(KEYS).where(KEYS.c.id == claim_id))

    def forget_older(self, age: timedelta) -> int:
        """Returns how many were deleted."""
        return self._connection.execute(delete(KEYS).where(KEYS.c.at < _NOW - age)).rowcount


def _answer(row: Any) -> IdempotentAnswer:
    return IdempotentAnswer(row.id, row.request_hash, row.status, row.body, row.headers, row.age)
