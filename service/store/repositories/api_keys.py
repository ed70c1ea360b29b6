"""Keys of programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from service.domain.accounts import ApiKey
from service.domain.paging import FIRST, Page, PageRequest
from service.errors import NotFound
from service.store.repositories.base import Repository, pk_of
from service.store.tables.accounts import API_KEYS, COMPANIES, USERS

__all__ = ["ApiKeys"]

_KEYS = select(
    API_KEYS, COMPANIES.c.company_id, USERS.c.user_id.label("created_by"), API_KEYS.c.id.label("position")
).select_from(
    API_KEYS.outerjoin(COMPANIES, API_KEYS.c.company_pk == COMPANIES.c.id).outerjoin(
        USERS, API_KEYS.c.created_by_pk == USERS.c.id
    )
)


class ApiKeys(Repository):
    """tx.api_keys."""

    def add(self, key: ApiKey) -> ApiKey:
        """Store a new key."""
        values = {
            "key_id": key.key_id,
            "prefix": key.prefix,
            "key_hash": key.key_hash,
            "name": key.name,
            "company_pk": self._optional_pk(COMPANIES.c.company_id, key.company_id, "company_id"),
            "scopes": sorted(key.scopes),
            "created_by_pk": self._optional_pk(USERS.c.user_id, key.created_by, "created_by"),
            "expires_at": key.expires_at,
        }
        self._insert(API_KEYS, values)
        return self.get(key.key_id)

    def get(self, key_id: str) -> ApiKey:
        """Raises NotFound."""
        row = self._first(_KEYS.where(API_KEYS.c.key_id == key_id))
        if row is None:
            raise NotFound("key", key_id)
        return _key(row)

    def by_hash(self, key_hash: bytes) -> ApiKey | None:
        """Revoked or not, expired or not; None where there is none."""
        row = self._first(_KEYS.where(API_KEYS.c.key_hash == key_hash))
        return None if row is None else _key(row)

    def list(
        self, page: PageRequest = FIRST, company_id: str | None = None, created_by: str | None = None
    ) -> Page[ApiKey]:
        """Of a company, or made by a person, or all; in the order they were made."""
        query = _KEYS
        if company_id is not None:
            query = query.where(COMPANIES.c.company_id == company_id)
        if created_by is not None:
            query = query.where(USERS.c.user_id == created_by)
        return self._page(query, API_KEYS.c.id, page, _key)

    def revoke(self, key_id: str, at: datetime) -> None:
        """For ever; a second time changes nothing. Raises NotFound."""
        self.get(key_id)
        still = (API_KEYS.c.key_id == key_id) & API_KEYS.c.revoked_at.is_(None)
        self._connection.execute(update(API_KEYS).where(still).values(revoked_at=at))

    def revoke_made_by(self, user_id: str, company_id: str | None, at: datetime) -> tuple[str, ...]:
        """The keys of a company, None for an administrator's, that a person made; returns those still good."""
        company = None if company_id is None else pk_of(COMPANIES.c.company_id, company_id)
        still = (
            (API_KEYS.c.created_by_pk == pk_of(USERS.c.user_id, user_id))
            & API_KEYS.c.company_pk.is_not_distinct_from(company)
            & API_KEYS.c.revoked_at.is_(None)
        )
        ended = update(API_KEYS).where(still).values(revoked_at=at).returning(API_KEYS.c.key_id)
        return tuple(self._connection.execute(ended).scalars())

    def used(self, key_id: str, at: datetime) -> None:
        """Note that it was used."""
        self._connection.execute(update(API_KEYS).where(API_KEYS.c.key_id == key_id).values(last_used_at=at))


def _key(row: Any) -> ApiKey:
    return ApiKey(
        key_id=row.key_id,
        prefix=row.prefix,
        key_hash=row.key_hash,
        name=row.name,
        company_id=row.company_id,
        scopes=frozenset(row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
