"""Schedules of events: versions, their meetings, answers and outcomes."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from recommender.meetings.columns import SIDES
from service.domain.words import Answer, Attendance, Interest, ScheduleState
from service.store.tables.events import EVENT_SLOTS, EVENT_TABLES, of_event, pair_of_event
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

__all__ = ["EVENT_OUTCOMES", "EVENT_RESPONSES", "SCHEDULES", "SCHEDULE_MEETINGS"]

SCHEDULES: Final = Table(
    "schedules",
    METADATA,
    row_id(),
    public_id("schedule_id"),
    reference("event_pk", "events", ondelete="CASCADE"),
    Column("number", Integer, nullable=False),
    one_of("state", ScheduleState),
    Column("based_on", Integer),
    string("made_by", filled=True),
    time("made_at", nullable=False),
    time("published_at"),
    string("published_by"),
    string("note", limit=2_000),
    Column("report", JSONB, nullable=False, server_default=text("'{}'")),
    version(),
    CheckConstraint("(state = 'draft') = (published_at IS NULL)", name="published_when_published"),
    UniqueConstraint("event_pk", "number"),
    UniqueConstraint("id", "event_pk"),
    Index("uq_schedules_published", "event_pk", unique=True, postgresql_where=text("state = 'published'")),
)

SCHEDULE_MEETINGS: Final = Table(
    "schedule_meetings",
    METADATA,
    Column("schedule_pk", SCHEDULES.c.id.type, nullable=False),
    *pair_of_event(ondelete=None),
    Column("slot_pk", EVENT_SLOTS.c.id.type, nullable=False),
    Column("table_pk", EVENT_TABLES.c.id.type, nullable=False),
    *(Column(name, Float(53), nullable=False) for name in ("value", "value_seller", "value_buyer")),
    strings("film_ids"),
    of_event("schedule_pk", "schedules"),
    of_event("slot_pk", "event_slots", ondelete=None),
    of_event("table_pk", "event_tables", ondelete=None),
    UniqueConstraint("schedule_pk", "seller_pk", "buyer_pk"),
    UniqueConstraint("slot_pk", "schedule_pk", "seller_pk"),
    UniqueConstraint("buyer_pk", "schedule_pk", "slot_pk"),
    UniqueConstraint("table_pk", "schedule_pk", "slot_pk"),
    Index("ix_schedule_meetings_event_pk", "event_pk"),
    Index("ix_schedule_meetings_seller_pk", "seller_pk"),
)
"""Nobody is twice in a slot of a version, and neither is a table."""

EVENT_RESPONSES: Final = Table(
    "event_responses",
    METADATA,
    row_id(),
    *pair_of_event(),
    one_of("side", SIDES),
    Column("slot_pk", EVENT_SLOTS.c.id.type, nullable=False),
    one_of("answer", Answer),
    string("reason"),
    Column("proposed_slot_pk", EVENT_SLOTS.c.id.type),
    string("by", filled=True),
    time("at", nullable=False),
    of_event("slot_pk", "event_slots"),
    ForeignKeyConstraint(
        ["proposed_slot_pk", "event_pk"], ["event_slots.id", "event_slots.event_pk"], ondelete="CASCADE"
    ),
    CheckConstraint("(answer = 'proposed') = (proposed_slot_pk IS NOT NULL)", name="slot_if_proposed"),
    UniqueConstraint("seller_pk", "buyer_pk", "side"),
    Index("ix_event_responses_event_pk", "event_pk"),
    Index("ix_event_responses_buyer_pk", "buyer_pk"),
    Index("ix_event_responses_slot_pk", "slot_pk"),
    Index("ix_event_responses_proposed_slot_pk", "proposed_slot_pk"),
)
"""The latest answer of each side; slot_pk: when the meeting was to be held."""

EVENT_OUTCOMES: Final = Table(
    "event_outcomes",
    METADATA,
    row_id(),
    *pair_of_event(),
    one_of("said_by", ("organiser", *SIDES)),
    one_of("attendance", Attendance),
    one_of("interest", Interest),
    string("note", limit=5_000),
    string("by", filled=True),
    time("at", nullable=False),
    UniqueConstraint("seller_pk", "buyer_pk", "said_by"),
    Index("ix_event_outcomes_event_pk", "event_pk"),
    Index("ix_event_outcomes_buyer_pk", "buyer_pk"),
)
