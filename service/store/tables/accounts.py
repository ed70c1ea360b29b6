"""Companies, people, how they sign in, and what was answered to a key before."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.domain.words import CompanyKind, Role, Scope
from service.store.tables.metadata import (
    METADATA,
    created_at,
    one_of,
    public_id,
    reference,
    row_id,
    some_of,
    string,
    strings,
    territory_code,
    time,
    updated_at,
    version,
)

__all__ = [
    "API_KEYS",
    "COMPANIES",
    "COMPANY_INVITATIONS",
    "IDEMPOTENCY_KEYS",
    "LOGIN_ATTEMPTS",
    "MEMBERSHIPS",
    "SESSIONS",
    "USERS",
]

COMPANIES: Final = Table(
    "companies",
    METADATA,
    row_id(),
    public_id("company_id"),
    string("name", limit=300, filled=True),
    some_of("kinds", CompanyKind),
    territory_code("country", nullable=True),
    string("website"),
    strings("aliases"),
    version(),
    created_at(),
    updated_at(),
    Index("ix_companies_name", text("lower(name)")),
    Index("ix_companies_kinds", "kinds", postgresql_using="gin"),
)

USERS: Final = Table(
    "users",
    METADATA,
    row_id(),
    public_id("user_id"),
    Column("email", Text, CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_form")),
    string("name", limit=300),
    Column("password_hash", Text),
    Column("is_administrator", Boolean, nullable=False, server_default=text("false")),
    time("locked_until"),
    time("deleted_at"),
    version(),
    created_at(),
    CheckConstraint("(email IS NULL) = (deleted_at IS NOT NULL)", name="email_until_deleted"),
    Index("uq_users_email", text("lower(email)"), unique=True),
)

MEMBERSHIPS: Final = Table(
    "memberships",
    METADATA,
    row_id(),
    reference("user_pk", "users", ondelete="CASCADE"),
    reference("company_pk", "companies", ondelete="CASCADE"),
    one_of("role", Role),
    version(),
    created_at(),
    UniqueConstraint("user_pk", "company_pk"),
    Index("ix_memberships_company_pk", "company_pk"),
)

COMPANY_INVITATIONS: Final = Table(
    "company_invitations",
    METADATA,
    row_id(),
    public_id("invitation_id"),
    reference("company_pk", "companies", ondelete="CASCADE"),
    Column(
        "email",
        Text,
        CheckConstraint("email ~ '^[^@[:space:]]+@[^@[:space:]]+$'", name="email_form"),
        nullable=False,
    ),
    string("name", limit=300),
    one_of("role", Role),
    Column(
        "token_hash",
        LargeBinary,
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash_length"),
        nullable=False,
        unique=True,
    ),
    reference("invited_by_pk", "users", nullable=True, ondelete="CASCADE"),
    time("expires_at", nullable=False),
    created_at(),
    Index("uq_company_invitations_company_pk_email", "company_pk", text("lower(email)"), unique=True),
    Index("ix_company_invitations_email", text("lower(email)")),
    Index("ix_company_invitations_invited_by_pk", "invited_by_pk"),
)

SESSIONS: Final = Table(
    "sessions",
    METADATA,
    Column(
        "token_hash",
        LargeBinary,
        CheckConstraint("octet_length(token_hash) = 32", name="token_hash_length"),
        primary_key=True,
    ),
    reference("user_pk", "users", ondelete="CASCADE"),
    created_at(),
    time("last_seen_at", nullable=False),
    time("expires_at", nullable=False),
    string("client"),
    Index("ix_sessions_user_pk", "user_pk"),
    Index("ix_sessions_expires_at", "expires_at"),
)

API_KEYS: Final = Table(
    "api_keys",
    METADATA,
    row_id(),
    public_id("key_id"),
    string("prefix", limit=40, filled=True),
    Column(
        "key_hash",
        LargeBinary,
        CheckConstraint("octet_length(key_hash) = 32", name="key_hash_length"),
        nullable=False,
        unique=True,
    ),
    string("name", limit=200),
    reference("company_pk", "companies", nullable=True, ondelete="CASCADE"),
    some_of("scopes", Scope),
    reference("created_by_pk", "users", nullable=True, ondelete="SET NULL"),
    created_at(),
    time("expires_at"),
    time("revoked_at"),
    time("last_used_at"),
    Index("ix_api_keys_company_pk", "company_pk"),
    Index("ix_api_keys_created_by_pk", "created_by_pk"),
)

LOGIN_ATTEMPTS: Final = Table(
    "login_attempts",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    string("subject", filled=True),
    time("at", nullable=False),
    Index("ix_login_attempts_subject_at", "subject", "at"),
    Index("ix_login_attempts_at", "at"),
)
"""Failed attempts only; a success forgets them. subject: what was guessed at, such as a hashed address."""

IDEMPOTENCY_KEYS: Final = Table(
    "idempotency_keys",
    METADATA,
    row_id(),
    string("actor", filled=True),
    string("key", limit=200, filled=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("body", LargeBinary, nullable=False, server_default=text("''")),
    Column("headers", JSONB, nullable=False, server_default=text("'{}'")),
    time("at", nullable=False),
    UniqueConstraint("actor", "key"),
    Index("ix_idempotency_keys_at", "at"),
)
