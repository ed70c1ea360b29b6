"""Companies, the people in them, and how they and their programs sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.words import CompanyKind, Role

__all__ = ["ApiKey", "Company", "CompanyInvitation", "IdempotentAnswer", "Membership", "Session", "User"]


@dataclass(frozen=True, slots=True)
class Company:
    """A sales agent, a distributor, an organiser, or several of these. country: ISO 3166-1 alpha-2 or ""."""

    company_id: str
    name: str
    kinds: frozenset[CompanyKind] = frozenset()
    country: str = ""
    website: str = ""
    aliases: tuple[str, ...] = ()
    version: int = 1
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class User:
    """A person. email is unique without regard to case, None once the person's data is deleted.

    password_hash: None until the person has set a password.
    """

    user_id: str
    email: str | None
    name: str
    is_administrator: bool = False
    password_hash: str | None = None
    locked_until: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 1
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's role in a company."""

    user_id: str
    company_id: str
    role: Role
    version: int = 1
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompanyInvitation:
    """A place in a company that waits to be accepted. email, name: as whoever invited typed them.

    token_hash: sha256 of what was handed over. company: its name. invited_by: user id.
    """

    invitation_id: str
    company_id: str
    email: str
    name: str
    role: Role
    token_hash: bytes
    expires_at: datetime
    invited_by: str | None = None
    company: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser. token_hash: sha256 of the cookie, 32 bytes; the cookie itself is never stored."""

    token_hash: bytes
    user_id: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    client: str = ""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A program's key. key_hash: sha256, 32 bytes; prefix: the part that is shown; company_id: who it acts for.

    company_id is None for a key of an administrator.
    """

    key_id: str
    prefix: str
    key_hash: bytes
    name: str
    company_id: str | None
    scopes: frozenset[str]
    created_by: str | None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IdempotentAnswer:
    """What was answered to a request with an idempotency key; status is None while it is being worked on.

    age: since the key was claimed, by the clock of the database.
    """

    claim_id: int
    request_hash: bytes
    status: int | None
    body: bytes
    headers: dict[str, str]
    age: timedelta
