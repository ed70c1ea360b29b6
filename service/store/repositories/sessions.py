"""Signed-in browsers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update

from service.domain.accounts import Membership, Session, User
from service.domain.words import Role
from service.store.repositories.accounts import as_user
from service.store.repositories.base import Repository, pk_of
from service.store.tables.accounts import COMPANIES, MEMBERSHIPS, SESSIONS, USERS

__all__ = ["Sessions", "SignedIn"]

_MEMBERSHIPS = (
    select(func.json_agg(func.json_build_array(COMPANIES.c.company_id, MEMBERSHIPS.c.role)))
    .select_from(MEMBERSHIPS.join(COMPANIES, MEMBERSHIPS.c.company_pk == COMPANIES.c.id))
    .where(MEMBERSHIPS.c.user_pk == USERS.c.id)
    .scalar_subquery()
)
_SESSIONS = select(
    SESSIONS.c.token_hash,
    SESSIONS.c.created_at.label("since"),
    SESSIONS.c.last_seen_at,
    SESSIONS.c.expires_at,
    SESSIONS.c.client,
    USERS,
).select_from(SESSIONS.join(USERS, SESSIONS.c.user_pk == USERS.c.id))


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Everything one needs to know about who sent a request."""

    session: Session
    user: User
    memberships: tuple[Membership, ...]


class Sessions(Repository):
    """tx.sessions."""

    def add(self, session: Session) -> None:
        """Store a new session; Invalid when there is no such person."""
        values = {
            "token_hash": session.token_hash,
            "user_pk": self._pk(USERS.c.user_id, session.user_id, "user_id"),
            "created_at": session.created_at,
            "last_seen_at": session.last_seen_at,
            "expires_at": session.expires_at,
            "client": session.client,
        }
        self._insert(SESSIONS, values)

    def signed_in(self, token_hash: bytes) -> SignedIn | None:
        """Session, person and memberships in one query, expired or not; None where there is no such session."""
        query = _SESSIONS.add_columns(_MEMBERSHIPS.label("memberships"))
        row = self._first(query.where(SESSIONS.c.token_hash == token_hash))
        if row is None:
            return None
        memberships = tuple(
            Membership(row.user_id, company_id, Role(role)) for company_id, role in row.memberships or ()
        )
        return SignedIn(_session(row), as_user(row), memberships)

    def touch(self, token_hash: bytes, at: datetime, expires_at: datetime) -> None:
        """Note that it was used."""
        used = update(SESSIONS).where(SESSIONS.c.token_hash == token_hash)
        self._connection.execute(used.values(last_seen_at=at, expires_at=expires_at))

    def end(self, token_hash: bytes) -> None:
        """Sign out."""
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.token_hash == token_hash))

    def end_all(self, user_id: str, but: bytes | None = None) -> int:
        """Sign a person out everywhere, except in the session `but`; returns how many ended."""
        gone = delete(SESSIONS).where(SESSIONS.c.user_pk == pk_of(USERS.c.user_id, user_id))
        if but is not None:
            gone = gone.where(SESSIONS.c.token_hash != but)
        return self._connection.execute(gone).rowcount

    def of_user(self, user_id: str) -> tuple[Session, ...]:
        """The newest first."""
        query = _SESSIONS.where(USERS.c.user_id == user_id).order_by(SESSIONS.c.created_at.desc())
        return tuple(map(_session, self._all(query)))

    def forget_expired(self, now: datetime) -> int:
        """Returns how many were deleted."""
        return self._connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= now)).rowcount


def _session(row: Any) -> Session:
    return Session(row.token_hash, row.user_id, row.since, row.last_seen_at, row.expires_at, row.client)
