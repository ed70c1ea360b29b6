"""What was answered to a request with an idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from service.domain.accounts import IdempotentAnswer
from service.store.repositories.base import Repository
from service.store.tables.accounts import IDEMPOTENCY_KEYS as KEYS

__all__ = ["Idempotency"]


class Idempotency(Repository):
    """tx.idempotency."""

    def claim(self, actor: str, key: str, request_hash: bytes, at: datetime) -> IdempotentAnswer | None:
        """None when the key is now ours (commit that before the work); else what is known of the other request.

        Of two at once one gets the key, the other waits for its commit.
        """
        values = {"actor": actor, "key": key, "request_hash": request_hash, "at": at}
        claimed = insert(KEYS).values(values).on_conflict_do_nothing(index_elements=["actor", "key"])
        if self._connection.execute(claimed.returning(KEYS.c.id)).first() is not None:
            return None
        return _answer(self._connection.execute(select(KEYS).where(*_same(actor, key))).one())

    def answer(self, actor: str, key: str, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Keep the answer for the next time."""
        kept = update(KEYS).where(*_same(actor, key))
        self._connection.execute(kept.values(status=status, body=body, headers=dict(headers)))

    def release(self, actor: str, key: str) -> None:
        """Give the key back after a failure that may be tried again."""
        self._connection.execute(delete(KEYS).where(*_same(actor, key)))

    def forget_before(self, moment: datetime) -> int:
        """Returns how many were deleted."""
        return self._connection.execute(delete(KEYS).where(KEYS.c.at < moment)).rowcount


def _same(actor: str, key: str) -> tuple[Any, Any]:
    return KEYS.c.actor == actor, KEYS.c.key == key


def _answer(row: Any) -> IdempotentAnswer:
    return IdempotentAnswer(row.actor, row.key, row.request_hash, row.status, row.body, row.headers, row.at)
