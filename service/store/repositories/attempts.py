"""Failed attempts to sign in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import delete, func, insert, select

from service.store.repositories.base import Repository
from service.store.tables.accounts import LOGIN_ATTEMPTS

__all__ = ["Attempts"]


class Attempts(Repository):
    """tx.attempts. subject: what is guessed at, such as an account or an address."""

    def alone(self, subjects: Iterable[str]) -> None:
        """Nobody else who asks for one of these counts until this unit of work ends."""
        # In one order, so that two who share several wait instead of blocking each other.
        for subject in sorted(subjects):
            self._connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))

    def add(self, subject: str, at: datetime) -> int:
        """Note an attempt, a failure until it is taken back by the id that is returned."""
        added = insert(LOGIN_ATTEMPTS).values(subject=subject, at=at).returning(LOGIN_ATTEMPTS.c.id)
        added_id: int = self._connection.execute(added).scalar_one()
        return added_id

    def take_back(self, ids: Collection[int]) -> None:
        """What turned out to be no failure."""
        self._connection.execute(delete(LOGIN_ATTEMPTS).where(LOGIN_ATTEMPTS.c.id.in_(ids)))

    def since(self, subject: str, moment: datetime) -> int:
        """How many failures since then."""
        query = select(func.count()).where(LOGIN_ATTEMPTS.c.subject == subject, LOGIN_ATTEMPTS.c.at >= moment)
        return self._connection.execute(query).scalar_one()

    def forget(self, subject: str) -> None:
        """After a success."""
        self._connection.execute(delete(LOGIN_ATTEMPTS).where(LOGIN_ATTEMPTS.c.subject == subject))

    def forget_before(self, moment: datetime) -> int:
        """Returns how many were deleted."""
        return self._connection.execute(delete(LOGIN_ATTEMPTS).where(LOGIN_ATTEMPTS.c.at < moment)).rowcount
