"""People and their memberships."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update

from service.domain.accounts import Membership, User
from service.domain.paging import FIRST, Page, PageRequest
from service.domain.words import Role
from service.errors import NotFound, PreconditionFailed
from service.store.repositories.base import Repository, contains, pk_of
from service.store.tables.accounts import (
    API_KEYS,
    COMPANIES,
    COMPANY_INVITATIONS,
    MEMBERSHIPS,
    SESSIONS,
    USERS,
)
from service.store.tables.activity import SUGGESTION_LOOKS

__all__ = ["Accounts", "as_membership", "as_user"]

_MEMBERSHIPS = select(
    MEMBERSHIPS.c.role,
    MEMBERSHIPS.c.version,
    MEMBERSHIPS.c.created_at,
    USERS.c.user_id,
    COMPANIES.c.company_id,
).select_from(
    MEMBERSHIPS.join(USERS, MEMBERSHIPS.c.user_pk == USERS.c.id).join(
        COMPANIES, MEMBERSHIPS.c.company_pk == COMPANIES.c.id
    )
)


class Accounts(Repository):
    """tx.accounts."""

    def add_user(self, user: User) -> User:
        """Store a new person; Conflict when the address has an account."""
        self._insert(USERS, _values(user))
        return self.user(user.user_id)

    def user(self, user_id: str, *, alone: bool = False) -> User:
        """Raises NotFound. alone: nobody else changes the person until this unit of work ends."""
        query = select(USERS).where(USERS.c.user_id == user_id)
        row = self._first(query.with_for_update() if alone else query)
        if row is None:
            raise NotFound("user", user_id)
        return as_user(row)

    def user_by_email(self, email: str) -> User | None:
        """Without regard to case."""
        row = self._first(select(USERS).where(func.lower(USERS.c.email) == func.lower(email)))
        return None if row is None else as_user(row)

    def users(self, page: PageRequest = FIRST, query: str = "") -> Page[User]:
        """In the order they were added, the deleted ones left out; query: part of name or address."""
        wanted = select(USERS, USERS.c.id.label("position")).where(USERS.c.deleted_at.is_(None))
        if query:
            wanted = wanted.where(contains(USERS.c.name, query) | contains(USERS.c.email, query))
        return self._page(wanted, USERS.c.id, page, as_user)

    def administrators(self) -> tuple[User, ...]:
        """All of them; nobody else changes one until this unit of work ends."""
        query = select(USERS).where(USERS.c.is_administrator).order_by(USERS.c.id)
        return tuple(map(as_user, self._all(query.with_for_update())))

    def update_user(self, user: User, expected: int | None = None) -> User:
        """Write every field; raises NotFound, PreconditionFailed, Conflict."""
        values = _values(user)
        self._update(USERS.c.user_id, values.pop("user_id"), values, expected, "user")
        return self.user(user.user_id)

    def set_password(self, user_id: str, password_hash: str) -> None:
        """Raises NotFound."""
        self._update(USERS.c.user_id, user_id, {"password_hash": password_hash}, None, "user")

    def lock_user(self, user_id: str, until: datetime | None) -> None:
        """Refuse sign-in until then; None unlocks. Raises NotFound."""
        self._update(USERS.c.user_id, user_id, {"locked_until": until}, None, "user")

    def erase_user(self, user_id: str, at: datetime, expected: int | None = None) -> None:
        """Delete a person's data: what remains is an id without name, address, password or membership.

        Invitations to the address and by the person go too.

        Sessions end and keys are revoked. Raises NotFound, PreconditionFailed.
        """
        nothing = {
            "email": None,
            "name": "",
            "password_hash": None,
            "locked_until": None,
            "is_administrator": False,
        }
        person = pk_of(USERS.c.user_id, user_id)
        address = select(func.lower(USERS.c.email)).where(USERS.c.user_id == user_id).scalar_subquery()
        theirs = (COMPANY_INVITATIONS.c.invited_by_pk == person) | (
            func.lower(COMPANY_INVITATIONS.c.email) == address
        )
        self._connection.execute(delete(COMPANY_INVITATIONS).where(theirs))
        self._update(USERS.c.user_id, user_id, {**nothing, "deleted_at": at}, expected, "user")
        for table in (SESSIONS, MEMBERSHIPS, SUGGESTION_LOOKS):
            self._connection.execute(delete(table).where(table.c.user_pk == person))
        keys = (API_KEYS.c.created_by_pk == person) & API_KEYS.c.revoked_at.is_(None)
        self._connection.execute(update(API_KEYS).where(keys).values(revoked_at=at))

    def add_membership(self, membership: Membership) -> None:
        """Conflict when the person is a member already."""
        values = {
            "user_pk": self._pk(USERS.c.user_id, membership.user_id, "user_id"),
            "company_pk": self._pk(COMPANIES.c.company_id, membership.company_id, "company_id"),
            "role": membership.role.value,
        }
        self._insert(MEMBERSHIPS, values)

    def membership(self, user_id: str, company_id: str) -> Membership:
        """Raises NotFound where the person is no member."""
        found = self._first(_MEMBERSHIPS.where(*_of(user_id, company_id)))
        if found is None:
            raise NotFound("member", user_id)
        return as_membership(found)

    def set_role(self, membership: Membership, expected: int | None = None) -> Membership:
        """Raises NotFound where the person is no member, PreconditionFailed."""
        user_id, company_id = membership.user_id, membership.company_id
        changed = update(MEMBERSHIPS).where(*_of(user_id, company_id, expected))
        values = {"role": membership.role.value, "version": MEMBERSHIPS.c.version + 1}
        done = self._connection.execute(changed.values(values)).rowcount
        found = self.membership(user_id, company_id)
        if not done:
            raise PreconditionFailed("member", user_id)
        return found

    def remove_membership(self, user_id: str, company_id: str, expected: int | None = None) -> None:
        """Raises NotFound where the person is no member, PreconditionFailed."""
        gone = delete(MEMBERSHIPS).where(*_of(user_id, company_id, expected))
        if not self._connection.execute(gone).rowcount:
            self.membership(user_id, company_id)
            raise PreconditionFailed("member", user_id)

    def has_member(self, company_id: str, email: str) -> bool:
        """Whether a member of the company has this address, without regard to case."""
        same = (COMPANIES.c.company_id == company_id) & (func.lower(USERS.c.email) == func.lower(email))
        return self._first(_MEMBERSHIPS.where(same)) is not None

    def memberships_of(self, user_id: str) -> tuple[Membership, ...]:
        """In the order they were added."""
        query = _MEMBERSHIPS.where(USERS.c.user_id == user_id).order_by(MEMBERSHIPS.c.id)
        return tuple(map(as_membership, self._all(query)))

    def members_of(
        self, company_id: str, page: PageRequest = FIRST, *, among: Collection[str] | None = None
    ) -> Page[tuple[User, Membership]]:
        """In the order they were added; among: ids of people, None for everybody."""
        query = _MEMBERSHIPS.with_only_columns(
            USERS,
            MEMBERSHIPS.c.role,
            MEMBERSHIPS.c.version.label("membership_version"),
            COMPANIES.c.company_id,
            MEMBERSHIPS.c.id.label("position"),
        ).where(COMPANIES.c.company_id == company_id)
        if among is not None:
            query = query.where(USERS.c.user_id.in_(among))
        return self._page(query, MEMBERSHIPS.c.id, page, _member)

    def owners_of(self, company_id: str) -> frozenset[str]:
        """Ids of the people; nobody else changes their roles until this unit of work ends."""
        owning = (COMPANIES.c.company_id == company_id) & (MEMBERSHIPS.c.role == Role.OWNER)
        query = _MEMBERSHIPS.where(owning).order_by(MEMBERSHIPS.c.id)
        return frozenset(row.user_id for row in self._all(query.with_for_update(of=MEMBERSHIPS)))


def as_membership(row: Any) -> Membership:
    """From a row with user_id, company_id, role and created_at."""
    return Membership(row.user_id, row.company_id, Role(row.role), row.version, row.created_at)


def as_user(row: Any) -> User:
    """From a row of users."""
    return User(
        user_id=row.user_id,
        email=row.email,
        name=row.name,
        is_administrator=row.is_administrator,
        password_hash=row.password_hash,
        locked_until=row.locked_until,
        deleted_at=row.deleted_at,
        version=row.version,
        created_at=row.created_at,
    )


def _member(row: Any) -> tuple[User, Membership]:
    user = as_user(row)
    role, version = Role(row.role), row.membership_version
    return user, Membership(user.user_id, row.company_id, role, version)


def _of(user_id: str, company_id: str, expected: int | None = None) -> Iterator[ColumnElement[bool]]:
    yield MEMBERSHIPS.c.user_pk == pk_of(USERS.c.user_id, user_id)
    yield MEMBERSHIPS.c.company_pk == pk_of(COMPANIES.c.company_id, company_id)
    if expected is not None:
        yield MEMBERSHIPS.c.version == expected


def _values(user: User) -> dict[str, Any]:
    return {
        "user_id": user.user_id,
        "email": user.email,
        "name": user.name,
        "is_administrator": user.is_administrator,
        "password_hash": user.password_hash,
        "locked_until": user.locked_until,
        "deleted_at": user.deleted_at,
    }
