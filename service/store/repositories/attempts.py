"""Failed attempts to sign in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select

from service.store.repositories.base import Repository
from service.store.tables.accounts import LOGIN_ATTEMPTS

__all__ = ["Attempts"]


class Attempts(Repository):
    """tx.attempts. subject: what is guessed at, such as an account or an address."""

    def add(self, subject: str, at: datetime) -> None:
        """Note a failure."""
        self._insert(LOGIN_ATTEMPTS, {"subject": subject, "at": at})

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
