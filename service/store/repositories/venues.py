"""When and where an event is held: slots and tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from recommender.meetings.domain import Slot
from service.domain.events import EventTable
from service.store.repositories.of_events import EventRepository
from service.store.tables.events import EVENT_SLOTS, EVENT_TABLES

__all__ = ["Venues"]


class Venues(EventRepository):
    """tx.venues."""

    def slots(self, event_id: str) -> tuple[Slot, ...]:
        """In the order of time, in UTC."""
        query = select(EVENT_SLOTS).where(EVENT_SLOTS.c.event_pk == self._event(event_id))
        rows = self._all(query.order_by(EVENT_SLOTS.c.starts_at, EVENT_SLOTS.c.id))
        return tuple(Slot(row.slot_id, row.day, row.starts_at, row.ends_at, row.session) for row in rows)

    def put_slots(self, event_id: str, slots: Sequence[Slot]) -> None:
        """Add or change; Conflict at commit when two overlap."""
        event = self._event(event_id)
        rows = [
            {
                "event_pk": event,
                "slot_id": slot.slot_id,
                "day": slot.day,
                "starts_at": slot.starts_at,
                "ends_at": slot.ends_at,
                "session": slot.session,
            }
            for slot in slots
        ]
        self._put(EVENT_SLOTS, rows, "event_pk", "slot_id")

    def remove_slots(self, event_id: str, slot_ids: Collection[str]) -> None:
        """With absences and locks in them. Raises NotFound, and Conflict while a schedule has meetings then."""
        self._drop(EVENT_SLOTS, self._event(event_id), "slot_id", slot_ids, "slot")

    def tables(self, event_id: str) -> tuple[EventTable, ...]:
        """In the order they were added."""
        query = select(EVENT_TABLES).where(EVENT_TABLES.c.event_pk == self._event(event_id))
        rows = self._all(query.order_by(EVENT_TABLES.c.id))
        return tuple(
            EventTable(row.table_id, row.reserved_for, row.hall, row.closed, row.version) for row in rows
        )

    def put_tables(self, event_id: str, tables: Sequence[EventTable]) -> None:
        """Add or change."""
        event = self._event(event_id)
        rows = [
            {
                "event_pk": event,
                "table_id": table.table_id,
                "reserved_for": table.reserved_for,
                "hall": table.hall,
                "closed": table.closed,
            }
            for table in tables
        ]
        self._put(EVENT_TABLES, rows, "event_pk", "table_id")

    def remove_tables(self, event_id: str, table_ids: Collection[str]) -> None:
        """With locks at them. Raises NotFound, and Conflict while a schedule has meetings there."""
        self._drop(EVENT_TABLES, self._event(event_id), "table_id", table_ids, "table")
