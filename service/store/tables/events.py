"""Events of market organisers: slots, tables, participants, and what they wish."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)

from recommender.market.columns import MAX_TEXT
from recommender.meetings.columns import PAST_WORDS, SIDES, WISH_WORDS
from service.domain.words import EventStatus
from service.store.tables.metadata import (
    METADATA,
    created_at,
    one_of,
    public_id,
    reference,
    row_id,
    string,
    strings,
    time,
    updated_at,
    version,
)

__all__ = [
    "EVENTS",
    "EVENT_ABSENCES",
    "EVENT_HISTORY",
    "EVENT_LOCKS",
    "EVENT_PARTICIPANTS",
    "EVENT_SLOTS",
    "EVENT_TABLES",
    "EVENT_VALUES",
    "EVENT_WISHES",
    "count",
    "of_event",
    "pair_of_event",
]


def count(name: str, *, nullable: bool = False) -> Column[int]:
    """A whole number from zero up."""
    rule = CheckConstraint(f"{name} >= 0", name=f"{name}_not_negative")
    return Column(name, Integer, rule, nullable=nullable, server_default=None if nullable else text("0"))


def of_event(
    name: str, target: str, *, ondelete: str | None = "CASCADE", label: str = ""
) -> ForeignKeyConstraint:
    """A reference to something of the same event."""
    columns, parents = [name, "event_pk"], [f"{target}.id", f"{target}.event_pk"]
    return ForeignKeyConstraint(columns, parents, name=label or None, ondelete=ondelete)


def pair_of_event(*, ondelete: str | None = "CASCADE") -> tuple[Any, ...]:
    """Columns and references of a seller and a buyer of one event; a trigger looks at their sides."""
    return (
        reference("event_pk", "events", ondelete="CASCADE"),
        Column("seller_pk", reference("seller_pk", "events").type, nullable=False),
        Column("buyer_pk", reference("buyer_pk", "events").type, nullable=False),
        of_event("seller_pk", "event_participants", ondelete=ondelete),
        of_event("buyer_pk", "event_participants", ondelete=ondelete),
    )


def _id_in_event(name: str) -> Column[str]:
    rule = CheckConstraint(f"{name} <> '' AND length({name}) <= 200", name=f"{name}_length")
    return Column(name, Text, rule, nullable=False)


EVENTS: Final = Table(
    "events",
    METADATA,
    row_id(),
    public_id("event_id"),
    reference("company_pk", "companies"),
    string("name", limit=300, filled=True),
    string("time_zone", limit=100, filled=True),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column(
        "evenness",
        Float(53),
        CheckConstraint("evenness BETWEEN 0 AND 1", name="evenness_share"),
        nullable=False,
        server_default=text("0"),
    ),
    count("walking_min"),
    one_of("status", EventStatus),
    string("values_from", limit=200),
    Column("invites", Boolean, nullable=False, server_default=text("false")),
    version(),
    created_at(),
    updated_at(),
    CheckConstraint("ends_on >= starts_on AND ends_on < starts_on + 100", name="days_order"),
    Index("ix_events_company_pk_id", "company_pk", "id"),
)

EVENT_SLOTS: Final = Table(
    "event_slots",
    METADATA,
    row_id(),
    reference("event_pk", "events", ondelete="CASCADE"),
    _id_in_event("slot_id"),
    Column("day", Date, nullable=False),
    time("starts_at", nullable=False),
    time("ends_at", nullable=False),
    string("session", limit=200),
    CheckConstraint("ends_at > starts_at", name="times_order"),
    UniqueConstraint("event_pk", "slot_id"),
    UniqueConstraint("id", "event_pk"),
)
"""An exclusion constraint keeps the slots of an event apart."""

EVENT_TABLES: Final = Table(
    "event_tables",
    METADATA,
    row_id(),
    reference("event_pk", "events", ondelete="CASCADE"),
    _id_in_event("table_id"),
    string("reserved_for", limit=200),
    string("hall", limit=200),
    Column("closed", Boolean, nullable=False, server_default=text("false")),
    version(),
    UniqueConstraint("event_pk", "table_id"),
    UniqueConstraint("id", "event_pk"),
)

EVENT_PARTICIPANTS: Final = Table(
    "event_participants",
    METADATA,
    row_id(),
    reference("event_pk", "events", ondelete="CASCADE"),
    _id_in_event("participant_id"),
    one_of("side", SIDES),
    string("name", limit=300),
    string("colleagues", limit=200),
    reference("company_pk", "companies", nullable=True),
    strings("distributor_ids"),
    strings("territories"),
    string("brief", limit=MAX_TEXT),
    strings("film_ids"),
    count("max_meetings", nullable=True),
    count("min_meetings"),
    count("max_per_day", nullable=True),
    Column("not_before", Time),
    Column("hosted", Boolean, nullable=False, server_default=text("false")),
    Column("withdrawn", Boolean, nullable=False, server_default=text("false")),
    version(),
    CheckConstraint("min_meetings <= max_meetings", name="meetings_order"),
    UniqueConstraint("event_pk", "participant_id"),
    UniqueConstraint("id", "event_pk"),
    Index("ix_event_participants_company_pk", "company_pk"),
)

EVENT_ABSENCES: Final = Table(
    "event_absences",
    METADATA,
    Column("participant_pk", EVENT_PARTICIPANTS.c.id.type, primary_key=True),
    Column("slot_pk", EVENT_SLOTS.c.id.type, primary_key=True),
    reference("event_pk", "events", ondelete="CASCADE"),
    of_event("participant_pk", "event_participants"),
    of_event("slot_pk", "event_slots"),
    Index("ix_event_absences_event_pk", "event_pk"),
    Index("ix_event_absences_slot_pk", "slot_pk"),
)

EVENT_WISHES: Final = Table(
    "event_wishes",
    METADATA,
    row_id(),
    *pair_of_event(),
    one_of("wisher", SIDES),
    one_of("kind", WISH_WORDS),
    UniqueConstraint("seller_pk", "buyer_pk", "wisher", "kind"),
    Index("ix_event_wishes_event_pk", "event_pk"),
    Index("ix_event_wishes_buyer_pk", "buyer_pk"),
)
"""wisher: which of the two says so."""

EVENT_HISTORY: Final = Table(
    "event_history",
    METADATA,
    row_id(),
    *pair_of_event(),
    one_of("about", SIDES),
    one_of("kind", PAST_WORDS),
    UniqueConstraint("seller_pk", "buyer_pk", "about", "kind"),
    Index("ix_event_history_event_pk", "event_pk"),
    Index("ix_event_history_buyer_pk", "buyer_pk"),
)
"""about: which of the two said so or did not come; it makes no difference to what is true of both."""

EVENT_LOCKS: Final = Table(
    "event_locks",
    METADATA,
    row_id(),
    *pair_of_event(),
    Column("slot_pk", EVENT_SLOTS.c.id.type, nullable=False),
    Column("table_pk", EVENT_TABLES.c.id.type),
    of_event("slot_pk", "event_slots"),
    of_event("table_pk", "event_tables"),
    UniqueConstraint("seller_pk", "buyer_pk"),
    UniqueConstraint("buyer_pk", "slot_pk"),
    UniqueConstraint("slot_pk", "seller_pk"),
    UniqueConstraint("table_pk", "slot_pk"),
    Index("ix_event_locks_event_pk", "event_pk"),
)

EVENT_VALUES: Final = Table(
    "event_values",
    METADATA,
    *pair_of_event(),
    *(
        Column(
            name,
            Float(53),
            CheckConstraint(f"{name} >= 0 AND {name} < 'Infinity'", name=f"{name}_not_negative"),
            nullable=False,
        )
        for name in ("value", "value_seller", "value_buyer")
    ),
    UniqueConstraint("seller_pk", "buyer_pk"),
    Index("ix_event_values_event_pk", "event_pk"),
    Index("ix_event_values_buyer_pk", "buyer_pk"),
)
"""What a meeting is worth, jointly and to each side; a pair that is missing is worth nothing."""
