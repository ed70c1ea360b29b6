"""Feedback, recorded runs and the audit trail: rows that are only ever added."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from recommender.meetings.columns import SIDES
from service.domain.words import FeedbackKind, RequestState, RunKind
from service.store.tables.metadata import (
    METADATA,
    one_of,
    public_id,
    reference,
    row_id,
    string,
    strings,
    time,
    version,
)

__all__ = [
    "AUDIT_EVENTS",
    "CURRENT_FEEDBACK",
    "FEEDBACK_EVENTS",
    "MATCH_RUNS",
    "MEETING_REQUESTS",
    "SUGGESTION_LOOKS",
]

FEEDBACK_EVENTS: Final = Table(
    "feedback_events",
    METADATA,
    row_id(),
    public_id("event_id"),
    one_of("kind", FeedbackKind),
    reference("film_pk", "films", ondelete="CASCADE"),
    reference("profile_pk", "distributor_profiles", ondelete="CASCADE"),
    reference("company_pk", "companies", ondelete="CASCADE"),
    reference("user_pk", "users", nullable=True, ondelete="SET NULL"),
    string("reason"),
    string("note", limit=5_000),
    Column("undoes_pk", BigInteger, unique=True),
    time("at", nullable=False),
    CheckConstraint("(kind = 'undone') = (undoes_pk IS NOT NULL)", name="undone_names_an_event"),
    UniqueConstraint("id", "company_pk", "film_pk", "profile_pk"),
    ForeignKeyConstraint(
        ["undoes_pk", "company_pk", "film_pk", "profile_pk"],
        [f"feedback_events.{name}" for name in ("id", "company_pk", "film_pk", "profile_pk")],
        name="fk_feedback_events_undoes_pk",
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
    Index("ix_feedback_events_profile_pk_film_pk", "profile_pk", "film_pk"),
    Index("ix_feedback_events_film_pk", "film_pk"),
    Index("ix_feedback_events_company_pk_id", "company_pk", "id"),
    Index("ix_feedback_events_user_pk", "user_pk"),
    Index(
        "ix_feedback_events_passes",
        "profile_pk",
        "at",
        postgresql_where=text("kind = 'passed'"),
    ),
)
"""undoes_pk: an earlier event of the same company, film and distributor."""

MEETING_REQUESTS: Final = Table(
    "meeting_requests",
    METADATA,
    row_id(),
    public_id("request_id"),
    reference("film_pk", "films", ondelete="CASCADE"),
    reference("profile_pk", "distributor_profiles", ondelete="CASCADE"),
    reference("event_pk", "events", nullable=True, ondelete="SET NULL"),
    one_of("asked_by", SIDES),
    one_of("waits_for", SIDES),
    one_of("state", RequestState),
    string("message", limit=5_000),
    string("reply", limit=5_000),
    time("starts_at"),
    time("asked_at", nullable=False),
    time("answered_at"),
    version(),
    Index("ix_meeting_requests_film_pk", "film_pk"),
    Index("ix_meeting_requests_profile_pk", "profile_pk"),
    Index("ix_meeting_requests_event_pk", "event_pk"),
    Index(
        "uq_meeting_requests_open",
        "film_pk",
        "profile_pk",
        unique=True,
        postgresql_where=text("state = 'open'"),
    ),
)
"""The seller is the film's owner, the buyer the profile's company."""

SUGGESTION_LOOKS: Final = Table(
    "suggestion_looks",
    METADATA,
    reference("user_pk", "users", ondelete="CASCADE", primary_key=True),
    reference("profile_pk", "distributor_profiles", ondelete="CASCADE", primary_key=True),
    time("at", nullable=False),
    Index("ix_suggestion_looks_profile_pk", "profile_pk"),
)
"""When a person last looked at a distributor's suggestions, for "new since I last looked"."""

CURRENT_FEEDBACK: Final = Table(
    "current_feedback", MetaData(), *(Column(column.name, column.type) for column in FEEDBACK_EVENTS.c)
)
"""A view: of each company, distributor, film and kind the last event not taken back."""

MATCH_RUNS: Final = Table(
    "match_runs",
    METADATA,
    row_id(),
    public_id("run_id"),
    one_of("kind", RunKind),
    string("bundle_version", filled=True),
    Column("revision", BigInteger, nullable=False),
    Column("request", JSONB, nullable=False),
    Column("answer", LargeBinary, nullable=False),
    string("actor", filled=True),
    reference("company_pk", "companies", nullable=True, ondelete="SET NULL"),
    time("at", nullable=False),
    strings("film_ids"),
    strings("distributor_ids"),
    Column("probabilities", ARRAY(REAL), nullable=False, server_default=text("'{}'")),
    CheckConstraint(
        "cardinality(film_ids) = cardinality(distributor_ids)"
        " AND cardinality(film_ids) = cardinality(probabilities)",
        name="predictions_aligned",
    ),
    Index("ix_match_runs_company_pk_id", "company_pk", "id"),
    Index("ix_match_runs_at", "at"),
)
"""answer: zlib of UTF-8 JSON. film_ids, distributor_ids and probabilities are parallel: what was shown."""

AUDIT_EVENTS: Final = Table(
    "audit_events",
    METADATA,
    row_id(),
    time("at", nullable=False),
    string("actor", filled=True),
    reference("company_pk", "companies", nullable=True, ondelete="SET NULL"),
    string("action", limit=100, filled=True),
    string("noun", limit=100, filled=True),
    Column("object_id", Text, nullable=False),
    Column("diff", JSONB, nullable=False, server_default=text("'{}'")),
    string("request_id", limit=200),
    Index("ix_audit_events_noun_object_id_id", "noun", "object_id", "id"),
    Index("ix_audit_events_company_pk_id", "company_pk", "id"),
    Index("ix_audit_events_actor_id", "actor", "id"),
    Index("ix_audit_events_at", "at"),
)
